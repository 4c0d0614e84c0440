"""Export UIMA CAS XMI for INCEpTION: one file per document, and the type system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline import outputs, store
from pipeline.publishing.annotated import documents
from pipeline.publishing.inception import concept_labels, tagger_key, to_xmi, type_system


def xmi(out: Path, to: Path) -> Iterator[Path]:
    """Write TypeSystem.xml and DOCUMENT.xmi."""
    types, labels, tagger = type_system(), concept_labels(out), tagger_key(out)
    corrections = outputs.count(out, "corrections")
    store.write_bytes(to / "TypeSystem.xml", str(types.to_xml()).encode())
    yield to / "TypeSystem.xml"
    for document in documents(out):
        path = to / f"{document.document['document_id']}.xmi"
        store.write_bytes(path, to_xmi(document, labels, types, tagger, corrections).encode())
        yield path
