"""The shipped vectors are those of the registry's names."""

from __future__ import annotations

import shutil

import msgspec
import numpy as np

from pipeline.cards import CARD, find, read
from pipeline.knowledge.registry import load_registry
from pipeline.learning import fit_names
from pipeline.learning.likeness import MODEL, NAMES, STEPS, Kept, Likeness, read_names
from pipeline.versions import file_sha256


def copied(tmp_path):
    folder = tmp_path / MODEL
    shutil.copytree(find(MODEL), folder)
    for name in read(MODEL)["files"]:
        if name.startswith("../"):
            (folder / name).parent.mkdir()
            shutil.copy(find(MODEL) / name, folder / name)
    return folder


def rewrite(folder, kept):
    """Put other vectors into a model and its card."""
    before = file_sha256(folder / NAMES)
    (folder / NAMES).write_bytes(msgspec.msgpack.encode(kept))
    card = (folder / CARD).read_text(encoding="utf-8")
    (folder / CARD).write_text(card.replace(before, file_sha256(folder / NAMES)), encoding="utf-8")


def test_the_shipped_file_holds_every_name_of_the_registry():
    entries = [entry for entry in load_registry().concept if entry.layer != "actor"]
    names = {name for entry in entries for name in entry.worded}
    remedy = "run `python -m pipeline.learning.fit_names models/concepts` and put its line into the card"
    assert set(read_names(find(MODEL)).names) == names, remedy


def test_only_new_names_are_computed(tmp_path):
    folder = copied(tmp_path)
    before = Likeness(folder).vectors(["Fachkräftemangel"])
    kept = read_names(folder)
    others = {name: row for name, row in kept.by_name().items() if name != "Fachkräftemangel"}
    rewrite(folder, Kept.of(kept.model, others))
    told, line = fit_names.main(folder)
    assert told.endswith("names, 1 of them computed")
    assert file_sha256(folder / NAMES) in line
    after = read_names(folder).by_name()["Fachkräftemangel"].astype(np.float32) / STEPS
    assert np.abs(after - before[0]).max() <= 1 / STEPS


def test_names_of_another_model_are_computed_anew(tmp_path, monkeypatch):
    folder = copied(tmp_path)
    kept = read_names(folder)
    rewrite(folder, Kept.of("other", kept.by_name()))
    asked = []

    def described(names, *_):
        asked.extend(names)
        return np.ones((len(names), 2), dtype=np.float32)

    monkeypatch.setattr(fit_names, "described", described)
    monkeypatch.setattr(fit_names, "project", lambda rows, _: np.ones((len(rows), 256), dtype=np.int8))
    list(fit_names.main(folder))
    assert len(asked) == len(kept.names)
