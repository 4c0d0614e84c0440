"""Shares of every item in every period with intervals, and their differences between periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from pipeline.records import Record
from pipeline.reporting.phrases import SEPARATOR, phrase
from pipeline.tracking import cells, counts, resample
from pipeline.tracking.cells import Cell, Floats, Part
from pipeline.tracking.counts import Base, Corpus, Facts, Ints
from pipeline.tracking.mix import comparability, drift
from pipeline.tracking.resample import ErrorRate
from pipeline.values import BASES

Rows = dict[str, list[Any]]

PERMUTATIONS = 9999
MIN_ITEM = 5  # occurrences from which an item has a row (also of 0) in every period and is tested
MIN_ITEM_IN_SLICE = 10  # the same inside one document type or issuer
MIN_TESTED = 4  # documents on each side; with three, even a perfect split has p = 0.1
MIN_SPREAD = 6  # documents with the item; with five, all on one side by chance already has p = 0.06
CHUNK = 256  # items worked on at once: 256 x 1,000 resamples are 2 MB a cell
CLOSED = frozenset({"theme", "layer", "kind", "actor_kind", "status"})  # short lists: always complete
CORRECTED = ("corrected", "corrected_low", "corrected_high")
COMPARED = {  # a change has one denominator
    "theme": "sentences", "layer": "sentences", "concept": "sentences", "actor": "sentences",
    "kind": "mentions", "actor_kind": "mentions", "status": "mentions",
}  # fmt: skip


class Options(Record):
    """How shares are estimated."""

    resamples: int
    seed: int
    error_rates: dict[tuple[str, str], ErrorRate]
    f1: dict[tuple[str, str], tuple[float, float, float]]


class Pair(Record):
    """Two cells that follow each other in one parliament: positions, and what differs beside the items."""

    first: int
    second: int
    warnings: tuple[str, ...]
    sides: Floats | None  # permutations of the documents, (permutations, documents)


class View(Record):
    """One part of the corpus on one basis."""

    corpus: Corpus
    basis: str
    part: Part
    cells: tuple[Cell, ...]
    pairs: tuple[Pair, ...]


class Estimate(Record):
    """Some items in one cell."""

    cell: Cell
    n: Floats  # (items,)
    denominator: Floats
    replicates: Floats  # (resamples, items)
    by_document: Floats  # (documents, items)
    document_totals: Floats


def estimate(base: duckdb.DuckDBPyConnection, corpus: Corpus, options: Options) -> tuple[Rows, Rows]:
    """Return the rows of the tables trends and changes."""
    trends: Rows = defaultdict(list)
    changes: Rows = defaultdict(list)
    for basis in BASES:
        divided = counts.count_base(base, basis)
        facts = [counts.count_items(base, basis, measure) for measure in counts.MEASURES]
        for view in _views(corpus, divided, basis, options):
            for of_measure in facts:
                _measure(view, of_measure, options, trends, changes)
    return trends, _tested(changes)


def _views(corpus: Corpus, divided: Base, basis: str, options: Options) -> Iterator[View]:
    for part in cells.parts(corpus, divided):
        found = cells.cells(corpus, divided, basis, part, resamples=options.resamples, seed=options.seed)
        pairs = _pairs(corpus, found, basis, part, options)
        yield View(corpus=corpus, basis=basis, part=part, cells=found, pairs=pairs)


def _tested(changes: Rows) -> Rows:
    q = resample.false_discovery(np.array(changes["p"], dtype=np.float64))
    changes["q"] = [None if np.isnan(value) else float(value) for value in q]
    changes["p"] = [None if np.isnan(value) else value for value in changes["p"]]
    return changes


def _pairs(
    corpus: Corpus, found: tuple[Cell, ...], basis: str, part: Part, options: Options
) -> tuple[Pair, ...]:
    return tuple(
        Pair(
            first=i,
            second=i + 1,
            warnings=comparability(corpus, a, b, part.slice),
            sides=_sides(corpus, a, b, basis, part, options),
        )
        for i, (a, b) in enumerate(pairwise(found))
        if corpus.parliaments[a.period] == corpus.parliaments[b.period]
    )


def _sides(
    corpus: Corpus, first: Cell, second: Cell, basis: str, part: Part, options: Options
) -> Floats | None:
    """Return permutations of the documents of two cells; None where they are too few to test."""
    sizes = len(first.documents), len(second.documents)
    if min(sizes) < MIN_TESTED:
        return None
    names = (corpus.periods[cell.period] for cell in (first, second))
    rng = cells.generator(options.seed, "permute", basis, part.slice, part.value, *names)
    return resample.permutations_of(*sizes, PERMUTATIONS, rng)


def _measure(view: View, facts: Facts, options: Options, trends: Rows, changes: Rows) -> None:
    whole, compared = view.part.slice == "all", COMPARED[facts.unit] == facts.denominator_unit
    if not (whole or compared):
        return
    facts = (
        facts if whole else counts.within(facts, view.part.documents[view.corpus.atom_document[facts.atom]])
    )
    totals = np.bincount(facts.item, weights=facts.n, minlength=len(facts.items))
    enough = totals >= (MIN_ITEM if whole else MIN_ITEM_IN_SLICE)
    if facts.unit in CLOSED:
        enough[:] = True
    for items in _chunks(np.flatnonzero(enough)):
        rows = slice(*np.searchsorted(facts.item, (items[0], items[-1] + 1)))
        estimates = [_estimate(cell, facts, rows, items) for cell in view.cells]
        for estimate in estimates:
            _add_trends(trends, view, facts, items, estimate, options)
        for pair in view.pairs if compared else ():
            _add_changes(changes, view, facts, items, pair, estimates, options)
    if whole:
        _rare(view, facts, ~enough, options, trends)


def _rare(view: View, facts: Facts, rare: NDArray[np.bool_], options: Options, trends: Rows) -> None:
    """Add rows of items too rare to be compared, where they occur."""
    for cell in view.cells:
        rows = np.flatnonzero((facts.period == cell.period) & rare[facts.item])
        for items in _chunks(np.unique(facts.item[rows]).astype(np.int64)):
            estimate = _estimate(cell, facts, rows, items)
            _add_trends(trends, view, facts, items, estimate, options)


def _chunks(items: Ints) -> Iterator[Ints]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def _estimate(cell: Cell, facts: Facts, rows: slice | Ints, items: Ints) -> Estimate:
    by_cluster, by_document = cells.count_matrix(facts, rows, cell, items)
    columns = facts.columns[items]
    return Estimate(
        cell=cell,
        n=by_cluster.sum(0),
        denominator=cell.totals.sum(0)[columns],
        replicates=resample.ratio(cell.weights @ by_cluster, cell.replicate_totals[:, columns]),
        by_document=by_document,
        document_totals=cell.document_totals[:, columns],
    )


def _add_trends(
    trends: Rows, view: View, facts: Facts, items: Ints, estimate: Estimate, options: Options
) -> None:
    cell, size = estimate.cell, len(items)
    shown = estimate.denominator >= cells.MIN_TEXT
    low, high = np.full((2, size), np.nan)
    if cell.level != "none":
        low, high = resample.share_interval(
            estimate.replicates, cell.clusters, estimate.n, estimate.denominator
        )
    shares = np.where(shown, estimate.n / np.maximum(estimate.denominator, 1), np.nan)
    _add_names(trends, view, facts, items)
    trends["period_id"] += [view.corpus.periods[cell.period]] * size
    trends["denominator_unit"] += [facts.denominator_unit] * size
    trends["n"] += estimate.n.astype(np.int64).tolist()
    trends["denominator"] += estimate.denominator.astype(np.int64).tolist()
    trends["share"] += _plain(shares)
    trends["low"] += _plain(np.where(shown, low, np.nan))
    trends["high"] += _plain(np.where(shown, high, np.nan))
    for name, value in zip(CORRECTED, _corrected(view, facts, items, estimate, options), strict=True):
        trends[name] += value
    trends["level"] += [cell.level] * size
    trends["n_documents"] += [len(cell.documents)] * size
    trends["coverage_warning"] += _coverage(facts, estimate, shown)


def _add_names(rows: Rows, view: View, facts: Facts, items: Ints) -> None:
    size = len(items)
    rows["basis"] += [view.basis] * size
    rows["unit"] += [facts.unit] * size
    rows["item"] += [facts.items[item] for item in items]
    rows["slice"] += [view.part.slice] * size
    rows["slice_value"] += [view.part.value] * size


def _plain(values: Floats) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def _corrected(
    view: View, facts: Facts, items: Ints, estimate: Estimate, options: Options
) -> tuple[list[float | None], list[float | None], list[float | None]]:
    found: list[tuple[float | None, float | None, float | None]] = []
    cell = estimate.cell
    for at, item in enumerate(items):
        rate = options.error_rates.get((facts.unit, facts.items[item]))
        n, denominator = float(estimate.n[at]), float(estimate.denominator[at])
        if rate is None or cell.level == "none" or denominator < cells.MIN_TEXT:
            found.append((None, None, None))
            continue
        rng = cells.generator(
            options.seed, view.basis, view.part.slice, view.part.value,
            view.corpus.periods[cell.period], facts.unit, facts.items[item],
        )  # fmt: skip
        ends = resample.corrected_interval(
            estimate.replicates[:, at], cell.clusters, n, denominator, rate, rng
        )
        found.append(ends or (None, None, None))
    point, low, high = zip(*found, strict=True)
    return list(point), list(low), list(high)


def _coverage(facts: Facts, estimate: Estimate, shown: NDArray[np.bool_]) -> list[str | None]:
    told = list(estimate.cell.coverage)
    if estimate.cell.level == "none":
        told.append(phrase("no_interval", n=resample.MIN_CLUSTERS))
    usual = SEPARATOR.join(told) or None
    found = []
    for enough, n in zip(shown, estimate.denominator, strict=True):
        little = phrase("little", n=int(n), what=facts.denominator_unit)
        found.append(usual if enough else SEPARATOR.join([*estimate.cell.coverage, little]))
    return found


def _add_changes(
    changes: Rows,
    view: View,
    facts: Facts,
    items: Ints,
    pair: Pair,
    estimates: list[Estimate],
    options: Options,
) -> None:
    first, second = estimates[pair.first], estimates[pair.second]
    shown = (first.denominator >= cells.MIN_TEXT) & (second.denominator >= cells.MIN_TEXT)
    kept = np.flatnonzero(shown & (first.n + second.n >= MIN_ITEM))
    if not len(kept):
        return
    first, second = _only(first, kept), _only(second, kept)
    difference = second.n / second.denominator - first.n / first.denominator
    low, high = _difference_interval(first, second)
    _add_names(changes, view, facts, items[kept])
    periods = [view.corpus.periods[side.cell.period] for side in (first, second)]
    changes["period_from"] += [periods[0]] * len(kept)
    changes["period_to"] += [periods[1]] * len(kept)
    changes["difference"] += difference.tolist()
    changes["low"] += _plain(low)
    changes["high"] += _plain(high)
    changes["p"] += _test(pair, first, second).tolist()
    told = [*pair.warnings, *([] if pair.sides is not None else [phrase("small", n=MIN_TESTED)])]
    drifts = {layer: drift(options.f1, periods[0], periods[1], layer) for layer in set(facts.layers)}
    for item in items[kept]:
        changes["drift_warning"].append(SEPARATOR.join([*told, *drifts[facts.layers[item]]]) or None)


def _only(estimate: Estimate, kept: Ints) -> Estimate:
    return Estimate(
        cell=estimate.cell,
        n=estimate.n[kept],
        denominator=estimate.denominator[kept],
        replicates=estimate.replicates[:, kept],
        by_document=estimate.by_document[:, kept],
        document_totals=estimate.document_totals[:, kept],
    )


def _difference_interval(first: Estimate, second: Estimate) -> tuple[Floats, Floats]:
    if "none" in (first.cell.level, second.cell.level):
        empty = np.full(len(first.n), np.nan)
        return empty, empty
    return resample.difference_interval(
        (first.replicates, second.replicates),
        (first.cell.clusters, second.cell.clusters),
        (first.n, second.n),
        (first.denominator, second.denominator),
    )


def _test(pair: Pair, first: Estimate, second: Estimate) -> Floats:
    """Return p-values; NaN where documents, or documents with the item, are too few for a small one."""
    p = np.full(len(first.n), np.nan)
    if pair.sides is None:
        return p
    counts_ = np.concatenate((first.by_document, second.by_document))
    spread = np.flatnonzero((counts_ > 0).sum(0) >= MIN_SPREAD)
    totals = np.concatenate((first.document_totals, second.document_totals))
    p[spread] = resample.permutation_p(
        counts_[:, spread], totals[:, spread], pair.sides, len(first.cell.documents)
    )
    return p
