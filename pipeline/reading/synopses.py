"""Find synopses without rules: two columns under heads like »Entwurf« and »Beschlüsse des 4. Ausschusses«.

Recommendations of committees and comparisons of a bill with the law put texts side by side in this way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pipeline.reading.rulings import Cell
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


def _heads(lines: Iterable[Line]) -> Iterator[Line]:
    return (line for line in lines if len(line.text) <= LONGEST and HEAD.fullmatch(line.text))


def _grid(left: Line, right: Line, lines: Sequence[Line]) -> Iterator[Cell]:
    below = [line for line in lines if line.bottom > left.bottom + SAME and not line.rotated]
    for edge in sorted({line.x0 for line in below if left.x1 < line.x0 < right.x1}):
        body = list(_together(left, below, edge))
        sides = [[x for x in body if x.x1 <= edge], [x for x in body if x.x0 >= edge]]
        if min(map(len, sides)) >= FEWEST:
            break
    else:
        return
    x0, x1 = min(x.x0 for x in (left, *body)) - 1, max(x.x1 for x in (right, *body)) + 1
    first = min(x.top for x in body) - 1
    starts = (top for top in _starts(*sides) if top > first + SAME)
    tops = [left.top - 1, first, *starts, max(x.bottom for x in body) + 1]
    for row, (top, bottom) in enumerate(pairwise(tops)):
        yield Cell(1, row, 0, x0, top, edge - 1, bottom)
        yield Cell(1, row, 1, edge - 1, top, x1, bottom)


def _together(head: Line, below: Iterable[Line], edge: float) -> Iterator[Line]:
    """Yield the lines below the heads up to one that crosses the edge or is far below."""
    last = head.bottom
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
