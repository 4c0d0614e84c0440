"""Export documents as a spaCy DocBin with one span group per layer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from spacy.tokens import Doc, DocBin

from pipeline import store
from pipeline.publishing.annotated import Annotated, documents
from pipeline.reading import nlp
from pipeline.schema.labels import LAYERS, SAID_NAMED


def docbin(out: Path, to: Path) -> Iterator[Path]:
    """Write politikspur.spacy; spans look like those of the spaCy component and have the mention's id."""
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
        doc.spans[layer] = []
    for start, mentions in zip(document.starts, document.mentions, strict=True):
        for row in mentions:
            values = {name: row[name] for name in nlp.ATTRIBUTES} | {"named": SAID_NAMED[row["named"]]}
            place = start + row["char_start"], start + row["char_end"]
            nlp.mark(doc, row["layer"], place, name=row["mention_id"], values=values)
    return doc
