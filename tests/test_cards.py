"""Hashes of models from their cards."""

import hashlib
import re
import tomllib

import pytest

from pipeline.cards import hold, model_hash
from pipeline.config import models_folder
from pipeline.errors import ModelError


def card(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "card.toml").write_text(text)
    return str(folder)


def test_a_changed_file_changes_the_hash_and_a_changed_description_does_not(tmp_path):
    one = model_hash(card(tmp_path / "m", 'what = "a"\n[files]\n"x.onnx" = "12"\n'))
    assert model_hash(card(tmp_path / "m", 'what = "b"\n[files]\n"x.onnx" = "12"\n')) == one
    assert model_hash(card(tmp_path / "m", 'what = "a"\n[files]\n"x.onnx" = "13"\n')) != one


@pytest.mark.parametrize("text", ["no toml", "files = 3", 'what = "no files"'])
def test_a_card_that_cannot_be_read_is_refused(tmp_path, text):
    with pytest.raises(ModelError, match="cannot be read"):
        model_hash(card(tmp_path / "m", text))


def test_an_unknown_model_is_named():
    with pytest.raises(ModelError, match="no-such-model"):
        model_hash("no-such-model")


@pytest.mark.parametrize(
    "folder", sorted(p.parent for p in models_folder().glob("*/card.toml")), ids=lambda folder: folder.name
)
def test_the_cards_of_shipped_models_name_their_files_as_they_are(folder):
    files = tomllib.loads((folder / "card.toml").read_text("utf-8"))["files"]
    assert files
    for name, expected in files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected, name


def test_the_sizes_of_shipped_models_are_as_told():
    told = (models_folder() / "README.md").read_text("utf-8")
    sizes = {
        name: float(size) for name, size in re.findall(r"^\| `([\w-]+)` \|.*\| ([\d.]+) MB \|", told, re.M)
    }
    found = {folder.name: folder for folder in models_folder().iterdir() if folder.is_dir()}
    assert sizes.keys() == found.keys()
    for name, folder in found.items():
        held = sum(path.stat().st_size for path in folder.iterdir() if path.suffix != ".jsonl") / 1e6
        assert abs(held - sizes[name]) < 1, name


def test_a_model_that_changes_while_it_is_used_is_noticed(tmp_path):
    name = card(tmp_path / "m", '[files]\n"x.onnx" = "12"\n')
    hold(name)
    card(tmp_path / "m", 'what = "described anew"\n[files]\n"x.onnx" = "12"\n')
    hold(name)
    card(tmp_path / "m", '[files]\n"x.onnx" = "13"\n')
    with pytest.raises(ModelError, match="was changed while a run used it"):
        hold(name)
