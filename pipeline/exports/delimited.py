"""Tables as CSV: one form for programs, two for Excel in Germany."""

from __future__ import annotations

import csv as csv_format
from collections.abc import Iterator
from pathlib import Path

from pipeline import outputs, store
from pipeline.codebook import codebook
from pipeline.datapackage import describe, resource
from pipeline.plain import cell
from pipeline.schema import TABLES


def csv(out: Path, to: Path) -> Iterator[Path]:
    """Write comma-separated UTF-8 with lists as JSON, and what describes them."""
    made = list(_write(out, to, separator=",", decimal=".", joiner="", encoding="utf-8"))
    yield from made
    resources = [resource(TABLES[path.stem], path) for path in made]
    package = describe(str(outputs.finished(out)["corpus"]), str(outputs.finished(out)["run_key"]), resources)
    store.write_json(to / "datapackage.json", package)
    yield to / "datapackage.json"
    store.write_bytes(to / "codebook.html", codebook().encode())
    yield to / "codebook.html"


def excel(out: Path, to: Path) -> Iterator[Path]:
    """Write semicolon-separated UTF-8 with BOM."""
    yield from _write(out, to, separator=";", decimal=".", joiner=" | ", encoding="utf-8-sig")


def excel_comma(out: Path, to: Path) -> Iterator[Path]:
    """Write semicolon-separated UTF-8 with BOM and a decimal comma."""
    yield from _write(out, to, separator=";", decimal=",", joiner=" | ", encoding="utf-8-sig")


def _write(
    out: Path, to: Path, *, separator: str, decimal: str, joiner: str, encoding: str
) -> Iterator[Path]:
    for name, table in TABLES.items():
        path, names = to / f"{name}.csv", [column.name for column in table.columns]
        with store.replacing(path) as temporary, temporary.open("w", encoding=encoding, newline="") as file:
            writer = csv_format.writer(file, delimiter=separator, lineterminator="\r\n")
            writer.writerow(names)
            for row in outputs.rows(out, name):
                writer.writerow([cell(row[name], decimal=decimal, joiner=joiner) for name in names])
        yield path
