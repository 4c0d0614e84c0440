"""Estimate shares of every item in every period with intervals, and their differences between periods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.config import Track
from pipeline.phrases import SEPARATOR, phrase
from pipeline.records import Record
from pipeline.schema.values import BASES, denominator
from pipeline.tracking import attention, cells, counts, misclassification, novelty, resample, slopes
from pipeline.tracking.cells import Floats
from pipeline.tracking.counts import Corpus, Facts, Ints, Items
from pipeline.tracking.misclassification import ErrorRate, Precision
from pipeline.tracking.mix import compare
from pipeline.tracking.slopes import Chain
from pipeline.tracking.trust import Trust
from pipeline.tracking.views import (
    Estimate,
    Filling,
    Rows,
    View,
    add_names,
    estimate_items,
    plain,
    shuffle,
    tested,
)

MIN_ITEM = 5  # occurrences from which an item has a row (also of 0) in every period and is tested
MIN_ITEM_IN_SLICE = 10  # the same inside one document type or issuer
MIN_TESTED = 4  # documents on each side; with three, even a perfect split has p = 0.1
CHUNK = 512  # items processed at once: 512 x 1,000 resamples are 4 MB per cell
RARE_CHUNK = 2048  # the same for rare items, most of which have equal counts and share their resamples
CLOSED = frozenset(
    {"theme", "user_theme", "layer", "kind", "actor_kind", "status"}
)  # short lists: always complete
DIFFERENCE = np.array([[-1.0], [1.0]])  # the later share minus the earlier
CLASSES = 256  # with known errors: more than there are themes, kinds and statuses
TESTED = ("changes", "slopes")
CORRECTED = ("corrected", "corrected_low", "corrected_high")


class Tables(Record):
    """Rows that are filled view by view."""

    trends: Filling
    changes: Filling
    slopes: Filling
    attention: Filling
    novelty: Filling


def estimate(
    base: duckdb.DuckDBPyConnection, corpus: Corpus, settings: Track, trust: Trust
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the tables trends, changes, slopes, attention and novelty, with their names."""
    filled = {name: Filling(base, name) for name in Tables.__struct_fields__}
    tables, when, items = Tables(**filled), novelty.dated(base), counts.number_items(base)
    for basis in BASES:
        for view, facts in _views(base, corpus, basis, items, settings, trust):
            pairs, chains = _pairs(view), slopes.chains(view)
            for of_measure in facts:
                _measure(view, pairs, chains, of_measure, tables)
                attention.add(tables.attention.rows, view, of_measure)
                novelty.add(tables.novelty.rows, view, of_measure, when)
    for name, table in filled.items():
        yield name, tested(table.table()) if name in TESTED else table.table()


def _views(
    base: duckdb.DuckDBPyConnection,
    corpus: Corpus,
    basis: str,
    items: Mapping[str, Items],
    settings: Track,
    trust: Trust,
) -> Iterator[tuple[View, Iterator[Facts]]]:
    """Yield the parts of the corpus on one basis, each with the counts of every measure in it.

    The counts of the whole are as large as the table of mentions.
    """
    divided = counts.count_base(base, basis)
    facts = [counts.count_items(base, basis, measure, items[measure[0]]) for measure in counts.MEASURES]
    for part in cells.parts(corpus, divided):
        in_periods = cells.cells(
            corpus,
            divided,
            basis,
            part,
            resamples=settings.resamples,
            seed=settings.seed,
            weights=settings.weights,
        )
        view = View(corpus=corpus, basis=basis, part=part, cells=in_periods, settings=settings, trust=trust)
        yield view, _within(view, facts)


def _within(view: View, facts: list[Facts]) -> Iterator[Facts]:
    """Yield the facts inside the part of the corpus that a view shows."""
    if view.part.slice == "all":
        yield from facts
        return
    inside = view.part.documents[view.corpus.atom_document]
    for of_measure in facts:
        yield counts.within(of_measure, inside[of_measure.atom])


def _pairs(view: View) -> tuple[Chain, ...]:
    """Return each cell with enough text and the next of its parliament."""
    parliament = [view.corpus.parliaments[cell.period] for cell in view.cells]
    with_text = [at for at, cell in enumerate(view.cells) if cell.has_text]
    return tuple(
        _pair(view, at, after) for at, after in pairwise(with_text) if parliament[at] == parliament[after]
    )


def _pair(view: View, at: int, after: int) -> Chain:
    """Return two cells with permutations of their documents, unless these are few or unlike."""
    corpus, sides, documents = view.corpus, np.array([0.0, 1.0]), None
    first, second = view.cells[at], view.cells[after]
    sizes = len(first.documents), len(second.documents)
    compared = compare(corpus, first, second, view.part.slice)
    warnings = [*compared.warnings]
    if min(sizes) < MIN_TESTED:
        warnings.append(phrase("small", n=MIN_TESTED))
    elif not compared.alike and not view.settings.compare_unlike:
        warnings.append(phrase("unlike"))
    else:
        names = (corpus.periods[cell.period] for cell in (first, second))
        rng = view.generator("permute", *names)
        documents = shuffle(np.repeat(sides, sizes), (first, second), rng)
    return Chain(
        cells=(at, after), places=sides, alike=compared.alike, warnings=tuple(warnings), documents=documents
    )


def _measure(
    view: View,
    pairs: tuple[Chain, ...],
    chains: tuple[Chain, ...],
    facts: Facts,
    tables: Tables,
) -> None:
    whole, compared = view.part.slice == "all", denominator(facts.unit) == facts.denominator_unit
    if not (whole or compared):
        return
    totals = np.bincount(facts.item, weights=facts.n, minlength=len(facts.items))
    enough = totals >= (MIN_ITEM if whole else MIN_ITEM_IN_SLICE)
    if facts.unit in CLOSED:
        enough[:] = True
    for items in _chunks(np.flatnonzero(enough)):
        rows = counts.rows_of(facts.item, items)
        estimates = [estimate_items(cell, facts, rows, items) for cell in view.cells]
        for estimate in estimates:
            _add_trends(tables.trends.rows, view, facts, items, estimate)
        for pair in pairs if compared else ():
            _add_changes(tables.changes.rows, view, facts, items, pair, estimates)
        for chain in chains if compared else ():
            slopes.add(tables.slopes.rows, view, facts, items, chain, estimates)
    if whole:
        _rare(view, facts, ~enough, tables.trends)


def _rare(view: View, facts: Facts, rare: NDArray[np.bool_], trends: Filling) -> None:
    """Add the rows of items that are too rare to be compared, in the cells in which they occur."""
    for cell in view.cells:
        rows = np.flatnonzero((facts.period == cell.period) & rare[facts.item])
        for items in _chunks(np.unique(facts.item[rows]).astype(np.int64), RARE_CHUNK):
            inside = counts.rows_of(facts.item[rows], items)
            estimate = estimate_items(cell, facts, rows[inside], items)
            _add_trends(trends.rows, view, facts, items, estimate)


def _chunks(items: Ints, size: int = CHUNK) -> Iterator[Ints]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _add_trends(trends: Rows, view: View, facts: Facts, items: Ints, estimate: Estimate) -> None:
    cell, size = estimate.cell, len(items)
    shown = estimate.denominator >= cells.MIN_TEXT
    low, high = np.full((2, size), np.nan)
    if cell.level != "none":
        first = np.empty(estimate.drawn.shape[1], dtype=np.int64)
        first[estimate.pattern] = np.arange(size)  # one item of each pattern
        effective = estimate.effective[first]
        ends = resample.share_interval(
            estimate.drawn, estimate.even[first], estimate.share[first] * effective, effective
        )
        low, high = (end[estimate.pattern] for end in ends)
    shares = np.where(shown, estimate.share, np.nan)
    add_names(trends, view, facts, items)
    trends["period_id"] += [view.corpus.periods[cell.period]] * size
    trends["denominator_unit"] += [facts.denominator_unit] * size
    trends["n"] += estimate.n.astype(np.int64).tolist()
    trends["denominator"] += estimate.denominator.astype(np.int64).tolist()
    trends["share"] += plain(shares)
    trends["low"] += plain(np.where(shown, low, np.nan))
    trends["high"] += plain(np.where(shown, high, np.nan))
    for name, values in zip(CORRECTED, _corrected(view, facts, items, estimate), strict=True):
        trends[name] += plain(values)
    trends["weights"] += [view.settings.weights] * size
    trends["level"] += [cell.level] * size
    trends["n_documents"] += [len(cell.documents)] * size
    trends["coverage_warning"] += _coverage(facts, estimate, shown)


def _corrected(view: View, facts: Facts, items: Ints, estimate: Estimate) -> Floats:
    """Return corrected shares and the ends of their intervals, (3, items); NaN if there are none."""
    corrected = np.full((len(CORRECTED), len(items)), np.nan)
    settings, rates = view.settings, view.trust.error_rates
    if estimate.cell.level == "none" or facts.unit not in {unit for unit, _ in rates}:
        return corrected
    errors: dict[int, tuple[tuple[float, float], Floats]] = {}
    precisions: dict[int, tuple[float, Floats]] = {}
    by_hand = cells.by_hand(view.corpus, estimate.cell)
    for at in np.flatnonzero(estimate.denominator >= cells.MIN_TEXT).tolist():
        if facts.layers[items[at]] in by_hand:
            continue
        name = facts.unit, facts.items[items[at]]
        rate = rates.get(name)
        if isinstance(rate, Precision):
            drawn = _precisions(rate, settings.resamples, settings.seed, *name)
            precisions[at] = rate.right / (rate.right + rate.wrong), drawn
        elif rate and (draws := _errors(rate, settings.resamples, settings.seed, *name)) is not None:
            errors[at] = (rate.sensitivity, rate.specificity), draws
    if errors:
        kept, few = np.array([*errors]), estimate.only(np.array([*errors]))
        n, (means, of_class) = few.share * few.effective, zip(*errors.values(), strict=True)
        corrected[:, kept] = misclassification.corrected_interval(
            few.replicates, few.even, n, few.effective, np.array(means).T, np.stack(of_class, axis=1)
        )
    if precisions:
        kept, few = np.array([*precisions]), estimate.only(np.array([*precisions]))
        n, (known, by_person) = few.share * few.effective, zip(*precisions.values(), strict=True)
        corrected[:, kept] = misclassification.precise_interval(
            few.replicates, few.even, n, few.effective, np.array(known), np.stack(by_person)
        )
    return corrected


@lru_cache(CLASSES)
def _errors(rate: ErrorRate, draws: int, seed: int, *name: str) -> Floats | None:
    """Return draws of the errors of a class, which are assumed to be equal in all cells."""
    return misclassification.error_draws(rate, draws, cells.generator(seed, "errors", *name))


@lru_cache(CLASSES)
def _precisions(rate: Precision, draws: int, seed: int, *name: str) -> Floats:
    return misclassification.precision_draws(rate, draws, cells.generator(seed, "errors", *name))


def _coverage(facts: Facts, estimate: Estimate, shown: NDArray[np.bool_]) -> list[str | None]:
    of_cell = list(estimate.cell.coverage)
    if estimate.cell.level == "none":
        of_cell.append(phrase("no_interval", n=resample.MIN_CLUSTERS))
    usual = SEPARATOR.join(of_cell) or None
    warnings = [usual] * len(shown)
    for at in np.flatnonzero(~shown):
        little = phrase("little", n=int(estimate.denominator[at]), what=facts.denominator_unit)
        warnings[at] = SEPARATOR.join([*estimate.cell.coverage, little])
    return warnings


def _add_changes(
    changes: Rows,
    view: View,
    facts: Facts,
    items: Ints,
    pair: Chain,
    estimates: list[Estimate],
) -> None:
    first, second = through = [estimates[at] for at in pair.cells]
    shown = (first.denominator >= cells.MIN_TEXT) & (second.denominator >= cells.MIN_TEXT)
    kept = np.flatnonzero(shown & (first.n + second.n >= MIN_ITEM) & ~facts.generic[items])
    if not len(kept):
        return
    through = [estimate.only(kept) for estimate in through]
    changes["difference"] += slopes.weighted(DIFFERENCE, through).tolist()
    slopes.add_tested(changes, view, facts, items[kept], pair, through, DIFFERENCE)
