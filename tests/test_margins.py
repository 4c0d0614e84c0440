"""Headings in the margin stand before the text they head; what else stands there is none."""

from __future__ import annotations

import pytest

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.read import read_pages
from pipeline.reading.layout import body_type
from pipeline.reading.margins import FEWEST, margins
from pipeline.split import passages
from tests.builders_pages import line, page, rows
from tests.pdf_writer import paragraph, write

FIRST = [
    "Wir sichern den Frieden, indem wir mit allen Nachbarn",
    "sprechen und Verträge schließen, die halten.",
]
SECOND = [
    "Die Bahn fährt künftig auch auf dem Land jede Stunde,",
    "damit niemand auf ein Auto angewiesen ist.",
]


TOPICS = ["Verkehr", "Pflege", "Schulen", "Energie", "Wohnen"]


def test_text_stands_under_the_heading_beside_it(tmp_path):
    sheet = paragraph(180, 60, ["Programm für morgen"], size=20)
    sheet += paragraph(60, 100, ["Frieden und", "Abrüstung"], font="italic")
    for at, topic in enumerate(TOPICS, 1):
        sheet += paragraph(60, 100 + 50 * at, [topic], font="italic")
    for at, topic in enumerate(["Frieden", *TOPICS]):
        sheet += paragraph(180, 100 + 50 * at, [f"{topic}: {FIRST[0]}", FIRST[1]])
    path = write(tmp_path / "a.pdf", [sheet])
    found = passages(clean(list(read_pages(path, settings=Read(ocr=False, ocr_dpi=300, password="")))))
    heads = ["Frieden und Abrüstung", *TOPICS]
    assert [p.text for p in found if p.kind == "heading"] == ["Programm für morgen", *heads]
    paragraphs = [p for p in found if p.kind == "paragraph"]
    assert [p.text.partition(":")[0] for p in paragraphs] == ["Frieden", *TOPICS]
    assert [p.heading_path[-1] for p in paragraphs] == heads


def heading(text, top=100.0, x0=60.0, **more):
    return line(text, x0, top, **{"italic": True, **more})


def found(*pages, known=()):
    text = rows([*FIRST, *SECOND, *FIRST], 180, 100, width=300)
    numbered = [page([*text, *lines], n) for n, lines in enumerate(pages, 1)]
    return margins(numbered, body_type(numbered), {p.number: known for p in numbered})


def test_a_heading_is_the_positions_of_its_lines():
    two = [heading("Frieden und"), heading("Abrüstung", 112), heading("Verkehr", 148)]
    assert found(*[two] * 3) == {n: [[6, 7], [8]] for n in (1, 2, 3)}


@pytest.mark.parametrize(
    ("lines", "n"),
    [
        ([heading("Frieden")], FEWEST),
        ([heading("Frieden", x0=500.0)], FEWEST),
        ([heading("Frieden", bold=True, italic=False)], FEWEST),
        ([heading("Frieden", italic=False, font="Rand")], FEWEST),
        ([heading("Frieden", italic=False)], 0),  # set as the text is
        ([heading("Frieden", size=7.0)], 0),  # a note
        ([heading("Frieden", x0=200.0)], 0),  # within the text
        ([heading("17")], 0),
        ([heading("Frieden", rotated=True)], 0),
        ([heading("Frieden", table=1)], 0),
        ([], 0),
    ],
)
def test_short_lines_in_another_style_outside_all_text(lines, n):
    assert len(found(*[lines] * FEWEST)) == n
    assert found(*[lines] * (FEWEST - 1)) == {}


def test_what_is_out_already_stays_out():
    assert found(*[[heading("Frieden")]] * FEWEST, known=[6]) == {}


def test_pages_with_little_text_have_no_margin():
    numbered = [page([*rows(FIRST, 180, 100, width=300), heading("Frieden")], n) for n in range(1, 9)]
    assert margins(numbered, body_type(numbered), {p.number: () for p in numbered}) == {}
