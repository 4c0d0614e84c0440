import shutil

import numpy as np
import pytest

from pipeline.cards import find
from pipeline.errors import ModelError
from pipeline.learning import likeness
from pipeline.learning.likeness import Kept, Likeness, Weights, load, project

NEW = ["Ruderclubfibel", "Fibel der Rudervereine", "Mangel an Übungsleitern"]


def test_vectors_have_about_unit_length_and_whole_steps():
    vectors = load().vectors(["Fachkräftemangel", *NEW])
    assert vectors.shape == (4, 256)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=0.02)
    assert (vectors * likeness.STEPS == np.round(vectors * likeness.STEPS)).all()


def test_names_of_one_thing_lie_nearer_than_names_of_two():
    fibel, same, other = load().vectors(NEW)
    assert fibel @ same > load().card.thresholds.balanced > fibel @ other


def test_names_of_the_registry_need_no_encoder(monkeypatch):
    monkeypatch.setattr(likeness, "embed", lambda *_, **__: pytest.fail("they are shipped"))
    assert load().vectors(["Fachkräftemangel"]).shape == (1, 256)


def test_vectors_are_kept_and_a_damaged_file_is_made_anew(tmp_path, monkeypatch):
    path = tmp_path / "names"
    first = load().vectors(NEW, path)
    data = path.read_bytes()
    path.write_bytes(data[:-9])
    assert (load().vectors(NEW, path) == first).all()
    assert path.read_bytes() == data
    monkeypatch.setattr(likeness, "embed", lambda *_, **__: pytest.fail("they are kept"))
    assert (load().vectors(NEW, path) == first).all()


def test_vectors_of_another_model_are_not_taken(tmp_path):
    path = tmp_path / "names"
    path.write_bytes(likeness.msgspec.msgpack.encode(Kept.of("other", {NEW[0]: np.ones(256, np.int8)})))
    assert (load().vectors(NEW[:1], path) == load().vectors(NEW[:1])).all()


def test_projection_keeps_to_the_size_of_a_byte():
    weights = Weights(np.zeros(2, np.float32), np.eye(2, dtype=np.float32))
    steps = project(np.array([[3.0, 0.0], [0.3, -0.4]], dtype=np.float32), weights)
    assert steps.dtype == np.int8
    assert steps.tolist() == [[127, 0], [127, -127]]


def test_a_judge_has_the_threshold_of_its_kind():
    balanced, sure = likeness.judge("balanced"), likeness.judge("sure", often=3)
    assert balanced.least < sure.least
    assert (balanced.only_known, sure.only_known, sure.often) == (False, True, 3)


def test_a_name_has_the_same_steps_in_any_company():
    rows = np.random.default_rng(1).normal(0, 0.05, (1500, 684)).astype(np.float32)
    together = project(rows, load().weights)
    alone = np.vstack([project(row[None], load().weights) for row in rows])
    assert (alone == together).all()


def test_a_damaged_model_is_noticed(tmp_path):
    folder = tmp_path / "concepts"
    shutil.copytree(find("concepts"), folder)
    (tmp_path / "e5-small-de").mkdir()
    shutil.copy(find("e5-small-de") / "tokenizer.json", tmp_path / "e5-small-de")
    with (folder / likeness.WEIGHTS).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match=r"weights\.npz"):
        Likeness(folder)


def test_shipped_vectors_of_another_model_are_not_taken(monkeypatch):
    """They would lie in another space than those of new names."""
    assert "Fachkräftemangel" in load().known
    monkeypatch.setattr(likeness, "made_with", lambda files: "other")
    assert Likeness(find("concepts")).known == {}


def test_vectors_depend_on_all_files_but_their_own():
    files = {"encoder.onnx": "1", "weights.npz": "2", likeness.NAMES: "3"}
    assert likeness.made_with(files) == likeness.made_with(files | {likeness.NAMES: "4"})
    assert likeness.made_with(files) != likeness.made_with(files | {"weights.npz": "4"})
