"""Lines get the cells of tables they stand in, and are cut where a rule parts them."""

from __future__ import annotations

from array import array

import pytest

from pipeline.reading.rulings import Cell
from pipeline.reading.tabular import has_columns, tabulate
from tests.builders_pages import body, line

XS, YS = [70, 200, 330, 460], [100, 120, 140, 160]


def grid(n_rows=3, n_columns=2, number=1, down=0):
    return [
        Cell(number, r, c, XS[c], YS[r] + down, XS[c + 1], YS[r + 1] + down)
        for r in range(n_rows) for c in range(n_columns)
    ]  # fmt: skip


def filled(n_rows=3, n_columns=2, down=0):
    """Return one short line a cell."""
    return [line("2025", XS[c] + 10, YS[r] + 5 + down) for r in range(n_rows) for c in range(n_columns)]


def places(lines):
    return [(x.table, x.row, x.column) for x in lines]


@pytest.mark.parametrize("cells", [grid(), grid(2, 2), grid(3, 3), grid(number=7)])
def test_every_line_gets_the_cell_it_stands_in(cells):
    lines = filled(1 + max(c.row for c in cells), 1 + max(c.column for c in cells))
    found = tabulate(lines, cells)
    assert places(found) == [(c.table, c.row, c.column) for c in cells]
    assert [x.text for x in found] == [x.text for x in lines]


@pytest.mark.parametrize(
    ("left", "right", "n"),
    [
        (["2025", "2026", "2027"], ["3 %", "5 %", "7 %"], 4),
        (["Land", "Bund", "Stadt"], ["3 %", "5 %", "7 %"], 4),
        (["2025", "2026", "2027"], ["offen", "offen", "offen"], 2),
        (["2025", "2026"], ["3 %", "5 %"], 2),
        (["2025", "2026", "2027"], ["3 %", "5 %"], 2),
    ],
)
def test_figures_below_each_other_in_a_cell_are_rows_of_their_own(left, right, n):
    cells = [
        Cell(1, r, c, XS[c], (100, 120)[r], XS[c + 1], (120, 180)[r]) for r in range(2) for c in range(2)
    ]
    lines = [
        *(line(text, XS[c] + 10, 105) for c, text in enumerate(("Jahr", "Betrag"))),
        *(line(text, XS[c] + 10, 125 + 15 * at) for c, own in enumerate((left, right))
          for at, text in enumerate(own)),
    ]  # fmt: skip
    found = tabulate(lines, cells)
    assert len({x.row for x in found}) == n
    assert [x.row for x in found][: 2 + len(left)] == [0, 0, *(range(1, n) if n > 2 else [1] * len(left))]


def test_a_cell_over_two_rows_at_the_right_leaves_the_others_their_rows():
    """Cells come row by row, so that such a cell is before those beside its second row."""
    tall = Cell(1, 1, 1, XS[1], YS[1], XS[2], YS[3])
    left = [Cell(1, row, 0, XS[0], YS[row], XS[1], YS[row + 1]) for row in (1, 2)]
    cells = [*grid(1), left[0], tall, left[1]]
    assert places(tabulate(filled()[:5], cells)) == [(1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1), (1, 2, 0)]


def test_lines_outside_and_turned_ones_stay_as_they_are():
    others = [line("Ein Satz darüber", 70, 60), line("Rand", 500, 105), line("quer", 80, 125, rotated=True)]
    assert tabulate([*others, *filled()], grid())[:3] == tuple(others)


@pytest.mark.parametrize(
    ("lines", "cells"),
    [
        (body(6, 90), grid()),  # rules through running text
        (filled()[:1], grid()),  # an empty frame
        (filled(3, 1), grid()),  # one column of text
        (filled(1, 2), grid()),  # one row of text
        ([*filled(1, 2), filled()[2]], grid()),  # three cells of text
        (filled(), []),
        ([], grid()),
    ],
)
def test_rules_that_hold_no_table_change_nothing(lines, cells):
    assert tabulate(lines, cells) == tuple(lines)


def test_a_line_through_two_cells_is_cut_with_its_boxes():
    row = line("Summe" + " " * 25 + "100 Mio. Euro", 80, 125, bold_until=5)
    first, second = [x for x in tabulate([*filled()[:2], row, *filled()[4:]], grid()) if x.row == 1]
    assert (first.text, second.text) == ("Summe", "100 Mio. Euro")
    assert (first.column, second.column) == (0, 1)
    assert (first.bold_until, second.bold_until) == (5, 0)
    for part in (first, second):
        xs = array("f", part.xs)
        assert len(xs) == 2 * len(part.text)
        assert (part.x0, part.x1) == (xs[0], xs[-1])
    assert first.xs + second.xs == row.xs[:40] + row.xs[8 * 30 :]


def test_a_part_that_stands_out_of_the_table_is_of_no_cell():
    row = line("120" + " " * 20 + "Anmerkung", 300, 145)
    found = tabulate([*filled()[:5], row], grid())
    assert places(found)[-2:] == [(1, 2, 1), (0, 0, 0)]
    assert found[-1].text == "Anmerkung"


def test_each_table_is_judged_for_itself():
    cells = [*grid(), *grid(number=2, down=200)]
    lines = [*filled(), line("Kasten", 80, 305)]
    assert places(tabulate(lines, cells)) == [*places(tabulate(filled(), grid())), (0, 0, 0)]
    assert [x.table for x in tabulate([*filled(), *filled(down=200)], cells)] == [1] * 6 + [2] * 6


def columns(texts, step=130):
    """Return rows of parts side by side."""
    return [
        line(text, 70 + step * c, 100 + 14 * r) for r, row in enumerate(texts) for c, text in enumerate(row)
    ]


PLANTS = [
    ("Werk Nord", "178", "63"),
    ("Werk Süd", "305", "108"),
    ("Werk Ost", "364", "129"),
    ("Werk West", "405", "7"),
]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (columns(PLANTS), True),
        ([*body(6, 30), *columns(PLANTS)], True),
        (columns(PLANTS[:3]), False),
        (columns([(f"{n}.", f"Abschnitt über {name}") for n, (name, *_) in enumerate(PLANTS)]), False),
        (columns([(name, str(7 * n)) for n, (name, *_) in enumerate(PLANTS)]), False),  # contents
        (columns([(name, "7, 12") for name, *_ in PLANTS]), False),  # an index
        (columns([(name, "wächst", "weiter") for name, *_ in PLANTS]), False),
        (columns([(name * 9, "178", "63") for name, *_ in PLANTS], step=500), False),
        (body(9), False),
        ([], False),
    ],
)
def test_rows_of_short_parts_with_numbers_look_like_a_table(lines, expected):
    assert has_columns(lines) is expected


def test_a_wide_gap_ends_a_table():
    upper, lower = columns(PLANTS[:2]), columns(PLANTS[2:])
    apart = [line(x.text, x.x0, x.top + 60) for x in lower]
    assert not has_columns([*upper, *apart])


def test_names_beside_each_other_with_a_number_here_and_there_are_no_table():
    """As in an index of words in two columns."""
    texts = ["Netze", "30", "Berge", "12", "Häfen", "Wald", "Wiese", "Moor", "Tal", "Quelle", "See", "Bach"]
    assert not has_columns(
        [line(text, 70 + at % 2 * 200, 100 + at // 2 * 14) for at, text in enumerate(texts)]
    )
