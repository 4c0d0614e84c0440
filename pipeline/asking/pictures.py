"""The only door to Pillow's drawing: words marked and lines blacked out on the picture of a page."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image, ImageChops, ImageDraw

from pipeline.records import Box

MARK = (255, 226, 89)  # yellow on which black text keeps a contrast of 15 : 1
BLACK = (0, 0, 0)
MARGIN = 1.0  # points around a marked word
COVER = 3.0  # points around a line that is blacked out: more than an accent or a descender sticks out


def marked(
    picture: Image.Image, *, dpi: int, marks: Iterable[Box], hidden: Iterable[Box] = ()
) -> Image.Image:
    """Return a page's picture with boxes (in points) marked, and others blacked out."""
    page = picture.convert("RGB")
    paint = Image.new("RGB", page.size, (255, 255, 255))
    _fill(paint, marks, MARK, dpi, MARGIN)
    page = ImageChops.multiply(page, paint)
    _fill(page, hidden, BLACK, dpi, COVER)
    return page


def _fill(page: Image.Image, boxes: Iterable[Box], color: tuple[int, int, int], dpi: int, by: float) -> None:
    draw, scale = ImageDraw.Draw(page), dpi / 72
    for box in boxes:
        corners = (box.x0 - by, box.top - by, box.x1 + by, box.bottom + by)
        draw.rectangle([scale * value for value in corners], fill=color)


def png(picture: Image.Image) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
