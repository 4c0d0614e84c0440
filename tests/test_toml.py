"""TOML files: read into their record, refused in one line when they do not fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.errors import TaxonomyError
from pipeline.knowledge.toml import load, read
from pipeline.records import Record


class Words(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    words: frozenset[str]


def test_load_gives_the_record(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('words = ["bzw", "usw"]', encoding="utf-8")
    assert load("x", Words, folder=tmp_path).words == {"bzw", "usw"}
    (tmp_path / "x.toml").write_text('words = ["bzw"]', encoding="utf-8-sig")
    assert load("x", Words, folder=tmp_path).words == {"bzw"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("words = 3", "x.toml words: Expected `array`"),
        ("word = []", "x.toml: Object contains unknown field `word`"),
        ("words = [1]", "x.toml words 1: Expected `str`"),
        ("= broken", "x.toml: is not TOML"),
    ],
)
def test_load_refuses_another_shape_and_names_the_place(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "x.toml").write_text(content, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=re.escape(told)):
        load("x", Words, folder=tmp_path)


def test_an_error_tells_the_remedy_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("word = []", encoding="utf-8")
    with pytest.raises(TaxonomyError, match=r"the only key is words"):
        read(tmp_path / "x.toml", Words, remedy="the only key is words")


def test_load_refuses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="reinstall"):
        load("x", Words, folder=tmp_path)
