"""Strokes to cells, and lines into them."""

from __future__ import annotations

from msgspec.structs import replace

from pipeline.reading.rulings import cells
from pipeline.reading.tabular import tabulate
from tests.builders_pages import body, line, passages


def grid(xs, ys):
    level = [(xs[0], y - 0.25, xs[-1], y + 0.25) for y in ys]
    upright = [(x - 0.25, ys[0], x + 0.25, ys[-1]) for x in xs]
    return level + upright


XS, YS = [70, 200, 330], [100, 120, 140, 160]


def places(found):
    return [(cell.row, cell.column) for cell in found]


def test_a_grid_has_its_cells_row_by_row():
    found = cells(grid(XS, YS))
    assert places(found) == [(r, c) for r in range(3) for c in range(2)]
    assert {cell.table for cell in found} == {1}
    assert tuple(round(v) for v in found[3][3:7]) == (200, 120, 330, 140)


def test_a_missing_rule_merges_cells():
    strokes = [s for s in grid(XS, YS) if s[0] != 199.75]
    strokes.append((199.75, 120, 200.25, 160))  # the upright rule begins below the first row
    found = cells(strokes)
    assert places(found) == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert [cell.span for cell in found] == [2, 1, 1, 1, 1]


def test_a_cell_over_two_columns_ends_where_the_rule_between_them_begins():
    strokes = [s for s in grid([*XS, 460], YS) if s[0] != 329.75 and s[1] != 119.75]
    strokes += [(70, 119.75, 200, 120.25), (329.75, 120, 330.25, 160)]  # no level rule under the wide cell
    found = [(cell.row, cell.column, cell.span) for cell in cells(strokes)]
    assert found == [
        (0, 0, 1), (0, 1, 2), (1, 0, 1), (1, 1, 1), (1, 2, 1), (2, 0, 1), (2, 1, 1), (2, 2, 1)
    ]  # fmt: skip


def test_tables_without_outer_uprights_have_outer_columns():
    strokes = [(70, y, 330, y + 0.5) for y in YS] + [(200, 100, 200.5, 160)]
    assert places(cells(strokes)) == [(r, c) for r in range(3) for c in range(2)]


def test_frames_and_single_rules_are_no_tables():
    assert cells(grid([70, 330], [100, 160])) == []
    assert cells([(70, 100, 500, 100.5)] * 3) == []
    assert cells([]) == []


def test_two_tables_are_two():
    found = cells(grid(XS, YS) + grid(XS, [300, 320, 340]))
    assert [cell.table for cell in found] == [1] * 6 + [2] * 4


TEXT = [
    line("Jahr", 80, 105, bold=True), line("Betrag", 210, 105, bold=True),
    line("2025", 80, 125), line("100 Mio. Euro", 210, 125),
    line("2026", 80, 145), line("120 Mio. Euro", 210, 145),
]  # fmt: skip


def test_lines_get_the_cells_they_stand_in():
    found = tabulate([*TEXT, line("Ein Satz darunter.", 70, 300)], cells(grid(XS, YS)))
    assert [(x.table, x.row, x.column) for x in found] == [
        (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1), (1, 2, 0), (1, 2, 1), (0, 0, 0)
    ]  # fmt: skip


def test_a_line_that_runs_through_two_cells_is_cut():
    row = line("2025" + " " * 25 + "100 Mio. Euro", 80, 125)
    found = tabulate([*TEXT[:2], row, *TEXT[4:]], cells(grid(XS, YS)))
    assert [x.text for x in found if x.row == 1] == ["2025", "100 Mio. Euro"]
    assert all(len(x.xs) == 8 * len(x.text) for x in found)


def test_rules_that_run_through_the_text_are_decoration():
    text = body(10, 90)
    assert not any(x.table for x in tabulate(text, cells(grid(XS, YS))))


def test_cells_become_passages_under_their_header_cells():
    lines = list(tabulate([TEXT[1], TEXT[0], TEXT[3], TEXT[2], *TEXT[4:]], cells(grid(XS, YS))))
    found = passages([*lines, *body(6, 300)])
    assert [(p.kind, p.level, p.text) for p in found[:4]] == [
        ("cell", 1, "Jahr"), ("cell", 1, "Betrag"), ("cell", 0, "2025"), ("cell", 0, "100 Mio. Euro")
    ]  # fmt: skip
    assert found[3].heading_path == ("Betrag",)
    assert found[6].kind == "paragraph"


def test_cells_stand_under_a_header_cell_over_two_columns_too():
    strokes = [s for s in grid([*XS, 460], YS) if s[0] != 329.75] + [(329.75, 120, 330.25, 160)]
    lines = [
        line("Land", 80, 105), line("Ausgaben in Mio. Euro", 260, 105),
        line("(Stand: Mai)", 80, 125), line("Bund", 210, 125), line("Gemeinden", 340, 125),
        line("Tal", 80, 145), line("30", 210, 145), line("12", 340, 145),
    ]  # fmt: skip
    bold = [replace(x, bold=x.top < 140) for x in lines]
    found = passages([*tabulate(bold, cells(strokes)), *body(6, 300)])
    assert {p.text: p.heading_path for p in found if p.level == 0 and p.kind == "cell"} == {
        "Tal": ("Land", "(Stand: Mai)"),
        "30": ("Ausgaben in Mio. Euro", "Bund"),
        "12": ("Ausgaben in Mio. Euro", "Gemeinden"),
    }
