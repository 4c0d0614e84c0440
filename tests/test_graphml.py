"""GraphML, read by networkx."""

import networkx

from pipeline import outputs
from pipeline.exports import export


def test_graphml(probe, tmp_path):
    (path,) = export(probe, "graphml", tmp_path)
    graph = networkx.read_graphml(path, force_multigraph=True)
    concepts = {row["concept_id"]: row for row in outputs.rows(probe, "concepts")}
    assert set(graph.nodes) == set(concepts)
    assert all(graph.nodes[key]["layer"] == row["layer"] for key, row in concepts.items())
    weights = sum(data["weight"] for _, _, data in graph.edges(data=True))
    assert weights == outputs.count(probe, "relations")
