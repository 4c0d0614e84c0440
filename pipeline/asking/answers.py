"""Format tables as text and files: aligned columns, CSV, also for Excel, JSON, Markdown, Parquet."""

from __future__ import annotations

import datetime as dt
import decimal
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import QueryError
from pipeline.plain import BOM, cell, comma, guard, lines
from pipeline.store import replacing, write_bytes

FORMS = ("table", "csv", "excel-csv", "json", "markdown", "parquet")
ENDINGS = {".csv": "csv", ".json": "json", ".md": "markdown", ".parquet": "parquet", ".txt": "table"}
WIDEST = 60  # characters of a cell on screen
FIELDS = re.compile(r";(?=[=+\-@])")  # where a German spreadsheet, which expects semicolons, begins a cell


def formatted(table: pa.Table, form: str) -> str:
    """Return a table as text in any of the forms except parquet.

    Raises:
        QueryError: the form is unknown or is not text.
    """
    names = [str(name) for name in table.column_names]
    rows = _rows(table)
    if form == "table":
        return _aligned(names, rows)
    if form == "csv":
        return _csv(names, rows)
    if form == "excel-csv":
        return _for_excel(names, rows)
    if form == "json":
        records = [dict(zip(names, row, strict=True)) for row in rows]
        return msgspec.json.encode(records, enc_hook=str).decode() + "\n"
    if form == "markdown":
        return _markdown(names, rows)
    if form == "parquet":
        raise QueryError("query", "Parquet is not text", "name a file with --to answer.parquet")
    raise QueryError("query", f"the form {form!r} is unknown", f"choose {', '.join(FORMS)}")


def save(table: pa.Table, path: Path, form: str = "") -> None:
    """Write a table to a file in one step; without a form, the file's ending decides.

    Raises:
        QueryError: the form is unknown.
    """
    form = form or ENDINGS.get(path.suffix.lower(), "")
    if not form:
        what = f"the ending {path.suffix!r} is unknown"
        raise QueryError(str(path), what, f"end it in {', '.join(ENDINGS)}, or give --format")
    if form == "parquet":
        with replacing(path) as temporary:
            pq.write_table(table, temporary, compression="zstd")
    else:
        write_bytes(path, formatted(table, form).encode())


def tabled(columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    """Return columns of values as a table."""
    return pa.table({name: list(column) for name, column in columns.items()})


def values(table: pa.Table) -> list[tuple[Any, ...]]:
    """Return the rows of an answer.

    Raises:
        QueryError: a value is beyond what Python can hold, such as a date before the year 1.
    """
    try:
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    except (OverflowError, ValueError) as error:
        why = str(error).partition(";")[0]
        raise QueryError("query", f"holds a value that cannot be shown ({why})", "cast it to text") from None


def _rows(table: pa.Table) -> list[list[Any]]:
    return [[_plain(cell) for cell in row] for row in values(table)]


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value


def _cell(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(_cell, value))
    if isinstance(value, dict):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return str(value)


def _csv(names: list[str], rows: list[list[Any]]) -> str:
    cells = ([_harmless(value) for value in row] for row in rows)
    return b"".join(lines(list(map(_harmless, names)), cells, end="\n")).decode()


def _for_excel(names: list[str], rows: list[list[Any]]) -> str:
    """Return CSV as Excel in Germany opens it: semicolons, decimal commas, a mark of UTF-8."""
    told = ([comma(v) if name == "value" else v for name, v in zip(names, row, strict=True)] for row in rows)
    cells = ([cell(value, decimal=",", joiner=" | ") for value in row] for row in told)
    return (BOM + b"".join(lines(list(map(guard, names)), cells, separator=";"))).decode()


def _harmless(value: Any) -> str:  # noqa: ANN401
    """Return a cell so that no spreadsheet takes it for a formula; numbers may begin with a sign."""
    return _cell(value) if isinstance(value, int | float) else guard(FIELDS.sub(";'", _cell(value)))


def _markdown(names: list[str], rows: list[list[Any]]) -> str:
    lines = [names, ["---"] * len(names), *([_cell(cell) for cell in row] for row in rows)]
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _aligned(names: list[str], rows: list[list[Any]]) -> str:
    lines = [names, *(list(map(_short, row)) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(names))]
    right = [_is_number(at, rows) for at in range(len(names))]
    return "".join(
        "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(line, widths, right, strict=True)
        ).rstrip()
        + "\n"
        for line in lines
    )


def _short(value: Any) -> str:  # noqa: ANN401
    """Return a cell shortened for the screen: four decimals, the beginning of a long text."""
    if isinstance(value, float) and (value == 0 or abs(value) >= 1e-4):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    text = " ".join(_cell(value).split())
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _is_number(at: int, rows: list[list[Any]]) -> bool:
    return all(isinstance(row[at], int | float | None) for row in rows)
