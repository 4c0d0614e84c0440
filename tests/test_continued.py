"""Tables go on over the end of a page: their cells are joined, their heads carry over."""

from __future__ import annotations

import pytest

from pipeline.reading.continued import continued, over_pages
from pipeline.reading.layout import measure
from tests.builders_pages import block, body, line, page, passages, rows

LEFT, RIGHT = 70, 320


def cell(texts, column, *, row=1, top=700.0, number=1, width=200, **more):
    """Return a cell of full lines, the last of which is as wide as the others."""
    x0 = (LEFT, RIGHT)[column]
    lines = rows(texts, x0, top, width=width, table=1, row=row, column=column, block=100 + column, **more)
    return block(*lines, number=number)


def joined(*blocks):
    pages = [page([x for b in blocks if b.pages[0] == n for x in b.lines], n) for n in (1, 2)]
    return [" ".join(x.text for x in found.lines) for found in over_pages(blocks, measure(pages))]


UPPER = [cell(["Der Bund fördert die", "Netze in den"], 0), cell(["Die Länder zahlen", "die Hälfte der"], 1)]
OTHER = cell(["Schulen."], 0, number=2, top=60)


@pytest.mark.parametrize(
    ("last", "first", "goes_on"),
    [
        (["Die Länder zahlen", "die Hälfte der"], ["gesamten Kosten."], True),
        (["Die Länder zahlen", "die Hälfte der Investi-"], ["tionen."], True),
        (["Die Länder zahlen", "die Hälfte der", "Kosten, und die"], ["Gemeinden planen."], True),
        (["Die Länder zahlen", "die Hälfte der"], ["Kosten"], False),  # two lines do not show how it is set
        (["Die Länder zahlen", "die Hälfte."], ["ab dem Jahr 2031"], False),
        (["die Hälfte der"], ["gesamten Kosten."], False),  # one line may be a word of a list
        (["Die Länder zahlen", "die Hälfte der"], ["2. Gemeinden"], False),
        (["Zahl der Länder", "in den Jahren", "von 2029 bis"], ["2 031"], False),
    ],
)
def test_a_cell_goes_on_if_its_last_line_is_full_and_no_sentence_ends(last, first, goes_on):
    above, below = [UPPER[0], cell(last, 1)], [OTHER, cell(first, 1, number=2, top=60)]
    texts = joined(*above, *below)
    assert (len(texts) == 3) is goes_on
    assert (" ".join((*last, *first)) in texts) is goes_on


def test_a_cell_with_a_short_last_line_is_complete():
    short = block(*UPPER[1].lines[:1], line("der", RIGHT, 712, table=1, row=1, column=1, block=101))
    assert len(joined(UPPER[0], short, OTHER, cell(["gesamten Kosten."], 1, number=2, top=60))) == 4


def test_rows_that_repeat_the_head_are_passed_over():
    heads = [[cell([text], at, row=0, number=n, top=40) for at, text in enumerate(("Entwurf", "Beschluss"))]
             for n in (1, 2)]  # fmt: skip
    below = [cell(["der Schulen."], 0, number=2, top=60), cell(["gesamten Kosten."], 1, number=2, top=60)]
    found = joined(*heads[0], *UPPER, *heads[1], *below)
    assert found[2:] == [
        "Der Bund fördert die Netze in den der Schulen.",
        "Die Länder zahlen die Hälfte der gesamten Kosten.",
        "Entwurf",
        "Beschluss",
    ]


LOWER = [OTHER, cell(["gesamten Kosten."], 1, number=2, top=60)]
NOTE = block(line("1 Siehe Anlage.", top=760, size=8))


@pytest.mark.parametrize(
    ("before", "own", "one"),
    [
        (UPPER, LOWER, True),
        ([*UPPER, NOTE], LOWER, True),
        (UPPER, [block(line("noch Anlage 2", top=40), number=2), *LOWER], True),
        ([*UPPER, block(*body(2, 760))], LOWER, False),
        (UPPER, [block(*body(2, 40), number=2), *LOWER], False),
        (UPPER, LOWER[:1], False),  # another number of columns
        (UPPER, [OTHER, cell(["aller Kosten."], 1, number=2, width=-200)], False),  # in the other's place
        (UPPER, [block(*b.lines, number=3) for b in LOWER], False),
        ([], LOWER, False),
        (UPPER, [], False),
    ],
)
def test_a_table_goes_on_if_nothing_is_between_and_its_columns_are_the_same(before, own, one):
    layout = measure([page(body(20))])
    assert continued(before, own, layout) == ((UPPER, LOWER) if one else ([], []))


def table(texts, top):
    """Return the lines of a table of two columns; names of columns are bold."""
    return [
        line(text, (LEFT, RIGHT)[at % 2], top + 20 * (at // 2), table=1, row=at // 2, column=at % 2,
             bold=text in ("Land", "Betrag", "Stadt", "Plan"))
        for at, text in enumerate(texts)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["Seeland", "7 Euro", "Waldland", "9 Euro"], ("Land", "Betrag")),
        (["Seeland", "offen", "Waldland", "offen", "Moorland", "offen"], ("Land", "Betrag")),
        (["Land", "Betrag", "Seeland", "7 Euro"], ("Land", "Betrag")),
        (["Stadt", "Plan", "Seestadt", "7 Euro"], ("Stadt", "Plan")),
    ],
)
def test_header_cells_carry_over_to_a_page_without_heads(texts, names):
    above = [*body(9), *table(["Land", "Betrag", "Bergland", "3 Euro", "Talland", "5 Euro"], 700)]
    found = passages(above, [*table(texts, 60), *body(9, 200)])
    last = [p.heading_path for p in found if p.kind == "cell"][-2:]
    assert last == [(name,) for name in names]


def test_rows_on_the_next_page_show_that_a_plain_row_is_a_head():
    above = [*body(9), *table(["Ort", "Kosten", "Bergland", "3 Euro"], 700)]
    found = passages(above, [*table(["Talland", "5 Euro", "Seeland", "7 Euro"], 60), *body(9, 200)])
    paths = [p.heading_path for p in found if p.kind == "cell"]
    assert paths == [(), (), *[("Ort",), ("Kosten",)] * 3]
