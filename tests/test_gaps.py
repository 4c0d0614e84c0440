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
