# ruff: noqa: ANN401 (the arrays of a loop that is compiled)
"""From the characters of a page to its printed lines, in the order of the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from pipeline.pdfium import Array, Glyphs, Style
from pipeline.records import Line

ASCENT, DESCENT = 0.78, 0.22  # of the font size: a line's box when lines are set solid
COLUMNS = 12  # numbers a line in the table that `segment` fills
SEMIBOLD = 600
LIGHTER = 100  # steps of weight between a lead-in and its text: medium and regular
SYMBOLS = re.compile("wingding|webding|dingbat", re.I)


def segment(  # noqa: C901 (one loop, compiled)
    codes: Any, generated: Any, origin: Any, along: Any, across: Any, xs: Any, ys: Any, styles: Any,
    traits: Any, out_codes: Any, out_xs: Any, table: Any,
) -> tuple[int, int]:  # fmt: skip
    """Cut the characters into lines; return the number of lines and of characters written.

    A line goes on while the baseline stays (raised and lowered smaller characters allowed) and
    the gap is no wider than 1.2 em: wider ones part columns, margin numbers and bullets, which
    belong together again only where the layout says so (`pipeline.clean`).
    `traits` holds size, turn, weight and kind (1: symbols) of each style. A row of `table`: first
    character, style, bold characters, characters of the weight it begins with, baseline, size,
    x0, top, x1, bottom, weight it begins with, weight after that.
    """
    counts = np.zeros(len(traits), np.int64)
    n_lines, n_out, pending = 0, 0, 0
    base, size, turn, end, kind, leading, parts = 0.0, 0.0, -1.0, 0.0, 0.0, False, 1
    row = table[0]
    for i in range(len(codes)):
        code = codes[i]
        if code == 32 or code == 160 or code == 9 or code == 13 or code == 10:
            pending = max(pending, 1 if generated[i] else 2)
            continue
        if code == 2 or code == 0xFFFE:
            code = 45
        elif code < 32 or code > 0x10FFFF or 0xD800 <= code < 0xE000:
            code = 0xFFFD
        style = styles[i]
        own, weight = traits[style, 0], traits[style, 2]
        if n_out > 0 and across[i] == across[i - 1] and origin[i] == origin[i - 1] and not generated[i - 1]:
            parts += 1  # one glyph, several characters (a ligature): they share its width
            for k in range(parts):
                width = (xs[i, 1] - xs[i, 0]) / parts
                out_xs[n_out + 1 - parts + k, 0] = xs[i, 0] + width * k
                out_xs[n_out + 1 - parts + k, 1] = xs[i, 0] + width * (k + 1)
        else:
            parts = 1
            gap, shift, big = along[i, 0] - end, across[i] - base, max(own, size)
            same = traits[style, 1] == turn and traits[style, 3] == kind
            same = same and -0.5 * big < gap < 1.2 * min(own, size)
            if same and abs(shift) > 0.2 * big:
                raised = own < 0.9 * size and -0.7 * size < shift < 0.4 * size
                few = n_out - row[0] < 5
                same = raised or (few and size < 0.9 * own and -0.4 * own < shift < 0.7 * own)
            if not same:
                if n_lines:
                    row[1] = np.argmax(counts)
                counts[:] = 0
                row = table[n_lines]
                n_lines += 1
                row[0], row[10], row[11] = n_out, weight, weight
                row[6], row[7], row[8], row[9] = xs[i, 0], ys[i, 0], xs[i, 1], ys[i, 1]
                base, size, turn, kind, leading = across[i], own, traits[style, 1], traits[style, 3], True
            else:
                if own > 1.1 * size:
                    base, size = across[i], own
                if (
                    gap > 0.3 * big
                    or (pending == 2 and gap > -0.2 * big)
                    or (pending == 1 and gap > 0.1 * big)
                ):
                    out_codes[n_out] = 32
                    out_xs[n_out, 0], out_xs[n_out, 1] = min(row[8], xs[i, 0]), xs[i, 0]
                    n_out += 1
            out_xs[n_out] = xs[i]
        if leading and weight != row[10]:
            leading = False
            row[11] = weight
        out_codes[n_out] = code
        n_out += 1
        row[2] += weight >= SEMIBOLD
        if leading:
            row[3] = n_out - row[0]
        row[4], row[5] = base, size
        row[6], row[7] = min(row[6], xs[i, 0]), min(row[7], ys[i, 0])
        row[8], row[9] = max(row[8], xs[i, 1]), max(row[9], ys[i, 1])
        counts[style] += 1
        end, pending = along[i, 1], 0
    if n_lines:
        row[1] = np.argmax(counts)
    return n_lines, n_out


def lines(glyphs: Glyphs) -> tuple[Line, ...]:
    """Return the printed lines of a page."""
    n = len(glyphs.codes)
    if not n:
        return ()
    traits = np.array(
        [(s.size or 0.1, s.angle, s.weight, bool(SYMBOLS.search(s.font))) for s in glyphs.style], np.float64
    )
    origin, along, across = _directions(glyphs)
    xs, ys = glyphs.boxes[:, ::2], glyphs.boxes[:, 1::2]
    out_codes, out_xs, table = np.zeros(2 * n, "<u4"), np.zeros((2 * n, 2), "<f4"), np.zeros((n, COLUMNS))
    n_lines, n_out = _segmenter()(
        glyphs.codes, glyphs.generated, origin, along, across, xs, ys, glyphs.styles, traits,
        out_codes, out_xs, table,
    )  # fmt: skip
    text = out_codes[:n_out].tobytes().decode("utf-32-le", "replace")
    boxes = out_xs[:n_out].tobytes()
    rows = table[:n_lines].tolist()
    ends = [int(row[0]) for row in rows[1:]] + [n_out]
    return tuple(
        _line(row, text[int(row[0]) : end], boxes[8 * int(row[0]) : 8 * end], glyphs.style[int(row[1])])
        for row, end in zip(rows, ends, strict=True)
    )


def _directions(glyphs: Glyphs) -> tuple[Array, Array, Array]:
    """Return origin and extent of each character along its writing direction, and its baseline."""
    angles = np.radians([style.angle for style in glyphs.style])
    if not angles.any():
        return glyphs.origins[:, 0].copy(), glyphs.boxes[:, ::2], glyphs.origins[:, 1].copy()
    cos, sin = np.cos(angles)[glyphs.styles], np.sin(angles)[glyphs.styles]
    (x, y), box = glyphs.origins.T, glyphs.boxes
    ends = np.stack((box[:, 0] * cos - box[:, 3] * sin, box[:, 2] * cos - box[:, 1] * sin), 1)
    return x * cos - y * sin, np.sort(ends, 1), x * sin + y * cos


def _line(row: list[float], text: str, xs: bytes, style: Style) -> Line:
    _, _, n_bold, leading, base, size, x0, top, x1, bottom, first, then = row
    if not style.angle:
        top, bottom = base - ASCENT * size, base + DESCENT * size
    led = first - then >= LIGHTER and leading < len(text)
    return Line(
        text=text, x0=x0, top=top, x1=x1, bottom=bottom, size=style.size, xs=xs, font=style.font,
        bold=2 * n_bold > len(text) - text.count(" "), italic=style.italic, color=style.color,
        bold_until=int(leading) if led else 0, rotated=style.angle != 0,
    )  # fmt: skip


@cache
def _segmenter() -> Callable[..., tuple[int, int]]:
    try:
        from pipeline import compiled
    except ImportError:
        return segment
    return compiled.compile(segment)
