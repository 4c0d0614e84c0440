"""The tables of trends are declared with the others."""

from pipeline import schema_trends
from pipeline.declare import Table
from pipeline.schema import TABLES


def test_every_table_declared_here_is_published():
    declared = [one for one in vars(schema_trends).values() if isinstance(one, Table)]
    assert {"periods", "trends", "changes", "lineage"} <= {one.name for one in declared}
    assert all(TABLES[one.name] is one for one in declared)
