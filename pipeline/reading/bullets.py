"""Find bullets that are drawn as small pictures or shapes, and insert them before their lines."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.reading.pdfium import Array, Glyphs
from pipeline.records import Line

MOST = 16.0  # points: the longer side of a bullet
SLENDER = 2.0  # largest ratio of the longer side to the shorter
LEAST, TALLEST = 0.2, 1.35  # font sizes: the shorter and the longer side
NEAR, FAR = 1.0, 2.5  # white space between a bullet and its line: in points, in font sizes
LABEL = 6  # characters of a number before a mark, which then only separates it from the words
FEWEST = 2  # bullets below each other
MARKED = 0.6  # least share of them that are beside lines; dots of a pattern also stand elsewhere


def bulleted(lines: Sequence[Line], glyphs: Glyphs) -> tuple[Line, ...]:
    """Return the lines of a page with the drawn bullets, each inserted before its line."""
    small = _small(np.concatenate((glyphs.paths, glyphs.pictures)))
    if not lines or not len(small):
        return tuple(lines)
    marks = {
        at: mark for at, mark in _marks(lines, small)
        if not any(_labels(other, mark, lines[at]) for other in lines)
    }  # fmt: skip
    columns = Counter(round(mark[0]) for mark in marks.values())
    drawn = Counter(x for x, _ in set(map(tuple, np.round(small[:, :2]).astype(int).tolist())))
    found: list[Line] = []
    for at, line in enumerate(lines):
        column = round(marks[at][0]) if at in marks else 0
        if columns[column] >= max(FEWEST, MARKED * drawn[column]):
            found.append(_bullet(marks[at], line))
        found.append(line)
    return tuple(found)


def _small(drawn: Array) -> Array:
    """Return the boxes that are as small as bullets and about as wide as high."""
    short, long = _sides(drawn)
    small: Array = drawn[(long <= MOST) & (long <= SLENDER * short)]
    return small


def _sides(boxes: Array) -> tuple[Array, Array]:
    """Return the shorter and the longer side of boxes."""
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    return np.minimum(width, height), np.maximum(width, height)


def _marks(lines: Sequence[Line], small: Array) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Yield positions of lines with the boxes left of them, at their height."""
    places = np.array([(line.x0, line.top, line.bottom, line.size) for line in lines])
    x0, top, bottom, size = np.hsplit(places, 4)  # a row each, to compare each line with all boxes
    middle, white = small[:, 1::2].mean(1), x0 - small[:, 2]
    short, long = _sides(small)
    level = (top <= middle) & (middle <= bottom) & (white > NEAR) & (white < FAR * size)
    fits = (short > LEAST * size) & (long < TALLEST * size)
    for at, mark in np.argwhere(level & fits).tolist():
        if not lines[at].rotated and lines[at].text[0].isalnum():
            yield at, tuple(small[mark].tolist())


def _labels(other: Line, mark: tuple[float, ...], line: Line) -> bool:
    """Return whether there is a number before the mark of a line."""
    level = abs(other.bottom - line.bottom) < 0.5 * line.size
    return level and len(other.text) <= LABEL and 0 < mark[0] - other.x1 < 4 * line.size


def _bullet(mark: tuple[float, ...], line: Line) -> Line:
    x0, _, x1, _ = mark
    return Line(
        text="•", x0=x0, top=line.top, x1=x1, bottom=line.bottom, size=line.size,
        xs=array("f", [x0, x1]).tobytes(), font=line.font, color=line.color,
    )  # fmt: skip
