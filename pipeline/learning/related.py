"""Read reference sentences whose mentions are related by hand, and score guesses against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline.errors import InputError
from pipeline.learning.jsonl import Example, Mention, checked, lines, refuse_unknown
from pipeline.learning.pairs import NONE, Pair, ends, pairs
from pipeline.records import Label, Record, Span
from pipeline.schema.values import RELATION_KINDS

REMEDY = "see the codebook's file format for relations; mentions count from 0"
USUAL = {"instrument-challenge": "addresses", "instrument-actor": "targets", "challenge-actor": "affects"}


class Link(Record, frozen=True):
    """A relation between two mentions of a sentence, given by their positions."""

    source: int = msgspec.field(name="from")
    target: int = msgspec.field(name="to")
    kind: str = ""


class Reference(Example, frozen=True, kw_only=True):
    """A sentence in the codebook's format for relations."""

    relations: tuple[Link, ...] = ()


class Judged(NamedTuple):
    """A pair of mentions in a reference sentence and its relation, or "none"."""

    document: str
    pair: Pair
    gold: str


class Score(NamedTuple):
    """Precision, recall, F1 and the number of reference relations."""

    precision: float
    recall: float
    f1: float
    n: int


def read(path: Path) -> Iterator[Reference]:
    """Yield the sentences of a file; raise InputError with file and line if one or its labels are unfit."""
    decoder = msgspec.json.Decoder(Reference)
    for where, line in lines(path):
        one = checked(decoder, line, where, REMEDY)
        refuse_unknown(one, where)
        yield verified(one, where)


def verified(one: Reference, where: str) -> Reference:
    """Return a sentence; raise InputError if a relation is unknown or leads between the wrong mentions."""
    for link in one.relations:
        there = range(len(one.mentions))
        if missing := [at for at in (link.source, link.target) if at not in there]:
            raise InputError(where, f"relates mention {missing[0]} of {len(there)}", REMEDY)
        if link.kind not in RELATION_KINDS:
            remedy = f"write one of {', '.join(RELATION_KINDS)}"
            raise InputError(where, f"the codebook does not know {link.kind!r} as a relation", remedy)
        given = tuple(one.mentions[at].layer for at in (link.source, link.target))
        if given != (wanted := ends(link.kind)):
            what = f"{link.kind!r} leads from {given[0]} to {given[1]}"
            raise InputError(where, what, f"it leads from {wanted[0]} to {wanted[1]}")
    return one


def spans(mentions: Sequence[Mention]) -> list[Span]:
    """Return mentions in the codebook's format as spans of sentence 0."""
    return [
        Span(
            sentence=0, start=m.start, end=m.end, text=m.text, label=msgspec.convert(m.layer, Label),
            kind=m.kind or "", status=m.status or "", named=m.named or "",
            score=1.0 if m.score is None else m.score,
        )
        for m in mentions
    ]  # fmt: skip


def judged(references: Sequence[Reference]) -> list[Judged]:
    """Return all pairs of mentions that may be related, with their relations."""
    found = []
    for one in references:
        related = {frozenset((link.source, link.target)): link.kind for link in one.relations}
        for pair in pairs(one.text, spans(one.mentions)):
            gold = related.get(frozenset((pair.first, pair.second)), NONE)
            found.append(Judged(one.doc, pair, gold))
    return found


def nearest(pair: Pair) -> str:
    """Return the baseline's guess: the usual relation if the mentions are nearest to each other."""
    return USUAL[pair.kind] if "ranks=0,0" in pair.features else NONE


def score(guesses: Sequence[tuple[str, str]]) -> dict[str, Score]:
    """Return the scores of (reference, guess) by kind of relation; "all" stands for all kinds."""
    right = Counter(gold for gold, guess in guesses if gold == guess)
    given = Counter(guess for _, guess in guesses)
    wanted = Counter(gold for gold, _ in guesses)
    return scores(right, given, wanted)


def scores(right: Counter[str], given: Counter[str], wanted: Counter[str]) -> dict[str, Score]:
    """Return the scores from counts by kind; "none" is not counted."""
    kinds = sorted({*given, *wanted} - {NONE})
    found = {kind: _score(right[kind], given[kind], wanted[kind]) for kind in kinds}
    return {"all": _score(*(sum(c[kind] for kind in kinds) for c in (right, given, wanted))), **found}


def _score(right: int, given: int, wanted: int) -> Score:
    precision, recall = right / max(1, given), right / max(1, wanted)
    return Score(precision, recall, 2 * right / max(1, given + wanted), wanted)
