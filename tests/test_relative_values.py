"""Values that the document decides: decades, next years, periods by number, papers of no stated house."""

import pytest
from msgspec.structs import replace

from pipeline.knowledge.relative_values import settled
from tests.builders import make_span

SENTENCE = "Dazu liegt eine Antwort vor (Drs. 17/1234)."


def told(span, *, sentence=SENTENCE, published="2023-05-04", parliament="bt", home="bt20"):
    found = settled(span, sentence, published=published, parliament=parliament, home=home)
    return found.value, found.unit


def deadline(value, unit="year"):
    return make_span(text="bis dahin", label="deadline", kind="until", value=value, unit=unit)


def paper(text="Drs. 17/1234", value="BT-Drs. 17/1234"):
    return make_span(text=text, label="law", kind="paper", value=value)


@pytest.mark.parametrize(
    ("value", "unit", "published", "expected"),
    [
        ("decade:0/9", "year", "2023-05-04", ("2029", "year")),
        ("decade:0/9", "year", "2030", ("2039", "year")),
        ("decade:0/5", "year", "2023-05", ("2025", "year")),
        ("decade:+1/9", "year", "2029-12-31", ("2039", "year")),
        ("year:+1/12-31", "day", "2023-05-04", ("2024-12-31", "day")),
        ("year:+2/05", "month", "2023", ("2025-05", "month")),
        ("year:0/06", "month", "2023", ("2023-06", "month")),
        ("year:+1", "year", "2023-12", ("2024", "year")),
        ("year:+1", "year", "", ("", "")),
        ("decade:0/9", "year", "", ("", "")),
        ("year:0", "current year", "2023", ("year:0", "current year")),
        ("2035", "year", "2023", ("2035", "year")),
        ("P2Y", "duration", "2023", ("P2Y", "duration")),
    ],
)
def test_what_counts_from_the_documents_date(value, unit, published, expected):
    assert told(deadline(value, unit), published=published) == expected


@pytest.mark.parametrize(
    ("value", "home", "expected"),
    [
        ("wp:20", "bt20", ("wp:0", "period")),
        ("wp:21", "bt20", ("wp:+1", "period")),
        ("wp:18", "bt20", ("wp:-2", "period")),
        ("wp:22", "bt20", ("", "")),
        ("wp:7", "be07", ("wp:0", "period")),
        ("wp:20", "", ("", "")),
        ("wp:0", "", ("wp:0", "period")),
        ("wp:+1", "bt20", ("wp:+1", "period")),
    ],
)
def test_periods_by_number_count_from_the_documents_own(value, home, expected):
    assert told(deadline(value, "period"), home=home) == expected


@pytest.mark.parametrize(
    "text", ["Drs. 17/1234", "Drucksache 17/1234", "Drucks. 17/1234", "Drs. Nr. 17/1234"]
)
@pytest.mark.parametrize(
    ("parliament", "home", "house"),
    [
        ("bw", "bw17", "LT"),
        ("hh", "hh22", "LT"),
        ("bw", "", "LT"),
        ("bw", "bw16", "BT"),  # Baden-Württemberg has not had a 17th Wahlperiode then
        ("bt", "bt20", "BT"),
        ("ep", "ep09", "BT"),
        ("", "", "BT"),
    ],
)
def test_a_paper_of_no_stated_house_is_that_of_the_land(text, parliament, home, house):
    assert told(paper(text), parliament=parliament, home=home)[0] == f"{house}-Drs. 17/1234"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("BT-Drs. 17/1234", "BT-Drs. 17/1234"),
        ("Bundestagsdrucksache 17/1234", "BT-Drs. 17/1234"),
        ("Drucksache 351/19", "BR-Drs. 351/19"),
        ("Drs. 16/1, 18/2", "BT-Drs. 16/1, 18/2"),
    ],
)
def test_other_papers_stay_what_they_are_in_a_land(text, value):
    assert told(paper(text, value), parliament="bw", home="bw17")[0] == value


@pytest.mark.parametrize(
    "sentence",
    [
        "Der Bundestag hat zugestimmt (Drs. 17/1234).",
        "Das verlangt ein Antrag der Bundestagsfraktion (Drs. 17/1234).",
        "Siehe BT, Drs. 17/1234.",
    ],
)
def test_a_sentence_that_names_the_bundestag_means_its_paper(sentence):
    assert told(paper(), sentence=sentence, parliament="bw", home="bw17")[0] == "BT-Drs. 17/1234"


def test_other_attributes_stay_as_they_are():
    amount = replace(deadline("120", "EUR"), label="amount")
    assert told(amount, published="") == ("120", "EUR")
