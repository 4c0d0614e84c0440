"""Invented tables are those of a run, as large as asked for, and the same every time."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from pipeline.knowledge.calendars import period_of
from pipeline.schema import TABLES
from pipeline.tables import conform, verify
from pipeline.tracking import counts
from pipeline.tracking.counts import SOURCES
from pipeline.tracking.invented import invent
from pipeline.tracking.novelty import WINDOW, _around, dated


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    invent(folder, mentions=3_000, documents=9)
    return folder


def test_keys_and_links_hold(folder):
    verify(folder)


@pytest.mark.parametrize("name", SOURCES)
def test_rows_come_in_the_order_of_their_table(folder, name):
    made = pq.read_table(folder / f"{name}.parquet")
    assert conform(TABLES[name], made).equals(made)


def test_as_much_is_made_as_asked_for(folder):
    sizes = {name: pq.read_metadata(folder / f"{name}.parquet").num_rows for name in SOURCES}
    assert (sizes["mentions"], sizes["sentences"], sizes["documents"]) == (3_000, 2_000, 9)


def test_mentions_stand_with_the_relations_that_join_them(folder):
    with duckdb.connect() as base:
        for name in ("relations", "mentions"):
            base.execute(f"create view {name} as from read_parquet('{folder / name}.parquet')")
        found = base.execute("""
            select distinct r.kind, a.layer, b.layer, a.document_id = b.document_id
            from relations r join mentions a on a.mention_id = r.from_mention
            join mentions b on b.mention_id = r.to_mention order by all""").fetchall()
    assert found == [
        ("addresses", "instrument", "challenge", True),
        ("demands", "actor", "instrument", True),
    ]


def test_every_document_has_a_day_in_its_period_and_others_before_and_after(folder, tmp_path):
    found = pq.read_table(folder / "documents.parquet").to_pylist()
    assert [period_of(row["published"]) for row in found] == [row["period_published"] for row in found]
    assert len({row["published"] for row in found}) == len(found)
    assert {row["published_precision"] for row in found} == {"day"}
    invent(tmp_path, mentions=3_000, documents=40)
    with counts.connect(tmp_path) as base:
        counts.prepare(base)
        when = dated(base)
    near = [_around(when, np.arange(40))(at) for at in np.argsort(when.first)]
    assert [len(before) >= WINDOW for before, _ in near] == [at >= WINDOW for at in range(40)]
    assert [len(after) >= WINDOW for _, after in near] == [at < 40 - WINDOW for at in range(40)]


def test_the_same_is_made_every_time(folder, tmp_path):
    invent(tmp_path, mentions=3_000, documents=9)
    for name in SOURCES:
        assert (tmp_path / f"{name}.parquet").read_bytes() == (folder / f"{name}.parquet").read_bytes()
