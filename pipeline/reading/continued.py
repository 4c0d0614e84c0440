"""Find tables that continue on the next page, and join the cells that the end of a page divides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from pipeline.reading.hyphens import HYPHENS
from pipeline.reading.layout import STARTS_LOW, Layout
from pipeline.reading.paragraphs import FLUSH, FLUSH_LINES, NUMBER, Block, carries_on, is_short, is_small
from pipeline.reading.spans import Extent
from pipeline.reading.tabular import is_number

LABEL = 60  # characters of a line above a table that continues: »noch Anlage 2«


def over_pages(found: Iterable[Block], layout: Layout) -> Iterator[Block]:
    """Yield the blocks of a document, the parts of a cell that the end of a page divides as one."""
    before: list[Block] = []
    for _, placed in groupby(found, key=_page):
        own = list(placed)
        upper, lower = continued(before, own, layout)
        for a, b in _divided(upper, lower, layout):
            before[before.index(a)] = Block(pages=a.pages + b.pages, lines=a.lines + b.lines)
            own.remove(b)
        yield from before
        before = own
    yield from before


def continued(
    before: Sequence[Block], own: Sequence[Block], layout: Layout
) -> tuple[list[Block], list[Block]]:
    """Return the cells of the table at the end of a page and of that at the top of the next one.

    They are empty if these are not one table: if their columns differ or other text is between them.
    """
    if not before or not own or _page(own[0]) != _page(before[0]) + 1:
        return [], []
    last = next((block for block in reversed(before) if _is_cell(block) or not is_small(block, layout)), None)
    first = own[1] if len(own) > 1 and not _is_cell(own[0]) and len(own[0].text) <= LABEL else own[0]
    if last is None or not _is_cell(last) or not _is_cell(first):
        return [], []
    upper, lower = _table(before, last), _table(own, first)
    return (upper, lower) if _are_alike(_columns(upper), _columns(lower)) else ([], [])


def _page(block: Block) -> int:
    return block.pages[0]


def _is_cell(block: Block) -> bool:
    return block.lines[0].table > 0


def _table(blocks: Sequence[Block], cell: Block) -> list[Block]:
    return [block for block in blocks if block.lines[0].table == cell.lines[0].table]


def _columns(cells: Iterable[Block]) -> dict[int, Extent]:
    """Return left and right edge of the text in each column."""
    found: dict[int, Extent] = {}
    for line in (line for cell in cells for line in cell.lines if line.span == 1):
        x0, x1 = found.get(line.column, (line.x0, line.x1))
        found[line.column] = min(x0, line.x0), max(x1, line.x1)
    return found


def _are_alike(upper: dict[int, Extent], lower: dict[int, Extent]) -> bool:
    """Return whether tables have the same columns, two or more, each beside all others of both tables."""
    if len(upper) < 2 or upper.keys() != lower.keys():
        return False
    both = [(upper[at], lower[at]) for at in sorted(upper)]
    apart = all(max(a[1], b[1]) <= min(c[0], d[0]) for (a, b), (c, d) in pairwise(both))
    return apart and all(a[0] < b[1] and b[0] < a[1] for a, b in both)


def _rows(cells: Sequence[Block]) -> list[list[Block]]:
    rows: dict[int, list[Block]] = defaultdict(list)
    for cell in cells:
        rows[cell.lines[0].row].append(cell)
    return [rows[row] for row in sorted(rows)]


def _divided(upper: Sequence[Block], lower: Sequence[Block], layout: Layout) -> Iterator[tuple[Block, Block]]:
    """Yield the parts of the cells that go on in the first row of the next page that repeats no head."""
    above, below = _rows(upper), _rows(lower)
    repeated = sum(1 for a, b in zip(above, below, strict=False) if _texts(a) == _texts(b))
    if not above or repeated == len(below):
        return
    last = {cell.lines[0].column: cell for cell in above[-1]}
    first = {cell.lines[0].column: cell for cell in reversed(below[repeated])}
    for column in last.keys() & first.keys():
        if _goes_on(last[column], first[column], layout):
            yield last[column], first[column]


def _texts(row: Sequence[Block]) -> list[str]:
    return [cell.text for cell in row]


def _goes_on(upper: Block, lower: Block, layout: Layout) -> bool:
    """Return whether a cell of several lines, the last of which is full, goes on in another."""
    a, b = upper.lines[-1], lower.lines[0]
    edges = layout.edges[upper.pages[-1], a.block]
    if len(upper.lines) == 1 or a.font != b.font or is_short(a, b, edges):
        return False
    if NUMBER.match(b.text) or is_number(b.text):
        return False
    ends = [line.x1 for line in upper.lines[-FLUSH_LINES:]]
    flush = len(ends) == FLUSH_LINES and min(ends) > edges.right - FLUSH
    return (flush or a.text[-1] in HYPHENS or STARTS_LOW.match(b.text) is not None) and carries_on(
        a, b, edges
    )
