"""Export tables as CSV, one form for programs and two for German Excel, and the codebook as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import outputs, store
from pipeline.plain import BOM, cell, comma, lines
from pipeline.publishing.codebook import codebook
from pipeline.publishing.datapackage import describe, resource
from pipeline.schema import TABLES
from pipeline.schema.declare import Row, Table

ATTRIBUTES = TABLES["attributes"]


def csv(out: Path, to: Path, tables: Sequence[Table]) -> Iterator[Path]:
    """Write comma-separated UTF-8 with lists as JSON, and the files that describe the tables."""
    made = list(_write(out, to, tables, separator=",", decimal=".", joiner="", start=b""))
    yield from made
    marker = outputs.finished(out)
    resources = [resource(TABLES[path.stem], path) for path in made]
    package = describe(str(marker["corpus"]), str(marker["run_key"]), resources)
    store.write_json(to / "datapackage.json", package)
    yield to / "datapackage.json"
    yield from codebook_page(out, to)


def excel(out: Path, to: Path, tables: Sequence[Table]) -> Iterator[Path]:
    """Write semicolon-separated UTF-8 with BOM and a decimal comma: German Excel takes 2.4 for a date."""
    yield from _write(out, to, tables, separator=";", decimal=",", joiner=" | ", start=BOM)
    yield from codebook_page(out, to)


def excel_point(out: Path, to: Path, tables: Sequence[Table]) -> Iterator[Path]:
    """Write semicolon-separated UTF-8 with BOM and a decimal point."""
    yield from _write(out, to, tables, separator=";", decimal=".", joiner=" | ", start=BOM)
    yield from codebook_page(out, to)


def codebook_page(out: Path, to: Path) -> Iterator[Path]:
    """Write codebook.html."""
    store.write_bytes(to / "codebook.html", codebook().encode())
    yield to / "codebook.html"


def _write(
    out: Path, to: Path, tables: Sequence[Table], *, separator: str, decimal: str, joiner: str, start: bytes
) -> Iterator[Path]:
    for table in tables:
        names = [column.name for column in table.columns]
        rows = (
            [cell(row[column], decimal=decimal, joiner=joiner) for column in names]
            for row in _told(outputs.rows(out, table.name), table, decimal)
        )
        path = to / f"{table.name}.csv"
        with store.replacing(path) as temporary, temporary.open("wb") as file:
            file.write(start)
            file.writelines(lines(names, rows, separator=separator))
        yield path


def _told(rows: Iterator[Row], table: Table, decimal: str) -> Iterator[Row]:
    """Yield rows with a decimal comma also in amounts and shares, which are stored as text."""
    for row in rows:
        with_comma = table is ATTRIBUTES and decimal == ","
        yield {**row, "value": comma(row["value"])} if with_comma else row
