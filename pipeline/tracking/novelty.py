"""Measure how new a document or period is compared with earlier ones, and how much of it stays afterwards.

Barron, Huang, Spang & DeDeo (2018): novelty is the mean surprise (Kullback-Leibler divergence) at a text
given those before it, transience that given those after it, and resonance is the difference.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice

import duckdb
import numpy as np

from pipeline.knowledge import calendars
from pipeline.records import Record
from pipeline.tracking import cells, resample
from pipeline.tracking.cells import Cell, Floats
from pipeline.tracking.counts import Corpus, Facts, Ints, Small
from pipeline.tracking.views import Rows, View

WINDOW = 5  # documents before and after with which a document is compared; for periods, one
MOST_ITEMS = 200  # the most frequent concepts are distinguished; the others count as one
RESAMPLES = 200  # each is a whole distribution
MANY = 10_000  # if units are drawn, they are so many that percentiles need no expansion
TIED = 50  # documents taken of those that tie for the last place, lest years become too slow
KEPT = 128  # texts whose resamples are cached at a time, 320 kB each; neighbours share most of them
OVER = {("theme", "sentences"): "theme", ("concept", "mentions"): "concept"}


class Text(Record):
    """A document or a period: counts of items in its clusters."""

    name: str
    period: int
    counts: Floats  # (clusters, items); a single cluster if units are drawn instead of clusters


class Dated(Record):
    """The first and last possible day of publication of documents, by position."""

    first: Ints
    last: Ints
    parliament: tuple[str, ...]


class Compared(Record):
    """Texts of one kind, and which of them each is compared with."""

    kind: str  # period or document
    texts: list[Text]
    order: Sequence[int]  # in which they are visited, so that neighbours follow each other
    near: Callable[[int], Near]


class Surprise(Record):
    """Mean surprise at a text given some others, in bits, or the difference of two, with interval."""

    value: float
    low: float
    high: float


def dated(base: duckdb.DuckDBPyConnection) -> Dated:
    """Return the days of publication, from the tables that `counts.prepare` made."""
    rows = base.execute("""
        select published, published_precision, coalesce(parliament, '')
        from documents join doc using (document_id) order by doc""").fetchall()
    days = [_days(day, precision) for day, precision, _ in rows]
    return Dated(
        first=np.array([first for first, _ in days], dtype=np.int64),
        last=np.array([last for _, last in days], dtype=np.int64),
        parliament=tuple(row[2] for row in rows),
    )


def _days(day: dt.date | None, precision: str) -> tuple[int, int]:
    days = calendars.days_of(str(day or ""), precision)
    return (days.first.toordinal(), days.last.toordinal()) if days else (0, 0)


def add(rows: Rows, view: View, facts: Facts, when: Dated) -> None:
    """Add the rows of periods, and of documents by publication; other measures are skipped."""
    over = OVER.get((facts.unit, facts.denominator_unit))
    if over is None or view.part.slice != "all" or not len(facts.n):
        return
    column, size = _columns(facts)
    whole = np.bincount(column[facts.item], weights=facts.n, minlength=size).astype(np.float64)
    draw = _drawer(view, whole, over)
    texts = [_period(view, cell, facts, column, size) for cell in view.cells]
    near = partial(_next_to, view, texts)
    periods = Compared(kind="period", texts=texts, order=range(len(texts)), near=near)
    _compare(rows, view, over, draw, periods)
    if view.basis == "published":
        texts, positions = _documents(view.corpus, facts, column, size)
        order = np.argsort(when.first[positions], kind="stable").tolist()
        documents = Compared(kind="document", texts=texts, order=order, near=_around(when, positions))
        _compare(rows, view, over, draw, documents)


def _columns(facts: Facts) -> tuple[Ints, int]:
    """Return the column of each item: one each for the most frequent, and one for all others.

    Items that occur only in texts without a period have no column of their own: their share is 0 everywhere.
    """
    totals = np.bincount(facts.item, weights=facts.n, minlength=len(facts.items))
    occurring = int((totals > 0).sum())
    told_apart = min(MOST_ITEMS, occurring)
    column = np.full(len(totals), told_apart, dtype=np.int64)
    column[np.argsort(-totals, kind="stable")[:told_apart]] = np.arange(told_apart)
    return column, told_apart + (occurring > told_apart)


def _period(view: View, cell: Cell, facts: Facts, column: Ints, size: int) -> Text:
    """Return the counts of a period, by document if there are enough of them to be drawn."""
    inside = np.flatnonzero((facts.period == cell.period) & (cell.cluster_of[facts.atom] >= 0))
    clusters = cell.clusters if cell.level == "documents" else 1
    cluster_at = np.minimum(cell.cluster_of[facts.atom[inside]], clusters - 1)
    return Text(
        name=view.corpus.periods[cell.period],
        period=cell.period,
        counts=_table(cluster_at, column[facts.item[inside]], facts.n[inside], (clusters, size)),
    )


def _documents(corpus: Corpus, facts: Facts, column: Ints, size: int) -> tuple[list[Text], Ints]:
    """Return the documents with enough text, and their positions in the corpus."""
    texts, positions = [], []
    order = np.argsort(facts.atom, kind="stable")
    documents = corpus.atom_document[facts.atom[order]]
    for rows in np.split(order, np.flatnonzero(np.diff(documents)) + 1):
        if facts.n[rows].sum() < cells.MIN_TEXT:
            continue
        position = int(corpus.atom_document[facts.atom[rows[0]]])
        positions.append(position)
        texts.append(
            Text(
                name=corpus.document_ids[position],
                period=int(facts.period[rows[0]]),
                counts=_table(np.zeros_like(rows), column[facts.item[rows]], facts.n[rows], (1, size)),
            )
        )
    return texts, np.array(positions, dtype=np.int64)


def _table(row: Ints, column: Ints, n: Small, shape: tuple[int, int]) -> Floats:
    flat = np.bincount(row * shape[1] + column, weights=n, minlength=shape[0] * shape[1])
    return flat.reshape(shape).astype(np.float64)


Draw = Callable[[Text], tuple[Floats, Floats]]


def _drawer(view: View, whole: Floats, over: str) -> Draw:
    """Return a function from a text to its shares, (items,), and resamples of them, (resamples, items).

    On average half a unit is added per item, distributed as in the whole corpus, so that no share is 0.
    """
    prior = whole / whole.sum() * len(whole) / 2
    times = min(view.settings.resamples, RESAMPLES)

    def draw(text: Text) -> tuple[Floats, Floats]:
        rng = cells.generator(view.settings.seed, "novelty", view.basis, over, text.name)
        total = text.counts.sum(0)
        if len(text.counts) == 1:
            units = int(total.sum())
            drawn = rng.multinomial(units, total / units, size=times).astype(np.float64)
        else:
            drawn = resample.bootstrap_weights(len(text.counts), times, rng) @ text.counts
        smooth = np.vstack((total, drawn)) + prior
        smooth /= smooth.sum(1, keepdims=True)
        return smooth[0], smooth[1:]

    return draw


Near = tuple[Sequence[int], Sequence[int]]  # positions of the texts before and after


def _next_to(view: View, texts: Sequence[Text], at: int) -> Near:
    """Return the nearest periods with enough text before and after one, of the same parliament."""
    parliament = [view.corpus.parliaments[text.period] for text in texts]

    def nearest(others: Iterable[int]) -> list[int]:
        there = (i for i in others if parliament[i] == parliament[at] and _is_long(texts[i]))
        return list(islice(there, 1))

    return nearest(range(at - 1, -1, -1)), nearest(range(at + 1, len(texts)))


def _around(when: Dated, positions: Ints) -> Callable[[int], Near]:
    """Return a function from a document to the nearest certainly before and after it; none if too few.

    Documents of the same day, or of the same year if no day is known, are neither. If several tie for the
    last place, all are taken, of many an even selection.
    """
    first, last = when.first[positions], when.last[positions]
    of_parliament: defaultdict[str, list[int]] = defaultdict(list)
    for at in np.flatnonzero(first > 0).tolist():
        of_parliament[when.parliament[positions[at]]].append(at)
    orders = {
        name: (_ordered(np.array(dated), -last), _ordered(np.array(dated), first))
        for name, dated in of_parliament.items()
    }

    def near(at: int) -> Near:
        if first[at] == 0:
            return [], []
        backwards, forwards = orders[when.parliament[positions[at]]]
        return _nearest(*backwards, -first[at]), _nearest(*forwards, last[at])

    return near


def _ordered(texts: Ints, days: Ints) -> tuple[Ints, Ints]:
    order = texts[np.argsort(days[texts], kind="stable")]
    return order, days[order]


def _nearest(texts: Ints, days: Ints, day: int) -> list[int]:
    """Return the nearest of those texts, given in the order of their days, that are later than a day."""
    start = int(np.searchsorted(days, day, side="right"))
    texts, days = texts[start:], days[start:]
    if len(texts) < WINDOW:
        return []
    least, most = (int(np.searchsorted(days, days[WINDOW - 1], side=side)) for side in ("left", "right"))
    tied = np.sort(texts[least:most])
    if len(tied) > TIED:
        tied = tied[np.linspace(0, len(tied) - 1, TIED).astype(np.int64)]
    return sorted([*texts[:least].tolist(), *tied.tolist()])


def _is_long(text: Text) -> bool:
    return bool(text.counts.sum() >= cells.MIN_TEXT)


def _compare(rows: Rows, view: View, over: str, draw: Draw, compared: Compared) -> None:
    """Add a row for each text that is long enough."""
    texts, near = compared.texts, compared.near
    drawn = lru_cache(KEPT)(lambda at: draw(texts[at]))
    for at in compared.order:
        text = texts[at]
        if not _is_long(text):
            continue
        before, after = near(at)
        clusters = [len(texts[i].counts) for i in (at, *before, *after) if len(texts[i].counts) > 1]
        sides = [surprise(drawn(at), [drawn(i) for i in side]) for side in (before, after)]
        values = {
            "kind": compared.kind,
            "item": text.name,
            "period_id": view.corpus.periods[text.period],
            "basis": view.basis,
            "over": over,
            "n": int(text.counts.sum()),
            "n_before": len(before),
            "n_after": len(after),
            "level": "units" if len(text.counts) == 1 else "documents",
        }
        for name, value in (*values.items(), *_figures(*sides, clusters=min(clusters, default=MANY))):
            rows[name].append(value)


Drawn = tuple[float, Floats]


def surprise(one: tuple[Floats, Floats], others: list[tuple[Floats, Floats]]) -> Drawn | None:
    """Return the mean surprise in bits at the shares of a text given those of others, and its resamples.

    Args:
        one: shares, (items,), all above 0, and resamples of them, (resamples, items).
        others: the same for each of the other texts; if there are none, None is returned.
    """
    if not others:
        return None
    value = np.mean([_divergence(one[0][None], other[0][None])[0] for other in others])
    draws = np.mean([_divergence(one[1], other[1]) for other in others], axis=0)
    return float(value), draws


def _divergence(p: Floats, q: Floats) -> Floats:
    return np.asarray((p * np.log2(p / q)).sum(1), dtype=np.float64)


def _figures(
    before: Drawn | None, after: Drawn | None, *, clusters: int
) -> Iterator[tuple[str, float | None]]:
    both = (before[0] - after[0], before[1] - after[1]) if before and after else None
    for name, drawn, floor in (
        ("novelty", before, 0.0),
        ("transience", after, 0.0),
        ("resonance", both, None),
    ):
        interval = unbiased(drawn, clusters, floor) if drawn else None
        yield name, interval.value if interval else None
        yield f"{name}_low", interval.low if interval else None
        yield f"{name}_high", interval.high if interval else None
        if name == "transience":
            yield "persistence", 2**-interval.value if interval else None


def unbiased(drawn: Drawn, clusters: int, floor: float | None) -> Surprise:
    """Return a surprise and its interval without the part that chance alone adds.

    Shares of two small texts differ by chance, so that surprise is biased upwards; the resamples show by how
    much, because they have the bias twice (Efron & Tibshirani 1993, chapter 10).

    Args:
        drawn: value and resamples.
        clusters: least number drawn from, which decides how far out the percentiles are taken.
        floor: least possible value.
    """
    value, draws = drawn
    bias = float(draws.mean()) - value
    low, high = resample.expanded_interval(draws[:, None], clusters)
    ends = (value - bias, float(low[0]) - 2 * bias, float(high[0]) - 2 * bias)
    middle, least, most = (end if floor is None else max(floor, end) for end in ends)
    return Surprise(value=middle, low=least, high=most)
