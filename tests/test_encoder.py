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


@pytest.mark.parametrize("name", ["/etc/hostname", "../../tokenizer.json", "../tagger/../x", "a/b.onnx"])
def test_a_card_may_not_name_files_outside_of_models(tmp_path, name):
    (tmp_path / "card.toml").write_text(f'name = "mine"\n[files]\n"{name}" = "00"\n')
    with pytest.raises(ModelError, match="outside of models"):
        encoder.verify(tmp_path)
