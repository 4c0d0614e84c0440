"""The encoder: vectors that mean something, and damage that is noticed."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from pipeline.errors import ModelError
from pipeline.learning import encoder


def test_vectors_have_unit_length_and_the_order_of_their_texts():
    texts = ["Fachkräftemangel", "Mangel an Fachkräften", "Klimaschutzgesetz", "Fachkräftemangel"]
    vectors = encoder.embed(texts)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors[0] == vectors[3]).all()
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_a_text_has_the_same_vector_in_any_company():
    alone = encoder.embed(["Mietpreisbremse"])[0]
    among = encoder.embed(["Mietpreisbremse", "Wir bauen 400.000 Wohnungen im Jahr.", "EU", ""])[0]
    assert np.allclose(alone, among, atol=2e-5)


@pytest.mark.parametrize("name", ["tagger", "relations"])
def test_vectors_are_the_same_on_processors_that_would_overflow(monkeypatch, name):
    """Weights made unsigned, as on processors without VNNI, give the very same vectors.

    Where this processor is such a one, both are made unsigned, and only the shape is tested.
    """
    ids = np.array([list(range(5, 150))], dtype=np.int64)
    here = encoder.Model(encoder.find(name)).hidden(ids)
    monkeypatch.setattr(encoder, "multiplies_exactly", lambda: False)
    there = encoder.Model(encoder.find(name)).hidden(ids)
    assert here.shape == (1, 145, 384)
    assert (here == there).all()


@pytest.mark.parametrize(("bits", "exact", "asked"), [(8, True, "0"), (8, False, "1"), (7, False, "0")])
def test_weights_are_made_unsigned_only_where_they_would_overflow(monkeypatch, tmp_path, bits, exact, asked):
    folder = tmp_path / "mine"
    shutil.copytree(encoder.find("e5-small-de"), folder)
    card = (folder / "card.toml").read_text(encoding="utf-8")
    (folder / "card.toml").write_text(f"bits = {bits}\n{card}", encoding="utf-8")
    monkeypatch.setattr(encoder, "multiplies_exactly", lambda: exact)
    told = []
    opened = encoder.onnxruntime.InferenceSession

    def watched(path, options, **more):
        told.append(options.get_session_config_entry("session.x64quantprecision"))
        return opened(path, options, **more)

    monkeypatch.setattr(encoder.onnxruntime, "InferenceSession", watched)
    encoder.Model(folder)
    assert told == [asked]


@pytest.mark.parametrize("texts", [[], [""], ["\x00"], ["🦆"], ["Wort " * 5000]])
def test_odd_texts_give_vectors(texts):
    vectors = encoder.embed(texts)
    assert vectors.shape == (len(texts), 384)
    assert np.isfinite(vectors).all()


def test_a_damaged_file_is_noticed_and_named(tmp_path):
    folder = tmp_path / "e5"
    shutil.copytree(encoder.find("e5-small-de"), folder)
    with (folder / "tokenizer.json").open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match=r"tokenizer\.json.*not the file its card names"):
        encoder.load(str(folder))


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ModelError, match="no such model"):
        encoder.load(str(tmp_path / "nothing"))


def test_a_card_that_is_no_toml_is_named(tmp_path):
    (tmp_path / "card.toml").write_bytes(b"name = \xff")
    with pytest.raises(ModelError, match=r"card\.toml"):
        encoder.load(str(tmp_path))


def test_a_missing_card_is_told_without_the_number_of_the_error(tmp_path):
    with pytest.raises(ModelError, match=r"card\.toml: cannot be read \(No such file or directory\);"):
        encoder.verify(tmp_path)


@pytest.mark.parametrize("name", ["/etc/hostname", "../../tokenizer.json", "../tagger/../x", "a/b.onnx"])
def test_a_card_may_not_name_files_outside_of_models(tmp_path, name):
    (tmp_path / "card.toml").write_text(f'name = "mine"\n[files]\n"{name}" = "00"\n')
    with pytest.raises(ModelError, match="outside of models"):
        encoder.verify(tmp_path)
