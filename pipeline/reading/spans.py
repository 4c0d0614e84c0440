"""Find the columns of a table without rules that a row of header cells stands over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

SLACK = 24.0  # points by which a header cell may stand out of its columns: numbers are narrower than names
ALIKE = 4.0  # points by which ways to divide the columns hardly differ
MOST_COLUMNS = 12

Extent = tuple[float, float]  # left and right edge of a column or cell


def spans(cells: Sequence[Extent], columns: Sequence[Extent]) -> list[range]:
    """Return the columns of each header cell; empty if they do not fit.

    The cells are side by side and leave out columns only at the left, which has the names of the rows.
    Of all ways to divide the columns, the one is taken in which the cells stand nearest to the middle or
    to the edges of theirs.
    """
    if not 0 < len(cells) < len(columns) <= MOST_COLUMNS:
        return []
    ways = [way for way in _ways(len(cells), len(columns)) if _fits(cells, columns, way)]
    return min(ways, key=lambda way: _badness(cells, columns, way), default=[])


def _badness(cells: Sequence[Extent], columns: Sequence[Extent], way: Sequence[range]) -> tuple[int, int]:
    """Return how far cells are from their places, and of ways that are alike how uneven they are."""
    total = sum(_miss(cell, columns, own) for cell, own in zip(cells, way, strict=True))
    return round(total / ALIKE), max(map(len, way))


def _ways(n_cells: int, n_columns: int) -> Iterator[list[range]]:
    for starts in combinations(range(n_columns), n_cells):
        if starts[0] <= 1:
            yield [range(a, b) for a, b in pairwise((*starts, n_columns))]


def _fits(cells: Sequence[Extent], columns: Sequence[Extent], way: Sequence[range]) -> bool:
    return all(
        columns[own[0]][0] - SLACK <= cell[0] and cell[1] <= columns[own[-1]][1] + SLACK
        and (len(own) == 1 or _miss(cell, columns, own) <= SLACK)
        for cell, own in zip(cells, way, strict=True)
    )  # fmt: skip


def _miss(cell: Extent, columns: Sequence[Extent], own: range) -> float:
    """Return by how many points a cell misses the middle or an edge of its columns."""
    left, right, x0, x1 = *cell, columns[own[0]][0], columns[own[-1]][1]
    return min(abs(left - x0), abs(right - x1), abs(left + right - x0 - x1) / 2)
