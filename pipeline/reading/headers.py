"""Find which cells of a table head its columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from pipeline.reading.continued import continued
from pipeline.reading.layout import Layout
from pipeline.reading.paragraphs import CAPTION, Block

FIGURE = re.compile(r"(?!(?:19|20)\d\d\W*$)[\W_]*\d[\d\W_]*\w{0,3}\W*$")  # years may head columns
LONGEST = 80  # characters of a header cell
FEWEST = 2  # rows below a head that is not bold

Table = tuple[int, int]  # page, number of the table on it
Row = list[Block]


class Head(NamedTuple):
    """The header rows of a table, and their texts from the top by column."""

    rows: tuple[int, ...]  # none if the head is on a page before
    columns: dict[int, tuple[str, ...]]


def headers(blocks: Iterable[Block], layout: Layout) -> dict[Table, Head]:
    """Return the heads of the tables that have one: their first rows after captions.

    A table that continues on the next page and does not repeat its head has the same one there.
    """
    found: dict[Table, Head] = {}
    before: list[Block] = []
    for page, placed in groupby(blocks, key=lambda block: block.pages[0]):
        own = list(placed)
        for table, parts in _tables(own).items():
            if head := _find(_rows(parts)):
                found[page, table] = head
        upper, lower = (_tables(cells) for cells in continued(before, own, layout))
        for (number, above), (table, below) in zip(upper.items(), lower.items(), strict=False):
            head = found.get((page - 1, number)) or _find(_rows(above), _rows(below))
            if head:
                found[page - 1, number] = head
                if not _repeats(below, found.get((page, table)), head):
                    found[page, table] = Head((), head.columns)
        before = own
    return found


def _find(rows: Sequence[Row], more: Sequence[Row] = ()) -> Head | None:
    """Return the head of a table by its rows on a page and `more` of them on the next one, if it has one."""
    tries = range(min(_n_spanning(rows) + 1, len(rows)), 0, -1)
    n = next((n for n in tries if _is_head(rows[:n], [*rows[n:], *more])), 0)
    return _head(rows[:n]) if n else None


def _tables(blocks: Iterable[Block]) -> dict[int, list[Block]]:
    """Return the cells of the tables on a page, without captions."""
    tables: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.lines[0].table and not CAPTION.match(block.lines[0].text):
            tables[block.lines[0].table].append(block)
    return tables


def _repeats(cells: Iterable[Block], own: Head | None, head: Head) -> bool:
    """Return whether a table has the head of the one that it continues, or another in bold type."""
    if own is None:
        return False
    return own.columns == head.columns or all(_is_bold(b) for b in cells if b.lines[0].row in own.rows)


def _rows(parts: Sequence[Block]) -> list[Row]:
    rows: dict[int, Row] = defaultdict(list)
    for part in parts:
        rows[part.lines[0].row].append(part)
    return [rows[number] for number in sorted(rows)]


def _n_spanning(rows: Sequence[Row]) -> int:
    """Return how many rows at the top have a cell over several columns, which the next row may name."""
    n, width = 0, len({part.lines[0].column for row in rows for part in row})
    while n < len(rows) - 1 and any(1 < part.lines[0].span < width for part in rows[n]):
        n += 1
    return n


def _head(rows: Sequence[Row]) -> Head:
    names: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in rows:
        texts: dict[int, str] = {}
        for part in row:
            line = part.lines[0]
            for column in range(line.column, line.column + line.span):
                texts[column] = f"{texts[column]} {part.text}" if column in texts else part.text
        for column, text in texts.items():
            names[column] += (text,)
    return Head(tuple(row[0].lines[0].row for row in rows), dict(names))


def _is_head(head: Sequence[Row], body: Sequence[Row]) -> bool:
    cells, below = [part for row in head for part in row], [part for row in body for part in row]
    if any(len(part.text) > LONGEST or part.text[-1] in ":;" for part in cells):
        return False
    if all(map(_is_bold, cells)) and not all(map(_is_bold, below)):
        return True
    if any(FIGURE.match(part.text) for part in cells):
        return False
    columns = {part.lines[0].column for part in cells + below}
    named = {part.lines[0].column for part in cells if part.lines[0].span == 1}
    # The column of the rows' names or numbers often has no header.
    full = named == columns or (len(named) > 1 and named == columns - {min(columns)})
    return full and len(body) >= FEWEST


def _is_bold(part: Block) -> bool:
    return all(line.bold for line in part.lines)
