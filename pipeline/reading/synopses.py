"""Find synopses without rules: two columns under heads like »Entwurf« and »Beschlüsse des 4. Ausschusses«.

Recommendations of committees and comparisons of a bill with the law put texts side by side in this way,
often without repeating the heads on the next pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pipeline.reading.rulings import Cell
from pipeline.reading.tabular import tabulate
from pipeline.records import Line

HEAD = re.compile(
    r"(?:Gesetz)?[Ee]ntwurf|(?:Geltend|Bisherig|Alt|Neu|Künftig|Vorgeschlagen)e[rs]? (?:Recht|Fassung|Text)"
    r"|(?:Beschlüsse|Vorschlag|Empfehlung) des (?:\d+\. )?Ausschusses(?: für [\w ,]+)?"
)
MARK = re.compile(r"[„\"]?(?:§+ ?\d+\w?|(?:Artikel|Nummer) \d+\w?|\(\d+\w?\)|\d+\w?\.|\w{1,2}\))(?=\s|$)")
LONGEST = 80  # characters of a head
SAME = 3.0  # points by which baselines of one row may differ
APART = 40.0  # points of white space that end a synopsis
FEWEST = 3  # lines on each side


def cells(lines: Sequence[Line]) -> list[Cell]:
    """Return the cells of the synopsis on a page, if any, row by row, the heads first.

    A row begins where both sides have the same number or letter at the same height.
    """
    heads = sorted(_heads(lines), key=lambda line: (line.bottom, line.x0))
    for left, right in pairwise(heads):
        if abs(left.bottom - right.bottom) <= SAME and left.x1 < right.x0:
            return list(_grid(left, right, lines))
    return []


def carried(lines: tuple[Line, ...], edge: float | None) -> tuple[tuple[Line, ...], float | None]:
    """Return the lines of a page with the cells of a synopsis that goes on there, and where it is divided.

    Args:
        lines: those of the page without furniture.
        edge: where the columns of a synopsis at the foot of the page before are divided, if there is one.

    The edge returned is None if no synopsis reaches the foot of this page.
    """
    if edge is not None and not any(line.table for line in lines):
        own = sorted((line for line in lines if not line.rotated), key=lambda line: line.bottom)
        body = list(_together(own[0].top, own, edge)) if own else []
        if _starts(*_sides(body, edge)):  # else it is text in columns
            lines = tabulate(lines, list(_rows(body, edge, 0)))
            return lines, edge if len(body) == len(own) else None
    last = max(lines, key=lambda line: line.bottom, default=None)
    table = [line for line in lines if last is not None and line.table == last.table > 0]
    heads = [line for line in table if line.row == 0]
    right = [line.x0 for line in table if line.column == 1 and line.row > 0]
    is_synopsis = len(heads) == 2 and len(list(_heads(heads))) == 2 and bool(right)
    return lines, min(right) if is_synopsis else None


def _heads(lines: Iterable[Line]) -> Iterator[Line]:
    return (line for line in lines if len(line.text) <= LONGEST and HEAD.fullmatch(line.text))


def _grid(left: Line, right: Line, lines: Sequence[Line]) -> Iterator[Cell]:
    below = [line for line in lines if line.bottom > left.bottom + SAME and not line.rotated]
    for edge in sorted({line.x0 for line in below if left.x1 < line.x0 < right.x1}):
        body = list(_together(left.bottom, below, edge))
        if min(map(len, _sides(body, edge))) >= FEWEST:
            break
    else:
        return
    x0, x1 = min(x.x0 for x in (left, *body)) - 1, max(x.x1 for x in (right, *body)) + 1
    top = min(x.top for x in body) - 1
    yield Cell(1, 0, 0, x0, left.top - 1, edge - 1, top)
    yield Cell(1, 0, 1, edge - 1, left.top - 1, x1, top)
    for cell in _rows(body, edge, 1):
        yield cell._replace(x0=x0) if cell.column == 0 else cell._replace(x1=x1)


def _rows(body: Sequence[Line], edge: float, number: int) -> Iterator[Cell]:
    """Yield the cells of the rows, the first of which has a number."""
    x0, x1 = min(x.x0 for x in body) - 1, max(x.x1 for x in body) + 1
    first = min(x.top for x in body) - 1
    starts = (top for top in _starts(*_sides(body, edge)) if top > first + SAME)
    tops = [first, *starts, max(x.bottom for x in body) + 1]
    for row, (top, bottom) in enumerate(pairwise(tops), number):
        yield Cell(1, row, 0, x0, top, edge - 1, bottom)
        yield Cell(1, row, 1, edge - 1, top, x1, bottom)


def _sides(body: Sequence[Line], edge: float) -> tuple[list[Line], list[Line]]:
    return [line for line in body if line.x1 <= edge], [line for line in body if line.x0 >= edge]


def _together(last: float, below: Iterable[Line], edge: float) -> Iterator[Line]:
    """Yield the lines from a height on, up to one that crosses the edge or is far below."""
    for line in sorted(below, key=lambda line: line.bottom):
        if line.x0 < edge < line.x1 or line.top - last > APART:
            return
        last = line.bottom
        yield line


def _starts(left: Iterable[Line], right: Iterable[Line]) -> list[float]:
    """Return where rows with a number or letter begin."""
    marks = [(mark[0], line) for line in right if (mark := MARK.match(line.text))]
    tops = {
        min(a.top, b.top) - 1
        for a in left if (own := MARK.match(a.text))
        for mark, b in marks if mark == own[0] and abs(a.bottom - b.bottom) <= SAME
    }  # fmt: skip
    return sorted(tops)
