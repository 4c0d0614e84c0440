"""What is taken out of pages and why, and the order of the rest."""

from __future__ import annotations

import pytest

from pipeline.clean import clean
from pipeline.records import Page
from tests.builders_pages import FULL, body, line, page, rows


def cleaned(*pages):
    return clean([page(lines, i) for i, lines in enumerate(pages, 1)])


def dropped(result, number=1):
    return {d.text: d.why for d in result.dropped if d.page == number}


def kept(result, number=1):
    return [x.text for x in result.pages[number - 1].lines]


def test_running_heads_and_page_numbers_go():
    pages = [
        [line("Programm für morgen", 70, 40), line(str(n), 500, 800), *body(8, 120)] for n in range(1, 7)
    ]
    result = cleaned(*pages)
    for n in range(1, 7):
        assert set(dropped(result, n)) == {"Programm für morgen", str(n)}
        assert len(kept(result, n)) == 9


def test_heads_that_change_with_the_chapter_are_known_by_their_style():
    heads = ["Arbeit", "Arbeit", "Wohnen", "Europa", "Pflege", "Klima", "Rente", "Sport"]
    pages = [[line(head, 70, 40, size=8, font="Kopf"), *body(8, 120, x0=70)] for head in heads]
    assert dropped(cleaned(*pages), 4) == {"Europa": "head_or_foot"}


def test_headings_that_begin_pages_stay():
    titles = ["Arbeit", "Wohnen", "Europa", "Pflege", "Klima", "Rente"]
    pages = [[line(title, 70, 60, size=20, font="Titel", bold=True), *body(8, 120)] for title in titles]
    result = cleaned(*pages)
    assert [kept(result, n)[0] for n in range(1, 7)] == titles


def test_a_sentence_that_two_pages_begin_alike_stays():
    pages = [[line("Wir handeln jetzt.", 70, 60), *body(8, 90)], body(9, 60), body(9, 60), body(9, 60)]
    pages.append([line("Wir handeln jetzt.", 70, 60), *body(8, 90)])
    assert kept(cleaned(*pages), 1)[0] == "Wir handeln jetzt."


@pytest.mark.parametrize("x0", [30, 560])
def test_numbers_of_lines_in_the_margin_go(x0):
    text = rows([FULL] * 12, 70, 100)
    numbers = [line(str(40 + i), x0, 100 + 12 * i, width=12) for i in range(12)]
    result = cleaned([x for pair in zip(numbers, text, strict=True) for x in pair], body(8, 120))
    assert set(dropped(result).values()) == {"line_number"}
    assert kept(result) == [FULL] * 12


def test_a_column_of_figures_in_the_text_stays():
    figures = [line(str(n), 300, 100 + 12 * i) for i, n in enumerate([12, 7, 30, 4])]
    assert not dropped(cleaned([*figures, *body(6, 200)]))


def test_marks_of_columns_go_where_they_stand_in_the_margin():
    marks = [line("(A)", 30, 100), line("(C)", 560, 100), line("(B)", 30, 400), line("(D)", 560, 400)]
    result = cleaned([*marks, *rows([FULL] * 10, 70, 100)])
    assert dropped(result) == dict.fromkeys(["(A)", "(B)", "(C)", "(D)"], "column_mark")


def test_watermarks_and_turned_labels_go():
    pages = []
    for _ in range(4):
        mark = line("Vorabfassung – wird ersetzt", 60, 300, size=30, rotated=True)
        pages.append([mark, line("Entwurf", 260, 420, size=40), *body(6, 100), *body(6, 520)])
    why = dropped(cleaned(*pages), 2)
    assert why["Vorabfassung – wird ersetzt"] == "turned_text"
    assert why["Entwurf"] == "watermark"


def test_text_outside_the_page_goes():
    result = cleaned([line("Impressum", -300, 100), *body(6, 100)])
    assert dropped(result) == {"Impressum": "outside_page"}


def test_pages_without_usable_text_are_dropped_whole_with_their_reason():
    lost = Page(
        number=1, width=595, height=842, lines=(line("%XQGHVWDJ"),), text_source="none", reason="no map"
    )
    result = clean([lost])
    assert [(d.text, d.why) for d in result.dropped] == [("%XQGHVWDJ", "unreadable")]
    assert result.pages[0].lines == ()


def test_margin_notes_that_repeat_the_text_go_and_others_stay():
    text = rows(
        ["Wir fordern die Senkung der Steuern für kleine", "Betriebe und den Abbau von Vorschriften."] * 4,
        150,
        100,
    )
    note = [
        line("Wir fordern die", 40, 110, size=7, italic=True),
        line("Senkung der Steuern", 40, 118, size=7, italic=True),
    ]
    other = [
        line("Siehe Kapitel", 40, 110, size=7, italic=True),
        line("Gesundheit", 40, 118, size=7, italic=True),
    ]
    assert "margin_note" in dropped(cleaned([*text, *note])).values()
    assert not dropped(cleaned([*text, *other]))


def test_two_columns_are_read_one_after_the_other():
    left = rows([f"Links steht Zeile Nummer {i} im Text" for i in range(8)], 60, 100)
    right = rows([f"Rechts steht Zeile Nummer {i} im Text" for i in range(8)], 320, 100)
    zigzag = [x for pair in zip(left, right, strict=True) for x in pair]
    for order in ([*left, *right], zigzag):
        result = cleaned(order)
        assert kept(result) == [x.text for x in [*left, *right]]
        assert [x.block for x in result.pages[0].lines] == [1] * 8 + [2] * 8


def test_a_heading_over_both_columns_parts_them():
    top = [
        *rows(["Links oben steht ein Satz hier"] * 6, 60, 100),
        *rows(["Rechts oben steht ein Satz hier"] * 6, 320, 100),
    ]
    head = line(
        "Eine Überschrift, die über beide Spalten hinweg läuft und breit ist", 60, 190, size=14, bold=True
    )
    low = [
        *rows(["Links unten steht ein Satz hier"] * 6, 60, 220),
        *rows(["Rechts unten steht ein Satz hier"] * 6, 320, 220),
    ]
    assert kept(cleaned([*top, head, *low])) == [x.text for x in [*top, head, *low]]


def test_the_order_of_the_file_is_kept_where_boxes_stand_side_by_side():
    text = body(10, 100, x0=60)
    box = rows(["Kasten am Rand"] * 3, 520, 120, width=60)
    assert kept(cleaned([*text, *box]))[-3:] == ["Kasten am Rand"] * 3


def test_what_the_file_draws_last_but_stands_on_top_is_read_first():
    head = line("Überschrift", 70, 60, size=16, bold=True)
    assert kept(cleaned([*body(6, 100), head]))[0] == "Überschrift"


def test_rows_are_put_together_again():
    parts = [
        line("•", 70, 100),
        line("Wir bauen Brücken", 90, 100),
        line("1.", 70, 130),
        line("Erstens", 100, 130),
    ]
    assert kept(cleaned([*parts, *body(6, 200)]))[:2] == ["• Wir bauen Brücken", "1. Erstens"]


def test_letters_of_symbol_fonts_become_bullets():
    lines = [line("n", 70, 100, font="Wingdings"), line("Wir bauen Brücken", 90, 100), *body(6, 200)]
    assert kept(cleaned(lines))[0] == "■ Wir bauen Brücken"


def test_an_x_of_the_symbol_font_is_a_bullet():
    lines = [line("x", 70, 100, font="SymbolMT"), line("Wir bauen Brücken", 90, 100), *body(6, 200)]
    assert kept(cleaned(lines))[0] == "• Wir bauen Brücken"
