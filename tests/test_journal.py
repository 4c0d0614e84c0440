"""The journal of an output folder."""

import json
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from pipeline.catalogue import document
from pipeline.config import load_settings
from pipeline.journal import write_run
from pipeline.records import Relations, Tags, Text
from pipeline.tables import writing
from pipeline.tabulate import Linked, rows
from tests.builders import make_source

STARTED = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def tables(tmp_path):
    """A folder with one document that could not be read."""
    failed = Text(status="failed", reason="is encrypted")
    facts = document(make_source("geheim.pdf"), failed)
    linked = Linked(
        document=facts,
        text=failed,
        readings=(),
        tags=Tags(),
        relations=Relations(),
        concepts=(),
        run_key="k",
    )
    found = rows(linked)
    with writing(tmp_path, found) as writers:
        for name, made in found.items():
            writers[name].add(made)
    return tmp_path


def test_a_run_says_what_it_was_made_with_and_what_failed(tables):
    settings = load_settings()
    secret = replace(settings, read=replace(settings.read, password="geheim123"))
    write_run(tables, tables / "none", secret, "key", STARTED)
    (run,) = pq.read_table(tables / "runs.parquet").to_pylist()
    assert (run["run_key"], run["started"]) == ("key", STARTED)
    assert json.loads(run["failures"]) == [
        {"path": "geheim.pdf", "reason": "is encrypted", "status": "failed"}
    ]
    assert json.loads(run["counts"])["documents failed"] == 1
    assert {"politikspur", "python", "stage read", "pypdfium2"} <= set(json.loads(run["versions"]))
    assert {"model tagger", "periods.toml"} <= set(json.loads(run["hashes"]))
    assert "geheim123" not in repr(run)


def test_earlier_runs_stay(tables):
    write_run(tables, tables / "none", load_settings(), "first", STARTED)
    write_run(tables, tables, load_settings(), "second", STARTED)
    runs = pq.read_table(tables / "runs.parquet").to_pylist()
    assert [run["run_key"] for run in runs] == ["first", "second"]
