"""Export the small tables as one Excel file; the door to openpyxl."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from pipeline import outputs, store
from pipeline.errors import InputError
from pipeline.plain import cell, legal
from pipeline.schema import TABLES
from pipeline.schema.declare import Table

MAX_ROWS = 50_000  # Excel opens so many in seconds
EXCEL_ROWS = 1_048_575  # below the column names, Excel's own limit; for tables asked for by name
MAX_CHARACTERS = 32_767  # of a cell, Excel's limit, as UTF-16 counts them
CUT = " … (cut: Excel holds no more in a cell)"
WIDTHS = {"text": 28, "texts": 28, "boxes": 12, "selector": 28}  # of columns, in characters


def xlsx(out: Path, to: Path, tables: Sequence[Table]) -> Iterator[Path]:
    """Write one sheet per table and one that describes all columns, which alone tells of tables left out.

    Raises:
        InputError: a table that was asked for by name has more rows than Excel can hold.
    """
    book, missing = Workbook(write_only=True), left_out(out, tables)
    if missing and len(tables) < len(TABLES):
        what = f"has more than {EXCEL_ROWS:,} rows, which Excel cannot hold"
        raise InputError(f"table {missing[0]}", what, "export it as csv, or query a part with --to FILE.csv")
    _describe(book, tables, {table.name: outputs.count(out, table.name) for table in tables}, missing)
    for table in tables:
        if table.name not in missing:
            _sheet(book, out, table)
    with store.replacing(to / "politikspur.xlsx") as temporary:
        book.save(temporary)
    yield to / "politikspur.xlsx"


def left_out(out: Path, tables: Sequence[Table]) -> list[str]:
    """Return the names of the tables that are too large for the file."""
    most = MAX_ROWS if len(tables) == len(TABLES) else EXCEL_ROWS
    return [table.name for table in tables if outputs.count(out, table.name) > most]


def _describe(
    book: Any,  # noqa: ANN401
    tables: Sequence[Table],
    counts: dict[str, int],
    missing: Sequence[str],
) -> None:
    sheet = _opened(book, "codebook", [12, 20, 8, 70, 60])
    sheet.append(_bold(sheet, ["table", "column", "type", "meaning", "allowed values"]))
    for table in tables:
        name = table.name
        told = (
            " (too large for this file; export it alone with --table, or as CSV)" if name in missing else ""
        )
        sheet.append([name, "", "", f"{table.about} {counts[name]:,} rows{told}"])
        for column in table.columns:
            sheet.append([name, column.name, column.type, column.about, ", ".join(column.allowed)])


def _opened(book: Any, title: str, widths: list[int]) -> Any:  # noqa: ANN401
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    return sheet


def _bold(sheet: Any, names: list[str]) -> list[WriteOnlyCell]:  # noqa: ANN401
    cells = [WriteOnlyCell(sheet, value=name) for name in names]
    for one in cells:
        one.font = Font(bold=True)
    return cells


def _sheet(book: Any, out: Path, table: Table) -> None:  # noqa: ANN401
    names = [column.name for column in table.columns]
    sheet = _opened(book, table.name, [WIDTHS.get(column.type, 12) for column in table.columns])
    rows = outputs.count(out, table.name) + 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{rows}"
    sheet.append(_bold(sheet, names))
    for row in outputs.rows(out, table.name):
        sheet.append([_value(row[name]) for name in names])


def _value(value: Any) -> Any:  # noqa: ANN401
    """Return a value for Excel; numbers and days keep their type."""
    if isinstance(value, str | list | dict):
        return _short(legal(cell(value, joiner=" | ")))
    return value.replace(tzinfo=None, microsecond=0) if isinstance(value, datetime) else value


def _short(text: str) -> str:
    """Return a text as long as a cell may be; where it is cut, it says so."""
    if 2 * len(text) <= MAX_CHARACTERS or len(units := text.encode("utf-16-le")) <= 2 * MAX_CHARACTERS:
        return text
    return units[: 2 * (MAX_CHARACTERS - len(CUT))].decode("utf-16-le", "ignore") + CUT
