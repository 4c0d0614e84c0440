"""Counts per cluster to shares, differences, intervals, p-values and q-values.

Every estimator takes matrices (clusters x items) and works on all items at once. A cluster is a document
or a section of one: sentences of one text resemble each other, so that clusters, not sentences, are drawn.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Record

Floats = NDArray[np.float64]
Z = NormalDist().inv_cdf(0.975)
MIN_CLUSTERS = 5  # with four, even the widest order statistics of the bootstrap stay short of 95 %
FIRST_PERMUTATIONS = 999  # enough to see that p is not small; items with p <= 0.05 get all of them
YOUDEN_LEAST = 0.1  # sensitivity + specificity - 1 below this: the tagger tells next to nothing


class ErrorRate(Record):
    """What evaluation knows of one class: counts of units (sentences or mentions) judged."""

    true_positive: float
    false_positive: float
    false_negative: float
    true_negative: float


def error_rate(*, precision: float, recall: float, positives: float, total: float) -> ErrorRate:
    """Return the counts behind published scores of one class.

    Args:
        precision: of the class, above 0.
        recall: of the class.
        positives: units of the reference that have the class.
        total: all units judged.
    """
    right = recall * positives
    wrong = right * (1 - precision) / precision
    return ErrorRate(
        true_positive=right,
        false_positive=wrong,
        false_negative=positives - right,
        true_negative=max(0.0, total - positives - wrong),
    )


def student(degrees: int) -> float:
    """Return the 97.5 % quantile of Student's t (Abramowitz & Stegun 26.7.5; within 0.3 % from 4 degrees)."""
    n = float(degrees)
    return (
        Z
        + (Z**3 + Z) / (4 * n)
        + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * n**2)
        + (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / (384 * n**3)
        + (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / (92160 * n**4)
    )


def bootstrap_weights(clusters: int, resamples: int, rng: np.random.Generator) -> Floats:
    """Return how often each cluster is drawn in each resample: (resamples, clusters)."""
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples).astype(np.float64)


def ratio(numerators: Floats, denominators: Floats) -> Floats:
    """Return numerators / denominators, 0 where the denominator is 0."""
    return np.divide(numerators, denominators, out=np.zeros_like(numerators), where=denominators > 0)


def expanded_interval(replicates: Floats, clusters: int) -> tuple[Floats, Floats]:
    """Return the ends of the expanded percentile interval of each column of (resamples, items).

    The percentiles are taken further out than 2.5 and 97.5, by Student's t and sqrt(n / (n - 1)), because
    the plain percentile interval is too short with few clusters (Hesterberg 2015, section 4.1).
    """
    resamples = len(replicates)
    tail = NormalDist().cdf(-student(clusters - 1) * sqrt(clusters / (clusters - 1)))
    low = max(0, int((resamples + 1) * tail) - 1)
    high = resamples - 1 - low
    parts = np.partition(replicates, (low, high), axis=0)
    return parts[low], parts[high]


def wilson(n: Floats, denominators: Floats) -> tuple[Floats, Floats]:
    """Return Wilson's interval of n / denominators as if all units were independent (Wilson 1927)."""
    d = np.maximum(denominators, 1)
    share = n / d
    middle = (share + Z**2 / (2 * d)) / (1 + Z**2 / d)
    half = Z / (1 + Z**2 / d) * np.sqrt(share * (1 - share) / d + Z**2 / (4 * d**2))
    return np.clip(middle - half, 0, share), np.clip(middle + half, share, 1)


def share_interval(
    replicates: Floats, clusters: int, n: Floats, denominators: Floats
) -> tuple[Floats, Floats]:
    """Return the bootstrap interval of shares, nowhere narrower than that of independent units.

    Sentences of one text never say more than as many independent ones would; the floor keeps an item that
    occurs in no cluster (or in one) from having an interval of width zero.
    """
    low, high = expanded_interval(replicates, clusters)
    least, most = wilson(n, denominators)
    return np.minimum(low, least), np.maximum(high, most)


def difference_interval(
    replicates: tuple[Floats, Floats],
    clusters: tuple[int, int],
    n: tuple[Floats, Floats],
    denominators: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Return the interval of (second share - first share), drawn independently on both sides.

    The floor is Newcombe's hybrid score interval (Newcombe 1998, method 10).
    """
    low, high = expanded_interval(replicates[1] - replicates[0], min(clusters))
    first, second = (x / np.maximum(d, 1) for x, d in zip(n, denominators, strict=True))
    (low1, high1), (low2, high2) = (wilson(x, d) for x, d in zip(n, denominators, strict=True))
    difference = second - first
    least = difference - np.hypot(second - low2, high1 - first)
    most = difference + np.hypot(high2 - second, first - low1)
    return np.clip(np.minimum(low, least), -1, 1), np.clip(np.maximum(high, most), -1, 1)


def permutations_of(first: int, second: int, times: int, rng: np.random.Generator) -> Floats:
    """Return which documents fall on the second side in each permutation: (times, first + second)."""
    sides = np.zeros((times, first + second))
    sides[:, first:] = 1.0
    return rng.permuted(sides, axis=1)


def permutation_p(counts: Floats, totals: Floats, sides: Floats, first: int) -> Floats:
    """Return two-sided p-values of the difference of two shares when documents change sides.

    Args:
        counts: numerators, (documents, items), the first side's documents first.
        totals: denominators of the same shape.
        sides: from `permutations_of`.
        first: number of documents of the first side.
    """
    observed = np.zeros((1, len(counts)))
    observed[0, first:] = 1.0
    seen = _gap(counts, totals, observed)[0] - 1e-12
    p = _p(_gap(counts, totals, sides[:FIRST_PERMUTATIONS]) >= seen)
    close = p <= 0.05
    if close.any() and len(sides) > FIRST_PERMUTATIONS:
        p[close] = _p(_gap(counts[:, close], totals[:, close], sides) >= seen[close])
    return p


def _gap(counts: Floats, totals: Floats, sides: Floats) -> Floats:
    second, total = sides @ counts, sides @ totals
    return np.abs(ratio(second, total) - ratio(counts.sum(0) - second, totals.sum(0) - total))


def _p(at_least: NDArray[np.bool_]) -> Floats:
    return np.asarray((1 + at_least.sum(0)) / (1 + len(at_least)), dtype=np.float64)


def false_discovery(p: Floats) -> Floats:
    """Return q-values (Benjamini & Hochberg 1995); NaN stays NaN and does not count as a test."""
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


def corrected(share: Floats, sensitivity: Floats, specificity: Floats) -> Floats:
    """Return the share that a tagger of known errors must have seen (Rogan & Gladen 1978), in 0..1."""
    found: Floats = np.clip((share + specificity - 1) / (sensitivity + specificity - 1), 0, 1)
    return found


def error_draws(rate: ErrorRate, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return draws of sensitivity and specificity from their posterior (Jeffreys prior)."""
    sensitivity = rng.beta(rate.true_positive + 0.5, rate.false_negative + 0.5, draws)
    specificity = rng.beta(rate.true_negative + 0.5, rate.false_positive + 0.5, draws)
    return sensitivity, specificity


def corrected_interval(
    replicates: Floats, clusters: int, n: float, denominator: float, rate: ErrorRate, rng: np.random.Generator
) -> tuple[float, float, float] | None:
    """Return corrected share and interval of one item; None where the tagger is too weak to correct.

    Sampling of texts (bootstrap) and of the evaluation (posterior of sensitivity and specificity) enter
    together, as in Lang & Reiczigel (2014), by pairing each resample with one draw.
    """
    sensitivity, specificity = error_draws(rate, len(replicates), rng)
    if np.mean(sensitivity + specificity) - 1 < YOUDEN_LEAST:
        return None
    usable = np.maximum(sensitivity + specificity, 1 + YOUDEN_LEAST / 2)
    draws = corrected(replicates, sensitivity, usable - sensitivity)
    low, high = expanded_interval(draws[:, None], clusters)
    point = corrected(np.array([n / denominator]), sensitivity.mean(), specificity.mean())
    ends = np.concatenate(wilson(np.array([n]), np.array([denominator])))
    floor = corrected(ends, sensitivity.mean(), specificity.mean())
    return float(point[0]), min(float(low[0]), float(floor[0])), max(float(high[0]), float(floor[1]))
