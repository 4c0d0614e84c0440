"""Group the characters of a page into printed lines, in the order of the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np
from msgspec.structs import replace

from pipeline.reading import loops
from pipeline.reading.pdfium import Array, Glyphs, Style
from pipeline.records import Line

ASCENT, DESCENT = 0.78, 0.22  # of the font size: a line's box when lines are set solid
SMALL_CAPITALS = 1.15  # least ratio of capitals to small capitals
LIGHTER = 100  # steps of weight between a lead-in and its text: medium and regular
FAR = 1e5  # points: beyond every page, reached only by damaged numbers
SYMBOLS = re.compile("wingding|webding|dingbat", re.I)


@lru_cache(maxsize=1024)
def is_symbols(font: str) -> bool:
    """Return whether the name of a font says that its letters stand for signs."""
    return SYMBOLS.search(font) is not None


def lines(glyphs: Glyphs) -> tuple[Line, ...]:
    """Return the printed lines of a page."""
    n = len(glyphs.codes)
    if not n:
        return ()
    traits = np.array(
        [(s.size or 0.1, s.angle, s.weight, is_symbols(s.font)) for s in glyphs.style], np.float64
    )
    origin, along, across = _directions(glyphs)
    xs, ys = glyphs.boxes[:, ::2], glyphs.boxes[:, 1::2]
    out_codes, out_xs, out_raised = np.empty(2 * n, "<u4"), np.empty((2 * n, 2), "<f4"), np.empty(2 * n, "u1")
    table = np.empty((n, loops.COLUMNS))
    prints = np.ones(n, np.int8)
    find, cut = _loops()
    find(glyphs.codes, glyphs.generated, glyphs.origins, glyphs.styles, traits, prints)
    n_lines, n_out = cut(
        glyphs.codes, glyphs.generated, origin, along, across, xs, ys, glyphs.styles, traits, prints,
        out_codes, out_xs, out_raised, table,
    )  # fmt: skip
    if not n_lines:
        return ()
    text = out_codes[:n_out].view(f"<U{n_out}").item()  # neither zeros nor surrogates: see `loops.segment`
    boxes, raised = out_xs[:n_out].tobytes(), out_raised[:n_out].tobytes()
    table = table[:n_lines]
    near = np.all(np.abs(table[:, 4:10]) < FAR, axis=1).tolist()  # also false for NaN
    found = []
    end = n_out
    for row, kept in zip(reversed(table.tolist()), reversed(near), strict=True):
        start = int(row[0])
        if kept:
            style = glyphs.style[int(row[1])]
            found.append(_line(row, text[start:end], boxes[8 * start : 8 * end], style, raised[start:end]))
        end = start
    return tuple(reversed(found))


def _directions(glyphs: Glyphs) -> tuple[Array, Array, Array]:
    """Return origin and extent of each character along its writing direction, and its baseline."""
    if not any(style.angle for style in glyphs.style):
        return glyphs.origins[:, 0], glyphs.boxes[:, ::2], glyphs.origins[:, 1]
    angles = np.radians([style.angle for style in glyphs.style])
    cos, sin = np.cos(angles)[glyphs.styles], np.sin(angles)[glyphs.styles]
    (x, y), box = glyphs.origins.T, glyphs.boxes
    ends = np.empty_like(box)[:, ::2]  # not contiguous, as above, so that one compiled loop takes both
    with np.errstate(invalid="ignore", over="ignore"):  # damaged files contain any number
        one, two = box[:, 0] * cos - box[:, 3] * sin, box[:, 2] * cos - box[:, 1] * sin
        ends[:, 0], ends[:, 1] = np.minimum(one, two), np.maximum(one, two)
        return x * cos - y * sin, ends, x * sin + y * cos


def _line(row: list[float], text: str, xs: bytes, style: Style, raised: bytes) -> Line:
    _, _, n_bold, leading, base, size, x0, top, x1, bottom, first, then = row
    if not style.angle:
        top, bottom = base - ASCENT * size, base + DESCENT * size
    largest = style.size
    if size > SMALL_CAPITALS * largest and len(text) > 4 and text.isupper():
        largest = size
    led = first - then >= LIGHTER and leading < len(text)
    bold = n_bold > 0 and 2 * n_bold > len(text) - text.count(" ")
    line = Line(  # by position, which takes a quarter of the time of keywords
        text, x0, top, x1, bottom, max(largest, 0.1), xs, style.font, bold, style.italic, style.color,
        int(leading) if led else 0,
    )  # fmt: skip
    if style.angle or 1 in raised:  # true of few
        places = tuple(at for at, up in enumerate(raised) if up)
        return replace(line, rotated=style.angle != 0, raised=places)
    return line


@cache
def _loops() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the two loops, compiled or, if numba is missing, in Python."""
    try:
        from pipeline.reading import compiled
    except ImportError:
        return loops.overprints, loops.segment
    return compiled.overprints, compiled.segment
