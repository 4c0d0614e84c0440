"""Compute shares, differences, intervals, p-values and q-values from counts per cluster.

Every estimator takes matrices (clusters x items) and works on all items at once. A cluster is a document
or a section of one; sentences of one text resemble each other, so clusters are resampled, not sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Record

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Number = TypeVar("Number", float, Floats)
Z = NormalDist().inv_cdf(0.975)
MIN_CLUSTERS = 5  # with four, even the widest order statistics of the bootstrap do not reach 95 %
PERMUTATIONS = 9999
BLOCK = 999  # permutations at once; the first block suffices if p is not small
CLOSE = 0.05  # largest p for which all permutations are made
ROUNDING = 1e-9  # statistics that differ by less are equal


class Shuffled(Record):
    """Places of documents in time, actual and permuted, with sums for the slopes of all items."""

    places: Floats  # (1 + permutations, documents)
    middle: Floats  # mean place of all units of the denominators, (1 + permutations, columns)
    spread: Floats  # sum over these units of squared distances from it, same shape
    fourth: Floats  # sum over documents of the fourth power of the distance times squared units, same shape
    totals: Floats  # units of the denominators, (documents, columns)


def student(degrees: Number) -> Number:
    """Return the 97.5 % quantile of Student's t (Abramowitz & Stegun 26.7.5; within 0.3 % from 4 degrees)."""
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


def expanded_interval(replicates: Floats, clusters: int) -> tuple[Floats, Floats]:
    """Return the ends of the expanded percentile interval of each column of (resamples, items).

    The percentiles are taken further out than 2.5 and 97.5, by Student's t and sqrt(n / (n - 1)), because
    the plain percentile interval is too short with few clusters (Hesterberg 2015, section 4.1).
    """
    distance = student(clusters - 1) * sqrt(clusters / (clusters - 1))
    return _ends(replicates, np.full(replicates.shape[1], distance))


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
    replicates: Floats, clusters: int, n: Floats, denominators: Floats
) -> tuple[Floats, Floats]:
    """Return the bootstrap interval of shares, at least as wide as Wilson's for `effective` units.

    Rare items need this: an item of few clusters is often missed by all of them, so that percentiles end too
    low; an item that occurs in none would have an interval of width zero.
    """
    low, high = expanded_interval(replicates, clusters)
    least, most = wilson(n, denominators)
    return np.minimum(low, least), np.maximum(high, most)


def contrast_interval(
    coefficients: Floats,
    replicates: Sequence[Floats],
    clusters: Sequence[int],
    variances: Sequence[Floats],
    n: Sequence[Floats],
    denominators: Sequence[Floats],
) -> tuple[Floats, Floats]:
    """Return the interval of a weighted sum of shares that are resampled independently of each other.

    Args:
        coefficients: weight of each share, (shares, items) or (shares, 1); -1 and 1 give a difference.
        replicates: resamples of each share, (resamples, items).
        clusters: number of clusters drawn for each share.
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
    low, high = _ends(np.asarray(drawn), _distances(parts, np.array(clusters, dtype=np.float64)))
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
        clusters: number of clusters from which each part is known, (shares,).
    """
    parts = np.where(parts.sum(0) > 0, parts, (clusters - 1)[:, None])
    degrees = parts.sum(0) ** 2 / (parts**2 / (clusters - 1)[:, None]).sum(0)
    lost = (clusters - 1) / clusters  # of the variance, in resamples
    return np.asarray(student(degrees) * np.sqrt(parts.sum(0) / (lost @ parts)), dtype=np.float64)


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

    A column without units (documents of one kind may name no actor at all) has no place in time: 0.
    """
    around = places - places.mean()  # so that powers of places stay small
    every = np.vstack((around, rng.permuted(np.tile(around, (times, 1)), axis=1)))
    middle = every @ totals
    middle = ratio(middle, np.broadcast_to(totals.sum(0), middle.shape))
    twice, squared = every * every, totals * totals  # products: powers of arrays are slow
    first, second, third, fourth = (power @ squared for power in (every, twice, twice * every, twice * twice))
    return Shuffled(
        places=every,
        middle=middle,
        spread=twice @ totals - middle**2 * totals.sum(0),
        fourth=fourth - 4 * middle * third + 6 * middle**2 * second
        - 4 * middle**3 * first + middle**4 * squared.sum(0),
        totals=totals,
    )  # fmt: skip


def permutation_p(counts: Floats, columns: Ints, shuffled: Shuffled) -> Floats:
    """Return two-sided p-values of slopes (for two periods: differences) by permuting documents.

    Each slope is divided by its standard error over documents, anew in every permutation, so that the test
    is also asymptotically valid if the documents of one period are longer or vary more than those of another
    (Chung & Romano 2013). The first 999 permutations are used, and all of them if p is then at most 0.05.

    Args:
        counts: numerators, (documents, items).
        columns: column of each item in the denominators.
        shuffled: places of the documents, from `shuffle`.

    An item whose column has no units was not tested: NaN.
    """
    seen = _steepness(counts, columns, shuffled, slice(1))[0] * (1 - ROUNDING)
    p = np.ones(len(seen))
    items, exceeding = np.arange(len(seen)), np.zeros(len(seen))
    for start in range(1, len(shuffled.places), BLOCK):
        rows = slice(start, start + BLOCK)
        exceeding += (_steepness(counts[:, items], columns[items], shuffled, rows) >= seen[items]).sum(0)
        p[items] = (1 + exceeding) / len(shuffled.places[: rows.stop])
        if start == 1:
            close = p <= CLOSE
            items, exceeding = items[close], exceeding[close]
    p[shuffled.totals.sum(0)[columns] == 0] = np.nan
    return p


def _steepness(counts: Floats, columns: Ints, shuffled: Shuffled, rows: slice) -> Floats:
    """Return absolute slopes divided by their standard errors for some rows of places, (rows, items).

    The slope is the least-squares slope of the share, its variance that of the linearised form over clusters
    (a sandwich), expressed in powers of the places so that all permutations take a few matrix products.
    """
    if (columns == columns[:1]).all():
        columns = columns[:1]  # one column for all items: nothing to copy
    totals, places = shuffled.totals[:, columns], shuffled.places[rows]
    middle, spread, fourth = (
        sums[rows][:, columns] for sums in (shuffled.middle, shuffled.spread, shuffled.fourth)
    )
    share = ratio(counts.sum(0), np.broadcast_to(totals.sum(0), counts.shape[1:]))
    rest = counts - share * totals  # deviation from equal shares
    squared, weighted = rest**2, rest * totals
    twice = places * places
    thrice = twice * places
    slope = ratio(places @ rest, np.broadcast_to(spread, (len(places), counts.shape[1])))
    around_none = twice @ squared - 2 * middle * (places @ squared) + middle**2 * squared.sum(0)
    along = (
        thrice @ weighted - 3 * middle * (twice @ weighted)
        + 3 * middle**2 * (places @ weighted) - middle**3 * weighted.sum(0)
    )  # fmt: skip
    meat = around_none - 2 * slope * along + slope**2 * fourth
    return ratio(np.abs(slope) * spread, np.sqrt(np.maximum(meat, ROUNDING * (slope * spread) ** 2)))


def false_discovery(p: Floats) -> Floats:
    """Return q-values (Benjamini & Hochberg 1995); NaN stays NaN and is not counted as a test."""
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    return q
