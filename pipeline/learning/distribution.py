"""To vectors of names by the company that their roots keep in policy texts.

An encoder of forty megabytes knows few of the field's rarer words; which roots stand near each other in its
documents says what they have to do with each other (»Lehrkraft« and »Schule«, »Mietpreis« and »Wohnung«).
`pipeline.learning.fit_roots` has counted them; a root that it has not met says nothing.
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
STEPS = 127  # of a unit

Floats = NDArray[np.float32]


class Roots(Record):
    """Roots with what they say and their vectors, as they are shipped."""

    roots: tuple[str, ...]
    weights: tuple[float, ...]  # nats: the rarer, the more a root says
    vectors: bytes  # (roots, width) steps, one a byte

    @classmethod
    def of(cls, roots: Sequence[str], weights: NDArray[Any], vectors: NDArray[Any]) -> Roots:
        """Return roots with their weights, (n,), and vectors of unit length, (n, width), as they are kept."""
        steps = np.round(vectors * STEPS).astype(np.int8)
        return cls(tuple(roots), tuple(np.round(weights, 3).tolist()), steps.tobytes())


class Distribution:
    """Loaded roots: names to vectors."""

    def __init__(self, path: Path) -> None:
        """Load a file of roots; raise OSError, ValueError or MsgspecError where it is damaged."""
        kept = msgspec.msgpack.decode(path.read_bytes(), type=Roots)
        rows = np.frombuffer(kept.vectors, dtype=np.int8).reshape(len(kept.roots), -1)
        self._weighted = rows / np.float32(STEPS) * np.array(kept.weights, dtype=np.float32)[:, None]
        self._at = {root: at for at, root in enumerate(kept.roots)}

    def vectors(self, names: Sequence[str]) -> Floats:
        """Return the vectors of names, (names, width), of unit length; zeros where no root is known."""
        found = np.zeros((len(names), self._weighted.shape[1]), dtype=np.float32)
        for row, name in zip(found, names, strict=True):
            for part in keys.roots(name):
                if part.root in self._at:
                    row += self._weighted[self._at[part.root]]
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        unit: Floats = np.divide(found, lengths, out=found, where=lengths > 0)
        return unit
