"""Compute shares, differences, intervals, p-values and q-values from counts per cluster.

Every estimator takes matrices (clusters x items) and works on all items at once. A cluster is a document
or a section of one; sentences of one text resemble each other, so clusters are resampled, not sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Record

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Number = TypeVar("Number", float, Floats)
Z = NormalDist().inv_cdf(0.975)
MIN_CLUSTERS = 5  # with four, even the widest order statistics of the bootstrap do not reach 95 %
PERMUTATIONS = 9999
FIRST = 999  # permutations that suffice if p is not small
CLOSE = 0.05  # largest p for which all permutations are made
FEW = 64  # items for which they are all made at once
MANY = 4096  # documents up to which they are
PIECE = 111  # permutations at once for more of either: larger arrays do not fit into the cache
ROUNDING = 1e-9  # statistics that differ by less are equal


class Shuffled(Record):
    """Places of documents in time, actual and permuted."""

    values: Floats  # distinct places, ascending
    places: NDArray[np.unsignedinteger]  # positions in `values`, (1 + permutations, documents), actual first
    totals: Floats  # units of the denominators, (documents, columns)


def student(degrees: Number) -> Number:
    """Return the 97.5 % quantile of Student's t (Abramowitz & Stegun 26.7.5; to 0.04 % from 4 degrees)."""
    return (
        Z
        + (Z**3 + Z) / (4 * degrees)
        + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * degrees**2)
        + (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / (384 * degrees**3)
        + (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / (92160 * degrees**4)
    )


def bootstrap_weights(clusters: int, resamples: int, rng: np.random.Generator) -> Floats:
    """Return how often each cluster is drawn in each resample, (resamples, clusters)."""
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples).astype(np.float64)


def ratio(numerators: Floats, denominators: Floats) -> Floats:
    """Return numerators / denominators, 0 if the denominator is 0."""
    if (denominators > 0).all():  # the usual case, several times faster
        return np.asarray(numerators / denominators)
    return np.divide(numerators, denominators, out=np.zeros_like(numerators), where=denominators > 0)


def even_clusters(totals: Floats) -> Floats:
    """Return how many clusters of equal size would be as telling, at least two (Kish 1965), (columns,).

    Args:
        totals: units of each cluster, (clusters, columns).
    """
    return np.maximum(2, ratio(totals.sum(0) ** 2, (totals**2).sum(0)))


def expanded_interval(replicates: Floats, clusters: float | Floats) -> tuple[Floats, Floats]:
    """Return the ends of the expanded percentile interval of each column of (resamples, items).

    The percentiles are taken further out than 2.5 and 97.5, by `reach`. Of ratios of sums, n is the number
    of `even_clusters`.
    """
    n = np.broadcast_to(np.asarray(clusters, dtype=np.float64), replicates.shape[1:])
    return _ends(replicates, reach(n))


def reach(clusters: Number) -> Number:
    """Return in normal standard errors how far a bootstrap over clusters must reach for 95 %.

    It is Student's t times sqrt(n / (n - 1)), because the plain percentile interval, which reaches to Z, is
    too short with few clusters (Hesterberg 2015, section 4.1).
    """
    root: Number = (clusters / (clusters - 1)) ** 0.5
    return student(clusters - 1) * root


def _ends(replicates: Floats, distances: Floats) -> tuple[Floats, Floats]:
    """Return the percentiles of columns that correspond to these distances in normal standard errors."""
    resamples, normal = len(replicates), NormalDist()
    tails = np.array([normal.cdf(-distance) for distance in distances.tolist()])
    ranks = np.maximum(0, ((resamples + 1) * tails).astype(np.int64) - 1)
    most = int(ranks.max(initial=0))  # only so many values on each side are sorted
    parts = np.partition(replicates, most, axis=0)
    lowest = np.sort(parts[: most + 1], axis=0)
    highest = np.sort(np.partition(parts[most:], resamples - 1 - 2 * most, axis=0)[-most - 1 :], axis=0)
    low, high = (
        np.take_along_axis(side, at[None], axis=0)[0]
        for side, at in ((lowest, ranks), (highest, most - ranks))
    )
    return low, high


def jackknife_interval(value: float, without: Floats) -> tuple[float, float]:
    """Return the interval of a value from its values without each cluster (Efron & Tibshirani 1993, ch. 11).

    It uses Student's t with one degree of freedom less than clusters, and serves for values that grow with
    the number of texts, such as distinct positions, of which drawing with replacement would lose some.
    """
    clusters = len(without)
    error = sqrt((clusters - 1) / clusters * float(((without - without.mean()) ** 2).sum()))
    half = student(clusters - 1) * error
    return value - half, value + half


def wilson(n: Floats, denominators: Floats) -> tuple[Floats, Floats]:
    """Return Wilson's interval of n / denominators as if all units were independent (Wilson 1927)."""
    d = np.maximum(denominators, 1)
    share = n / d
    middle = (share + Z**2 / (2 * d)) / (1 + Z**2 / d)
    half = Z / (1 + Z**2 / d) * np.sqrt(share * (1 - share) / d + Z**2 / (4 * d**2))
    return np.clip(middle - half, 0, share), np.clip(middle + half, share, 1)


def variance(counts: Floats, totals: Floats, share: Floats) -> Floats:
    """Return the variance of ratios of sums over clusters, linearised (Kish 1965, chapter 6).

    Args:
        counts: numerators, (clusters, items).
        totals: denominators, same shape.
        share: the ratios, (items,).
    """
    spread = ((counts - share * totals) ** 2).sum(0) / np.maximum(totals.sum(0), 1e-12) ** 2
    return np.asarray(spread * len(counts) / max(1, len(counts) - 1), dtype=np.float64)


def effective(share: Floats, independent: Floats, variance: Floats, clusters: int) -> Floats:
    """Return the number of independent units that would be as certain as those counted, at most these.

    This is the effective sample size of Korn & Graubard (1998), with Student's t for the small number of
    clusters from which the variance is known.
    """
    alone = ratio(share * (1 - share), independent)
    design = ratio(variance, alone) * (student(max(1, clusters - 1)) / Z) ** 2
    return np.asarray(np.maximum(1, independent / np.maximum(1, design)), dtype=np.float64)


def share_interval(
    replicates: Floats, clusters: float | Floats, n: Floats, denominators: Floats
) -> tuple[Floats, Floats]:
    """Return the bootstrap interval of shares, at least as wide as Wilson's for `effective` units.

    Rare items need this: an item of few clusters is often missed by all of them, so that percentiles end too
    low; an item that occurs in none would have an interval of width zero.
    """
    low, high = expanded_interval(replicates, clusters)
    least, most = wilson(n, denominators)
    return np.minimum(low, least), np.maximum(high, most)


class Resampled(Protocol):
    """Shares of some items with what their intervals follow from, see `sum_interval`."""

    @property
    def replicates(self) -> Floats:
        """Resamples of each share, (resamples, items)."""

    @property
    def even(self) -> Floats:
        """Number of `even_clusters` of each, (items,) or one for all."""

    @property
    def variance(self) -> Floats:
        """Variance of each, (items,)."""

    @property
    def share(self) -> Floats:
        """The shares, (items,)."""

    @property
    def effective(self) -> Floats:
        """Number of independent units that would be as certain, (items,)."""


def sum_interval(coefficients: Floats, shares: Sequence[Resampled]) -> tuple[Floats, Floats]:
    """Return the interval of a weighted sum of shares that are resampled independently of each other."""
    return contrast_interval(
        coefficients,
        [one.replicates for one in shares],
        [one.even for one in shares],
        [one.variance for one in shares],
        [one.share * one.effective for one in shares],
        [one.effective for one in shares],
    )


def contrast_interval(
    coefficients: Floats,
    replicates: Sequence[Floats],
    clusters: Sequence[float | Floats],
    variances: Sequence[Floats],
    n: Sequence[Floats],
    denominators: Sequence[Floats],
) -> tuple[Floats, Floats]:
    """Return the interval of a weighted sum of shares that are resampled independently of each other.

    Args:
        coefficients: weight of each share, (shares, items) or (shares, 1); -1 and 1 give a difference.
        replicates: resamples of each share, (resamples, items).
        clusters: number of `even_clusters` for each share, one for all items or (items,).
        variances: variance of each share, (items,), from `variance`.
        n: numerators of each share in `effective` units, (items,).
        denominators: denominators of each share, same shape.

    How far out the percentiles are taken depends on each share's part in the variance of the sum, by the
    degrees of freedom of Satterthwaite (1946), so that a share known from few clusters hardly widens a sum
    that it hardly affects. The least width comes from Wilson's intervals by the square-and-add rule (Zou &
    Donner 2008), which for a difference is Newcombe's hybrid score interval (Newcombe 1998, method 10).
    """
    drawn = sum(c * draws for c, draws in zip(coefficients, replicates, strict=True))
    parts = np.array([c**2 * v for c, v in zip(coefficients, variances, strict=True)])
    even = np.stack([np.broadcast_to(n, parts.shape[1:]) for n in clusters]).astype(np.float64)
    low, high = _ends(np.asarray(drawn), _distances(parts, even))
    middle = np.zeros(len(n[0]))
    below, above = np.zeros_like(middle), np.zeros_like(middle)
    for c, x, d in zip(coefficients, n, denominators, strict=True):
        share = x / np.maximum(d, 1)
        least, most = wilson(x, d)
        down, up = c * (least - share), c * (most - share)
        middle += c * share
        below += np.minimum(down, up) ** 2
        above += np.maximum(down, up) ** 2
    floor = middle - np.sqrt(below), middle + np.sqrt(above)
    return np.clip(np.minimum(low, floor[0]), -1, 1), np.clip(np.maximum(high, floor[1]), -1, 1)


def _distances(parts: Floats, clusters: Floats) -> Floats:
    """Return how many standard errors out the percentiles of sums are taken, (items,).

    Args:
        parts: parts of the variance of each sum, (shares, items); if all are 0, every cluster counts equally.
        clusters: number of clusters from which each part is known, same shape.
    """
    parts = np.where(parts.sum(0) > 0, parts, clusters - 1)
    degrees = parts.sum(0) ** 2 / (parts**2 / (clusters - 1)).sum(0)
    left = (clusters - 1) / clusters  # of the variance, in resamples
    return np.asarray(student(degrees) * np.sqrt(parts.sum(0) / (left * parts).sum(0)), dtype=np.float64)


def slope_weights(places: Floats, denominators: Floats) -> Floats:
    """Return the coefficients of the shares in their slope, (periods, items).

    It is the least-squares slope over all units of the denominators (Armitage 1955), so that a period counts
    by its amount of text. For two periods one place apart, it is the difference of the shares.

    Args:
        places: places of the periods in time, (periods,).
        denominators: denominators of the shares, (periods, items).
    """
    centred = places[:, None] - ratio(places @ denominators, denominators.sum(0))
    weighted = denominators * centred
    return ratio(weighted, np.broadcast_to((weighted * centred).sum(0), weighted.shape))


def shuffle(places: Floats, totals: Floats, rng: np.random.Generator, times: int = PERMUTATIONS) -> Shuffled:
    """Return the places of documents in time with `times` permutations of them.

    Args:
        places: (documents,); 0 and 1 compare two periods.
        totals: denominators, (documents, columns).
        rng: draws the permutations.
        times: number of permutations; more than 999 are used only for small p.
    """
    around = places - places.mean()  # so that powers of places stay small
    values, at = np.unique(around, return_inverse=True)
    actual = at.astype(np.min_scalar_type(len(values)))  # a byte for up to 255 periods
    drawn = np.empty((1 + times, len(actual)), actual.dtype)
    drawn[:] = actual
    rng.permuted(drawn[1:], axis=1, out=drawn[1:])
    return Shuffled(values=values, places=drawn, totals=totals)


def permutation_p(counts: Floats, columns: Ints, shuffled: Shuffled) -> Floats:
    """Return two-sided p-values of slopes (for two periods: differences) by permuting documents.

    The statistic of every permutation is `_evidence`. The first 999 permutations are used, and all of them
    if p is then at most 0.05.

    Args:
        counts: numerators, (documents, items).
        columns: column of each item in the denominators.
        shuffled: places of the documents, from `shuffle`.

    An item whose column has no units was not tested: NaN.
    """
    p = np.full(len(columns), np.nan)
    for column in np.unique(columns):
        totals, items = shuffled.totals[:, column], np.flatnonzero(columns == column)
        if totals.any():
            p[items] = _permutation_p(counts[:, items], totals, shuffled)
    return p


def _permutation_p(counts: Floats, totals: Floats, shuffled: Shuffled) -> Floats:
    """Return p-values of items that have the same denominators, (documents,)."""
    values, places = shuffled.values, shuffled.places
    seen = _evidence(counts, totals, values[places[:1]])[0] * (1 - ROUNDING)
    p, items, exceeding = np.ones(len(seen)), np.arange(len(seen)), np.zeros(len(seen))
    start = 1
    while start < len(places) and len(items):
        size = FIRST if len(items) <= FEW and len(totals) <= MANY else PIECE
        rows = slice(start, start + size)
        exceeding += (_evidence(counts[:, items], totals, values[places[rows]]) >= seen[items]).sum(0)
        p[items] = (1 + exceeding) / len(places[: rows.stop])
        start = rows.stop
        if start == 1 + FIRST:
            close = p <= CLOSE
            items, exceeding = items[close], exceeding[close]
    return p


def _evidence(counts: Floats, totals: Floats, places: Floats) -> Floats:
    """Return how much speaks against equal shares in time, squared normal deviates, (rows of places, items).

    The slope is the difference between the shares of late and of early texts, weighted by how far they are
    from the middle; of two periods these are the shares of the periods. Their logarithmic odds are compared,
    because a low share seems to vary less than it does, and divided by their standard error over documents,
    so that periods may vary differently (Chung & Romano 2013). A side known from few documents has larger
    errors of this error, so this Student's t with the degrees of freedom of Satterthwaite (1946) is turned
    into a normal deviate by Wallace (1959).
    """
    share = counts.sum(0) / totals.sum()
    rest = counts - share * totals[:, None]  # deviation from equal shares
    along = places - (places @ totals / totals.sum())[:, None]
    sides = [np.maximum(sign * along, 0) for sign in (-1, 1)]  # distances of early and of late texts
    early, late = (far @ rest for far in sides)
    spread = along**2 @ totals
    slope = (late - early) / np.where(spread > 0, spread, 1)[:, None]
    first = _odds(sides[0], share, early, -slope, rest, totals)
    second = _odds(sides[1], share, late, slope, rest, totals)
    distance = np.log(second[0] / first[0])
    distance[slope == 0] = 0
    both = first[1] + second[1]
    degrees = both**2 / (first[1] ** 2 / first[2] + second[1] ** 2 / second[2])
    bias = (8 * degrees + 1) / (8 * degrees + 3)
    return np.asarray(bias**2 * degrees * np.log1p(distance**2 / (both * degrees)))


def _odds(
    far: Floats, share: Floats, more: Floats, slope: Floats, rest: Floats, totals: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the odds of an item on one side of the middle, the variance of their logarithm, its degrees.

    The variance is linearised over documents, around the fitted line or around the share of this side if it
    is smaller then (no line fits an item that vanishes), and is at least that of independent units.

    Args:
        far: distance of documents from the middle, 0 on the other side, (rows of places, documents).
        share: share of all documents together, (items,).
        more: units by which this side exceeds it, by distance, (rows of places, items).
        slope: fitted change of the share by distance, same shape.
        rest: deviation of counts from equal shares, (documents, items).
        totals: denominators, (documents,).
    """
    squared, sizes, weighted = far * far, totals**2, rest * totals[:, None]
    reach = (far @ totals)[:, None]
    reach[reach == 0] = 1  # no text, no deviation
    units = np.maximum(1, ratio(reach**2, (squared @ totals)[:, None]))
    documents = ratio(reach**2, (squared @ sizes)[:, None])
    differs = more / reach
    here = np.clip(share + differs, 0.5 / units, 1 - 0.5 / units)
    alone = here * (1 - here)
    from_line = slope * (slope * (squared**2 @ sizes)[:, None] - 2 * (squared * far) @ weighted)
    from_here = differs * (differs * (squared @ sizes)[:, None] - 2 * squared @ weighted)
    spread = squared @ rest**2 + np.minimum(from_line, from_here)
    variance = spread / (reach * alone) ** 2
    least = np.minimum(1, 1 / (units * alone))  # of independent units; of none found, that of one
    return here / (1 - here), np.maximum(variance, least), np.maximum(0.5, documents - 1)


def false_discovery(p: Floats) -> Floats:
    """Return q-values (Benjamini & Hochberg 1995); NaN stays NaN and is not counted as a test."""
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    return q
