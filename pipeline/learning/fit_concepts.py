"""Learn vectors in which the names of one concept lie near each other; a script, run by hand (extra `train`).

`python -m pipeline.learning.fit_concepts CHECKPOINT models/concepts`

It learns an encoder, starting from a checkpoint (a folder or a hub name), and a matrix over its vectors and
those of the names' roots, starting from their main directions, from the shipped registry: names of one
concept attract each other and repel all others (`nets.names.loss`); the names under an entry's `not` repel it
even if they belong to no other concept. Each batch holds concepts with some of their nearest neighbours,
because only those teach the finer differences (Gao et al. 2021, "SimCSE", hard negatives; Xiong et al. 2021,
"ANCE", neighbours found anew while learning). The threshold has the best F1 averaged over two uses, each
with the names of 120 concepts that the weights have not seen: with a registry that knows part of them, and
without (drawn from halves of the registry). Four trainings: some minutes on a GPU, hours on two cores. The
same registry gives the same weights on one machine. Run `fit_names` afterwards.

For the shipped weights, all four began with a matrix that had been learned from the whole registry, so that
their figures may be too kind; now each begins with nothing but the names that it learns from.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import comb
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.knowledge import keys
from pipeline.knowledge.meaning import Group, Judge, merges
from pipeline.knowledge.registry import Registry, load_registry
from pipeline.learning import encoder, packing
from pipeline.learning.distribution import ROOTS, Distribution
from pipeline.learning.encoder import Pieces
from pipeline.learning.likeness import COMPANY, STEPS, WEIGHTS, in_steps
from pipeline.learning.nets import names as nets
from pipeline.learning.nets.checkpoints import load_checkpoint
from pipeline.learning.nets.names import EPOCHS, Name, NameNetwork
from pipeline.versions import file_sha256

LONGEST_NAME = 64  # pieces
SEED = 20211026
THRESHOLDS = np.arange(0.30, 0.80, 0.05)
UNKNOWN = 0.3  # share of concepts unknown to the partial registry
HIDDEN = 0.4  # share of unknown names among the other concepts
DRAWS, CASES = 3, 120  # number of draws, and of concepts drawn as cases
STRANGER = "not "  # prefix for the pseudo-concept of a name that only occurs as a false friend

Vectors = dict[str, NDArray[np.float32]]  # by name
Teach = Callable[[Sequence["Named"], Sequence["Named"]], Vectors]  # learn from some names, tell others


class Named(NamedTuple):
    """A name and the concept that it belongs to."""

    layer: str
    concept: str
    name: str

    @property
    def is_stranger(self) -> bool:
        """Whether the name belongs to no concept but is a false friend of an entry."""
        return self.concept.startswith(STRANGER)


class Start(NamedTuple):
    """What learning starts from."""

    checkpoint: str
    roots: Distribution
    pieces: Pieces

    def read(self, names: Sequence[Named]) -> list[Name]:
        """Return names as the network sees them; concepts and layers are numbered in order."""
        concepts = {concept: at for at, concept in enumerate(sorted({one.concept for one in names}))}
        layers = {layer: at for at, layer in enumerate(sorted({one.layer for one in names}))}
        encoded = self.pieces([f"query: {one.name}" for one in names])
        vectors = COMPANY * self.roots.vectors([one.name for one in names])
        return [
            Name(
                (self.pieces.first, *ids[: LONGEST_NAME - 2], self.pieces.last),
                vector.astype(np.float32),
                concepts[one.concept],
                layers[one.layer],
            )
            for one, (ids, _), vector in zip(names, encoded, vectors, strict=True)
        ]


def taught(names: Sequence[Named], start: Start, epochs: int = EPOCHS) -> NameNetwork:
    """Return a network that has learned names."""
    untaught = load_checkpoint(start.checkpoint, Path(), dropout=nets.DROPOUT).network
    told = start.read(names)
    network = NameNetwork(untaught, nets.unlearned(untaught, told, start.pieces.pad))
    return nets.learn(told, network, pad=start.pieces.pad, epochs=epochs)


def teacher(start: Start, epochs: int = EPOCHS) -> Teach:
    """Return the function that learns from some names and tells the vectors of others."""

    def teach(teachers: Sequence[Named], names: Sequence[Named]) -> Vectors:
        network = taught(teachers, start, epochs)
        rows = nets.vectors_of(network, start.read(names), start.pieces.pad)
        steps = in_steps(rows) / np.float32(STEPS)
        return {one.name: row for one, row in zip(names, steps, strict=True)}

    return teach


def names_of(registry: Registry) -> list[Named]:
    """Return the names of the registry's challenges and instruments, and their false friends."""
    entries = [entry for entry in registry.concept if entry.layer != "actor"]
    found = [Named(e.layer, e.id, name) for e in entries for name in e.worded]
    known = {(one.layer, keys.key(one.name, one.layer)) for one in found}
    strange = [(e.layer, name) for e in entries for name in e.confused]
    others = [(layer, name) for layer, name in strange if (layer, keys.key(name, layer)) not in known]
    return [*found, *(Named(layer, STRANGER + name, name) for layer, name in sorted(set(others)))]


def crossed(names: Sequence[Named], teach: Teach) -> Iterator[tuple[list[Named], Vectors]]:
    """Yield names of drawn concepts with vectors learned from the other half of the registry."""
    concepts = sorted({one.concept for one in names})
    rng = np.random.default_rng(SEED)
    rng.shuffle(concepts)
    for held in (set(concepts[::2]), set(concepts[1::2])):
        half = [one for one in names if one.concept in held]
        vectors = teach([one for one in names if one.concept not in held], half)
        for drawn in _draws(half, rng):
            yield drawn, vectors


def partly(names: Sequence[Named], teach: Teach) -> Iterator[tuple[list[Named], Vectors, list[Named]]]:
    """Yield names of drawn concepts, vectors not learned from them, and the names known to a registry."""
    rng = np.random.default_rng(SEED)
    strangers = [one for one in names if one.is_stranger]
    named = [one for one in names if not one.is_stranger]
    unknown = {concept for concept in sorted({one.concept for one in named}) if rng.random() < UNKNOWN}
    known = [one for one in named if one.concept not in unknown and rng.random() >= HIDDEN]
    familiar = set(known)
    left = [one for one in named if one not in familiar]
    vectors = teach([*known, *strangers], named)
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


def main(checkpoint: str, folder: Path) -> Iterator[str]:
    """Learn, write encoder and matrix into the folder, and yield a report by lines."""
    names = names_of(load_registry())
    pieces = encoder.load(str(folder)).pieces
    start = Start(checkpoint, Distribution(folder / ROOTS), pieces)
    teach = teacher(start)
    alone, beside = [], []
    for drawn, vectors in crossed(names, teach):
        alone.append([f1(drawn, vectors, least) for least in THRESHOLDS])
        yield f"alone, draw {len(alone)}: F1 {max(alone[-1]):.3f}"
    for drawn, vectors, known in partly(names, teach):
        beside.append([f1(drawn, vectors, least, known) for least in THRESHOLDS])
        yield f"beside a registry, draw {len(beside)}: F1 {max(beside[-1]):.3f}"
    means = np.mean(alone, axis=0), np.mean(beside, axis=0)
    for least, single, used in zip(THRESHOLDS, *means, strict=True):
        yield f"least {least:.2f}: F1 alone {single:.3f}, beside a registry {used:.3f}"
    yield f"balanced = {THRESHOLDS[(means[0] + means[1]).argmax()]:.2f}"
    network = taught(names, start)
    for name in pack(network, folder):
        yield f'"{name}" = "{file_sha256(folder / name)}"'


def pack(network: NameNetwork, folder: Path) -> tuple[str, ...]:
    """Write a network into a model folder and return the names of the files."""
    weights = {name: part.astype(np.float16) for name, part in network.weights()._asdict().items()}
    with packing.renewed(folder) as fresh:
        np.savez(fresh / WEIGHTS, **weights)
        nets.export(network.enc, fresh / "encoder.onnx")
    return WEIGHTS, "encoder.onnx"


def _key(one: Named) -> str:
    return f"{one.layer} {keys.key(one.name, one.layer)}"


if __name__ == "__main__":
    for told in main(sys.argv[1], Path(sys.argv[2])):
        sys.stdout.write(f"{told}\n")
        sys.stdout.flush()
