"""Lazy selections of rows from the tables, which are fetched when somebody looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.plain import counted
from pipeline.query import connect, query

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SHOWN = 5  # rows of a preview in a notebook
AT_ONCE = 2_000  # rows fetched together while iterating
PREVIEW = 80  # characters of a cell in a preview


class Rows:
    """A query on the tables that has not been run yet.

    `len`, iteration and the `to_…` methods run it; `where`, `select`, `order_by` and `limit` return a
    new, narrower one.
    """

    def __init__(self, out: Path, sql: str, values: Sequence[object] = ()) -> None:
        self._out, self.sql, self._values = out, sql, tuple(values)

    @property
    def _inner(self) -> str:
        return f"({self.sql}\n)"  # it may end with a comment

    def where(self, condition: str, *values: object) -> Rows:
        """Return the rows that meet a condition in SQL; `?` stands for a value."""
        return Rows(self._out, f"select * from {self._inner} where {condition}", (*self._values, *values))

    def select(self, *columns: str) -> Rows:
        """Return the rows with some of the columns, or with expressions of them."""
        return Rows(self._out, f"select {', '.join(columns)} from {self._inner}", self._values)

    def order_by(self, *columns: str) -> Rows:
        """Return the rows in another order; a column may be followed by `desc`."""
        return Rows(self._out, f"select * from {self._inner} order by {', '.join(columns)}", self._values)

    def limit(self, n: int) -> Rows:
        """Return the first `n` rows."""
        return Rows(self._out, f"select * from {self._inner} limit {int(n)}", self._values)

    def to_arrow(self) -> pa.Table:
        """Return the rows as a pyarrow table."""
        return query(self._out, self.sql, values=self._values)

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas data frame."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as dicts."""
        found: list[dict[str, Any]] = self.to_arrow().to_pylist()
        return found

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.limit(0).to_arrow().column_names)

    def __len__(self) -> int:
        counted = query(self._out, f"select count(*) as n from {self._inner}", values=self._values)
        return int(counted["n"][0].as_py())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with connect(self._out) as base:
            answer = base.execute(self.sql, list(self._values))
            names = [column[0] for column in answer.description or ()]
            while batch := answer.fetchmany(AT_ONCE):
                yield from (dict(zip(names, row, strict=True)) for row in batch)

    def __repr__(self) -> str:
        return f"<{counted(len(self), 'row')}: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        first, n = self.limit(SHOWN).to_arrow(), len(self)
        head = "".join(f"<th>{escape(name)}</th>" for name in first.column_names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_short(cell))}</td>" for cell in row.values()) + "</tr>"
            for row in first.to_pylist()
        )
        more = f"<p><small>{counted(n, 'row')}, {min(n, SHOWN)} shown</small></p>"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _short(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return text if len(text) <= PREVIEW else text[: PREVIEW - 1] + "…"
