"""Copy corpora and outputs from and to an object store or web addresses; the only door to both.

All work is done on this machine: documents are copied into a local folder, later only those that are new
or, in an object store, have changed. A finished output is uploaded with its marker last. An object
appears complete or not at all, and readers of an output look at the marker first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipeline import store
from pipeline.errors import InputError, shown
from pipeline.store import DATABASE, MARKER, OPEN_THEMES, REGISTRY, REPORT, SEARCH

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, FileSystem

PUBLISHED = (DATABASE, REPORT, REGISTRY, OPEN_THEMES, "tables/*.parquet")
ORIGIN = ".from"  # in a folder of copied documents: their place
LISTS = (".txt", ".urls")
CHUNK = 8 * 2**20  # bytes
LARGEST = 500 * 10**6  # bytes of a document at a web address


def elsewhere(place: str) -> bool:
    """Return whether a place is an address in an object store."""
    return "://" in place and not place.startswith("file://")


def here(place: str) -> Path:
    """Return the path of a place on this machine, which may be written as a file:// address."""
    return Path(unquote(urlsplit(place).path)) if place.startswith("file://") else Path(place)


def full(place: str) -> str:
    """Return the address of a place without keys, or its path from the root."""
    return shown(place).rstrip("/") if elsewhere(place) else str(here(place).resolve())


def brought(corpus: str, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the folder of a corpus, copied into `folder` if it lies elsewhere, and warnings.

    Args:
        corpus: A folder, its address (s3://bucket/name, file:///name), or a text file with one
            https address per line.
        folder: Where documents from elsewhere are kept.

    Raises:
        InputError: the place cannot be read, or an address is not valid.
    """
    path = here(corpus)
    if elsewhere(corpus):
        warnings: tuple[str, ...] = ()
        _mirror(corpus, folder, spared=ORIGIN)
    elif is_list(corpus):
        warnings = _fetched(path, folder)
    else:
        return path, ()
    store.write_bytes(folder / ORIGIN, full(corpus).encode())
    return folder, warnings


def is_list(place: str) -> bool:
    """Return whether a place is a list of addresses: a text file on this machine."""
    return not elsewhere(place) and here(place).is_file() and here(place).suffix in LISTS


def claimed(folder: Path, place: str) -> bool:
    """Return whether all documents in a folder are from a list; a new folder is noted as such.

    Raises:
        InputError: they are from another place, and not from a list that was moved.
    """
    before, own = origin(folder), full(place)
    if before not in ("", own) and (elsewhere(before) or Path(before).exists()):
        raise InputError(str(folder), f"holds the documents of {before}", "give another --to")
    if before or not (folder.is_dir() and any(folder.iterdir())):
        store.write_bytes(folder / ORIGIN, own.encode())
    return origin(folder) == own


def origin(folder: Path) -> str:
    """Return the place whose documents were copied into a folder, "" if that is not known."""
    path = folder / ORIGIN
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def taken(place: str, folder: Path) -> Path:
    """Return the folder of an output, copied into `folder` if it lies elsewhere.

    Raises:
        InputError: the place cannot be read, or holds no finished run.
    """
    if not elsewhere(place):
        return here(place)
    before = _marker(place)
    _mirror(place, folder, spared=SEARCH)
    marker = store.read_json(folder / MARKER)
    if not isinstance(marker, dict) or not isinstance(marker.get("sizes"), dict):
        raise InputError(
            shown(place), f"holds no finished run (no {MARKER})", "wait for the run that writes it"
        )
    for name, size in marker["sizes"].items():
        found = [path for path in (folder / "tables" / name, folder / name) if path.is_file()]
        if Path(name).name != name or not found or found[0].stat().st_size != size:
            raise InputError(
                shown(place), f"{name} is not the one of {MARKER}", "read again when its run has ended"
            )
    if not before or _marker(place) != before:
        raise InputError(shown(place), "was replaced while it was copied", "repeat the same command")
    return folder


def _marker(place: str) -> bytes:
    """Return the marker of an output elsewhere, or nothing while it is written."""
    with _opened(place) as (system, root):
        if not system.get_file_info(f"{root}/{MARKER}").is_file:
            return b""
        with system.open_input_stream(f"{root}/{MARKER}") as stream:
            return bytes(stream.read())


def put(out: Path, place: str) -> None:
    """Upload tables, report, concepts and open themes of a finished output; the marker goes last.

    Raises:
        InputError: the place cannot be written to.
    """
    with _opened(place) as (system, root):
        if system.get_file_info(f"{root}/{MARKER}").is_file:
            system.delete_file(f"{root}/{MARKER}")
        for path in [*(found for one in PUBLISHED for found in sorted(out.glob(one))), out / MARKER]:
            target = f"{root}/{path.relative_to(out).as_posix()}"
            with path.open("rb") as source, system.open_output_stream(target) as stream:
                while chunk := source.read(CHUNK):
                    stream.write(chunk)


@contextmanager
def _opened(place: str) -> Iterator[tuple[FileSystem, str]]:
    """Yield the file system of a place and the path in it; turn its errors into one-line errors."""
    from pyarrow import ArrowException
    from pyarrow.fs import FileSystem

    try:
        system, root = FileSystem.from_uri(place)
        yield system, root.rstrip("/")
    except (OSError, ArrowException) as error:
        told = str(error).splitlines()[0].replace(place, shown(place))[:200]
        raise InputError(
            shown(place), f"cannot be used ({told})", "check the address and the access keys"
        ) from None


def _mirror(place: str, folder: Path, *, spared: str = "") -> None:
    """Make a folder mirror a place: download new and changed files, delete those no longer there.

    What is in it under the name `spared` is this machine's own.
    """
    from pyarrow.fs import FileSelector

    with _opened(place) as (system, root):
        files = [one for one in system.get_file_info(FileSelector(root, recursive=True)) if one.is_file]
        if not files:
            raise InputError(shown(place), "holds no file", "check the address")
        kept = {_place(place, root, one, folder): one for one in files}
        for path, one in sorted(kept.items()):
            if not _same(path, one):
                with store.replacing(path) as temporary, system.open_input_stream(one.path) as stream:
                    with temporary.open("wb") as target:
                        while chunk := stream.read(CHUNK):
                            target.write(chunk)
                    os.utime(temporary, ns=(one.mtime_ns, one.mtime_ns))
    for path in [path for path in folder.rglob("*") if path.is_file() and path not in kept]:
        if path.relative_to(folder).parts[0] != spared and not store.is_being_written(path):
            path.unlink(missing_ok=True)


def _place(place: str, root: str, one: FileInfo, folder: Path) -> Path:
    name = PurePosixPath(one.path).relative_to(root)
    if name.is_absolute() or ".." in name.parts:
        raise InputError(shown(place), f"holds a file of the name {name}", "rename it")
    return folder / name


def _same(path: Path, one: FileInfo) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (one.size, one.mtime_ns)


def _fetched(path: Path, folder: Path) -> tuple[str, ...]:
    from pipeline.fetch import fetch
    from pipeline.fetching.addresses import listing
    from pipeline.fetching.web import Web

    with Web() as web:
        wanted, quiet = [listing(path)], lambda *_: None
        done = fetch(wanted, folder, web, largest=LARGEST, again=False, observe=quiet, whole=True)
    if not (done.new or done.known):
        raise InputError(str(path), f"brought nothing ({done.failures[0]})", "check the addresses")
    return done.failures
