"""Synopses without rules: rows by equal numbers, heads as header cells, never mixed lines."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.read import read_pages
from pipeline.reading.synopses import cells
from pipeline.reading.tabular import tabulate
from pipeline.split import passages, split
from tests.builders_pages import body, line, page, rows
from tests.pdf_writer import Text, paragraph, write

LEFT = ["(1) Die Mittel für die Netze tragen", "Bund und Länder je zur Hälfte.", "",
        "(2) Die Länder berichten darüber", "bis zum Ende des Jahres."]  # fmt: skip
RIGHT = ["(1) Die Mittel für die Netze trägt", "der Bund allein.", "", "(2) unverändert"]


def lines(heads=("Entwurf", "Beschlüsse des 4. Ausschusses"), x=320):
    """Return a page with two columns below their heads."""
    columns = (rows(texts, x0, 140, width=200) for texts, x0 in ((LEFT, 70), (RIGHT, x)))
    return [*(line(head, at, 110) for head, at in zip(heads, (130, 370), strict=True)),
            *(row for column in columns for row in column if row.text)]  # fmt: skip


def test_rows_begin_where_both_sides_have_the_same_number():
    found = cells(lines())
    assert [(cell.row, cell.column) for cell in found] == [(row, at) for row in range(3) for at in range(2)]
    assert [cell.top for cell in found[::2]] == [109, 139, 175]
    assert all(cell.x1 == 319 for cell in found[::2])


def test_an_introduction_above_the_first_number_is_a_row_of_its_own():
    above = [row for x0 in (70, 320) for row in rows(["Das Netzgesetz wird", "wie folgt geändert:"], x0, 124)]
    below = [replace(row, top=row.top + 20, bottom=row.bottom + 20) for row in lines()[2:]]
    found = cells([*lines()[:2], *above, *below])
    assert [cell.top for cell in found[::2]] == [109, 123, 159, 195]


def test_a_line_over_both_columns_ends_it():
    assert cells([*lines(), *rows(["Berichterstattung"] * 2, 70, 215, width=450)])[-1].bottom < 215


@pytest.mark.parametrize(
    "page",
    [
        lines(("Einleitung", "Ausblick")),
        lines(x=200),  # the columns overlap
        [line("Entwurf", 130, 110), *body(6, 140)],
        lines()[:2],
        [],
    ],
)
def test_other_pages_have_none(page):
    assert cells(page) == []


def test_a_synopsis_goes_on_over_pages_that_do_not_repeat_its_heads():
    prose = rows(["Der Ausschuss empfiehlt, den Entwurf anzunehmen."] * 3, 70, 240, width=450)
    columns = [row for x0 in (70, 320) for row in rows([f"Der Text der Spalte {x0}"] * 9, x0, 140, width=200)]
    first = tabulate(lines(), cells(lines()))
    found = clean(
        [page([*own], at) for at, own in enumerate([first, lines()[2:], [*lines()[2:], *prose], columns], 1)]
    )
    assert [[x.row for x in own.lines if x.column == 1] for own in found.pages] == [
        [0, 1, 1, 2],
        [0, 0, 1],
        [0, 0, 1],
        [],
    ]
    assert [x.table for x in found.pages[2].lines[-3:]] == [0, 0, 0]
    heads = {p.heading_path for p in split(found).passages if p.pages == (2,)}
    assert heads == {("Entwurf",), ("Beschlüsse des 4. Ausschusses",)}
    alone = clean([page([*own], at) for at, own in enumerate([[*first, *prose], columns], 1)])
    assert not any(x.table for x in alone.pages[1].lines)


@pytest.mark.parametrize("by_rows", [False, True])
def test_the_reader_keeps_columns_apart_and_knows_their_heads(tmp_path, by_rows):
    texts = [text for text in (*paragraph(70, 140, LEFT), *paragraph(320, 140, RIGHT)) if text.text]
    texts = sorted(texts, key=lambda text: (text.y, text.x)) if by_rows else texts
    heads = [Text(130, 110, "Geltendes Recht"), Text(370, 110, "Entwurf")]
    path = write(tmp_path / "a.pdf", [[*heads, *texts]] * 2)
    found = passages(clean(list(read_pages(path, settings=Read(ocr=False, ocr_dpi=150, password="")))))
    assert [(p.heading_path, p.text) for p in found if p.pages == (2,)] == [
        ((), "Geltendes Recht"),
        ((), "Entwurf"),
        (("Geltendes Recht",), "(1) Die Mittel für die Netze tragen Bund und Länder je zur Hälfte."),
        (("Entwurf",), "(1) Die Mittel für die Netze trägt der Bund allein."),
        (("Geltendes Recht",), "(2) Die Länder berichten darüber bis zum Ende des Jahres."),
        (("Entwurf",), "(2) unverändert"),
    ]
