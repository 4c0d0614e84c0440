"""What follows from shipped data is computed once, and never read by other code or other data."""

import sys

import pytest

from pipeline.knowledge import kept as module
from pipeline.knowledge.kept import kept
from pipeline.knowledge.registry import SEEDS, _computed, _File, _ordered, _seed_names, load_registry
from pipeline.knowledge.toml import read


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(module, "PLACE", tmp_path / "kept")
    return tmp_path / "kept"


def made(counted, value=("a", 1)):
    def compute():
        counted.append(value)
        return value

    return kept("pair", "knowledge.roots", tuple[str, int], compute)


def test_a_value_is_computed_once_for_all_processes(place):
    counted = []
    assert made(counted) == made(counted) == ("a", 1)
    assert len(counted) == 1
    assert [path.suffix for path in place.iterdir()] == [".msgpack"]


@pytest.mark.parametrize("damage", [b"", b"\xc1", b"\x92\xa1a\xa1b"])
def test_a_damaged_file_is_made_again(place, damage):
    counted = []
    made(counted)
    next(place.iterdir()).write_bytes(damage)
    assert made(counted) == ("a", 1)
    assert made(counted) == ("a", 1)
    assert len(counted) == 2


def test_another_version_is_not_read_and_takes_the_place(place, monkeypatch):
    counted = []
    made(counted)
    monkeypatch.setattr(module, "stage_version", lambda _: "other")
    assert made(counted, ("b", 2)) == ("b", 2)
    assert [path.name for path in place.iterdir()] == ["pair-other.msgpack"]


def test_nothing_is_written_where_python_writes_nothing(place, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    counted = []
    assert made(counted) == made(counted)
    assert len(counted) == 2
    assert not place.exists()


def test_a_place_that_cannot_be_written_is_no_error(place):
    place.write_text("a file where the folder would be")
    assert made([]) == ("a", 1)


def test_what_is_kept_of_the_shipped_concepts_is_what_their_file_says():
    assert load_registry().concept == _ordered(read(SEEDS, _File).concept)
    assert _seed_names() == _computed()
