"""Measure how a document is set: body type, distances of lines, edges of columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from pipeline.records import Line, Page, Record

T = TypeVar("T", bound=Hashable)


class Edges(Record):
    """Left and right edge of a column on one page, in points."""

    left: float
    right: float


class Layout(Record):
    """How a document is set."""

    size: float  # of the body type, in points
    bold: bool  # most of the text is bold
    font: str
    color: int
    leads: dict[float, float]  # font size -> usual distance of baselines
    edges: dict[tuple[int, int], Edges]  # (page, block) -> edges

    def lead(self, size: float) -> float:
        """Return the usual distance of baselines of lines in a font size."""
        return self.leads.get(size) or 1.25 * size


def measure(pages: Sequence[Page]) -> Layout:
    """Return the layout of a document."""
    lines = [line for page in pages for line in page.lines]
    size = _top((line.size, len(line.text)) for line in lines) or 10.0
    body = [line for line in lines if line.size == size]
    return Layout(
        size=size,
        bold=2 * sum(len(line.text) for line in body if line.bold) > sum(len(line.text) for line in body),
        font=_top((line.font, len(line.text)) for line in body) or "",
        color=_top((line.color, len(line.text)) for line in body) or 0,
        leads=_leads(pages), edges=_edges(pages, size),
    )  # fmt: skip


def _top(weighted: Iterable[tuple[T, int]]) -> T | None:
    counts: Counter[T] = Counter()
    for value, weight in weighted:
        counts[value] += weight
    return max(counts, key=lambda value: (counts[value], str(value))) if counts else None


def _leads(pages: Sequence[Page]) -> dict[float, float]:
    """Return the usual distance for each size: the most frequent one, in steps of half a point."""
    found: dict[float, Counter[float]] = defaultdict(Counter)
    for page in pages:
        for a, b in pairwise(page.lines):
            step = b.bottom - a.bottom
            if a.size == b.size and a.block == b.block and 0.8 * a.size < step < 2.5 * a.size:
                found[a.size][round(step * 2) / 2] += 1
    return {size: _mode(steps) for size, steps in found.items() if sum(steps.values()) >= 2}


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
            found[page.number, block] = _span([line for line in lines if line.size == size] or lines)
    return found


def _span(lines: Sequence[Line]) -> Edges:
    """Return the edges: the leftmost usual start, and the end that one line in ten passes."""
    starts = Counter(round(line.x0) for line in lines)
    left = min(x for x, n in starts.items() if n >= 0.25 * max(starts.values()))
    ends = sorted(line.x1 for line in lines)
    return Edges(left=float(left), right=ends[-1 - len(ends) // 10])
