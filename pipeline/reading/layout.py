"""Measure the layout of a document: body type, line spacing, edges of columns."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import islice, pairwise
from typing import TypeVar

from msgspec.structs import asdict, replace

from pipeline.reading.dates import MONTH
from pipeline.records import Line, Page, Record

T = TypeVar("T", bound=Hashable)


STARTS_LOW = re.compile(
    r"^[a-zäöüß]|^\d+(?:[.,]\d+)*\s(?:Prozent|%|Euro\b|€|Mi(?:o|ll)|M(?:rd|illiard)|Jahren?\b)"
)
WITHIN = re.compile(r"[a-zäöüß]{2,}[\s,.-]")  # the first word of a continued line, not the letter of an item
# Words between which no line ends: »§ 4«, »10. März«.
BOUND = re.compile(rf"(?:(?:Dr|Prof|Art|Nr)\.|§§?|\d{{1,2}}\.(?=\s(?:{MONTH})\b))\s\S+", re.I)
ENOUGH, SAMPLE = 20, 2000  # lines needed to tell how ragged a document is, and lines examined at most
MOST_SLACK = 4.0  # em
WIDE = 1.18  # of the usual distance: lines further apart are widely spaced, or separate
FEW = 3  # widely spaced lines inside paragraphs that show that a page is set this way


class Edges(Record):
    """Left and right edge of a column on one page, in points."""

    left: float
    right: float
    slack: float = 1.0  # em: room for the next word left by lines although their paragraph continues


class Type(Record):
    """The type of most of a document's text."""

    size: float  # in points
    bold: bool  # most of it is bold
    font: str
    color: int


class Layout(Type):
    """The layout of a document."""

    leads: dict[float, float]  # font size -> usual distance of baselines
    edges: dict[tuple[int, int], Edges]  # (page, block) -> edges
    wide: dict[tuple[int, float], float]  # (page, font size) -> distance on widely spaced pages

    def lead(self, size: float, page: int = 0) -> float:
        """Return the usual distance of baselines for a font size on a page."""
        return self.wide.get((page, size)) or self.leads.get(size) or 1.25 * size


def measure(pages: Sequence[Page]) -> Layout:
    """Return the layout of a document."""
    body, leads = body_type(pages), _leads(pages)
    edges = _slackened(pages, _edges(pages, body.size), body.size)
    return Layout(**asdict(body), leads=leads, wide=_wide(pages, leads), edges=edges)


def body_type(pages: Sequence[Page]) -> Type:
    """Return the type of most of a document's text."""
    letters: Counter[tuple[float, str, int, bool]] = Counter()
    for page in pages:
        for line in page.lines:
            letters[line.size, line.font, line.color, line.bold] += len(line.text)
    size = _top((style[0], n) for style, n in letters.items()) or 10.0
    body = [(style, n) for style, n in letters.items() if style[0] == size]
    return Type(
        size=size,
        font=_top((style[1], n) for style, n in body) or "",
        color=_top((style[2], n) for style, n in body) or 0,
        bold=2 * sum(n for style, n in body if style[3]) > sum(n for _, n in body),
    )


def _top(weighted: Iterable[tuple[T, int]]) -> T | None:
    counts: Counter[T] = Counter()
    for value, weight in weighted:
        counts[value] += weight
    return max(counts, key=lambda value: (counts[value], str(value))) if counts else None


def _leads(pages: Sequence[Page]) -> dict[float, float]:
    """Return the usual distance for each size, the most frequent one in steps of half a point."""
    found: dict[float, Counter[float]] = defaultdict(Counter)
    for page in pages:
        for a, b in pairwise(page.lines):
            step = b.bottom - a.bottom
            if a.size == b.size and a.block == b.block and 0.8 * a.size < step < 2.5 * a.size:
                found[a.size][round(step * 2) / 2] += 1
    return {size: _mode(steps) for size, steps in found.items() if sum(steps.values()) >= 2}


def _wide(pages: Sequence[Page], leads: dict[float, float]) -> dict[tuple[int, float], float]:
    """Return the distances on pages whose paragraphs are spaced wider than most: drafts, forewords."""
    found: dict[tuple[int, float], Counter[float]] = defaultdict(Counter)
    for page in pages:
        for a, b in pairwise(page.lines):
            step = b.bottom - a.bottom
            if a.size == b.size and step > WIDE * leads.get(a.size, step) + 0.5 and _within(a, b):
                found[page.number, a.size][round(step * 2) / 2] += 1
    return {at: _mode(steps) for at, steps in found.items() if sum(steps.values()) >= FEW}


def _mode(steps: Counter[float]) -> float:
    """Return the smallest step that is nearly as frequent as the most frequent."""
    most = max(steps.values())
    return min(step for step, n in steps.items() if n >= 0.5 * most)


def _edges(pages: Sequence[Page], size: float) -> dict[tuple[int, int], Edges]:
    found = {}
    for page in pages:
        blocks: dict[int, list[Line]] = defaultdict(list)
        for line in page.lines:
            blocks[line.block].append(line)
        for block, lines in blocks.items():
            found[page.number, block] = _span([line for line in lines if line.size == size] or _main(lines))
    return found


def _main(lines: Sequence[Line]) -> list[Line]:
    """Return the lines in the most frequent size of a page, since a first page may have no body text."""
    size = _top((line.size, len(line.text)) for line in lines)
    return [line for line in lines if line.size == size]


def _slackened(
    pages: Sequence[Page], edges: dict[tuple[int, int], Edges], size: float
) -> dict[tuple[int, int], Edges]:
    """Return the edges with the slack of lines that were broken by hand instead of filled."""
    pairs = ((page.number, a, b) for page in pages for a, b in pairwise(page.lines))
    rooms = sorted(
        room(a, b, edges[number, a.block]) for number, a, b in islice(pairs, SAMPLE)
        if a.size == b.size == size and abs(a.x0 - b.x0) < size and _within(a, b)
    )  # fmt: skip
    if len(rooms) < ENOUGH or rooms[int(0.9 * len(rooms))] <= 0:
        return edges
    slack = min(max(rooms[int(0.98 * len(rooms))], 1.0), MOST_SLACK)
    return {at: replace(edge, slack=slack) for at, edge in edges.items()}


def _within(a: Line, b: Line) -> bool:
    """Return whether two lines certainly belong to one paragraph: no sentence ends, no item begins."""
    near = a.block == b.block and not a.table and 0 < b.bottom - a.bottom < 2 * b.size
    return near and a.text[-1] not in "-\u00ad.:;!?" and WITHIN.match(b.text) is not None


def room(a: Line, b: Line, edges: Edges) -> float:
    """Return the room left at the end of `a` if the first word of `b` were added, in em."""
    bound = BOUND.match(b.text)
    n = bound.end() if bound else len(b.text.split(" ", 1)[0])
    width = (b.x1 - b.x0) * n / max(len(b.text), 1)
    return (edges.right - a.x1 - width) / max(a.size, 1.0)


def _span(lines: Sequence[Line]) -> Edges:
    """Return the edges: the leftmost usual start, and the end that one line in ten exceeds."""
    starts = Counter(round(line.x0) for line in lines)
    left = min(x for x, n in starts.items() if n >= 0.25 * max(starts.values()))
    ends = sorted(line.x1 for line in lines)
    return Edges(left=float(left), right=ends[-1 - len(ends) // 10])
