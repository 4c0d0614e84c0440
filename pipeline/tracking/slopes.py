"""Estimate trends through three or more periods: how much an item gains or loses from period to period."""

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np

from pipeline.phrases import SEPARATOR, phrase
from pipeline.records import Record
from pipeline.tracking import resample
from pipeline.tracking.cells import Floats
from pipeline.tracking.counts import Facts, Ints
from pipeline.tracking.mix import compare, drift, least_alike
from pipeline.tracking.resample import Shuffled
from pipeline.tracking.views import (
    Estimate,
    Rows,
    View,
    add_names,
    plain,
    shuffle,
    tested_by_documents,
)

MIN_PERIODS = 3  # with two, the change says all
MIN_DOCUMENTS = 6  # in all periods together; of the 720 orders of six, two are the steepest
MIN_ITEM = 5  # occurrences in all periods together


class Chain(Record):
    """Cells of one parliament with text, in order: positions, and other differences than the items."""

    cells: tuple[int, ...]
    places: Floats  # of their periods in time
    alike: bool  # whether each has the same kinds of documents as the next
    warnings: tuple[str, ...]
    documents: Shuffled | None  # None: not tested, for reasons in the warnings


def chains(view: View) -> tuple[Chain, ...]:
    """Return for each parliament the periods through which a trend can be drawn, if there are three."""
    corpus = view.corpus
    usable = [at for at, cell in enumerate(view.cells) if cell.level != "none" and cell.has_text]
    groups = groupby(usable, key=lambda at: corpus.parliaments[view.cells[at].period])
    kept = [tuple(group) for _, group in groups]
    return tuple(_chain(view, places) for places in kept if len(places) >= MIN_PERIODS)


def _chain(view: View, kept: tuple[int, ...]) -> Chain:
    through = [view.cells[at] for at in kept]
    places = view.corpus.numbers[[cell.period for cell in through]].astype(np.float64)
    of_documents = np.repeat(places, [len(cell.documents) for cell in through])
    first, second = least_alike(view.corpus, list(pairwise(through)))
    between = [view.corpus.periods[cell.period] for cell in (first, second)]
    compared = compare(view.corpus, first, second, view.part.slice)
    warnings = [
        phrase("between", before=between[0], after=between[1], what=what) for what in compared.warnings
    ]
    documents = None
    distinct = len(np.unique(np.concatenate([cell.documents for cell in through])))
    if distinct < MIN_DOCUMENTS:
        warnings.append(phrase("few_in_trend", n=MIN_DOCUMENTS))
    elif distinct < len(of_documents):  # parts of one document are alike, and often on one side of the middle
        warnings.append(phrase("in_several"))
    elif not compared.alike and not view.settings.compare_unlike:
        warnings.append(phrase("unlike"))
    else:
        names = (view.corpus.periods[cell.period] for cell in through)
        rng = view.generator("trend", *names)
        documents = shuffle(of_documents, through, rng)
    return Chain(
        cells=kept, places=places, alike=compared.alike, warnings=tuple(warnings), documents=documents
    )


def add(
    rows: Rows,
    view: View,
    facts: Facts,
    items: Ints,
    chain: Chain,
    estimates: list[Estimate],
) -> None:
    """Add the slopes of some items, given their estimates in all cells of the view."""
    through = [estimates[at] for at in chain.cells]
    n = np.sum([estimate.n for estimate in through], axis=0)
    kept = np.flatnonzero((n >= MIN_ITEM) & ~facts.generic[items])
    if not len(kept):
        return
    through = [estimate.only(kept) for estimate in through]
    weights = resample.slope_weights(chain.places, np.array([estimate.independent for estimate in through]))
    rows["n_periods"] += [len(through)] * len(kept)
    rows["n"] += n[kept].astype(np.int64).tolist()
    rows["slope"] += weighted(weights, through).tolist()
    add_tested(rows, view, facts, items[kept], chain, through, weights)


def weighted(weights: Floats, through: list[Estimate]) -> Floats:
    """Return the weighted sums of the shares of some items in the cells of a chain."""
    return np.asarray((weights * np.array([estimate.share for estimate in through])).sum(0))


def add_tested(
    rows: Rows,
    view: View,
    facts: Facts,
    items: Ints,
    chain: Chain,
    through: list[Estimate],
    weights: Floats,
) -> None:
    """Add what rows tell of weighted sums besides these: items, periods, intervals, p-values, warnings."""
    size, periods = len(items), [view.corpus.periods[estimate.cell.period] for estimate in through]
    low, high = np.full((2, size), np.nan)
    if "none" not in (estimate.cell.level for estimate in through):
        low, high = resample.sum_interval(weights, through)
    add_names(rows, view, facts, items)
    rows["period_from"] += [periods[0]] * size
    rows["period_to"] += [periods[-1]] * size
    rows["low"] += plain(low)
    rows["high"] += plain(high)
    rows["p"] += plain(tested_by_documents(chain.documents, through))
    rows["alike"] += [chain.alike] * size
    layers = [facts.layers[item] for item in items]
    ends = (through[0].cell, through[-1].cell)
    drifts = {layer: drift(view.corpus, view.trust.f1, *ends, layer) for layer in set(layers)}
    rows["drift_warning"] += [SEPARATOR.join([*chain.warnings, *drifts[layer]]) or None for layer in layers]
