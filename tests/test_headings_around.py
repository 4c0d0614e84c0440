"""Lines that look like headings and are none, as what stands around them tells."""

from __future__ import annotations

import pytest

from pipeline.reading.headings import levels
from pipeline.reading.layout import measure
from tests.builders_pages import FULL, block, body, line, page, rows

LAYOUT = measure([page(body(20))])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Erika Beispiel, Fischerin", False), ("2. Häfen", True), ("Wir fordern:", True)],
)
def test_who_said_the_quotation_above_is_no_heading(text, expected):
    quoted = block(line("»Wer die Küste kennt, baut keine Mauern.«", italic=True))
    assert (1 in levels([quoted, block(line(text, bold=True)), block(*body(3))], LAYOUT)) is expected


@pytest.mark.parametrize(
    ("above", "text", "expected"),
    [
        ("Wir schlagen diese Ergänzung vor:", "„1a. die Förderung der Netze“", False),
        ("Wir schlagen diese Ergänzung vor:", "Die Förderung der Netze", True),
        ("Die Netze wachsen.", "„Nichts über uns ohne uns“", True),
    ],
)
def test_words_in_quotes_that_are_announced_are_no_heading(above, text, expected):
    found = [block(*rows([FULL, above])), block(line(text, bold=True)), block(*body(3))]
    assert (1 in levels(found, LAYOUT)) is expected


@pytest.mark.parametrize(
    ("text", "below", "expected"),
    [
        ("DIE LINKE", [line("Muster, Erika")], False),
        ("DIE LINKE", body(3), True),
        ("DIE LINKE", [line("Die Netze wachsen.")], True),
        ("DIE LINKE", [line("NETZE UND HÄFEN")], True),
        ("HERAUSGEBER:", [line("Muster, Erika")], True),
        ("KAPITEL 2", [line("Netze und Häfen")], True),
    ],
)
def test_names_in_capitals_without_text_below_are_no_headings(text, below, expected):
    assert (1 in levels([block(*body(3)), block(line(text)), block(*below)], LAYOUT)) is expected


def test_names_below_place_and_date_are_no_headings():
    signed = [
        block(line("Bonn, den 4. März 2031")),
        block(line("Erika Beispiel, Max Muster und Fraktion", bold=True)),
    ]
    reasons = block(line("Begründung", bold=True))
    assert set(levels([*signed, reasons], LAYOUT)) == {2}
