"""Export mentions in the W3C Web Annotation Data Model (JSON-LD), one page per document, with its text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import outputs, store
from pipeline.correcting.anchors import CONTEXT
from pipeline.publishing.annotated import Annotated, documents
from pipeline.schema.declare import Row

Json = dict[str, Any]
CONTEXT_URL = "http://www.w3.org/ns/anno.jsonld"
PDF_FRAGMENT = "http://tools.ietf.org/rfc/rfc3778"


def webannotation(out: Path, to: Path) -> Iterator[Path]:
    """Write DOCUMENT.jsonld, and DOCUMENT.txt with the text that its positions refer to."""
    wikidata = {
        row["concept_id"]: row["wikidata"]
        for row in outputs.rows(out, "concepts", ["concept_id", "wikidata"])
        if row["wikidata"]
    }
    for document in documents(out):
        name = document.document["document_id"]
        store.write_bytes(to / f"{name}.txt", document.text.encode())
        yield to / f"{name}.txt"
        store.write_json(to / f"{name}.jsonld", _page(document, wikidata))
        yield to / f"{name}.jsonld"


def _page(document: Annotated, wikidata: dict[str, str]) -> Json:
    items = [
        _annotation(document, row, start + row["char_start"], wikidata)
        for start, mentions in zip(document.starts, document.mentions, strict=True)
        for row in mentions
    ]
    key = document.document["document_id"]
    return {"@context": CONTEXT_URL, "id": _urn("document", key), "type": "AnnotationPage", "items": items}


def _urn(kind: str, key: str) -> str:
    return f"urn:politikspur:{kind}:{key}"


def _annotation(document: Annotated, row: Row, start: int, wikidata: dict[str, str]) -> Json:
    person = row["source"] == "person"
    return {
        "id": _urn("mention", row["mention_id"]),
        "type": "Annotation",
        "motivation": "classifying",
        "creator": {"type": "Person" if person else "Software", "name": row["by"]},
        "body": list(_bodies(row, wikidata)),
        "target": list(_targets(document, row, start)),
    }


def _bodies(row: Row, wikidata: dict[str, str]) -> Iterator[Json]:
    for name in ("layer", "kind", "status"):
        if row[name]:
            yield {"type": "TextualBody", "purpose": "classifying", "value": f"{name}:{row[name]}"}
    if row["concept_id"]:
        item = wikidata.get(row["concept_id"])
        source = f"http://www.wikidata.org/entity/{item}" if item else _urn("concept", row["concept_id"])
        yield {"type": "SpecificResource", "purpose": "identifying", "source": source}


def _targets(document: Annotated, row: Row, start: int) -> Iterator[Json]:
    """Yield the target in the original (quote and page) and in the text (position)."""
    text, end = document.text, start + len(row["text"])
    quote = {
        "type": "TextQuoteSelector",
        "exact": row["text"],
        "prefix": text[max(0, start - CONTEXT) : start],
        "suffix": text[end : end + CONTEXT],
    }
    original = [quote, *([_fragment(row)] if row["page"] else [])]
    yield {"source": f"urn:sha256:{document.document['sha256']}", "selector": original}
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    yield {"source": f"{document.document['document_id']}.txt", "selector": [position, quote]}


def _fragment(row: Row) -> Json:
    """Return the page and, if known, the rectangle of the words (points from the page's upper left)."""
    box = next((box for box in row["boxes"] or () if box["page"] == row["page"]), None)
    edges = [box["x0"], box["top"], box["x1"] - box["x0"], box["bottom"] - box["top"]] if box else []
    rectangle = f"&viewrect={','.join(f'{edge:.2f}' for edge in edges)}" if edges else ""
    return {"type": "FragmentSelector", "conformsTo": PDF_FRAGMENT, "value": f"page={row['page']}{rectangle}"}
