"""Trace rows of the tables back to their origin: the file, and the text as it was read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pipeline import store
from pipeline.errors import InputError
from pipeline.query import database, marker, rows
from pipeline.records import Box, Passage, Record, Text, boxes
from pipeline.schema.values import WITHHELD_ROLES
from pipeline.versions import file_sha256, identity


class _Words(Record):
    """The text of a stored passage; the other fields are skipped."""

    text: str


class _Stored(Record):
    """The texts of the passages of a stored document."""

    passages: tuple[_Words, ...] = ()


def file_of(out: Path, document_id: str, *, corpus: Path | None = None) -> Path:
    """Return the file of a document, verified by its hash.

    Args:
        out: output folder of the run.
        document_id: id of the document.
        corpus: folder of the documents; by default the one named by the run, or one of that name nearby.

    Raises:
        InputError: the file is missing, or is not the one that was read.
    """
    found = rows(out, "select path, sha256 from documents where document_id = ?", document_id)
    if not found:  # a run has replaced the tables since the page was made that shows this picture
        raise InputError(document_id, "is not in the tables", "load the page again")
    name, sha256 = str(found[0]["path"]), str(found[0]["sha256"])
    changed = False
    for folder in [corpus] if corpus else _folders(out):
        path = folder / name
        if path.is_file():
            if file_sha256(path) == sha256:
                return path
            changed = True
    what = "has changed since it was read" if changed else "is not there"
    raise InputError(name, what, "name the folder of the documents with corpus (--corpus)")


def _folders(out: Path) -> list[Path]:
    """Return the folders that may hold the documents of a run."""
    known = marker(out)
    name = str(known.get("corpus", "")) or "."
    near = [Path("corpora"), Path(), out.parent, out.parent.parent / "corpora", out.parent.parent]
    stated = [Path(str(known["folder"]))] if known.get("folder") else []
    return [*stated, *(folder / name for folder in near)]


def text_of(out: Path, document_id: str) -> Text | None:
    """Return a document as it was read, with the place of every character, or None if that is not kept.

    It is recognised by its passages, so that the settings of the run need not be known.
    """
    return _text_of(out, document_id, database(out).stat().st_mtime_ns)


@lru_cache(8)
def _text_of(out: Path, document_id: str, run: int) -> Text | None:
    found = rows(out, "select passage_id from passages where document_id = ?", document_id)
    ids = {row["passage_id"] for row in found}
    for path in sorted((out / "cache" / "text").glob("??/*")):
        if _is_of(store.load(out, "text", path.name, _Stored), document_id, ids):
            return store.load(out, "text", path.name, Text)
    return None


def _is_of(words: _Stored | None, document_id: str, ids: set[str]) -> bool:
    if words is None or len(words.passages) != len(ids) or not ids:
        return False
    return identity("p", document_id, words.passages[0].text, "0") in ids


def passage_of(out: Path, document_id: str, number: int) -> Passage | None:
    """Return a passage with the place of every character, or None if the reading is not kept."""
    text = text_of(out, document_id)
    return text.passages[number] if text and number < len(text.passages) else None


def withheld(out: Path, document_id: str, page: int) -> tuple[Box, ...]:
    """Return the lines of a page that must not be shown.

    Raises:
        InputError: the page has some, but the reading that tells their places is not kept.
    """
    sql = "select 1 from passages where document_id = ? and list_contains(pages, ?) and text is null"
    if not rows(out, sql, document_id, page):
        return ()
    text = text_of(out, document_id)
    if text is None:
        what = f"page {page} holds contact data, and the reading that tells where is not kept"
        raise InputError(document_id, what, "run `politikspur run` again with this output folder")
    hidden = (passage for passage in text.passages if passage.role in WITHHELD_ROLES)
    found = (box for passage in hidden for box in boxes(passage, 0, len(passage.text)))
    return tuple(box for box in found if box.page == page)


def raw(passage: Passage, start: int, end: int) -> tuple[str, ...]:
    """Return the characters of a passage as they stand in the file, one string per printed line."""
    return tuple(_raw(passage, start, end))


def _raw(passage: Passage, start: int, end: int) -> Iterator[str]:
    for piece in passage.pieces:
        low, high = max(start, piece.start) - piece.start, min(end, piece.end) - piece.start
        if low < high:
            at = piece.places()
            last = at[high] if high < len(at) else len(piece.raw)
            yield piece.raw[at[low] : last]
