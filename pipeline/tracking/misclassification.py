"""Correct shares for the errors of a tagger, and carry the uncertainty of its evaluation into intervals."""

from __future__ import annotations

import numpy as np

from pipeline.records import Record
from pipeline.tracking.resample import Floats, expanded_interval, wilson

YOUDEN_LEAST = 0.1  # sensitivity + specificity - 1; below, the tagger says next to nothing


class ErrorRate(Record):
    """What an evaluation shows about one class: counts of units (sentences or mentions) judged."""

    true_positive: float
    false_positive: float
    false_negative: float
    true_negative: float

    @property
    def sensitivity(self) -> float:
        """Share found of the units that have the class: the mean of its posterior (Jeffreys prior)."""
        return (self.true_positive + 0.5) / (self.true_positive + self.false_negative + 1)

    @property
    def specificity(self) -> float:
        """Share passed over of the units without the class, in the same way."""
        return (self.true_negative + 0.5) / (self.true_negative + self.false_positive + 1)


class Precision(Record):
    """A person's judgement of one class: how many of the units found are right, and how many wrong."""

    right: int
    wrong: int


def error_rate(*, precision: float, recall: float, positives: float, total: float) -> ErrorRate:
    """Return the counts behind published scores of one class.

    Args:
        precision: precision of the class, above 0.
        recall: recall of the class.
        positives: number of units in the reference that have the class.
        total: number of all units judged.
    """
    right = recall * positives
    wrong = right * (1 - precision) / precision
    return ErrorRate(
        true_positive=right,
        false_positive=wrong,
        false_negative=positives - right,
        true_negative=max(0.0, total - positives - wrong),
    )


def corrected(share: Floats, sensitivity: Floats, specificity: Floats) -> Floats:
    """Return the true share, 0..1, behind that of a tagger with known errors (Rogan & Gladen 1978)."""
    true: Floats = np.clip((share + specificity - 1) / (sensitivity + specificity - 1), 0, 1)
    return true


def error_draws(rate: ErrorRate, draws: int, rng: np.random.Generator) -> Floats | None:
    """Return draws of sensitivity and specificity from their posterior (Jeffreys prior), (2, draws).

    Return None if the tagger is too weak for a correction.
    """
    if rate.sensitivity + rate.specificity - 1 < YOUDEN_LEAST:
        return None
    found = rng.beta(rate.true_positive + 0.5, rate.false_negative + 0.5, draws)
    return np.stack((found, rng.beta(rate.true_negative + 0.5, rate.false_positive + 0.5, draws)))


def corrected_interval(
    replicates: Floats,
    clusters: float | Floats,
    n: Floats,
    denominators: Floats,
    known: Floats,
    drawn: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Return corrected shares and the ends of their intervals.

    The sampling of texts (bootstrap) and that of the evaluation (posterior of sensitivity and specificity,
    from `error_draws`) are combined by pairing each resample with one draw, as in Lang & Reiczigel (2014).
    If less is found than false positives alone should give, these are rarer here than in the evaluation; the
    upper end is then that of a tagger without any, because otherwise no share above 0 would seem possible.

    Args:
        replicates: resamples of the shares found, (resamples, items).
        clusters: number of `even_clusters`.
        n: numerators in `effective` units, (items,).
        denominators: denominators, same shape.
        known: sensitivity and specificity of each item, (2, items).
        drawn: draws of them, (2, items, resamples).
    """
    sensitivity = drawn[0]
    usable = np.maximum(drawn.sum(0), 1 + YOUDEN_LEAST / 2)
    low, high = expanded_interval(corrected(replicates.T, sensitivity, usable - sensitivity).T, clusters)
    points = corrected(n / denominators, *known)
    without = np.where(points > 0, known[1], 1.0)
    least, most = (corrected(end, known[0], without) for end in wilson(n, denominators))
    return points, np.minimum(low, least), np.maximum(high, most)


def precision_draws(known: Precision, draws: int, rng: np.random.Generator) -> Floats:
    """Return draws of a precision from its posterior (Jeffreys prior)."""
    return rng.beta(known.right + 0.5, known.wrong + 0.5, draws)


def precise_interval(
    replicates: Floats,
    clusters: float | Floats,
    n: Floats,
    denominators: Floats,
    known: Floats,
    drawn: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Return shares of units that are found and right, and the ends of their intervals.

    What is missed stays unknown. Each resample is paired with one draw of the precision.

    Args:
        replicates: resamples of the shares found, (resamples, items).
        clusters: number of `even_clusters`.
        n: numerators in `effective` units, (items,).
        denominators: denominators, same shape.
        known: precision of each item, (items,).
        drawn: draws of it from `precision_draws`, (items, resamples).
    """
    low, high = expanded_interval((replicates.T * drawn).T, clusters)
    points = n / denominators * known
    least, most = (end * known for end in wilson(n, denominators))
    return points, np.minimum(low, least), np.maximum(high, most)
