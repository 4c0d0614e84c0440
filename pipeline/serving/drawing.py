"""Draw pages in worker processes, because a page of a hostile PDF may take for ever."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from pipeline.asking.pictures import marked
from pipeline.errors import InputError, QueryError
from pipeline.reading.pdfium import render
from pipeline.records import Box, Record
from pipeline.serving.desk import Desk
from pipeline.workers import Note

DPI = 130  # a page of A4 is 1,075 pixels wide: sharp on a laptop's screen, drawn in 0.1 s
SECONDS = 10.0  # for a page; more is a page that hangs


class Sheet(Record):
    """A page to be drawn, and the lines on it that must not be shown."""

    path: str
    page: int
    hidden: tuple[Box, ...] = ()


def aside(sheet: Sheet) -> bytes:
    """Return a page as PNG, drawn by a process that is stopped if it takes too long.

    Raises:
        InputError: the page is damaged, or needs more time or memory than allowed.
    """
    try:
        data: bytes = _desk().ask(sheet, SECONDS)
    except QueryError as error:
        raise InputError(error.where, error.what, error.remedy) from None
    return data


def ready() -> None:
    """Start the process that draws, so that the first reader does not wait for it."""
    _desk().ask(None, SECONDS)


@cache
def _desk() -> Desk:
    return Desk(work, where="image of the page", does="draws pages", remedy="read the text beside it")


def work(sheet: Sheet | None, note: Note) -> bytes:
    """Draw a page; runs in a process of its own."""
    note("draw", sheet.page if sheet else 0)
    return drawn(sheet) if sheet else b""


def drawn(sheet: Sheet) -> bytes:
    """Return a page as PNG; only one thread of a process at a time may use PDFium.

    Raises:
        InputError: the page is damaged.
    """
    picture, dpi = render(Path(sheet.path), sheet.page, dpi=DPI)
    buffer = io.BytesIO()
    marked(picture, dpi=dpi, marks=(), hidden=sheet.hidden).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
