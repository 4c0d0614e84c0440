"""Trends through several periods on small corpora with a planted rise."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import track
from pipeline.tracking.trust import Trust
from tests.builders_tables import build, concept_id, mixed, quick, rows, shares


@pytest.fixture(scope="module")
def tracked(tmp_path_factory):
    return dict(
        track.track(build(tmp_path_factory.mktemp("tables"), documents=4, sentences=40), quick(resamples=199))
    )


def test_the_planted_rise_is_a_trend(tracked):
    (found,) = rows(tracked["slopes"], item=concept_id("Wohnungsnot"), slice="all", basis="published")
    assert (found["period_from"], found["period_to"], found["n_periods"]) == ("bt18", "bt21", 4)
    assert 0 < found["low"] < found["slope"] < found["high"]
    assert found["p"] <= 0.05


def test_a_slope_is_that_of_the_shares_it_is_drawn_through(tracked):
    wanted = {"unit": "theme", "item": "housing", "slice": "all", "basis": "published"}
    (found,) = rows(tracked["slopes"], **wanted)
    shares = {row["period_id"]: row["share"] for row in rows(tracked["trends"], **wanted)}
    steps = zip((-1.5, -0.5, 0.5, 1.5), sorted(shares), strict=True)  # equally long periods
    assert found["slope"] == pytest.approx(sum(place * shares[period] for place, period in steps) / 5)


def test_two_periods_make_no_trend(tmp_path):
    folder = build(tmp_path, documents=4, sentences=30, periods=("bt20", "bt21"))
    assert dict(track.track(folder, quick()))["slopes"].num_rows == 0


def test_few_documents_have_an_interval_but_no_test(tmp_path):
    folder = build(tmp_path, documents=1, sentences=80, periods=("bt19", "bt20", "bt21"))
    made = rows(dict(track.track(folder, quick()))["slopes"], slice="all")
    assert made
    for row in made:
        assert row["p"] is None
        assert row["low"] < row["slope"] < row["high"]
        assert "in all periods: no test" in row["drift_warning"]


def test_a_trend_through_other_kinds_of_documents_is_tested_only_where_asked(tmp_path):
    folder = mixed(build(tmp_path, documents=4, sentences=30, periods=("bt19", "bt20", "bt21")), "bt20")
    usual, asked = (
        rows(shares(folder, compare_unlike=wanted)["slopes"], slice="all", basis="published")
        for wanted in (False, True)
    )
    assert all(row["p"] is None and "no test across" in row["drift_warning"] for row in usual)
    assert [row["slope"] for row in usual] == [row["slope"] for row in asked]
    assert any(row["p"] is not None for row in asked)


def test_documents_that_speak_about_several_periods_are_not_taken_for_several(tmp_path):
    folder = build(tmp_path, documents=2, sentences=40, periods=("bt18", "bt19", "bt20"))
    path = folder / "sentences.parquet"
    table = pq.read_table(path)
    found = [row | {"periods_addressed": ["bt18", "bt19", "bt20"]} for row in table.to_pylist()]
    pq.write_table(pa.Table.from_pylist(found, schema=table.schema), path)
    made = rows(shares(folder, compare_unlike=False)["slopes"], slice="all")
    by_basis = {basis: [row for row in made if row["basis"] == basis] for basis in ("published", "addressed")}
    assert any(row["p"] is not None for row in by_basis["published"])
    assert by_basis["addressed"]
    for row in by_basis["addressed"]:
        assert (row["p"], row["is_clear"]) == (None, None)
        assert "several of the periods: no test" in row["drift_warning"]


def test_a_drift_of_the_tagger_is_told(tmp_path):
    folder = build(tmp_path, documents=2, sentences=40)
    scores = {"bt18": (0.8, 0.75, 0.85), "bt21": (0.6, 0.55, 0.65)}
    f1 = {("wahlprogramm", period, "theme"): score for period, score in scores.items()}
    for row in rows(dict(track.track(folder, quick(), trust=Trust(f1=f1)))["slopes"], slice="all"):
        assert ("F1 on wahlprogramm differs" in (row["drift_warning"] or "")) == (row["unit"] == "theme")
