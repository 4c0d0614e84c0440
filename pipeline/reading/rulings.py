"""Find the cells of ruled tables from the strokes on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

THIN = 2.0  # points: thicker bars are decoration
SAME = 3.0  # points by which strokes of one rule may differ
SHORT = 6.0  # points: shorter strokes are dots and signs
MOST = 1500  # strokes: a page with more is a map or a chart

Stroke = tuple[float, float, float, float]  # x0, top, x1, bottom


class Rule(NamedTuple):
    """A straight rule: its coordinate across, and where it begins and ends."""

    at: float
    start: float
    end: float


class Cell(NamedTuple):
    """A cell of a table and its place on the page."""

    table: int  # from 1, in the order of the page
    row: int  # from 0
    column: int
    x0: float
    top: float
    x1: float
    bottom: float
    span: int = 1  # columns


def cells(strokes: Sequence[Stroke]) -> list[Cell]:
    """Return the cells of ruled tables, row by row; merged cells are at their first row and column."""
    if not 4 <= len(strokes) <= MOST:
        return []
    level = _rules([(t + b) / 2, x0, x1] for x0, t, x1, b in strokes if b - t <= THIN and x1 - x0 >= SHORT)
    upright = _rules([(x0 + x1) / 2, t, b] for x0, t, x1, b in strokes if x1 - x0 <= THIN and b - t >= SHORT)
    found: list[Cell] = []
    for levels, uprights in _tables(level, upright):
        grid = _grid(levels, uprights, len(found) and found[-1].table)
        if len({cell.row for cell in grid}) > 1 and len({cell.column for cell in grid}) > 1:
            found += grid
    return found


def _rules(parts: Iterable[Sequence[float]]) -> list[Rule]:
    """Join strokes that are in line and touch."""
    found: list[Rule] = []
    for at, start, end in sorted(parts, key=lambda part: (round(part[0] / SAME), part[1])):
        last = found[-1] if found else None
        if last and abs(last.at - at) <= SAME and start <= last.end + SAME:
            found[-1] = Rule(last.at, last.start, max(last.end, end))
        else:
            found.append(Rule(at, start, end))
    return found


def _meet(level: Rule, upright: Rule) -> bool:
    across = level.start - SAME <= upright.at <= level.end + SAME
    return across and upright.start - SAME <= level.at <= upright.end + SAME


def _tables(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Return the groups of rules that meet, from top to bottom."""
    left, found = set(level), []
    while left:
        group, fresh = set(), {min(left, key=lambda rule: (rule.at, rule.start))}
        posts: set[Rule] = set()
        while fresh:
            group |= fresh
            posts |= {post for post in upright if any(_meet(rule, post) for rule in fresh)}
            fresh = {rule for rule in left - group if any(_meet(rule, post) for post in posts)}
        left -= group
        if posts:
            found.append((sorted(group), sorted(posts)))
    return found


def _grid(level: Sequence[Rule], upright: Sequence[Rule], before: int) -> list[Cell]:
    x_least, x_most = min(r.start for r in level), max(r.end for r in level)
    y_least, y_most = (
        min(level[0].at, *(r.start for r in upright)),
        max(level[-1].at, *(r.end for r in upright)),
    )
    ys = _places([y_least, *(r.at for r in level), *(r.start for r in upright), y_most])
    xs = _places([x_least, *(r.at for r in upright), x_most])
    found: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in taken:
                continue
            y, x = (ys[row] + ys[row + 1]) / 2, (xs[column] + xs[column + 1]) / 2
            right = _reach(xs, column, partial(_covers, upright, y))
            parted = [r.start for r in upright if xs[column] + SAME < r.at < xs[right] - SAME]
            low = _reach(ys, row, partial(_ends, parted, level, x))
            taken |= {(r, c) for r in range(row, low) for c in range(column, right)}
            box = (xs[column], ys[row], xs[right], ys[low])
            found.append(Cell(before + 1, row, column, *box, span=right - column))
    return found


def _places(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SAME:
            found.append(value)
    return found


def _reach(places: Sequence[float], first: int, ruled: Callable[[float], bool]) -> int:
    """Return the position of the rule at which a cell that begins at `first` ends."""
    at = first + 1
    while at < len(places) - 1 and not ruled(places[at]):
        at += 1
    return at


def _ends(parted: Sequence[float], level: Sequence[Rule], x: float, at: float) -> bool:
    """Return whether a cell ends at a height: there is a rule, or one between its columns begins."""
    return _covers(level, x, at) or any(abs(start - at) <= SAME for start in parted)


def _covers(rules: Sequence[Rule], point: float, at: float) -> bool:
    return any(abs(r.at - at) <= SAME and r.start - SAME <= point <= r.end + SAME for r in rules)
