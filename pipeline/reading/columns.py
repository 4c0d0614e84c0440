"""Order the lines of a page by its columns, keeping the order of the file unless it is plainly wrong."""

from __future__ import annotations

import re
from array import array
from bisect import bisect, bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from pipeline.reading.contents import PLACES
from pipeline.reading.lines import is_symbols
from pipeline.reading.openings import opened
from pipeline.records import Line, Page

SPREAD = 1.2  # width to height, at least: two pages side by side
GUTTER = 8.0  # points: narrower gaps are wide spaces
MARKS = {
    "n": "■",
    "l": "●",
    "q": "□",
    "u": "◆",
    "ü": "✓",
    "û": "✗",
    "þ": "☑",
    "à": "→",
    "§": "▪",
}  # Wingdings
PLACE = re.compile(rf"{PLACES.pattern}|\d{{1,5}} [A-D]$")  # page numbers; in protocols with the quarter
MOST_HEAD = 3  # lines of a heading over a column
ENTRIES = 6  # numbers below each other that indicate a table of contents
TOUCHING = 0.08  # font sizes between a subscript and its word
SIDES = 5  # lines that a column must have


def arrange(page: Page) -> Page:
    """Return the page with its rows joined, its columns numbered and its lines in order."""
    lines = [line if len(line.text) > 3 else _symbols(line) for line in page.lines if line.text]
    found: list[Line] = []
    for half in _halves(lines, page):
        shift = 1 + max((line.block for line in found), default=-1)
        rows = _arranged(half, page.width)
        found += [_in_block(line, line.block + shift) for line in rows] if shift else rows
    return replace(page, lines=tuple(found))


def _halves(lines: list[Line], page: Page) -> list[list[Line]]:
    """Return the lines of the two pages of a spread, or all lines if a page is none.

    A spread is a wide sheet on which nothing runs over the fold in its middle. Tesseract finds it itself.
    """
    fold = page.width / 2
    is_wide = page.width > SPREAD * page.height and page.text_source == "text"
    if not is_wide or any(_is_over(line, fold) for line in lines):
        return [lines]
    left, right = ([line for line in lines if (line.x0 > fold - GUTTER / 2) == side] for side in (0, 1))
    apart = {line.table for line in left} & {line.table for line in right} <= {0}
    return [left, right] if left and right and apart else [lines]


def _is_over(line: Line, fold: float) -> bool:
    return line.x0 < fold - GUTTER / 2 and line.x1 > fold + GUTTER / 2


def _arranged(lines: list[Line], width: float) -> list[Line]:
    lines = opened(_tables_together(lines))
    gutters = _gutters([line for line in lines if not line.table], width)
    rows = _merge(_with_numbers(lines), gutters)
    if gutters or any(line.table for line in rows):
        rows = [_in_block(line, _block(line, gutters)) for line in rows]
    return _by_columns(rows, gutters) if _zigzags(rows) else _order(rows)


def sides(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of each column of text from the left, or none if there is only one."""
    gutters = _gutters(lines, max((line.x1 for line in lines), default=0.0))
    columns = [_column(line, gutters) for line in lines] if gutters else []
    numbers = range(1, len(gutters) + 2) if gutters else ()
    return [[line for line, own in zip(lines, columns, strict=True) if own == at] for at in numbers]


def _tables_together(lines: list[Line]) -> list[Line]:
    """Put the lines of each table together, row by row, at the place of the first one in the file."""
    if not any(line.table for line in lines):
        return lines
    tables: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        tables[line.table].append(line)
    found: list[Line] = []
    for line in lines:
        if not line.table:
            found.append(line)
        else:
            found += sorted(tables.pop(line.table, []), key=lambda x: (x.row, x.column, x.bottom, x.x0))
    return found


def _block(line: Line, gutters: Sequence[float]) -> int:
    """Return the number of the column of text or of a table that a line is in."""
    if line.table:
        return 100 * line.table + line.column
    return _column(line, gutters) if gutters else 0


def _in_block(line: Line, block: int) -> Line:
    return line if line.block == block else replace(line, block=block)


def _symbols(line: Line) -> Line:
    """Return a line in a symbol font with the signs that its letters stand for."""
    if line.text == "x" and line.font.startswith("Symbol"):
        return replace(line, text="•")  # how some converters write Word's bullets
    if not is_symbols(line.font):
        return line
    signs = [MARKS.get(chr(ord(character) & 0xFF), "•") for character in line.text]
    if len(set(signs)) == 1:  # some programs give both the letter and its private-use code for one sign
        return replace(line, text=signs[0], xs=line.xs[:4] + line.xs[-4:])
    return replace(line, text="".join(signs))


def _gutters(lines: Sequence[Line], width: float) -> list[float]:
    """Return where columns are divided: near the left edge of the right one, which is better defined."""
    wide = [
        line for line in lines
        if line.x1 - line.x0 > 3 * line.size and not line.rotated and not _is_place(line.text)
    ]  # fmt: skip
    if len(wide) < 2 * SIDES:
        return []
    starts, ends = sorted(line.x0 for line in wide), sorted(line.x1 for line in wide)
    if starts[-SIDES] - ends[SIDES - 1] < GUTTER - 2:
        return []  # hardly any lines end before others begin
    found: list[float] = []
    for a, b in _stripes(np.array(starts, int), np.array(ends, int), int(width)):
        if _parts(wide, a, b):
            found.append(max((a + b) / 2, min(b, _hung(lines, a, b)) - GUTTER / 2))
    return found


def _hung(lines: Sequence[Line], a: int, b: int) -> float:
    """Return where the bullets begin that hang left of a column, which begins at `b`."""
    middle, column = (a + b) / 2, [line for line in lines if abs(line.x0 - b) < 2]
    signs = [line for line in lines if len(line.text) == 1 and not line.text.isalnum()]
    marks = [sign for sign in signs if middle < sign.x0 and sign.x1 <= b + 1]
    hung = [mark.x0 for mark in marks if any(abs(mark.bottom - line.bottom) < 1 for line in column)]
    return min(hung, default=b) if len(hung) == len(marks) else b


def _stripes(starts: NDArray[np.int_], ends: NDArray[np.int_], width: int) -> list[tuple[int, int]]:
    """Return begin and end of the vertical stripes that at most one line in eight crosses."""
    left, right = max(int(starts.min()), 0), min(int(ends.max()), width + 1)
    steps = np.bincount(np.clip(starts, 0, width + 2), minlength=width + 3)
    steps -= np.bincount(np.clip(ends + 1, 0, width + 2), minlength=width + 3)
    crossed = np.cumsum(steps)[left : right + 1] > len(starts) / 8
    widths = ends - starts
    if widths[-SIDES:].mean() > 0.7 * widths.mean():  # no notes in the margin
        crossed[starts[-SIDES] - left :] = True  # the last column may be short
    turns = (np.flatnonzero(crossed[1:] != crossed[:-1]) + left + 1).tolist()
    turns = turns if crossed[0] else turns[1:]
    return [(a, b) for a, b in zip(turns[::2], turns[1::2], strict=False) if b - a >= GUTTER]


def _parts(lines: Sequence[Line], a: int, b: int) -> bool:
    """Return whether there is running text on both sides of a stripe, at the same height."""
    before = [line for line in lines if line.x1 <= a + 1]
    after = [line for line in lines if line.x0 >= b - 1]
    if min(len(before), len(after)) < SIDES:
        return False
    tops = sorted(line.top for line in before)
    beside = [line for line in after if _near(line.top, tops)]
    texts = [sum(len(line.text) for line in side) / len(side) for side in (before, after)]
    return len(beside) >= SIDES and min(texts) > 12


def _near(top: float, tops: Sequence[float]) -> bool:
    """Return whether one of the sorted `tops` is within about two lines."""
    at = bisect(tops, top)
    return any(abs(other - top) < 30 for other in tops[max(at - 1, 0) : at + 1])


def _column(line: Line, gutters: Sequence[float]) -> int:
    """Return the column that a line is in, from 1, or 0 if it runs well over a gutter.

    A small overlap is allowed, since boxes of an OCR layer often reach into the next column.
    """
    slack = min(2 * line.size, 0.2 * (line.x1 - line.x0))
    first, last = bisect_left(gutters, line.x0 + slack), bisect_left(gutters, line.x1 - slack)
    return first + 1 if first == last else 0


def _is_place(text: str) -> bool:
    return "0" <= text[0] <= "9" and PLACE.match(text) is not None


def _with_numbers(lines: list[Line]) -> list[Line]:
    """Move the separately drawn page numbers of a table of contents behind the entries of their rows."""
    edges = Counter(round(line.x1 / 3) for line in lines if not line.table and _is_place(line.text))
    often = [edge for edge, n in edges.items() if n >= ENTRIES]
    if not often:
        return lines
    numbers = [
        line for line in lines
        if not line.table and _is_place(line.text) and any(abs(line.x1 / 3 - edge) < 2 for edge in often)
    ]  # fmt: skip
    rest = [line for line in lines if line not in numbers]
    for number in numbers:
        row = [
            i for i, line in enumerate(rest) if line.x1 < number.x0 and abs(line.bottom - number.bottom) < 2
        ]
        at = max(row, key=lambda i: rest[i].x1) + 1 if row else len(rest)
        rest.insert(at, number)
    return rest


def _merge(lines: Sequence[Line], gutters: Sequence[float]) -> list[Line]:
    """Join the parts of a row if there is no gutter between them."""
    merged: list[Line] = []
    for line in lines:
        last = merged[-1] if merged else None
        if last is not None and _one_row(last, line) and not _parted(last, line, gutters):
            merged[-1] = join(last, line, "" if _touch(last, line) else " ")
        else:
            merged.append(line)
    return merged


def _one_row(a: Line, b: Line) -> bool:
    if b.x0 <= a.x1 - 0.5 * max(a.size, b.size) or (a.table, a.row, a.column) != (b.table, b.row, b.column):
        return False
    level = abs(a.bottom - b.bottom) <= 0.3 * max(a.size, b.size) or (
        min(a.size, b.size) < 0.8 * max(a.size, b.size) and b.top < a.bottom and b.bottom > a.top
    )
    return level and not a.rotated and not b.rotated


def _touch(a: Line, b: Line) -> bool:
    """Return whether there is no white space between two parts of a row: a subscript and its word."""
    return -TOUCHING < (b.x0 - a.x1) / max(a.size, b.size) < TOUCHING


def _parted(a: Line, b: Line, gutters: Sequence[float]) -> bool:
    return any(a.x1 <= gutter <= b.x0 for gutter in gutters)


def join(a: Line, b: Line, space: str = " ") -> Line:
    """Return two parts of a row as one line in the style of the longer part."""
    main = a if len(a.text) > len(b.text) else b
    gap = array("f", [a.x1, max(a.x1, b.x0)] if space else []).tobytes()
    return replace(
        main, text=a.text + space + b.text, xs=a.xs + gap + b.xs, x0=min(a.x0, b.x0), x1=max(a.x1, b.x1),
        top=min(a.top, b.top), bottom=max(a.bottom, b.bottom) if a.size == b.size else main.bottom,
        bold_until=_lead(a, b, len(a.text) + len(space)),
        raised=a.raised + tuple(len(a.text) + len(space) + at for at in _raised(a, b)),
    )  # fmt: skip


Chunk = list[Line]


def _raised(a: Line, b: Line) -> Sequence[int]:
    """Return the positions of raised characters in `b`: all, if it is a footnote mark drawn separately."""
    return range(len(b.text)) if b.size < 0.8 * a.size and b.bottom < a.bottom - 0.1 * a.size else b.raised


def _lead(a: Line, b: Line, start: int) -> int:
    """Return the length of the bold lead-in of two joined parts; a bullet is not part of it."""
    if a.bold_until:
        return a.bold_until
    if a.bold or len(a.text) <= 4:
        return start + b.bold_until if b.bold_until or (a.bold and not b.bold) else 0
    return 0


def _order(lines: Sequence[Line]) -> list[Line]:
    """Keep the order of the file, but move a chunk before another one that it is plainly above.

    Footnotes, headings and boxes are sometimes drawn before or after the rest of the page.
    """
    placed: list[Chunk] = []
    for chunk in _chunks(lines):
        below = (i for i, other in enumerate(placed) if _above(chunk, other))
        placed.insert(next(below, len(placed)), chunk)
    return [line for chunk in _heads(placed) for line in chunk]


def _heads(placed: list[Chunk]) -> list[Chunk]:
    """Move a short chunk in large type before the text right below it if others came in between."""
    for chunk in [c for c in placed if len(c) <= MOST_HEAD]:
        at = placed.index(chunk)
        under = [i for i in range(at + 1, len(placed)) if _heads_over(chunk, placed[i])]
        if under and under[0] > at + 1:
            placed.insert(under[0] - 1, placed.pop(at))
    return placed


def _heads_over(chunk: Chunk, other: Chunk) -> bool:
    last = chunk[-1]
    near = 0 < other[0].bottom - last.bottom < 4 * last.size and _left(chunk) > _left(other) - last.size
    return near and last.size > 1.15 * other[0].size and _above(chunk, other)


def _chunks(lines: Sequence[Line]) -> list[Chunk]:
    """Cut the sequence of lines where it moves up, to another column, or over a wide gap."""
    found: list[Chunk] = []
    for line in lines:
        last = found[-1][-1] if found else None
        together = last is not None and last.table == line.table and (line.table or last.block == line.block)
        if last is not None and together and (line.table or _follows(last, line)):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _follows(a: Line, b: Line) -> bool:
    step = b.bottom - a.bottom
    return -0.3 * a.size < step < 2.2 * max(a.size, b.size) and b.x0 < a.x1 and b.x1 > a.x0


def _above(chunk: Chunk, other: Chunk) -> bool:
    """Return whether a chunk lies above another and overlaps it horizontally."""
    if chunk[-1].bottom > other[0].top + 0.5 * other[0].size:
        return False
    left, right = max(_left(chunk), _left(other)), min(_right(chunk), _right(other))
    return right - left > 0.3 * min(_right(chunk) - _left(chunk), _right(other) - _left(other))


def _left(chunk: Chunk) -> float:
    return min(line.x0 for line in chunk)


def _right(chunk: Chunk) -> float:
    return max(line.x1 for line in chunk)


def _zigzags(lines: Sequence[Line]) -> bool:
    """Return whether the file alternates between columns line by line."""
    columns = [line.block for line in lines if line.block and not line.table]
    switches = sum(a != b for a, b in pairwise(columns))
    return switches > max(8, 0.4 * len(columns))


def _by_columns(lines: Sequence[Line], gutters: Sequence[float]) -> list[Line]:
    """Sort lines by column, separately between lines and tables that span all columns."""
    homes: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        homes[line.table].add(_column(line, gutters))
    inside = {table: own.pop() for table, own in homes.items() if table and len(own) == 1}
    found: list[Line] = []
    band: list[tuple[int, float, float, Line]] = []
    for line in sorted(lines, key=lambda line: line.bottom):
        column = inside.get(line.table, 0) if line.table else line.block
        if column:
            band.append((column, line.bottom, line.x0, line))
        else:
            found += [*_by_column(band), line]
            band = []
    return _tables_together([*found, *_by_column(band)])


def _by_column(band: Sequence[tuple[int, float, float, Line]]) -> list[Line]:
    return [line for *_, line in sorted(band, key=lambda place: place[:3])]
