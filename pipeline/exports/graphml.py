"""Concepts and their relations as GraphML (graphml.graphdrawing.org), for Gephi, yEd, igraph, networkx."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as xml

from pipeline import outputs, store

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
KEYS = {
    "node": {"label": "string", "layer": "string", "theme": "string", "n_mentions": "int"},
    "edge": {"kind": "string", "period": "string", "weight": "int"},
}
Edge = tuple[str, str, str, str]  # source, target, kind, period


def graphml(out: Path, to: Path) -> Iterator[Path]:
    """Write one directed graph; an edge is a kind of relation in a Wahlperiode, its weight how often."""
    root = xml.Element("graphml", {"xmlns": NAMESPACE})
    for domain, keys in KEYS.items():
        for name, kind in keys.items():
            about = {"id": f"{domain}_{name}", "for": domain, "attr.name": name, "attr.type": kind}
            xml.SubElement(root, "key", about)
    graph = xml.SubElement(root, "graph", {"id": "politikspur", "edgedefault": "directed"})
    for row in outputs.rows(out, "concepts"):
        node = xml.SubElement(graph, "node", {"id": row["concept_id"]})
        _data(node, "node", {name: row[name] for name in KEYS["node"]})
    for at, ((source, target, kind, period), n) in enumerate(sorted(_edges(out).items())):
        edge = xml.SubElement(graph, "edge", {"id": f"e{at}", "source": source, "target": target})
        _data(edge, "edge", {"kind": kind, "period": period, "weight": n})
    xml.indent(root)
    store.write_bytes(to / "politikspur.graphml", xml.tostring(root, encoding="utf-8", xml_declaration=True))
    yield to / "politikspur.graphml"


def _data(element: xml.Element, domain: str, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if value is not None:
            xml.SubElement(element, "data", {"key": f"{domain}_{name}"}).text = _legal(str(value))


def _legal(text: str) -> str:
    """Leave out what XML 1.0 does not allow."""
    return "".join(c for c in text if c >= " " or c in "\t\n")


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
