"""Which cells head the columns of a table."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pipeline.reading.headers import Head
from pipeline.reading.headers import headers as heads_of
from pipeline.reading.layout import measure
from tests.builders_pages import block, body, line, page

LAYOUT = measure([page(body(20))])


def headers(blocks):
    return heads_of(blocks, LAYOUT)


def table(*texts, bold=1, number=1, page=1):
    """Return the cells of a table row by row, its first rows bold; None is no cell."""
    return [
        block(line(text, table=number, row=r, column=c, bold=r < bold), number=page)
        for r, row in enumerate(texts) for c, text in enumerate(row) if text
    ]  # fmt: skip


HEAD, ONE, TWO = ("Jahr", "Betrag"), ("2025", "100 Mio. Euro"), ("2026", "120 Mio. Euro")
FOUND = {(1, 1): Head((0,), {0: ("Jahr",), 1: ("Betrag",)})}


@pytest.mark.parametrize(
    ("blocks", "found"),
    [
        (table(HEAD, ONE), FOUND),
        (table(HEAD, ONE, TWO, bold=0), FOUND),
        (table((None, "Betrag"), ONE, TWO), {(1, 1): Head((0,), {1: ("Betrag",)})}),
        (table(HEAD, ONE, bold=0), {}),
        (table(HEAD, ONE, bold=2), {}),
        (table((None, "Betrag"), ONE, TWO, bold=0), {}),
        (table((None, None), ONE, TWO), {}),
        (
            table((None, "Vorhaben", "Betrag"), ("1.", "Netze", "3"), ("2.", "Wald", "5"), bold=0),
            {(1, 1): Head((0,), {1: ("Vorhaben",), 2: ("Betrag",)})},
        ),
        (table(("Tal", "30 %"), ("Berg", "12 %"), ("See", "7 %"), bold=0), {}),
        (
            table(("Land", "2025"), ("Berg", "12 %"), ("See", "7 %"), bold=0),
            {(1, 1): Head((0,), {0: ("Land",), 1: ("2025",)})},
        ),
        (
            table(("Tabelle 2: Mittel", None), HEAD, ONE, TWO, bold=2),
            {(1, 1): Head((1,), FOUND[1, 1].columns)},
        ),
        (table(("Name:", "Muster"), ONE, TWO), {}),
        (table(("Jahr", "Betrag in Euro " * 6), ONE, TWO), {}),
        ([block(*body(3))], {}),
        ([], {}),
    ],
)
def test_the_first_row_is_a_head_where_it_is_set_or_filled_as_one(blocks, found):
    assert headers(blocks) == found


def test_a_head_of_two_lines_is_one_text():
    head = [line(text, table=1, column=1, bold=True) for text in ("Betrag in", "Mio. Euro")]
    first, *rest = table(("Jahr", None), ONE, TWO)
    assert headers([first, block(*head), *rest]) == {
        (1, 1): Head((0,), {0: ("Jahr",), 1: ("Betrag in Mio. Euro",)})
    }


def test_tables_are_told_apart_by_page_and_number():
    other = ("Land", "Plätze"), ("Tal", "30")
    blocks = [*table(HEAD, ONE), *table(*other, number=2), *table(*other, page=2)]
    plain = Head((0,), {0: ("Land",), 1: ("Plätze",)})
    assert headers(blocks) == FOUND | {(1, 2): plain, (2, 1): plain}


def over_two(*below, bold=2):
    """Return a table whose first row has »Ausgaben« over two columns."""
    land, costs, *rest = table(("Land", "Ausgaben", None), *below, bold=bold)
    return [land, block(replace(costs.lines[0], span=2)), *rest]


YEARS, TAL, BERG = (None, "2025", "2026"), ("Tal", "30", "35"), ("Berg", "12", "14")
NAMES = {0: ("Land",), 1: ("Ausgaben", "2025"), 2: ("Ausgaben", "2026")}


@pytest.mark.parametrize("bold", [0, 2])
def test_a_header_cell_over_two_columns_heads_both_with_the_cells_below_it(bold):
    assert headers(over_two(YEARS, TAL, BERG, bold=bold)) == {(1, 1): Head((0, 1), NAMES)}


@pytest.mark.parametrize("rows", [[TAL, BERG], [YEARS, TAL], [(None, "30", "35"), TAL, BERG]])
def test_a_cell_over_two_columns_makes_no_header_of_a_row_of_figures(rows):
    assert headers(over_two(*rows, bold=0)) == {}


def test_a_bold_title_over_the_columns_heads_them_alone():
    names = {0: ("Land",), 1: ("Ausgaben",), 2: ("Ausgaben",)}
    assert headers(over_two(TAL, BERG, bold=1)) == {(1, 1): Head((0,), names)}
