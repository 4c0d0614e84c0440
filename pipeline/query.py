"""SQL on the tables of an output folder: read-only, no files, no network; the reading door to DuckDB."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.errors import InputError, QueryError
from pipeline.schema import TABLES

DATABASE = "politikspur.duckdb"
MAX_MEMORY = "1GB"


def database(out: Path) -> Path:
    """Return the DuckDB file of an output folder.

    Raises:
        InputError: there is none.
    """
    path = out / DATABASE
    if not path.is_file():
        raise InputError(str(out), f"holds no {DATABASE}", "run `politikspur run CORPUS --out` with it first")
    return path


def connect(out: Path) -> duckdb.DuckDBPyConnection:
    """Open the tables of an output folder so that SQL can read them and do nothing else."""
    base = duckdb.connect(str(database(out)), read_only=True)
    base.execute(f"set memory_limit = '{MAX_MEMORY}'")
    base.execute("set enable_external_access = false")
    base.execute("set lock_configuration = true")
    return base


def query(out: Path, sql: str) -> pa.Table:
    """Return the rows of one SQL question.

    Raises:
        QueryError: the SQL is wrong, or asks for more than reading.
    """
    with connect(out) as base:
        try:
            found = base.sql(sql)
            if found is None:
                raise QueryError("query", "the question is empty", "write one that begins with select")
            return found.to_arrow_table()
        except duckdb.Error as error:
            raise QueryError("query", _first_line(error), _advice(base, error)) from None


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]


def _advice(base: duckdb.DuckDBPyConnection, error: duckdb.Error) -> str:
    """Name the table or column that was probably meant."""
    names = sorted({*TABLES, *(c.name for t in TABLES.values() for c in t.columns), *_views(base)})
    asked = _after_name(str(error)) or str(error).split('"')[1:2]
    close = [match for word in asked for match in difflib.get_close_matches(word, names, n=1)]
    if isinstance(error, duckdb.PermissionException | duckdb.InvalidInputException):
        return "only reading from the tables is allowed"
    return f"did you mean {', '.join(dict.fromkeys(close))}?" if close else f"tables are {', '.join(TABLES)}"


def _views(base: duckdb.DuckDBPyConnection) -> list[str]:
    rows: list[Any] = base.execute("select view_name from duckdb_views() where not internal").fetchall()
    return [row[0] for row in rows]


def _after_name(message: str) -> list[str]:
    words = message.split()
    return [words[i + 2] for i in range(len(words) - 2) if words[i : i + 2] == ["with", "name"]]
