"""Answer questions in SQL from the browser, as rows or as a file; read-only and bounded."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.asking.answers import formatted, save, values
from pipeline.asking.gallery import Question, questions
from pipeline.errors import QueryError
from pipeline.query import query
from pipeline.records import Record

SHOWN = 200  # rows on the page
MOST = 100_000  # rows of a file
SHOWN_BYTES, MOST_BYTES = 10 * 10**6, 250 * 10**6  # of an answer on the page and in a file
SECONDS = 10.0
LONGEST = 8_000  # characters of a question
_TURNS = threading.BoundedSemaphore(2)  # questions that run at once; others wait
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


class Answered(Record):
    """The part of an answer that is shown."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    more: bool = False


def answered(out: Path, sql: str) -> Answered:
    """Return the first rows of the answer to a question.

    Raises:
        QueryError: the SQL is wrong, asks for more than reading, or takes too long.
    """
    table = _small(_asked(out, sql, SHOWN + 1), SHOWN_BYTES)
    rows = tuple(values(table))
    return Answered(columns=tuple(table.column_names), rows=rows[:SHOWN], more=len(rows) > SHOWN)


def _small(table: Any, most: int) -> Any:  # noqa: ANN401 - an Arrow table
    """Return an answer of at most `most` bytes: a few rows may hold enough to fill the memory."""
    if table.nbytes > most:
        what = f"the answer has more than {most // 10**6} MB"
        raise QueryError("query", what, "ask for fewer rows or shorter texts")
    return table


def file(out: Path, sql: str, form: str, given: Sequence[object] = ()) -> bytes:
    """Return the answer to a question as the bytes of a file.

    Raises:
        QueryError: the SQL is wrong, asks for more than reading, or takes too long.
    """
    table = _small(_asked(out, sql, MOST, given), MOST_BYTES)
    if form != "parquet":
        return formatted(table, form).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer.parquet"
        save(table, path)
        return path.read_bytes()


def _asked(out: Path, sql: str, most: int, given: Sequence[object] = ()) -> Any:  # noqa: ANN401 - an Arrow table
    with _TURNS:
        return query(out, sql[:LONGEST], values=given, rows=most, seconds=SECONDS)


def gallery() -> tuple[Question, ...]:
    """Return the example questions."""
    return questions()
