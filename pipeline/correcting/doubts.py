"""Select the mentions that the model is least sure of for review, in a file that `correct` reads back."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from pathlib import Path

from pipeline import outputs, store
from pipeline.correcting.anchors import CONTEXT
from pipeline.correcting.requests import COLUMNS, SHOWN, labels_of, seen_in
from pipeline.plain import BOM, cell, lines
from pipeline.schema.declare import Row
from pipeline.schema.labels import LAYERS


def doubts(out: Path, *, size: int) -> list[Row]:
    """Return the mentions of each layer that are least likely right, the most doubtful first.

    A score is a probability, and mentions below their layer's threshold are not in the tables, so the lowest
    scores are nearest to it. Equal words of a layer are listed once, and corrected ones are left out.

    Args:
        out: output folder of a run.
        size: the largest number of mentions per layer.
    """
    outputs.finished(out)
    lowest: dict[str, dict[str, Row]] = {layer: {} for layer in LAYERS}
    for row in outputs.rows(out, "mentions"):
        words = row["text"].casefold()
        known = lowest[row["layer"]].get(words)
        if row["source"] == "model" and (known is None or row["score"] < known["score"]):
            lowest[row["layer"]][words] = row
    return [
        row
        for found in lowest.values()
        for row in heapq.nsmallest(size, found.values(), key=lambda row: (row["score"], row["mention_id"]))
    ]


def write_queue(out: Path, target: Path, *, size: int) -> int:
    """Write the most doubtful mentions with their sentences as CSV for German Excel; return their number.

    Reviewers fill in `action` (and what it needs) where the model is wrong, and leave other lines alone.
    """
    found = doubts(out, size=size)
    informing = [name for name in SHOWN if name != "seen"]
    names = (*informing, *COLUMNS, "seen")  # no reviewer needs to look at the last
    rows = ([cell(one.get(name), decimal=",") for name in names] for one in _with_context(out, found))
    store.write_bytes(target, BOM + b"".join(lines(names, rows, separator=";")))
    return len(found)


def _with_context(out: Path, found: list[Row]) -> Iterator[Row]:
    documents = sorted({row["document_id"] for row in found})
    sentences = {
        one["sentence_id"]: one["text"]
        for rows in outputs.of_documents(out, "sentences", documents).values()
        for one in rows
    }
    told = ("document_id", "title", "path")
    titles = {one["document_id"]: one["title"] or one["path"] for one in outputs.rows(out, "documents", told)}
    for row in found:
        sentence = sentences[row["sentence_id"]]
        yield {
            **{name: row[name] for name in ("score", "page", "mention_id", "layer")},
            **labels_of(row),
            "title": titles[row["document_id"]],
            "sentence": sentence,
            "document": row["document_id"],
            "quote": row["text"],
            "prefix": sentence[: row["char_start"]][-CONTEXT:],
            "suffix": sentence[row["char_end"] :][:CONTEXT],
            "seen": seen_in(row),
        }
