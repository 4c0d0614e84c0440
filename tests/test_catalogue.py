"""Facts of a document: what the manifest says, what the text says, and the periods that follow."""

import pytest

from pipeline.catalogue import document
from pipeline.knowledge.calendars import SOME_LAND
from pipeline.records import Fact
from tests.builders import make_source, make_text


def facts(**values):
    return {name: Fact(value=value, origin="text") for name, value in values.items()}


def test_the_manifest_wins_and_every_value_says_where_it_comes_from():
    text = make_text(facts=facts(title="Aus dem Text", issuer="Verband", date="2022-03"))
    found = document(make_source(title="Aus der Liste", doc_type="positionspapier"), text)
    assert (found.title.value, found.title.origin) == ("Aus der Liste", "manifest")
    assert (found.issuer.value, found.issuer.origin) == ("Verband", "text")
    assert (found.published.value, found.precision, found.published.origin) == ("2022-03", "month", "text")
    assert found.period_published == "bt20"


def test_what_nobody_says_stays_empty():
    found = document(make_source(), make_text())
    assert (found.title.value, found.title.origin) == ("", "none")
    assert (found.doc_type.value, found.doc_type.origin) == ("other", "none")
    assert (found.published.value, found.precision, found.period_published) == ("", "none", "")
    assert found.period_rule == "undated"


@pytest.mark.parametrize(
    ("manifest", "published", "home", "rule"),
    [
        ({"doc_type": "positionspapier", "date": "2021-02-26"}, "bt19", "bt19", "day"),
        ({"doc_type": "wahlprogramm", "date": "2021-06-13"}, "bt19", "bt20", "manifesto:day"),
        ({"doc_type": "koalitionsvertrag", "date": "1998-10-20"}, "bt13", "bt14", "agreement:day"),
        ({"doc_type": "positionspapier", "date": "2021"}, "", "", "year:ambiguous"),
        (
            {"doc_type": "positionspapier", "date": "2021", "wahlperiode": "19"},
            "bt19",
            "bt19",
            "stated number",
        ),
        ({"doc_type": "wahlprogramm", "date": "", "wahlperiode": "20"}, "", "bt20", "stated number"),
        ({"parliament": "bw", "date": "2021", "wahlperiode": "17"}, "bw17", "bw17", "stated number"),
        ({"parliament": "bw", "date": "2021"}, "", "", "year:ambiguous"),
    ],
)
def test_periods_published_and_spoken_for(manifest, published, home, rule):
    found = document(make_source(**manifest), make_text())
    assert (found.period_published, found.period_home, found.period_rule) == (published, home, rule)


def test_the_number_of_a_bundestag_says_nothing_about_a_land():
    manifest = {
        "issuer": "CDU Hessen",
        "doc_type": "wahlprogramm",
        "title": "Landtagswahl",
        "wahlperiode": "20",
    }
    found = document(make_source(**manifest), make_text())
    assert (found.parliament, found.period_home) == ("he", "")


def test_the_head_of_a_paper_of_a_landtag_tells_its_period():
    own = facts(parliament="sn", wahlperiode="7", doc_type="drucksache")
    found = document(make_source(), make_text(facts=own))
    assert (found.period_published, found.period_rule) == ("sn07", "stated number")


@pytest.mark.parametrize(
    ("stated", "number", "title", "parliament", "home"),
    [
        ("sn", "8", "", "sn", "sn08"),
        (SOME_LAND, "", "", "", ""),  # the title page names a Landtag, but not of which Land
        (SOME_LAND, "", "Ein Vertrag für Sachsen", "sn", ""),
        ("", "2019", "Ein Vertrag für Sachsen", "sn", "sn07"),
        ("", "2021", "Ein Vertrag", "bt", "bt20"),
    ],
)
def test_an_agreement_of_a_land_is_none_of_the_bundestag(stated, number, title, parliament, home):
    told = {"doc_type": "koalitionsvertrag", "issuer": "CDU; SPD", "title": title}
    own = facts(parliament=stated, wahlperiode=number, **told)
    found = document(make_source(), make_text(facts=own))
    assert (found.parliament, found.period_home) == (parliament, home)


def test_a_dated_programme_of_an_unnamed_land_has_no_wahlperiode():
    own = facts(doc_type="wahlprogramm", issuer="SPD", title="Programm zur Landtagswahl", date="2021-02-05")
    found = document(make_source(), make_text(facts=own))
    assert (found.parliament, found.period_published, found.period_home) == ("", "", "")
    told = document(make_source(parliament="bw"), make_text(facts=own))
    assert (told.parliament, told.period_published, told.period_home) == ("bw", "bw16", "bw17")


def test_the_year_of_an_election_counts_in_the_parliament_that_the_manifest_states():
    own = facts(doc_type="wahlprogramm", parliament=SOME_LAND, wahlperiode="2021")
    assert document(make_source(), make_text(facts=own)).period_home == ""
    assert document(make_source(parliament="bw"), make_text(facts=own)).period_home == "bw17"


def test_a_repetition_is_set_aside_with_its_reason():
    found = document(make_source(), make_text(), duplicate_of="d9")
    assert (found.status, found.reason) == ("skipped", "repeats d9")


ABROAD = "issued by another state (Österreich): belongs to no Wahlperiode"


@pytest.mark.parametrize(
    ("manifest", "parliament", "reason"),
    [
        ({"date": "2020-05-04"}, "", ABROAD),
        ({"date": "2020-05-04", "parliament": "bt"}, "bt", ""),
        ({"date": "2020-05-04", "wahlperiode": "19"}, "bt", ""),
        ({"date": "2020-05-04", "issuer": "ÖVP", "wahlperiode": "19"}, "bt", ""),
    ],
)
def test_a_document_of_another_state_counts_towards_no_period_unless_the_manifest_says_so(
    manifest, parliament, reason
):
    found = document(make_source(**manifest), make_text(facts=facts(state="Österreich")))
    assert (found.parliament, found.reason) == (parliament, reason)
    assert found.period_published == ("bt19" if parliament else "")


def test_an_issuer_abroad_is_reason_enough():
    found = document(make_source(issuer="ÖVP", date="2020-05-04"), make_text())
    assert (found.parliament, found.period_home, found.status, found.reason) == ("", "", "ok", ABROAD)


def test_a_paper_about_a_plant_abroad_belongs_to_the_parliament_in_its_head():
    own = facts(parliament="bt", title="Kraftwerk Musterfluss (Frankreich)", doc_type="drucksache")
    found = document(make_source(date="2020-05-04"), make_text(facts=own))
    assert (found.parliament, found.period_published, found.reason) == ("bt", "bt19", "")


@pytest.mark.parametrize("origin", ["text", "file"])
def test_what_a_german_institute_writes_on_is_not_whose_its_paper_is(origin):
    own = facts(title="Kraftwerk Musterfluss (Frankreich)", doc_type="positionspapier")
    if origin == "file":  # »Kraftwerk (Frankreich).pdf«
        own |= {"state": Fact(value="Ausland", origin="file")}
    found = document(make_source(date="2020-05-04", issuer="Öko-Institut"), make_text(facts=own))
    assert (found.parliament, found.period_published, found.reason) == ("bt", "bt19", "")


def test_a_paper_of_a_landtag_that_its_head_does_not_name_is_none_of_the_bundestag():
    own = facts(drucksache="20/12", wahlperiode="20", parliament=SOME_LAND, doc_type="drucksache")
    found = document(make_source(date="2022-05-04"), make_text(facts=own))
    assert (found.parliament, found.period_published) == ("", "")
    told = document(make_source(wahlperiode="20"), make_text(facts=own))
    assert (told.parliament, told.period_published) == ("bt", "bt20")


@pytest.mark.parametrize(
    ("doc_type", "number", "date", "period"),
    [
        ("drucksache", "8", "2026-08-01", "st08"),  # the regular five years ended in July
        ("drucksache", "7", "2026-08-01", ""),
        ("positionspapier", "8", "2026-08-01", ""),
        ("drucksache", "8", "2021-07-05", "st07"),
    ],
)
def test_a_paper_after_the_regular_end_is_of_the_period_in_its_head(doc_type, number, date, period):
    own = facts(parliament="st", wahlperiode=number, doc_type=doc_type, issuer="Landtag Sachsen-Anhalt")
    assert document(make_source(date=date), make_text(facts=own)).period_published == period


@pytest.mark.parametrize(
    ("told", "stated", "published", "origin"),
    [
        ("2005", "2005-07-04", "2005-07-04", "text"),
        ("2005", "2005-07", "2005-07", "text"),
        ("2005-07", "2005-07-04", "2005-07-04", "text"),
        ("2005", "2004-07-04", "2005", "manifest"),
        ("2005-07-01", "2005-07-04", "2005-07-01", "manifest"),
        ("2005-07", "2005", "2005-07", "manifest"),
        ("2005", "", "2005", "manifest"),
        ("", "2005-07-04", "2005-07-04", "text"),
    ],
)
def test_a_date_in_the_text_makes_a_year_of_the_manifest_exact(told, stated, published, origin):
    found = document(make_source(date=told), make_text(facts=facts(date=stated)))
    assert (found.published.value, found.published.origin) == (published, origin)


@pytest.mark.parametrize(
    ("doc_type", "own", "parliament"),
    [
        ("drucksache", "bt", "bt"),
        ("drucksache", "ni", "ni"),
        ("drucksache", "", "by"),
        ("gesetzentwurf", "bt", "bt"),
        ("bericht", "ni", "bt"),
    ],
)
def test_a_paper_belongs_to_the_parliament_in_its_head_whatever_its_title_is_about(doc_type, own, parliament):
    told = {"issuer": "Fraktion SPD", "title": "Hochwasser in Bayern", "doc_type": doc_type}
    assert document(make_source(**told), make_text(facts=facts(parliament=own))).parliament == parliament
