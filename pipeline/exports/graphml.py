"""Export concepts and relations as GraphML (graphml.graphdrawing.org) for Gephi, yEd, igraph, networkx."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as xml

from pipeline import outputs, store
from pipeline.plain import legal
from pipeline.schema.declare import Row

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
KEYS = {
    "node": {"label": "string", "layer": "string", "theme": "string", "n_mentions": "int"},
    "edge": {"kind": "string", "period": "string", "weight": "int"},
}
Keys = Mapping[str, Mapping[str, str]]  # "node" and "edge" -> attribute -> its type in GraphML
Edge = tuple[str, str, str, str]  # source, target, kind, period


def graphml(out: Path, to: Path) -> Iterator[Path]:
    """Write one directed graph; an edge is a kind of relation in a Wahlperiode, its weight the frequency."""
    nodes = ({**row, "id": row["concept_id"]} for row in outputs.rows(out, "concepts"))
    edges = (
        {"source": source, "target": target, "kind": kind, "period": period, "weight": n}
        for (source, target, kind, period), n in sorted(_edges(out).items())
    )
    yield write(to / "politikspur.graphml", KEYS, nodes, edges, directed=True)


def write(path: Path, keys: Keys, nodes: Iterable[Row], edges: Iterable[Row], *, directed: bool) -> Path:
    """Write a graph; nodes have `id`, edges have `source` and `target`, and both the attributes in `keys`."""
    root = xml.Element("graphml", {"xmlns": NAMESPACE})
    for domain, named in keys.items():
        for name, kind in named.items():
            about = {"id": f"{domain}_{name}", "for": domain, "attr.name": name, "attr.type": kind}
            xml.SubElement(root, "key", about)
    default = "directed" if directed else "undirected"
    graph = xml.SubElement(root, "graph", {"id": "politikspur", "edgedefault": default})
    for row in nodes:
        _data(xml.SubElement(graph, "node", {"id": row["id"]}), "node", keys, row)
    for at, row in enumerate(edges):
        ends = {"id": f"e{at}", "source": row["source"], "target": row["target"]}
        _data(xml.SubElement(graph, "edge", ends), "edge", keys, row)
    xml.indent(root)
    store.write_bytes(path, xml.tostring(root, encoding="utf-8", xml_declaration=True))
    return path


def _data(element: xml.Element, domain: str, keys: Keys, row: Row) -> None:
    for name in keys[domain]:
        if row[name] is not None:
            xml.SubElement(element, "data", {"key": f"{domain}_{name}"}).text = legal(str(row[name]))


def _edges(out: Path) -> Counter[Edge]:
    """Count relations between concepts in sentences that are counted."""
    counted = {
        row["sentence_id"]
        for row in outputs.rows(out, "sentences", ["sentence_id", "counted"])
        if row["counted"]
    }
    columns = ["mention_id", "concept_id", "period_published"]
    homes = {
        row["mention_id"]: (row["concept_id"], row["period_published"] or "")
        for row in outputs.rows(out, "mentions", columns)
        if row["concept_id"]
    }
    found: Counter[Edge] = Counter()
    for row in outputs.rows(out, "relations"):
        source, target = homes.get(row["from_mention"]), homes.get(row["to_mention"])
        if source and target and row["sentence_id"] in counted:
            found[source[0], target[0], row["kind"], source[1]] += 1
    return found
