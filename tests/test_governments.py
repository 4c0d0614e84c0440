"""Governments by name: the data, and which of them a day makes of a name."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest

from pipeline.knowledge.calendars import period_of
from pipeline.knowledge.governments import governed, governments, hint, naming


def heads(name: str, until: date | None) -> list[str]:
    return [f"{one.head} {one.number}" for one in governed(name, until)]


def test_governments_follow_one_another_and_begin_within_a_period():
    every = governments().government
    for one, following in pairwise(every):
        assert one.parliament != following.parliament or one.first_day < following.first_day
        assert one.head != following.head or one.number + 1 == following.number
    assert all(period_of(one.first_day, one.parliament) for one in every)


def test_every_coalition_is_written_somehow_and_has_governed():
    called = {name for one in governments().government for name in one.called}
    assert called == {one.id for one in governments().coalition}
    for one in governments().coalition:
        assert one.adjective or one.noun or one.compound


@pytest.mark.parametrize(
    ("name", "until", "expected"),
    [
        ("gross", date(2007, 1, 1), ["Merkel 1"]),
        ("gross", date(2011, 1, 1), ["Merkel 1"]),
        ("gross", date(2015, 1, 1), ["Merkel 3"]),
        ("gross", date(2023, 1, 1), ["Merkel 3", "Merkel 4"]),
        ("rot-gruen", date(2003, 1, 1), ["Schröder 2"]),
        ("rot-gruen", None, ["Schröder 1", "Schröder 2"]),
        ("gross", None, []),
        ("ampel", date(2019, 1, 1), []),
        ("Merkel:2", date(2019, 1, 1), ["Merkel 2"]),
        ("Merkel:9", date(2019, 1, 1), []),
        ("jamaika", date(2019, 1, 1), []),
        ("gross:-8", date(2021, 6, 15), ["Merkel 3", "Merkel 4"]),
        ("gross:-4", date(2021, 6, 15), ["Merkel 4"]),
        ("gross:-4", date(2010, 6, 15), ["Merkel 1"]),
        ("Kohl:-16", date(1998, 6, 15), ["Kohl 1", "Kohl 2", "Kohl 3", "Kohl 4", "Kohl 5"]),
        ("ampel:-3", date(2019, 6, 15), []),
        ("gross:-8", None, []),
        ("gross:now", date(2015, 1, 1), ["Merkel 3"]),
        ("gross:now", date(2011, 1, 1), []),  # another governs
        ("Delors", date(1990, 1, 1), ["Delors 2"]),
        ("Barroso", None, ["Barroso 1", "Barroso 2"]),
    ],
)
def test_which_are_meant(name, until, expected):
    assert heads(name, until) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Die Ampelkoalition plant das.", "gov:ampel"),
        ("Unter der Ampel geschah nichts.", "gov:ampel"),
        ("Die Ampel ist rot.", ""),
        ("Nach drei Jahren Ampel geschah nichts.", "gov:ampel:-3"),
        ("Nach 16 Jahren Kanzler Helmut Kohl geschah nichts.", "gov:Kohl:-16"),
        ("Nach zwei Jahren Ampelphase geschah nichts.", ""),
        ("Eine Große Koalition wäre falsch.", ""),
        ("die rot-grüne Koalition in Hannover", ""),
        ("Wir werben für Rot-Grün.", ""),
        ("im Kabinett Schröder II", "gov:Schröder:2"),
        ("das dritte Kabinett Merkel", "gov:Merkel:3"),
        ("die Von-der-Leyen-Kommission", "gov:von der Leyen"),
        ("die Kommission Delors", "gov:Delors"),
        ("die Regierung von Gerhard Schröder", "gov:Schröder"),
        ("das Zweite Kabinett Merkel", "gov:Merkel:2"),
        ("Unter Bundeskanzler Dr. Helmut Kohl", "gov:Kohl"),
        ("Bundesregierung unter Bundeskanzlerin Dr. Angela Merkel", "gov:Merkel"),
        ("die Regierung unter Prof. Dr. Ludwig Erhard", "gov:Erhard"),
        ("die Merkel-Regierung", "gov:Merkel"),
        ("während der Ära Kohl", "gov:Kohl"),
        ("die rot-grüne Koalition in Deutschland", "gov:rot-gruen"),
        ("Die Koalition aus CDU/CSU und FDP stritt.", "gov:schwarz-gelb"),
        ("eine Koalition aus CDU/CSU und FDP", ""),
        ("die schwarz-gelbe Bundesregierung in Berlin", "gov:schwarz-gelb"),
    ],
)
def test_how_they_are_written(text, value):
    found = {take(match) for pattern, take in naming() for match in re.finditer(pattern, text)}
    assert found == ({value} if value else set())
    assert not value or re.search(hint(), text)
