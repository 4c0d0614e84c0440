"""Store labels of sentences without the sentences, and join them again with the tables of a run.

A reading identifies its document by SHA-256 and its sentence by a hash of the text, so that the labels can
be published even if the documents may not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from pipeline.errors import InputError, why
from pipeline.learning.jsonl import Example, Mention
from pipeline.records import Record
from pipeline.store import write_bytes

LENGTH = 16  # hexadecimal digits kept of a hash
PREFIX = "reading"  # of the ids of sentences
PLAIN = "plain:"  # of the ids of sentences without labels


class Reading(Record, frozen=True, kw_only=True):
    """The labels of one sentence; sentences with the same `run` are consecutive."""

    document: str
    sentence: str
    run: int
    themes: tuple[str, ...] = ()
    # layer, start, end, kind, status, named; offsets in the sentence's characters
    mentions: tuple[tuple[str, int, int, str | None, str | None, str | None], ...] = ()


def write(path: Path, runs: Iterable[tuple[str, Sequence[Example]]]) -> None:
    """Write the labels of runs of consecutive sentences, each with its document's SHA-256, in one step."""
    readings = (
        Reading(
            document=document[:LENGTH],
            sentence=_hash(one.text),
            run=number,
            themes=one.themes,
            mentions=tuple((m.layer, m.start, m.end, m.kind, m.status, m.named) for m in one.mentions),
        )
        for number, (document, examples) in enumerate(runs)
        for one in examples
    )
    write_bytes(path, msgspec.json.Encoder().encode_lines(readings))


def read(path: Path, tables: Path) -> Iterator[Example]:
    """Yield the sentences whose texts are in the tables of a run, with their labels.

    Ids count up inside a run, so that its sentences are read together. Sentences missing in the tables are
    left out: their document was not processed, or another version of the reader splits it differently.

    Args:
        path: A file of readings.
        tables: The folder of the run's Parquet tables.

    Raises:
        InputError: the file or the tables cannot be read, or share no sentence.
    """
    try:
        lines = path.read_bytes().splitlines()
        readings = [msgspec.json.decode(line, type=Reading) for line in lines]
        texts = _texts(tables, {(one.document, one.sentence) for one in readings})
    except (OSError, msgspec.DecodeError) as error:
        raise InputError(
            str(path), f"cannot be joined with {tables} ({why(error)})", "run the documents first"
        ) from error
    if readings and not texts:
        raise InputError(str(path), f"has no sentence in common with {tables}", "run its documents first")
    for number, one in enumerate(readings):
        name, text = texts.get((one.document, one.sentence), ("", ""))
        if text:
            yield _example(one, name, text, number)


def plain(tables: Path, *, without: Collection[str], labelled: Collection[str]) -> Iterator[Example]:
    """Yield the sentences in the tables of a run that have no labels, run by run of consecutive ones.

    Args:
        tables: The folder of the run's Parquet tables.
        without: Names of documents to leave out.
        labelled: Texts of sentences to leave out.

    Raises:
        InputError: the tables cannot be read.
    """
    columns = ["document_id", "number", "text", "counted"]
    try:
        documents = pq.read_table(tables / "documents.parquet", columns=["document_id", "path"]).to_pylist()
        rows = pq.read_table(tables / "sentences.parquet", columns=columns).to_pylist()
    except OSError as error:
        raise InputError(str(tables), f"cannot be read ({why(error)})", "run the documents first") from error
    names = {one["document_id"]: Path(one["path"]).stem for one in documents}
    known, run, before = set(labelled), 0, ("", -1)
    for at, row in enumerate(sorted(rows, key=lambda one: (one["document_id"], one["number"]))):
        name, text = names[row["document_id"]], row["text"]
        if name in without or not text or not row["counted"] or text in known:
            continue
        here = (row["document_id"], row["number"])
        run += here != (before[0], before[1] + 1)
        before = here
        yield Example(id=f"{PLAIN}{at}", doc=name, page=run, text=text)


def is_plain(example: Example) -> bool:
    """Return whether a sentence has no labels to learn from, only opinions."""
    return example.id.startswith(PLAIN)


def number(example: Example) -> int | None:
    """Return the position of a sentence's reading in its file, or None if it comes from elsewhere."""
    found = example.id.removeprefix(PREFIX)
    return int(found) if found != example.id and found.isdecimal() else None


def _example(one: Reading, name: str, text: str, number: int) -> Example:
    mentions = tuple(
        Mention(
            layer=layer, start=start, end=end, text=text[start:end], kind=kind, status=status, named=named
        )
        for layer, start, end, kind, status, named in one.mentions
    )
    return Example(
        id=f"{PREFIX}{number}", doc=name, page=one.run, text=text, themes=one.themes, mentions=mentions
    )


def _texts(tables: Path, wanted: set[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Return a document's name and the sentence's text by the hashes of both."""
    columns = ["document_id", "sha256", "path"]
    rows = pq.read_table(tables / "documents.parquet", columns=columns).to_pylist()
    named = {row["document_id"]: (row["sha256"][:LENGTH], Path(row["path"]).stem) for row in rows}
    sentences = pq.read_table(tables / "sentences.parquet", columns=["document_id", "text"])
    found = {}
    for document, text in zip(*(column.to_pylist() for column in sentences.columns), strict=True):
        sha256, name = named[document]
        key = (sha256, _hash(text or ""))
        if key in wanted:
            found[key] = (name, text)
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
