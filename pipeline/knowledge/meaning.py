"""Merge concepts by meaning: those whose names have similar vectors, both on average and at their nearest.

The similarity of two groups is half average linkage (UPGMA; Sokal and Michener 1958), so that no chains
form, and half single linkage, because one pair of names with the same meaning says more than many that
differ. The vectors must place names of one concept near each other, as those of
`pipeline.learning.likeness` do; cosines of a plain sentence encoder tell little about short names.
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
Barred = Callable[[str, str], bool]  # takes a concept and a key

LAW = "gesetz"  # a root that marks a name as that of a law
CONTRAST = 0.05  # taken off the likeness of names that contrast
BLOCK = 128  # groups compared with all others at once: memory grows with their number, not its square


class Judge(NamedTuple):
    """The criteria by which names mean the same."""

    embed: Embed  # names to unit vectors, (names, width), rounded so that sums are exact
    least: float  # least similarity: half the mean and half the highest cosine of the names
    often: int = 1  # mentions that a name needs before it is compared
    only_known: bool = False  # names join only what the registry knows, not each other


class Group(NamedTuple):
    """A concept with its names; earlier groups in a list are preferred as targets."""

    concept: str
    layer: str
    names: tuple[str, ...]
    is_fixed: bool  # it is never merged into another


def merges(groups: Sequence[Group], judge: Judge, barred: Barred) -> dict[str, str]:
    """Return which concept is merged into which; a target is never merged itself.

    Never merged are two concepts of the registry, names that differ in a number or want the opposite, a law
    and something else, and pairs that a person has barred. Time grows with the names that may be merged
    times all names of the layer, in matrix products (some seconds for 10,000), and else with the number of
    near pairs.
    """
    texts = sorted({name for group in groups for name in group.names})
    vectors = dict(zip(texts, judge.embed(texts), strict=True)) if texts else {}
    named = [np.stack([vectors[name] for name in group.names]) for group in groups]
    linkage = _Linkage([_Cluster(*pair) for pair in zip(groups, named, strict=True)], judge, barred)
    for layer in sorted({group.layer for group in groups}):
        linkage.offer_all({at: named[at] for at, group in enumerate(groups) if group.layer == layer})
    return {groups[at].concept: groups[into].concept for at, into in linkage.run().items()}


class _Cluster:
    """Groups that have been merged: the sum of their names' vectors, and what bars other groups."""

    def __init__(self, group: Group, vectors: Vectors) -> None:
        self.concepts = {group.concept}
        self.keys = {keys.key(name, group.layer) for name in group.names}
        self.roots = {root for key in self.keys for root in key.split()}
        self.marks = {_marks(key) for key in self.keys}
        self.directions = {keys.direction(name, group.layer) for name in group.names}
        self.is_fixed = group.is_fixed
        self.total = vectors.sum(axis=0, dtype=np.float64)
        self.size = len(vectors)
        self.version = 0

    def mean_cosine(self, other: _Cluster) -> float:
        return float(self.total @ other.total) / (self.size * other.size)

    def contrasts(self, other: _Cluster) -> bool:
        """Return whether names have roots in common, and each has one that the other lacks.

        If »Amtsarztquote« were a »Landarztquote«, one of the many names of that concept should say »Amt«.
        """
        shared = self.roots & other.roots
        return bool(shared) and shared not in (self.roots, other.roots)

    def add(self, other: _Cluster) -> None:
        self.concepts |= other.concepts
        self.keys |= other.keys
        self.roots |= other.roots
        self.marks |= other.marks
        self.directions |= other.directions
        self.is_fixed |= other.is_fixed
        self.total = self.total + other.total
        self.size += other.size
        self.version += 1


def _starts(arrays: Iterable[Vectors]) -> list[int]:
    """Return the position at which each array begins when all are concatenated."""
    return list(accumulate((len(rows) for rows in arrays), initial=0))[:-1]


def _marks(key: str) -> frozenset[str]:
    """Return the roots that must agree in two names of one concept: numbers, and the root of laws.

    Beside a number a single letter counts, too: § 88b is not § 88d.
    """
    roots = key.split()
    numbers = {root for root in roots if any(letter.isdigit() for letter in root)}
    letters = {root for root in roots if len(root) == 1} if numbers else set()
    return frozenset(numbers | letters | {LAW} & set(roots))


class _Linkage:
    """Repeatedly joins the two nearest clusters; among equally near ones, the first pair."""

    def __init__(self, clusters: Sequence[_Cluster], judge: Judge, barred: Barred) -> None:
        self._clusters = clusters
        self._least = judge.least
        self._fixed = (1,) if judge.only_known else (0, 1)  # of two that join
        self._barred = barred
        self._queue: list[tuple[float, int, int, int, int]] = []
        self._near: defaultdict[int, dict[int, float]] = defaultdict(dict)  # highest cosines
        self._into: dict[int, int] = {}

    def offer_all(self, named: Mapping[int, Vectors]) -> None:
        """Take the pairs of clusters with two near names; all other pairs can never become near."""
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
        likeness = (one.mean_cosine(other) + highest) / 2 - CONTRAST * one.contrasts(other)
        if likeness >= self._least:
            heapq.heappush(self._queue, (-likeness, a, b, one.version, other.version))
        # Kept even if it is not near enough: it may be when the cluster has grown.
        self._near[a][b] = self._near[b][a] = highest

    def run(self) -> dict[int, int]:
        """Join until no pair is near enough; return which cluster became part of which."""
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
        if not one.directions & other.directions and -1 in one.directions | other.directions:
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
