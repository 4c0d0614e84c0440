"""Find headings in the margin, each beside its paragraph, and move them before it.

They are as large as the text, so they are not notes. In the file they often come before or after all else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from pipeline.reading.layout import Type
from pipeline.records import Line, Page

MARGIN = 99  # value of `block` for a line in the margin
WIDE = 120.0  # points: lines of the text are longer, those of headings in the margin are not
ALIKE = 0.1  # share by which their size may differ from that of the text
FEWEST_LINES = 5  # of text on a page that has a margin
FEWEST = 6  # headings needed to judge a style
NEAR = 1.6  # font sizes from one line of a heading to the next
SHORTEST = 4  # characters: shorter ones are numbers and marks

Heading = list[int]  # positions of its lines on the page


def margins(
    pages: Sequence[Page], body: Type, known: Mapping[int, Iterable[int]]
) -> dict[int, list[Heading]]:
    """Return the headings in the margin by page; `known` holds positions that are already left out."""
    styles: dict[tuple[object, ...], list[tuple[int, Heading]]] = defaultdict(list)
    for page in pages:
        for heading in grouped(_outside(page, body, set(known[page.number])), page.lines):
            first = page.lines[heading[0]]
            if len(first.text) >= SHORTEST:
                styles[_style(first)].append((page.number, heading))
    found: dict[int, list[Heading]] = defaultdict(list)
    for headings in styles.values():
        if len(headings) >= FEWEST:
            for number, heading in headings:
                found[number].append(heading)
    return found


def _style(line: Line) -> tuple[object, ...]:
    return line.font, line.bold, line.italic, line.color


def _outside(page: Page, body: Type, gone: set[int]) -> list[int]:
    """Return the positions of short lines beside all of the text, in its size but another style."""
    alike = [
        (at, line) for at, line in enumerate(page.lines)
        if at not in gone and not line.rotated and abs(line.size - body.size) <= ALIKE * body.size
    ]  # fmt: skip
    text = [line for _, line in alike if line.x1 - line.x0 > WIDE]
    if len(text) < FEWEST_LINES:
        return []
    left, right = min(line.x0 for line in text), max(line.x1 for line in text)
    return [
        at for at, line in alike
        if (line.x1 < left or line.x0 > right) and not line.table
        and _style(line) != (body.font, body.bold, False, body.color)
    ]  # fmt: skip


def grouped(places: Iterable[int], lines: Sequence[Line]) -> list[Heading]:
    """Return the positions of lines in the margin in groups, each of one heading or note."""
    found: list[Heading] = []
    for at in places:
        last = lines[found[-1][-1]] if found else None
        if last is not None and goes_on(last, lines[at]):
            found[-1].append(at)
        else:
            found.append([at])
    return found


def goes_on(a: Line, b: Line) -> bool:
    """Return whether a line in the margin continues the heading of another line."""
    return 0 < b.bottom - a.bottom < NEAR * a.size and b.x0 < a.x1


def put_beside(page: Page, headings: Iterable[Sequence[Line]]) -> Page:
    """Return the page with each heading before the text line that begins at its height."""
    lines = list(page.lines)
    for heading in headings:
        first = heading[0]
        below = [at for at, line in enumerate(lines) if line.bottom > first.bottom - 0.5 * first.size]
        at = min(below, key=lambda at: (_lower(lines[at], first), _gap(lines[at], first)), default=len(lines))
        lines[at:at] = [replace(line, block=MARGIN) for line in heading]
    return replace(page, lines=tuple(lines))


def _lower(line: Line, first: Line) -> float:
    """Return by about how many lines a line is lower than another."""
    return max(round((line.bottom - first.bottom) / first.size), 0)


def _gap(line: Line, first: Line) -> float:
    return max(line.x0 - first.x1, first.x0 - line.x1)
