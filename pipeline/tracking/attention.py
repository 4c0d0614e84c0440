"""Measure how widely attention is spread: entropy and effective number of themes, kinds, concepts, actors."""

from __future__ import annotations

from math import inf, log2, sqrt

import numpy as np
from numpy.typing import NDArray

from pipeline.phrases import SEPARATOR, phrase
from pipeline.records import Record
from pipeline.schema.labels import ACTOR_KINDS, INSTRUMENT_KINDS, LAYERS, THEMES
from pipeline.tracking import cells, resample
from pipeline.tracking.cells import Cell, Floats
from pipeline.tracking.counts import COLUMNS, Facts, Ints
from pipeline.tracking.views import Rows, View

OVER = {  # (unit, denominator unit) of the counts -> what attention is spread over; concepts by their layer
    ("theme", "sentences"): ("theme",),
    ("kind", "mentions"): ("kind",),
    ("actor_kind", "mentions"): ("actor_kind",),
    ("concept", "mentions"): ("challenge", "instrument"),
    ("actor", "mentions"): ("actor",),
}
MOST = {  # bits: the entropy of a closed list if all its items are equally frequent
    "theme": log2(len(THEMES)), "kind": log2(len(INSTRUMENT_KINDS)), "actor_kind": log2(len(ACTOR_KINDS)),
}  # fmt: skip


class Diversity(Record):
    """How widely the units of a cell are spread over items; entropies in bits."""

    n: int  # units
    observed: int  # items
    coverage: float  # share of all attention that falls on observed items (Good 1953)
    concentration: float  # probability that two units fall on the same item (Simpson 1949)
    raw: float  # entropy of the observed shares
    entropy: float  # corrected for unseen items (Chao & Shen 2003)
    error: float  # standard error of the entropy


def add(rows: Rows, view: View, facts: Facts) -> None:
    """Add the diversity of every cell in a view to the rows of the table; other measures are skipped."""
    for over in OVER.get((facts.unit, facts.denominator_unit), ()):
        of_layer = (
            facts.columns == COLUMNS.index(over) if over in LAYERS else np.ones_like(facts.columns, bool)
        )
        for cell in view.cells:
            rows_of_cell = (facts.period == cell.period) & (cell.cluster_of[facts.atom] >= 0)
            inside = np.flatnonzero(rows_of_cell & of_layer[facts.item])
            cluster_at = cell.cluster_of[facts.atom[inside]]
            item = facts.item[inside].astype(np.int64)
            spread = diversity(item, cluster_at, facts.n[inside].astype(np.float64), cell.clusters)
            _add(rows, view, cell, over, spread)


def _add(rows: Rows, view: View, cell: Cell, over: str, spread: Diversity) -> None:
    enough = spread.n >= cells.MIN_TEXT
    half = resample.student(cell.clusters - 1) * spread.error if cell.level != "none" else None
    warnings = list(cell.coverage)
    if not enough:
        warnings.append(phrase("little", n=spread.n, what="sentences" if over == "theme" else "mentions"))
    elif half is None:
        warnings.append(phrase("no_interval", n=resample.MIN_CLUSTERS))
    most = MOST.get(over, inf)
    entropy = min(spread.entropy, most) if enough else None
    low = max(0.0, min(spread.entropy - half, most)) if enough and half is not None else None
    high = min(spread.entropy + half, most) if enough and half is not None else None
    values = {
        "period_id": view.corpus.periods[cell.period],
        "basis": view.basis,
        "over": over,
        "slice": view.part.slice,
        "slice_value": view.part.value,
        "n": spread.n,
        "observed": spread.observed,
        "coverage": spread.coverage if enough else None,
        "concentration": spread.concentration if enough else None,
        "entropy_raw": spread.raw if enough else None,
        "entropy": entropy,
        "low": low,
        "high": high,
        "effective": _effective(entropy),
        "effective_low": _effective(low),
        "effective_high": _effective(high),
        "level": cell.level,
        "n_documents": len(cell.documents),
        "coverage_warning": SEPARATOR.join(warnings) or None,
    }
    for name, value in values.items():
        rows[name].append(value)


def _effective(entropy: float | None) -> float | None:
    return None if entropy is None else float(2**entropy)


def diversity(item: Ints, cluster: Ints, n: Floats, clusters: int) -> Diversity:
    """Return how widely units are spread over items.

    Args:
        item: item of each count, any numbers.
        cluster: cluster of each count, from 0; an item may have several counts in a cluster.
        n: the counts, above 0.
        clusters: number of clusters, including those without a count.

    The standard error is that of the jackknife over clusters (Efron & Tibshirani 1993, chapter 11), because
    drawing with replacement would double what occurs once; it is at least that of independent units.
    """
    pairs, at = np.unique(item * clusters + cluster, return_inverse=True)
    n = np.bincount(at, weights=n, minlength=len(pairs)).astype(np.float64)
    position = np.cumsum(np.diff(pairs // clusters, prepend=-1) > 0) - 1
    totals = np.bincount(position, weights=n).astype(np.float64)
    values, often = np.unique(totals, return_counts=True)
    whole, units = often.astype(np.float64)[None], float(totals.sum())
    if units == 0:
        return Diversity(n=0, observed=0, coverage=0, concentration=0, raw=0, entropy=0, error=0)
    entropy = float(chao_shen(values, whole)[0])
    shares = totals / units
    information = -np.log2(shares)
    raw = float(shares @ information)
    independent = max(0.0, float(shares @ information**2) - raw**2) / units
    without = _without_each(totals[position], n, pairs % clusters, clusters, totals)
    jackknife = (clusters - 1) / clusters * float(((without - without.mean()) ** 2).sum())
    return Diversity(
        n=int(units),
        observed=len(totals),
        coverage=float(_coverage(values, whole)[0]),
        concentration=float(totals @ (totals - 1) / (units * max(units - 1, 1))),
        raw=raw,
        entropy=entropy,
        error=sqrt(max(jackknife, independent)),
    )


def _without_each(of_item: Floats, n: Floats, cluster: Ints, clusters: int, totals: Floats) -> Floats:
    """Return the entropy without each cluster, from the numbers of items that then occur how often."""
    left = of_item - n
    values = np.unique(np.concatenate((totals, left)))
    often = np.zeros((clusters, len(values)))
    often += np.bincount(np.searchsorted(values, totals), minlength=len(values))
    np.subtract.at(often, (cluster, np.searchsorted(values, of_item)), 1)
    np.add.at(often, (cluster, np.searchsorted(values, left)), 1)
    return chao_shen(values, often)


def chao_shen(values: Floats, often: Floats) -> Floats:
    """Return entropies in bits, corrected for unseen items (Chao & Shen 2003).

    Args:
        values: numbers of occurrences, (values,).
        often: how many items have each number of occurrences in each sample, (samples, values).
    """
    units = (often @ values)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = _coverage(values, often)[:, None] * values / units
        seen = 1 - np.exp(units * np.log1p(-np.minimum(share, 1)))
        parts = np.where((often > 0) & (values > 0), -often * share * np.log2(share) / seen, 0.0)
    return np.asarray(parts.sum(1), dtype=np.float64)


def _coverage(values: Floats, often: Floats) -> NDArray[np.float64]:
    """Return the share of the whole covered by the items seen; above 0 even if nothing is seen twice."""
    units = often @ values
    once = np.minimum(often[:, values == 1].sum(1), units - 1)
    return 1 - resample.ratio(once, units)
