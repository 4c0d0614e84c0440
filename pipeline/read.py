"""Read a PDF into unaltered pages: lines with fonts and boxes, and how good their text is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from pipeline.config import Read
from pipeline.errors import of_machine, unread
from pipeline.reading import gaps, rulings, seams, signatures
from pipeline.reading.bullets import bulleted
from pipeline.reading.lines import lines
from pipeline.reading.pdfium import Document, is_possible
from pipeline.reading.quality import quality
from pipeline.reading.rulings import Stroke
from pipeline.reading.tabular import has_columns, tabulate
from pipeline.records import Line, Page

# The quality of 6,986 pages of 95 documents is above 0.74 (French minutes: 0.64), that of the 21 pages
# with a broken character map in two Drucksachen below 0.43.
USABLE = 0.55
SPARSE = 30  # characters: a page with a picture and fewer has only a stamp or page number as text


def read_pages(
    path: Path,
    *,
    settings: Read,
    bad: Mapping[int, str] | None = None,
    pages: frozenset[int] | None = None,
) -> Iterator[Page]:
    """Read the pages of a PDF one by one; pages in `bad` are not read but get the reason given there.

    Raises:
        InputError: the file cannot be opened: it is empty, not a PDF, damaged or encrypted.
    """
    with Document(path, password=settings.password) as document:
        outline = document.outline()
        for number in range(1, document.n_pages + 1):
            if pages is None or number in pages:
                page = read_page(document, number, bad or {})
                page = _recognised(document, page, settings) if needs_ocr(page) and settings.ocr else page
                yield replace(page, outline=tuple(outline[number])) if number in outline else page


def read_page(document: Document, number: int, bad: Mapping[int, str]) -> Page:
    """Read one page; an error becomes its status and reason."""
    if number in bad:
        return _lost(number, bad[number])
    try:
        glyphs = document.glyphs(number)
        if not is_possible(glyphs.width, glyphs.height):
            return _lost(number, "has an impossible size")
        written = bulleted(lines(glyphs), glyphs)
        found = _tables(document, number, written, glyphs.paths.tolist())
        found = signatures.signed(found)
    except Exception as error:  # a hostile page must not end the document
        if of_machine(error):
            raise
        return _lost(number, unread(error))
    worth = quality(line.text for line in found)
    page = Page(number=number, width=glyphs.width, height=glyphs.height, lines=found, quality=worth)
    reason = _trouble(document, page, len(glyphs.pictures))
    return replace(page, text_source="none", status="failed", reason=reason) if reason else _blank(page)


def _tables(
    document: Document, number: int, found: tuple[Line, ...], strokes: Sequence[Stroke]
) -> tuple[Line, ...]:
    """Return the lines with their table cells; tables without ruled cells are sought by other signs."""
    placed = tabulate(found, rulings.cells(strokes))
    last = max((line.table for line in placed), default=0)
    placed = tabulate(placed, seams.cells(strokes, (line for line in placed if not line.table), last + 1))
    rest = [line for line in placed if not line.table]
    if not has_columns(rest):
        return placed
    last = max((line.table for line in placed), default=0)
    placed = tabulate(placed, [cell._replace(table=last + cell.table) for cell in gaps.cells(rest)])
    if any(line.table for line in placed) or not strokes:
        return placed
    from pipeline.reading import plumber

    return tabulate(found, plumber.cells(document, number))


def needs_ocr(page: Page) -> bool:
    """Return whether a page shows text that can only be obtained by OCR."""
    return page.text_source == "none" and page.status == "failed" and page.width > 0


def _recognised(document: Document, page: Page, settings: Read) -> Page:
    """Return a page as read by OCR, or unchanged with the reason why that was not possible."""
    from pipeline.reading import ocr

    if not ocr.available():
        return replace(page, reason=f"{page.reason}; no OCR engine with German is installed")
    try:
        picture, _ = document.picture(page.number, dpi=settings.ocr_dpi)
        found = ocr.ocr_page(picture, page=page.number, width=page.width, height=page.height)
        if found.lines:
            return replace(found, n_replaced=page.n_chars)
        return replace(found, lines=page.lines, reason=f"{page.reason}; OCR finds no text")
    except Exception as error:  # a hostile page must not end the document
        if of_machine(error):
            raise
        return replace(page, reason=f"{page.reason}; by OCR it {unread(error)}")


def _lost(number: int, reason: str) -> Page:
    return Page(number=number, width=0, height=0, text_source="none", status="failed", reason=reason)


def _trouble(document: Document, page: Page, n_images: int) -> str:
    """Return why a page's text cannot be used, or "" if it can."""
    n = sum(len(line.text) for line in page.lines)
    if page.quality < USABLE:
        return "its font has no usable map from glyphs to characters"
    if n < SPARSE and n_images:
        return "shows a picture without text"
    if n == 0 and document.is_form:
        return "is a dynamic form (XFA) whose content only Adobe's programs show"
    return ""


def _blank(page: Page) -> Page:
    if page.lines:
        return page
    return replace(page, text_source="none", reason="the page is empty")
