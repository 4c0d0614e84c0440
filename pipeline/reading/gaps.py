"""Find tables without rules on a page by columns of white: runs of rows with the same gaps."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.reading.rulings import Cell
from pipeline.reading.spans import spans
from pipeline.reading.tabular import is_number, is_tabular
from pipeline.records import Line

GUTTER = 6.0  # points of white that separate two columns
SAME = 3.0  # points by which the baselines of one row may differ
NEAR = 2.5  # line heights from one row to the next
FEWEST = 3  # rows
MOST_HEADS = 2  # rows of header cells over several columns
FILLED = 0.6  # least share of cells with text

YEAR = re.compile(r"(?:19|20)\d\d")  # heads a column of figures


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
    span: int = 1  # columns


def cells(lines: Sequence[Line]) -> list[Cell]:
    """Return the filled cells of the tables on a page, table by table and row by row."""
    runs: list[list[list[Part]]] = [[]]
    for parts in _rows(lines):
        last = runs[-1][-1] if runs[-1] else parts
        if len(parts) < 2 or parts[0].top - last[0].top > NEAR * (last[0].bottom - last[0].top):
            runs.append([])
        runs[-1].append(parts)
    tables = filter(None, map(_table, runs))
    return [
        Cell(n, row, column, part.x0, part.top, part.x1, part.bottom, span)
        for n, table in enumerate(tables, 1)
        for row, column, part, span in table
    ]


def _table(run: Sequence[Sequence[Part]]) -> list[Entry]:
    """Return the entries of a run of rows if it is a table, with header cells over several columns.

    A first row of one part heads the other rows or is no part of the table.
    """
    single = len(run[:1]) == 1 and len(run[0]) == 1
    rows = run[1:] if single else run
    if len(rows) < FEWEST:
        return []
    plain = _entries(rows)
    if _is_table(plain):
        return (_headed(run, 1) if single or _is_named_twice(plain) else []) or plain
    tries = [(own, n) for own in ([run, rows] if single else [run]) for n in range(1, MOST_HEADS + 1)]
    return next((table for own, n in tries if (table := _headed(own, n))), [])


def _is_named_twice(table: Sequence[Entry]) -> bool:
    """Return whether the second row has names of columns above numbers, more than the first row."""
    rows = [{e.column: e.part.text for e in table if e.row == row and e.column} for row in range(3)]
    named = all(not is_number(text) or YEAR.fullmatch(text) for text in rows[1].values())
    below = [text for column, text in rows[2].items() if column in rows[1]]
    figures = all(is_number(text) and not YEAR.fullmatch(text) for text in below)
    return len(rows[0]) < len(rows[1]) and named and figures and len(below) > 1


def _headed(run: Sequence[Sequence[Part]], n: int) -> list[Entry]:
    """Return the entries of a table whose first `n` rows have cells over several columns, or none."""
    body = _entries(run[n:])
    if len(run) < n + FEWEST or not _is_table(body):
        return []
    columns = [
        (min(part.x0 for part in own), max(part.x1 for part in own))
        for own in ([e.part for e in body if e.column == at] for at in range(1 + max(e.column for e in body)))
    ]
    found: list[Entry] = []
    for row, parts in enumerate(run[:n]):
        places = spans([(part.x0, part.x1) for part in parts], columns)
        if not places or (len(parts) == 1 and not places[0][0]):
            return []
        found += [Entry(row, own[0], part, len(own)) for own, part in zip(places, parts, strict=True)]
    return found + [entry._replace(row=entry.row + n) for entry in body]


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
    places = {(row, column) for row, column, *_ in table}
    n_rows, n_columns = 1 + max(row for row, _ in places), 1 + max(column for _, column in places)
    if n_columns < 2 or len(places) < len(table) or len(table) < FILLED * n_rows * n_columns:
        return False
    values = [part.text for row, column, part, _ in table if row > 0 and column > 0]
    numbers, texts = sum(map(is_number, values)), [part.text for _, _, part, _ in table]
    return is_tabular(texts, numbers, len(values)) and not _is_contents(table, n_columns)


def _is_contents(table: Sequence[Entry], n_columns: int) -> bool:
    """Return whether it is a table of contents: its last column has page numbers that never decrease."""
    last = [part.text for _, column, part, _ in table if column == n_columns - 1]
    numbers = [int(text) for text in last if text.isdecimal()]
    return len(numbers) == len(last) and numbers == sorted(numbers) and n_columns <= 3
