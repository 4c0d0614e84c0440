"""Read from a tagger's card what the figures need to know about its errors: rates by class, F1 by period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import field

from pipeline.cards import find, read
from pipeline.errors import ModelError
from pipeline.records import Record
from pipeline.schema.labels import (
    ACTOR_KINDS,
    CHALLENGE_STATUSES,
    INSTRUMENT_KINDS,
    INSTRUMENT_STATUSES,
    LAYERS,
)
from pipeline.tracking.misclassification import ErrorRate, Precision, error_rate
from pipeline.tracking.resample import Z, reach

MIN_JUDGED = 10  # independent units with and without a class; with fewer, its rates say next to nothing
MIN_DOCUMENTS = 5  # of one type in one period; of fewer, the interval of their F1 says next to nothing
LEVEL = 0.02  # of F1 by which the taggers of a cross-validation may be worse than the one that they stand for
Score = tuple[float, float, float]  # F1, low, high


class Trust(Record):
    """What evaluation shows about a tagger, and about themes of the user's; nothing by default."""

    error_rates: Mapping[tuple[str, str], ErrorRate | Precision] = field(default_factory=dict)  # (unit, item)
    f1: Mapping[tuple[str, str, str], Score] = field(
        default_factory=dict
    )  # (document_type, period_id, layer)


def trust(model: str) -> Trust:
    """Return the error rates and scores in a model's card, empty if it has no scores.

    Those of a layer come from the cross-validation, if its taggers are level with the model there on the
    documents that none of them has seen, else from these documents alone.

    Args:
        model: a folder of the shipped models, or the path of another model folder.

    Raises:
        ModelError: the card cannot be read.
    """
    try:
        find(model)
    except ModelError:
        return Trust()
    scores = read(model).get("scores", {})
    judged = {layer: _judged(scores, layer) for layer in (*LAYERS, "theme")}
    return Trust(
        error_rates=dict(rate for layer, told in judged.items() for rate in _rates(told, layer)),
        f1=dict(score for layer, told in judged.items() for score in _by_period(told, layer)),
    )


def _judged(scores: Mapping[str, Any], layer: str) -> Mapping[str, Any]:
    alone: Mapping[str, Any] = scores.get("held_out", {})
    own, folds = scores.get("folds_f1", {}).get(layer, (0.0, 0.0))
    crossed: Mapping[str, Any] = scores.get("crossed", alone)
    return crossed if round(own - folds, 6) <= LEVEL else alone


def _rates(scores: Mapping[str, Any], layer: str) -> Iterator[tuple[tuple[str, str], ErrorRate]]:
    sentences, documents = (float(scores.get(name, 0)) for name in ("sentences", "documents"))
    for name, row in scores.get("theme_f1", {}).items() if layer == "theme" else ():
        yield from _rate(("theme", name), row, (1.0, 1.0), sentences, documents)
    of = scores.get("layer_f1", {}).get(layer)
    for table, units in ((scores.get("kind_f1", {}), _KINDS), (scores.get("status_f1", {}), _STATUSES)):
        for name, row in table.items() if of else ():
            of_layer, _, item = name.partition(" ")
            if of_layer == layer and (layer, item) in units:
                yield from _rate((units[layer, item], item), row, (of[4], of[5]), of[6], documents)


_KINDS = {
    **{("instrument", kind): "kind" for kind in INSTRUMENT_KINDS},
    **{("actor", kind): "actor_kind" for kind in ACTOR_KINDS},
}
_STATUSES = {
    **{("instrument", status): "status" for status in INSTRUMENT_STATUSES},
    **{("challenge", status): "status" for status in CHALLENGE_STATUSES},
}


def _rate(
    key: tuple[str, str], row: list[float], of_layer: tuple[float, float], total: float, documents: float
) -> Iterator[tuple[tuple[str, str], ErrorRate]]:
    """Yield the rate of one class, if enough units with and without it were judged.

    Args:
        key: unit and item.
        row: F1, low, high, exact F1, precision, recall, n and number of documents (missing on older cards).
        of_layer: precision and recall of its layer; units missed altogether affect all classes alike.
        total: number of units judged.
        documents: number of documents that they are from, 0 if unknown; the row tells those with the class.
    """
    precision, recall = (min(1.0, x / of) if of else 0.0 for x, of in zip(row[4:6], of_layer, strict=True))
    worth = _worth(row[0], row[1], row[2], row[6], row[7] if len(row) > 7 else documents)
    positives, judged = row[6] * worth, total * worth
    if min(positives, judged - positives) >= MIN_JUDGED and precision > 0:
        yield key, error_rate(precision=precision, recall=recall, positives=positives, total=judged)


def _worth(f1: float, low: float, high: float, n: float, documents: float) -> float:
    """Return the worth of a unit of the reference in independent units, at most 1.

    Errors in one document resemble each other; the card's interval over documents shows how many
    independent units would be as uncertain. It has plain percentiles, which few documents make too short.
    A class of one document has no interval: nothing tells how far others are from it.
    """
    if documents == 1 or (high <= low and 0 < f1 < 1):
        return 0.0
    short = reach(documents) / Z if documents > 1 else 1.0
    independent = f1 * (1 - f1) * (2 * Z / max(short * (high - low), 1e-6)) ** 2
    return min(1.0, independent / n) if n and 0 < f1 < 1 else 1.0


def _by_period(scores: Mapping[str, Any], layer: str) -> Iterator[tuple[tuple[str, str, str], Score]]:
    """Yield F1 of a layer by document type and period, with an interval as wide as few documents need."""
    for name, (f1, low, high, *_, documents) in scores.get("type_and_period_f1", {}).items():
        kind, period_id, layer_of_row = name.split(" ")
        if layer_of_row == layer and documents >= MIN_DOCUMENTS:
            wider = reach(documents) / Z
            yield (kind, period_id, layer), (f1, f1 - wider * (f1 - low), f1 + wider * (high - f1))
