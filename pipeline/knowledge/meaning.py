"""To merges by meaning: concepts whose names lie near each other, on the average over all pairs of names.

Average linkage (UPGMA; Sokal and Michener 1958): what joins is near to all that has joined before, so
that nothing chains. The vectors have to be such that names of one concept lie near each other, as those
of `pipeline.learning.likeness` do; the cosines of a bare sentence encoder tell little of short names.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.knowledge import keys

Embed = Callable[[Sequence[str]], NDArray[np.float64]]
Barred = Callable[[str, str], bool]  # of a concept and a key

LAW = "gesetz"  # a root that makes a name that of a law
BLOCK = 256  # groups compared with all others at once: memory grows with their number, not its square


class Judge(NamedTuple):
    """When names mean the same."""

    embed: Embed  # names to vectors of unit length, (names, width), in steps in which sums are exact
    least: float  # mean cosine of what joins
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
    none, and what a person has barred. Time grows with the square of the groups of a layer in one
    product of matrices (some seconds for 10,000), all else with the pairs that are near.
    """
    texts = sorted({name for group in groups for name in group.names})
    vectors = dict(zip(texts, judge.embed(texts), strict=True)) if texts else {}
    clusters = [_Cluster(group, np.stack([vectors[name] for name in group.names])) for group in groups]
    linkage = _Linkage(clusters, judge, barred)
    for layer in sorted({group.layer for group in groups}):
        linkage.offer_all([at for at, group in enumerate(groups) if group.layer == layer])
    return {groups[at].concept: groups[into].concept for at, into in linkage.run().items()}


class _Cluster:
    """Groups that have joined: the sum of their names' vectors, and what keeps others out."""

    def __init__(self, group: Group, vectors: NDArray[np.float64]) -> None:
        self.concepts = {group.concept}
        self.keys = {keys.key(name, group.layer) for name in group.names}
        self.marks = {_marks(key) for key in self.keys}
        self.is_fixed = group.is_fixed
        self.total = vectors.sum(axis=0)
        self.size = len(vectors)
        self.version = 0

    def add(self, other: _Cluster) -> None:
        self.concepts |= other.concepts
        self.keys |= other.keys
        self.marks |= other.marks
        self.is_fixed |= other.is_fixed
        self.total = self.total + other.total
        self.size += other.size
        self.version += 1


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
        self._near: defaultdict[int, set[int]] = defaultdict(set)
        self._into: dict[int, int] = {}

    def offer_all(self, at: Sequence[int]) -> None:
        """Take the pairs among some clusters that are near: others never become part of a near pair."""
        totals = np.stack([self._clusters[i].total for i in at])
        sizes = np.array([self._clusters[i].size for i in at])
        for start in range(0, len(at), BLOCK):
            block = slice(start, start + BLOCK)
            likeness = totals[block] @ totals.T / (sizes[block, None] * sizes)
            for row, column in np.argwhere(likeness >= self._least):
                if start + row < column:
                    self._offer(at[start + row], at[column], float(likeness[row, column]))

    def _offer(self, a: int, b: int, likeness: float) -> None:
        if likeness >= self._least:
            versions = self._clusters[a].version, self._clusters[b].version
            heapq.heappush(self._queue, (-likeness, a, b, *versions))
        self._near[a].add(b)  # even if it is no longer near: it may come near again when it has grown
        self._near[b].add(a)

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
        one = self._clusters[a]
        one.add(self._clusters[b])
        self._into[b] = a
        for c in sorted((self._near.pop(a) | self._near.pop(b)) - {a, b} - self._into.keys()):
            other = self._clusters[c]
            likeness = float(one.total @ other.total) / (one.size * other.size)
            self._near[c] -= {a, b}
            self._offer(min(a, c), max(a, c), likeness)

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
