"""Learn vectors in which the names of one concept lie near each other; a script, run by hand.

`python -m pipeline.learning.fit_concepts tests/cases/concepts_seen.jsonl models/concepts`

It learns from the shipped registry: names of one concept attract, all others repel each other (multi-positive
InfoNCE: Khosla et al. 2020, "Supervised Contrastive Learning", equation 2); the names under an entry's `not`
repel it even if they belong to no other concept. The threshold has the best F1 averaged over two uses, each
with the names of 120 concepts that the matrix has not seen: with a registry that knows part of them, and
without (drawn from halves of the registry, and the seen cases). The same registry gives the same weights.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from math import comb
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.cards import CARD
from pipeline.knowledge import keys
from pipeline.knowledge.meaning import Group, Judge, merges
from pipeline.knowledge.registry import Registry, load_registry
from pipeline.learning.distribution import ROOTS, Distribution
from pipeline.learning.likeness import NAMES, STEPS, WEIGHTS, Card, Kept, Weights, described, project
from pipeline.store import write_bytes
from pipeline.versions import file_sha256

TEMPERATURE = 0.07
STAY = 0.01  # ridge towards the identity; cross-validated F1 hardly changes from 0 to .03 and falls at .1
DROPOUT = 0.1
STEPS_OF_LEARNING = 400
WIDTH = 256  # of the vectors: F1 falls by .004 against the full width, at 192 by .018
RATE = 2e-3
BATCH = 1024
SEED = 20211026
THRESHOLDS = np.arange(0.30, 0.65, 0.05)
UNKNOWN = 0.3  # share of concepts unknown to the partial registry
HIDDEN = 0.4  # share of unknown names among the other concepts
DRAWS, CASES = 3, 120  # number of draws, and of concepts drawn as cases
STRANGER = "not "  # prefix for the pseudo-concept of a name that only occurs as a false friend

Floats = NDArray[np.float32]
Vectors = dict[str, NDArray[Any]]  # by name


class Named(NamedTuple):
    """A name and the concept that it belongs to."""

    layer: str
    concept: str
    name: str

    @property
    def is_stranger(self) -> bool:
        """Whether the name belongs to no concept but is a false friend of an entry."""
        return self.concept.startswith(STRANGER)


def learn(vectors: Floats, concepts: NDArray[np.int64]) -> Weights:
    """Return mean and matrix learned from vectors of names, (n, width), and their concepts' numbers."""
    mean = vectors.mean(axis=0)
    centred, width = vectors - mean, vectors.shape[1]
    rng = np.random.default_rng(SEED)
    start = np.eye(width, dtype=np.float32)
    matrix, momentum, scale = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS_OF_LEARNING + 1):
        batch = rng.permutation(len(centred))[:BATCH]
        mask = rng.random((len(batch), width), dtype=np.float32) >= DROPOUT
        gradient = _gradient(centred[batch] * mask / (1 - DROPOUT), concepts[batch], matrix)
        gradient += 2 * STAY * (matrix - start)
        momentum = 0.9 * momentum + 0.1 * gradient  # Adam (Kingma and Ba 2015, algorithm 1)
        scale = 0.999 * scale + 0.001 * gradient**2
        matrix = matrix - RATE * (momentum / (1 - 0.9**step)) / (np.sqrt(scale / (1 - 0.999**step)) + 1e-8)
    return Weights(_halved(mean), _halved(_narrowed(matrix, centred)))


def _narrowed(matrix: Floats, rows: Floats) -> Floats:
    """Return the matrix projected onto the axes along which the vectors of rows differ most."""
    moved = rows @ matrix
    unit = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    _, axes = np.linalg.eigh(unit.T @ unit)
    return np.asarray(matrix @ axes[:, ::-1][:, :WIDTH], dtype=np.float32)


def _halved(array: Floats) -> Floats:
    """Return an array in the precision of the shipped file."""
    return array.astype(np.float16).astype(np.float32)


def _gradient(rows: Floats, concepts: NDArray[np.int64], matrix: Floats) -> Floats:
    """Return the gradient of the loss with respect to the matrix."""
    moved = rows @ matrix
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / length
    same = concepts[:, None] == concepts
    np.fill_diagonal(same, val=False)
    many = same.sum(axis=1, keepdims=True)
    likeness = unit @ unit.T / TEMPERATURE
    np.fill_diagonal(likeness, -np.inf)
    chance = np.exp(likeness - likeness.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    to_pairs = ((chance - same / np.maximum(many, 1)) * (many > 0) / (many > 0).sum()).astype(np.float32)
    to_unit = (to_pairs + to_pairs.T) @ unit / TEMPERATURE
    to_moved = (to_unit - unit * (unit * to_unit).sum(axis=1, keepdims=True)) / length
    return np.asarray(rows.T @ to_moved, dtype=np.float32)


def names_of(registry: Registry) -> list[Named]:
    """Return the names of the registry's challenges and instruments, and their false friends."""
    entries = [entry for entry in registry.concept if entry.layer != "actor"]
    found = [Named(e.layer, e.id, name) for e in entries for name in e.worded]
    known = {(one.layer, keys.key(one.name, one.layer)) for one in found}
    strange = [(e.layer, name) for e in entries for name in e.confused]
    others = [(layer, name) for layer, name in strange if (layer, keys.key(name, layer)) not in known]
    return [*found, *(Named(layer, STRANGER + name, name) for layer, name in sorted(set(others)))]


def crossed(names: Sequence[Named], encoded: Vectors) -> Iterator[tuple[list[Named], Vectors]]:
    """Yield names of drawn concepts with vectors learned from the other half of the registry."""
    concepts = sorted({one.concept for one in names})
    rng = np.random.default_rng(SEED)
    rng.shuffle(concepts)
    for held in (set(concepts[::2]), set(concepts[1::2])):
        half = [one for one in names if one.concept in held]
        vectors = _taught([one for one in names if one.concept not in held], half, encoded)
        for drawn in _draws(half, rng):
            yield drawn, vectors


def _taught(teachers: Sequence[Named], names: Sequence[Named], encoded: Vectors) -> Vectors:
    """Return the vectors of names with what was learned from other names."""
    weights = learn(*_numbered(teachers, encoded))
    steps = project(np.stack([encoded[one.name] for one in names]), weights)
    return {one.name: row / STEPS for one, row in zip(names, steps, strict=True)}


def _numbered(names: Sequence[Named], encoded: Vectors) -> tuple[Floats, NDArray[np.int64]]:
    numbers = {concept: at for at, concept in enumerate(sorted({one.concept for one in names}))}
    return np.stack([encoded[one.name] for one in names]), np.array([numbers[one.concept] for one in names])


def partly(names: Sequence[Named], encoded: Vectors) -> Iterator[tuple[list[Named], Vectors, list[Named]]]:
    """Yield names of drawn concepts, vectors not learned from them, and the names known to a registry."""
    rng = np.random.default_rng(SEED)
    strangers = [one for one in names if one.is_stranger]
    named = [one for one in names if not one.is_stranger]
    unknown = {concept for concept in sorted({one.concept for one in named}) if rng.random() < UNKNOWN}
    known = [one for one in named if one.concept not in unknown and rng.random() >= HIDDEN]
    familiar = set(known)
    left = [one for one in named if one not in familiar]
    vectors = _taught([*known, *strangers], named, encoded)
    for drawn in _draws(left, rng):
        yield drawn, vectors, known


def _draws(names: Sequence[Named], rng: np.random.Generator) -> Iterator[list[Named]]:
    concepts = sorted({one.concept for one in names if not one.is_stranger})
    for _ in range(DRAWS):
        drawn = set(rng.permutation(concepts)[:CASES])
        yield [one for one in names if one.concept in drawn]


def f1(names: Sequence[Named], vectors: Vectors, least: float, known: Sequence[Named] = ()) -> float:
    """Return the pairwise F1 of merges by morphology and meaning, given the names a registry knows."""
    home = {_key(one): one.concept for one in known}
    own = [home.get(_key(one), _key(one)) for one in names]
    called: dict[tuple[str, str, bool], list[str]] = {}
    for one in known:
        called.setdefault((one.concept, one.layer, True), []).append(one.name)
    for one, key in zip(names, own, strict=True):
        if _key(one) not in home:
            called.setdefault((key, one.layer, False), []).append(one.name)
    groups = [Group(key, layer, tuple(found), is_fixed) for (key, layer, is_fixed), found in called.items()]
    judge = Judge(lambda texts: np.stack([vectors[text] for text in texts]), least)
    into = merges(groups, judge, lambda *_: False)
    found, gold = Counter(into.get(key, key) for key in own), Counter(one.concept for one in names)
    both = Counter((into.get(key, key), one.concept) for key, one in zip(own, names, strict=True))
    right, put, due = (sum(comb(n, 2) for n in counts.values()) for counts in (both, found, gold))
    return 2 * right / max(1, put + due)


def main(seen: Path, folder: Path) -> Iterator[str]:
    """Learn, write the weights and the registry's vectors into the folder, and yield a report by lines."""
    names = names_of(load_registry())
    cases = [Named(row["layer"], row["concept"], form) for row in _rows(seen) for form in row["forms"]]
    every = sorted({one.name for one in (*names, *cases)})
    card = msgspec.toml.decode((folder / CARD).read_bytes(), type=Card)
    told = described(every, card.encoder, Distribution(folder / ROOTS))
    encoded = dict(zip(every, told, strict=True))
    tests = [*crossed(names, encoded), (cases, _taught(_strangers(names, cases), cases, encoded))]
    drawn = list(partly(names, encoded))
    alone = np.array([[f1(*test, least) for least in THRESHOLDS] for test in tests])
    beside = np.array(
        [[f1(test, vectors, least, known) for least in THRESHOLDS] for test, vectors, known in drawn]
    )
    for least, used, scores in zip(THRESHOLDS, beside.T, alone.T, strict=True):
        shown = " ".join(f"{score:.3f}" for score in scores)
        yield f"least {least:.2f}: F1 beside a registry {used.mean():.3f}, alone {shown}"
    yield f"balanced = {THRESHOLDS[(beside.mean(axis=0) + alone.mean(axis=0)).argmax()]:.2f}"
    weights = learn(*_numbered(names, encoded))
    np.savez(folder / WEIGHTS, **{name: part.astype(np.float16) for name, part in weights._asdict().items()})
    shown_to = sorted({one.name for one in names if not one.is_stranger})
    steps = project(np.stack([encoded[name] for name in shown_to]), weights)
    kept = Kept.of("", dict(zip(shown_to, steps, strict=True)))
    write_bytes(folder / NAMES, msgspec.msgpack.encode(kept))
    for name in (NAMES, WEIGHTS):
        yield f'"{name}" = "{file_sha256(folder / name)}"'


def _key(one: Named) -> str:
    return f"{one.layer} {keys.key(one.name, one.layer)}"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def _strangers(names: Sequence[Named], cases: Sequence[Named]) -> list[Named]:
    """Return the names of concepts that share no key with a case."""
    known = {(one.layer, keys.key(one.name, one.layer)) for one in cases}
    shared = {one.concept for one in names if (one.layer, keys.key(one.name, one.layer)) in known}
    return [one for one in names if one.concept not in shared]


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in main(*map(Path, sys.argv[1:3])))
