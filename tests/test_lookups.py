"""What pages look up says the same as the tables."""

import pytest

from pipeline import lookups
from pipeline.serving.reader import Reader
from tests.builders_output import finished


@pytest.mark.parametrize("name", lookups.JOINS)
def test_a_join_lies_in_the_file_as_the_tables_say_it(name):
    reader = Reader(finished())
    stored = reader.rows(f"from {lookups.SCHEMA}.{name}")
    assert stored and stored == reader.rows(lookups.JOINS[name])


def test_columns_that_are_looked_up_have_an_index():
    rows = Reader(finished()).rows("select table_name, index_name from duckdb_indexes()")
    wanted = {(table, f"{table}_by_{name}") for table, names in lookups.INDEXES.items() for name in names}
    assert {(row["table_name"], row["index_name"]) for row in rows} == wanted
