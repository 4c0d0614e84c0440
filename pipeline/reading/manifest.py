"""Read a manifest (CSV written by Excel, LibreOffice or a script) into rows with canonical columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pipeline.errors import InputError, why
from pipeline.knowledge import calendars
from pipeline.knowledge.toml import load
from pipeline.plain import unguard
from pipeline.reading.dates import parse_cell
from pipeline.reading.issuers import parted
from pipeline.records import Record

SEPARATORS = ";,\t"
MAX_BYTES = 50_000_000  # a manifest of 100,000 documents has about 30 MB
NUMBER = re.compile(r"\d{1,2}")
WEIGHT = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


class Row(Record, frozen=True, kw_only=True):
    """One line of a manifest: the file that it describes, and its other values by canonical column."""

    line: int
    file: str
    values: dict[str, str]


def read_manifest(path: Path) -> tuple[list[Row], list[str]]:
    """Return the rows of a manifest, and warnings about values that could not be used.

    Dates are returned in ISO form with their precision (day, month, year) under `date_precision`.

    Raises:
        InputError: it cannot be read, is not a table, has no column `file` or names a file twice.
    """
    names, lines = _table(path)
    rows: list[Row] = []
    warnings: list[str] = []
    for line, cells in lines:
        if any(map(str.strip, cells[len(names) :])):
            what = "has more cells than there are columns; a value that contains the separator needs quotes"
            warnings.append(f"{path.name} line {line}: {what}")
        values = _values(names, cells)
        file = values.pop("file", "")
        if file:
            rows.append(
                Row(line=line, file=file, values=_checked(values, f"{path.name} line {line}", warnings))
            )
        elif values:
            warnings.append(f"{path.name} line {line}: names no file and is left out")
    _refuse_twins(rows, path.name)
    return rows, warnings


def cells_by_file(path: Path) -> dict[str, dict[str, str]]:
    """Return the non-empty cells of each file's line as they are written, by canonical column.

    Raises:
        InputError: it cannot be read, is not a table or has no column `file`.
    """
    names, lines = _table(path)
    found = [_values(names, cells) for _, cells in lines]
    return {values.pop("file"): values for values in found if "file" in values}


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the canonical names of the columns, and the other lines with their numbers."""
    table = csv_lines(path)
    names = [_canonical(name) for name in table[0][1]] if table else []
    if "file" not in names:
        raise InputError(
            path.name, "has no column `file`", "name the column of the file names `file` or `Datei`"
        )
    return names, table[1:]


def csv_lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the non-empty lines, each with its number in the file."""
    text = _decoded(path)
    lines = text.split("\n", 2)
    skip = 1 if re.fullmatch(r"\"?sep=.\"?\r?", lines[0], re.IGNORECASE) else 0  # Excel's own first line
    body = text.split("\n", skip)[skip] if skip < len(lines) else ""
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=_separator(lines[skip : skip + 1]))
    try:
        return [(reader.line_num + skip, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise InputError(path.name, f"is not a CSV table ({error})", "save it as CSV again") from None


def _decoded(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(path.name, "is larger than 50 MB", "give a table with one line a document")
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            path.name, f"cannot be read ({why(error)})", "check the path and its rights"
        ) from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _separator(header: Sequence[str]) -> str:
    bare = re.sub(r'"[^"]*"', "", header[0] if header else "")
    return max(SEPARATORS, key=lambda mark: (bare.count(mark), -SEPARATORS.index(mark)))


class Names(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Other names of columns, of kinds of document and of languages."""

    columns: dict[str, tuple[str, ...]]
    doc_types: dict[str, tuple[str, ...]]
    languages: dict[str, tuple[str, ...]]


@cache
def _columns() -> dict[str, str]:
    return _inverted(load("manifest", Names).columns)


@cache
def _doc_types() -> dict[str, str]:
    return _inverted(load("manifest", Names).doc_types)


@cache
def _languages() -> dict[str, str]:
    return _inverted(load("manifest", Names).languages)


def _inverted(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {_bare(other): name for name, others in names.items() for other in (name, *others)}


def _bare(name: str) -> str:
    return re.sub(r"[\s_\-./]+", "", name.strip().casefold())


def _canonical(name: str) -> str:
    return _columns().get(_bare(name), name.strip().casefold())


def _values(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the non-empty values; of two columns with the same meaning, the first non-empty one."""
    values: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if name and cell.strip():
            values.setdefault(name, unguard(cell.strip()).strip())
    return values


def _checked(values: dict[str, str], where: str, warnings: list[str]) -> dict[str, str]:
    """Normalise what has a form; an unreadable value is left out with a warning."""
    for name, normalise in NORMALISED:
        given = values.pop(name, "")
        known = normalise(given) if given else {}
        if given and not known:
            warnings.append(f"{where}: {name} {given!r} cannot be read and is left out")
        values.update(known)
    return values


def _date(given: str) -> dict[str, str]:
    day = parse_cell(given)
    return {"date": day.iso, "date_precision": day.precision} if day else {}


def _doc_type(given: str) -> dict[str, str]:
    known = _doc_types().get(_bare(given))
    return {"doc_type": known} if known else {}


def _period(given: str) -> dict[str, str]:
    numbers = NUMBER.findall(given)
    return {"wahlperiode": str(int(numbers[0]))} if len(numbers) == 1 and int(numbers[0]) else {}


def _parliament(given: str) -> dict[str, str]:
    known = calendars.parliament_named(given)
    return {"parliament": known} if known else {}


def _language(given: str) -> dict[str, str]:
    return {"language": _languages().get(_bare(given), given)}


def _weight(given: str) -> dict[str, str]:
    number = given.replace(",", ".")
    return {"weight": number} if WEIGHT.fullmatch(number) else {}


def _issuer(given: str) -> dict[str, str]:
    return {"issuer": parted(given)}


NORMALISED = (
    ("date", _date), ("doc_type", _doc_type), ("wahlperiode", _period), ("weight", _weight),
    ("issuer", _issuer), ("language", _language), ("parliament", _parliament),
)  # fmt: skip


def _refuse_twins(rows: Sequence[Row], where: str) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.file in first:
            lines = f"lines {first[row.file]} and {row.line}"
            raise InputError(where, f"{lines} both describe {row.file}", "keep one of them")
        first[row.file] = row.line
