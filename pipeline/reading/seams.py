"""Find tables whose rules or shades are drawn cell by cell: where the pieces meet, columns meet.

Browsers, word processors and layout programs draw the lower rule or the shade of each cell. Every other
row may be without a shade, and neither the head nor the last row needs a rule of its own.
"""

from __future__ import annotations

from array import array
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pipeline.reading.rulings import MOST, SAME, SHORT, THIN, Cell, Stroke
from pipeline.records import Line

FEWEST = 3  # rules or edges of shades below each other
PADDING = 0.9  # font sizes of white space between a rule and its row, or between two lines of a cell
INSIDE = 1.0  # points by which a line may reach over the edges of its table

Edges = Sequence[float]  # of the columns of a table, from the left


def cells(strokes: Sequence[Stroke], lines: Iterable[Line], number: int) -> list[Cell]:
    """Return the cells of the tables that hold lines of a page, row by row, the first table as `number`."""
    groups = _groups(strokes) if 4 <= len(strokes) <= MOST else []
    level = [line for line in lines if not line.rotated] if groups else []
    found: list[Cell] = []
    for edges, heights in groups:
        inside = [line for line in level if line.x1 > edges[0] and line.x0 < edges[-1]]
        for run in _runs(heights, edges, inside):
            tops = [*_beyond(run[0], -1, edges, inside), *run, *_beyond(run[-1], 1, edges, inside)]
            found += [
                Cell(number, row, column, x0, top, x1, bottom)
                for row, (top, bottom) in enumerate(pairwise(tops))
                for column, (x0, x1) in enumerate(pairwise(edges))
            ]
            number += 1
    return found


def _groups(strokes: Iterable[Stroke]) -> list[tuple[Edges, list[float]]]:
    """Return the edges of columns and the heights of rules, or of the edges of shades, that have them."""
    rows: dict[tuple[int, int], set[Stroke]] = defaultdict(set)
    for x0, top, x1, bottom in strokes:
        if x1 - x0 >= SHORT:
            rows[round(top), round(bottom)].add((x0, top, x1, bottom))
    groups: dict[tuple[int, ...], list[list[Stroke]]] = defaultdict(list)
    for pieces in rows.values():
        row = sorted(pieces)
        if len(row) > 1 and all(abs(b[0] - a[2]) <= THIN for a, b in pairwise(row)):
            groups[tuple(round(piece[0] / SAME) for piece in row)].append(row)
    found: list[tuple[Edges, list[float]]] = []
    for own in groups.values():
        heights = sorted(height for row in own for height in _heights(row[0]))
        kept = [height for at, height in enumerate(heights) if not at or height - heights[at - 1] > SAME]
        if len(kept) >= FEWEST:
            found.append(([own[0][0][0], *(piece[2] for piece in own[0])], kept))
    return found


def _heights(piece: Stroke) -> tuple[float, ...]:
    _, top, _, bottom = piece
    return ((top + bottom) / 2,) if bottom - top <= THIN else (top, bottom)


def _runs(heights: Sequence[float], edges: Edges, lines: Sequence[Line]) -> Iterator[list[float]]:
    """Yield the heights in runs, each of one table: text that runs over the edges parts tables alike."""
    run = [heights[0]]
    for top, bottom in pairwise(heights):
        if any(top < _middle(line) < bottom and _crosses(line, edges) for line in lines):
            yield run
            run = []
        run.append(bottom)
    yield run


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2


def _crosses(line: Line, edges: Edges) -> bool:
    """Return whether a line leaves the table or has a word on an edge between two columns."""
    if line.x0 < edges[0] - INSIDE or line.x1 > edges[-1] + INSIDE:
        return True
    xs = array("f", line.xs)
    return any(
        xs[2 * at] < edge < xs[2 * at + 3] and " " not in line.text[at : at + 2]
        for edge in edges[1:-1] if line.x0 < edge < line.x1
        for at in range(len(line.text) - 1)
    )  # fmt: skip


def _beyond(height: float, way: int, edges: Edges, lines: Iterable[Line]) -> list[float]:
    """Return where a row without a rule of its own ends, above (-1) or below (1) a table, if there is one."""
    columns: set[int] = set()
    end = height
    outside = (line for line in lines if way * (_middle(line) - height) > 0)
    for line in sorted(outside, key=lambda line: way * _middle(line)):
        near, far = (line.top, line.bottom)[::way]
        if way * (near - end) > PADDING * line.size or _crosses(line, edges):
            break
        columns |= {bisect(edges, x) for x in (line.x0 + INSIDE, line.x1 - INSIDE)}
        end = far
    return [end + way] if len(columns) > 1 else []
