"""Compute vectors of names from the contexts in which their roots occur in policy texts.

An encoder of forty megabytes knows few of the field's rarer words. Which roots occur near each other in
policy documents tells how they are related (»Lehrkraft« and »Schule«, »Mietpreis« and »Wohnung«).
`pipeline.learning.fit_roots` has counted them; roots that it has not seen are ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.knowledge import keys
from pipeline.records import Record

ROOTS = "roots.msgpack"
STEPS = 127  # per unit

Floats = NDArray[np.float32]


class Roots(Record):
    """Roots with their weights and vectors, in the form in which they are shipped."""

    roots: tuple[str, ...]
    weights: tuple[float, ...]  # information in nats: rare roots weigh more
    vectors: bytes  # (roots, width) steps, one byte each

    @classmethod
    def of(cls, roots: Sequence[str], weights: NDArray[Any], vectors: NDArray[Any]) -> Roots:
        """Return the record for roots with weights, (n,), and vectors of unit length, (n, width)."""
        steps = np.round(vectors * STEPS).astype(np.int8)
        return cls(tuple(roots), tuple(np.round(weights, 3).tolist()), steps.tobytes())


class Distribution:
    """Loaded roots, which turn names into vectors."""

    def __init__(self, path: Path) -> None:
        """Load a file of roots; raise OSError, ValueError or MsgspecError if it is damaged."""
        kept = msgspec.msgpack.decode(path.read_bytes(), type=Roots)
        rows = np.frombuffer(kept.vectors, dtype=np.int8).reshape(len(kept.roots), -1)
        self._weighted = rows / np.float32(STEPS) * np.array(kept.weights, dtype=np.float32)[:, None]
        self._at = {root: at for at, root in enumerate(kept.roots)}

    def vectors(self, names: Sequence[str]) -> Floats:
        """Return the vectors of names, (names, width), of unit length; zeros if no root is known."""
        found = np.zeros((len(names), self._weighted.shape[1]), dtype=np.float32)
        for row, name in zip(found, names, strict=True):
            for part in keys.roots(name):
                if part.root in self._at:
                    row += self._weighted[self._at[part.root]]
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        unit: Floats = np.divide(found, lengths, out=found, where=lengths > 0)
        return unit
