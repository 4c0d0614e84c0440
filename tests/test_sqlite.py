"""SQLite for Datasette."""

import json
import sqlite3
from contextlib import closing

import pytest

from pipeline import outputs
from pipeline.exports import export
from pipeline.query import rows
from pipeline.schema import TABLES


@pytest.fixture
def out(formulas):
    return formulas


def test_sqlite_has_keys_links_and_search(out, tmp_path):
    path, metadata = export(out, "sqlite", tmp_path)
    base = sqlite3.connect(path)
    assert base.execute("pragma foreign_key_check").fetchall() == []
    assert base.execute("pragma integrity_check").fetchone() == ("ok",)
    for name in TABLES:
        assert base.execute(f"select count(*) from {name}").fetchone()[0] == outputs.count(out, name)
    found = base.execute("select count(*) from sentences_fts where sentences_fts match 'Wohnungsnot'")
    asked = base.execute("select count(*) from sentences where text like '%Wohnungsnot%'")
    assert found.fetchone() == asked.fetchone() != (0,)
    with pytest.raises(sqlite3.IntegrityError):
        base.execute("update mentions set layer = 'thema'")
    assert json.loads(metadata.read_text())["databases"]["politikspur"]["tables"]["mentions"]["columns"][
        "text"
    ]
    base.close()


@pytest.mark.parametrize(
    "question",
    [
        "select mention_id, concept, sentence, dated from v_mentions order by mention_id",
        "select period_published, kind, status, n from v_instruments_by_period",
        "select mention_id, sentence, title, page from v_evidence order by mention_id",
    ],
)
def test_the_views_are_those_of_the_duckdb_file(out, tmp_path, question):
    path, _ = export(out, "sqlite", tmp_path)
    with closing(sqlite3.connect(path)) as base:
        assert base.execute(question).fetchall() == [tuple(row.values()) for row in rows(out, question)]
