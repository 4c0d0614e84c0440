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
