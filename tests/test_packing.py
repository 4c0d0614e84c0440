"""Cards and settings: TOML that reads back as what was written."""

from __future__ import annotations

import msgspec
import pytest

from pipeline.knowledge.toml import as_toml
from pipeline.learning import packing


@pytest.mark.parametrize(
    "table",
    [
        {"name": "x", "n": 3, "share": 0.25},
        {"text": 'a "quoted" \\ »Wort«\nzwei Zeilen'},
        {"list": ["eins", "zwei"], "figures": [0.5, 0.25, 3]},
        {"empty": {}, "scores": {"kind_f1": {"instrument funding": [0.5, 1]}, "n": 1}},
        {"files": {"encoder.onnx": "abc", "ä": "b"}},
    ],
)
def test_what_is_written_reads_back(table):
    assert msgspec.toml.decode(as_toml(table).encode()) == table


def test_a_card_names_each_file_with_its_hash(tmp_path):
    (tmp_path / "heads.npz").write_bytes(b"abc")
    packing.write_card(tmp_path, {"licence": "MIT"}, {})
    card = msgspec.toml.decode((tmp_path / "card.toml").read_bytes())
    assert card["files"]["heads.npz"].startswith("ba7816bf")
    assert card["licence"] == "MIT"
    assert card["name"] == tmp_path.name


def test_files_of_a_model_are_replaced_once_all_are_made(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("card.toml", "heads.npz", "readings.jsonl"):
        (folder / name).write_text("old")
    with pytest.raises(ZeroDivisionError), packing.renewed(folder) as fresh:
        (fresh / "heads.npz").write_text("new")
        raise ZeroDivisionError
    assert {path.read_text() for path in folder.iterdir()} == {"old"}
    with packing.renewed(folder) as fresh:
        for name in ("card.toml", "heads.npz"):
            (fresh / name).write_text("new")
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "card.toml": "new", "heads.npz": "new", "readings.jsonl": "old",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
