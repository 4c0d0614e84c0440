"""Bullets that are drawn are written before their lines; other shapes and pictures are none."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.read import read_pages
from pipeline.reading.bullets import bulleted
from pipeline.reading.pdfium import Glyphs
from pipeline.split import passages
from tests.builders_pages import line, rows
from tests.pdf_writer import Text, paragraph, write

PROSE = ["Die Koalition wird bis zum Ende des Jahres ein Gesetz vorlegen, mit dem folgende Ziele"] * 5
ITEMS = ["Ausbau der Netze auf dem Land", "mehr Geld für die Schulen", "Hilfe für junge Familien"]


def test_lines_beside_small_pictures_are_items(tmp_path):
    sheet = [
        *paragraph(70, 100, PROSE),
        Text(70, 160, "erreicht werden:"),
        *paragraph(85, 180, ITEMS, lead=16),
    ]
    sheet += [Text(70, 180 + 16 * at, "", 7, image=True) for at in range(3)]
    path = write(tmp_path / "a.pdf", [sheet])
    found = passages(clean(list(read_pages(path, settings=Read(ocr=False, ocr_dpi=300, password="")))))
    assert [(p.kind, p.text) for p in found[-3:]] == [("item", text) for text in ITEMS]


def found(lines, *boxes):
    """Return the texts of lines on a page where boxes are drawn: x0, top, width, height."""
    drawn = np.array([(x, y, x + w, y + h) for x, y, w, h in boxes], np.float64).reshape(-1, 4)
    none = np.zeros((0, 4))
    glyphs = Glyphs(595, 842, none, none, none, none, none, (), paths=drawn[:1], pictures=drawn[1:])
    return [x.text for x in bulleted(lines, glyphs)]


LINES = rows(ITEMS, 85)  # 10 points high, the first at 100, then each 12 points lower


@pytest.mark.parametrize(
    ("boxes", "bullets"),
    [
        ([(75, 102, 6, 6), (75, 114, 6, 6), (75, 126, 6, 6)], {0, 1, 2}),
        ([(75, 102, 6, 6), (75, 126, 6, 6)], {0, 2}),
        ([(75, 102, 6, 6)], set()),  # one alone
        ([(75, 102, 6, 6), (65, 126, 6, 6)], set()),  # not below each other
        ([(75, 102, 1.5, 1.5), (75, 126, 1.5, 1.5)], set()),
        ([(65, 98, 16, 16), (65, 122, 16, 16)], set()),
        ([(70, 104, 12, 2), (70, 128, 12, 2)], set()),  # dashes
        ([(83, 102, 6, 6), (83, 126, 6, 6)], set()),  # on the text
        ([(50, 102, 6, 6), (50, 126, 6, 6)], set()),  # far from it
        ([(75, 202, 6, 6), (75, 226, 6, 6)], set()),
        ([(75, 102 + 12 * at, 6, 6) for at in range(8)], set()),  # a pattern beside the page
        ([(75, 102 + 12 * at, 6, 6) for at in (0, 1, 2) for _ in range(2)], {0, 1, 2}),  # drawn twice
        ([], set()),
    ],
)
def test_small_boxes_below_each_other_near_the_beginnings_of_lines(boxes, bullets):
    wanted = [text for at, x in enumerate(ITEMS) for text in (["•", x] if at in bullets else [x])]
    assert found(LINES, *boxes) == wanted


def test_lines_that_have_a_bullet_or_number_or_are_turned_get_none():
    boxes = [(75, 102, 6, 6), (75, 114, 6, 6)]
    written = [line("• Netze", 85), line("• Schulen", 85, 112)]
    assert found(written, *boxes) == ["• Netze", "• Schulen"]
    numbered = [line("I.", 50), line("Netze", 85), line("II.", 50, 112), line("Schulen", 85, 112)]
    assert found(numbered, *boxes) == ["I.", "Netze", "II.", "Schulen"]
    turned = [line("Netze", 85, rotated=True), line("Schulen", 85, 112, rotated=True)]
    assert found(turned, *boxes) == ["Netze", "Schulen"]
    assert found([], *boxes) == []
