"""GraphML, read by networkx."""

import networkx
import pytest

from pipeline import outputs
from pipeline.exports import export
from tests.builders_outputs import PROBES, make_probe


@pytest.fixture(scope="module", params=PROBES)
def out(request, tmp_path_factory):
    return make_probe(request.param, tmp_path_factory.mktemp(request.param))


def test_graphml(out, tmp_path):
    (path,) = export(out, "graphml", tmp_path)
    graph = networkx.read_graphml(path, force_multigraph=True)
    concepts = {row["concept_id"]: row for row in outputs.rows(out, "concepts")}
    assert set(graph.nodes) == set(concepts)
    assert all(graph.nodes[key]["layer"] == row["layer"] for key, row in concepts.items())
    weights = sum(data["weight"] for _, _, data in graph.edges(data=True))
    assert weights == outputs.count(out, "relations")
