"""The order of the lines of a page, its columns, and the parts of a row put together."""

from __future__ import annotations

from array import array
from itertools import chain

import pytest
from msgspec.structs import replace

from pipeline.reading.columns import arrange, join
from tests.builders_pages import body, line, page, rows


def texts(*lines):
    return [x.text for x in arrange(page(list(lines))).lines]


def blocks(*lines):
    return [x.block for x in arrange(page(list(lines))).lines]


def column(name, x0, n=8, top=100.0, width=200.0):
    return rows([f"{name} steht die Zeile {i} im Text" for i in range(n)], x0, top, width=width)


LEFT, RIGHT = column("Links", 60), column("Rechts", 320)
ZIGZAG = list(chain(*zip(LEFT, RIGHT, strict=True)))
OVER = line("Eine Überschrift, die über beide Spalten hinweg läuft", 60, 60, size=14, width=460)


def test_numbers_in_a_column_of_a_table_stay_in_their_rows():
    cells = [
        line(text, 60 + 40 * column, 100 + 14 * row, table=1, row=row, column=column)
        for row in range(8) for column, text in enumerate([str(row + 1), f"Vorhaben {'ABCDEFGH'[row]}"])
    ]  # fmt: skip
    assert texts(*cells) == [x.text for x in cells]


def test_a_table_on_a_wide_page_is_no_spread():
    cells = [
        line(f"{text} in Zeile {row}", x0, 100 + 14 * row, table=1, row=row, column=column)
        for row in range(6) for column, (text, x0) in enumerate([("Maßnahme", 60), ("Stand", 480)])
    ]  # fmt: skip
    wide = replace(page(cells), width=842.0, height=595.0)
    assert [x.text for x in arrange(wide).lines] == [x.text for x in cells]


@pytest.mark.parametrize("order", [[*LEFT, *RIGHT], ZIGZAG, [OVER, *ZIGZAG], [*ZIGZAG, OVER]])
def test_columns_are_read_one_after_the_other(order):
    head = [OVER] if OVER in order else []
    assert texts(*order) == [x.text for x in [*head, *LEFT, *RIGHT]]
    assert blocks(*order) == [0] * len(head) + [1] * 8 + [2] * 8


@pytest.mark.parametrize(
    "lines",
    [
        body(12),
        [*column("Links", 60, 4), *column("Rechts", 320, 4)],  # too few lines
        [*column("Links", 60, width=256), *RIGHT],  # a space, not a gutter
        [*LEFT, *column("Unten", 320, top=400)],  # not side by side
        [*LEFT, *rows(["30 Mio."] * 8, 320, width=60)],  # figures
        [line("Wir bauen Netze", 60)],
        [],
    ],
)
def test_without_a_gutter_there_is_one_column(lines):
    assert set(blocks(*lines)) <= {0}


@pytest.mark.parametrize(("width", "found"), [(200, 2), (110, 0)])  # a chapter ends, marginal notes
def test_the_last_column_may_be_short(width, found):
    assert blocks(*column("Links", 60, 48), *column("Rechts", 320, 5, width=width))[-1] == found


def test_bullets_that_hang_left_of_a_column_belong_to_it():
    marks = [line("•", 308, row.top, width=4) for row in RIGHT[::4]]
    found = texts(*LEFT, *(part for row in RIGHT for part in (*(m for m in marks if m.top == row.top), row)))
    assert found[8] == "• Rechts steht die Zeile 0 im Text" and not any(text == "•" for text in found)


def test_three_columns_are_three():
    parts = [column(name, x0, width=150) for name, x0 in (("Eins", 40), ("Zwei", 220), ("Drei", 400))]
    assert blocks(*chain(*parts)) == [1] * 8 + [2] * 8 + [3] * 8


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([line("•", 70), line("Wir bauen Netze", 90)], ["• Wir bauen Netze"]),
        ([line("1.", 70), line("Erstens", 100)], ["1. Erstens"]),
        ([line("Text mit Note", 70), line("12", 140, 98, size=6)], ["Text mit Note 12"]),
        ([line("CO", 70, width=14), line("2", 84.3, 102.8, width=5), line("-Ziele", 89.4)], ["CO2-Ziele"]),
        ([line("n", 70, font="Wingdings"), line("Netze", 90)], ["■ Netze"]),
        ([line("x", 70, font="Wingdings-Regular"), line("Netze", 90)], ["• Netze"]),
        ([line("l\uf06c", 70, font="Wingdings"), line("Netze", 90)], ["● Netze"]),
        ([line("lq", 70, font="Wingdings"), line("Netze", 90)], ["●□ Netze"]),
        ([line("n", 70), line("Netze", 90)], ["n Netze"]),
        ([line("Netze", 70), line("Bahnen", 70, 112)], ["Netze", "Bahnen"]),
        ([line("Netze", 200), line("Bahnen", 70)], ["Netze", "Bahnen"]),
        ([line("Netze", 70, rotated=True), line("Bahnen", 100)], ["Netze", "Bahnen"]),
        ([line("Jahr", 70, table=1), line("Betrag", 100, table=1, column=1)], ["Jahr", "Betrag"]),
        ([line("", 70), line("Netze", 90)], ["Netze"]),
    ],
)
def test_parts_of_a_row_are_put_together(parts, found):
    assert texts(*parts) == found


def test_rows_stay_parted_at_a_gutter():
    assert len(texts(*ZIGZAG)) == 16


def test_page_numbers_drawn_apart_come_behind_their_entries():
    names = ["Arbeit", "Wohnen", "Pflege", "Europa", "Klima", "Rente"]
    numbers = [line(str(5 + 9 * i), 400, 100 + 12 * i, width=12) for i in range(6)]
    assert texts(*rows(names), *numbers) == [f"{name} {5 + 9 * i}" for i, name in enumerate(names)]
    places = [line(f"{5 + 9 * i}, 98f", 382, 100 + 12 * i, width=30) for i in range(6)]
    assert texts(*rows(names), *places) == [f"{name} {5 + 9 * i}, 98f" for i, name in enumerate(names)]
    few = [*rows(names[:5]), *numbers[:5]]
    assert texts(*few) == [x.text for x in few]


@pytest.mark.parametrize(
    "order",
    [
        lambda head, text, notes: [head, *text, *notes],
        lambda head, text, notes: [*text, head, *notes],
        lambda head, text, notes: [*notes, head, *text],
        lambda head, text, notes: [*text, *notes, head],
    ],
)
def test_what_stands_above_is_read_first_though_the_file_draws_it_later(order):
    head, text = line("Unser Plan", 70, 60, size=16), body(6, 100)
    notes = rows(["1 Vgl. den Bericht.", "2 Ebenda."], 70, 700, size=8)
    assert texts(*order(head, text, notes)) == [x.text for x in (head, *text, *notes)]


def test_what_stands_over_two_columns_is_no_heading_of_the_right_one():
    over, left = line("Beginn: 9 Uhr", 265, 60, size=10, width=70), body(9, 100)
    right = rows(["Ausschuss für Tourismus"] * 6, 310, 90, lead=9, size=8)
    assert texts(over, *left, *right)[0] == over.text


def test_page_numbers_of_two_columns_come_behind_their_entries():
    names = [
        [line(f"Rednerin {n} (SPD) . . . . .", x, 100 + 14 * n, width=170) for n in range(8)]
        for x in (60, 310)
    ]
    places = [[line(f"{243 + n}09 A", x, 101 + 14 * n, width=35) for n in range(8)] for x in (240, 490)]
    found = texts(*names[0], *places[0], *names[1], *places[1])
    assert found == [
        f"{name.text} {place.text}" for n in (0, 1) for name, place in zip(names[n], places[n], strict=True)
    ]


def test_a_box_beside_the_text_stays_where_the_file_has_it():
    text, box = body(10, 100, x0=60), rows(["Kasten am Rand"] * 3, 520, 120, width=60)
    assert texts(*text, *box) == [x.text for x in (*text, *box)]
    assert texts(*box, *text) == [x.text for x in (*box, *text)]


def test_tables_are_read_row_by_row_where_the_file_begins_them():
    parts = [(0, 1, "Betrag"), (1, 0, "2025"), (0, 0, "Jahr"), (1, 1, "30 Mio.")]
    cells = [line(text, 70 + 130 * c, 300 + 20 * r, table=1, row=r, column=c) for r, c, text in parts]
    above, below = body(3, 100), body(3, 400)
    found = arrange(page([*above, *cells[:2], *below, *cells[2:]])).lines
    assert [x.text for x in found[4:8]] == ["Jahr", "Betrag", "2025", "30 Mio."]
    assert [x.block for x in found[4:8]] == [100, 101, 100, 101]
    assert [x.text for x in found[8:]] == [x.text for x in below]


@pytest.mark.parametrize(
    ("a", "b", "space", "text"),
    [("Wir bauen", "Netze", " ", "Wir bauen Netze"), ("Wärme", "netze", "", "Wärmenetze")],
)
def test_joined_lines_share_a_box_and_keep_every_character(a, b, space, text):
    first, second = line(a, 70, size=12), line(b, 140, 102, size=10)
    found = join(first, second, space)
    xs = array("f", found.xs)
    assert (found.text, len(xs)) == (text, 2 * len(text))
    assert (found.x0, found.x1, found.top) == (70, second.x1, 100)
    assert all(left <= right for left, right in zip(xs[::2], xs[1::2], strict=True))
    assert found.xs.startswith(first.xs) and found.xs.endswith(second.xs)
    assert found.size == (12 if len(a) > len(b) else 10)


@pytest.mark.parametrize(
    ("a", "b", "until"),
    [
        (line("Wohnen: Wir", bold_until=7), line("bauen mehr", 200), 7),
        (line("Wohnen:", bold=True), line("Wir bauen mehr", 200), 8),
        (line("•"), line("Wohnen: Wir bauen", 90, bold_until=7), 9),
        (line("Wir bauen"), line("Netze: mehr", 200, bold_until=6), 0),
        (line("Wohnen", bold=True), line("und Bauen", 200, bold=True), 0),
        (line("Wir bauen"), line("mehr", 200), 0),
    ],
)
def test_a_lead_in_is_kept_and_a_bullet_does_not_count(a, b, until):
    assert join(a, b).bold_until == until


def test_a_table_inside_a_column_is_read_there_though_the_file_goes_by_rows():
    left = rows(["Die Gemeinden erhalten mehr Mittel als"] * 20, 50, 100)
    right = [
        x for x in rows(["Das Land zahlt in jedem Jahr seinen Teil"] * 20, 310, 100) if not 150 < x.top < 200
    ]
    table = [line(t, x, 150 + 12 * r, table=1, row=r, column=c)
             for r in range(4) for c, (t, x) in enumerate((("Netze", 310), ("12", 420)))]  # fmt: skip
    found = arrange(page(sorted([*left, *right, *table], key=lambda x: (x.top, x.x0)))).lines
    assert [x.x0 for x in found[:20]] == [50] * 20
    assert [x.top for x in found[20:]] == sorted(x.top for x in found[20:])
