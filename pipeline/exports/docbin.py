"""spaCy DocBin: documents with a span group a layer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, DocBin, Span

from pipeline import store
from pipeline.publishing.annotated import Annotated, documents
from pipeline.reading import nlp

Row = dict[str, Any]
LAYERS = ("challenge", "instrument", "actor")


def docbin(out: Path, to: Path) -> Iterator[Path]:
    """Write politikspur.spacy; spans have the kind (or the layer) as label and the mention's id as id.

    A span covers all words a mention touches, because spaCy knows no parts of words.
    """
    tokenizer = nlp.blank().tokenizer
    kept = DocBin(attrs=["SENT_START"], store_user_data=True)
    for document in documents(out):
        kept.add(_doc(document, tokenizer(document.text)))
    store.write_bytes(to / "politikspur.spacy", kept.to_bytes())
    yield to / "politikspur.spacy"


def _doc(document: Annotated, doc: Doc) -> Doc:
    doc.user_data["document_id"] = document.document["document_id"]
    starts = set(document.starts)
    for token in doc:
        token.is_sent_start = token.idx in starts
    for layer in LAYERS:
        doc.spans[layer] = list(_spans(document, doc, layer))
    return doc


def _spans(document: Annotated, doc: Doc, layer: str) -> Iterator[Span]:
    for start, mentions in zip(document.starts, document.mentions, strict=True):
        for row in mentions:
            if row["layer"] == layer and (span := _span(doc, start, row)):
                yield span


def _span(doc: Doc, start: int, row: Row) -> Span | None:
    place = start + row["char_start"], start + row["char_end"]
    label = row["kind"] or row["layer"]
    return doc.char_span(*place, label=label, span_id=row["mention_id"], alignment_mode="expand")
