"""The Python door: its examples run, its filters filter, its rows are lazy."""

import doctest

import pytest

import pipeline
from pipeline.asking import access
from pipeline.errors import InputError, QueryError

from .builders_output import document, finished, mention, passage, period, sentence, small, trend

SAME_NAME = {"user_theme": "handwerk", "concept": "c-handwerksordnung"}


@pytest.fixture(scope="module")
def corpus():
    return pipeline.open(finished())


def test_the_examples_in_the_documentation_run(corpus):
    found = doctest.testmod(access, extraglobs={"corpus": corpus})
    assert found.attempted >= 12
    assert found.failed == 0


def test_a_folder_without_tables_is_told(tmp_path):
    with pytest.raises(InputError, match="politikspur run"):
        pipeline.open(tmp_path)


@pytest.mark.parametrize(
    ("filters", "sql"),
    [
        ({}, "true"),
        ({"layer": "challenge"}, "layer = 'challenge'"),
        (
            {"layer": ["challenge", "actor"], "period": 20},
            "layer <> 'instrument' and m.period_published = 'bt20'",
        ),
        ({"status": "planned", "kind": "funding"}, "m.status = 'planned' and m.kind = 'funding'"),
        ({"period": "21", "basis": "addressed"}, "list_contains(m.periods_addressed, 'bt21')"),
        ({"concept": "wohnungsnot"}, "concept_id = 'c-wohnungsnot'"),
        ({"issuer": "bündnis"}, "issuer = 'Bündnis Süd'"),
        ({"document_type": "wahlprogramm"}, "document_type = 'wahlprogramm'"),
    ],
)
def test_filters_give_the_rows_that_sql_gives(corpus, filters, sql):
    told = f"select mention_id from mentions m join documents d using (document_id) where {sql}"
    wanted = {row["mention_id"] for row in corpus.sql(told)}
    assert {row["mention_id"] for row in corpus.mentions(**filters)} == wanted
    assert wanted


def test_a_bare_number_means_the_bundestag_and_says_so_where_there_is_only_another_parliament(tmp_path):
    land, bund = (document(f"d{name}", period_published=name) for name in ("by18", "bt17"))
    said = sentence("s1", "Arbeit fehlt.", "p1", "dby18")
    corpus = pipeline.open(
        small(
            tmp_path, documents=[land, bund], passages=[passage("p1", "dby18")], sentences=[said],
            periods=[period("by", 18), *(period("bt", number) for number in (9, 17, 18, 19))],
        )
    )  # fmt: skip
    assert [row["document_id"] for row in corpus.documents(period=17)] == ["dbt17"]
    assert [row["document_id"] for row in corpus.documents(period=["by18", 17])] == ["dbt17", "dby18"]
    assert not len(corpus.documents(period=[9, "bt9", "19"]))
    with pytest.raises(QueryError, match="write by18"):
        corpus.mentions(period=18)
    with pytest.raises(QueryError, match="did you mean by18"):
        corpus.search("Arbeit", period=18)


def test_a_theme_filters_by_the_sentence(corpus):
    found = corpus.mentions(theme="housing", layer="challenge")
    assert {row["text"] for row in found} >= {"Wohnungsnot"}
    assert 0 < len(found) < len(corpus.mentions(layer="challenge"))


def test_duplicates_are_left_out_unless_asked_for(tmp_path):
    land = mention("m1", "s1", "Land", layer="actor", kind="state", status=None, named=False, counted=False)
    out = small(
        tmp_path, documents=[document()], passages=[passage("p1")], mentions=[land],
        sentences=[sentence("s1", "Land in Sicht.", "p1", counted=False)],
        trends=[trend("bt20", unit="layer", item="actor")],
    )  # fmt: skip
    assert len(pipeline.open(out).mentions()) == 0
    assert len(pipeline.open(out).mentions(duplicates=True)) == 1
    assert not pipeline.open(out).evidence("m1").counted
    assert "counted in" not in str(pipeline.open(out).explain("m1"))


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda c: c.mentions(status="planed"), "did you mean planned"),
        (lambda c: c.mentions(period="99"), "no period 'bt99'"),
        (lambda c: c.mentions(concept="Wohnungnot"), "did you mean Wohnungsnot"),
        (lambda c: c.mentions(theme="energi"), "did you mean energy"),
        (lambda c: c.trend("Mietpreisbrense"), "did you mean Mietpreisbremse"),
        (lambda c: c.documents(document_type="programm"), "did you mean wahlprogramm"),
        (lambda c: c.relations(kind="demand"), "did you mean demands"),
        (lambda c: c.mentions(basis="address"), "did you mean addressed"),
        (lambda c: c.trend("Wohnungsnot", basis="publication"), "there are published, addressed"),
        (lambda c: c.trend("Wohnungsnot", by="isuer"), "did you mean issuer"),
        (lambda c: c.search("Wohnungsnot", basis="address"), "did you mean addressed"),
        (lambda c: c.table("mention"), "did you mean mentions"),
        (lambda c: c.evidence("m-gibt-es-nicht"), "no mention has the id"),
        (lambda c: c.sql("select * from mention").to_dicts(), "did you mean mentions"),
        (lambda c: len(c.sql("drop table mentions")), "query"),
    ],
)
def test_wrong_names_are_one_line_with_the_nearest(corpus, ask, says):
    with pytest.raises(QueryError, match=says) as error:
        ask(corpus)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "name", ["housing", "Wohnen und Stadtentwicklung", "funding", "planned", "Mietpreisbremse", "Bundestag"]
)
def test_trends_are_found_by_code_label_and_concept(corpus, name):
    found = corpus.trend(name).to_dicts()
    assert [row["period_id"] for row in found] == sorted(row["period_id"] for row in found)
    assert {row["slice"] for row in found} == {"all"}


def test_the_label_of_a_status_stands_for_its_code(corpus):
    assert corpus.trend("Geplant").to_dicts() == corpus.trend("planned").to_dicts() != []


def test_a_theme_of_your_own_comes_before_concepts_that_hold_its_name(tmp_path):
    rows = [trend("bt20", unit=unit, item=name, label=name) for unit, name in SAME_NAME.items()]
    corpus = pipeline.open(small(tmp_path, documents=[document()], periods=[period("bt", 20)], trends=rows))
    assert [(row["unit"], row["item"]) for row in corpus.trend("Handwerk")] == [("user_theme", "handwerk")]


def test_a_part_of_a_label_stands_for_all_concepts_that_hold_it(corpus):
    assert {row["label"] for row in corpus.trend("mangel")} == {"Fachkräftemangel", "Lehrkräftemangel"}


def test_trends_can_be_split(corpus):
    split = corpus.table("trends").where("slice = 'document_type' and unit = 'status'")
    (row,) = split.limit(1).to_dicts()
    found = corpus.trend(row["item"], by="document_type", basis=row["basis"]).to_dicts()
    assert row["slice_value"] in {one["slice_value"] for one in found}
    assert {one["slice"] for one in found} == {"document_type"}


def test_a_quote_in_a_value_is_only_a_value(corpus):
    assert len(corpus.mentions(issuer="x' or '1'='1")) == 0


def test_notebooks_see_what_there_is(corpus):
    assert "<table>" in corpus._repr_html_()
    assert "9 documents" in corpus._repr_html_()
