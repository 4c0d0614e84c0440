"""What pages look up says the same as the tables, and an older file does without it."""

import shutil

import duckdb
import pytest

from pipeline import lookups
from pipeline.serving import concepts
from pipeline.serving.reader import Reader
from tests.builders_output import finished


@pytest.fixture
def older(tmp_path):
    """Return a copy of an output folder as an earlier version wrote it."""
    out = tmp_path / "older"
    shutil.copytree(finished(), out)
    with duckdb.connect(str(out / "politikspur.duckdb")) as base:
        base.execute(f"drop schema {lookups.SCHEMA} cascade")
        for (name,) in base.execute("select index_name from duckdb_indexes()").fetchall():
            base.execute(f"drop index {name}")
    return out


@pytest.mark.parametrize("name", lookups.JOINS)
def test_a_join_lies_in_the_file_as_the_tables_say_it(name):
    reader = Reader(finished())
    stored = reader.rows(f"from {lookups.SCHEMA}.{name}")
    assert stored and stored == reader.rows(lookups.JOINS[name])


def test_columns_that_are_looked_up_have_an_index():
    rows = Reader(finished()).rows("select table_name, index_name from duckdb_indexes()")
    wanted = {(table, f"{table}_by_{name}") for table, names in lookups.INDEXES.items() for name in names}
    assert {(row["table_name"], row["index_name"]) for row in rows} == wanted


def test_an_older_file_tells_the_same_lives(older):
    now, before = Reader(finished()), Reader(older)
    assert before.lookup("named") != now.lookup("named")
    for row in now.rows("select concept_id from concepts"):
        asked = {"period": "", "status": "", "document": "", "page": 1}
        lives = [concepts.life(one, row["concept_id"], **asked) for one in (now, before)]
        assert lives[0] == lives[1]
