"""Sentence boundaries: hard cases of our own, properties, speed, and outside judgement."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sentences import boundaries


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in boundaries(text)]


@given(st.text(alphabet='aB.!?…()„“" \n5:,sz', max_size=60))
def test_boundaries_cover_all_but_white_space_in_order(text: str) -> None:
    found, last = boundaries(text), 0
    for start, end in found:
        assert text[last:start].strip() == "" and start < end
        assert text[start:end] == text[start:end].strip()
        last = end
    assert text[last:].strip() == ""


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t"])
def test_boundaries_of_nothing_are_none(text: str) -> None:
    assert boundaries(text) == []


def test_boundaries_are_fast() -> None:
    text = " ".join(
        "Nach § 3 Abs. 2 Nr. 1 des Gesetzes vom 3. Mai 2019 zahlt der Bund 2,5 Mio. Euro. Das reicht nicht."
        for _ in range(5000)
    )
    began = time.process_time()
    assert len(boundaries(text)) == 10_000
    assert time.process_time() - began < 2
