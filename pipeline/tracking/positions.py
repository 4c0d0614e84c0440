"""Compare what actors are for or against in one period, with and without each cluster of its texts.

Most positions are taken once, so a bootstrap resample would hold fewer of them than all texts, and intervals
would be too narrow; therefore clusters are left out one by one (jackknife).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.tracking.cells import Floats
from pipeline.tracking.counts import Ints
from pipeline.tracking.resample import ratio
from pipeline.tracking.ties import LISTED, POSITIONS, Window


class Positions:
    """The positions of a period's actors, and the cluster without which each of them would be missing."""

    def __init__(self, window: Window) -> None:
        listed = window.rows(LISTED)
        self.clusters = window.cell.clusters
        self.first = listed[0][0] if listed else 0
        self.actor = np.array([row[1] for row in listed], dtype=np.str_)
        self.instrument = np.array([row[2] for row in listed], dtype=np.str_)
        self.against = np.array([row[3] for row in listed], dtype=np.bool_)
        where = window.arrays(POSITIONS)
        self.owner, self.document = where["owner"] - self.first, window.corpus.atom_document[where["atom"]]
        cluster = window.cell.cluster_of[where["atom"]]
        starts = np.flatnonzero(np.diff(self.owner, prepend=-1))
        least, most = (ends.reduceat(cluster, starts) for ends in (np.minimum, np.maximum))
        self.only: Ints = np.where(least == most, least, self.clusters)  # no cluster: it is in several
        self.activity: dict[str, Floats] = {}

    def documents(self, positions: Ints) -> Ints:
        """Return the documents that contain any of the positions."""
        wanted = np.zeros(len(self.actor), dtype=np.bool_)
        wanted[positions - self.first] = True
        return np.unique(self.document[wanted[self.owner]])

    def likeness(self, one: Ints, other: Ints, source: str, target: str) -> Floats:
        """Return the positions two actors share, over their average activity, without each cluster."""
        mine, theirs = self.only[one - self.first], self.only[other - self.first]
        missing = np.concatenate((mine, theirs[theirs != mine]))
        return ratio(self._left(len(one), missing), (self._activity(source) + self._activity(target)) / 2)

    def _activity(self, actor: str) -> Floats:
        if actor not in self.activity:
            missing = self.only[self.actor == actor]
            self.activity[actor] = self._left(len(missing), missing)
        return self.activity[actor]

    def _left(self, n: int, missing: Ints) -> Floats:
        """Return how many of n remain without each cluster, if one each is missing without these."""
        return n - np.bincount(missing, minlength=self.clusters + 1)[:-1].astype(np.float64)

    def disagreement(self) -> tuple[float | None, Floats]:
        """Return how likely two positions on one instrument are opposed, overall and without each cluster."""
        names, instrument = np.unique(self.instrument, return_inverse=True)
        alone = np.flatnonzero(self.only < self.clusters)
        places, at = np.unique(instrument[alone] * self.clusters + self.only[alone], return_inverse=True)
        changed, cluster = np.divmod(places, self.clusters)
        sides = _sides(instrument, self.against, len(names))
        without = sides[:, changed] - _sides(at, self.against[alone], len(places))
        sums = []
        for pairs in (_opposed_pairs, _all_pairs):
            fewer = np.bincount(cluster, pairs(sides)[changed] - pairs(without), minlength=self.clusters)
            sums.append((float(pairs(sides).sum()), pairs(sides).sum() - fewer))
        (opposed, opposed_left), (every, every_left) = sums
        return opposed / every if every else None, ratio(opposed_left, every_left)


def _sides(group: Ints, against: NDArray[np.bool_], groups: int) -> Floats:
    """Return how many positions are for and how many against in each group, (2, groups)."""
    counts = [np.bincount(group[side], minlength=groups) for side in (~against, against)]
    return np.array(counts, dtype=np.float64)


def _opposed_pairs(sides: Floats) -> Floats:
    return np.asarray(sides[0] * sides[1])


def _all_pairs(sides: Floats) -> Floats:
    n = sides.sum(0)
    return np.asarray(n * (n - 1) / 2)
