"""Figures of trends are counted again."""

import pytest

from pipeline.asking.recount import is_trend, listed, parts, trend_lines, trend_name
from pipeline.errors import QueryError
from pipeline.query import rows

from .builders_output import finished


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
