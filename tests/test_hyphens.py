"""What a hyphen at the end of a line means."""

from __future__ import annotations

import pytest

from pipeline.reading.hyphens import decide


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("die soziale Markt-", "wirtschaft stärken", "join"),
        ("in der Planungs-", "und Bauphase", "space"),
        ("Aus-", "oder Weiterbildung", "space"),
        ("eine schwarz-", "gelbe Koalition", "keep"),
        ("ein persönlich-", "politischer Streit", "keep"),
        ("ein medizi-", "nisch-technischer Beruf", "join"),
        ("die tatsächlich-", "keit", "join"),
        ("das Land Nord-", "rhein-Westfalen", "join"),
        ("in Baden-", "Württemberg", "keep"),
        ("per E-", "Mail erreichbar", "keep"),
        ("die COVID-", "19-Pandemie", "keep"),
        ("eine 18-", "jährige Frau", "keep"),
        ("WIRT-", "SCHAFT UND ARBEIT", "join"),
        ("die EU-", "Kommission", "keep"),
        ("eine EU-", "weite Regel", "keep"),
        ("siehe www.bund-", "laender.de", "keep"),
        ("der Haushalt -", "und damit alles", "space"),
        ("die Vorsorge und -", "bereitschaft", "keep"),
        ("die Vorsorge bzw. -", "bereitschaft", "keep"),
        ("die Vorsorge und -", "Bereitschaft", "space"),
        ("(Nutzungs-", "(und Eigentums-)rechte", "space"),
    ],
)
def test_decides_by_the_words_around(before, after, verdict):
    assert decide(before, after, frozenset) == verdict


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ({"sozial-ökologische"}, "keep"),
        ({"sozialökologische"}, "join"),
        ({"sozial-ökologische", "sozialökologische"}, "join"),
        (set(), "join"),
    ],
)
def test_asks_the_words_the_document_prints_elsewhere(known, verdict):
    assert decide("eine sozial-", "ökologische Wende", lambda: known) == verdict


def test_does_not_collect_words_where_a_rule_decides():
    def fail():
        raise AssertionError("asked for nothing")

    assert decide("in Baden-", "Württemberg", fail) == "keep"
