"""Mark words and black out lines on the picture of a page; the only door to Pillow's drawing."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image, ImageChops, ImageDraw

from pipeline.records import Box

MARK = (255, 226, 89)  # yellow; black text on it keeps a contrast of 15 : 1
BLACK = (0, 0, 0)
MARGIN = 1.0  # points around a marked word
COVER = 3.0  # points around a blacked out line: more than accents or descenders extend


def marked(
    picture: Image.Image, *, dpi: float, marks: Iterable[Box], hidden: Iterable[Box] = ()
) -> Image.Image:
    """Return a page's picture with boxes (in points) marked, and others blacked out."""
    page = picture.convert("RGB")
    paint = Image.new("RGB", page.size, (255, 255, 255))
    _fill(paint, marks, MARK, dpi, MARGIN)
    page = ImageChops.multiply(page, paint)
    _fill(page, hidden, BLACK, dpi, COVER)
    return page


def _fill(
    page: Image.Image, boxes: Iterable[Box], color: tuple[int, int, int], dpi: float, by: float
) -> None:
    draw, scale = ImageDraw.Draw(page), dpi / 72
    for box in boxes:
        corners = (box.x0 - by, box.top - by, box.x1 + by, box.bottom + by)
        draw.rectangle([scale * value for value in corners], fill=color)


def png(picture: Image.Image) -> bytes:
    """Return the bytes of a picture as a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
