"""Write values as plain text: those of tables, for files without types, and numbers of things."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

# Spreadsheets take such a cell for a formula and may run it (OWASP, CSV Injection). An apostrophe in front
# is Excel's own mark for text; a cell that already has one before the sign gets another, so that removing
# one always restores the original.
FORMULA = re.compile(r"'*[=+\-@\t\r]")

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2

_SPECIAL = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\^{}",
}

_DECIMAL = re.compile(r"\d+\.\d+")
_AMOUNT = re.compile(r"-?\d+(?:\.\d+)?(?:\.\.-?\d+(?:\.\d+)?)?")  # a number, or the range of two

BOM = b"\xef\xbb\xbf"  # by which Excel recognises UTF-8
WRITTEN_AT_ONCE = 1 << 20  # characters


def counted(n: int, what: str) -> str:
    """Return a number with its noun: »1 sentence«, »1,200 sentences«."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def guard(text: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def legal(text: str, *, instead: str = "") -> str:
    """Return a text without the characters that XML, and so a file of Excel, cannot hold."""
    return _ILLEGAL.sub(instead, text)


def tex(text: str) -> str:
    """Return a text on one line as LaTeX and BibTeX read it."""
    return "".join(_SPECIAL.get(c, c) for c in " ".join(text.split()))


def several(text: str) -> list[str]:
    """Return the names in a field that may hold several, separated by semicolons."""
    return [name.strip() for name in text.split(";") if name.strip()]


def comma(value: Any) -> Any:  # noqa: ANN401 - any value of a table
    """Return a number that is stored as text, or a range, with decimal commas; anything else as it is.

    German Excel takes the text 2.5 for the second of May.
    """
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        return value
    return _DECIMAL.sub(lambda found: found[0].replace(".", ","), value)


def unguard(text: str) -> str:
    """Return the original of a guarded text."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def cell(value: Any, *, decimal: str = ".", joiner: str = "") -> str:  # noqa: ANN401 - any value of a table
    """Return a value as the text of a cell, "" for none.

    Args:
        value: a value of any type that a table may hold.
        decimal: the decimal mark.
        joiner: the separator between the values of a list; without it lists are written as JSON.
    """
    if isinstance(value, str):
        return guard(value)
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return repr(value).replace(".", decimal)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return _list(value, joiner)
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return str(value)


def _list(values: list[Any], joiner: str) -> str:
    if joiner and not any(isinstance(value, dict) for value in values):
        return guard(joiner.join(map(str, values)))
    return msgspec.json.encode(values).decode()


def lines(
    names: Sequence[str], rows: Iterable[Sequence[str]], *, separator: str = ",", end: str = "\r\n"
) -> Iterator[bytes]:
    """Yield the lines of a CSV file in UTF-8, beginning with the names of the columns."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator=end)
    writer.writerow(names)
    for cells in rows:
        writer.writerow(cells)
        if buffer.tell() > WRITTEN_AT_ONCE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
