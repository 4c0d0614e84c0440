"""Order the lines of a page by its columns: the order of the file unless it is plainly wrong."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from msgspec.structs import replace

from pipeline.records import Line, Page

GUTTER = 8.0  # points: narrower gaps are wide spaces
SIDES = 5  # lines a column must have to be one


def arrange(page: Page) -> Page:
    """Return the page with its rows put together, its columns numbered and its lines in order."""
    lines = [line for line in page.lines if line.text]
    gutters = _gutters(lines, page.width)
    rows = _merge(lines, gutters)
    placed = [replace(line, block=_column(line, gutters)) for line in rows] if gutters else rows
    return replace(page, lines=tuple(_order(placed, len(gutters))))


def _gutters(lines: Sequence[Line], width: float) -> list[float]:
    """Return the middles of the empty stripes between columns, from left to right."""
    wide = [line for line in lines if line.x1 - line.x0 > 3 * line.size and not line.rotated]
    if len(wide) < 2 * SIDES:
        return []
    cover = [0] * (int(width) + 2)
    for line in wide:
        for x in range(max(int(line.x0), 0), min(int(line.x1) + 1, len(cover))):
            cover[x] += 1
    left, right = min(line.x0 for line in wide), max(line.x1 for line in wide)
    found: list[float] = []
    for a, b in _stripes(cover, int(left), int(right), len(wide)):
        if _parts(wide, a, b):
            found.append((a + b) / 2)
    return found


def _stripes(cover: list[int], left: int, right: int, n: int) -> list[tuple[int, int]]:
    """Return the stripes that at most one line in eight crosses."""
    found: list[tuple[int, int]] = []
    start = -1
    for x in range(max(left, 0), min(right, len(cover) - 1) + 1):
        if cover[x] <= n / 8:
            start = x if start < 0 else start
        elif start >= 0:
            if x - start >= GUTTER and start > left:
                found.append((start, x))
            start = -1
    return found


def _parts(lines: Sequence[Line], a: int, b: int) -> bool:
    """Tell whether running text stands on both sides of a stripe, side by side."""
    before = [line for line in lines if line.x1 <= a + 1]
    after = [line for line in lines if line.x0 >= b - 1]
    if min(len(before), len(after)) < SIDES:
        return False
    beside = [line for line in after if any(abs(other.top - line.top) < 30 for other in before)]
    texts = [sum(len(line.text) for line in side) / len(side) for side in (before, after)]
    return len(beside) >= SIDES and min(texts) > 12


def _column(line: Line, gutters: Sequence[float]) -> int:
    """Return the column a line stands in, from 1; 0 where it runs well over a gutter.

    The boxes of an OCR layer often reach a little into the next column.
    """
    slack = min(2 * line.size, 0.2 * (line.x1 - line.x0))
    first = sum(line.x0 + slack > gutter for gutter in gutters)
    last = sum(line.x1 - slack > gutter for gutter in gutters)
    return first + 1 if first == last else 0


def _merge(lines: Sequence[Line], gutters: Sequence[float]) -> list[Line]:
    """Put the parts of one row together where no gutter lies between them."""
    merged: list[Line] = []
    for line in lines:
        last = merged[-1] if merged else None
        if last is not None and _one_row(last, line) and not _parted(last, line, gutters):
            merged[-1] = join(last, line)
        else:
            merged.append(line)
    return merged


def _one_row(a: Line, b: Line) -> bool:
    level = abs(a.bottom - b.bottom) <= 0.25 * max(a.size, b.size) or (
        min(a.size, b.size) < 0.8 * max(a.size, b.size) and b.top < a.bottom and b.bottom > a.top
    )
    return level and not a.rotated and not b.rotated and b.x0 > a.x1 - 0.5 * max(a.size, b.size)


def _parted(a: Line, b: Line, gutters: Sequence[float]) -> bool:
    return any(a.x1 <= gutter <= b.x0 for gutter in gutters)


def join(a: Line, b: Line, space: str = " ") -> Line:
    """Return two parts of a row as one line, set as the longer of them is."""
    main = a if len(a.text) > len(b.text) else b
    gap = array("f", [a.x1, max(a.x1, b.x0)] if space else []).tobytes()
    lead = 0
    if not main.bold:
        lead = len(a.text) if a.bold else a.bold_until
    return replace(
        main, text=a.text + space + b.text, xs=a.xs + gap + b.xs, x0=min(a.x0, b.x0), x1=max(a.x1, b.x1),
        top=min(a.top, b.top), bottom=max(a.bottom, b.bottom) if a.size == b.size else main.bottom,
        bold_until=lead,
    )  # fmt: skip


def _order(lines: list[Line], n_gutters: int) -> list[Line]:
    """Sort the lines by column where the order of the file jumps back and forth."""
    if _jumps(lines) == 0:
        return lines
    if not n_gutters:
        return sorted(lines, key=lambda line: (round(line.bottom / 3), line.x0))
    found: list[Line] = []
    bands: list[Line] = []
    for line in sorted(lines, key=lambda line: line.bottom):
        if line.block == 0:
            found += sorted(bands, key=lambda line: (line.block, line.bottom, line.x0))
            bands = []
            found.append(line)
        else:
            bands.append(line)
    return found + sorted(bands, key=lambda line: (line.block, line.bottom, line.x0))


def _jumps(lines: Sequence[Line]) -> int:
    """Count the lines that come after one that stands below them in the same column."""
    n = 0
    deepest: dict[int, float] = {}
    for line in lines:
        bottom = deepest.get(line.block, 0.0)
        n += line.bottom < bottom - line.size
        deepest[line.block] = max(bottom, line.bottom)
    return n
