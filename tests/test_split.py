"""Passages: paragraphs, headings, items, contents, footnotes, roles, boxes."""

from __future__ import annotations

import random
import re
import unicodedata

import pypdfium2
import pytest

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.read import read_pages
from pipeline.records import Passage, boxes, n_letters
from pipeline.split import from_passages, page_text, split
from tests.builders_pages import FULL, body, line, page, passages, rows
from tests.pdf_writer import Text, paragraph, write


def kinds(*pages):
    return [(p.kind, p.text) for p in passages(*pages)]


def test_lines_are_joined_and_hyphens_dropped():
    (found,) = passages(rows([FULL[:-3] + "markt-", "wirtschaft und Planungs-", "und Bauzeit."]))
    assert found.text.endswith("marktwirtschaft und Planungs- und Bauzeit.")
    assert "".join(piece.raw for piece in found.pieces).count("markt-") == 1


@pytest.mark.parametrize(
    ("second", "n"),
    [
        (lambda: body(3, 100 + 12 * 8), 2),  # a gap of one line
        (
            lambda: (
                [
                    line(
                        "   ".strip() + "Neuer Absatz, eingerückt und ganz gefüllt bis zum Rand hin",
                        90,
                        184,
                        width=415,
                    ),
                    *body(3, 196),
                ]
            ),
            2,
        ),
        (lambda: body(3, 100 + 12 * 7), 2),  # only the short last line before it
    ],
)
def test_gap_indent_and_short_line_begin_a_paragraph(second, n):
    assert len(passages([*body(6, 100), *second()])) == n


def test_a_full_line_goes_on():
    assert len(passages(rows([FULL] * 12))) == 1


def test_a_sentence_goes_on_over_column_and_page():
    left = rows(["Der Satz beginnt links und er geht"] * 8, 60, 100)
    right = rows(["rechts weiter und endet dort bald"] * 8, 320, 100)
    assert len(passages([*left, *right])) == 1
    found = passages(rows([FULL] * 5, 70, 700), rows(["weiter auf der nächsten Seite."], 70, 100))
    assert [p.pages for p in found] == [(1, 2)]


def test_a_new_sentence_on_a_new_page_is_a_new_paragraph():
    found = passages(body(5, 600), body(5, 100))
    assert [p.pages for p in found] == [(1,), (2,)]


def test_page_text_cuts_a_passage_at_the_page():
    text = split(clean([page(rows([FULL] * 2, 70, 700), 1), page(rows(["weiter hier."], 70, 100), 2)]))
    assert page_text(text.passages, 1) == f"{FULL} {FULL}"
    assert page_text(text.passages, 2) == "weiter hier."
    assert page_text(text.passages, 3) == ""


def test_page_text_shows_the_hyphen_of_a_word_that_the_page_cuts():
    text = split(
        clean([page(rows([FULL, FULL[:-3] + "wer-"], 70, 700), 1), page(rows(["den alle."], 70, 100), 2)])
    )
    assert text.passages[0].text.endswith("werden alle.")
    assert page_text(text.passages, 1).endswith("wer-")
    assert page_text(text.passages, 2) == "den alle."


def test_headings_by_size_weight_and_capitals_with_levels():
    lines = [
        line("Das Programm", 70, 60, size=24, bold=True),
        line("1. Arbeit", 70, 110, size=16, bold=True), *body(5, 140),
        line("Gute Löhne", 70, 240, bold=True), *body(5, 260),
        line("2. Wohnen", 70, 360, size=16, bold=True), *body(5, 390),
    ]  # fmt: skip
    found = passages(lines)
    assert [(p.level, p.text) for p in found if p.kind == "heading"] == [
        (1, "Das Programm"), (2, "1. Arbeit"), (3, "Gute Löhne"), (2, "2. Wohnen")
    ]  # fmt: skip
    assert [p.heading_path for p in found if p.kind == "paragraph"] == [
        ("1. Arbeit",), ("1. Arbeit", "Gute Löhne"), ("2. Wohnen",)
    ]  # fmt: skip


def test_a_heading_of_two_lines_is_one():
    lines = [
        *rows(["Eine Überschrift, die", "in zwei Zeilen steht"], 70, 60, size=16, lead=20),
        *body(6, 120),
    ]
    assert kinds(lines)[0] == ("heading", "Eine Überschrift, die in zwei Zeilen steht")


def test_bold_sentences_in_the_text_are_no_headings():
    lines = [*rows([FULL] * 3, 70, 100), line(FULL, 70, 136, bold=True), *rows([FULL] * 3, 70, 148)]
    assert {kind for kind, _ in kinds(lines)} == {"paragraph"}


def test_speakers_of_a_protocol_are_no_headings():
    lines = [*body(5, 100), line("Dr. Erika Beispiel (SPD):", 70, 190, bold=True), *body(5, 204)]
    assert "heading" not in [kind for kind, _ in kinds(lines)]


@pytest.mark.parametrize("mark", ["•", "–", "o", "\uf0b7", "■"])
def test_bullets_begin_items_and_are_left_out(mark):
    lines = [
        line("Wir wollen:", 70, 88),
        line(f"{mark} Erstens die Brücken", 70, 100),
        line(f"{mark} Zweitens Wärme", 70, 112),
    ]
    assert kinds([*lines, *body(5, 150)])[1:3] == [
        ("item", "Erstens die Brücken"),
        ("item", "Zweitens Wärme"),
    ]


def test_words_between_two_dashes_are_no_item():
    found = passages([*body(6, 100), line("– Drucksache 18/0000 –", 70, 220), *body(6, 260)])
    assert [(p.kind, p.text) for p in found][1] == ("paragraph", "– Drucksache 18/0000 –")


def test_items_in_items_are_nested():
    lists = [
        line("• Brücken", 70, 100),
        line("• im Norden", 85, 112),
        line("• im Süden", 85, 124),
        line("• Wärme", 70, 136),
    ]
    found = passages([*lists, *body(5, 200)])
    assert [(p.kind, p.level) for p in found] == [
        ("item", 1), ("item", 2), ("item", 2), ("item", 1), ("paragraph", 0)
    ]  # fmt: skip


def test_items_with_the_same_bullet_are_of_one_level_on_every_page():
    first = [line("• Brücken", 70, 100), line("o im Norden", 80, 112), line("o im Süden", 80, 124)]
    second = [line("o im Westen", 70, 100), line("o im Osten", 70, 112), line("• Wärme", 68, 124)]
    found = [p for p in passages([*body(5, 30, lead=9), *first], second) if p.kind == "item"]
    assert [p.level for p in found] == [1, 2, 2, 2, 2, 1]


def test_numbers_begin_items_but_dates_and_titles_do_not():
    lines = [
        line("1. Wer zahlt das?", 70, 100),
        line("a) Der Bund?", 80, 124),
        line("Wenn nein, warum nicht?", 90, 148),
    ]
    assert [kind for kind, _ in kinds([*lines, *body(5, 190)])][:2] == ["item", "item"]
    text = rows(
        [FULL + " am", "1. Januar 2025 und " + FULL[:60], "Dr. Beispiel " + FULL[:60]], 70, 100, width=415
    )
    assert len(passages(text)) == 1
    dates = [line("20. Wahlperiode 12. Mai 2023", 70, 100), line("10. Juni 2023", 70, 140), *body(5, 190)]
    assert {kind for kind, _ in kinds(dates)} == {"paragraph"}


def test_a_lead_in_is_measured_without_its_bullet():
    items = [line("• Wohnen: Wir bauen jedes Jahr mehr Wohnungen im Land.", 70, 100, bold_until=9)]
    found = passages([*items, *body(5, 150)])
    assert found[0].text[: found[0].lead_in] == "Wohnen:"


def test_contents_are_known_and_keep_out_of_the_headings():
    entries = [f"{n}. Kapitel über Arbeit {'.' * 20} {n + 3}" for n in range(1, 9)]
    found = passages([line("Inhalt", 70, 60, size=16, bold=True), *rows(entries, 70, 100)], body(9, 100))
    assert [p.role for p in found][:9] == ["contents"] * 9
    plain = [f"Kapitel über Arbeit und Leben {n * 4}" for n in range(1, 9)]
    assert {p.role for p in passages(rows(plain, 70, 100), body(9, 100)) if p.pages == (1,)} == {"contents"}


def test_rows_of_figures_are_no_contents():
    figures = [f"Ausgaben im Jahr {2010 + n} in Mio. Euro {n}" for n in (90, 20, 70, 10, 50, 30, 60)]
    assert "contents" not in {p.role for p in passages([*rows(figures, 70, 100), *body(9, 300)])}


@pytest.mark.parametrize(
    ("rest", "caption"),
    [
        (["Abbildung 3: Ladepunkte im Land"], "Abbildung 3: Ladepunkte im Land"),
        (["Abb. 2.1 – Wege der Waren"], "Abb. 2.1 – Wege der Waren"),
        (["Tabelle 2:", "Mittel des Landes bis 2030"], "Tabelle 2: Mittel des Landes bis 2030"),
        (["Quelle: Ministerium, eigene Rechnung"], "Quelle: Ministerium, eigene Rechnung"),
    ],
)
@pytest.mark.parametrize("bold", [False, True])
def test_captions_are_not_glued_to_the_text_and_are_no_headings(rest, caption, bold):
    found = passages([*body(5, 100), *rows(rest, top=172, bold=bold), *body(6, 172 + 12 * len(rest))])
    assert [p.kind for p in found] == ["paragraph", "caption", "paragraph"]
    assert found[1].text == caption


def test_a_line_of_a_sentence_that_names_a_table_is_no_caption():
    lines = [*rows([FULL], width=410), line("Tabelle 2. Dies gilt auch im Norden", top=112, width=410)]
    assert [kind for kind, _ in kinds([*lines, *body(5, 124)])] == ["paragraph"]


def test_footnotes_stand_apart():
    lines = [*body(9, 100), *rows(["1 Vgl. Bericht der Kommission.", "2 Ebenda."], 70, 700, size=8)]
    assert kinds(lines)[1:] == [("footnote", "1 Vgl. Bericht der Kommission."), ("footnote", "2 Ebenda.")]


def test_a_footnote_knows_the_place_of_its_mark():
    text = [*rows([f"{FULL}1", f"nach und nach um. {FULL}2"], width=410, raised=(len(FULL),)), *body(9, 124)]
    notes = rows(["1 Vgl. Bericht der Kommission.", "2 Ebenda."], 70, 700, size=8)
    found = passages([*text, *notes])
    first, second = (p for p in found if p.kind == "footnote")
    assert (first.note, second.note) == ("1", "2")
    assert found[first.anchor.passage].text[first.anchor.start - 3 : first.anchor.end] == "vor1"
    assert second.anchor is None


def test_a_block_without_text_shifts_neither_numbers_nor_marks():
    text = [*rows([f"{FULL}1"], width=410, raised=(len(FULL),)), *body(9, 112)]
    notes = rows(["1 Vgl. Bericht der Kommission."], 70, 700, size=8)
    found = passages([line("\u200b", 70, 40), *text, *notes])
    assert [p.number for p in found] == list(range(len(found))) and found[0].text
    (note,) = (p for p in found if p.kind == "footnote")
    assert found[note.anchor.passage].text[note.anchor.start - 3 : note.anchor.end] == "vor1"


def test_a_number_and_its_title_are_one_entry_of_the_path():
    lines = [
        *body(9, 60), line("§ 4", 280, 200), line("Kuratorium", 260, 220, bold=True), *body(9, 240),
    ]  # fmt: skip
    found = passages(lines)
    assert [p.text for p in found if p.kind == "heading"] == ["§ 4", "Kuratorium"]
    assert found[-1].heading_path == ("§ 4 Kuratorium",)


def test_a_section_that_a_bill_inserts_ends_with_its_quotation():
    lines = [
        *body(9, 60), line("„§ 4b", 278, 200), line("Kuratorium", 265, 220),
        *rows(["Das Kuratorium berät („Rat der Zehn“) die Stiftung", "in allem.“"], 70, 240, width=400),
        *rows(["Der Vorstand legt dem Kuratorium jedes Jahr einen", "Bericht vor."], 70, 280, width=400),
    ]  # fmt: skip
    assert [p.heading_path for p in passages(lines)[-2:]] == [("„§ 4b Kuratorium",), ()]


def test_a_preface_ends_where_the_questions_begin():
    lines = [
        line("Vorbemerkung der Regierung", 70, 60, bold=True), *body(6, 80),
        *rows(["1. Wie viele Netze baut der Bund?"], 90, 180), *body(3, 220),
    ]  # fmt: skip
    assert [p.heading_path for p in passages(lines)] == [(), ("Vorbemerkung der Regierung",), (), ()]


def test_persons_with_mail_or_telephone_are_contacts():
    lines = [
        *body(6, 100), line("Ansprechpersonen", 70, 220, bold=True),
        *rows(["Dr. Erika Beispiel, Leiterin", "erika@beispiel.example – 030 / 123456"], 70, 240),
        *rows(["Max Muster, Referent", "max@beispiel.example – 030 / 654321"], 70, 280),
    ]  # fmt: skip
    assert [p.role for p in passages(lines)] == ["", "contact", "contact", "contact"]
    alone = passages([*body(6, 100), *rows(["Max Muster", "max@beispiel.example"], 70, 240)])
    assert [p.role for p in alone] == ["", "contact"]


def test_normalised_text_leads_back_to_the_characters():
    (found,) = passages([line("Die ﬁnanzielle  Lage der W i r t s c h a f t ist\u00ad gut .", 70, 100)])
    assert found.text == "Die finanzielle Lage der Wirtschaft ist gut."
    piece = found.pieces[0]
    at = piece.places()
    assert len(at) == len(found.text) and len(piece.xs) == 8 * len(piece.raw)
    assert piece.raw[at[4]] == piece.raw[at[5]] == "ﬁ"


def test_the_ledger_accounts_for_every_character():
    pages = [page([line("Kopf der Seite", 70, 40), *body(6, 100)], n) for n in range(1, 5)]
    text = split(clean(pages))
    for ledger, one in zip(text.pages, pages, strict=True):
        dropped = sum(n_letters(d.text) for d in text.dropped if d.page == one.number)
        assert ledger.n_chars + dropped == one.n_chars == sum(n_letters(x.text) for x in one.lines)
    assert {d.text for d in text.dropped} == {"Kopf der Seite"}


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", re.sub("[\x02\u00ad\ufffe]", "", text))
    return re.sub(r"[\W_]+", "", text).casefold()


def _under(document, box) -> str:
    """Return what PDFium itself finds in the middle of a box."""
    pdf_page = document[box.page - 1]
    left, _, _, top = pdf_page.get_bbox()
    middle, quarter = top - (box.top + box.bottom) / 2, (box.bottom - box.top) / 4
    return pdf_page.get_textpage().get_text_bounded(
        left=left + box.x0 + 0.2, right=left + box.x1 - 0.2, top=middle + quarter, bottom=middle - quarter
    )


def _wrong(path, n: int) -> list[tuple[str, str]]:
    text = split(clean(list(read_pages(path, settings=Read(ocr=False, ocr_dpi=150, password="")))))
    chance, document, wrong = random.Random(7), pypdfium2.PdfDocument(path), []
    for _ in range(n):
        passage = chance.choice(text.passages)
        words = [m.span() for m in re.finditer(r"\S+", passage.text)]
        first = chance.randrange(len(words))
        start, end = words[first][0], words[min(len(words) - 1, first + chance.randrange(12))][1]
        printed = "".join(_under(document, box) for box in boxes(passage, start, end))
        if _plain(printed) != _plain(passage.text[start:end]):
            wrong.append((passage.text[start:end], printed))
    return wrong


def test_the_words_under_the_boxes_of_a_span_are_the_span(tmp_path):
    left = paragraph(
        60,
        100,
        ["Die soziale Markt-", "wirtschaft bleibt das Leit-", "bild für Baden-", "Württemberg und den"],
    )
    right = paragraph(
        320, 100, ["Bund. Wir stärken die", "Planungs- und Bauämter,", "damit es schneller geht."]
    )
    more = paragraph(70, 60, ["Auf der zweiten Seite steht ein Satz mit 25 Pro-", "zent und „Anführung“."])
    path = write(tmp_path / "a.pdf", [[*left, *right, Text(290, 800, "1")], [*more, Text(290, 800, "2")]])
    assert _wrong(path, 200) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "pdf/2025-koalitionsvertrag-cdu-csu-spd.pdf",
        "pdf/2017-06-02-plenarprotokoll-bt-18-238.pdf",
        "pdf/2013-wahlprogramm-cdu-csu.pdf",
        "pdf/2021-wahlprogramm-afd.pdf",
        "hard/english-federal-register-3col-2020.pdf",
    ],
)
def test_the_words_under_the_boxes_are_the_span_in_real_documents(shared, name):
    assert _wrong(shared / "corpora" / name, 300) == []


@pytest.mark.parametrize(
    ("last", "first", "joined"),
    [
        ("und im Handwerk fehlen bis 2030 rund 60 000 Installa-", "teure, schätzen die Verbände.", True),
        ("und die Länder stimmen dem Entwurf der", "neuen Richtlinie zu, wie der Bund erwartet hat.", True),
        ("und die Länder stimmen dem Entwurf zu.", "neu ist die Frist für kleine Gemeinden im Land.", False),
        ("und die Anlagen nach Absatz 1 stehen im", "Anhang 2 und gelten seit dem Sommer des Jahres.", True),
    ],
)
def test_a_paragraph_goes_on_behind_a_footnote_at_the_foot_of_the_page(last, first, joined):
    note = line("1 Zur Anhörung gingen 214 Stellungnahmen ein.", top=700, size=8)
    above = [line(FULL, width=430), line(last, top=112, width=430), note]
    below = [
        line(first, width=430),
        line("und legt dem Bundestag im Herbst einen Bericht vor.", top=112, width=430),
    ]
    found = passages(above, below)
    texts = [passage.text for passage in found if passage.kind == "paragraph"]
    assert (len(texts) == 1) is joined
    assert [passage.kind for passage in found].count("footnote") == 1


def test_small_print_goes_on_behind_what_stands_at_the_foot_of_the_page():
    """Answers print the questions smaller, and say at the foot of their first page who has answered."""
    last = "und was die Länder dafür tun wollen. Statt"
    next_page = ["Gutachten zu lesen, fragt die Fraktion nach dem", "Stand der Dinge."]
    foot = line("Die Antwort gab das Amt.", top=700, size=9, font="F3")
    above = [*body(9), *rows([FULL, last], top=300, size=9, width=410), foot]
    below = [*rows(next_page, top=60, size=9, width=410), *body(9, 140)]
    found = [passage.text for passage in passages(above, below) if passage.pages == (1, 2)]
    assert found == [" ".join([FULL, last, *next_page])]


def test_a_note_of_one_sentence_has_a_language():
    note = [Passage(number=0, kind="paragraph", text="Die Bürokratie belastet den Mittelstand.")]
    assert from_passages(note).language == "de"
