"""Expressions of time: the examples, the values, and what is none."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from pipeline.extractors import times
from pipeline.records import Context


def values(text: str) -> list[str]:
    return [span.value for span in times.find(text)]


@pytest.mark.parametrize("example", times.EXAMPLES)
def test_examples_are_promises(example):
    plain = re.sub(r"</?time>", "", example)
    found = list(times.extract([Context(text=plain)]))
    for span in reversed(found):
        plain = f"{plain[: span.start]}<time>{span.text}</time>{plain[span.end :]}"
    assert plain == example


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in der nächsten Legislaturperiode", ["wp:+1"]),
        ("der kommenden Legislatur", ["wp:+1"]),
        ("von Januar 2015 bis zum 3. Juli 2016", ["range:2015-01/2016-07-03"]),
        ("der Jahre 2015 bis 2016", ["range:2015-2016"]),
        ("bis zum Ende der anstehenden Legislaturperiode", ["wp:+1"]),
        ("im Bundestagswahlkampf 2021", ["year:2021"]),
        ("die Regeln der rot-grünen Regierungszeit", ["gov:rot-gruen"]),
        ("in den letzten Jahren", ["span:recent"]),
        ("in den nächsten Jahren", []),
        ("in den letzten Jahrzehnten", ["span:-20"]),
        ("in den ſechs letzten Jahren", ["span:-6"]),
        ("ab dem zweıten Halbjahr 2021", ["from:2021-07"]),
        ("Der Rückstand vergangener Jahrzehnte soll schwinden.", []),
        ("seit den 1960ern", ["since:1960"]),
        ("in dieser Wahlperiode", ["wp:0"]),
        ("die vorletzte Wahlperiode", ["wp:-2"]),
        ("in der vorvergangenen Legislatur", ["wp:-2"]),
        ("in der vorausgegangenen Wahlperiode", ["wp:-1"]),
        ("in der auslaufenden Wahlperiode", ["wp:-0"]),
        ("in der eben begonnenen Legislaturperiode", ["wp:0"]),
        ("zu Beginn der neuen Wahlperiode", ["wp:new"]),
        ("bis Ende der Legislaturperiode", ["wp:home"]),
        ("in der nächsten Legislaturperiode des Europäischen Parlaments", ["ep:+1"]),
        ("die letzte Bundesregierung", ["bt:-1"]),
        ("die letzte Landesregierung", ["wp:-1"]),
        ("in der 18. Wahlperiode", ["wp:18"]),
        ("in der 18. und 19. Wahlperiode", ["wp:18", "wp:19"]),
        ("in der 17., 18. und 19. Wahlperiode", ["wp:17", "wp:18", "wp:19"]),
        ("zwischen der 14. und der 16. Wahlperiode", ["wp:14-16"]),
        ("von der 14. bis zur 16. Wahlperiode", ["wp:14-16"]),
        ("in den beiden vergangenen Wahlperioden", ["wp:-1,-2"]),
        ("vor drei Jahren", ["year:-3"]),
        ("Was vor drei Jahren begann, soll bleiben.", []),
        ("weniger als vor drei Jahren", []),
        ("der 20. Deutsche Bundestag", ["bt:20"]),
        ("in der zwanzigsten Wahlperiode", ["wp:20"]),
        ("WP 19", ["wp:19"]),
        ("seit der 18. Wahlperiode", ["since:wp:18"]),
        ("die Wahlperiode 2021–2025", ["term:2021"]),
        ("nach der Bundestagswahl 2021", ["bt:term:2021"]),
        ("nach der Landtagswahl im Herbst 2023", ["term:2023"]),
        ("bis 2030", ["until:2030"]),
        ("bis spätestens Ende 2026", ["until:2026-12"]),
        ("seit Herbst 2015", ["since:2015-09"]),
        ("ab dem zweiten Halbjahr 2021", ["from:2021-07"]),
        ("im dritten Quartal 2021", ["year:2021-07/2021-09"]),
        ("Ende 2021", ["year:2021-11/2021-12"]),
        ("im Winter 2021", ["year:2021"]),
        ("in der siebten Wahlperiode", ["wp:7"]),
        ("Jede Stadt soll binnen fünf Jahren planen.", ["span:+5"]),
        ("Er muss innerhalb von zwei Jahren nach Erlass handeln.", []),
        ("Die Miete stieg innerhalb von zwei Jahren stark.", []),
        ("bis zum 31.12.2026", ["until:2026-12-31"]),
        ("bis März 2027", ["until:2027-03"]),
        ("bis zum Ende des Jahrzehnts", ["until:decade:0"]),
        ("seit dem 1. Juli 2015", ["since:2015-07-01"]),
        ("ab 2027", ["from:2027"]),
        ("über 2027 hinaus", ["range:2027-2028"]),
        ("zum 1. Januar 2027", ["day:2027-01-01"]),
        ("im Mai 2024", ["month:2024-05"]),
        ("im Jahr 2024", ["year:2024"]),
        ("Haushaltsjahr 2026", ["year:2026"]),
        ("hat 2022 das Gesetz beschlossen", ["year:2022"]),
        ("ab dem kommenden Jahr", ["year:+1"]),
        ("letztes Jahr", ["year:-1"]),
        ("zwischen 2021 und 2025", ["range:2021-2025"]),
        ("2021–2025", ["range:2021-2025"]),
        ("von 2021 bis 2025", ["range:2021-2025"]),
        ("in den Jahren 2021, 2022 und 2023", ["range:2021-2023"]),
        ("Förderperiode 2021-27", ["range:2021-2027"]),
        ("Wintersemester 2024/25", ["range:2024-08/2025-07"]),
        ("Doppelhaushalt 2023/2024", ["range:2023-2024"]),
        ("in den nächsten zehn Jahren", ["span:+10"]),
        ("in den vergangenen 4 Jahren", ["span:-4"]),
        ("in den 1990er Jahren", ["decade:1990"]),
        ("in den 90er Jahren", ["decade:1990"]),
        ("in den neunziger Jahren", ["decade:1990"]),
        ("die unter der Regierung 1998 eingeführten Zulagen", ["year:1998"]),
        ("Der 2009 ins Leben gerufene Dienst", ["year:2009"]),
        ("So hat es auch der Rechnungshof selbst 2018 bestätigt", ["year:2018"]),
        ("von 1969 bis heute", ["since:1969"]),
        ("noch vor Ende des Jahrzehnts", ["until:decade:0"]),
        ("in den ersten drei Quartalen 2023", ["year:2023"]),
        ("in der Amtszeit von Gerhard Schröder", ["gov:Schröder"]),
        ("Ende letzten Jahres", ["year:-1/11-12"]),
        ("im Februar des vergangenen Jahres", ["year:-1/02-02"]),
        ("bis Mitte des kommenden Jahres", ["until:year:+1/05-08"]),
        ("seit Januar dieses Jahres", ["since:year:0/01-01"]),
        ("bis Ende des Jahres", ["until:year:0"]),
        ("bis Ende des Jahres 2026", ["until:2026-12"]),
        ("bis Ende des ersten Quartals 2026", ["until:2026-03"]),
        ("seit nunmehr zwei Wahlperioden", ["since:wp:-1"]),
        ("über den 31. Dezember 2027 hinaus", ["range:2027-12-31/2028"]),
        ("Ende der Neunziger", ["range:1997-1999"]),
        ("bis Mitte der 2030er Jahre", ["until:2036"]),
        ("Bis zum Ende der 2020er-Jahre", ["until:2029"]),
        ("bis Anfang der 2030er", ["until:2033"]),
        ("bis in die 90er Jahre", ["decade:1990"]),
        ("Mitte der 2030er Jahre", ["range:2034-2036"]),
        ("in diesem Jahrzehnt", ["decade:0"]),
        ("bis zur Bundestagswahl 2025", ["bt:before:2025"]),
        ("in dieser und der nächsten Legislaturperiode", ["wp:0", "wp:+1"]),
        ("in der vergangenen wie auch in der laufenden Wahlperiode", ["wp:-1", "wp:0"]),
        ("vor der letzten Bundestagswahl", ["bt:-1"]),
        ("nach der letzten Bundestagswahl", ["bt:0"]),
        ("vor der nächsten Bundestagswahl", ["bt:0"]),
        ("nach der nächsten Europawahl", ["ep:+1"]),
        ("in der letzten Wahlperiode der EU", ["ep:-1"]),
        ("noch in diesem Jahr", ["rest:0"]),
        ("noch im Jahr 2027", ["rest:2027"]),
        ("in seiner letzten Amtszeit", []),
        ("das neue Jahr", []),
        ("im Jahrhundert", []),
        ("2025–2021", []),
        ("Bundesgesetzblatt 2021/17", []),
    ],
)
def test_values(text, expected):
    assert values(text) == expected


def test_spans_do_not_overlap_and_carry_their_text():
    text = "Seit 2015 und bis 2030, von 2021 bis 2025, in der 18. Wahlperiode und im kommenden Jahr."
    found = list(times.find(text, sentence=7))
    assert [span.start for span in found] == sorted(span.start for span in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert all(text[span.start : span.end] == span.text and span.sentence == 7 for span in found)
    assert {(span.label, span.by) for span in found} == {("time", "rule:times")}


def test_positions_are_those_of_the_sentences():
    contexts = [
        Context(text=""),
        Context(text="Bis 2030."),
        Context(text="Ohne Zeit."),
        Context(text="Ab 2026."),
    ]
    assert [span.sentence for span in times.extract(contexts)] == [1, 3]


@pytest.mark.parametrize(
    "text", ["bis 99999999999", "31. Februar 2024", "der 0. Wahlperiode", "am 45.13.2024", "2" * 5000]
)
def test_nonsense_is_survived(text):
    assert isinstance(values(text), list)
