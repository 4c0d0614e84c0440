"""Answer questions in SQL from the browser, as rows or as a file; read-only and bounded."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.asking.answers import formatted, save
from pipeline.asking.gallery import Question, questions
from pipeline.query import query
from pipeline.records import Record

SHOWN = 200  # rows on the page
MOST = 100_000  # rows of a file
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
    table = _asked(out, sql, SHOWN + 1)
    columns = [column.to_pylist() for column in table.columns]
    rows = tuple(zip(*columns, strict=True))
    return Answered(columns=tuple(table.column_names), rows=rows[:SHOWN], more=len(rows) > SHOWN)


def file(out: Path, sql: str, form: str, values: Sequence[object] = ()) -> bytes:
    """Return the answer to a question as the bytes of a file.

    Raises:
        QueryError: the SQL is wrong, asks for more than reading, or takes too long.
    """
    table = _asked(out, sql, MOST, values)
    if form != "parquet":
        return formatted(table, form).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer.parquet"
        save(table, path)
        return path.read_bytes()


def _asked(out: Path, sql: str, most: int, values: Sequence[object] = ()) -> Any:  # noqa: ANN401 - an Arrow table
    with _TURNS:
        return query(out, sql[:LONGEST], values=values, rows=most, seconds=SECONDS)


def gallery() -> tuple[Question, ...]:
    """Return the example questions."""
    return questions()
