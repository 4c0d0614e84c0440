"""Footnotes are told from other small print and linked to the marks they belong to."""

from __future__ import annotations

import pytest

from pipeline.clean import clean
from pipeline.reading.layout import measure
from pipeline.reading.notes import Mark, footnotes, marks
from pipeline.reading.paragraphs import blocks
from pipeline.split import split
from tests.builders_pages import FULL, body, line, page, rows


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (line("Netze12 und", raised=(5, 6)), [Mark("12", 5, 7)]),
        (line("Netze1, 2", raised=(5, 6, 8)), [Mark("1", 5, 6), Mark("2", 8, 9)]),
        (line("Netze* und", raised=(5,)), [Mark("*", 5, 6)]),
        (line("Netze³ und"), [Mark("3", 5, 6)]),
        (line("1 Vgl. Netze", raised=(0,)), []),
        (line("Netze 12"), []),
    ],
)
def test_raised_numbers_and_signs_are_marks(found, expected):
    assert marks(found) == expected


def small(text, top=700, **more):
    return line(text, 70, top, size=8, **more)


MARKED = line(f"{FULL}1", 70, 60, width=410, raised=(len(FULL),))


@pytest.mark.parametrize(
    ("lines", "signs"),
    [
        ([MARKED, *body(9, 72), small("1 Vgl. den Bericht der Kommission")], ["1"]),
        ([MARKED, *body(9, 72), small("1 Ebenda.")], ["1"]),
        ([*body(9), small("* Ein Hinweis zur Sprache")], ["*"]),
        ([*body(9), small("7 Vgl. den Bericht")], ["7"]),
        ([*body(9), small("7 km")], []),  # no mark, no word
        ([*body(9), small("7. Wie bewertet die Regierung den Plan?")], []),  # a question
        ([small("7 Wie bewertet die Regierung den Plan?", 80), *body(9)], []),  # the answer is below
        ([*body(9), small("25, 26"), small("8,5", 720)], []),
        ([MARKED, *body(9, 72), line("1 Vgl. den Bericht", 70, 700)], []),  # as large as the text
    ],
)
def test_small_print_with_a_mark_or_below_all_text_is_a_footnote(lines, signs):
    pages = [page(lines)]
    layout = measure(pages)
    assert list(footnotes(list(blocks(pages, layout)), layout).values()) == signs


def noted(*pages):
    """Return the anchors of the footnotes of a document: text of the passage up to the end of the mark."""
    found = split(clean([page(lines, n) for n, lines in enumerate(pages, 1)])).passages
    return [
        found[p.anchor.passage].text[: p.anchor.end][-6:] if p.anchor else None
        for p in found if p.kind == "footnote"
    ]  # fmt: skip


def marked(text, top):
    return [*rows([f"{FULL}"], 70, top, width=410), line(text, 70, top + 12, raised=(len(text) - 1,))]


def test_notes_of_one_number_belong_to_the_marks_of_their_pages():
    first = [*marked("in den Netzen1", 60), *body(9, 90), small("1 Vgl. den ersten Bericht")]
    second = [*marked("in den Wäldern1", 60), *body(9, 90), small("1 Vgl. den zweiten Bericht")]
    assert noted(first, second) == ["etzen1", "ldern1"]


def test_a_note_may_follow_on_a_later_page():
    first = [*marked("in den Netzen1", 60), *body(9, 90)]
    assert noted(first, [*body(9, 60), small("1 Vgl. den ersten Bericht")]) == ["etzen1"]


def test_a_note_without_a_mark_has_no_anchor():
    assert noted([*body(9, 60), small("1 Vgl. den ersten Bericht")]) == [None]


def test_anchors_count_in_the_text_of_the_passage():
    """Spaces that are left out and words that are joined shift them."""
    first = [
        line("Die  Regierung legt den Plan für den Aus-", 70, 60),
        line("bau der Netze1 vor.", 70, 72, raised=(13,)),
    ]
    found = split(clean([page([*first, *body(9, 100), small("1 Vgl. den ersten Bericht")])])).passages
    (note,) = (p for p in found if p.kind == "footnote")
    assert found[0].text[: note.anchor.end].endswith("Ausbau der Netze1")
    assert note.anchor.end - note.anchor.start == 1
