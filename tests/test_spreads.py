"""Spreads: two pages of a book on one sheet, each with a number, a running head and headings of its own."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.read import read_pages
from pipeline.split import split
from tests.builders_pages import WORDS
from tests.pdf_writer import Text, paragraph, write

SETTINGS = Read(ocr=False, ocr_dpi=150, password="")
SHEET, LEFT, RIGHT = (842, 595), 50, 470  # points
TITLES = {2: "Arbeit", 4: "Wohnen und Bauen", 5: "Europa", 7: "Pflege", 8: "Klima"}


def leaf(number: int, *, rows: int = 20, columns: int = 1) -> list[Text]:
    """Return one page of the book; its rows say where they stand."""
    x, head = (RIGHT, "Für ein starkes Land") if number % 2 else (LEFT, "Programm der Netze")
    said = [f"[{number}.{at:02}] über {WORDS[(number + at) % 11]}" for at in range(rows * columns)]
    long = "" if columns > 1 else ", die das ganze Land verbinden"
    text = [Text(x, 40, head, 8, "italic"), Text(x + 150, 560, str(number), 9)]
    if number in TITLES:
        text.append(Text(x, 80, TITLES[number], 16, "bold"))
    for column in range(columns):
        own = said[column * rows : (column + 1) * rows]
        text += paragraph(x + 170 * column, 110, [f"{row}{long}" for row in own])
    return text


def told(path, sheets):
    """Return the numbers of pages and rows in the order of the text, its headings, and what is left out."""
    cleaned = clean(list(read_pages(write(path, sheets, size=SHEET), settings=SETTINGS)))
    text = split(cleaned)
    words = " ".join(p.text for p in text.passages)
    headings = [p.text for p in text.passages if p.kind == "heading"]
    return re.findall(r"\[([\d.]+)\]", words), headings, sorted((d.text, d.why) for d in cleaned.dropped)


FURNITURE = sorted(
    chain.from_iterable(
        [
            (str(number), "page_number"), (str(number + 1), "page_number"),
            ("Programm der Netze", "head_or_foot"), ("Für ein starkes Land", "head_or_foot"),
        ]
        for number in (2, 4, 6, 8)
    )
)  # fmt: skip


@pytest.mark.parametrize("last", [1, 3, 20])
@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("drawn", ["left page first", "right page first", "row by row"])
def test_the_left_page_is_read_before_the_right_one(tmp_path, drawn, columns, last):
    sheets = []
    for number in (2, 4, 6, 8):
        short = columns == 1 and number == 8
        left, right = (
            leaf(number, columns=columns),
            leaf(number + 1, columns=columns, rows=last if short else 20),
        )
        sheet = right + left if drawn == "right page first" else left + right
        sheets.append(sorted(sheet, key=lambda text: (text.y, text.x)) if drawn == "row by row" else sheet)
    order, headings, left_out = told(tmp_path / "a.pdf", sheets)
    assert order == sorted(order) and len(order) == (140 + last if columns == 1 else 320)
    assert headings == list(TITLES.values())
    assert left_out == FURNITURE


def test_a_wide_page_whose_text_runs_over_the_middle_is_no_spread(tmp_path):
    over = [Text(LEFT, 80, "Die Netze verbinden alle Städte, alle Gemeinden und alle Dörfer " * 2, 11)]
    notes = [Text(RIGHT, 300, "[1.01] Netze", 10), Text(LEFT, 340, "[1.02] Städte", 10)]
    order, _, _ = told(tmp_path / "a.pdf", [[*over, *notes]])
    assert order == ["1.01", "1.02"]
