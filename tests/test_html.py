"""HTML pages to blocks: notes and raised characters, line breaks, furniture of pages."""

from __future__ import annotations

import pytest

from pipeline.reading.html import blocks
from pipeline.reading.unpaged import passages
from pipeline.records import Passage


def read(page: str) -> list[Passage]:
    return passages(blocks(f"<html><body>{page}</body></html>"))


def texts(page: str) -> list[str]:
    return [passage.text for passage in read(page)]


def notes(page: str) -> list[tuple[str, str, str]]:
    """Return sign and text of the notes of a page, and the text up to their mark."""
    found = read(page)
    return [
        (p.note, p.text, found[p.anchor.passage].text[: p.anchor.start] if p.anchor else "")
        for p in found if p.kind == "footnote"
    ]  # fmt: skip


def test_the_mark_of_a_note_leaves_its_word_and_an_exponent_stays() -> None:
    page = (
        "<p>Klimaschutz<sup>3</sup> braucht 5 m<sup>2</sup> Wald und weniger CO<sub>2</sub>.<sup>4</sup></p>"
    )
    assert texts(page) == ["Klimaschutz braucht 5 m² Wald und weniger CO2."]


@pytest.mark.parametrize(
    ("call", "note"),
    [
        (
            '<sup><a href="#n" id="r">1</a></sup>',
            '<ol><li id="n"><p>Ohne Watt. <a href="#r">Zurück</a></p></li></ol>',
        ),
        ('<sup id="r"><a href="#n">[1]</a></sup>', '<p id="n"><a href="#r">↑</a> Ohne Watt.</p>'),
        ('<a href="#n"><sup>1</sup></a>', '<p><sup><a name="n" href="#r">1</a></sup> Ohne Watt.</p>'),
        (
            '<a href="#n" name="r"><span>[1]</span></a>',
            '<div><p><a href="#r" name="n">[1]</a> Ohne Watt.</p></div>',
        ),
        ('<a href="#n" role="doc-noteref">1</a>', '<aside id="n" role="doc-footnote">Ohne Watt.</aside>'),
        ("<sup>1</sup>", "<p><sup>1</sup> Ohne Watt.</p>"),
        ("<sup>1)</sup>", "<table><tr><td><sup>1)</sup> Ohne Watt.</td></tr></table>"),
    ],
)
def test_notes_are_known_and_linked_to_their_marks(call: str, note: str) -> None:
    page = f"<h1>Plan</h1><p>Mehr Wald{call} hilft.</p>{note}"
    assert notes(page) == [("1", "Ohne Watt.", "Mehr Wald")]
    assert texts(page)[1] == "Mehr Wald hilft."


def test_notes_in_lines_of_one_paragraph_are_told_apart() -> None:
    page = "<p>Mehr Wald<sup>1</sup> und Watt<sup>2</sup>.</p>"
    page += "<p><sup>1</sup> Vgl. Plan.<br><sup>2</sup> Ebenda.</p>"
    assert notes(page) == [("1", "Vgl. Plan.", "Mehr Wald"), ("2", "Ebenda.", "Mehr Wald und Watt")]


def test_several_marks_that_are_raised_together_leave_no_commas() -> None:
    calls = '<sup>[<a href="#a">1</a>, <a href="#b">2</a>]</sup>'
    page = f'<p>Mehr Wald{calls} hilft.</p><p id="a">Vgl. Plan.</p><p id="b">Ebenda.</p>'
    assert texts(page)[0] == "Mehr Wald hilft."
    assert notes(page) == [("1", "Vgl. Plan.", "Mehr Wald"), ("2", "Ebenda.", "Mehr Wald")]


def test_a_list_of_sections_has_no_notes() -> None:
    page = '<ul><li><a href="#k1">1</a> Wald</li></ul><div id="k1"><p>Mehr Wald.</p></div>'
    assert notes(page) == [] and texts(page) == ["1 Wald", "Mehr Wald."]


def test_a_bold_start_with_a_mark_is_a_lead_in() -> None:
    (found,) = read("<p><b>Bauland<sup>1</sup>:</b> Mehr davon für alle.</p>")
    assert (found.text, found.lead_in) == ("Bauland: Mehr davon für alle.", len("Bauland:"))


def test_two_line_breaks_part_paragraphs_and_one_does_not_part_a_word() -> None:
    assert texts("<div>Wir bauen<br>Netze aus.<br> <br>Wir pflegen Wälder.</div>") == [
        "Wir bauen Netze aus.", "Wir pflegen Wälder."
    ]  # fmt: skip
    assert texts("<h2>Wald-<br>pflege und<br>Klima-<br>und Wasserschutz</h2>") == [
        "Waldpflege und Klima- und Wasserschutz"
    ]


def test_banners_and_links_over_the_navigation_are_no_text() -> None:
    text = "<main><h1>Cookies im Netz</h1><p class='cookie'>Wir regeln, was Seiten speichern.</p></main>"
    banner = '<div class="cookie-notice"><p>Diese Seite speichert etwas.</p></div>'
    page = f'<a class="skip-link" href="#x">Zum Inhalt</a><div role="navigation">Start</div>{text}{banner}'
    assert texts(page) == ["Cookies im Netz", "Wir regeln, was Seiten speichern."]
    assert texts(f'<div id="cookie-page">{text}</div>') == texts(text)


def test_deleted_words_are_left_out_and_quoted_ones_have_their_marks() -> None:
    assert texts("<p>Der Bund <del>kann</del> <ins>muss</ins> zahlen: <q>sofort</q>.</p>") == [
        "Der Bund muss zahlen: „sofort“."
    ]


def kinds(page: str) -> list[tuple[str, int, str]]:
    return [(p.kind, p.level, p.text) for p in read(page)]


def test_lines_with_typed_bullets_are_items() -> None:
    page = (
        "<h1>Plan</h1><p><b>Ziele:</b><br>– mehr Wald<br>für alle<br>– mehr Watt<br>Das ist unser Plan.</p>"
    )
    assert kinds(page)[1:] == [
        ("paragraph", 0, "Ziele:"), ("item", 1, "mehr Wald für alle"), ("item", 1, "mehr Watt"),
        ("paragraph", 0, "Das ist unser Plan."),
    ]  # fmt: skip
    assert kinds("<p>Der Bund<br>– anders als das Land –<br>zahlt.</p>") == [
        ("paragraph", 0, "Der Bund – anders als das Land – zahlt.")
    ]


@pytest.mark.parametrize(("role", "title"), [("", "<h1>Plan</h1>"), ("presentation", "<p>Ein Plan.</p>")])
def test_a_table_that_lays_out_the_page_has_paragraphs(role: str, title: str) -> None:
    data = "<table><tr><td>2021</td></tr></table>"
    page = f"<table role='{role}'><tr><td>{title}<p>Wir bauen Netze aus.</p>{data}</td></tr></table>"
    assert kinds(page)[1:] == [("paragraph", 0, "Wir bauen Netze aus."), ("cell", 0, "2021")]


def test_a_heading_may_be_one_by_its_role() -> None:
    page = '<h1>Plan</h1><div role="heading" aria-level="3">Netze</div><p role="heading">Wald</p>'
    assert kinds(page)[1:] == [("heading", 3, "Netze"), ("heading", 2, "Wald")]


def test_marks_in_a_row_leave_no_comma_and_glue_no_sentences() -> None:
    page = (
        "<p>Der Bund zahlt.<sup>1</sup><sup>,</sup><sup>2</sup> Das Land hilft.<sup>3 </sup>Alle sparen.</p>"
    )
    assert texts(page) == ["Der Bund zahlt. Das Land hilft. Alle sparen."]


@pytest.mark.parametrize(
    "page",
    [
        "<p>Wald" + "<sup>1</sup><sup></sup>" * 20_000 + "</p>",
        "<p>Wald" + '<sup><a href="#n">1</a></sup>' * 5_000 + '</p><div id="n">' + "<b>Ein Wort</b>" * 5_000,
    ],
)
def test_hostile_pages_of_marks_end(page: str) -> None:
    assert texts(page)[0] == "Wald"


def test_contents_and_what_leads_through_a_page_are_no_text() -> None:
    entries = "".join(f'<li><a href="#k{at}">{at}. Kapitel</a></li>' for at in range(3))
    skip = '<ul class="skiplinks"><li><a href="#k0">Zum Text</a></li></ul>'
    trail = '<ul class="breadcrumb"><li>Start</li></ul>'
    chapter = '<h2 id="k0">0. Kapitel <a href="#k0">¶</a></h2><p>Wir bauen Netze aus.</p>'
    others = '<ul><li><a href="#k0">Kapitel 0</a> nennt mehr.</li></ul>'
    page = f"{skip}{trail}<ol>{entries}</ol>{chapter}{others}"
    assert texts(page) == ["0. Kapitel", "Wir bauen Netze aus.", "Kapitel 0 nennt mehr."]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<ol><li>Netze<li><p>Watt</p><p>Mehr.</p></ol>", ["1. Netze", "2. Watt", "Mehr."]),
        ('<ol start="3"><li>Netze<li value="7">Watt<li>Wald</ol>', ["3. Netze", "7. Watt", "8. Wald"]),
        ('<ol type="a"><li>Netze<ol type="I"><li>Watt</ol></ol>', ["a. Netze", "I. Watt"]),
        ("<ol reversed><li>Netze<li>Watt</ol>", ["2. Netze", "1. Watt"]),
        ('<ol style="list-style: none"><li>Netze</ol>', ["Netze"]),
        ("<ol><li><h3>Netze</h3>Mehr Watt.</ol>", ["1. Netze", "Mehr Watt."]),
        ("<ol><li> <ul><li>Netze</ul></ol>", ["1. Netze"]),
        ("<ol><li>1. Netze</ol>", ["1. Netze"]),
        ("<ul><li>Netze</ul>", ["Netze"]),
    ],
)
def test_items_have_the_numbers_that_a_browser_prints(page: str, expected: list[str]) -> None:
    assert texts(page) == expected


def test_the_number_of_an_item_belongs_to_its_bold_start() -> None:
    found = read("<ol><li><b>Bauland:</b> Der Bund hilft.</ol>")[0]
    assert found.text[: found.lead_in] == "1. Bauland:"
