"""To fit the weights of `relate`: `python -m pipeline.learning.fit_relations TRAIN.jsonl DEV.jsonl FOLDER`.

A multinomial logistic regression with a ridge penalty, by accelerated gradient descent on all data
(Nesterov), so that the same data give the same weights. Thresholds come from cross-validation over
documents; the development file only reports.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.learning.pairs import pairs
from pipeline.records import Span
from pipeline.relate import NONE, Judge, probabilities

PENALTY = 5.0  # cross-validated F1 with 2, 5, 10 and 33: .712, .710, .710, .703
LEAST = 3  # times a feature must occur; 15 costs .02 of F1
FOLDS = 5
THRESHOLDS = np.arange(0.25, 0.75, 0.025)

Array = NDArray[np.float64]


class Example(NamedTuple):
    """A pair of mentions of a reference sentence with its relation."""

    sentence: int
    document: str
    kind: str  # of the pair
    features: dict[str, float]
    gold: str


class Score(NamedTuple):
    """Precision, recall, F1 and the number of reference relations."""

    precision: float
    recall: float
    f1: float
    n: int


def examples(path: Path) -> list[Example]:
    """Return all pairs of a file in the codebook's form for relations."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        sentence = msgspec.json.decode(line)
        related = {frozenset((r["from"], r["to"])): r["kind"] for r in sentence["relations"]}
        for pair in pairs(sentence["text"], spans(sentence["mentions"])):
            gold = related.get(frozenset((pair.first, pair.second)), NONE)
            found.append(Example(number, sentence["doc"], pair.kind, pair.features, gold))
    return found


def spans(mentions: Sequence[dict[str, Any]]) -> list[Span]:
    """Return mentions of the codebook's form as spans."""
    return [
        Span(
            sentence=0, start=m["start"], end=m["end"], text=m["text"], label=m["layer"],
            kind=m["kind"] or "", status=m["status"] or "", named=m["named"] or "",
        )
        for m in mentions
    ]  # fmt: skip


def fit(data: Sequence[Example]) -> dict[str, Judge]:
    """Return a judge for each kind of pair, thresholds from cross-validation over documents."""
    judges = {}
    for kind in sorted({example.kind for example in data}):
        mine = [example for example in data if example.kind == kind]
        judges[kind] = msgspec.structs.replace(_fit(mine), threshold=_threshold(_crossed(mine)))
    return judges


def _fit(data: Sequence[Example]) -> Judge:
    counted = Counter(name for example in data for name in example.features)
    names = sorted(name for name, n in counted.items() if n >= LEAST)
    kinds = tuple(sorted({example.gold for example in data}))
    x = _matrix(data, {name: at for at, name in enumerate(names)})
    y = np.array([[float(example.gold == kind) for kind in kinds] for example in data])
    weights = np.round(_descend(x, y), 4)
    return Judge(
        kinds=kinds,
        threshold=0.5,
        bias=tuple(weights[-1].tolist()),
        weights={
            name: tuple(row.tolist()) for name, row in zip(names, weights[:-1], strict=True) if row.any()
        },
    )


def _matrix(data: Sequence[Example], columns: dict[str, int]) -> Array:
    x = np.zeros((len(data), len(columns) + 1))
    x[:, -1] = 1.0  # the bias
    for row, example in enumerate(data):
        for name, size in example.features.items():
            if name in columns:
                x[row, columns[name]] = size
    return x


def _descend(x: Array, y: Array, *, steps: int = 400) -> Array:
    """Return weights, (features + 1, kinds), that minimise the penalised logistic loss."""
    penalty = np.full((x.shape[1], 1), PENALTY)
    penalty[-1] = 1e-3
    length = 1.0 / (0.5 * np.linalg.norm(x, 2) ** 2 + PENALTY)
    weights = ahead = np.zeros((x.shape[1], y.shape[1]))
    for step in range(steps):
        gradient = x.T @ (_softmax(x @ ahead) - y) + penalty * ahead
        new = ahead - length * gradient
        ahead = new + step / (step + 3) * (new - weights)
        weights = new
    return weights


def _softmax(sums: Array) -> Array:
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def _crossed(data: Sequence[Example]) -> list[tuple[str, str, float]]:
    """Return for each example its reference, the best relation and the chance of any, out of document."""
    order = sorted({example.document for example in data})
    fold = {document: at % FOLDS for at, document in enumerate(order)}
    found = []
    for held in range(FOLDS):
        judge = _fit([example for example in data if fold[example.document] != held])
        found += [_guess(example, judge) for example in data if fold[example.document] == held]
    return found


def _guess(example: Example, judge: Judge) -> tuple[str, str, float]:
    chances = probabilities(example.features, judge)
    best = max((kind for kind in judge.kinds if kind != NONE), key=lambda kind: chances[kind])
    return example.gold, best, 1 - chances[NONE]


def _threshold(guesses: Sequence[tuple[str, str, float]]) -> float:
    def f1(threshold: float) -> float:
        cut = [(gold, kind if chance >= threshold else NONE) for gold, kind, chance in guesses]
        return score(cut)[""].f1

    return round(float(max(THRESHOLDS, key=lambda t: (f1(t), -abs(t - 0.5)))), 3)


def score(pairs: Sequence[tuple[str, str]]) -> dict[str, Score]:
    """Return the scores of (reference, guess) by kind of relation, and of all under ""."""
    right: Counter[str] = Counter(gold for gold, guess in pairs if gold == guess)
    given = Counter(guess for _, guess in pairs)
    wanted = Counter(gold for gold, _ in pairs)
    for count in (right, given, wanted):
        count.pop(NONE, None)
    kinds = sorted({*given, *wanted})
    found = {kind: _score(right[kind], given[kind], wanted[kind]) for kind in kinds}
    return {"": _score(right.total(), given.total(), wanted.total()), **found}


def _score(right: int, given: int, wanted: int) -> Score:
    precision, recall = right / max(1, given), right / max(1, wanted)
    return Score(precision, recall, 2 * right / max(1, given + wanted), wanted)


def judged(data: Sequence[Example], judges: dict[str, Judge]) -> list[tuple[str, str]]:
    """Return (reference, guess) of each example."""
    guesses = ((example, *_guess(example, judges[example.kind])) for example in data)
    return [
        (gold, kind if chance >= judges[example.kind].threshold else NONE)
        for example, gold, kind, chance in guesses
    ]


def crossed(data: Sequence[Example], judges: dict[str, Judge]) -> list[tuple[str, str]]:
    """Return (reference, guess) of each example, by weights that never saw its document."""
    found = []
    for kind, judge in judges.items():
        guesses = _crossed([example for example in data if example.kind == kind])
        found += [(gold, best if chance >= judge.threshold else NONE) for gold, best, chance in guesses]
    return found


USUAL = {"instrument-challenge": "addresses", "instrument-actor": "targets", "challenge-actor": "affects"}


def nearest(data: Sequence[Example]) -> list[tuple[str, str]]:
    """Return (reference, guess) of the baseline: two mentions that are nearest to each other are related."""
    return [
        (example.gold, USUAL[example.kind] if "ranks=0,0" in example.features else NONE) for example in data
    ]


def main(train: Path, dev: Path, folder: Path) -> Iterator[str]:
    """Fit on `train`, write `weights.json` and yield a report on both files, line by line."""
    data, held = examples(train), examples(dev)
    judges = fit(data)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights.json").write_bytes(msgspec.json.format(msgspec.json.encode(judges), indent=0))
    for name, guesses in (
        ("cross-validation", crossed(data, judges)),
        ("development", judged(held, judges)),
        ("nearest, train", nearest(data)),
        ("nearest, development", nearest(held)),
    ):
        yield name
        for kind, (precision, recall, f1, n) in score(guesses).items():
            yield f"  {kind or 'all':12} P {precision:.2f} R {recall:.2f} F1 {f1:.3f} n {n}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in main(*map(Path, sys.argv[1:4])))
