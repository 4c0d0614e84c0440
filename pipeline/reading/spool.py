"""Sequences of records that may be too long for memory, such as the pages or passages of a document."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar, overload

import msgspec

from pipeline.errors import MachineError, why

T = TypeVar("T", bound=msgspec.Struct)
# Records that stay in memory: pages, blocks of lines or passages, sentences.
PAGES, PARTS, SENTENCES = 256, 2500, 20_000
NEAR = 8  # records from the file that stay in memory, as most are soon needed again


def spooled(kind: type[T], records: Iterable[T], *, room: int) -> Sequence[T]:
    """Return records as a tuple or, if there are more than `room`, with the rest of them in a file.

    Raises:
        MachineError: the folder of temporary files has no room, or there is none.
    """
    left = iter(records)
    held = tuple(islice(left, room))
    return Spool(kind, held, left) if len(held) == room else held


class Spool(Sequence[T]):
    """Records of which the first are in memory and the rest in an unnamed file that vanishes with it."""

    def __init__(self, kind: type[T], held: Sequence[T], rest: Iterable[T]) -> None:
        self._held = held
        with _told():
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the spool exists)
        self._ends = array("Q", [0])
        self._decode = msgspec.msgpack.Decoder(kind).decode
        self._seen: dict[int, T] = {}
        encode = msgspec.msgpack.Encoder().encode
        for record in rest:
            with _told():
                self._ends.append(self._ends[-1] + self._file.write(encode(record)))
        with _told():
            self._file.flush()

    def __len__(self) -> int:
        return len(self._held) + len(self._ends) - 1

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        place = range(len(self))[at]
        return self._held[place] if place < len(self._held) else self._far(place - len(self._held))

    def __iter__(self) -> Iterator[T]:
        yield from self._held
        for place in range(len(self._ends) - 1):
            yield self._far(place)

    def _far(self, place: int) -> T:
        found = self._seen.get(place)
        if found is None:
            start, end = self._ends[place : place + 2]
            self._file.seek(start)
            found = self._decode(self._file.read(end - start))
            if len(self._seen) == NEAR:
                del self._seen[next(iter(self._seen))]
            self._seen[place] = found
        return found


@contextmanager
def _told() -> Iterator[None]:
    """Tell an error of the disk as such: it is raised while a document is read, and not the document's."""
    try:
        yield
    except OSError as error:
        what = f"cannot be written ({why(error)})"
        raise MachineError("folder of temporary files", what, "make room there or set TMPDIR") from error
