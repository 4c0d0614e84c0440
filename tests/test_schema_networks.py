from pipeline import schema
from pipeline.schema_networks import EDGES, MEASURES, NODES, STATEMENTS


def test_tables_of_networks_are_among_the_declared_and_name_ends_alike():
    assert {table.name for table in (STATEMENTS, EDGES, NODES, MEASURES)} <= set(schema.TABLES)
    keys = [set(table.key) for table in (EDGES, NODES, MEASURES)]
    assert set.intersection(*keys) == {"basis", "period_id", "network"}
