"""Shares, their intervals and their changes on small corpora with planted differences."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline import track
from pipeline.tracking.misclassification import ErrorRate
from pipeline.tracking.trust import Trust
from tests.builders_tables import build, concept_id, mixed, quick, rows, shares


def test_shares_lie_in_their_intervals_and_divide_what_they_say(tracked):
    for row in tracked["trends"].to_pylist():
        if row["share"] is None:
            continue
        assert row["share"] == pytest.approx(row["n"] / row["denominator"])
        if row["level"] != "none":
            assert row["low"] <= row["share"] <= row["high"]
            assert row["high"] > row["low"]


def test_kinds_and_statuses_are_divided_by_mentions_of_their_layer(tracked):
    for unit, item in (("status", "planned"), ("kind", "regulation"), ("actor_kind", "federal")):
        found = rows(tracked["trends"], unit=unit, item=item, slice="all", basis="published")
        assert {row["denominator_unit"] for row in found} == {"mentions"}
        assert {row["denominator"] for row in found} == {160}


def test_the_planted_rise_has_the_right_sign(tracked):
    found = rows(
        tracked["changes"], item=concept_id("Wohnungsnot"), slice="all", basis="published", period_from="bt18"
    )
    assert [row["difference"] > 0 for row in found] == [True]
    assert found[0]["p"] is not None  # four documents a side are tested


def test_fewer_than_eight_documents_are_resampled_by_section(tracked):
    levels = {row["level"] for row in rows(tracked["trends"], slice="all", basis="published")}
    assert levels == {"sections"}


def test_eight_documents_are_resampled_as_such(tmp_path):
    folder = build(tmp_path, documents=8, sentences=20, periods=("bt20", "bt21"))
    made = dict(track.track(folder, quick()))
    assert {row["level"] for row in rows(made["trends"], slice="all", basis="published")} == {"documents"}


def test_three_documents_a_side_are_not_tested(tmp_path):
    folder = build(tmp_path, documents=3, sentences=40, periods=("bt20", "bt21"))
    made = dict(track.track(folder, quick()))["changes"]
    whole = rows(made, slice="all")
    assert whole
    assert all(row["p"] is None and row["q"] is None for row in whole)
    assert all("no test" in row["drift_warning"] for row in whole)


def test_a_cell_with_too_little_text_shows_no_share(tmp_path):
    folder = build(tmp_path, documents=1, sentences=10, periods=("bt20", "bt21"))
    made = dict(track.track(folder, quick()))["trends"].to_pylist()
    assert made
    assert all(row["share"] is None and row["low"] is None for row in made)
    assert all("too little text" in row["coverage_warning"] for row in made)


def test_one_document_says_so(tmp_path):
    folder = build(tmp_path, documents=1, sentences=80, periods=("bt20", "bt21"))
    made = dict(track.track(folder, quick()))["trends"]
    assert all("a single document" in row["coverage_warning"] for row in rows(made, basis="published"))


def test_unread_documents_stand_beside_the_shares_of_their_period(tracked):
    found = rows(tracked["trends"], slice="all", basis="published", period_id="bt18")
    assert all("documents not read: 1" in row["coverage_warning"] for row in found)


def test_duplicates_do_not_count(tables, tmp_path):
    for path in tables.glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    sentences = pq.read_table(tables / "sentences.parquet").to_pylist()
    for row in sentences:
        row["counted"] = "-000-" not in row["sentence_id"]
    made = pa.Table.from_pylist(sentences, schema=pq.read_schema(tables / "sentences.parquet"))
    pq.write_table(made, tmp_path / "sentences.parquet")
    trends = dict(track.track(tmp_path, quick()))["trends"]
    found = rows(trends, unit="layer", item="actor", slice="all", basis="published", period_id="bt19")
    assert [row["denominator"] for row in found] == [120]


@pytest.mark.filterwarnings("error")
def test_periods_that_name_no_actor_say_so(tables, tmp_path):
    for path in tables.glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    mentions = pq.read_table(tables / "mentions.parquet")
    silent = pc.and_(
        pc.equal(mentions["layer"], "actor"),
        pc.is_in(mentions["period_published"], pa.array(["bt20", "bt21"])),
    )
    pq.write_table(mentions.filter(pc.invert(silent)), tmp_path / "mentions.parquet")
    made = shares(tmp_path, compare_unlike=True)
    found = rows(made["trends"], unit="actor_kind", item="federal", slice="all", basis="published")
    told = {row["period_id"]: (row["n"], row["denominator"], row["share"]) for row in found}
    assert told["bt20"] == told["bt21"] == (0, 0, None)
    assert "too little text for a share (mentions: 0)" in found[-1]["coverage_warning"]
    between = rows(made["changes"], slice="all", basis="published", period_from="bt20")
    assert {row["unit"] for row in between} >= {"theme", "concept", "status"}
    assert "actor_kind" not in {row["unit"] for row in between}


def test_a_sentence_counts_in_every_period_it_speaks_about(tracked):
    found = rows(tracked["trends"], unit="layer", item="actor", slice="all", basis="addressed")
    by_period = {row["period_id"]: row["denominator"] for row in found}
    assert by_period["bt20"] == 160
    assert by_period["bt21"] == 160 + 3 * 24  # every seventh sentence of the other periods too


def test_other_kinds_of_documents_are_told_and_tested_only_where_asked(tmp_path):
    folder = mixed(build(tmp_path, documents=6, sentences=30, periods=("bt20", "bt21")), "bt21")
    usual, asked = (
        rows(shares(folder, compare_unlike=wanted)["changes"], slice="all", basis="published")
        for wanted in (False, True)
    )
    assert [row["difference"] for row in usual] == [row["difference"] for row in asked]
    for row in usual:
        assert row["p"] is None and row["q"] is None and not row["alike"]
        assert row["drift_warning"].startswith("different kinds of documents")
        assert row["drift_warning"].endswith("no test across different kinds of documents")
    assert any(row["q"] is not None for row in asked)
    assert not any("no test" in row["drift_warning"] for row in asked)


def test_shares_are_corrected_only_where_error_rates_are_known(tables):
    rates = {("theme", "housing"): ErrorRate(
        true_positive=80, false_negative=20, false_positive=10, true_negative=390
    )}  # fmt: skip
    trends = dict(track.track(tables, quick(resamples=199), trust=Trust(error_rates=rates)))["trends"]
    for row in rows(trends, unit="theme", slice="all", basis="published"):
        if row["item"] == "housing":
            assert row["corrected_low"] <= row["corrected"] <= row["corrected_high"]
            assert row["corrected_high"] - row["corrected_low"] > row["high"] - row["low"]
        else:
            assert row["corrected"] is None


def test_a_drift_of_the_tagger_is_told_beside_changes_of_its_layer(tables):
    scores = {"bt19": (0.8, 0.75, 0.85), "bt20": (0.6, 0.55, 0.65)}
    f1 = {("wahlprogramm", period, "theme"): score for period, score in scores.items()}
    changes = dict(track.track(tables, quick(), trust=Trust(f1=f1)))["changes"]
    for row in rows(changes, period_from="bt19", slice="all"):
        assert ("F1 on wahlprogramm differs (0.80 before, 0.60 after)" in (row["drift_warning"] or "")) == (
            row["unit"] == "theme"
        )


def test_periods_of_different_parliaments_are_not_compared(tmp_path):
    folder = build(tmp_path, documents=4, sentences=30, periods=("bt20", "bt21", "by18"))
    made = dict(track.track(folder, quick()))
    pairs = {(row["period_from"], row["period_to"]) for row in made["changes"].to_pylist()}
    assert pairs == {("bt20", "bt21")}
    states = {row["state"] for row in rows(made["lineage"], period_id="by18")}
    assert states == {"new"}
    for row in made["lineage"].to_pylist():
        assert row["at_start"] == (row["period_id"] in ("by18", "bt20"))


def test_a_period_with_hardly_any_text_does_not_part_its_neighbours(tmp_path):
    folder = build(tmp_path, documents=4, sentences=30, periods=("bt18", "bt19", "bt20"))
    path = folder / "sentences.parquet"
    table = pq.read_table(path)
    found = [
        row | {"counted": row["document_id"] == "d-bt19-000" and row["number"] < 12}
        if "bt19" in row["document_id"]
        else row
        for row in table.to_pylist()
    ]
    pq.write_table(pa.Table.from_pylist(found, schema=table.schema), path)
    made = shares(folder, compare_unlike=False)
    changes = rows(made["changes"], slice="all", basis="published")
    assert {(row["period_from"], row["period_to"]) for row in changes} == {("bt18", "bt20")}
    periods = {
        row["item"]: row for row in rows(made["novelty"], kind="period", basis="published", over="theme")
    }
    assert set(periods) == {"bt18", "bt20"}
    assert (periods["bt18"]["n_after"], periods["bt20"]["n_before"]) == (1, 1)


def test_generic_concepts_are_counted_but_not_followed(tmp_path):
    names, size = ("Wohnungsnot", "Mietpreisbremse", "Länder"), {"documents": 4, "sentences": 30}
    vague = build(tmp_path / "vague", periods=("bt18", "bt19", "bt20"), generic=names, **size)
    plain = build(tmp_path / "plain", periods=("bt18", "bt19", "bt20"), **size)
    made, before = (dict(track.track(folder, quick(resamples=49))) for folder in (vague, plain))
    left_out = {concept_id(name) for name in names}
    for same in ("trends", "attention", "statements"):
        assert made[same].equals(before[same])
    for name, ends in FOLLOWED.items():
        found, usual = ({row[end] for row in of[name].to_pylist() for end in ends} for of in (made, before))
        assert left_out & usual and not left_out & found, name


FOLLOWED = {
    "changes": ["item"], "slopes": ["item"], "distinctive": ["item"], "lineage": ["concept_id"],
    "nodes": ["node"], "edges": ["source", "target"],
}  # fmt: skip
