from __future__ import annotations

import os

import pytest

from pipeline import track
from pipeline.errors import InputError, PipelineError
from pipeline.schema import TABLES
from pipeline.tables import conform
from pipeline.tracking import counts
from pipeline.tracking.communities import communities
from pipeline.tracking.misclassification import ErrorRate
from pipeline.tracking.trust import Trust
from tests.builders_tables import TRACKED, build, quick, rewrite, rows


@pytest.mark.parametrize("name", [name for name in TRACKED if not name.endswith("_themes")])
def test_tables_follow_the_schema_and_their_keys_are_unique(tracked, name):
    made = conform(TABLES[name], tracked[name])
    keys = [tuple(row[column] for column in TABLES[name].key) for row in made.to_pylist()]
    assert len(keys) == len(set(keys)) > 0


def test_order_of_rows_changes_nothing(tracked, tmp_path):
    again = dict(track.track(build(tmp_path, documents=4, sentences=40, shuffle=True), quick(resamples=199)))
    assert all(again[name].equals(tracked[name]) for name in tracked)


def test_a_missing_table_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match=r"documents\.parquet"):
        dict(track.track(tmp_path, quick()))


def test_an_empty_corpus_gives_empty_tables(tmp_path):
    made = dict(track.track(build(tmp_path, documents=0), quick()))
    assert {name: made[name].num_rows for name in made} == dict.fromkeys(TRACKED, 0)


def test_much_text_has_a_second_process(tmp_path, monkeypatch):
    pairs = [("a", "b", 2.0), ("x", "y", 1.0)]
    with counts.connect(build(tmp_path, documents=1)) as base:
        for many in (track.MANY, 0):
            monkeypatch.setattr(track, "MANY", many)
            with track._second(base) as second:
                elsewhere = second.submit(os.getpid).result() != os.getpid()
                assert elsewhere == (many == 0)
                assert second.submit(communities, pairs).result() == communities(pairs)


def test_a_second_process_that_is_killed_is_one_line_that_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(track, "MANY", 0)
    with (
        counts.connect(build(tmp_path, documents=1)) as base,
        pytest.raises(PipelineError, match=r"^a second process: was ended; free some memory and run again$"),
        track._second(base) as second,
    ):
        second.submit(os._exit, 1).result()


def test_what_people_have_labelled_is_not_corrected_for_errors_of_the_tagger(tmp_path):
    folder = build(tmp_path, documents=4, sentences=40, periods=("bt20", "bt21"))
    rate = ErrorRate(true_positive=80, false_negative=20, false_positive=10, true_negative=390)
    trust = Trust(error_rates={("status", "planned"): rate, ("theme", "housing"): rate})
    rewrite(folder, "mentions", "d-bt20-000", {"source": "person"})
    made, off = (
        rows(dict(track.track(folder, quick(correct_errors=wanted), trust=trust))["trends"], slice="all")
        for wanted in (True, False)
    )
    found = {
        (row["item"], row["period_id"]): row["corrected"] is not None
        for row in made
        if row["item"] in ("planned", "housing") and row["basis"] == "published"
    }
    assert found == {
        ("planned", "bt20"): False, ("planned", "bt21"): True,
        ("housing", "bt20"): True, ("housing", "bt21"): True,
    }  # fmt: skip
    assert {row["corrected"] for row in off} == {None}
