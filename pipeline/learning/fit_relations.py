"""Fit the weights of `relate` (needs the extra `train`); a script, run by hand.

`python -m pipeline.learning.fit_relations TRAIN.jsonl DEV.jsonl SENTENCES.jsonl models/relations [TABLES]`

TRAIN and DEV are in the codebook's format for relations. `readings.jsonl` in the folder adds relations by id
and position, so that no text is copied: of sentences in SENTENCES, which has their mentions, and of those
labelled by the tagger's readings, whose texts come from TABLES, the tables of a run (else they are left out).
Each kind of pair has a multinomial logistic regression with a ridge penalty; thresholds come from
cross-validation over documents, DEV is only reported on. The same data give the same weights.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.errors import InputError
from pipeline.learning import jsonl, readings, related
from pipeline.learning.jsonl import Example
from pipeline.learning.pairs import NONE, Pair
from pipeline.learning.related import Judged, Link, Reference
from pipeline.relate import PairWeights, decide, probabilities

PENALTY = 20.0  # cross-validated F1 with 5, 10, 20 and 40: .737, .741, .744, .738
LEAST = 3  # occurrences that a feature needs
FOLDS = 5
THRESHOLDS = np.arange(0.25, 0.75, 0.025)


def related_readings(path: Path, sentences: Iterable[Example]) -> Iterator[Reference]:
    """Yield the sentences named by lines `{"id", "relations": [[from, kind, to]]}`, with these relations.

    Readings of the tagger whose sentence is not in the tables are left out.

    Raises:
        InputError: a line names any other sentence that is missing.
    """
    known = {one.id: one for one in sentences}
    for where, line in jsonl.lines(path):
        given = msgspec.json.decode(line)
        if one := known.get(given["id"]):
            links = tuple(Link(source, target, kind) for source, kind, target in given["relations"])
            yield Reference(id=one.id, text=one.text, doc=one.doc, mentions=one.mentions, relations=links)
        elif not given["id"].startswith(readings.PREFIX):
            raise InputError(where, f"names the unknown sentence {given['id']!r}", "take it out")


def fit(data: Sequence[Judged], more: Sequence[Judged] = ()) -> dict[str, PairWeights]:
    """Return the weights for each kind of pair; thresholds are the best for `data` in cross-validation."""
    judges = {}
    for kind in sorted({one.pair.kind for one in data}):
        mine, others = ([one for one in part if one.pair.kind == kind] for part in (data, more))
        judge = _fit([*mine, *others])
        judges[kind] = msgspec.structs.replace(judge, threshold=_threshold(_crossed(mine, others)))
    return judges


def crossed(
    data: Sequence[Judged], more: Sequence[Judged], judges: dict[str, PairWeights]
) -> list[tuple[str, str]]:
    """Return (reference, guess) of each pair of `data`, by weights not fitted on its document."""
    found = []
    for kind, judge in judges.items():
        mine, others = ([one for one in part if one.pair.kind == kind] for part in (data, more))
        found += _cut(_crossed(mine, others), judge.threshold)
    return found


def guess(pair: Pair, judges: dict[str, PairWeights]) -> str:
    """Return the relation guessed for a pair, or "none"."""
    return decide(pair, judges[pair.kind])[0]


def _fit(data: Sequence[Judged]) -> PairWeights:
    vectors = DictVectorizer()
    x = vectors.fit_transform([one.pair.features for one in data])
    frequent = np.flatnonzero(np.asarray((x != 0).sum(axis=0)).ravel() >= LEAST)
    model = LogisticRegression(C=1 / PENALTY, max_iter=1000)
    model.fit(x[:, frequent], [one.gold for one in data])
    kinds, bias, weights = _by_kind(model)
    names = vectors.get_feature_names_out()[frequent]
    return PairWeights(
        kinds=kinds,
        threshold=0.5,
        bias=bias,
        weights={
            name: tuple(column.tolist())
            for name, column in zip(names, weights.T, strict=True)
            if column.any()
        },
    )


def _by_kind(model: LogisticRegression) -> tuple[tuple[str, ...], tuple[float, ...], np.ndarray]:
    """Return kinds, biases and weights (kinds, features); for two kinds, scikit-learn has only the second."""
    weights, bias = np.round(model.coef_, 4), np.round(model.intercept_, 4)
    if len(bias) == 1:
        weights, bias = np.vstack([0 * weights, weights]), np.array([0.0, bias[0]])
    return tuple(map(str, model.classes_)), tuple(bias.tolist()), weights


def _crossed(data: Sequence[Judged], more: Sequence[Judged]) -> list[tuple[str, str, float]]:
    """Return for each pair its reference, the best relation and the probability of any, cross-validated."""
    fold = {document: at % FOLDS for at, document in enumerate(sorted({one.document for one in data}))}
    found = []
    for held in range(FOLDS):
        judge = _fit([one for one in (*data, *more) if fold.get(one.document) != held])
        found += [_best(one, judge) for one in data if fold[one.document] == held]
    return found


def _best(one: Judged, judge: PairWeights) -> tuple[str, str, float]:
    chances = probabilities(one.pair.features, judge)
    best = max((kind for kind in judge.kinds if kind != NONE), key=lambda kind: chances[kind])
    return one.gold, best, 1 - chances[NONE]


def _cut(guesses: Sequence[tuple[str, str, float]], threshold: float) -> list[tuple[str, str]]:
    return [(gold, kind if chance >= threshold else NONE) for gold, kind, chance in guesses]


def _threshold(guesses: Sequence[tuple[str, str, float]]) -> float:
    def f1(threshold: float) -> float:
        return related.score(_cut(guesses, threshold))["all"].f1

    return round(float(max(THRESHOLDS, key=lambda t: (f1(t), -abs(t - 0.5)))), 3)


def main(train: Path, dev: Path, sentences: Path, folder: Path, tables: Path | None = None) -> Iterator[str]:
    """Fit the weights, write `weights.json` into the folder and yield a report, line by line."""
    data = related.judged(list(related.read(train)))
    labelled = list(jsonl.read(sentences))
    if tables is not None:
        labelled += readings.read(folder.parent / "tagger" / "readings.jsonl", tables)
    more = related.judged(list(related_readings(folder / "readings.jsonl", labelled)))
    held = related.judged(list(related.read(dev)))
    judges = fit(data, more)
    (folder / "weights.json").write_bytes(msgspec.json.format(msgspec.json.encode(judges), indent=0))
    for name, guesses in (
        ("cross-validation", crossed(data, more, judges)),
        ("development", [(one.gold, guess(one.pair, judges)) for one in held]),
        ("nearest, train", [(one.gold, related.nearest(one.pair)) for one in data]),
        ("nearest, development", [(one.gold, related.nearest(one.pair)) for one in held]),
    ):
        yield name
        for kind, (precision, recall, f1, n) in related.score(guesses).items():
            yield f"  {kind:12} P {precision:.2f} R {recall:.2f} F1 {f1:.3f} n {n}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in main(*map(Path, sys.argv[1:6])))
