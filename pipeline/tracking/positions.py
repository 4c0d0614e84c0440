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

Bits = NDArray[np.uint8]


class Positions:
    """The positions of a period's actors, and which of them remain without each cluster (as packed bits)."""

    def __init__(self, window: Window) -> None:
        listed = window.rows(LISTED)
        self.clusters = window.cell.clusters
        self.first = listed[0][0] if listed else 0
        self.actor = np.array([row[1] for row in listed], dtype=np.str_)
        self.instrument = np.array([row[2] for row in listed], dtype=np.str_)
        self.against = np.array([row[3] for row in listed], dtype=np.bool_)
        where = window.arrays(POSITIONS)
        self.owner, self.document = where["owner"] - self.first, window.corpus.atom_document[where["atom"]]
        others: Bits = np.packbits(~np.eye(self.clusters, dtype=np.bool_), axis=1)
        there = others[window.cell.cluster_of[where["atom"]]]
        starts = np.flatnonzero(np.diff(self.owner, prepend=-1))
        self.held: Bits = np.bitwise_or.reduceat(there, starts, axis=0) if len(starts) else there
        self.activity: dict[str, Floats] = {}

    def documents(self, positions: Ints) -> Ints:
        """Return the documents that contain any of the positions."""
        wanted = np.zeros(len(self.actor), dtype=np.bool_)
        wanted[positions - self.first] = True
        return np.unique(self.document[wanted[self.owner]])

    def likeness(self, one: Ints, other: Ints, source: str, target: str) -> Floats:
        """Return the positions two actors share, over their average activity, without each cluster."""
        both = self._count(np.bitwise_and(self.held[one - self.first], self.held[other - self.first]))
        return ratio(both, (self._activity(source) + self._activity(target)) / 2)

    def _activity(self, actor: str) -> Floats:
        if actor not in self.activity:
            self.activity[actor] = self._count(self.held[self.actor == actor])
        return self.activity[actor]

    def _count(self, held: Bits) -> Floats:
        """Return how many of the positions remain without each cluster."""
        bits = np.unpackbits(held, axis=1, count=self.clusters)
        total: Floats = bits.sum(axis=0, dtype=np.float64)
        return total

    def disagreement(self) -> tuple[float | None, Floats]:
        """Return how likely two positions on one instrument are opposed, overall and without each cluster."""
        order = np.argsort(self.instrument, kind="stable")
        groups = np.split(
            order, np.flatnonzero(self.instrument[order][1:] != self.instrument[order][:-1]) + 1
        )
        opposed, pairs = np.zeros((2, 1 + self.clusters))
        for rows in groups:
            if len(rows) > 1:
                sides = [rows[~self.against[rows]], rows[self.against[rows]]]
                for_, against = (
                    np.concatenate(([len(side)], self._count(self.held[side]))) for side in sides
                )
                opposed += for_ * against
                pairs += (for_ + against) * (for_ + against - 1) / 2
        if not pairs[0]:
            return None, opposed[1:]
        return float(opposed[0] / pairs[0]), ratio(opposed[1:], pairs[1:])
