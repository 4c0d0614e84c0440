"""Compute vectors of names so that names of one concept lie near each other (`models/concepts`).

The vector of the model's encoder and that of the name's roots are concatenated, centred, and multiplied by
a matrix; `fit_concepts` has learned encoder and matrix from the registry of concepts. Components are
multiples of 1/256, so that sums and products of vectors are exact and depend neither on order nor on the
number of threads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zipfile import BadZipFile

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline import store
from pipeline.cards import CARD, find, model_hash
from pipeline.errors import ModelError, why
from pipeline.knowledge.meaning import Judge
from pipeline.learning.distribution import ROOTS, Distribution
from pipeline.learning.encoder import REMEDY, embed, verify
from pipeline.records import Record
from pipeline.versions import digest

MODEL = "concepts"
WEIGHTS = "weights.npz"
NAMES = "names.msgpack"  # the registry's names with their vectors, as they are needed in every run
COMPANY = 0.3  # length of the roots' vectors; the mean distance of the encoder's from their mean is .43
STEPS = 256  # per unit
WIDEST = 127  # steps: the largest component, so that a byte is enough

Steps = NDArray[np.int8]


class Weights(NamedTuple):
    """The map from vectors of encoder and roots to vectors of names."""

    mean: NDArray[np.float32]  # (684,)
    matrix: NDArray[np.float32]  # (684, 256)


class Thresholds(Record):
    """Least similarity for a merge (`pipeline.knowledge.meaning`)."""

    balanced: float  # best for F1
    sure: float  # for counting; names are then merged only into concepts of the registry


class LikenessCard(Record):
    """The part of a model's card that is used; the rest is for people."""

    thresholds: Thresholds


class Kept(Record):
    """A file of vectors of names, so that none is computed twice."""

    model: str = ""  # the hash of the model that computed them; of shipped ones, that of `made_with`
    names: tuple[str, ...] = ()
    vectors: bytes = b""  # (names, 256) steps, one byte each

    @classmethod
    def of(cls, model: str, vectors: dict[str, Steps]) -> Kept:
        """Return the record that stores vectors of names."""
        names = sorted(vectors)
        return cls(model, tuple(names), b"".join(vectors[name].tobytes() for name in names))

    def by_name(self) -> dict[str, Steps]:
        """Return the vector of each name."""
        if not self.names:
            return {}
        rows = np.frombuffer(self.vectors, dtype=np.int8).reshape(len(self.names), -1)
        return dict(zip(self.names, rows, strict=True))


class Likeness:
    """A loaded model, which turns names into vectors and does not compute known ones again."""

    def __init__(self, folder: Path) -> None:
        """Load a model folder; raise ModelError if it is damaged."""
        files = verify(folder).files
        try:
            self.card = msgspec.toml.decode((folder / CARD).read_bytes(), type=LikenessCard)
            self.weights = read_weights(folder)
            self.roots = Distribution(folder / ROOTS)
            shipped = read_names(folder)
            self.known = shipped.by_name() if shipped.model == made_with(files) else {}
        except (OSError, KeyError, ValueError, BadZipFile, msgspec.MsgspecError) as error:
            raise ModelError(str(folder), f"cannot be loaded ({why(error)})", REMEDY) from error
        self.folder = folder
        self.hash = model_hash(str(folder))

    def vectors(self, names: Sequence[str], kept: Path | None = None) -> NDArray[np.float32]:
        """Return the vectors of names, (names, 256), and store new ones in the file `kept`.

        The file then holds the vectors of these names only; a file that is damaged or of another model
        is replaced.
        """
        known = {**self.known, **_read(kept, self.hash)}
        new = sorted(set(names) - known.keys())
        if new:
            steps = project(described(new, self.folder, self.roots), self.weights)
            known |= dict(zip(new, steps, strict=True))
        if kept and new:
            lasting = {name: known[name] for name in names if name not in self.known}
            store.write_bytes(kept, msgspec.msgpack.encode(Kept.of(self.hash, lasting)))
        return np.array([known[name] for name in names], dtype=np.float32) / np.float32(STEPS)


def read_weights(folder: Path) -> Weights:
    """Return the weights in a model folder; raise OSError, KeyError, ValueError or BadZipFile if damaged."""
    with np.load(folder / WEIGHTS) as arrays:
        return Weights(*(arrays[name].astype(np.float32) for name in Weights._fields))


def made_with(files: Mapping[str, str]) -> str:
    """Return a hash of what vectors of names are computed with, from a card's files and their hashes."""
    return digest(*(value for name, value in sorted(files.items()) if name != NAMES))


def read_names(folder: Path) -> Kept:
    """Return the vectors shipped in a model folder; raise OSError or MsgspecError if they are damaged."""
    return msgspec.msgpack.decode((folder / NAMES).read_bytes(), type=Kept)


def described(names: Sequence[str], folder: Path, roots: Distribution) -> NDArray[np.float32]:
    """Return the input vectors of names, (names, 684): the encoder's, followed by those of the roots."""
    return np.hstack([embed(names, model=str(folder)), COMPANY * roots.vectors(names)], dtype=np.float32)


def project(vectors: NDArray[np.float32], weights: Weights) -> Steps:
    """Return input vectors, (n, 684), as vectors of names of about unit length, in steps.

    In single precision, last digits and therefore steps would depend on n.
    """
    moved = (vectors - weights.mean).astype(np.float64) @ weights.matrix
    return in_steps(moved / np.linalg.norm(moved, axis=1, keepdims=True))


def in_steps(unit: NDArray[np.floating[Any]]) -> Steps:
    """Return vectors of about unit length in steps."""
    steps: Steps = np.round(unit * STEPS).clip(-WIDEST, WIDEST).astype(np.int8)
    return steps


@cache
def load(name: str = MODEL) -> Likeness:
    """Return a model, loaded once per process."""
    return Likeness(find(name))


def judge(
    kind: Literal["balanced", "sure"], *, model: str = MODEL, kept: Path | None = None, often: int = 1
) -> Judge:
    """Return the judge of which names mean the same.

    Args:
        kind: the model's threshold to use; "sure" merges names only into concepts of the registry.
        model: a folder of the shipped models, or the path of another one.
        kept: a file for the vectors of names, so that a later run computes only new ones.
        often: mentions that a name needs before it is compared.
    """
    loaded = load(model)
    least: float = getattr(loaded.card.thresholds, kind)
    return Judge(lambda names: loaded.vectors(names, kept), least, often, only_known=kind == "sure")


def _read(path: Path | None, model: str) -> dict[str, Steps]:
    try:
        found = msgspec.msgpack.decode(path.read_bytes(), type=Kept) if path else Kept()
        return found.by_name() if found.model == model else {}
    except (OSError, ValueError, msgspec.MsgspecError):
        return {}
