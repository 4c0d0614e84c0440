"""How a document is set is measured from its lines."""

from __future__ import annotations

import pytest

from pipeline.reading.layout import measure
from tests.builders_pages import FULL, body, line, page, rows


def test_the_body_type_is_that_of_most_characters_not_of_most_lines():
    notes = [line(f"Fn. {n}", 70, 700 + 9 * n, size=8, font="Klein") for n in range(9)]
    found = measure([page([*rows([FULL] * 4, font="Text", color=0x222222), *notes])])
    assert (found.size, found.font, found.color, found.bold) == (10, "Text", 0x222222, False)


@pytest.mark.parametrize(("n", "bold"), [(0, False), (3, False), (4, True), (6, True)])
def test_text_is_bold_where_most_of_it_is(n, bold):
    lines = [*rows([FULL] * n, bold=True), *rows([FULL] * (6 - n), top=300)]
    big = rows([FULL[:40]] * 3, top=500, size=14, bold=True)
    assert measure([page([*lines, *big])]).bold is bold


def test_leads_are_measured_for_each_size():
    small = rows(["1 Vgl. den Bericht der Kommission."] * 4, 70, 700, lead=9, size=8)
    found = measure([page([*body(6, 100, lead=13), *small])])
    assert (found.lead(10), found.lead(8)) == (13, 9)


def test_gaps_between_paragraphs_and_columns_are_no_leads():
    left = [*body(3, 100), *body(3, 170), *body(3, 250)]
    right = [line(x.text, 320, x.top + 200, block=1) for x in body(3)]
    assert measure([page([*left, *right])]).leads == {10: 12}


def test_a_size_without_enough_lines_has_a_lead_of_five_quarters():
    found = measure([page([line("Arbeit", size=16), *body(6, 140)])])
    assert 16 not in found.leads
    assert found.lead(16) == 20


def test_edges_are_those_of_the_text_of_each_column_and_page():
    lines = rows([FULL] * 20, 70, width=400)
    outliers = [line(FULL, 75, 600, width=500), line("17", 20, 620, size=7)]
    right = rows([FULL] * 5, 520, width=60, block=1)
    found = measure([page([*lines, *outliers, *right]), page(rows([FULL] * 5, 90, width=300), 2)]).edges
    assert {key: (edge.left, edge.right) for key, edge in found.items()} == {
        (1, 0): (70, 470), (1, 1): (520, 580), (2, 0): (90, 390)
    }  # fmt: skip


def test_a_page_without_the_body_type_is_measured_by_its_own_text():
    first = [
        line("Antwort der Bundesregierung", 70, 60, width=400, size=14),
        *rows([FULL] * 4, 90, 120, size=9),
    ]
    edges = measure([page(first), page(body(20), 2)]).edges
    assert (edges[1, 0].left, edges[1, 0].right) == (90, first[1].x1)


def test_indented_lines_do_not_move_the_left_edge():
    lines = [line(FULL, 70 + 20 * (n % 4 == 0), 100 + 12 * n, width=400) for n in range(12)]
    assert measure([page(lines)]).edges[1, 0].left == 70


@pytest.mark.parametrize("pages", [[], [page([])]])
def test_without_text_there_are_defaults(pages):
    found = measure(pages)
    assert (found.size, found.font, found.bold, found.leads, found.edges) == (10, "", False, {}, {})
    assert found.lead(10) == 12.5


def test_lines_broken_by_hand_leave_room():
    ragged = [
        line("wir bauen die Netze aus und", top=100 + 12 * n, width=410 if n % 5 else 340) for n in range(60)
    ]
    justified = [line("wir bauen die Netze aus und", top=100 + 12 * n, width=410) for n in range(60)]
    assert measure([page(ragged)]).edges[1, 0].slack > 1
    assert measure([page(justified)]).edges[1, 0].slack == 1


def test_a_page_may_be_set_wider_than_the_others():
    text = ["und wir bauen die Netze aus"]
    found = measure([page(rows(text * 30, 90)), page(rows(text * 10, 90, lead=18), 2)])
    assert (found.lead(10, 1), found.lead(10, 2)) == (12, 18)
