"""Figures of trends are counted again."""

import pytest
from starlette.testclient import TestClient

from pipeline.asking.explain import explain
from pipeline.asking.recount import is_trend, listed, parts, trend_lines, trend_name
from pipeline.errors import QueryError
from pipeline.phrases import phrase
from pipeline.query import rows
from pipeline.serving.app import application

from .builders_output import document, finished, mention, passage, period, sentence, small, trend


def told(reference):
    return "\n".join(trend_lines(finished(), reference))


@pytest.mark.parametrize("basis", ["published", "addressed"])
@pytest.mark.parametrize("unit", ["theme", "concept", "actor", "kind", "actor_kind", "status", "layer"])
def test_every_figure_is_counted_again_and_comes_to_the_same(basis, unit):
    some = "order by md5(item || period_id) limit 6"
    sql = f"select * from trends where basis = ? and unit = ? and n > 0 {some}"
    for row in rows(finished(), sql, basis, unit):
        found = told(trend_name(row))
        assert f"counted     {row['n']} {row['denominator_unit']}, as above" in found, found


def test_figures_of_a_part_of_the_corpus_are_counted_again():
    row = rows(finished(), "select * from trends where slice = 'document_type' and n > 0 limit 1")[0]
    found = told(trend_name(row))
    assert f"counted     {row['n']} {row['denominator_unit']}, as above" in found
    assert "made with   politikspur 0.1.0; model" in found or "no models" in found


def test_a_share_that_is_not_given_leaves_no_gap():
    row = rows(finished(), "select * from trends where share is null and low is null limit 1")[0]
    found = told(trend_name(row))
    assert f"{row['n']} / {row['denominator']} {row['denominator_unit']}\n" in found
    assert "no interval: too few documents and sections to draw from\n" in found


@pytest.mark.parametrize(
    ("weights", "warning", "counted"),
    [
        ("manifest", None, 1),
        ("manifest", f"a single document; {phrase('unweighted')}", 2),
        ("document", None, 2),
    ],
)
def test_sentences_of_documents_without_weight_are_not_counted_again(tmp_path, weights, warning, counted):
    out = small(
        tmp_path, documents=[document("d1", weight=0.0), document("d2")],
        passages=[passage("p1"), passage("p2", "d2")],
        sentences=[sentence("s1", "Wir sparen Strom.", "p1"), sentence("s2", "Strom fehlt.", "p2", "d2")],
        mentions=[mention("m1", "s1", "Strom", 11)],
        sentence_themes=[
            {"sentence_id": f"s{at}", "document_id": f"d{at}", "sentence_number": 0, "theme": "energy",
             "score": 0.9} for at in (1, 2)
        ],
        trends=[
            trend("bt20", n=counted, weights=weights, coverage_warning=warning),
            trend("bt20", n=1, weights=weights, coverage_warning=warning, unit="layer", item="instrument"),
        ],
        periods=[period("bt", 20)],
    )  # fmt: skip
    found = "\n".join(trend_lines(out, "bt20/published/theme/energy"))
    assert f"counted     {counted} sentences, as above" in found, found
    assert ("s1 " in found) == (counted == 2)
    assert ("counted in" in str(explain(out, "m1"))) == (counted == 2)
    client = TestClient(application(out, hosts=("testserver",)))
    shown = client.get("/sentences?item=energy&period=bt20").text
    file = client.get("/download/sentences.csv?item=energy&period=bt20&unit=theme&basis=published").text
    assert "fehlt" in shown and "fehlt" in file
    assert ("sparen" in shown, "sparen" in file) == (counted == 2,) * 2
    assert ("bt20" in client.get("/download/counts.csv?mention=m1").text) == (counted == 2)


@pytest.mark.parametrize(
    ("named", "item", "more"),
    [
        ("energy", "energy", {}),
        ("energy/sentences", "energy", {"denominator_unit": "sentences"}),
        ("Bau/Wohnen", "Bau/Wohnen", {}),
        (
            "Bau/Wohnen/mentions/issuer/Grüne/EFA",
            "Bau/Wohnen",
            {"denominator_unit": "mentions", "slice": "issuer", "slice_value": "Grüne/EFA"},
        ),
        ("energy/sentences/issuer", "energy/sentences/issuer", {}),  # a slice needs its value
        ("", "", {}),
    ],
)
def test_names_of_people_may_hold_a_slash(named, item, more):
    assert parts(named) == {"item": item, **more}


def test_figures_are_recognised():
    assert is_trend("bt20/published/theme/energy")
    assert not is_trend("Bund/Länder/Kommunen/Kreise")


@pytest.mark.parametrize("end", ["nichts", "energy/sentences/issuer", "energy/sentences/issuer/Niemand"])
def test_a_row_that_is_not_there_is_told(end):
    with pytest.raises(QueryError, match="trends has no row"):
        told(f"bt20/published/theme/{end}")


def test_a_change_is_told_with_both_its_shares():
    row = rows(finished(), "select * from changes where slice = 'all' and basis = 'published' limit 1")[0]
    name = f"{row['period_from']}..{row['period_to']}/published/{row['unit']}/{row['item']}"
    found = told(name)
    assert found.startswith(f"change {name}\n  difference  {100 * row['difference']:+.2f} points")
    assert found.count("\ntrend bt") >= 2 and "tested      p = " in found


def test_an_item_may_be_given_by_its_label():
    sql = "select * from {} where slice = 'all' and basis = 'published' and unit = 'concept' limit 1"
    (change,), (trend,) = (rows(finished(), sql.format(table)) for table in ("changes", "trends"))
    assert change["label"] != change["item"] and trend["label"] != trend["item"]
    for periods, row in (
        (f"{change['period_from']}..{change['period_to']}", change),
        (trend["period_id"], trend),
    ):
        by_label, by_id = (told(f"{periods}/published/concept/{row[name]}") for name in ("label", "item"))
        assert by_label.splitlines()[1:] == by_id.splitlines()[1:]


def test_a_change_that_is_not_there_is_told():
    with pytest.raises(QueryError, match="changes has no row"):
        told("bt18..bt21/published/theme/energy")


def test_long_lists_are_cut_with_their_number():
    found = list(listed("row", [str(at) for at in range(50)]))
    assert len(found) == 21
    assert found[-1].endswith("and 30 more")
