"""Periods addressed: the written cases, exactly and as precision and recall of each half."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.extractors import times
from pipeline.knowledge import addressing, calendars
from pipeline.knowledge.addressing import Standpoint
from pipeline.records import Span

FILE = Path(__file__).parent / "cases" / "periods.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def answer(case: dict) -> tuple[tuple[str, ...], str]:
    about = {"published": case["published"], "parliament": case["parliament"], "doc_type": case["doc_type"]}
    home, _ = calendars.home_period(**about, title=case["title"])
    sentence, heading = tuple(times.find(case["text"])), tuple(times.find(case["heading"]))
    return addressing.addressed(sentence, heading, Standpoint.of(home=home, **about))


@pytest.mark.parametrize("case", CASES, ids=[f"{one['text'][:40]}|{one['published']}" for one in CASES])
def test_written_cases(case):
    assert answer(case) == (tuple(case["periods"]), case["rule"])


# "before" was written before the code and "after" beside it; the unseen sets were written when the code was
# finished and answered once before anything was mended: precision .905 and recall .893 for the first, then
# 1.00 and .969 for the second, .917 and .885 for the third (63 cases; two of its answers broke the rule
# that a year belongs to every period it touches and were put right, and »zum Ende des Jahrzehnts«, which is
# not understood, was left out). The fourth was split by a hash of the text, counted as in the strict test
# below: the half "4a" was looked at while mending (.738 and .922 before), "4b" was answered once
# afterwards: .962 and .927 (.926 and .909 before), then mended too. The fifth (40 cases) was answered once
# after all that, in the strict count: 1.00 and .80; »binnen drei Jahren gestiegen« is not understood and
# was left out of it. The sixth (33 cases: named governments, commissions, terms of office, and what only
# looks like one) was written before the code that understands them, together with as many that were looked
# at (they stand in "after"), and answered once: 31 of 33 right, 8 before. Both others were mended since:
# »Nach acht Jahren Großer Koalition«, and that a coalition in a paper from Mainz leaves it without a period.
# The rules of sets four to six were written by the code, their periods were not. A seventh set of 176
# sentences was answered once: .952 and .806 (.957 and .908 when mended); half of it is in "after".
# An eighth of 154: .944 and .769 (.973 and .910 when mended), 60 more written after that: .949 and .875, and
# another 40: .911 and .953 (.875 and .814 by the code before the eighth); some of each are in "after".
# A ninth of 129: .910 and .823 (.969 and .864 when mended); 83 written after that, answered once: .981 and
# .904 (.945 and .904 by the code before the ninth). Neither is here but for the kinds that were mended.
@pytest.mark.parametrize("part", ["unseen-4a", "unseen-4b", "unseen-5", "unseen-6"])
def test_precision_and_recall_of_what_the_text_says(part):
    """Only manifestos and agreements may answer with the period of the document; silence is an answer."""

    def told(periods: list[str] | tuple[str, ...], rule: str, case: dict) -> set[str]:
        by_type = case["doc_type"] in ("wahlprogramm", "koalitionsvertrag")
        return set(periods) or {rule} if rule != "document" or by_type else set()

    cases = [(case, *answer(case)) for case in CASES if case["set"] == part]
    assert_good(
        [(told(case["periods"], case["rule"], case), told(found, rule, case)) for case, found, rule in cases]
    )


def assert_good(pairs: list[tuple[set[str], set[str]]]) -> None:
    hits = sum(len(expected & found) for expected, found in pairs)
    assert hits / sum(len(found) for _, found in pairs) >= 0.95
    assert hits / sum(len(expected) for expected, _ in pairs) >= 0.85


def test_there_are_enough_cases():
    assert len(CASES) >= 150
    assert sum(not case["periods"] for case in CASES) >= 10


@pytest.mark.parametrize(
    "value", ["wp:0", "bt:-1", "until:2030", "since:2015", "span:+10", "year:+1", "rest:0", "decade:0"]
)
def test_nothing_is_guessed_without_a_date(value):
    span = Span(sentence=0, start=0, end=1, text="x", label="time", kind="k", value=value)
    assert addressing.addressed((span,), (), Standpoint.of(""))[0] == ()


@pytest.mark.parametrize("value", ["day:2024-02-31", "until:0000", "wp:99", "range:2021-2020", "term:1900"])
def test_impossible_values_have_no_period(value):
    span = Span(sentence=0, start=0, end=1, text="x", label="time", kind="k", value=value)
    assert addressing.addressed((span,), (), Standpoint.of("2024-01-01", home="bt20"))[0] == ()


def test_a_part_of_a_year_belongs_to_the_periods_it_touches():
    def of(text: str) -> tuple[str, ...]:
        return addressing.addressed(tuple(times.find(text)), (), Standpoint.of("2022-05-01", home="bt20"))[0]

    assert of("Im Jahr 2021 galt das.") == ("bt19", "bt20")
    assert of("Im Frühjahr 2021 galt das.") == ("bt19",)
    assert of("Ende 2021 galt das.") == ("bt20",)
    assert of("Im Herbst 2021 galt das.") == ("bt19", "bt20")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bis zur Bundestagswahl 2021 geschah nichts.", ("bt19",)),
        ("Bis zur Bundestagswahl 2029 soll das gelten.", ("bt21",)),  # which ends the last known period
        ("Vor der Bundestagswahl 2028 …", ()),  # there is none
    ],
)
def test_until_an_election_is_the_period_that_it_ends(text, expected):
    spans = tuple(times.find(text))
    assert addressing.addressed(spans, (), Standpoint.of("2022-05-01", home="bt20"))[0] == expected


def test_a_range_of_more_than_ten_periods_is_history():
    def since(year: int) -> tuple[tuple[str, ...], str]:
        spans = tuple(times.find(f"Seit {year} gilt das."))
        return addressing.addressed(spans, (), Standpoint.of("2024-05-23", home="bt20"))

    assert since(1949) == ((), "sentence:history")
    assert since(1991)[0][0] == "bt12"


@pytest.mark.parametrize(
    ("doc_type", "home", "expected"),
    [("koalitionsvertrag", "bt14", ("bt14",)), ("strategie", "bt13", ("bt13", "bt14"))],
)
def test_the_rest_of_a_year_begins_with_the_document_or_the_period_an_agreement_opens(
    doc_type, home, expected
):
    signed = Standpoint.of("1998-10-20", home=home, doc_type=doc_type)  # six days before the first day
    assert addressing.resolve("rest:0", signed) == expected


@pytest.mark.parametrize(
    ("doc_type", "expected"), [("koalitionsvertrag", "bt19"), ("wahlprogramm", "bt19"), ("strategie", "bt20")]
)
def test_the_period_that_is_ending_is_the_one_before_an_agreement(doc_type, expected):
    spans = tuple(times.find("In der zu Ende gehenden Legislaturperiode wurde viel erreicht."))
    standpoint = Standpoint.of("2021-11-24", home="bt20", doc_type=doc_type)
    assert addressing.addressed(spans, (), standpoint) == ((expected,), "sentence:relative")
