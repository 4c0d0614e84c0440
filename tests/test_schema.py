"""The tables of the architecture are declared, with keys that lead somewhere."""

import pytest

from pipeline.schema import TABLES, VERSION, documents, history, mentions, networks, themes, trends
from pipeline.schema.declare import Table
from pipeline.schema.values import UNITS
from pipeline.versions import digest

ARCHITECTURE = (
    "documents pages passages sentences sentence_themes mentions attributes relations concepts names "
    "corrections runs"
)


def test_the_tables_are_there():
    assert set(ARCHITECTURE.split()) <= set(TABLES)


def test_every_table_declared_is_published():
    parts = (documents, history, mentions, networks, themes, trends)
    declared = [one for part in parts for one in vars(part).values() if isinstance(one, Table)]
    assert {one.name: one for one in declared} == TABLES


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_allowed_values_are_of_texts_and_bounds_of_numbers(table):
    for column in table.columns:
        assert not column.allowed or column.type == "text"
        assert (column.low is None and column.high is None) or column.type in ("int", "float")
        assert len(set(column.allowed)) == len(column.allowed)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_key_is_never_missing(table):
    declared = {column.name: column for column in table.columns}
    assert not [name for name in table.key if declared[name].null]


def test_a_change_of_tables_or_columns_raises_the_version():
    """An older folder is refused by the number alone: raise it, and write the new digest beside it."""
    told = [
        f"{table.name}.{column.name}: {column.type}" for table in TABLES.values() for column in table.columns
    ]
    assert (VERSION, digest(*sorted(told))[:8]) == (9, "fb28ec15")


def test_tables_of_networks_name_their_ends_alike():
    keys = [set(table.key) for table in (networks.EDGES, networks.NODES, networks.MEASURES)]
    assert set.intersection(*keys) == {"basis", "period_id", "network"}


def test_a_users_theme_is_a_unit_of_trends():
    assert themes.USER_THEMES.name.removesuffix("s") in UNITS
