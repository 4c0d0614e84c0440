"""Extract features of pairs of mentions: order, distance, nesting, surrounding words, kinds, statuses.

A pair is an instrument with a challenge, an instrument with an actor, or a challenge with an actor
in the same sentence; from these features, `relate` decides which relation holds between the two.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from math import log1p
from typing import NamedTuple

from pipeline.knowledge import german, phrasing
from pipeline.knowledge.roots import root
from pipeline.records import Span

INSTITUTIONS = (
    "federal", "parliament", "party", "state", "eu", "international", "judiciary_security", "municipal",
)  # fmt: skip

NONE = "none"  # the kind of two mentions that are not related
KINDS = {  # of relations, by kind of pair; in this order the networks' outputs stand
    "challenge-actor": (NONE, "affects"),
    "instrument-actor": (NONE, "demands", "rejects", "responsible", "targets"),
    "instrument-challenge": (NONE, "addresses", "worsens"),
}
FROM_ACTOR = ("responsible", "demands", "rejects")  # the second of a pair is the source of these
LAYERS = ("instrument", "challenge", "actor")
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
    """Two mentions given by position; `first` has the layer that comes first in the kind of pair."""

    first: int
    second: int
    kind: str  # one of `KINDS`
    features: dict[str, float]


class Spot(NamedTuple):
    """A mention and what surrounds it, whatever it is paired with.

    Around a member of a list, the words around the list count: »für« before each of »für A, B und C«.
    """

    mention: Span
    words: Sequence[Word]  # of the mention
    before: Sequence[str]  # up to four words in lower case; "^" at the start of the sentence
    after: Sequence[Word]  # up to three
    following: str  # the first of these in lower case; "$" at the end of the sentence
    governor: str  # the preposition nearest before it, or "-"
    side: str  # "institution" or "others"
    hosts: Sequence[int]  # mentions that hold it
    near: dict[str, list[tuple[int, int]]]  # by layer: distance and start of each mention, in order


class Scene:
    """A sentence with its words and mentions in order, so that no pair has to look at all of them."""

    def __init__(self, text: str, mentions: Sequence[Span]) -> None:
        """Divide the text into words, and sort words and mentions by position."""
        self.mentions = mentions
        self.words = [Word(m[0].lower(), m.start(), m.end(), _root(m[0])) for m in _WORD.finditer(text)]
        self.starts = [word.start for word in self.words]
        self.ends = [word.end for word in self.words]
        self.first = min(m.start for m in mentions)
        self.lists = _lists(text, mentions)
        self.roots = dict.fromkeys((f"sentence={word.root}" for word in self.words), 1.0)
        self.places = {
            layer: sorted((m.start, m.end) for m in mentions if m.label == layer) for layer in LAYERS
        }
        self.numbers = {
            f"number of {layer}": min(len(places), 6) / 3 for layer, places in self.places.items()
        }
        self._spots: dict[int, Spot] = {}

    def spot(self, at: int) -> Spot:
        """Return a mention, given by position, with its surroundings."""
        if at not in self._spots:
            self._spots[at] = self._spot(at)
        return self._spots[at]

    def _spot(self, at: int) -> Spot:
        mention = self.mentions[at]
        words = self.words[bisect_left(self.starts, mention.start) : bisect_left(self.starts, mention.end)]
        low, high = self.lists[at]
        end = bisect_right(self.ends, low)
        before = [word.lower for word in self.words[max(0, end - 4) : end]] or ["^"]
        start = bisect_left(self.starts, high)
        after = self.words[start : start + 3]
        return Spot(
            mention=mention,
            words=words,
            before=before,
            after=after,
            following=after[0].lower if after else "$",
            governor=_governor(before),
            side="institution" if mention.kind in INSTITUTIONS else "others",
            hosts=[k for k, other in enumerate(self.mentions) if k != at and _holds(other, mention)],
            near={layer: self._near(mention, layer) for layer in LAYERS},
        )

    def _near(self, mention: Span, layer: str) -> list[tuple[int, int]]:
        return sorted(
            (_distance(mention.start, mention.end, *place), place[0]) for place in self.places[layer]
        )

    def between(self, low: int, high: int) -> list[Word]:
        """Return the words of a stretch of the text."""
        return self.words[bisect_left(self.starts, low) : bisect_right(self.ends, high)] if high else []

    def mentions_between(self, layer: str, low: int, high: int) -> int:
        """Return how many mentions of a layer stand in a stretch of the text; 3 stands for more, too."""
        found, places = 0, self.places[layer]
        for start, end in places[bisect_left(places, (low,)) :] if high else ():
            if start > high or found == 3:
                break
            found += end <= high
        return found


def pairs(
    text: str, mentions: Sequence[Span], wanted: Callable[[int, int], bool] | None = None
) -> Iterator[Pair]:
    """Yield every pair of mentions of a sentence that may be related, with its features.

    Words are never related to themselves, even if they are mentions of two layers.

    Args:
        text: the sentence.
        mentions: of the sentence, of any layers.
        wanted: tells which pairs to yield, given the positions of both mentions; by default all.
    """
    scene = None
    for i, first in enumerate(mentions):
        for j, second in enumerate(mentions):
            same = (first.start, first.end) == (second.start, second.end)
            kind = f"{first.label}-{second.label}"
            if kind in KINDS and not same and (wanted is None or wanted(i, j)):
                scene = scene or Scene(text, mentions)
                yield Pair(i, j, kind, _features(scene, i, j))


def ends(kind: str) -> tuple[str, str]:
    """Return the layers of source and target of a kind of relation."""
    pair = next(name for name, kinds in KINDS.items() if kind in kinds)
    first, second = pair.split("-")
    return (second, first) if kind in FROM_ACTOR else (first, second)


def _lists(text: str, mentions: Sequence[Span]) -> list[tuple[int, int]]:
    """Return where the list of each mention begins and ends; of others, the mention itself."""
    found = [(one.start, one.end) for one in mentions]
    neighbours = phrasing.listed(text, mentions)
    while neighbours:
        members = [next(iter(neighbours))]
        for one in members:  # grows while it is read
            members += [other for other in neighbours.pop(one) if other not in members]
        whole = min(found[one][0] for one in members), max(found[one][1] for one in members)
        for one in members:
            found[one] = whole
    return found


@lru_cache(1 << 16)
def _root(word: str) -> str:
    return root(word) if word[0].isalpha() else word


def _features(scene: Scene, i: int, j: int) -> dict[str, float]:
    a, b = scene.spot(i), scene.spot(j)
    place = placed(a.mention, b.mention)
    low, high = _stretch(a.mention, b.mention)
    named = (*_around(a, b, place), *_inside(a, b, place), *_labels(a, b, place))
    found = dict.fromkeys(named, 1.0)
    found |= dict.fromkeys(_company(scene, i, j, place), 1.0)
    found |= scene.roots
    between = scene.between(low, high)
    if len(between) <= FAR:
        found |= dict.fromkeys((f"between,{place}={word.root}" for word in between), 1.0)
    gap = len(between)
    found |= {f"gap={place}{_bucket(gap)}": 1.0, "log gap": log1p(gap)}
    found |= scene.numbers
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


def _bucket(n: int) -> int:
    """Return the class of a distance in words: 0, 1, 2 to 3, 4 to 7, 8 to 15, more."""
    return min(n.bit_length(), 5)


def _around(a: Spot, b: Spot, place: str) -> Iterator[str]:
    yield from (f"before b={b.before[-1]}", f"before b,{place}={b.before[-1]}")
    yield from (f"after b={b.following}", f"after b,{place}={b.following}")
    yield from (
        f"before a={a.before[-1]}",
        f"before a,{place}={a.before[-1]}",
        f"after a,{place}={a.following}",
    )
    yield from (f"soon after b={word.root}" for word in b.after)
    yield f"two before b={' '.join(b.before[-2:])}"
    yield f"governor={b.governor},{place}"
    yield f"governor={b.governor},{b.side},{place}"


def _governor(before: Sequence[str]) -> str:
    known = german.word_set("relations", "prepositions")
    return next((word for word in reversed(before) if word in known), "-")


def _inside(a: Spot, b: Spot, place: str) -> Iterator[str]:
    yield from (f"a={word.root}" for word in a.words)
    yield from (f"b={word.root}" for word in b.words)
    if a.words:
        yield from (f"first of a={a.words[0].root}", f"last of a={a.words[-1].root}")
    if place == "inside":
        yield f"ahead in a={_bucket(sum(word.end <= b.mention.start for word in a.words))}"
        yield f"ends a={b.mention.end == a.mention.end}"


def _labels(a: Spot, b: Spot, place: str) -> Iterator[str]:
    one, other, side = a.mention, b.mention, b.side
    yield f"place={place}"
    yield from (
        f"kind a={one.kind}",
        f"kind b={other.kind}",
        f"kinds={one.kind},{other.kind}",
        f"kind b,{place}={other.kind}",
    )
    yield f"status a={one.status}"
    yield from (f"status b={other.status}", f"status a,kind b={one.status},{other.kind}")
    yield f"status a,side,place={one.status},{side},{place}"
    yield f"kind a,side={one.kind},{side}"
    yield from (f"named b={other.named}", f"named b,{place}={other.named}")
    yield f"begins={other.start < 5},{side}"


def _company(scene: Scene, i: int, j: int, place: str) -> Iterator[str]:
    """Yield the pair's place among the other mentions: nearest of its kind, or inside another."""
    a, b = scene.spot(i), scene.spot(j)
    low, high = _stretch(a.mention, b.mention)
    for layer in LAYERS:
        yield f"{layer} between,{place}={scene.mentions_between(layer, low, high)}"
    ra, rb = _rank(a, b.mention), _rank(b, a.mention)
    yield from (f"rank b={min(ra, 3)}", f"rank a={min(rb, 3)}", f"ranks={min(ra, 2)},{min(rb, 2)}")
    others = any(scene.mentions[k].label == a.mention.label for k in b.hosts)
    yield f"host={'a' if i in b.hosts else 'other' if others else 'none'},{place}"
    yield f"a hosted={bool(a.hosts)}"
    yield f"b first={b.mention.start == scene.first}"


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _rank(a: Spot, b: Span) -> int:
    """Return how many mentions of b's layer are nearer to `a` than `b` is."""
    distance = _distance(a.mention.start, a.mention.end, b.start, b.end)
    return bisect_left(a.near[b.label], (distance, b.start))


def _distance(start: int, end: int, other_start: int, other_end: int) -> int:
    return max(0, other_start - end, start - other_end)
