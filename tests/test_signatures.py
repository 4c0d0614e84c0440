"""Names side by side below a paper, and what only looks like them."""

from __future__ import annotations

import pytest

from pipeline.clean import clean
from pipeline.config import Read
from pipeline.read import read_pages
from pipeline.reading.signatures import signed
from pipeline.split import passages
from tests.builders_pages import line
from tests.pdf_writer import Text, paragraph, write

PROSE = ["Die Parteien werden das Vereinbarte gemeinsam umsetzen und jedes Jahr darüber berichten."] * 6
OFFICES = {
    70: ("Vorsitzende der", "Demokratischen Mitte"),
    300: ("Generalsekretär des", "Bündnisses im Norden"),
}


def beside(*rows, step=15):
    """Return lines in columns, row by row; None is no line."""
    return [
        line(text, 70 + 150 * column, 500 + step * at)
        for at, row in enumerate(rows) for column, text in enumerate(row) if text
    ]  # fmt: skip


def test_each_name_stands_with_its_office_not_with_that_of_its_neighbour(tmp_path):
    signed = [Text(70, 500, "Dr. Anna Berger"), Text(300, 500, "Jens von Holt")]
    signed += [
        Text(x, 515 + 12 * at, row)
        for at in (0, 1)
        for x, rows in OFFICES.items()
        for row in rows[at : at + 1]
    ]
    path = write(tmp_path / "a.pdf", [[*paragraph(70, 100, PROSE), *signed]])
    found = passages(clean(list(read_pages(path, settings=Read(ocr=False, ocr_dpi=300, password="")))))
    assert [p.text for p in found[-4:]] == [
        "Dr. Anna Berger", "Vorsitzende der Demokratischen Mitte",
        "Jens von Holt", "Generalsekretär des Bündnisses im Norden",
    ]  # fmt: skip


NAMES, ROLES = ("Anna Berger", "Dr. Holt", "Uwe de Vries"), ("Vorsitzende", "Berichterstatter", "Sprecher")


def test_each_signature_is_a_table_of_its_own():
    found = signed(beside(NAMES, ROLES, (), (), NAMES[:2], ROLES[:2]))
    places = [(n, row) for first, last in ((1, 3), (4, 5)) for row in (0, 1) for n in range(first, last + 1)]
    assert [(x.table, x.row) for x in found] == places
    assert [x.text for x in found] == [*NAMES, *ROLES, *NAMES[:2], *ROLES[:2]]


def test_a_name_alone_in_its_row_is_a_signature_where_others_are_set_alike():
    found = signed(beside(NAMES[:2], ROLES[:2], (), (), NAMES[2:], ROLES[2:]))
    assert [(x.table, x.row) for x in found[-2:]] == [(3, 0), (3, 1)]


@pytest.mark.parametrize(
    "lines",
    [
        beside(NAMES),
        beside(NAMES, ("Hamburg", "Mainz", "Köln")),
        beside(ROLES, ROLES),
        beside(NAMES[:1], ROLES[:1]),
        beside(NAMES, ROLES, step=40),
        beside(("die Länder", "der Bund"), ROLES),
        beside(("den", "Umbau", "der"), ROLES),  # a line that is filled by wide spaces
        beside(NAMES, *[ROLES] * 6),
        [*beside(NAMES), line("Vorsitzende und Berichterstatter der drei Parteien", 70, 515)],
        [
            line("Anna Berger", 70),
            line("Dr. Holt", 130),
            line("Vorsitzende", 70, 112),
            line("Sprecher", 130, 112),
        ],
        [],
    ],
)
def test_what_only_looks_like_signatures_stays_as_it_is(lines):
    assert signed(lines) == tuple(lines)
