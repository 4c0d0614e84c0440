"""Keep the open themes of a folder as plain text: the program suggests, a person names, pins and merges."""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path

import msgspec
import numpy as np

from pipeline.errors import TaxonomyError
from pipeline.knowledge.toml import read
from pipeline.records import Record
from pipeline.tracking.spherical import Floats, unit
from pipeline.versions import digest

HEADER = """\
# Themes that the sentences of this folder suggest. The machine writes all else anew;
# what you write into name, pin and into wins and survives every run.
# name: what the theme shall be called; pin = true: keep it as it is, whatever documents are added;
# into: id of the theme that it shall be part of. history: births and deaths, one a line.
"""
EARLIER = """\
# What you wrote about themes of another encoder, where none of today's is clearly the same: write it where it
# belongs now, and delete the line.
"""


class Entry(Record, forbid_unknown_fields=True):
    """An open theme."""

    id: str
    name: str = ""  # given by a person
    pin: bool = False
    into: str = ""
    label: str = ""
    terms: tuple[str, ...] = ()
    n: int = 0  # sampled sentences; 0: it has vanished
    born: str = ""  # the sample in which it was first found
    centroid: str = ""  # direction in the encoder's space: base64 of signed bytes

    def direction(self) -> Floats:
        """Return the centroid as a vector of unit length."""
        return unpacked(self.centroid)


class Book(Record, forbid_unknown_fields=True):
    """All open themes so far, and their history."""

    encoder: str = ""  # directions from another encoder are meaningless
    weights: str = ""  # hash of its files, as those trained anew make it another encoder
    sample: str = ""  # the last sample; the same sample again changes nothing
    theme: tuple[Entry, ...] = ()
    earlier: tuple[Entry, ...] = ()  # of other encoders, with what a person wrote about them
    history: str = ""


def packed(direction: Floats) -> str:
    """Return a vector of unit length as text."""
    scaled = np.rint(direction / np.abs(direction).max() * 127).astype(np.int8)
    return b64encode(scaled.tobytes()).decode()


def unpacked(text: str) -> Floats:
    """Return the vector of unit length that a text encodes."""
    return unit(np.frombuffer(b64decode(text), dtype=np.int8).astype(np.float64))


def load(path: Path) -> Book:
    """Return the book in a file, or an empty one if the file is missing.

    Raises:
        TaxonomyError: the file is not TOML, has an unknown key, or merges a theme into a missing one.
    """
    if not path.is_file():
        return Book()
    book = read(path, Book)
    ids = {entry.id for entry in book.theme}
    for entry in book.theme:
        if entry.into and (entry.into not in ids or entry.into == entry.id):
            raise TaxonomyError(
                f"{path} {entry.id}", f"into = {entry.into!r} is not another theme", "correct the id"
            )
    return book


def fingerprint(path: Path) -> str:
    """Return a hash of what people wrote into a book's file; "" if that is nothing.

    It stays the same when another encoder's themes take over what was written, or leave it to `earlier`.

    Raises:
        TaxonomyError: as `load`.
    """
    book = load(path)
    said = [(entry.id, entry.name, entry.pin, entry.into) for entry in (*book.theme, *book.earlier)]
    lines = sorted(repr(one) for one in said if any(one[1:]))
    return digest(*lines) if lines else ""


def is_of(book: Book, *, encoder: str, weights: str) -> bool:
    """Return whether a book's directions are of an encoder with these weights; older books do not say."""
    return book.encoder == encoder and book.weights in ("", weights)


def dump(book: Book) -> bytes:
    """Return the content of a book's file, one theme per line."""
    encoder = msgspec.json.encode(book.encoder).decode()
    earlier = [EARLIER + "earlier = [", *map(_line, book.earlier), "]"] if book.earlier else []
    body = [
        HEADER,
        f"encoder = {encoder}",
        f'weights = "{book.weights}"',
        f'sample = "{book.sample}"',
        "theme = [",
        *map(_line, book.theme),
        "]",
        *earlier,
        f"history = '''{book.history}'''",
        "",
    ]
    return "\n".join(body).encode()


def _line(entry: Entry) -> str:
    values = msgspec.to_builtins(entry).items()
    fields = [f"{name} = {msgspec.json.encode(value).decode()}" for name, value in values]
    return f"  {{ {', '.join(fields)} }},"


def root(book: Book, theme: str) -> str:
    """Return the theme at the end of the chain of merges, which is the theme itself if it is not merged."""
    into = {entry.id: entry.into for entry in book.theme}
    seen = {theme}
    while (after := into.get(theme, "")) and after not in seen:
        theme = after
        seen.add(theme)
    return theme
