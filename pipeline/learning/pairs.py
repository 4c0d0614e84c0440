"""Extract features of pairs of mentions: order, distance, nesting, surrounding words, kinds, statuses.

A pair is an instrument with a challenge, an instrument with an actor, or a challenge with an actor
in the same sentence; from these features, `relate` decides which relation holds between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import log1p
from typing import NamedTuple

from pipeline.knowledge import german
from pipeline.knowledge.roots import root
from pipeline.records import Span

PAIRS = (("instrument", "challenge"), ("instrument", "actor"), ("challenge", "actor"))
INSTITUTIONS = (
    "federal", "parliament", "party", "state", "eu", "international", "judiciary_security", "municipal",
)  # fmt: skip

NONE = "none"  # the kind of two mentions that are not related
KINDS = {  # of relations, by kind of pair; in this order the networks' outputs stand
    "challenge-actor": (NONE, "affects"),
    "instrument-actor": (NONE, "demands", "rejects", "responsible", "targets"),
    "instrument-challenge": (NONE, "addresses", "worsens"),
}
PLACES = ("inside", "around", "overlapping", "after", "before")  # of the second mention
FAR = 15  # words between two mentions; if there are more, they tell little about the pair

_WORD = re.compile(r"\w+(?:[-*:]\w+)*-?|[^\w\s]")


class Word(NamedTuple):
    """A word or punctuation mark of a sentence."""

    lower: str
    start: int
    end: int
    root: str


class Pair(NamedTuple):
    """Two mentions given by position; `first` has the layer that comes first in `PAIRS`."""

    first: int
    second: int
    kind: str  # "instrument-challenge", "instrument-actor", "challenge-actor"
    features: dict[str, float]


def pairs(text: str, mentions: Sequence[Span]) -> Iterator[Pair]:
    """Yield every pair of mentions of a sentence that may be related, with its features.

    Words are never related to themselves, even if they are mentions of two layers.
    """
    words = [Word(m[0].lower(), m.start(), m.end(), _root(m[0])) for m in _WORD.finditer(text)]
    for i, first in enumerate(mentions):
        for j, second in enumerate(mentions):
            same = (first.start, first.end) == (second.start, second.end)
            if (first.label, second.label) in PAIRS and not same:
                features = _features(words, mentions, i, j)
                yield Pair(i, j, f"{first.label}-{second.label}", features)


@lru_cache(1 << 16)
def _root(word: str) -> str:
    return root(word) if word[0].isalpha() else word


def _features(words: Sequence[Word], mentions: Sequence[Span], i: int, j: int) -> dict[str, float]:
    a, b = mentions[i], mentions[j]
    place = placed(a, b)
    found = dict.fromkeys(
        (*_around(words, a, b, place), *_inside(words, a, b, place), *_labels(a, b, place)), 1.0
    )
    found |= dict.fromkeys(_company(mentions, i, j, place), 1.0)
    found |= dict.fromkeys((f"sentence={word.root}" for word in words), 1.0)
    between = _between(words, a, b)
    if len(between) <= FAR:
        found |= dict.fromkeys((f"between,{place}={word.root}" for word in between), 1.0)
    gap = len(between)
    found |= {f"gap={place}{_bucket(gap)}": 1.0, "log gap": log1p(gap)}
    for layer in ("instrument", "challenge", "actor"):
        found[f"number of {layer}"] = min(sum(m.label == layer for m in mentions), 6) / 3
    return found


def placed(a: Span, b: Span) -> str:
    """Return the place of `b` relative to `a`: inside, around, overlapping, after or before it."""
    if a.start <= b.start and b.end <= a.end:
        return "inside"
    if b.start <= a.start and a.end <= b.end:
        return "around"
    if max(a.start, b.start) < min(a.end, b.end):
        return "overlapping"
    return "after" if a.start < b.start else "before"


def _stretch(a: Span, b: Span) -> tuple[int, int]:
    """Return where the text between two mentions begins and ends; (0, 0) if they touch or overlap."""
    if a.end < b.start:
        return a.end, b.start
    return (b.end, a.start) if b.end < a.start else (0, 0)


def _between(words: Sequence[Word], a: Span, b: Span) -> list[Word]:
    low, high = _stretch(a, b)
    return [word for word in words if low <= word.start and word.end <= high] if high else []


def _bucket(n: int) -> int:
    """Return the class of a distance in words: 0, 1, 2 to 3, 4 to 7, 8 to 15, more."""
    return min(n.bit_length(), 5)


def _around(words: Sequence[Word], a: Span, b: Span, place: str) -> Iterator[str]:
    before_b = [word.lower for word in words if word.end <= b.start][-4:] or ["^"]
    before_a = [word.lower for word in words if word.end <= a.start][-1:] or ["^"]
    after_b = [word for word in words if word.start >= b.end][:3]
    after_a = [word.lower for word in words if word.start >= a.end][:1] or ["$"]
    next_b = after_b[0].lower if after_b else "$"
    yield from (f"before b={before_b[-1]}", f"before b,{place}={before_b[-1]}")
    yield from (f"after b={next_b}", f"after b,{place}={next_b}")
    yield from (
        f"before a={before_a[-1]}",
        f"before a,{place}={before_a[-1]}",
        f"after a,{place}={after_a[0]}",
    )
    yield from (f"soon after b={word.root}" for word in after_b)
    yield f"two before b={' '.join(before_b[-2:])}"
    governor = _governor(before_b)
    yield f"governor={governor},{place}"
    yield f"governor={governor},{_side(b)},{place}"


def _governor(before: Sequence[str]) -> str:
    known = german.word_set("relations", "prepositions")
    return next((word for word in reversed(before) if word in known), "-")


def _side(b: Span) -> str:
    return "institution" if b.kind in INSTITUTIONS else "others"


def _inside(words: Sequence[Word], a: Span, b: Span, place: str) -> Iterator[str]:
    of_a = [word for word in words if a.start <= word.start < a.end]
    of_b = [word for word in words if b.start <= word.start < b.end]
    yield from (f"a={word.root}" for word in of_a)
    yield from (f"b={word.root}" for word in of_b)
    if of_a:
        yield from (f"first of a={of_a[0].root}", f"last of a={of_a[-1].root}")
    if place == "inside":
        yield f"ahead in a={_bucket(sum(word.end <= b.start for word in of_a))}"
        yield f"ends a={b.end == a.end}"


def _labels(a: Span, b: Span, place: str) -> Iterator[str]:
    side = _side(b)
    yield f"place={place}"
    yield from (
        f"kind a={a.kind}",
        f"kind b={b.kind}",
        f"kinds={a.kind},{b.kind}",
        f"kind b,{place}={b.kind}",
    )
    yield from (f"status a={a.status}", f"status b={b.status}", f"status a,kind b={a.status},{b.kind}")
    yield f"status a,side,place={a.status},{side},{place}"
    yield f"kind a,side={a.kind},{side}"
    yield from (f"named b={b.named}", f"named b,{place}={b.named}")
    yield f"begins={b.start < 5},{side}"


def _company(mentions: Sequence[Span], i: int, j: int, place: str) -> Iterator[str]:
    """Yield the pair's place among the other mentions: nearest of its kind, or inside another."""
    a, b = mentions[i], mentions[j]
    low, high = _stretch(a, b)
    for layer in ("instrument", "challenge", "actor"):
        n = sum(m.label == layer and low <= m.start and m.end <= high for m in mentions) if high else 0
        yield f"{layer} between,{place}={min(n, 3)}"
    ra, rb = _rank(a, b, mentions), _rank(b, a, mentions)
    yield from (f"rank b={min(ra, 3)}", f"rank a={min(rb, 3)}", f"ranks={min(ra, 2)},{min(rb, 2)}")
    hosts = [k for k, m in enumerate(mentions) if k != j and m.label == a.label and _holds(m, b)]
    yield f"host={'a' if i in hosts else 'other' if hosts else 'none'},{place}"
    yield f"a hosted={any(_holds(m, a) for k, m in enumerate(mentions) if k != i)}"
    yield f"b first={all(b.start <= m.start for m in mentions)}"


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _rank(a: Span, b: Span, mentions: Sequence[Span]) -> int:
    """Return how many mentions of b's layer are nearer to `a` than `b` is."""
    distance = _distance(a, b)
    return sum(m.label == b.label and (_distance(a, m), m.start) < (distance, b.start) for m in mentions)


def _distance(a: Span, b: Span) -> int:
    return max(0, b.start - a.end, a.start - b.end)
