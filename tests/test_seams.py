"""Rules and shades that are drawn cell by cell show a table."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from pipeline.reading.seams import cells
from pipeline.reading.tabular import tabulate
from tests.builders_pages import line

XS = [70, 200, 330]


def pieces(xs, tops, height):
    return [(a, top, b, top + height) for top in tops for a, b in pairwise(xs)]


HEADED = [
    line(text, x0, 105 + 20 * row)
    for row, texts in enumerate(
        [("Jahr", "Betrag"), ("2025", "100 Euro"), ("2026", "120 Euro"), ("2027", "140")]
    )
    for x0, text in zip((80, 210), texts, strict=True)
]
UNDER = line("Ein Satz unter der Tabelle, der über alle Spalten läuft.", 70, 187)


@pytest.mark.parametrize(
    ("strokes", "n"),
    [
        (pieces(XS, [120, 140, 160, 180], 0.5), 4),  # a rule below each cell
        (pieces(XS, [101, 141], 19), 4),  # every other row shaded
        (pieces([70, 330], [120, 140, 160, 180], 0.5), 0),  # rules that say nothing of columns
        (pieces([70, 85, 330], [120, 140, 160, 180], 0.5), 0),  # text runs over the edge
        (pieces(XS, [120, 140], 0.5), 0),
    ],
)
def test_rules_and_shades_drawn_cell_by_cell_show_a_table(strokes, n):
    lines = [*HEADED, UNDER]
    found = tabulate(lines, cells(strokes, lines, 1))
    assert [(x.row, x.column) for x in found if x.table] == [(row, at) for row in range(n) for at in (0, 1)]


def test_two_tables_with_the_same_columns_are_two():
    lower = [replace(x, top=x.top + 100, bottom=x.bottom + 100) for x in HEADED]
    strokes = pieces(XS, [120, 140, 160, 180, 220, 240, 260, 280], 0.5)
    found = tabulate([*HEADED, UNDER, *lower], cells(strokes, [*HEADED, UNDER, *lower], 1))
    assert [x.table for x in found] == [1] * 8 + [0] + [2] * 8
