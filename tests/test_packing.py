"""The card: TOML that reads back as what was written."""

from __future__ import annotations

import msgspec
import pytest

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
    assert msgspec.toml.decode(packing.toml(table).encode()) == table


def test_a_card_names_each_file_with_its_hash(tmp_path):
    (tmp_path / "heads.npz").write_bytes(b"abc")
    packing.write_card(tmp_path, {"licence": "MIT"}, {})
    card = msgspec.toml.decode((tmp_path / "card.toml").read_bytes())
    assert card["files"]["heads.npz"].startswith("ba7816bf")
    assert card["licence"] == "MIT"
    assert card["name"] == tmp_path.name
