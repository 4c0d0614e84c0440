"""Answer questions in SQL from the browser, as rows or as a file: read-only, bounded, in another process."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from numbers import Number
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.asking.answers import formatted, save, values
from pipeline.errors import QueryError
from pipeline.outputs import file_state
from pipeline.query import NO_MEMORY, connect, database, query
from pipeline.records import Record
from pipeline.serving.desk import GROWTH, Desk
from pipeline.workers import Note, limit_growth, share_memory

SHOWN = 200  # rows on the page
MOST = 100_000  # rows of a file
SHOWN_BYTES, MOST_BYTES = 10 * 10**6, 250 * 10**6  # of an answer on the page and in a file
CELL = 100  # bytes that a cell counts beside its text: a page of many takes long to make
SECONDS = 10.0
LONGEST = 8_000  # characters of a question
SETTINGS = {"threads": "2", "memory_limit": "768MB", "temp_directory": ""}  # nothing is written to disk
FORMS = {
    "excel-csv": "text/csv; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


class Asked(Record):
    """What a process is asked: a query, its values, and the form of the answer ("": rows for the page)."""

    out: str
    sql: str
    given: tuple[Any, ...]
    form: str
    rows: int
    seconds: float


class Answered(Record):
    """The part of an answer that is shown; a cell is None, a number or text."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    more: bool = False


def answered(out: Path, sql: str) -> Answered:
    """Return the first rows of the answer to a question.

    Raises:
        QueryError: the SQL is wrong, asks for more than reading, or takes too much time or memory.
    """
    found: Answered = _asked(out, sql, SHOWN)
    return found


def file(out: Path, sql: str, form: str, given: Sequence[object] = ()) -> bytes:
    """Return the answer to a question as the bytes of a file.

    Raises:
        QueryError: the SQL is wrong, asks for more than reading, or takes too much time or memory.
    """
    data: bytes = _asked(out, sql, MOST, form, given)
    return data


def _asked(out: Path, sql: str, rows: int, form: str = "", given: Sequence[object] = ()) -> Any:  # noqa: ANN401
    if len(sql) > LONGEST:
        raise QueryError("query", f"the question has more than {LONGEST} characters", "ask for less")
    return _desk().ask(Asked(str(out), sql, tuple(given), form, rows, SECONDS), SECONDS)


@cache
def _desk() -> Desk:
    return Desk(answer)


def ready(out: Path) -> None:
    """Start the process that answers, so that the first reader does not wait for it."""
    answered(out, "select 1")


def answer(asked: Asked, note: Note) -> Answered | bytes:
    """Return the answer to a question; runs in a process of its own.

    Raises:
        QueryError: as for `answered` and `file`.
    """
    try:
        _limit(asked.out)
        note("ask", 0)
        return _answer(asked)
    except MemoryError:
        raise QueryError("query", NO_MEMORY, "ask for less") from None
    except QueryError:
        _Opened.close()  # whatever it left behind: memory, a database that DuckDB takes for broken
        raise


def _answer(asked: Asked) -> Answered | bytes:
    out = Path(asked.out)
    _Opened.keep(out)
    shown = not asked.form
    table = query(out, asked.sql, values=asked.given, rows=asked.rows + 1, seconds=asked.seconds)
    if shown:
        return _shown(_small(table, SHOWN_BYTES), asked.rows)
    if table.num_rows > asked.rows:
        what = f"the answer has more than {asked.rows} rows"
        raise QueryError("query", what, "ask for less, or write it on the command line with --to")
    return _file(_small(table, MOST_BYTES), asked.form)


class _Opened:
    """The tables that this process keeps open between two questions, as long as no run replaces them."""

    base: Any = None
    seen: tuple[Any, ...] = ()

    @classmethod
    def keep(cls, out: Path) -> None:
        seen = (out, file_state(database(out)))
        if cls.base is None or seen != cls.seen:
            cls.close()
            cls.base, cls.seen = connect(out, SETTINGS), seen

    @classmethod
    def close(cls) -> None:
        if cls.base is not None:
            cls.base.close()
            cls.base = None


@cache
def _limit(out: str) -> None:
    """Limit this process once, after a first question has loaded and reserved all that it needs."""
    share_memory()
    _Opened.keep(Path(out))
    query(Path(out), "select 1")
    limit_growth(GROWTH)


def _small(table: pa.Table, most: int) -> pa.Table:
    """Return an answer of at most `most` bytes: a few rows may hold enough to fill the memory."""
    if table.nbytes > most:
        raise _too_large(most)
    return table


def _too_large(most: int) -> QueryError:
    what = f"the answer has more than {most // 10**6} MB"
    return QueryError("query", what, "ask for fewer rows or shorter texts")


def _shown(table: pa.Table, most: int) -> Answered:
    if table.num_rows * table.num_columns * CELL > SHOWN_BYTES:
        raise _too_large(SHOWN_BYTES)
    rows = tuple(tuple(map(_cell, row)) for row in values(table))
    size = sum(CELL + len(cell) for row in rows for cell in row if isinstance(cell, str))
    if size > SHOWN_BYTES:  # one bit in a column may be five characters on the page
        raise _too_large(SHOWN_BYTES)
    return Answered(columns=tuple(table.column_names), rows=rows[:most], more=len(rows) > most)


def _cell(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    if value is None or isinstance(value, Number):
        return value
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _file(table: pa.Table, form: str) -> bytes:
    if form != "parquet":
        data = formatted(table, form).encode()
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "answer.parquet"
            save(table, path)
            data = path.read_bytes()
    if len(data) > MOST_BYTES:
        raise _too_large(MOST_BYTES)
    return data
