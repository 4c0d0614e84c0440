"""Characters for tests as PDFium gives them, and what the loops make of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.reading import loops

LIGHT = 0
TRAITS = np.array(  # size, turn, weight, symbols
    [[10, 0, 400, 0], [10, 0, 700, 0], [6, 0, 400, 0], [10, 90, 400, 0], [10, 0, 400, 1]], np.float64
)


class Glyph(NamedTuple):
    """A character, where its baseline begins, how wide it is, and the position of its style."""

    code: int
    x: float
    y: float
    width: float
    style: int
    generated: bool


class Found(NamedTuple):
    """A line that `segment` cut."""

    text: str
    xs: list[tuple[float, float]]
    raised: list[int]
    style: int
    bold: int
    leading: int
    base: float
    size: float
    box: tuple[float, ...]


def glyphs(text: str, x: float = 70, y: float = 100, *, step: float = -1, style=LIGHT, generated=False):
    """Return characters `step` apart, else half their size; all of one place (0) are a ligature's."""
    width = 0.5 * TRAITS[style, 0]
    step = width if step < 0 else step
    return [Glyph(ord(c), x + step * i, y, width, style, generated) for i, c in enumerate(text)]


def arrays(parts: list[Glyph]):
    """Return codes, marks of made-up characters, origins, boxes and styles."""
    origins = np.array([(g.x, g.y) for g in parts], np.float64).reshape(-1, 2)
    sizes = [TRAITS[g.style, 0] for g in parts]
    boxes = [(g.x, g.y - 0.8 * s, g.x + g.width, g.y + 0.2 * s) for g, s in zip(parts, sizes, strict=True)]
    return (
        np.array([g.code for g in parts], np.uint32), np.array([g.generated for g in parts], np.bool_),
        origins, np.array(boxes, np.float64).reshape(-1, 4), np.array([g.style for g in parts], np.int32),
    )  # fmt: skip


def overprinted(parts: list[Glyph], overprints=loops.overprints) -> list[int]:
    """Return how often each character is printed: 1, 2 where again, 0 for the repeats."""
    codes, generated, origins, _, styles = arrays(parts)
    prints = np.ones(len(parts), np.int8)
    overprints(codes, generated, origins, styles, TRAITS, prints)
    return prints.tolist()


def segmented(parts: list[Glyph], *, prints: list[int] | None = None, segment=loops.segment) -> list[Found]:
    """Return the lines that the characters make."""
    codes, generated, origins, boxes, styles = arrays(parts)
    n, xs = len(parts), boxes[:, ::2]
    out, out_xs, raised = np.zeros(2 * n, "<u4"), np.zeros((2 * n, 2), "<f4"), np.zeros(2 * n, "u1")
    table = np.zeros((max(n, 1), loops.COLUMNS))
    n_lines, n_out = segment(
        codes, generated, origins[:, 0].copy(), xs, origins[:, 1].copy(), xs, boxes[:, 1::2], styles, TRAITS,
        np.array(prints or [1] * n, np.int8), out, out_xs, raised, table,
    )  # fmt: skip
    starts = [int(row[0]) for row in table[:n_lines]] + [n_out]
    return [
        Found(
            text="".join(map(chr, out[a:b])), xs=[tuple(pair) for pair in out_xs[a:b].tolist()],
            raised=np.flatnonzero(raised[a:b]).tolist(),
            style=int(row[1]), bold=int(row[2]), leading=int(row[3]), base=row[4], size=row[5],
            box=tuple(row[6:10].tolist()),
        )
        for row, a, b in zip(table, starts, starts[1:], strict=False)
    ]  # fmt: skip
