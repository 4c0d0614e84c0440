"""The only writer of an output folder: stage results, tables, the DuckDB file, the run's marker.

Every file is first written beside its place and then moved there in one step, so that a killed
run leaves either the old file or the new one.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import io
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec
import zstandard

from pipeline.errors import InputError, why

T = TypeVar("T", bound=msgspec.Struct)
V = TypeVar("V")
TEMPORARY = ".tmp-"
LEFTOVER = f"*{TEMPORARY}[0-9]*"  # what a killed process of any number may have left
BEFORE = f"{TEMPORARY}before"  # a folder that is being replaced, where that takes more than one step
MARKER = "run.json"  # written last: its presence means that an output folder is complete
DATABASE, REPORT = "politikspur.duckdb", "report.html"
SEARCH = "search"  # folder of the index, which follows the tables
REGISTRY, OPEN_THEMES = "concepts.toml", "open_themes.toml"  # files that people edit
DIGITS = 32  # of the hash at the start of a stored result
LENGTH = 4  # bytes before each record of a stored sequence that give its length
CHUNK = 1 << 16  # bytes
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of Linux: fcntl.h, stdio.h


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Lock an output folder for one run and remove half-written files of a killed run.

    Raises:
        InputError: another run holds the folder, or it cannot be written or locked.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = (out / ".lock").open("w")
    except OSError as error:
        raise InputError(str(out), f"cannot be written ({why(error)})", "give another --out") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                str(out), "another run writes here", "wait for it or give another --out"
            ) from None
        except OSError as error:  # some network disks have no locks
            raise InputError(
                str(out), f"cannot be locked ({why(error)})", "give an --out on another disk"
            ) from None
        _remove_leftovers(out)
        yield


def _remove_leftovers(out: Path) -> None:
    """Remove what a killed run left where runs write; deeper folders are people's, or of living processes."""
    for before in out.glob(f"*{BEFORE}"):
        folder = before.with_name(before.name.removesuffix(BEFORE))
        if folder.exists():
            shutil.rmtree(before, ignore_errors=True)
        else:
            before.rename(folder)
    for leftover in [
        *out.glob(LEFTOVER),
        *(out / "cache").rglob(LEFTOVER),
        *(out / "figures").glob(LEFTOVER),
    ]:
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move the file to `path` if the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}{TEMPORARY}{os.getpid()}")
    try:
        yield temporary
        with temporary.open("rb") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def is_being_written(path: Path) -> bool:
    """Return whether a file is the temporary one of a living process."""
    _, mark, number = path.name.rpartition(TEMPORARY)
    if not mark or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def read_json(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return the content of a JSON file, or None if it is missing or cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON with sorted keys, in one step."""
    write_bytes(path, msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1))


def recalled(path: Path, kind: type[V]) -> V | None:
    """Return what `remember` kept, or None if it is missing or damaged."""
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.msgpack.decode(path.read_bytes(), type=kind)
    return None


def remember(path: Path, value: object) -> bool:
    """Keep a value as Python keeps compiled code, unless it shall not; return whether it is kept."""
    if sys.dont_write_bytecode:
        return False
    with suppress(OSError):
        write_bytes(path, msgspec.msgpack.encode(value))
        return True
    return False


def place(out: Path, stage: str, key: str) -> Path:
    """Return the path of a stage's stored result."""
    return out / "cache" / stage / key[:2] / key


def save(out: Path, stage: str, key: str, value: msgspec.Struct) -> str:
    """Store the result of a stage under its key and return the hash of its content."""
    return _write(place(out, stage, key), _parts(value))


def save_all(out: Path, stage: str, key: str, records: Iterable[msgspec.Struct]) -> str:
    """Store a result that is a sequence of records of any length; return the hash of its content."""
    encoded = map(msgspec.msgpack.Encoder().encode, records)
    return _write(place(out, stage, key), (len(data).to_bytes(LENGTH, "big") + data for data in encoded))


def _parts(value: msgspec.Struct) -> Iterator[bytes]:
    """Yield a record as MessagePack, long lists in parts: encoded at once they would fill the memory."""
    encode = msgspec.msgpack.Encoder().encode
    fields = msgspec.structs.asdict(value)
    empty = encode(dict.fromkeys(fields))
    yield empty[: len(empty) - sum(len(encode(name)) + 1 for name in fields)]  # the header: number of fields
    for name, held in fields.items():
        yield encode(name)
        if isinstance(held, Sequence) and not isinstance(held, str | bytes):
            n = len(held)
            yield encode([None] * n)[: -n or None]  # the header: each None is one byte
            yield from map(encode, held)
        else:
            yield encode(held)


def _hash(data: bytes = b"") -> hashlib.blake2b:
    return hashlib.blake2b(data, digest_size=DIGITS // 2)


def _write(path: Path, parts: Iterable[bytes]) -> str:
    content = _hash()
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(bytes(DIGITS))
        with zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False) as packed:
            for part in parts:
                content.update(part)
                packed.write(part)
        file.seek(0)
        file.write(content.hexdigest().encode())
    return content.hexdigest()


def saved(out: Path, stage: str, key: str) -> str:
    """Return the hash of the stored content, or "" if nothing is stored."""
    try:
        with place(out, stage, key).open("rb") as handle:
            return handle.read(DIGITS).decode("ascii", errors="replace")
    except OSError:
        return ""


def load(out: Path, stage: str, key: str, kind: type[T]) -> T | None:
    """Return a stored result, or None if it is missing or damaged."""
    try:
        with _content(place(out, stage, key)) as (said, content):
            value = content.read()
        return msgspec.msgpack.decode(value, type=kind) if said == _hash(value).hexdigest() else None
    except (OSError, zstandard.ZstdError, msgspec.MsgspecError):
        return None


def load_all(out: Path, stage: str, key: str, kind: type[T]) -> Iterator[T] | None:
    """Return the records of a stored sequence one by one, or None if it is missing or damaged."""
    path = place(out, stage, key)
    return _records(path, kind) if _is_whole(path) else None


def need(out: Path, stage: str, key: str, kind: type[T]) -> T:
    """Return a stored result that must be there.

    Raises:
        InputError: it is missing or damaged; damaged results are removed, so that the next run makes them.
    """
    value = load(out, stage, key, kind)
    if value is None:
        for path in _results(out):
            if not _is_whole(path):
                path.unlink(missing_ok=True)
        raise InputError(str(place(out, stage, key)), "is missing or damaged", "run the same command again")
    return value


def _is_whole(path: Path) -> bool:
    found = _hash()
    try:
        with _content(path) as (said, content):
            while part := content.read(CHUNK):
                found.update(part)
    except (OSError, zstandard.ZstdError):
        return False
    return said == found.hexdigest()


def _results(out: Path) -> Iterator[Path]:
    return (out / "cache").glob("*/??/*")


def _records(path: Path, kind: type[T]) -> Iterator[T]:
    decode = msgspec.msgpack.Decoder(kind).decode
    with _content(path) as (_, content):
        while length := content.read(LENGTH):
            yield decode(content.read(int.from_bytes(length, "big")))


@contextmanager
def _content(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    """Yield the hash that a stored result should have, and a file to read its content from."""
    with path.open("rb") as file:
        said = file.read(DIGITS).decode("ascii", errors="replace")
        yield said, io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(file), CHUNK)


def prune(out: Path, keep: set[tuple[str, str]]) -> None:
    """Remove stored results that no document of the corpus uses any more."""
    for path in _results(out):
        if (path.parts[-3], path.name) not in keep:
            path.unlink(missing_ok=True)


def discard(out: Path, results: Iterable[tuple[str, str]]) -> None:
    """Remove stored results, given by stage and key."""
    for stage, key in results:
        place(out, stage, key).unlink(missing_ok=True)


def free_space(out: Path) -> int:
    """Return the free bytes on the disk that holds the folder."""
    return shutil.disk_usage(out).free


def move(source: Path, target: Path) -> None:
    """Move a finished file to its place in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as handle:
        os.fsync(handle.fileno())
    source.replace(target)


def swap(fresh: Path, folder: Path) -> None:
    """Put a folder in the place of another in one step; the other, if there was one, is then at `fresh`.

    Where the system cannot exchange folders (some network disks), `folder` is missing for a moment. If the
    program is killed then, the next run puts back what was there (`locked`).
    """
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchanged(fresh, folder):
        before = folder.with_name(folder.name + BEFORE)
        folder.rename(before)
        fresh.rename(folder)
        before.rename(fresh)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, and return whether the system could (renameat2 of Linux)."""
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    if call is None:
        return False
    paths = os.fsencode(one), os.fsencode(other)
    return bool(call(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE) == 0)


def carry(source: Path, target: Path, *, known: Iterable[str]) -> None:
    """Copy what people have put into a folder, all but the files of the given names, to its successor."""
    names = set(known)
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir() if source.is_dir() else ():
        if path.is_dir():
            shutil.copytree(path, target / path.name)
        elif path.name not in names:
            shutil.copy2(path, target / path.name)


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """Yield an empty folder beside `folder` for files that are not finished yet.

    What a killed process left there is removed; one that still works holds a lock on its folder.

    Raises:
        InputError: the folder is ».« or the root, which nothing can take the place of.
    """
    if not folder.name:
        raise InputError(str(folder), "is the folder you are in", "name a new one")
    for left in folder.parent.glob(f"{escape(folder.name)}{TEMPORARY}[0-9]*"):
        with suppress(OSError), _held(left):
            shutil.rmtree(left)
    fresh = folder.with_name(f"{folder.name}{TEMPORARY}{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    with _held(fresh):
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def anew(folder: Path, remedy: str) -> Iterator[Path]:
    """Yield an empty folder that becomes `folder` if there is no error.

    Raises:
        InputError: `folder` holds something; `remedy` tells what to do.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(str(folder), "is not an empty folder", remedy)
    with aside(folder) as fresh:
        yield fresh
        fresh.replace(folder)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Lock a folder; raise OSError if another process holds it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
