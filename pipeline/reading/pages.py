"""Return the text of single pages as the pipeline reads it, for `politikspur read`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.errors import InputError, SettingsError
from pipeline.read import read_pages
from pipeline.reading.formats import detect_format, read_document
from pipeline.reading.spool import PAGES, spooled
from pipeline.records import Page
from pipeline.split import from_passages, page_text, passages


def page_numbers(wanted: str) -> frozenset[int] | None:
    """Return the numbers in "3,5-9", or None for an empty string.

    Raises:
        SettingsError: it is not a list of numbers and ranges.
    """
    if not wanted.strip():
        return None
    numbers: set[int] = set()
    for part in wanted.split(","):
        ends = re.fullmatch(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?", part)
        if not ends or int(ends[2] or ends[1]) < int(ends[1]):
            raise SettingsError("--pages", f"{wanted!r} is not a list of pages", "write it like 3,5-9")
        numbers |= set(range(int(ends[1]), int(ends[2] or ends[1]) + 1))
    return frozenset(numbers)


def page_texts(file: Path, *, settings: Read, wanted: frozenset[int] | None) -> Iterator[tuple[int, str]]:
    """Yield number and text of the pages of a document; a document without pages counts as page 1.

    The whole document is read even if few pages are wanted, because running heads are recognised by
    their repetition.

    Raises:
        InputError: the file cannot be read, or has none of the wanted pages.
    """
    if file.is_dir():
        raise InputError(str(file), "is a folder", "name its files, or give it to `politikspur run`")
    if not file.is_file():
        raise InputError(str(file), "no such file", "check the path")
    form = detect_format(file)
    if form != "pdf":
        text = from_passages(read_document(file, format=form))
        yield 1, "\n\n".join(passage.text for passage in text.passages)
        return
    cleaned = clean(spooled(Page, read_pages(file, settings=settings), room=PAGES))
    found = passages(cleaned)
    if wanted is not None and wanted.isdisjoint(page.number for page in cleaned.pages):
        raise InputError(
            str(file), f"has none of these pages; its last is {len(cleaned.pages)}", "see --pages"
        )
    for page in cleaned.pages:
        if wanted is None or page.number in wanted:
            yield page.number, page_text(found, page.number)
