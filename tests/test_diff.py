"""Every row that differs is found and explained."""

import datetime as dt
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import outputs
from pipeline.diff import COMPARED, circumstances, diff
from pipeline.errors import InputError
from pipeline.schema import TABLES
from pipeline.tables import to_arrow
from tests.builders_outputs import DOCUMENT, SENTENCE, make_output


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    return make_output(tmp_path_factory.mktemp("diff") / "a")


@pytest.fixture
def second(first, tmp_path):
    shutil.copytree(first, tmp_path / "b")
    return tmp_path / "b"


def edit(out, name, change):
    """Replace the rows of a table by what `change` makes of each (None removes it)."""
    rows = [made for row in outputs.rows(out, name) if (made := change(row)) is not None]
    pq.write_table(to_arrow(TABLES[name], rows), outputs.path_of(out, name))


def rerun(out, **changes):
    """Change what the run says of itself: `hashes={"model tagger": "new"}`."""

    def changed(row):
        return row | {k: json.dumps(json.loads(row[k]) | v) for k, v in changes.items()}

    edit(out, "runs", changed)


def mention_of(layer):
    return f"{SENTENCE}-{layer[0]}"


def test_equal_folders_have_no_differences(first, second):
    assert list(diff(first, second)) == []
    assert circumstances(first, second) == []


def test_all_tables_but_the_journal_are_compared():
    assert set(COMPARED) == set(TABLES) - {"runs"}


def test_the_run_that_made_a_row_is_no_difference(first, second):
    edit(second, "documents", lambda row: row | {"run_key": "another"})
    assert list(diff(first, second)) == []


def test_a_new_model_explains_changed_mentions(first, second):
    rerun(second, hashes={"model tagger": "def"})
    edit(
        second,
        "mentions",
        lambda r: r | {"kind": "market"} if r["mention_id"] == mention_of("instrument") else r,
    )
    edit(second, "mentions", lambda r: None if r["mention_id"] == mention_of("actor") else r)
    found = {change.change: change for change in diff(first, second)}
    assert found["changed"].key == mention_of("instrument")
    assert found["changed"].values["kind"][1] == "market"
    assert found["changed"].document == f"{DOCUMENT}.pdf"
    assert found["removed"].key == mention_of("actor")
    assert {change.why for change in found.values()} == {"model: model tagger none → def"}


@pytest.mark.parametrize(
    ("run", "table", "column", "value", "why"),
    [
        ({"versions": {"stage read": "9"}}, "sentences", "page", 7, "reader version: stage read none → 9"),
        ({"versions": {"stage tag": "9"}}, "mentions", "kind", "market", "version tag: stage tag none → 9"),
        ({"hashes": {"themes.toml": "9"}}, "concepts", "theme", "labour", "taxonomy: themes.toml none → 9"),
        (
            {"hashes": {"concepts.toml": "9"}},
            "mentions",
            "concept_id",
            None,
            "taxonomy: concepts.toml none → 9",
        ),
        (
            {"hashes": {"own concepts.toml": "9"}},
            "mentions",
            "concept_id",
            None,
            "own concepts: own concepts.toml none → 9",
        ),
        (
            {"settings": {"relate": {"network": False}}},
            "relations",
            "score",
            0.5,
            "setting relate: setting relate.network none → False",
        ),
        (
            {"settings": {"limits": {"page_seconds": 1}}},
            "documents",
            "status",
            "failed",
            "setting limits: setting limits.page_seconds none → 1",
        ),
        ({"settings": {"limits": {"page_seconds": 1}}}, "documents", "title", "Neuer Titel", "manifest"),
        ({"hashes": {"own themes": "9"}}, "concepts", "n_mentions", 78, "follows from other rows"),
        ({}, "mentions", "period_published", "bt20", "date or period of the document"),
        ({}, "concepts", "n_mentions", 77, "follows from other rows"),
        ({}, "documents", "title", "Neuer Titel", "manifest"),
        ({}, "documents", "results_key", "anders", "follows from other rows"),
        (
            {"settings": {"read": {"ocr": False}}},
            "pages",
            "n_chars",
            5,
            "setting read: setting read.ocr none → False",
        ),
    ],
)
def test_a_row_is_explained_by_what_can_reach_it(first, second, run, table, column, value, why):
    rerun(second, **run)
    done = []

    def change(row):
        if done or row[column] == value:
            return row
        done.append(row)
        return row | {column: value}

    edit(second, table, change)
    (found,) = diff(first, second)
    assert (found.table, found.change, set(found.values), found.why) == (table, "changed", {column}, why)


def test_a_file_with_other_content_is_told_from_a_new_file(first, second):
    def other(row):
        return row | {"document_id": "d-neu"} if row["document_id"] == "d-lost" else row

    edit(second, "documents", other)
    assert {(c.change, c.why) for c in diff(first, second)} == {
        ("added", "source text: verschluesselt.pdf has other content"),
        ("removed", "source text: verschluesselt.pdf has other content"),
    }
    edit(second, "documents", lambda row: None if row["document_id"] == "d-neu" else row)
    assert [c.why for c in diff(first, second)] == ["document removed: verschluesselt.pdf"]


def test_a_row_that_is_gone_is_told_by_its_name(first, second):
    label = next(iter(outputs.rows(first, "concepts")))["label"]
    edit(second, "concepts", lambda row: None if row["label"] == label else row)
    (found,) = diff(first, second)
    assert (found.table, found.change, found.name) == ("concepts", "removed", label)


def test_a_person_explains_what_a_person_said(first, second):
    said = {"source": "person", "by": "person:e1", "status": "resolved"}
    edit(second, "mentions", lambda r: r | said if r["mention_id"] == mention_of("challenge") else r)
    (found,) = diff(first, second)
    assert found.why.startswith("person")


def test_a_correction_edited_in_place_is_named(first, tmp_path):
    said = {
        "event_id": "e1", "number": 0, "time": dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "who": "Muster",
        "document_id": DOCUMENT, "action": "status", "layer": "challenge",
        "selector": {"quote": "Not", "prefix": "", "suffix": "", "path": "a.pdf"},
        "values": '{"status": "resolved"}', "note": "", "anchored": True, "reason": "", "mention_id": None,
    }  # fmt: skip
    folders = []
    for name, changes in (("a", {}), ("b", {"values": '{"status": "open"}'}), ("c", {"anchored": False})):
        folders.append(shutil.copytree(first, tmp_path / name))
        rows = to_arrow(TABLES["corrections"], [said | changes])
        pq.write_table(rows, outputs.path_of(folders[-1], "corrections"))
    (one,) = circumstances(*folders[:2])
    assert one.cause == "person" and one.before.startswith("1 (") and one.before != one.after
    assert {change.why.partition(":")[0] for change in diff(*folders[:2])} == {"person"}
    assert circumstances(folders[0], folders[2]) == []
    assert circumstances(first, folders[0])[0].before == "none"


def test_sentences_cut_otherwise_explain_their_mentions(first, second):
    rerun(second, versions={"stage split": "9"})
    edit(second, "mentions", lambda r: None if r["sentence_id"] == SENTENCE else r)
    edit(second, "sentences", lambda r: None if r["sentence_id"] == SENTENCE else r)
    found = list(diff(first, second))
    assert len(found) == 4
    assert {change.why for change in found} == {"reader version: stage split none → 9"}


def test_trends_follow_from_what_changed(first, second):
    trend = {c.name: None for c in TABLES["trends"].columns} | {
        "period_id": "bt20", "basis": "published", "unit": "theme", "item": "labour", "label": "Arbeit",
        "slice": "all", "slice_value": "all", "n": 1, "denominator": 30, "denominator_unit": "sentences",
        "level": "none", "n_documents": 1, "weights": "none",
    }  # fmt: skip
    pq.write_table(pa.Table.from_pylist([trend], schema=to_arrow(TABLES["trends"], []).schema),
                   outputs.path_of(second, "trends"))  # fmt: skip
    assert [c.why for c in diff(first, second)] == ["follows from other rows"]
    edit(second, "mentions", lambda r: r | {"score": 0.5} if r["mention_id"] == mention_of("actor") else r)
    assert [c.why for c in diff(first, second)][-1] == "follows from sentences and mentions"


def test_a_folder_without_a_run_is_named(first, tmp_path):
    with pytest.raises(InputError, match="no finished run"):
        list(diff(first, tmp_path))


def test_a_correction_that_both_runs_have_explains_no_other_change(first, tmp_path):
    word = next(r for r in outputs.rows(first, "mentions") if r["mention_id"] == mention_of("actor"))
    said = {
        "event_id": "e1", "number": 0, "time": dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "who": "Muster",
        "document_id": DOCUMENT, "action": "delete", "layer": "actor",
        "selector": {"quote": word["text"], "prefix": "", "suffix": "", "document": "a.pdf"},
        "values": "{}", "note": "", "anchored": True, "reason": "", "mention_id": None,
    }  # fmt: skip
    by = {"source": "person", "by": "person:e0"}
    folders = [shutil.copytree(first, tmp_path / name) for name in "ab"]
    for folder in folders:
        pq.write_table(to_arrow(TABLES["corrections"], [said]), outputs.path_of(folder, "corrections"))
        edit(folder, "mentions", lambda r: r | by if r["mention_id"] == mention_of("challenge") else r)
    rerun(folders[1], hashes={"model tagger": "def"})
    changed = {mention_of("actor"): {"kind": "state"}, mention_of("challenge"): {"score": 0.5}}
    edit(folders[1], "mentions", lambda r: r | changed.get(r["mention_id"], {}))
    edit(folders[1], "corrections", lambda r: r | {"anchored": False, "reason": "gone"})
    assert {change.table for change in diff(*folders)} == {"mentions", "corrections"}
    assert {change.why for change in diff(*folders)} == {"model: model tagger none → def"}
