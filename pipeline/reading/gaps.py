"""Find tables without rules on a page by columns of white: runs of rows with the same gaps."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.reading.rulings import Cell
from pipeline.reading.tabular import is_number, is_tabular
from pipeline.records import Line

GUTTER = 6.0  # points of white that separate two columns
SAME = 3.0  # points by which the baselines of one row may differ
NEAR = 2.5  # line heights from one row to the next
FEWEST = 3  # rows
FILLED = 0.6  # least share of cells with text


class Part(NamedTuple):
    """A stretch of text of a line between wide gaps."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


class Entry(NamedTuple):
    """A part with its place in a table."""

    row: int
    column: int
    part: Part


def cells(lines: Sequence[Line]) -> list[Cell]:
    """Return the filled cells of the tables on a page, table by table and row by row."""
    runs: list[list[list[Part]]] = [[]]
    for parts in _rows(lines):
        last = runs[-1][-1] if runs[-1] else parts
        if len(parts) < 2 or parts[0].top - last[0].top > NEAR * (last[0].bottom - last[0].top):
            runs.append([])
        if len(parts) >= 2:
            runs[-1].append(parts)
    tables = [table for run in runs if len(run) >= FEWEST and _is_table(table := _entries(run))]
    return [
        Cell(n, row, column, part.x0, part.top, part.x1, part.bottom)
        for n, table in enumerate(tables, 1)
        for row, column, part in table
    ]


def _rows(lines: Sequence[Line]) -> list[list[Part]]:
    """Return the rows of a page from the top, each as its parts from the left."""
    rows: list[list[Part]] = []
    parts = [part for line in lines if not line.rotated for part in _parts(line)]
    for part in sorted(parts, key=lambda part: part.bottom):
        if rows and part.bottom - rows[-1][0].bottom <= SAME:
            rows[-1].append(part)
        else:
            rows.append([part])
    return [_joined(sorted(row, key=lambda part: part.x0)) for row in rows]


def _parts(line: Line) -> Iterator[Part]:
    """Yield a line cut at its wide spaces."""
    xs = array("f", line.xs)
    start = 0
    for at, character in enumerate(line.text):
        if character == " " and xs[2 * at + 1] - xs[2 * at] >= GUTTER:
            yield Part(line.text[start:at], xs[2 * start], line.top, xs[2 * at - 1], line.bottom)
            start = at + 1
    yield Part(line.text[start:], xs[2 * start], line.top, xs[-1], line.bottom)


def _joined(row: Sequence[Part]) -> list[Part]:
    """Return the parts of a row, joining those without a gutter between them."""
    found = [row[0]]
    for part in row[1:]:
        last = found[-1]
        if part.x0 - last.x1 < GUTTER:
            top, bottom = min(last.top, part.top), max(last.bottom, part.bottom)
            found[-1] = Part(f"{last.text} {part.text}", last.x0, top, part.x1, bottom)
        else:
            found.append(part)
    return found


def _entries(run: Sequence[Sequence[Part]]) -> list[Entry]:
    """Return the parts of a run of rows with their columns."""
    edges = _columns(part for parts in run for part in parts)
    return [
        Entry(row, sum(part.x0 >= edge for edge in edges) - 1, part)
        for row, parts in enumerate(run)
        for part in parts
    ]


def _columns(parts: Iterable[Part]) -> list[float]:
    """Return where the columns begin; each is a stretch of text without a gutter."""
    edges: list[float] = []
    end = float("-inf")
    for part in sorted(parts, key=lambda part: part.x0):
        if part.x0 - end >= GUTTER:
            edges.append(part.x0)
        end = max(end, part.x1)
    return edges


def _is_table(table: Sequence[Entry]) -> bool:
    """Return whether it is a table, not just text in columns: one text per cell, few empty cells."""
    places = {(row, column) for row, column, _ in table}
    n_rows, n_columns = 1 + max(row for row, _ in places), 1 + max(column for _, column in places)
    if n_columns < 2 or len(places) < len(table) or len(table) < FILLED * n_rows * n_columns:
        return False
    values = [part.text for row, column, part in table if row > 0 and column > 0]
    numbers, texts = sum(map(is_number, values)), [part.text for _, _, part in table]
    return is_tabular(texts, numbers, len(values)) and not _is_contents(table, n_columns)


def _is_contents(table: Sequence[Entry], n_columns: int) -> bool:
    """Return whether it is a table of contents: its last column has page numbers that never decrease."""
    last = [part.text for _, column, part in table if column == n_columns - 1]
    numbers = [int(text) for text in last if text.isdecimal()]
    return len(numbers) == len(last) and numbers == sorted(numbers) and n_columns <= 3
