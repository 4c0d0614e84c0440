"""Read documents with their sentences and mentions one by one, in a form suited to annotation tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pipeline import outputs
from pipeline.schema.declare import Row

BETWEEN_SENTENCES, BETWEEN_PASSAGES = " ", "\n\n"


class Annotated(NamedTuple):
    """One document; `starts` are the offsets of its sentences in `text`."""

    document: Row
    sentences: Sequence[Row]
    mentions: Sequence[Sequence[Row]]  # by sentence
    themes: Sequence[Sequence[str]]  # by sentence
    text: str
    starts: Sequence[int]


def documents(out: Path) -> Iterator[Annotated]:
    """Yield the documents that have sentences, holding one in memory."""
    sentences = _by_document(out, "sentences")
    mentions = _by_document(out, "mentions")
    themes = _by_document(out, "sentence_themes")
    for document in outputs.rows(out, "documents"):
        key = document["document_id"]
        own, said, about = sentences(key), mentions(key), themes(key)
        if own:
            yield _annotated(document, own, said, about)


def _by_document(out: Path, name: str) -> Callable[[str], list[Row]]:
    """Return a function from a document to its rows; documents must be requested in order."""
    groups = groupby(outputs.rows(out, name), key=lambda row: str(row["document_id"]))
    waiting: list[tuple[str, list[Row]]] = []

    def rows(document: str) -> list[Row]:
        while not waiting or waiting[0][0] < document:
            waiting.clear()
            found = next(groups, None)
            if found is None:
                return []
            waiting.append((found[0], list(found[1])))
        return waiting[0][1] if waiting[0][0] == document else []

    return rows


def _annotated(
    document: Row, sentences: Sequence[Row], mentions: Sequence[Row], themes: Sequence[Row]
) -> Annotated:
    said: list[list[Row]] = [[] for _ in sentences]
    about: list[list[str]] = [[] for _ in sentences]
    for row in mentions:
        said[row["sentence_number"]].append(row)
    for row in themes:
        about[row["sentence_number"]].append(row["theme"])
    text, starts = _joined(sentences)
    return Annotated(document, sentences, said, about, text, starts)


def _joined(sentences: Sequence[Row]) -> tuple[str, list[int]]:
    parts: list[str] = []
    starts: list[int] = []
    length, passage = 0, ""
    for row in sentences:
        gap = "" if not parts else BETWEEN_SENTENCES if row["passage_id"] == passage else BETWEEN_PASSAGES
        passage = row["passage_id"]
        starts.append(length + len(gap))
        parts += [gap, row["text"]]
        length = starts[-1] + len(row["text"])
    return "".join(parts), starts
