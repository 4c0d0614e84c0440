"""To merges by meaning: concepts whose names lie near each other, on the average and at their nearest.

Half average linkage (UPGMA; Sokal and Michener 1958), so that what joins is near to all that has joined
before and nothing chains; half single linkage, because one name that means the same says more than many
that are called otherwise. The vectors have to be such that names of one concept lie near each other, as
those of `pipeline.learning.likeness` do; the cosines of a bare sentence encoder tell little of short names.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.knowledge import keys

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Vectors]
Barred = Callable[[str, str], bool]  # of a concept and a key

LAW = "gesetz"  # a root that makes a name that of a law
BLOCK = 128  # groups compared with all others at once: memory grows with their number, not its square


class Judge(NamedTuple):
    """When names mean the same."""

    embed: Embed  # names to vectors of unit length, (names, width), in steps in which sums are exact
    least: float  # of what joins: half the mean and half the highest cosine of its names
    often: int = 1  # mentions that a name needs before it is compared
    only_known: bool = False  # names join only what the registry knows, not each other


class Group(NamedTuple):
    """A concept with its names; earlier ones in a list are preferred as targets."""

    concept: str
    layer: str
    names: tuple[str, ...]
    is_fixed: bool  # it joins no other


def merges(groups: Sequence[Group], judge: Judge, barred: Barred) -> dict[str, str]:
    """Return which concept joins which; none that others join joins one itself.

    Never joined are two that the registry knows, names that differ in a number, a law and what is
    none, and what a person has barred. Time grows with the names of those that may join, times all
    names of the layer, in products of matrices (some seconds for 10,000), all else with the pairs that
    are near.
    """
    texts = sorted({name for group in groups for name in group.names})
    vectors = dict(zip(texts, judge.embed(texts), strict=True)) if texts else {}
    named = [np.stack([vectors[name] for name in group.names]) for group in groups]
    linkage = _Linkage([_Cluster(*pair) for pair in zip(groups, named, strict=True)], judge, barred)
    for layer in sorted({group.layer for group in groups}):
        linkage.offer_all({at: named[at] for at, group in enumerate(groups) if group.layer == layer})
    return {groups[at].concept: groups[into].concept for at, into in linkage.run().items()}


class _Cluster:
    """Groups that have joined: the sum of their names' vectors, and what keeps others out."""

    def __init__(self, group: Group, vectors: Vectors) -> None:
        self.concepts = {group.concept}
        self.keys = {keys.key(name, group.layer) for name in group.names}
        self.marks = {_marks(key) for key in self.keys}
        self.is_fixed = group.is_fixed
        self.total = vectors.sum(axis=0, dtype=np.float64)
        self.size = len(vectors)
        self.version = 0

    def mean_cosine(self, other: _Cluster) -> float:
        return float(self.total @ other.total) / (self.size * other.size)

    def add(self, other: _Cluster) -> None:
        self.concepts |= other.concepts
        self.keys |= other.keys
        self.marks |= other.marks
        self.is_fixed |= other.is_fixed
        self.total = self.total + other.total
        self.size += other.size
        self.version += 1


def _starts(arrays: Iterable[Vectors]) -> list[int]:
    """Return where each of some arrays begins when they are put together."""
    return list(accumulate((len(rows) for rows in arrays), initial=0))[:-1]


def _marks(key: str) -> frozenset[str]:
    """Return the roots in which two names of one concept do not differ: numbers, and that it is a law."""
    return frozenset(root for root in key.split() if root == LAW or any(letter.isdigit() for letter in root))


class _Linkage:
    """Joins the nearest two clusters again and again; of equally near ones those that come first."""

    def __init__(self, clusters: Sequence[_Cluster], judge: Judge, barred: Barred) -> None:
        self._clusters = clusters
        self._least = judge.least
        self._fixed = (1,) if judge.only_known else (0, 1)  # of two that join
        self._barred = barred
        self._queue: list[tuple[float, int, int, int, int]] = []
        self._near: defaultdict[int, dict[int, float]] = defaultdict(dict)  # highest cosines
        self._into: dict[int, int] = {}

    def offer_all(self, named: Mapping[int, Vectors]) -> None:
        """Take the pairs among some clusters of which two names are near: others never come near."""
        at, every = list(named), np.concatenate(list(named.values()))
        starts = _starts(named.values())
        free = [i for i in at if not self._clusters[i].is_fixed]
        for block in (free[start : start + BLOCK] for start in range(0, len(free), BLOCK)):
            rows = [named[i] for i in block]
            cosines = np.maximum.reduceat(np.concatenate(rows) @ every.T, starts, axis=1)
            highest = np.maximum.reduceat(cosines, _starts(rows), axis=0)
            for row, column in np.argwhere(highest >= self._least):
                one, other = block[row], at[column]
                if one < other or self._clusters[other].is_fixed:  # each pair once
                    self._offer(min(one, other), max(one, other), float(highest[row, column]))

    def _offer(self, a: int, b: int, highest: float) -> None:
        one, other = self._clusters[a], self._clusters[b]
        likeness = (one.mean_cosine(other) + highest) / 2
        if likeness >= self._least:
            heapq.heappush(self._queue, (-likeness, a, b, one.version, other.version))
        # Even if it is not near: it may come near when it has grown.
        self._near[a][b] = self._near[b][a] = highest

    def run(self) -> dict[int, int]:
        """Return which cluster is part of which in the end."""
        while self._queue:
            _, a, b, *versions = heapq.heappop(self._queue)
            one, other = self._clusters[a], self._clusters[b]
            fresh = versions == [one.version, other.version] and not {a, b} & self._into.keys()
            if fresh and self._may_join(one, other):
                self._join(a, b)
        return {at: self._last(at) for at in sorted(self._into)}

    def _join(self, a: int, b: int) -> None:
        self._clusters[a].add(self._clusters[b])
        self._into[b] = a
        mine, theirs = self._near.pop(a), self._near.pop(b)
        for c in sorted((mine.keys() | theirs.keys()) - {a, b} - self._into.keys()):
            highest = max(near.pop(c) for near in (mine, theirs) if c in near)
            self._near[c].pop(b, None)
            self._offer(min(a, c), max(a, c), highest)

    def _may_join(self, one: _Cluster, other: _Cluster) -> bool:
        if one.is_fixed + other.is_fixed not in self._fixed or not one.marks & other.marks:
            return False
        return not any(
            self._barred(concept, key)
            for a, b in ((one, other), (other, one))
            for concept in a.concepts
            for key in b.keys
        )

    def _last(self, at: int) -> int:
        while at in self._into:
            at = self._into[at]
        return at
