"""Kinds and roles of passages in PDFs: items, remarks, contents without page numbers."""

from __future__ import annotations

import pytest

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.read import read_pages
from pipeline.split import split
from tests.pdf_writer import Text, paragraph, write

SENTENCE = "Wir bauen die Netze im Land aus und fördern die Betriebe."


def passages(path, *pages):
    read = read_pages(write(path / "a.pdf", [*pages]), settings=Read(ocr=False, ocr_dpi=150, password=""))
    return split(clean(list(read))).passages


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("§ 6 regelt, wie lange die Abgabe zu zahlen ist.", "paragraph"),
        ("§ 6 NetzG ersetzt die bisherige Abgabe.", "paragraph"),
        ("§ 7 Absatz 2 Satz 1 des Musterstadtgesetzes wird aufgehoben.", "paragraph"),
        ("(2. Hafenänderungsgesetz)", "paragraph"),
        ("§ 6 Zahlung der Abgabe", "item"),
        ("(2) Die Abgabe ist im Voraus zu zahlen.", "item"),
    ],
)
def test_sentences_about_a_section_and_remarks_in_brackets_are_no_items(tmp_path, text, kind):
    page = [Text(70, 100 + 30 * n, row) for n, row in enumerate((SENTENCE, text, SENTENCE))]
    assert [(p.kind, p.text) for p in passages(tmp_path, page)] == [
        ("paragraph", SENTENCE), (kind, text), ("paragraph", SENTENCE),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [("(noch Kapitel 0815)", "paragraph"), ("(Beispiel)", "paragraph"), ("(Land) und Stadt", "heading")],
)
def test_what_stands_in_brackets_is_no_heading(tmp_path, text, kind):
    page = [Text(70, 100, text, 14, "bold"), *paragraph(70, 130, [SENTENCE] * 6)]
    assert passages(tmp_path, page)[0].kind == kind


def test_contents_without_page_numbers_end_where_their_first_entry_heads_the_text(tmp_path):
    entries = ["Arbeit", "Wohnen im Land", *["Netze und Wege in allen Städten und Dörfern im Norden"] * 9]
    title = Text(70, 60, "Programm für das Land", 24, "bold")
    listed = [title, Text(70, 90, "Inhalt", 14, "bold"), *paragraph(70, 120, entries)]
    heads = [Text(70, 60, "Arbeit", 14, "bold"), Text(70, 90, "Lohn", 12, "bold")]
    text = [*heads, *paragraph(70, 120, [SENTENCE] * 6)]
    found = [(p.kind, p.role) for p in passages(tmp_path, listed, text)]
    assert found[-3:] == [("heading", ""), ("heading", ""), ("paragraph", "")]
    assert [role for _, role in found[:-3]] == ["", *["contents"] * (len(found) - 4)]


@pytest.mark.parametrize(
    ("first", "second", "n"),
    [
        ("Wir wollen die Netze und alle Wege", "zu den Häfen im Norden erneuern.", 1),
        ("Wir wollen die Netze und alle Wege", "Die Wege zu den Häfen sind zu schmal.", 2),
        ("Netze", "zu den Häfen im Norden sind zu erneuern.", 2),
    ],
)
def test_a_stressed_sentence_goes_on_in_plain_type(tmp_path, first, second, n):
    rows = [Text(70, 100, first, font="bold"), Text(70, 112, second), *paragraph(70, 160, [SENTENCE] * 8)]
    assert len(passages(tmp_path, rows)) == n + 1


def test_a_stressed_sentence_goes_on_in_plain_type_on_the_next_page(tmp_path):
    stressed = Text(70, 720, "Wir wollen die Netze in allen Städten und die We-", font="bold")
    last = [*paragraph(70, 600, [SENTENCE] * 8), stressed]
    plain = [*paragraph(70, 60, ["ge zu den Häfen im Norden erneuern.", SENTENCE]), Text(70, 110, SENTENCE)]
    found = passages(tmp_path, last, plain)
    assert [p.pages for p in found if "die Wege zu" in p.text] == [(1, 2)]
    assert {p.kind for p in found} == {"paragraph"}


@pytest.mark.parametrize(
    ("first", "second", "n"),
    [
        ("IV.3 Starke Städte und", "ihr Umland", 1),
        ("IV.3 Starke Städte für gutes", "Leben", 1),
        ("Zu Nummer 2 (§ 3 Nummer 4,", "§ 27 Absatz 1)", 1),
        ("Starke Städte", "Das Umland", 2),
    ],
)
def test_the_second_line_of_a_heading_may_be_indented(tmp_path, first, second, n):
    heads = [Text(70, 100, first, 12, "bold"), Text(92, 114, second, 12, "bold")]
    found = passages(tmp_path, [*heads, *paragraph(70, 150, [SENTENCE] * 8)])
    assert [p.kind for p in found].count("heading") == n
