"""Find ruled tables that show neither closed cells nor columns of white; the only door to pdfplumber.

This is slow (about a tenth of a second per page), so it is used only for pages with rules and signs of a
table (`pipeline.reading.tabular.has_columns`) in which `rulings` and `gaps` find none.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from pipeline.reading.pdfium import Document
from pipeline.reading.rulings import Cell

MAX_STROKES = 5000  # on a page: maps and charts have more, tables of the reference corpus at most 1,900
MAX_CELLS = 4000


def cells(document: Document, number: int) -> list[Cell]:
    """Return the filled cells on page `number` (from 1), by table; none if it cannot be read.

    pdfplumber is given a PDF of this page only, because it would parse all pages of a document for one.
    """
    import pdfplumber

    remarks = logging.getLogger("pdfminer")  # on damaged content; Python prints those that nobody handles
    if not remarks.handlers:
        remarks.addHandler(logging.NullHandler())
    try:
        with pdfplumber.open(document.alone(number)) as single:
            return list(_cells(single.pages[0]))
    except Exception:  # pdfminer may raise anything on a hostile file; the text is read elsewhere
        return []


def _cells(page: Any) -> Iterator[Cell]:  # noqa: ANN401 - pdfplumber has no types
    """Yield cells with their origin in the upper left corner of the CropBox."""
    if len(page.lines) + len(page.rects) + len(page.curves) > MAX_STROKES:
        return
    left, top = page.cropbox[0], page.cropbox[1]
    for number, table in enumerate(page.find_tables(), 1):
        for row, column, (x0, y0, x1, y1) in _filled(table):
            edges = (x0 - left, y0 - top, x1 - left, y1 - top)
            x0, y0, x1, y1 = (round(float(edge), 2) for edge in edges)
            yield Cell(number, row, column, x0, y0, x1, y1)


def _filled(table: Any) -> list[tuple[int, int, tuple[float, ...]]]:  # noqa: ANN401
    """Return row, column and box of filled cells; none for a mere box, one row or column, or a huge grid."""
    texts = table.extract()
    filled = [
        (row, column, box)
        for row, line in enumerate(table.rows)
        for column, box in enumerate(line.cells)
        if box is not None and texts[row][column]
    ]
    lonely = min(len({place[at] for place in filled}) for at in (0, 1)) < 2
    return [] if lonely or len(table.cells) > MAX_CELLS else filled
