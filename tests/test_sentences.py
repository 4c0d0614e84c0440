"""Sentence boundaries: hard cases of our own, properties, speed, and outside judgement."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.sentences import boundaries

CASES = Path(__file__).parent / "cases" / "sentences.jsonl"
Spans = set[tuple[int, int]]


def f1(pairs: Iterable[tuple[Spans, Spans]]) -> float:
    """Return the F1 of sentences found whole, as the CoNLL shared tasks count them."""
    pairs = list(pairs)
    found, gold = sum(len(a) for a, _ in pairs), sum(len(b) for _, b in pairs)
    return 2 * sum(len(a & b) for a, b in pairs) / (found + gold)


def spans(text: str, sentences: list[str]) -> Spans:
    at, found = 0, set()
    for sentence in sentences:
        start = text.index(sentence, at)
        at = start + len(sentence)
        found.add((start, at))
    return found


def test_hard_cases() -> None:
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert len(cases) >= 300
    judged = [(set(boundaries(case["text"])), spans(case["text"], case["sentences"])) for case in cases]
    wrong = [case["text"] for case, (found, gold) in zip(cases, judged, strict=True) if found != gold]
    assert wrong == ["Die Losung ‚Wissen. Können. Wollen.‘ hängt aus."]  # the only one still open


@pytest.mark.parametrize(
    ("file", "floor"),
    [
        ("de_pud-ud-test.conllu", 0.99),
        ("de_gsd-ud-dev.conllu", 0.955),  # the rest lacks a final stop, or ends in a colon
        ("de_gsd-ud-test.conllu", 0.80),  # an eighth lacks a final stop
    ],
)
def test_universal_dependencies(shared: Path, file: str, floor: float) -> None:
    lines = (shared / "gold" / "ud_german" / file).read_text(encoding="utf-8").splitlines()
    sentences = [line.removeprefix("# text = ").strip() for line in lines if line.startswith("# text = ")]
    text = " ".join(sentences)
    assert f1([(set(boundaries(text)), spans(text, sentences))]) >= floor


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


def test_marks_of_notes_in_web_pages_and_markdown_stand_after_their_sentence() -> None:
    found = split("Wir bauen aus.[1][12] Das Land zahlt.[^2] Ende.")
    assert found == ["Wir bauen aus.[1][12]", "Das Land zahlt.[^2]", "Ende."]


class Sliced(str):
    """A text that counts the characters sliced from it."""

    taken = 0

    def __getitem__(self, at: SupportsIndex | slice) -> str:
        found = super().__getitem__(at)
        self.taken += len(found)
        return found


def taken(part: str, times: int) -> int:
    """Return how many characters are looked at in a text that repeats itself."""
    text = Sliced(part * times)
    boundaries(text)
    return text.taken


@pytest.mark.parametrize(
    "part",
    ["1. ", "Abs. 3 ", "(a.) B ", ".) A", "abc.Ab ", ". . ", "A. B. ", "z. B. ", "\n\n", "x", "(", "… A"],
)
def test_twice_the_hostile_text_is_twice_the_work(part: str) -> None:
    assert taken(part, 4000) <= 2.1 * taken(part, 2000)


def test_long_texts_are_split_everywhere() -> None:
    text = "Nach § 3 Abs. 2 Nr. 1 des Gesetzes vom 3. Mai 2019 zahlt der Bund 2,5 Mio. Euro. Das hilft. "
    assert len(boundaries(text * 500)) == 1000
    assert taken(text, 400) <= 2.1 * taken(text, 200)
