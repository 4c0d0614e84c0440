"""Put what opens a paragraph but is drawn apart before its line: bullets, numbers of items, initials.

Some programs draw all bullets of a list after its text. Initials are as high as several lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from pipeline.records import Line

LONGEST = 6  # characters of a bullet or number
MARK = re.compile(
    r"[•▪■►▶‣●○◆◇◦∙·□☐☑☒✓✔✗❑❒➢➔→*–—−\ue000-\uf8ff-]"
    r"|\(?\d{1,3}[.)]|\(?[a-z]{1,2}\)|[A-Z]\)|[a-zA-Z]\.|[ivxIVX]{1,5}[.)]|\d{1,2}(?:\.\d{1,2})+\.?"
)
INITIAL = re.compile(r"[„\"»«]?[A-ZÄÖÜ]")
APART = 3.0  # font sizes from a bullet to its line
LARGER = 1.7  # times the size of the lines beside an initial
BESIDE = 1.2  # font sizes from an initial to the lines beside it


def opened(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page, with bullets and numbers right before their lines, and initials in them."""
    found = list(lines)
    for line in lines:
        if len(line.text) <= LONGEST and not line.table and not line.rotated:
            if INITIAL.fullmatch(line.text):
                _join_initial(line, found)
            elif MARK.fullmatch(line.text):
                _move(line, found)
    return found


def _move(mark: Line, lines: list[Line]) -> None:
    """Move a bullet or number before the nearest line at its right."""
    at = _place(mark, lines)
    if at < 0 or (at + 1 < len(lines) and _opens(mark, lines[at + 1])):
        return
    right = [line for line in lines if line is not mark and _opens(mark, line)]
    if right:
        nearest = min(right, key=lambda line: line.x0)
        del lines[at]
        lines.insert(_place(nearest, lines), mark)


def _place(wanted: Line, lines: Iterable[Line]) -> int:
    """Return the position of a line, -1 if an initial has taken its place."""
    return next((at for at, line in enumerate(lines) if line is wanted), -1)


def _opens(mark: Line, line: Line) -> bool:
    level = abs(mark.bottom - line.bottom) <= 0.25 * max(mark.size, line.size)
    near = -1 <= line.x0 - mark.x1 < APART * line.size
    return level and near and not line.table and not line.rotated


def _join_initial(initial: Line, lines: list[Line]) -> None:
    """Put an initial into the first of the lines beside it, and let all of them begin at its left edge."""
    beside = [line for line in lines if _is_beside(initial, line)]
    beside.sort(key=lambda line: line.bottom)
    at = _place(initial, lines)
    if at < 0 or len(beside) < 2 or not beside[0].text[0].isalpha():
        return
    first = beside[0]
    joined = replace(
        first, text=initial.text + first.text, xs=initial.xs + first.xs, x0=initial.x0,
        bold_until=first.bold_until and first.bold_until + len(initial.text),
        raised=tuple(at + len(initial.text) for at in first.raised),
    )  # fmt: skip
    lines[_place(first, lines)] = joined
    for line in beside[1:]:
        lines[_place(line, lines)] = replace(line, x0=initial.x0)
    del lines[at]


def _is_beside(initial: Line, line: Line) -> bool:
    level = initial.top - 0.5 * line.size < line.top and line.bottom < initial.bottom + 0.3 * line.size
    near = -2 <= line.x0 - initial.x1 < BESIDE * line.size
    return level and near and LARGER * line.size < initial.size and not line.table and not line.rotated
