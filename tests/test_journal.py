"""The journal of an output folder."""

import hashlib
import json
import shutil
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from pipeline.catalogue import document
from pipeline.config import load_settings
from pipeline.errors import InputError, SettingsError
from pipeline.records import Relations, Tags, Text
from pipeline.running.finish import Keys
from pipeline.running.journal import history, settings_of, write_run
from pipeline.stopwatch import Stopwatch
from pipeline.tables import writing
from pipeline.tabulate import LinkedDocument, rows
from tests.builders import make_source
from tests.builders_outputs import make_output

STARTED = datetime(2026, 1, 2, tzinfo=UTC)


def watch():
    made = Stopwatch()
    made.started, made.seconds = STARTED, {"read": 1.23456, "tables": 0.5}
    return made


@pytest.fixture
def tables(tmp_path):
    """A folder with one document that could not be read."""
    failed = Text(status="failed", reason="is encrypted")
    facts = document(make_source("geheim.pdf"), failed)
    linked = LinkedDocument(
        document=facts,
        text=failed,
        readings=(),
        tags=Tags(),
        relations=Relations(),
        concepts=(),
        results_key="r",
        run_key="k",
    )
    found, folder = rows(linked), tmp_path / "tables"
    with writing(folder, found) as writers:
        for name, made in found.items():
            writers[name].add(made)
    return folder


def test_a_run_says_what_it_was_made_with_and_what_failed(tables):
    settings = load_settings()
    secret = replace(settings, read=replace(settings.read, password="geheim123"))
    write_run(tables, tables / "none", secret, Keys("d", "key"), watch())
    (run,) = pq.read_table(tables / "runs.parquet").to_pylist()
    assert (run["run_key"], run["started"]) == ("key", STARTED)
    assert json.loads(run["failures"]) == [
        {"path": "geheim.pdf", "reason": "is encrypted", "status": "failed"}
    ]
    assert json.loads(run["counts"])["documents failed"] == 1
    assert {"politikspur", "python", "stage read", "pypdfium2"} <= set(json.loads(run["versions"]))
    assert {"model tagger", "periods.toml"} <= set(json.loads(run["hashes"]))
    assert "geheim123" not in repr(run)
    assert json.loads(run["seconds"]) == {"read": 1.235, "tables": 0.5}


def test_earlier_runs_stay(tables):
    write_run(tables, tables / "none", load_settings(), Keys("d", "first"), watch())
    write_run(tables, tables, load_settings(), Keys("d", "second"), watch())
    runs = pq.read_table(tables / "runs.parquet").to_pylist()
    assert [run["run_key"] for run in runs] == ["first", "second"]


def test_a_key_has_one_row_that_knows_the_runs_before(tables):
    for key in ("first", "second", "second", "first", "second", "first"):
        write_run(tables, tables, load_settings(), Keys("d", key), watch())
    runs = pq.read_table(tables / "runs.parquet").to_pylist()
    begun = STARTED.isoformat()
    assert [(run["run_key"], run["earlier"]) for run in runs] == [("second", [begun]), ("first", [begun] * 2)]


def test_the_hash_of_the_inputs_is_that_of_the_list_sha256sum_prints(tables):
    write_run(tables, tables / "none", load_settings(), Keys("d", "key"), watch())
    (run,) = pq.read_table(tables / "runs.parquet").to_pylist()
    (file,) = pq.read_table(tables / "documents.parquet", columns=["path", "sha256"]).to_pylist()
    printed = f"{file['sha256']}  geheim.pdf\n"
    assert json.loads(run["hashes"])["inputs"] == hashlib.sha256(printed.encode()).hexdigest()


def test_runs_of_a_version_that_did_not_measure_stay_readable(tables):
    write_run(tables, tables / "none", load_settings(), Keys("d", "first"), watch())
    older = pq.read_table(tables / "runs.parquet").drop_columns(["seconds", "earlier"])
    pq.write_table(older, tables / "runs.parquet")
    write_run(tables, tables, load_settings(), Keys("d", "second"), watch())
    runs = pq.read_table(tables / "runs.parquet").to_pylist()
    assert [json.loads(run["seconds"]) for run in runs] == [{}, {"read": 1.235, "tables": 0.5}]


def test_the_history_has_its_json_read(tmp_path):
    out = make_output(tmp_path)
    (run,) = history(out)
    assert run["seconds"] == {"read": 12.5, "tag": 30.0} and run["failures"][0]["reason"] == "encrypted"


def test_a_folder_without_a_run_has_no_history(tmp_path):
    with pytest.raises(InputError, match="holds no finished run"):
        list(history(tmp_path))


@pytest.fixture
def out(tables):
    """The output of a run with the faster tagger on encrypted files."""
    made = load_settings(fast=True)
    made = replace(made, read=replace(made.read, password="geheim123"))
    write_run(tables, tables / "none", made, Keys("d", "key"), watch())
    return tables.parent


def test_the_settings_of_the_last_run_are_known_but_for_the_password(out):
    assert settings_of(out) == load_settings(fast=True)


def test_a_file_says_how_trends_are_computed(out, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('[read]\npassword = "geheim123"\n[tag]\nmodel = "tagger_fast"\n[track]\nedges = 5\n')
    found = settings_of(out, mine)
    assert (found.tag.model, found.track.edges) == ("tagger_fast", 5)
    assert found.track.seed == load_settings().track.seed


@pytest.mark.parametrize("text", ['[tag]\nmodel = "tagger"\n', "[read]\nocr = false\n"])
def test_a_file_cannot_say_that_tables_were_made_otherwise(out, tmp_path, text):
    mine = tmp_path / "mine.toml"
    mine.write_text(text)
    with pytest.raises(SettingsError, match=r"mine\.toml: asks for other settings"):
        settings_of(out, mine)


@pytest.mark.parametrize("kept", [True, False])
def test_a_table_of_runs_that_is_cut_short_comes_from_the_database_or_begins_anew(tmp_path, kept):
    out = make_output(tmp_path)
    path, tables = out / "tables" / "runs.parquet", out / "tables"
    (before,) = pq.read_table(path).to_pylist()
    fresh = shutil.copytree(tables, tmp_path / "fresh")
    path.write_bytes(path.read_bytes()[:-20])
    if not kept:
        (out / "politikspur.duckdb").write_bytes(b"cut")
        with pytest.raises(InputError, match="the table runs cannot be read"):
            settings_of(out)
    write_run(fresh, tables, load_settings(), Keys("d", "key"), watch())
    *earlier, last = pq.read_table(fresh / path.name).to_pylist()
    assert (earlier, last["run_key"]) == ([before] if kept else [], "key")
