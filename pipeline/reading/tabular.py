"""Give the lines of a page the cells of the tables they stand in."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from msgspec.structs import replace

from pipeline.reading.rulings import Cell
from pipeline.records import Line

FILLED = 0.25  # share of the cells of a table that hold text; the frames of decoration hold hardly any
CROSSING = 0.1  # share of lines that may run over a rule: more, and the rules are no table's


def tabulate(lines: Sequence[Line], cells: Sequence[Cell]) -> tuple[Line, ...]:
    """Return the lines with the cells they stand in, cut where a rule parts them."""
    placed: list[Line] = list(lines)
    for _, group in groupby(cells, key=lambda cell: cell.table):
        table = list(group)
        parts = [_parts(line, table) for line in placed]
        if _holds(parts, table):
            placed = [part for found in parts for part in found]
    return tuple(placed)


def _parts(line: Line, cells: Sequence[Cell]) -> list[Line]:
    """Return a line cut at the borders of the cells it runs through."""
    if line.table or line.rotated:
        return [line]
    middle = (line.top + line.bottom) / 2
    level = [cell for cell in cells if cell.top <= middle < cell.bottom]
    if not level or line.x1 < level[0].x0 or line.x0 > level[-1].x1:
        return [line]
    xs = array("f")
    xs.frombytes(line.xs)
    owners = [_owner((a + b) / 2, level) for a, b in zip(xs[::2], xs[1::2], strict=True)]
    if len(set(owners)) == 1:
        return [_in_cell(line, level[owners[0]])] if owners[0] >= 0 else [line]
    found = []
    for owner, places in groupby(range(len(owners)), key=owners.__getitem__):
        part = _cut(line, list(places), xs)
        if part:
            found.append(_in_cell(part, level[owner]) if owner >= 0 else part)
    return found


def _owner(x: float, level: Sequence[Cell]) -> int:
    return next((i for i, cell in enumerate(level) if cell.x0 <= x < cell.x1), -1)


def _in_cell(line: Line, cell: Cell) -> Line:
    return replace(line, table=cell.table, row=cell.row, column=cell.column)


def _cut(line: Line, places: Sequence[int], xs: Sequence[float]) -> Line | None:
    """Return the part of a line that the characters at `places` make, or None where it is blank."""
    first, last = places[0], places[-1] + 1
    while first < last and line.text[first] == " ":
        first += 1
    while last > first and line.text[last - 1] == " ":
        last -= 1
    if first == last:
        return None
    return replace(
        line, text=line.text[first:last], xs=line.xs[8 * first : 8 * last],
        x0=xs[2 * first], x1=xs[2 * last - 1],
        bold_until=max(0, min(line.bold_until, last) - first),
    )  # fmt: skip


def _holds(parts: Iterable[list[Line]], cells: Sequence[Cell]) -> bool:
    """Tell whether the cells hold text as a table does."""
    filled: dict[tuple[int, int], int] = defaultdict(int)
    n = crossing = 0
    for found in parts:
        inside = [part for part in found if part.table == cells[0].table]
        n += bool(inside)
        crossing += sum(_broken(a, b) for a, b in pairwise(found))
        for part in inside:
            filled[part.row, part.column] += 1
    n_rows, n_columns = len({row for row, _ in filled}), len({column for _, column in filled})
    enough = min(n_rows, n_columns) >= 2 and len(filled) >= max(4, FILLED * len(cells))
    return enough and crossing <= CROSSING * n


def _broken(a: Line, b: Line) -> bool:
    """Tell whether a rule runs through a word or a narrow space."""
    return b.x0 - a.x1 < 0.4 * a.size
