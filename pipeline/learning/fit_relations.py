"""Fit regression and network of `relate` (needs the extra `train`); a script, run by hand.

`python -m pipeline.learning.fit_relations TRAIN.jsonl SENTENCES.jsonl models/relations TABLES CHECKPOINT`

TRAIN is in the codebook's format for relations. `readings.jsonl` in the folder adds relations by id and
position, so that no text is copied: of sentences in SENTENCES, which has their mentions, and of those
labelled by the tagger's readings, whose texts come from TABLES, the tables of a run (those not there are
left out). Each kind of pair has a multinomial logistic regression with a ridge penalty. The network starts
from the encoder of `tagger_fast`; CHECKPOINT is the folder of the encoder that this one was made from.
Thresholds come from cross-validation over the documents of TRAIN: six networks are trained, on a GPU if torch
finds one. The same data give the same weights on one machine.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.cards import CARD
from pipeline.errors import InputError
from pipeline.knowledge.toml import as_toml
from pipeline.learning import jsonl, marks, packing, quantize, readings, related
from pipeline.learning.encoder import Card, Pieces, verify
from pipeline.learning.jsonl import Example
from pipeline.learning.nets import relations
from pipeline.learning.nets.relations import Recipe, RelationNetwork, Sentence
from pipeline.learning.pairs import KINDS
from pipeline.learning.related import Judged, Link, Reference, Score
from pipeline.relate import (
    DECISIONS,
    WEIGHTS,
    Decisions,
    PairWeights,
    Thresholds,
    decide,
    mixed,
    probabilities,
)
from pipeline.versions import file_sha256

PENALTY = 20.0  # cross-validated F1 with 5, 10, 20 and 40: .737, .741, .744, .738
LEAST = 3  # occurrences that a feature needs
FOLDS = 5
THRESHOLDS = np.arange(0.25, 0.75, 0.025)
SHARE = 0.4  # of the regression; F1 is flat around it (`main` prints it for SHARES)
SHARES = (0.0, 0.3, 0.4, 0.5, 1.0)
BITS: quantize.Bits = 8  # F1 between its decisions on the training pairs and the floats': .997, with 7 .973
EVERY = 50  # sentences: one in so many shows which channels of the encoder are large
TAGGER = "tagger_fast"  # whose encoder and pieces the network starts from

Chances = Mapping[str, float]  # the probability of each kind of relation


class Given(NamedTuple):
    """Sentences whose relations are known: those that choose thresholds, and more to learn from."""

    data: Sequence[Reference]
    more: Sequence[Reference]


def related_readings(path: Path, sentences: Iterable[Example]) -> Iterator[Reference]:
    """Yield the sentences named by lines `{"id", "relations": [[from, kind, to]]}`, with these relations.

    Readings of the tagger whose sentence is not in the tables are left out.

    Raises:
        InputError: a line names any other sentence that is missing, or relates what it cannot.
    """
    known = {one.id: one for one in sentences}
    for where, line in jsonl.lines(path):
        given = msgspec.json.decode(line)
        if one := known.get(given["id"]):
            links = tuple(Link(source, target, kind) for source, kind, target in given["relations"])
            of = Reference(id=one.id, text=one.text, doc=one.doc, mentions=one.mentions, relations=links)
            yield related.verified(of, where)
        elif not given["id"].startswith(readings.PREFIX):
            raise InputError(where, f"names the unknown sentence {given['id']!r}", "take it out")


def folds(given: Given) -> Iterator[tuple[Given, list[int]]]:
    """Yield what remains without a fold's documents, and the positions of the fold's sentences in `data`."""
    fold = {document: at % FOLDS for at, document in enumerate(sorted({one.doc for one in given.data}))}
    for held in range(FOLDS):
        rest = Given(*([one for one in part if fold.get(one.doc) != held] for part in given))
        yield rest, [at for at, one in enumerate(given.data) if fold[one.doc] == held]


def fit(given: Given) -> dict[str, PairWeights]:
    """Return the regression's weights for each kind of pair."""
    judged = related.judged([*given.data, *given.more])
    kinds = sorted({one.pair.kind for one in judged})
    return {kind: _fit([one for one in judged if one.pair.kind == kind]) for kind in kinds}


def crossed(given: Given) -> list[Chances]:
    """Return the regression's probabilities for the pairs of `data`; it has not seen their documents."""
    found: list[list[Chances]] = [[] for _ in given.data]
    for rest, held in folds(given):
        weights = fit(rest)
        for at in held:
            pairs = [one.pair for one in related.judged([given.data[at]])]
            found[at] = [probabilities(pair.features, weights[pair.kind]) for pair in pairs]
    return [one for sentence in found for one in sentence]


def network_crossed(given: Given, checkpoint: Path, tagger: Path, recipe: Recipe) -> list[Chances]:
    """Return the probabilities for the pairs of `data` by networks that have not seen their documents."""
    found: list[list[Chances]] = [[] for _ in given.data]
    for rest, held in folds(given):
        network = trained(rest, checkpoint, tagger, recipe)
        told = sentences([given.data[at] for at in held], tagger)
        for at, one, rows in zip(held, told, relations.chances(network, told), strict=True):
            kinds = [list(KINDS.values())[int(number)] for number in one.rows[:, 6]]
            found[at] = [dict(zip(kind, row, strict=True)) for kind, row in zip(kinds, rows, strict=True)]
    return [one for sentence in found for one in sentence]


def trained(given: Given, checkpoint: Path, tagger: Path, recipe: Recipe) -> RelationNetwork:
    """Return a network that has learned from all sentences."""
    network = relations.untrained(checkpoint, tagger, seed=recipe.seed)
    relations.train(network, sentences([*given.data, *given.more], tagger), recipe)
    return network


def sentences(references: Sequence[Reference], tagger: Path) -> list[Sentence]:
    """Return sentences as the network reads them, in the tagger's pieces."""
    pieces = Pieces(tagger / verify(tagger).tokenizer)
    found = []
    for one in references:
        spans, judged = related.spans(one.mentions), related.judged([one])
        held = marks.marked(one.text, spans, pieces)
        gold = np.array([KINDS[each.pair.kind].index(each.gold) for each in judged], dtype=np.int64)
        found.append(Sentence(held, marks.rows(held, spans, [each.pair for each in judged]), gold))
    return found


def decided(judged: Sequence[Judged], ours: Sequence[Chances], read: Sequence[Chances]) -> Decisions:
    """Return the share of the regression and the thresholds, from cross-validated probabilities."""
    both = [mixed(one, other, SHARE) for one, other in zip(ours, read, strict=True)]
    return Decisions(SHARE, Thresholds(both=_thresholds(judged, both), regression=_thresholds(judged, ours)))


def scores(
    judged: Sequence[Judged], chances: Sequence[Chances], thresholds: Mapping[str, float]
) -> dict[str, Score]:
    """Return the scores of the relations that probabilities and thresholds give."""
    guesses = (decide(own, thresholds[one.pair.kind])[0] for one, own in zip(judged, chances, strict=True))
    return related.score([(one.gold, guess) for one, guess in zip(judged, guesses, strict=True)])


def pack(
    network: RelationNetwork, shown: Sequence[Sentence], folder: Path, *, bits: quantize.Bits = BITS
) -> None:
    """Write `encoder.onnx` and `heads.npz` into a model folder; the network is of no further use."""
    typical = [one.marked.ids for one in shown if len(one.rows)][::EVERY]
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        relations.export(network, scratch, typical)
        quantize.quantize(scratch / "encoder.onnx", folder / "encoder.onnx", way="dynamic", bits=bits)
        packing.write_heads(scratch / "heads.npz", folder / "heads.npz")


def write(folder: Path, weights: dict[str, PairWeights], decisions: Decisions) -> None:
    """Write `weights.json` and `decisions.toml` into a model folder."""
    (folder / WEIGHTS).write_bytes(msgspec.json.format(msgspec.json.encode(weights), indent=0))
    (folder / DECISIONS).write_text(as_toml(msgspec.to_builtins(decisions)), encoding="utf-8")


def report(judged: Sequence[Judged], ours: Sequence[Chances], read: Sequence[Chances]) -> Iterator[str]:
    """Yield cross-validated scores, line by line: of the regression's shares, of both and of the baseline."""
    for share in SHARES:
        both = [mixed(one, other, share) for one, other in zip(ours, read, strict=True)]
        f1 = scores(judged, both, _thresholds(judged, both))["all"].f1
        yield f"share of the regression {share}: F1 {f1:.3f}"
    decisions = decided(judged, ours, read)
    both = [mixed(one, other, decisions.share) for one, other in zip(ours, read, strict=True)]
    for name, told in (
        ("regression alone", scores(judged, ours, decisions.thresholds.regression)),
        ("both", scores(judged, both, decisions.thresholds.both)),
        ("nearest", related.score([(one.gold, related.nearest(one.pair)) for one in judged])),
    ):
        yield name
        for kind, (precision, recall, f1, n) in told.items():
            yield f"  {kind:12} P {precision:.2f} R {recall:.2f} F1 {f1:.3f} n {n}"


def hashes(folder: Path) -> Iterator[str]:
    """Yield the lines of a card that name the files."""
    card = msgspec.toml.decode((folder / CARD).read_bytes(), type=Card)
    for name in card.files:
        yield f'"{name}" = "{file_sha256(folder / name)}"'


def main(train: Path, labelled: Path, folder: Path, tables: Path, checkpoint: Path) -> Iterator[str]:
    """Fit both, then write the model's files into the folder, and yield a report, line by line."""
    tagger, known = folder.parent / TAGGER, list(jsonl.labelled(labelled))
    known += readings.read(folder.parent / "tagger" / "readings.jsonl", tables)
    more = list(related_readings(folder / "readings.jsonl", known))
    given, recipe = Given(list(related.read(train)), more), Recipe()
    judged = related.judged(given.data)
    ours, read = crossed(given), network_crossed(given, checkpoint, tagger, recipe)
    network = trained(given, checkpoint, tagger, recipe)
    with packing.renewed(folder) as fresh:
        write(fresh, fit(given), decided(judged, ours, read))
        pack(network, sentences(given.data, tagger), fresh)
    yield from report(judged, ours, read)
    yield from hashes(folder)


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


def _thresholds(judged: Sequence[Judged], chances: Sequence[Chances]) -> dict[str, float]:
    """Return the best threshold for each kind of pair; of equals, the one nearest to a half."""
    found = {}
    for kind in sorted({one.pair.kind for one in judged}):
        mine = [(one, own) for one, own in zip(judged, chances, strict=True) if one.pair.kind == kind]

        def f1(threshold: float, mine: Sequence[tuple[Judged, Chances]] = mine) -> float:
            return related.score([(one.gold, decide(own, threshold)[0]) for one, own in mine])["all"].f1

        found[kind] = round(float(max(THRESHOLDS, key=lambda t: (f1(t), -abs(t - 0.5)))), 3)
    return found


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in main(*map(Path, sys.argv[1:6])))
