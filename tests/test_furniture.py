"""What repeats, counts or stands outside the text is furniture; what is text stays."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pipeline.reading.furniture import body_size, furniture
from pipeline.records import Page
from tests.builders_pages import body, line, page, rows

HEAD, NUMBER, WATERMARK = "head_or_foot", "page_number", "watermark"


def found(*pages):
    """Return the text and the reason of each line found, page by page."""
    numbered = [lines if isinstance(lines, Page) else page(lines, n) for n, lines in enumerate(pages, 1)]
    out = furniture(numbered)
    return [{p.lines[at].text: why for at, why in sorted(out[p.number].items())} for p in numbered]


@pytest.mark.parametrize(
    ("heads", "gone"),
    [
        (["Programm für morgen"] * 6, [1, 1, 1, 1, 1, 1]),
        (["Seite 3", "Seite 4", "Seite 5", "Seite 6"], [1, 1, 1, 1]),
        (["– iii –", "– iv –", "– v –"], [1, 1, 1]),
        (["- 7 \u00ad", "- 8 -", "- 9 \u00ad"], [1, 1, 1]),
        (["8", "10", "12", "14"], [1, 1, 1, 1]),  # sheets of two pages
        (["Drucksache 20/17"] * 2, [1, 1]),
        (["Unser Plan", "Arbeit", "Wohnen", "Europa", "Klima"], [0, 0, 0, 0, 0]),
        (["Unser Plan"] + [""] * 8 + ["Unser Plan"], [0] * 10),  # far apart
        (["12", "7", "30", "19"], [0, 0, 0, 0]),  # counts nothing
        (["", "", "", "", "-5-", "6"], [0, 0, 0, 0, 1, 0]),  # OCR misses some numbers of a letter
        (["", "", "", "", "– 4 –", ""], [0, 0, 0, 0, 0, 0]),
        (["2025", "1990", "2030"], [0, 0, 0]),
        (
            ["\u0131", "\u0131\u0131", "\u0131\u0131\u0131"],
            [0, 0, 0],
        ),  # OCR of a scan: a dotless i is no numeral
    ],
)
def test_running_heads_repeat_or_count(heads, gone):
    pages = [[line(head, 70, 40)] * bool(head) + body(6, 200) for head in heads]
    assert [len(x) for x in found(*pages)] == gone
    assert {why for x in found(*pages) for why in x.values()} <= {HEAD, NUMBER}


@pytest.mark.parametrize(("source", "gone"), [("ocr", [1, 2, 3, 4, 5]), ("text", [])])
def test_heads_that_ocr_reads_in_several_ways_are_one_but_the_heading_below_stays(source, gone):
    heads = ["WIRTSCHAFT", "WIRISCHAFT -", ". WIRTSCHAFT", "WIRTSCHAFTE", "WIRTSGHAFT", "Anderes Thema"]
    pages = [page([line(head, 70, 50 + 2 * n), *body(6, 300)], n) for n, head in enumerate(heads, 1)]
    heading = line("Wirtschaft", 70, 100, size=14)
    pages[0] = page([pages[0].lines[0], heading, *body(6, 300)], 1)
    known = furniture([replace(one, text_source=source) for one in pages])
    assert [n for n, lines in known.items() if lines] == gone
    assert all(list(known[n]) == [0] for n in gone)


def test_a_head_that_ocr_reads_like_two_before_counts_for_the_one_met_first():
    heads = ["Arbeit und guter Lohn", "A", "B", "Arbeit und guter Lohn", "d guter Lohn", "t und guter Lohn"]
    pages = [page([line(head, 70, 50), *body(6, 300)], n) for n, head in enumerate(heads, 1)]
    known = furniture([replace(one, text_source="ocr") for one in pages])
    assert [n for n, lines in known.items() if lines] == [1, 4, 6]


@pytest.mark.parametrize(("text", "gone"), [("1", True), ("4", False), ("Vorwort", False)])
def test_the_only_page_has_its_own_number(text, gone):
    assert found([*body(6, 200), line(text, 290, 800)]) == [{text: NUMBER} if gone else {}]


@pytest.mark.parametrize(("top", "gone"), [(40, True), (300, False)])
def test_heads_stand_in_the_zone_of_heads(top, gone):
    pages = [[line(f"Seite {n}", 70, top), *body(6, 400)] for n in range(1, 6)]
    assert [bool(x) for x in found(*pages)] == [gone] * 5


def test_one_unsure_row_outside_a_running_head_goes_with_it():
    outside = ["Arbeit und Löhne", "Pflege im Alter", "Ein Europa für alle", "Klima"]
    pages = [[line(text, 70, 30), line("Unser Plan", 70, 50), *body(6, 200)] for text in outside]
    assert [set(x) for x in found(*pages)] == [{text, "Unser Plan"} for text in outside]
    inside = [[line("Unser Plan", 70, 30), line(text, 70, 50), *body(6, 200)] for text in outside]
    assert [set(x) for x in found(*inside)] == [{"Unser Plan"}] * 4


def test_heads_in_a_style_of_their_own_are_known_by_it_but_large_ones_are_titles():
    names = ["Arbeit", "Wohnen", "Europa", "Pflege", "Klima"]
    small = [[line(name, 70, 40, size=8, font="Kopf"), *body(6, 200)] for name in names]
    large = [[line(name, 70, 40, size=20, font="Kopf"), *body(6, 200)] for name in names]
    assert found(*small) == [{name: HEAD} for name in names]
    assert found(*large) == [{}] * 5


@pytest.mark.parametrize(
    ("numbers", "x0", "gone"),
    [
        ([1, 2, 3, 4], 30, True),
        ([5, 10, 15, 20], 560, True),
        ([3, 6, 9, 12], 30, False),  # no step that editors use
        ([12, 7, 30, 4], 30, False),
        ([1, 2, 3, 4], 200, False),  # a column of figures
        ([1, 2], 30, False),
        (["¹", "²", "³"], 30, False),  # marks of footnotes
    ],
)
def test_numbers_of_lines_rise_steadily_in_a_margin(numbers, x0, gone):
    text = rows(["Die Regierung legt einen Plan für den Ausbau vor"] * 9, 70, 200, width=410)
    lines = [*text, *(line(str(n), x0, 200 + 24 * i, width=10) for i, n in enumerate(numbers))]
    assert found(lines) == [{str(n): "line_number" for n in numbers} if gone else {}]


def test_the_numbers_of_two_lines_on_the_last_page_stand_where_those_of_others_do():
    text = rows(["Die Regierung legt einen Plan für den Ausbau vor"] * 9, 70, 200, width=410)
    numbered = [*text, *(line(str(n), 30, 200 + 24 * n, width=10) for n in range(1, 5))]
    last = [*text[:2], line("5", 30, 200, width=10), line("6", 30, 212, width=10), line("7", 300, 212)]
    assert found(numbered, last)[1] == {"5": "line_number", "6": "line_number"}


def test_numbers_of_the_rows_of_a_table_are_no_numbers_of_lines():
    text = rows(
        ["Die Regierung legt einen Plan für den Ausbau vor"] * 9, 70, 200, width=410, table=1, column=1
    )
    pages = [[*text, *(line(str(n + i), 30, 200 + 24 * i, table=1) for i in range(3))] for n in (1, 4)]
    assert found(*pages) == [{}, {}]


@pytest.mark.parametrize(
    ("marks", "gone"),
    [
        ([("(A)", 20), ("(B)", 540)], 2),
        ([("(A)", 20)], 0),
        ([("(A)", 20), ("(B)", 200)], 1),
        ([("(E)", 20)] * 2, 0),
    ],
)
def test_marks_of_columns_stand_in_the_margin(marks, gone):
    lines = [line(text, x0, 200 + 50 * i) for i, (text, x0) in enumerate(marks)]
    (out,) = found([*lines, *rows(["Die Regierung legt einen Plan vor"] * 9, 70, 200, width=410)])
    assert list(out.values()) == ["column_mark"] * gone


def test_a_line_beside_the_page_does_not_widen_the_text_that_marks_stand_beside():
    beside = line("Deutscher Bundestag, ein Kopf der anderen Seite", -440, 40, width=285)
    marks = [line("(A)", 20, 200), line("(B)", 540, 250)]
    (out,) = found([beside, *marks, *rows(["Die Regierung legt einen Plan vor"] * 9, 70, 200, width=410)])
    assert sorted(out.values()) == ["column_mark", "column_mark", "outside_page"]


@pytest.mark.parametrize(
    ("text", "tops", "gone"),
    [
        ("Entwurf", [400] * 4, True),
        ("Entwurf", [300, 350, 400, 450], False),
        ("Ja.", [400] * 4, False),
    ],
)
def test_watermarks_stand_at_one_place_on_most_pages(text, tops, gone):
    out = found(*[[*body(6, 180), line(text, 260, top, size=40)] for top in tops])
    assert out == [{text: WATERMARK} if gone else {}] * 4


def test_cells_of_tables_that_go_on_over_pages_are_no_furniture():
    cells = [line("Jahr", 70, 40, table=1), line("Betrag", 200, 400, table=1, column=1)]
    assert found(*[[*cells, *body(6, 200)] for _ in range(4)]) == [{}] * 4


def test_turned_text_goes_unless_the_page_is_turned():
    turned = line("Vorabfassung", 20, 300, rotated=True)
    assert found([turned, *body(6)]) == [{"Vorabfassung": "turned_text"}]
    assert found([turned, line("Netze", 70, 300)]) == [{}]


@pytest.mark.parametrize(("x0", "top"), [(-300, 200), (700, 200), (70, -80), (70, 900)])
def test_text_outside_the_page_goes(x0, top):
    assert found([line("Impressum", x0, top), *body(6)]) == [{"Impressum": "outside_page"}]


def test_documents_without_pages_or_lines_have_none():
    assert furniture([]) == {}
    assert furniture([page([], 7)]) == {7: {}}


@pytest.mark.parametrize(
    ("lines", "size"),
    [([*body(3), *rows(["Titel"] * 9, size=20)], 10), ([line("Netze", size=9.2)], 9), ([], 10)],
)
def test_the_body_is_what_most_characters_are_set_in(lines, size):
    assert body_size([page(lines)]) == size


def test_headings_that_open_pages_by_chance_are_text():
    pages = [
        [line(f"Zu Absatz {n}", 70, 80), *body(8, 100), line(f"Zu Absatz {n + 1}", 70, 400)]
        for n in (1, 3, 5)
    ]
    assert found(*pages) == [{}, {}, {}]


def test_a_sentence_that_ends_two_pages_is_text():
    pages = [[*body(6, 200), line(end, 70, 800)] for end in ("und bauen wir.", "und bauen wir.", "", "", "")]
    pages = [[part for part in lines if part.text] for lines in pages]
    assert found(*pages) == [{}] * 5


def test_the_line_beside_a_head_in_the_margin_is_text():
    pages = [[line("Kapitel 2", 20, 50, size=8), *body(9, 48)] for _ in range(4)]
    assert found(*pages) == [{"Kapitel 2": HEAD}] * 4
