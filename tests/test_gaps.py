"""Tables that only white space shows: found by their columns; prose and tables of contents are none."""

from __future__ import annotations

import pytest

from pipeline.reading.gaps import cells
from tests.builders_pages import line

ROWS = [
    ("Programm", "Mittel 2021", "Mittel 2025"),
    ("Wohnen", "120", "150"),
    ("Pflege", "80", "95"),
    ("Verkehr", "300", "310"),
]


def parts(rows, *, left=100, width=120, lead=14):
    """Return one line a cell."""
    return [
        line(text, left + width * c, 100 + lead * r)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]


def test_columns_of_white_show_a_table():
    found = cells(parts(ROWS))
    assert [(cell.table, cell.row, cell.column) for cell in found] == [
        (1, row, column) for row in range(4) for column in range(3)
    ]


def test_the_place_of_a_cell_is_that_of_its_text():
    lines = parts(ROWS)
    assert [(c.x0, c.top, c.bottom) for c in cells(lines)] == [(x.x0, x.top, x.bottom) for x in lines]


def test_the_order_of_the_file_and_a_baseline_half_a_point_off_change_nothing():
    lines = parts(ROWS)
    shifted = [*reversed(lines[1:]), line("Programm", 100, 100.5)]
    assert [c[:3] for c in cells(shifted)] == [c[:3] for c in cells(lines)]


def test_tables_with_text_between_them_are_two():
    below = parts([row[::-1] for row in ROWS[1:]])
    moved = [line(x.text, x.x0, x.top + 120) for x in below]
    prose = line("Die folgende Übersicht zeigt, woher die Mittel der Länder kommen.", 100, 200)
    assert {cell.table for cell in cells([*parts(ROWS), prose, *moved])} == {1, 2}


@pytest.mark.parametrize(
    "rows",
    [
        [("Der Bund wird die Gemeinden stärken", "Die Pflege braucht mehr Menschen")] * 5,
        [(name, str(3 + 4 * at)) for at, name in enumerate(["Wohnen", "Pflege", "Verkehr", "Energie"])],
        ROWS[:2],
        [("Wohnen",), ("120",), ("80",), ("95",)],
    ],
)
def test_prose_contents_few_rows_and_one_column_are_no_table(rows):
    assert cells(parts(rows, width=260)) == []


HEADED = [("Land", "Ausgaben", "", ""), ("", "2025", "2026", "2027"), *((n, "30", "35", "41") for n in "ABC")]


def places(rows, **more):
    """Return row, column and span of the cells of a table, by text; empty texts are no cells."""
    found = cells([x for x in parts(rows, **more) if x.text])
    return {(c.row, c.column): c.span for c in found}


def test_a_header_cell_over_several_columns_knows_them():
    centred = [x for x in parts(HEADED) if x.text not in ("", "Ausgaben")]
    over = line("Ausgaben", 330, 100)
    found = {(c.row, c.column): c.span for c in cells([over, *centred])}
    assert found[0, 0] == 1 and found[0, 1] == 3
    assert all(found[row, column] == 1 for row in range(1, 5) for column in range(1, 4))


def test_a_header_cell_flush_with_its_first_column_heads_the_others_too():
    rows = [("Land", "Ausgaben", "", "Ziel", ""), ("", "2025", "2026", "2025", "2026")]
    found = places([*rows, *((n, "30", "35", "41", "7") for n in "ABC")], width=80)
    assert (found[0, 0], found[0, 1], found[0, 3]) == (1, 2, 2)


def test_a_single_header_cell_over_all_columns_of_figures_is_part_of_the_table():
    (above, *_), rows = parts([("Ausgaben in Mio. Euro",)], left=290), parts(HEADED[1:])
    below = [line(x.text, x.x0, x.top + 14) for x in rows if x.text]
    found = {(c.row, c.column): c.span for c in cells([above, *below])}
    assert found[0, 1] == 3
    title = line("Tabelle 2: Ausgaben in Mio. Euro", 100, 100)
    assert min(c.top for c in cells([title, *below])) > 110


def test_a_column_without_a_header_is_no_second_column_of_the_one_before():
    rows = [("Land", "Ausgaben", "", "Ziel"), *((n, "30", "gut", "41") for n in "ABC")]
    assert set(places(rows).values()) == {1}


NAMED = [
    ("Bereich", "2021", "2022"),
    ("Ausgaben für Forschung und",),
    ("Entwicklung", "12", "14"),
    ("Wohnungsbau", "7", "9"),
    ("in kleinen Orten",),
    ("Pflege im länd-",),
    ("lichen Raum", "3", "4"),
    ("Einnahmen",),
    ("Steuern", "31", "30"),
]


def test_lines_of_a_name_are_one_row_and_a_title_between_rows_is_its_own():
    found = cells(parts(NAMED, width=160))
    assert [(c.row, c.column) for c in found if c.column == 0] == [
        (row, 0) for row in (0, 1, 1, 2, 2, 3, 3, 4, 5)
    ]
    assert {c.table for c in found} == {1}


def test_lines_of_a_name_may_be_told_by_the_distance_alone():
    lines = [
        line(name, 100, 100 + 34 * at) for at, name in enumerate(("Straßen", "Netze", "Schulen", "Wege"))
    ]
    below = [line("Anteil Bund", 100, x.top + 12) for x in lines]
    values = [line(str(7 * at % 5), x, 112 + 34 * at) for at in range(4) for x in (300, 400)]
    assert [c.row for c in cells([*lines, *below, *values])] == [row for row in range(4) for _ in range(4)]


def test_header_cells_of_several_lines_are_one_row():
    rows = [("", "Bewilligte", "Gezahlte", "Anteil"), ("Bereich", "Mittel", "Mittel", "in Prozent")]
    figures = [(name, "12", "10", "83") for name in ("Wohnen", "Pflege", "Wege")]
    assert max(row for row, _ in places([*rows, *figures])) == 3
    assert max(row for row, _ in places([("", "", "", "Anteil"), rows[1], *figures])) == 3


def test_a_table_in_a_column_of_text_is_found_beside_the_other():
    prose = ["Die Gemeinden erhalten mehr Mittel als bisher."] * 20
    left = [line(text, 50, 60 + 12 * at) for at, text in enumerate(prose)]
    right = [line(text, 310, x.top) for text, x in zip(prose, left, strict=True) if not 90 < x.top < 200]
    table = [line(x.text, 310 + (x.x0 - 100) / 1.6, x.top) for x in parts(ROWS, lead=12)]
    found = cells([*left, *right, *table])
    assert [(c.row, c.column) for c in found] == [(row, column) for row in range(4) for column in range(3)]
    assert all(c.x0 >= 310 for c in found)


@pytest.mark.parametrize(
    "rows",
    [
        [(f"Abschnitt {at}", f"{at + 3} A") for at in range(1, 8)],
        [(name, f"{name} . . . . . .", "7") for name in ("Wohnen", "Pflege", "Wege", "Netze")],
        [("Netze", "12, 40f"), ("Pflege", "9"), ("Wege", "8, 13ff"), ("Wohnen", "3, 17")],
    ],
)
def test_long_tables_of_contents_and_leaders_are_no_table(rows):
    assert cells(parts(rows)) == []
