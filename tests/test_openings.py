"""Bullets, numbers and initials that are drawn apart stand before their lines."""

from __future__ import annotations

import pytest

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.read import read_pages
from pipeline.reading.openings import opened
from pipeline.split import passages
from tests.builders_pages import line
from tests.pdf_writer import Text, paragraph, write

FIRST, SECOND = line("Wir bauen Netze aus.", 90, 100), line("Wir sanieren Schulen.", 90, 112)


def texts(*lines):
    return [x.text for x in opened(lines)]


@pytest.mark.parametrize(
    "marks", ["••", "––", "▪▪", ("1.", "2."), ("a)", "b)"), ("II.", "IV."), ("(1)", "(2)")]
)
def test_marks_drawn_after_the_list_stand_before_their_items(marks):
    drawn = [line(mark, 75, 100 + 12 * at) for at, mark in enumerate(marks)]
    assert texts(FIRST, SECOND, *drawn) == [marks[0], FIRST.text, marks[1], SECOND.text]
    assert texts(drawn[0], FIRST, drawn[1], SECOND) == [marks[0], FIRST.text, marks[1], SECOND.text]


@pytest.mark.parametrize(
    "mark",
    [
        line("•", 75, 130),  # no line at its height
        line("•", 20, 100),  # far away
        line("(A)", 75, 100),  # a column mark
        line("2025", 68, 100),
        line("•", 75, 100, table=1),
        line("•", 75, 130, width=0.5),  # so narrow that it begins where it ends
    ],
)
def test_other_short_lines_stay_where_they_are(mark):
    assert texts(FIRST, SECOND, mark) == [FIRST.text, SECOND.text, mark.text]


def test_the_lines_beside_an_initial_begin_at_its_edge():
    initial = line("D", 70, 100, size=28, width=20)
    beside = [line("as Land baut Netze.", 92, 100), line("Die Gemeinden helfen.", 92, 112)]
    below = line("Das hilft allen.", 70, 126)
    first, second, third = opened([initial, *beside, below])
    assert (first.text, first.x0, len(first.xs)) == ("Das Land baut Netze.", 70, 8 * len(first.text))
    assert (second.text, second.x0, third) == ("Die Gemeinden helfen.", 70, below)


@pytest.mark.parametrize("short", ["•", "E"])
def test_short_lines_beside_an_initial_are_not_moved_again(short):
    beside = [line("as Land baut Netze.", 92, 100), line(short, 92, 112, width=5)]
    moved = opened([line("D", 70, 100, size=28, width=20), *beside, line("Sie hilft.", 98, 112)])
    assert [x.text for x in moved] == ["Das Land baut Netze.", short, "Sie hilft."]


@pytest.mark.parametrize("beside", [[line("as Land", 92, 100)], [line("as", 92, 100, size=20)] * 2])
def test_a_large_letter_without_lines_beside_it_is_no_initial(beside):
    assert texts(line("D", 70, 100, size=28, width=20), *beside)[0] == "D"


def test_an_initial_drawn_right_before_its_word_begins_the_paragraph(tmp_path):
    rows = [
        "as Land baut in den nächsten Jahren alle Netze aus und",
        "hilft den Gemeinden dabei. Auch die Schulen",
    ]
    rest = ["werden saniert, damit alle Kinder gut lernen können, und zwar bis"] * 4
    drawn = [Text(70, 120, "D", 34), *paragraph(97, 106, rows, lead=14), *paragraph(70, 134, rest, lead=14)]
    path = write(tmp_path / "a.pdf", [drawn])
    (found,) = passages(clean(list(read_pages(path, settings=Read(ocr=False, ocr_dpi=300, password="")))))
    assert found.text == " ".join(["D" + rows[0], rows[1], *rest])
