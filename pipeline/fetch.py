"""Download listed documents into a folder that `run` can read, with a manifest of what is known about them.

A journal in the folder records what has been downloaded, so that an interrupted fetch continues where it
stopped and nothing is requested twice. Every file is checked before it appears under its name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from pipeline import store
from pipeline.corpus import MANIFEST
from pipeline.errors import FetchError, InputError, shown, why
from pipeline.fetching import Listing, Wanted
from pipeline.fetching.web import Received, TryAgain, Unreachable, Web
from pipeline.plain import guard, lines
from pipeline.reading.manifest import cells_by_file
from pipeline.records import Record
from pipeline.versions import file_sha256

JOURNAL = ".fetch.jsonl"
MISSES = 3  # failed requests after which a server is not asked again in this fetch
EDGE = 2048  # bytes at either end of a PDF in which header and trailer must stand
COLUMNS = ("file", "title", "doc_type", "issuer", "date", "wahlperiode", "url", "license", "sha256")


class Downloaded(Record):
    """A downloaded document: one line of the journal."""

    id: str
    file: str
    address: str
    version: str
    size: int
    sha256: str
    etag: str
    modified: str
    facts: dict[str, str]


class Fetched(Record):
    """The result of a fetch."""

    new: int
    known: int  # present before and unchanged
    failures: tuple[str, ...]  # one line each: where, what, what to do
    hashes: dict[str, str]  # id -> SHA-256 of the file in the folder


Cells = dict[str, str]  # of a line of a manifest, by column
Observer = Callable[[int, int], None]  # documents done, documents of the list


def fetch(
    listings: Iterable[Listing],
    folder: Path,
    web: Web,
    *,
    largest: int,
    again: bool,
    observe: Observer,
    whole: bool = False,
) -> Fetched:
    """Download the documents of some lists into a folder and write its manifest, where edits stay.

    Args:
        listings: Pages of a list, requested as they are needed.
        folder: The target folder; it is created if it is missing.
        web: The door to the web.
        largest: Largest size of a document in bytes; larger ones are refused.
        again: Also ask for documents that are present, in case they have changed.
        observe: Called with the progress.
        whole: What earlier fetches brought leaves the folder unless these lists name it.

    Raises:
        InputError: the folder cannot be written, or holds a manifest that fetch did not write or cannot read.
        FetchError: a list cannot be downloaded.
    """
    with store.locked(folder), _disk(folder):
        entries = _journal(folder)
        kept = {entry.id: entry for entry in entries}
        own = _own(folder, entries)
        named: set[str] = set()
        hashes: dict[str, str] = {}
        failures: list[str] = []
        misses: Counter[str] = Counter()
        new = 0
        try:
            for total, wanted in _each(listings):
                observe(len(hashes) + len(failures), total)
                named.add(wanted.id)
                known = kept.get(wanted.id)
                try:
                    _spare(wanted, misses)
                    come = _bring(wanted, known, folder, web, largest, again=again)
                except FetchError as error:
                    misses[_host(wanted)] += isinstance(error, Unreachable)
                    failures.append(str(error))
                    continue
                new += known is None or come.sha256 != known.sha256
                hashes[come.id] = come.sha256
                if come != known:
                    _remember(come, kept, folder)
            for gone in kept.keys() - named if whole else ():
                _forget(gone, kept, own, folder)
            observe(len(hashes) + len(failures), len(hashes) + len(failures))
        finally:
            _write_manifest(folder, kept.values(), own)
            _write_journal(folder, kept.values())
        return Fetched(new=new, known=len(hashes) - new, failures=tuple(failures), hashes=hashes)


def first(listings: Iterable[Listing], limit: int) -> Iterator[Listing]:
    """Yield the listings up to their first `limit` documents; 0 means all."""
    left = limit
    for listing in listings:
        if not limit:
            yield listing
            continue
        yield Listing(total=min(listing.total, limit), wanted=listing.wanted[:left])
        left -= len(listing.wanted)
        if left <= 0:
            return


def _each(listings: Iterable[Listing]) -> Iterator[tuple[int, Wanted]]:
    for listing in listings:
        for wanted in listing.wanted:
            yield listing.total, wanted


def _host(wanted: Wanted) -> str:
    return urlsplit(wanted.address).netloc.rpartition("@")[2]


def _spare(wanted: Wanted, misses: Counter[str]) -> None:
    """Raise FetchError for a server that has failed to answer several times."""
    host = _host(wanted)
    if misses[host] >= MISSES:
        raise FetchError(
            shown(wanted.address), f"was not requested: {host} does not answer", "run again later"
        )


def _bring(
    wanted: Wanted, known: Downloaded | None, folder: Path, web: Web, largest: int, *, again: bool
) -> Downloaded:
    """Return the journal line of a document, which is downloaded if necessary."""
    if not wanted.address:
        raise FetchError(wanted.id, "has no PDF", "look for it in a library")
    if Path(wanted.file).name != wanted.file:
        raise InputError(wanted.id, f"{wanted.file!r} is not the name of a file", "correct its source")
    path = folder / wanted.file
    there = known if known and _is_there(path, known, wanted, sure=again) else None
    come: Received | Downloaded | None = there
    if there is None or again or there.version != wanted.version:
        check, conditions = partial(_check, wanted), _conditions(there)
        come = web.download(wanted.address, path, check=check, largest=largest, headers=conditions) or there
    assert come is not None  # the answer "not modified" comes only if a condition was sent
    return Downloaded(
        id=wanted.id,
        file=wanted.file,
        address=wanted.address,
        version=wanted.version,
        size=come.size,
        sha256=come.sha256,
        etag=come.etag,
        modified=come.modified,
        facts=wanted.facts,
    )


def _is_there(path: Path, known: Downloaded, wanted: Wanted, *, sure: bool) -> bool:
    """Return whether the wanted file is in the folder from an earlier fetch; if `sure`, check its hash."""
    if known.address != wanted.address or wanted.sha256 not in ("", known.sha256) or not path.is_file():
        return False
    return file_sha256(path) == known.sha256 if sure else path.stat().st_size == known.size


def _conditions(there: Downloaded | None) -> dict[str, str]:
    """Return the headers that make a server send a file only if it has changed (RFC 9110, section 13.1)."""
    given = {"If-None-Match": there.etag, "If-Modified-Since": there.modified} if there else {}
    return {name: value for name, value in given.items() if value}


def _check(wanted: Wanted, path: Path, come: Received) -> None:
    """Raise an error if a file is not a complete PDF, or not the one wanted."""
    with path.open("rb") as file:
        head = file.read(EDGE)
        file.seek(max(0, come.size - EDGE))
        tail = file.read()
    if b"%PDF-" not in head:
        raise FetchError(shown(wanted.address), "is not a PDF", "open it in a browser")
    if b"%%EOF" not in tail:
        raise TryAgain("sends a truncated PDF", answered=True)
    for told, found in ((wanted.sha256, come.sha256), (wanted.md5, come.md5)):
        if told not in ("", found):
            what = f"is not the file that its source describes (hash {found}, expected {told})"
            remedy = "look at it; where the registry's hash is emptied, the new edition is taken"
            raise FetchError(shown(wanted.address), what, remedy)


def _journal(folder: Path) -> list[Downloaded]:
    """Return the downloads of earlier fetches, the newest last; a truncated line is ignored.

    Of a document there are older ones only if a fetch was killed before it wrote the manifest.
    """
    path = folder / JOURNAL
    if not path.is_file():
        if (folder / MANIFEST).is_file():
            what = f"holds a {MANIFEST} that fetch did not write"
            raise InputError(str(folder), what, "give another --to")
        path.touch()
    found = [kept for line in path.read_bytes().splitlines() for kept in _line(line)]
    _write_journal(folder, found)
    return found


def _write_journal(folder: Path, kept: Iterable[Downloaded]) -> None:
    store.write_bytes(folder / JOURNAL, msgspec.json.Encoder().encode_lines(kept))


def _line(line: bytes) -> Iterator[Downloaded]:
    with suppress(msgspec.DecodeError):
        yield msgspec.json.decode(line, type=Downloaded)


def _remember(come: Downloaded, kept: dict[str, Downloaded], folder: Path) -> None:
    kept[come.id] = come
    with (folder / JOURNAL).open("ab") as journal:
        journal.write(msgspec.json.encode(come) + b"\n")


def _forget(gone: str, kept: dict[str, Downloaded], own: dict[str, Cells], folder: Path) -> None:
    """Remove a document, by its id, from the folder, and from what is written to journal and manifest."""
    file = kept.pop(gone).file
    own.pop(file, None)
    (folder / Path(file).name).unlink(missing_ok=True)


def _own(folder: Path, entries: Iterable[Downloaded]) -> dict[str, Cells]:
    """Return what people wrote into the manifest, by file and column: what no line of the journal says."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    ours: dict[str, list[Cells]] = defaultdict(list)
    for entry in entries:
        ours[entry.file].append(_cells(entry))
    found = cells_by_file(path).items()
    return {
        file: {
            name: value
            for name, value in cells.items()
            if file not in ours
            or (name != "sha256" and all(value != told.get(name, "").strip() for told in ours[file]))
        }
        for file, cells in found
    }


def _cells(entry: Downloaded) -> Cells:
    return {"file": entry.file, "sha256": entry.sha256} | entry.facts


def _write_manifest(folder: Path, kept: Iterable[Downloaded], own: Mapping[str, Cells]) -> None:
    """Write one line per document in the folder, in the order of their names; what people wrote counts."""
    known = {entry.file: _cells(entry) for entry in kept}
    rows = [
        {name: guard(value) for name, value in (known.get(file, {"file": file}) | own.get(file, {})).items()}
        for file in sorted(known.keys() | own.keys())
        if file not in known or (folder / file).is_file()
    ]
    names = [*COLUMNS, *sorted({name for row in rows for name in row} - set(COLUMNS))]
    written = lines(names, ([row.get(name, "") for name in names] for row in rows), end="\n")
    store.write_bytes(folder / MANIFEST, b"".join(written))


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Turn errors of the disk into one-line errors."""
    try:
        yield
    except OSError as error:
        what = f"cannot be written ({why(error)})"
        raise InputError(str(folder), what, "make room there or give another --to") from None
