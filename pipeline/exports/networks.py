"""Export networks as GraphML and CSV for Gephi and visone, and statements for Discourse Network Analyzer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline import outputs, store
from pipeline.exports.graphml import write
from pipeline.plain import cell, lines
from pipeline.schema.declare import Row
from pipeline.schema.values import OPPOSING_TIES

KEYS = {
    "node": {
        "label": "string", "layer": "string", "community": "int", "degree": "int", "strength": "double",
    },
    "edge": {
        "weight": "double", "sign": "int", "tie": "string", "period": "string", "low": "double",
        "high": "double", "n_documents": "int", "evidence": "string",
    },
}  # fmt: skip
EDGES = ("Source", "Target", "Type", "Weight", "Sign", "Tie", "Network", "Period", "Low", "High", "Documents")
NODES = ("Id", "Label", "Layer", "Network", "Period", "Community", "Degree", "Strength")
STATEMENTS = (  # columns as in DNA's export of events, where `agreement` is 1 or 0, too
    "Statement ID", "Time", "Document ID", "Document title", "Document author", "Document type",
    "person", "organization", "concept", "agreement", "stance", "page", "text",
)  # fmt: skip


def networks(out: Path, to: Path) -> Iterator[Path]:
    """Write NETWORK-PERIOD.graphml, edges.csv, nodes.csv and statements.csv, by period of publication."""
    nodes = [row for row in outputs.rows(out, "nodes") if row["basis"] == "published"]
    edges = [_edge(row) for row in outputs.rows(out, "edges") if row["basis"] == "published"]
    edges.sort(key=_place)
    for place, group in groupby(edges, key=_place):
        ends = [{**row, "id": row["node"]} for row in nodes if _place(row) == place]
        network, period = place
        path = to / f"{network}-{period}.graphml"
        yield write(path, KEYS, ends, group, directed=network != "actor_actor")
    yield _csv(to / "edges.csv", EDGES, map(_edge_line, edges))
    yield _csv(to / "nodes.csv", NODES, map(_node_line, nodes))
    yield _csv(to / "statements.csv", STATEMENTS, _statements(out, nodes))


def _place(row: Row) -> tuple[str, str]:
    return row["network"], row["period_id"]


def _edge(row: Row) -> Row:
    sign = -1 if row["tie"] in OPPOSING_TIES else 1
    return {**row, "sign": sign, "period": row["period_id"], "evidence": " ".join(row["evidence"])}


def _edge_line(row: Row) -> list[Any]:
    kind = "Undirected" if row["network"] == "actor_actor" else "Directed"
    names = ("weight", "sign", "tie", "network", "period_id", "low", "high", "n_documents")
    return [row["source"], row["target"], kind, *(row[name] for name in names)]


def _node_line(row: Row) -> list[Any]:
    names = ("node", "label", "layer", "network", "period_id", "community", "degree", "strength")
    return [row[name] for name in names]


def _csv(path: Path, names: Sequence[str], rows: Iterator[list[Any]]) -> Path:
    store.write_bytes(path, b"".join(lines(names, ([cell(value) for value in row] for row in rows))))
    return path


def _statements(out: Path, nodes: Sequence[Row]) -> Iterator[list[Any]]:
    """Yield one line per statement; speakers are always organisations, as persons are not told apart."""
    labels = {row["node"]: row["label"] for row in nodes}
    labels |= {
        row["concept_id"]: row["label"] for row in outputs.rows(out, "concepts", ["concept_id", "label"])
    }
    documents = {row["document_id"]: row for row in outputs.rows(out, "documents")}
    wanted = {row["sentence_id"] for row in outputs.rows(out, "statements", ["sentence_id"])}
    sentences = {
        row["sentence_id"]: row
        for row in outputs.rows(out, "sentences", ["sentence_id", "page", "text"])
        if row["sentence_id"] in wanted
    }
    for row in outputs.rows(out, "statements"):
        document, sentence = documents[row["document_id"]], sentences[row["sentence_id"]]
        yield [
            row["statement_id"], document["published"], row["document_id"],
            document["title"] or document["path"], document["issuer"], document["document_type"], None,
            labels.get(row["speaker"], row["speaker"]), labels[row["concept_id"]],
            int(row["stance"] != "rejection"), row["stance"], sentence["page"], sentence["text"],
        ]  # fmt: skip
