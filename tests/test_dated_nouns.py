"""Nouns behind which a year says when something was, and nouns whose year is part of a name."""

from __future__ import annotations

import re

import pytest

from pipeline.knowledge.dated_nouns import DATED_NOUN, EVENT


@pytest.mark.parametrize(
    "noun",
    ["Haushaltsjahr", "Antragsjahres", "Jahresdurchschnitt", "Gebotstermin", "NATO-Gipfel", "Neuwahlen"],
)
def test_nouns_of_time(noun):
    assert re.fullmatch(DATED_NOUN, noun)


@pytest.mark.parametrize("noun", ["Baujahr", "Geburtsjahr", "Bezugsjahr", "Agenda", "Klimaschutzprogramm"])
def test_other_nouns(noun):
    assert not re.fullmatch(DATED_NOUN, noun)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("der Bahnreform ", True),
        ("Ausbruch der Finanzkrise ", True),
        ("der Gründung im Jahr ", True),
        ("der Agenda ", False),
        ("dem Wohngeldgesetz ", False),
        ("dem EEG ", False),
        ("der Drucksache ", False),
    ],
)
def test_events(text, expected):
    assert bool(re.fullmatch(EVENT, text)) is expected
