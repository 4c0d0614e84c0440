"""Common parts of the estimators: a part of the corpus with its cells, counts in one cell, growing tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from pipeline.config import Track
from pipeline.records import Record
from pipeline.schema import TABLES
from pipeline.tables import arrow_schema
from pipeline.tracking import cells, resample
from pipeline.tracking.cells import Cell, Floats, Part
from pipeline.tracking.counts import Corpus, Facts, Ints
from pipeline.tracking.resample import Shuffled
from pipeline.tracking.trust import Trust

Rows = dict[str, list[Any]]
LISTED = 50_000  # rows of a table held in lists
FAMILY = ("basis", "unit", "slice")  # tests that agree in these form one family for q-values
CLEAR = 0.05  # q up to which a difference is clear, if its interval excludes 0 as well
MIN_SPREAD = 6  # documents with an item; with five, all on one side by chance already has p = 0.06


class View(Record):
    """One part of the corpus on one basis, with its cells in the order of periods."""

    corpus: Corpus
    basis: str
    part: Part
    cells: tuple[Cell, ...]
    settings: Track
    trust: Trust

    def generator(self, purpose: str, *names: str) -> np.random.Generator:
        """Return a generator for one purpose, independent of those for others and in other parts."""
        part = self.part
        return cells.generator(self.settings.seed, purpose, self.basis, part.slice, part.value, *names)


class Estimate(Record):
    """Some items in one cell; those with equal counts in all clusters share their resamples."""

    cell: Cell
    columns: Ints  # by item: its column in the denominators
    n: Floats  # (items,)
    denominator: Floats
    share: Floats  # weighted if the settings say so
    independent: (
        Floats  # units of equal weight that would be as many: the denominator, where none is weighted
    )
    variance: Floats  # of the share, over clusters
    effective: Floats  # number of independent units that would be as certain
    pattern: Ints  # by item: its column in `drawn` and `by_cluster`
    drawn: Floats  # resamples of the share, (resamples, patterns)
    by_cluster: Floats  # numerators, (clusters, patterns)

    @property
    def even(self) -> Floats:
        """Number of clusters of equal size that would be as telling, (items,)."""
        return self.cell.even[self.columns]

    @property
    def replicates(self) -> Floats:
        """Resamples of the share of each item, (resamples, items)."""
        return self.drawn.T[self.pattern].T

    @property
    def by_document(self) -> Floats:
        """Weighted numerators, (documents, items)."""
        counts = np.add.reduceat(self.by_cluster, self.cell.first_clusters)[:, self.pattern]
        return np.asarray(counts * self.cell.document_importance[:, None])

    def only(self, kept: Ints) -> Estimate:
        """Return the estimate of some of the items."""
        by_item = ("columns", "n", "denominator", "share", "independent", "variance", "effective", "pattern")
        return replace(self, **{name: getattr(self, name)[kept] for name in by_item})


class Filling:
    """A table that is still growing: the last rows are in lists, earlier ones in the database.

    There they take a fifth of the memory, or none if they go to disk. Columns of the table that have no
    list are null.
    """

    def __init__(self, base: duckdb.DuckDBPyConnection, name: str) -> None:
        self.name, self.schema = name, arrow_schema(TABLES[name])
        self.lists: Rows = defaultdict(list)
        self.base = base.cursor()  # so that open queries on the other stay open
        self._put(self.schema.empty_table(), "create temp table filled as from added")

    @property
    def rows(self) -> Rows:
        """Lists to which whole rows may be added; get them anew before the next rows."""
        if len(next(iter(self.lists.values()), ())) >= LISTED:
            self._settle()
        return self.lists

    def add(self, row: Mapping[str, object]) -> None:
        """Add one row."""
        rows = self.rows
        for name, value in row.items():
            rows[name].append(value)

    def table(self) -> pa.Table:
        """Return all rows in the order of the table, and release them here."""
        self._settle()
        order = ", ".join(f'"{name}"' for name in TABLES[self.name].order)
        rows = self.base.sql(f"from filled order by {order}").to_arrow_table()
        self.base.execute("drop table filled")
        self.base.close()
        return rows.cast(self.schema)

    def _settle(self) -> None:
        """Move the lists into the database, and start new ones."""
        if not self.lists:
            return
        size = len(next(iter(self.lists.values())))
        columns = [
            pa.array(self.lists[field.name], field.type)
            if field.name in self.lists
            else pa.nulls(size, field.type)
            for field in self.schema
        ]
        self._put(pa.Table.from_arrays(columns, schema=self.schema), "insert into filled from added")
        self.lists.clear()

    def _put(self, rows: pa.Table, how: str) -> None:
        self.base.register("added", rows)
        self.base.execute(how)
        self.base.unregister("added")


def estimate_items(cell: Cell, facts: Facts, rows: slice | Ints, items: Ints) -> Estimate:
    """Return the estimate of some items in a cell; see `cells.count_matrix` for the arguments."""
    counts = cells.count_matrix(facts, rows, cell, items)
    first, pattern = _alike(np.vstack((facts.columns[items], counts)))
    by_cluster, columns, importance = counts[:, first], facts.columns[items[first]], cell.importance
    weighted = (importance @ cell.totals)[columns]
    share = _share(importance @ by_cluster, weighted)
    independent = resample.ratio(weighted**2, (importance**2 @ cell.totals)[columns])
    each = importance[:, None]
    variance = resample.variance(by_cluster * each, (cell.totals * each)[:, columns], share)
    drawn = (by_cluster.T @ cell.weights.T).T  # resamples of an item are contiguous
    return Estimate(
        cell=cell,
        columns=columns[pattern],
        n=by_cluster.sum(0)[pattern],
        denominator=cell.totals.sum(0)[columns][pattern],
        share=share[pattern],
        independent=independent[pattern],
        variance=variance[pattern],
        effective=resample.effective(share, independent, variance, cell.clusters)[pattern],
        pattern=pattern,
        drawn=_share(drawn, cell.replicate_totals.T[columns].T),
        by_cluster=by_cluster,
    )


def _share(numerators: Floats, denominators: Floats) -> Floats:
    """Return a part of a whole, at most 1, as sums of weights may differ in the last bit."""
    return np.minimum(resample.ratio(numerators, denominators), 1)


def _alike(counts: Floats) -> tuple[Ints, Ints]:
    """Return the first of each group of equal columns, and the group of each column."""
    known: dict[bytes, int] = {}
    columns = np.ascontiguousarray(counts.T)
    first, kinds = np.unique(
        [known.setdefault(column.tobytes(), at) for at, column in enumerate(columns)], return_inverse=True
    )
    return first, kinds


def shuffle(places: Floats, through: Sequence[Cell], rng: np.random.Generator) -> Shuffled:
    """Return the places in time of the documents in some cells, with permutations."""
    totals = [cell.document_totals * cell.document_importance[:, None] for cell in through]
    return resample.shuffle(places, np.concatenate(totals), rng)


def tested_by_documents(shuffled: Shuffled | None, estimates: list[Estimate]) -> Floats:
    """Return p-values of the trend of some items through some cells.

    Args:
        shuffled: the documents of these cells; None if they are too few.
        estimates: estimates of the items in these cells.

    An item in fewer than `MIN_SPREAD` documents has NaN, because no small p is possible.
    """
    p = np.full(len(estimates[0].n), np.nan)
    if shuffled is None:
        return p
    by_document = np.concatenate([estimate.by_document for estimate in estimates])
    spread = np.flatnonzero((by_document > 0).sum(0) >= MIN_SPREAD)
    if len(spread):
        p[spread] = resample.permutation_p(by_document[:, spread], estimates[0].columns[spread], shuffled)
    return p


def add_names(rows: Rows, view: View, facts: Facts, items: Ints) -> None:
    """Add the columns that identify items to rows of a table."""
    size = len(items)
    rows["basis"] += [view.basis] * size
    rows["unit"] += [facts.unit] * size
    rows["item"] += [facts.items[item] for item in items]
    rows["label"] += [facts.labels[item] for item in items]
    rows["slice"] += [view.part.slice] * size
    rows["slice_value"] += [view.part.value] * size


def plain(values: Floats) -> list[float | None]:
    """Return the values as a list with None for NaN."""
    return [None if value != value else value for value in values.tolist()]


def tested(table: pa.Table) -> pa.Table:
    """Return a table with q-values, one family of tests per value of `FAMILY`, and with what is clear."""
    p = table.column("p").to_numpy()  # NaN where there is none
    family, q = np.zeros(len(p), dtype=np.int64), np.full(len(p), np.nan)
    for name in FAMILY:
        code = table.column(name).combine_chunks().dictionary_encode().indices.to_numpy()
        family = family * (1 + code.max(initial=0)) + code
    for number in np.unique(family):
        rows = np.flatnonzero(family == number)
        q[rows] = resample.false_discovery(p[rows])
    low, high = (table.column(name).to_numpy() for name in ("low", "high"))
    clear = (q <= CLEAR) & ((low > 0) | (high < 0))
    untested = np.isnan(q)
    for name, values in (("q", pa.array(q, mask=untested)), ("is_clear", pa.array(clear, mask=untested))):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), values)
    return table
