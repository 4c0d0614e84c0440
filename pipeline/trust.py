"""A tagger's card to what the figures need to know of its errors: rates by class, F1 by period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from pipeline.config import models_folder
from pipeline.errors import ModelError
from pipeline.records import Record
from pipeline.resample import ErrorRate, error_rate
from pipeline.schema import ACTOR_KINDS, CHALLENGE_STATUSES, INSTRUMENT_KINDS, INSTRUMENT_STATUSES, LAYERS

MIN_JUDGED = 10  # units of a class in the reference; below, its rates say next to nothing
Table = Mapping[str, list[float]]  # name -> F1, low, high, exact F1, precision, recall, n


class Trust(Record):
    """What evaluation on held-out sentences knows of a tagger."""

    error_rates: dict[tuple[str, str], ErrorRate]  # (unit, item)
    f1: dict[tuple[str, str], tuple[float, float, float]]  # (period_id, layer): F1, low, high


def trust(model: str) -> Trust:
    """Return what the card of a model says, nothing where it has no scores.

    Args:
        model: a folder of the shipped models, or the path of another model folder.

    Raises:
        ModelError: the card cannot be read.
    """
    path = next(
        (p for p in (models_folder() / model / "card.toml", Path(model) / "card.toml") if p.is_file()), None
    )
    if path is None:
        return Trust(error_rates={}, f1={})
    try:
        scores = msgspec.toml.decode(path.read_bytes()).get("scores", {}).get("held_out", {})
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(str(path), f"cannot be read ({error})", "install the package again") from None
    return Trust(error_rates=dict(_rates(scores)), f1=dict(_by_period(scores)))


def _rates(scores: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], ErrorRate]]:
    sentences = float(scores.get("sentences", 0))
    for name, row in scores.get("theme_f1", {}).items():
        yield from _rate(("theme", name), row[4], row[5], row[6], sentences)
    layers: Table = scores.get("layer_f1", {})
    for table, units in (
        (scores.get("kind_f1", {}), _KINDS),
        (scores.get("status_f1", {}), _STATUSES),
    ):
        for name, row in table.items():
            layer, _, item = name.partition(" ")
            if (layer, item) in units and layer in layers:
                of = layers[layer]
                yield from _rate(
                    (units[layer, item], item), _given(row[4], of[4]), _given(row[5], of[5]), row[6], of[6]
                )


_KINDS = {
    **{("instrument", kind): "kind" for kind in INSTRUMENT_KINDS},
    **{("actor", kind): "actor_kind" for kind in ACTOR_KINDS},
}
_STATUSES = {
    **{("instrument", status): "status" for status in INSTRUMENT_STATUSES},
    **{("challenge", status): "status" for status in CHALLENGE_STATUSES},
}


def _given(score: float, of_layer: float) -> float:
    """Return a score of a class among spans that were found: what is missed altogether hits all classes."""
    return min(1.0, score / of_layer) if of_layer else 0.0


def _rate(
    key: tuple[str, str], precision: float, recall: float, positives: float, total: float
) -> Iterator[tuple[tuple[str, str], ErrorRate]]:
    if positives >= MIN_JUDGED and precision > 0:
        yield key, error_rate(precision=precision, recall=recall, positives=positives, total=total)


def _by_period(scores: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], tuple[float, float, float]]]:
    for name, row in scores.get("period_f1", {}).items():
        period_id, _, layer = name.partition(" ")
        if layer in (*LAYERS, "theme") and row[6] >= MIN_JUDGED:
            yield (period_id, layer), (row[0], row[1], row[2])
