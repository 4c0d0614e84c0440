"""The only writer of an output folder: stage results, tables, the DuckDB file, the run's marker.

Everything is written beside its place first and then moved there in one step, so that a
killed run leaves either the old file or the new one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import zstandard

from pipeline.errors import InputError
from pipeline.versions import digest

T = TypeVar("T", bound=msgspec.Struct)
TEMPORARY = ".tmp-"
MARKER = "run.json"  # written last: says that all of an output folder is in place


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold an output folder for one run and remove what a killed run left half-written.

    Raises:
        InputError: another run holds the folder, or it cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = (out / ".lock").open("w")
    except OSError as error:
        raise InputError(str(out), f"cannot be written ({error.strerror})", "give another --out") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                str(out), "another run writes here", "wait for it or give another --out"
            ) from None
        _remove_leftovers(out)
        yield


def _remove_leftovers(out: Path) -> None:
    for leftover in list(out.rglob(f"*{TEMPORARY}*")):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; move it there when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}{TEMPORARY}{os.getpid()}")
    try:
        yield temporary
        with temporary.open("rb") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def read_json(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return the content of a JSON file, or None where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON with sorted keys, in one step."""
    write_bytes(path, msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1))


def place(out: Path, stage: str, key: str) -> Path:
    """Return the file of the result of a stage."""
    return out / "cache" / stage / key[:2] / key


def save(out: Path, stage: str, key: str, value: msgspec.Struct) -> str:
    """Store the result of a stage under its key and return the hash of its content."""
    data = msgspec.msgpack.encode(value)
    content = digest(data)
    packed = zstandard.ZstdCompressor(level=3).compress(data)
    write_bytes(place(out, stage, key), content.encode() + packed)
    return content


def saved(out: Path, stage: str, key: str) -> str:
    """Return the hash of the stored content, or "" where there is none."""
    try:
        with place(out, stage, key).open("rb") as handle:
            return handle.read(32).decode("ascii", errors="replace")
    except OSError:
        return ""


def load(out: Path, stage: str, key: str, kind: type[T]) -> T | None:
    """Return a stored result, or None where there is none or it is damaged."""
    try:
        data = place(out, stage, key).read_bytes()
        value = zstandard.ZstdDecompressor().decompress(data[32:])
        return msgspec.msgpack.decode(value, type=kind) if digest(value) == data[:32].decode() else None
    except (OSError, zstandard.ZstdError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def prune(out: Path, keep: set[tuple[str, str]]) -> None:
    """Remove stored results that no document of the corpus uses any more."""
    for path in (out / "cache").glob("*/??/*"):
        if (path.parts[-3], path.name) not in keep:
            path.unlink(missing_ok=True)


def free_space(out: Path) -> int:
    """Return the bytes free where the folder lies."""
    return shutil.disk_usage(out).free


def move(source: Path, target: Path) -> None:
    """Move a finished file into its place in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as handle:
        os.fsync(handle.fileno())
    source.replace(target)


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside `folder` for files that are not ready to be seen."""
    fresh = folder.with_name(f"{folder.name}{TEMPORARY}{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
