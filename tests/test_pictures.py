"""Boxes on pictures."""

import io

from PIL import Image

from pipeline.asking.pictures import COVER, marked, png
from pipeline.records import Box


def page():
    picture = Image.new("RGB", (200, 100), (255, 255, 255))
    picture.putpixel((50, 50), (0, 0, 0))
    return picture


def test_text_under_a_mark_stays_black_and_paper_gets_its_colour():
    found = marked(page(), dpi=72, marks=[Box(1, 40, 40, 60, 60)])
    assert found.getpixel((50, 50)) == (0, 0, 0)
    assert found.getpixel((45, 45)) == (255, 226, 89)
    assert found.getpixel((80, 80)) == (255, 255, 255)


def test_what_is_hidden_is_black_also_where_it_is_marked():
    box = Box(1, 40, 40, 60, 60)
    found = marked(page(), dpi=72, marks=[box], hidden=[box])
    assert {found.getpixel((x, y)) for x in (40, 50, 60) for y in (40, 50, 60)} == {(0, 0, 0)}
    assert found.getpixel((50, 60 + int(COVER))) == (0, 0, 0)


def test_boxes_scale_with_the_resolution_and_may_leave_the_page():
    found = marked(page(), dpi=144, marks=[Box(1, 90, 40, 900, 900)])
    assert found.getpixel((199, 99)) == (255, 226, 89)
    assert found.getpixel((170, 90)) == (255, 255, 255)


def test_a_picture_is_written_as_png_and_the_given_one_is_left_alone():
    given = page()
    data = png(marked(given, dpi=72, marks=[Box(1, 0, 0, 99, 99)]))
    assert Image.open(io.BytesIO(data)).size == (200, 100)
    assert given.getpixel((10, 10)) == (255, 255, 255)
