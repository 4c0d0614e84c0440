"""Trace rows of the tables back to their origin: the file, and the text as it was read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pipeline import outputs, store
from pipeline.errors import InputError
from pipeline.query import database, marker, rows
from pipeline.records import Box, Passage, Record, Text, boxes
from pipeline.schema.values import WITHHELD_ROLES
from pipeline.versions import file_sha256, identities

_Places = tuple[tuple[str, tuple[int, ...]], ...]  # ids and pages of passages
_State = tuple[int, ...]  # of the database: another after each run


class _Words(Record):
    """The text of a stored passage and its pages; the other fields are skipped."""

    text: str
    pages: tuple[int, ...] = ()


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
    """Return a document as it was read, with the place of every character, or None if that is not kept."""
    return next(iter(_texts_of(out, document_id)), None)


def _texts_of(out: Path, document_id: str) -> tuple[Text, ...]:
    """Return the readings that may be those of a document: where copies differ in layout, all of them.

    They are recognised by all their passages, so that the settings of the run need not be known.
    """
    sql = "select passage_id, pages from passages where document_id = ? order by number"
    wanted = tuple((row["passage_id"], tuple(row["pages"])) for row in rows(out, sql, document_id))
    return _recognised(out, document_id, wanted, outputs.file_state(database(out)))


@lru_cache(8)
def _recognised(out: Path, document_id: str, wanted: _Places, run: _State) -> tuple[Text, ...]:
    """Return the readings with these passages; of those kept, each run has its own."""
    found: dict[str, Text] = {}  # by the hash of their content: copies of a file are kept once each
    for key in _lengths(out, run).get(len(wanted), ()) if wanted else ():
        content = store.saved(out, "text", key)
        if content in found or _passages(out, key, document_id) != wanted:
            continue
        if text := store.load(out, "text", key, Text):
            found[content] = text
    return tuple(found.values())


@lru_cache(2)
def _lengths(out: Path, run: _State) -> dict[int, list[str]]:
    """Return the keys of the readings that are kept, by their number of passages."""
    found: dict[int, list[str]] = {}
    for path in sorted((out / "cache" / "text").glob("??/*")):
        stored = store.load(out, "text", path.name, _Stored) or _Stored()
        found.setdefault(len(stored.passages), []).append(path.name)
    return found


def _passages(out: Path, key: str, document_id: str) -> _Places:
    """Return the ids that the passages of a reading would have in a document, and their pages."""
    words = (store.load(out, "text", key, _Stored) or _Stored()).passages
    ids = identities("p", document_id, (one.text for one in words))
    return tuple((passage_id, one.pages) for passage_id, one in zip(ids, words, strict=True))


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
    texts = _texts_of(out, document_id)
    if not texts:
        what = f"page {page} holds contact data, and the reading that tells where is not kept"
        raise InputError(document_id, what, "run `politikspur run` again with this output folder")
    hidden = (passage for text in texts for passage in text.passages if passage.role in WITHHELD_ROLES)
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
