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
