"""Tables of one PDF page, ruled or not. The only door to pdfplumber.

Slow (about a tenth of a second a page), so only for pages that show evidence of a table
(`pipeline.reading.tabular.has_columns`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.reading.rulings import Cell as Place
from pipeline.records import Box, Record

SAME = 3.0  # points by which the ends of two rules of one table differ
MAX_STROKES = 5000  # on a page: maps and charts have more, tables of the reference corpus at most 1,900
MAX_CELLS = 4000
GUTTER = 6.0  # points of white that part two columns of a table without rules
NEAR = 2.5  # line heights from one row to the next


class Cell(Record, frozen=True, kw_only=True, array_like=True):
    """A cell; a merged one stands where it begins. Its lines are parted by line breaks."""

    row: int  # from 0
    column: int  # from 0
    text: str
    box: Box


class Table(Record, frozen=True, kw_only=True):
    """A table with its cells in the order of rows."""

    box: Box
    cells: tuple[Cell, ...]
    n_rows: int
    n_columns: int
    ruled: bool = True


class Part(NamedTuple):
    """A stretch of text on one line, in the coordinates of pdfplumber."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


def tables(path: Path, page_number: int, *, password: str = "") -> list[Table]:
    """Return the tables of page `page_number` (from 1); none where the page cannot be read."""
    import pdfplumber

    try:
        with pdfplumber.open(path, pages=[page_number], password=password) as document:
            return _tables(document.pages[0], page_number)
    except Exception:  # pdfminer raises anything on a hostile file; the page's text is read elsewhere
        return []


def cells(path: Path, page_number: int, *, password: str = "") -> list[Place]:
    """Return the places of the filled cells on page `page_number` (from 1), table by table."""
    return [
        Place(n, cell.row, cell.column, cell.box.x0, cell.box.top, cell.box.x1, cell.box.bottom)
        for n, table in enumerate(tables(path, page_number, password=password), 1)
        for cell in table.cells if cell.text
    ]  # fmt: skip


def _tables(page: Any, number: int) -> list[Table]:  # noqa: ANN401 - pdfplumber has no types
    if len(page.lines) + len(page.rects) + len(page.curves) > MAX_STROKES:
        return []
    found = [_table(raw, page, number) for raw in page.find_tables()]
    return [table for table in found if table] or _unruled(page, number)


def _table(raw: Any, page: Any, number: int) -> Table | None:  # noqa: ANN401
    """Return a table with its cells; None for a mere box, a single row or column, or a grid of thousands."""
    texts = raw.extract()
    places = [
        (row, column, box, texts[row][column])
        for row, line in enumerate(raw.rows)
        for column, box in enumerate(line.cells)
        if box is not None
    ]
    n_columns = max((len(line.cells) for line in raw.rows), default=0)
    filled = [(row, column) for row, column, _, text in places if text]
    if len(places) > MAX_CELLS or len({r for r, _ in filled}) < 2 or len({c for _, c in filled}) < 2:
        return None
    cells = tuple(
        Cell(row=row, column=column, text=(text or "").strip(), box=_box(box, page, number))
        for row, column, box, text in places
    )
    return Table(box=_box(raw.bbox, page, number), cells=cells, n_rows=len(raw.rows), n_columns=n_columns)


def _unruled(page: Any, number: int) -> list[Table]:  # noqa: ANN401
    """Return the tables that only their columns of white space show: runs of lines with the same gutters."""
    runs: list[list[list[Part]]] = [[]]
    for parts in _lines(page):
        last = runs[-1][-1] if runs[-1] else parts
        if len(parts) < 2 or parts[0].top - last[0].top > NEAR * (last[0].bottom - last[0].top):
            runs.append([])
        if len(parts) >= 2:
            runs[-1].append(parts)
    found = (_from_run(run, page, number) for run in runs if len(run) >= 3)
    return [table for table in found if table and _is_tabular(table)]


def _lines(page: Any) -> list[list[Part]]:  # noqa: ANN401
    """Return the lines of a page from above, each as the stretches of text between wide gaps."""
    lines: list[list[Part]] = []
    words = page.extract_words(x_tolerance=2)
    for word in sorted(words, key=lambda word: (round(word["bottom"] / SAME), word["x0"])):
        part = Part(word["text"], word["x0"], word["top"], word["x1"], word["bottom"])
        if not lines or abs(lines[-1][0].bottom - part.bottom) > SAME:
            lines.append([part])
        elif part.x0 - lines[-1][-1].x1 < GUTTER:
            lines[-1][-1] = _joined(lines[-1][-1], part)
        else:
            lines[-1].append(part)
    return lines


def _joined(first: Part, second: Part) -> Part:
    top, bottom = min(first.top, second.top), max(first.bottom, second.bottom)
    return Part(f"{first.text} {second.text}", first.x0, top, second.x1, bottom)


def _from_run(run: Sequence[Sequence[Part]], page: Any, number: int) -> Table | None:  # noqa: ANN401
    edges = _columns(part for parts in run for part in parts)
    places = [
        (row, sum(part.x0 >= edge for edge in edges) - 1, tuple(part[1:]), part.text)
        for row, parts in enumerate(run)
        for part in parts
    ]
    if len(edges) < 2 or len({place[:2] for place in places}) < len(places):
        return None
    cells = tuple(
        Cell(row=row, column=column, text=text, box=_box(box, page, number))
        for row, column, box, text in places
    )
    box = (min(p[2][0] for p in places), run[0][0].top, max(p[2][2] for p in places), run[-1][0].bottom)
    return Table(
        box=_box(box, page, number), cells=cells, n_rows=len(run), n_columns=len(edges), ruled=False
    )  # fmt: skip


def _columns(parts: Iterable[Part]) -> list[float]:
    """Return where the columns begin: each is a stretch of text that no gutter cuts."""
    edges: list[float] = []
    end = float("-inf")
    for part in sorted(parts, key=lambda part: part.x0):
        if part.x0 - end >= GUTTER:
            edges.append(part.x0)
        end = max(end, part.x1)
    return edges


def _is_tabular(table: Table) -> bool:
    """Tell a table without rules from text that merely lies in columns.

    A table has short cells, filled rows, and numbers in a third of the cells below its head and
    beside its first column.
    """
    filled = [cell for cell in table.cells if cell.text]
    body = [cell for cell in filled if cell.row > 0]
    values = [cell for cell in body if cell.column > 0]  # numbers at the left may count items
    if len(filled) < 0.6 * table.n_rows * table.n_columns:
        return False
    short = sum(len(cell.text) <= 60 for cell in filled)
    numbers = sum(_is_number(cell.text) for cell in values)
    return short >= 0.9 * len(filled) and numbers >= len(values) / 3 and not _is_contents(table)


def _is_contents(table: Table) -> bool:
    """Tell a table of contents: its last column holds page numbers that never fall."""
    last = [cell.text for cell in table.cells if cell.column == table.n_columns - 1 and cell.text]
    numbers = [int(text) for text in last if text.isdecimal()]
    return len(numbers) == len(last) and numbers == sorted(numbers) and table.n_columns <= 3


def _is_number(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return digits > 0 and digits >= sum(letter.isalpha() for letter in text)


def _box(box: Sequence[float], page: Any, number: int) -> Box:  # noqa: ANN401
    """Return a box with its origin in the upper left corner of the CropBox."""
    left, top = page.cropbox[0], page.cropbox[1]
    x0, y0, x1, y1 = box
    return Box(number, *(round(float(edge), 2) for edge in (x0 - left, y0 - top, x1 - left, y1 - top)))
