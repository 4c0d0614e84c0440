"""Notes in the margin that repeat the text are found, others stay."""

from __future__ import annotations

import pytest

from pipeline.reading.layout import body_type
from pipeline.reading.sidenotes import sidenotes
from tests.builders_pages import line, page, rows

TEXT = ["Wir senken die Steuern für kleine Betriebe und", "bauen Vorschriften ab, damit Handwerk und Mit-",
        "telstand wieder Luft bekommen. Dazu gehört ein", "Gesetz, das Fristen kürzt und Anträge bündelt.",
        "Auch die Länder sollen ihre Regeln prüfen."]  # fmt: skip
SAME, OTHER = ["Steuern für kleine", "Betriebe senken"], ["Siehe auch Kapitel", "Gesundheit, Pflege"]


def note(texts, x0=40.0, top=110.0, **more):
    return rows(texts, x0, top, lead=8, **{"size": 7, "italic": True, "width": 80, **more})


def found(*pages, known=()):
    numbered = [page([*rows(TEXT, 150, 100), *notes], n) for n, notes in enumerate(pages, 1)]
    return sidenotes(numbered, body_type(numbered), {p.number: known for p in numbered})


@pytest.mark.parametrize(
    ("notes", "n"),
    [
        (note(SAME), 1),
        (note(SAME, 450), 1),
        (note(["Mittelstand und", "Hand-", "werk bekommen Luft"]), 1),
        (note(SAME) + note(SAME, top=140), 2),
        (note(SAME, italic=False, font="Rand"), 1),
        (note(SAME, italic=False, color=0xFF0000), 1),
        (note(OTHER), 0),
        (note(["Steuern senken", "jetzt"]), 0),  # two words prove nothing
        (note(SAME, italic=False), 0),  # set as the text is
        (note(SAME, size=10), 0),
        (note(SAME, 200), 0),  # over the text
        (note(SAME, top=400), 0),  # below the text, as footnotes are
        (note(SAME, rotated=True), 0),
        ([], 0),
    ],
)
def test_small_lines_beside_the_text_that_say_the_same(notes, n):
    assert len(found(notes)) == n


def test_a_note_is_its_page_and_the_positions_of_its_lines():
    assert found([], note(SAME), note(SAME) + note(SAME, top=140)) == [
        (2, [5, 6]), (3, [5, 6]), (3, [7, 8])
    ]  # fmt: skip


def test_a_note_may_end_below_the_text():
    assert found(note(["Länder sollen", "ihre Regeln und", "Anträge prüfen"], top=185)) == [(1, [5, 6, 7])]


@pytest.mark.parametrize(("n_same", "n_other", "n"), [(5, 1, 6), (5, 3, 5), (4, 1, 4)])
def test_notes_in_other_words_go_with_most_of_their_style(n_same, n_other, n):
    assert len(found(*[note(SAME)] * n_same, *[note(OTHER)] * n_other)) == n


def test_notes_of_another_style_do_not_go_with_them():
    assert len(found(*[note(SAME)] * 6, note(OTHER, font="Anders"))) == 6


def test_lines_that_are_out_already_are_no_notes():
    assert found(note(SAME), known={5, 6}) == []


def test_too_little_text_has_no_notes():
    lines = [*rows(TEXT[:4], 150, 100), *note(SAME), line("Ende", 150, 400, size=12)]
    assert sidenotes([page(lines)], body_type([page(lines)]), {1: ()}) == []
