"""Assign the lines of a page to the cells of tables."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from operator import attrgetter

from msgspec.structs import replace

from pipeline.reading.columns import sides
from pipeline.reading.rulings import Cell
from pipeline.records import Line

FILLED = 0.25  # least share of cells of a table with text; decorative frames have hardly any
FEWEST = 4  # rows: heads and feet of spreads have up to three
FEWEST_GROUPED = 3  # rows without rules between them
SHORT = 60  # characters of a cell
FEW_FIGURES, LONG_FIGURE = 3, 20  # numbers of a table, characters of a number
BESIDE = 20.0  # points from the centre of one number to that of another beside it
NEAR = 2.5  # font sizes from one row to the next
CROSSING = 0.1  # share of lines that may cross a rule; if more do, the rules are not those of a table


def tabulate(lines: Sequence[Line], cells: Sequence[Cell]) -> tuple[Line, ...]:
    """Return the lines with their cells, cut where a rule separates them."""
    placed: list[Line] = list(lines)
    for _, group in groupby(cells, key=lambda cell: cell.table):
        table = list(group)
        parts = [_parts(line, table) for line in placed]
        if _holds(parts, table):
            placed = _ungrouped(part for found in parts for part in found)
    return tuple(placed)


def _ungrouped(lines: Iterable[Line]) -> list[Line]:
    """Return the lines with rows of their own for figures below each other in one cell.

    Some tables have rules between groups of rows only.
    """
    placed = list(lines)
    rows: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in placed:
        if line.table:
            rows[line.table, line.row].append(line)
    groups = {at: in_rows(own) for at, own in rows.items() if _is_group(own)}
    if not groups:
        return placed
    order = [part for at in sorted(rows) for part in groups.get(at, [rows[at]])]
    places = {line: row for row, part in enumerate(order) for line in part}
    return [replace(line, row=places[line]) if line.table else line for line in placed]


def _is_group(row: Sequence[Line]) -> bool:
    """Return whether all cells of a row have as many lines at the same heights, those of one only figures."""
    columns: dict[int, list[Line]] = defaultdict(list)
    for line in row:
        columns[line.column].append(line)
    levels = in_rows(row) if len(columns) > 1 and len(row) >= FEWEST_GROUPED * len(columns) else []
    even = levels and all({line.column for line in own} == columns.keys() for own in levels)
    figures = (all(is_number(line.text) for line in own) for at, own in columns.items() if at > min(columns))
    return bool(even) and len(row) == len(levels) * len(columns) and any(figures)


def has_columns(lines: Sequence[Line]) -> bool:
    """Return whether a page shows a table without rules, or one of its columns of text does."""
    if sum(len(line.text) <= LONG_FIGURE and is_number(line.text) for line in lines) < FEW_FIGURES:
        return False
    return _shows_table(lines) or any(map(_shows_table, sides(lines)))


def showing(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """Return the columns of text that show a table if others show none, else all lines of the page."""
    columns = sides(lines)
    parts = [column for column in columns if _shows_table(column)]
    return [*parts] if 0 < len(parts) < len(columns) else [lines]


def _shows_table(lines: Sequence[Line]) -> bool:
    """Return whether there are rows of short parts, a third of them numbers; names may have more lines."""
    run: list[list[Line]] = []  # rows of several parts, near each other or with lines of names between
    start, last = 0, None  # where the rows without such lines begin; the row above
    for row in [*in_rows(lines), []]:
        near = row and last is not None and row[0].bottom - last.bottom < NEAR * row[0].size
        last = row[0] if row else None
        if len(row) > 1 and (not run or near):
            run.append(row)
            continue
        if any(len(own) >= FEWEST and _has_figures(own) for own in (run, run[start:])):
            return True
        name = row and run and near and row[0].x1 < sorted(line.x0 for line in run[-1])[1]
        run = run if name else [row] if len(row) > 1 else []
        start = len(run) if name else 0
    return False


def in_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines from the top, grouped by height."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=attrgetter("bottom")):
        if rows and line.bottom - rows[-1][0].bottom < 0.25 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _has_figures(rows: Sequence[Sequence[Line]]) -> bool:
    columns: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        for part in sorted(row, key=lambda part: part.x0)[1:]:  # a number at the left may number items
            if is_number(part.text):
                columns[round((part.x0 + part.x1) / 2 / BESIDE)].append(part.text)
    texts = [part.text for row in rows for part in row]
    numbers = sum(map(len, columns.values()))
    return is_tabular(texts, numbers, len(texts)) and not all(map(_rise, columns.values()))


def is_tabular(texts: Sequence[str], n_numbers: int, n_values: int) -> bool:
    """Return whether texts are those of a table: nine in ten short, a third of the values numbers."""
    return sum(len(text) <= SHORT for text in texts) >= 0.9 * len(texts) and 3 * n_numbers >= n_values


def _rise(texts: Sequence[str]) -> bool:
    """Return whether numbers below each other rise, like page numbers in a table of contents."""
    return all(map(str.isdecimal, texts)) and all(int(a) <= int(b) for a, b in pairwise(texts))


def is_number(text: str) -> bool:
    """Return whether a short text is a number, with its unit or sign."""
    digits = sum(map(str.isdigit, text))
    return digits > 0 and digits >= sum(map(str.isalpha, text)) and ", " not in text


def _parts(line: Line, cells: Sequence[Cell]) -> list[Line]:
    """Return a line cut at the borders of the cells that it runs through."""
    if line.table or line.rotated:
        return [line]
    middle = (line.top + line.bottom) / 2
    level = sorted((cell for cell in cells if cell.top <= middle < cell.bottom), key=attrgetter("x0"))
    if not level or line.x1 < level[0].x0 or line.x0 > level[-1].x1:
        return [line]
    near = [cell for cell in level if cell.x0 <= line.x1 and line.x0 < cell.x1]
    if len(near) == 1 and near[0].x0 <= line.x0 and line.x1 < near[0].x1:
        return [_in_cell(line, near[0])]  # true of most
    xs = array("f", line.xs)
    owners = [_owner((a + b) / 2, level) for a, b in zip(xs[::2], xs[1::2], strict=True)]
    found = []
    for owner, places in groupby(range(len(owners)), key=owners.__getitem__):
        part = _cut(line, list(places), xs)
        if part:
            found.append(_in_cell(part, level[owner]) if owner >= 0 else part)
    return found


def _owner(x: float, level: Sequence[Cell]) -> int:
    """Return the position of the first cell that a place is in, or -1."""
    return next((i for i, cell in enumerate(level) if cell.x0 <= x < cell.x1), -1)


def _in_cell(line: Line, cell: Cell) -> Line:
    return replace(line, table=cell.table, row=cell.row, column=cell.column, span=cell.span)


def _cut(line: Line, places: Sequence[int], xs: Sequence[float]) -> Line | None:
    """Return the part of a line with the characters at `places`, or None if it is blank."""
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
        raised=tuple(at - first for at in line.raised if first <= at < last),
    )  # fmt: skip


def _holds(parts: Iterable[list[Line]], cells: Sequence[Cell]) -> bool:
    """Return whether the cells hold text like those of a table."""
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
    """Return whether a rule runs through a word or a narrow space."""
    return b.x0 - a.x1 < 0.4 * a.size
