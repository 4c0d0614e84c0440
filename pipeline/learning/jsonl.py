"""Read and write the codebook's file format: JSON lines, one labelled sentence per line."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from pipeline.errors import InputError, why
from pipeline.records import Record
from pipeline.schema.labels import KINDS, LAYERS, NAMED, STATUSES, THEMES
from pipeline.store import write_bytes

REMEDY = "one JSON object a line, with id and text; see `politikspur tag --help`"


class Mention(Record, frozen=True, kw_only=True):
    """A span of characters in one sentence with its codebook labels."""

    layer: str
    start: int
    end: int
    text: str
    kind: str | None = None
    status: str | None = None
    named: str | None = None
    score: float | None = None


class Example(Record, frozen=True, kw_only=True):
    """One sentence of the codebook's format; `page` and `heading` may be missing."""

    id: str
    text: str
    doc: str = ""
    page: int | None = None
    heading: str = ""
    themes: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()


T = TypeVar("T", bound=Example)


def lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the non-empty lines of a file, each with the place to be named in errors.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path}:{number}", line.removeprefix(BOM_UTF8)
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({why(error)})", "check the name and the rights"
        ) from error


def read(path: Path) -> Iterator[Example]:
    """Yield the sentences of a file; raise InputError with file and line if one is broken."""
    decoder = msgspec.json.Decoder(Example)
    return (checked(decoder, line, where) for where, line in lines(path))


def labelled(path: Path) -> Iterator[Example]:
    """Yield sentences whose labels count; raise InputError also for labels unknown to the codebook."""
    decoder = msgspec.json.Decoder(Example)
    for where, line in lines(path):
        example = checked(decoder, line, where)
        refuse_unknown(example, where)
        yield example


def refuse_unknown(example: Example, where: str) -> None:
    """Raise InputError if one of a sentence's labels is none of the codebook's."""
    for field, label, allowed in _labels(example):
        if label not in allowed:
            remedy = f"write one of {', '.join(allowed)}" if allowed else "leave it out"
            raise InputError(where, f"the codebook does not know {label!r} as {field}", remedy)


def _labels(example: Example) -> Iterator[tuple[str, str, Collection[str]]]:
    """Yield the labels given, each with its field and what the codebook allows there."""
    for theme in example.themes:
        yield "a theme", theme, THEMES
    for one in example.mentions:
        yield "a layer", one.layer, LAYERS
        for field, allowed in (("kind", KINDS[one.layer]), ("status", STATUSES[one.layer]), ("named", NAMED)):
            if label := getattr(one, field):
                yield f"`{field}` of {one.layer}s", label, allowed


def write(path: Path, examples: Iterable[Example]) -> None:
    """Write one JSON object per line, UTF-8, in one step."""
    write_bytes(path, msgspec.json.Encoder().encode_lines(examples))


def checked(decoder: msgspec.json.Decoder[T], line: bytes, where: str, remedy: str = REMEDY) -> T:
    """Return a line as a sentence; raise InputError with its place if it or an offset is broken."""
    try:
        example = decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(where, f"is not a sentence of that format ({error})", remedy) from error
    for mention in example.mentions:
        if mention.start < 0 or example.text[mention.start : mention.end] != mention.text:
            raise InputError(where, f"offsets of {mention.text!r} do not fit its text", remedy)
    return example


Side = tuple[str, Sequence[Example]]  # what an error names, and the sentences


def paired(reference: Side, given: Side) -> list[tuple[Example, Example]]:
    """Return each sentence of a reference with the same sentence of others.

    They are paired by id, or by document and id if the ids of a side count within documents.

    Raises:
        InputError: a side has two sentences of one id, or one of the reference has no other, or one of
            another text.
    """
    alone = all(len({one.id for one in side}) == len(side) for _, side in (reference, given))

    def key(one: Example) -> tuple[str, str]:
        return ("" if alone else one.doc, one.id)

    wanted: dict[tuple[str, str], Example] = {}
    found: dict[tuple[str, str], Example] = {}
    for (where, side), held in ((reference, wanted), (given, found)):
        for one in side:
            first = held.setdefault(key(one), one)
            if first is not one and key(one) in wanted:
                what = f"{key(one)[0] or 'no document'!r} has two sentences {one.id!r}"
                raise InputError(where, what, "give each sentence of a document an id of its own")
    for what, ids in (
        ("have no prediction", [one.id for at, one in wanted.items() if at not in found]),
        ("have another text in the predictions",
         [one.id for at, one in wanted.items() if at in found and found[at].text != one.text]),
    ):  # fmt: skip
        if ids:
            told = f"{len(ids)} sentences {what}, first {ids[0]!r}"
            raise InputError(reference[0], told, "tag the same file that is the reference")
    return [(one, found[at]) for at, one in wanted.items()]
