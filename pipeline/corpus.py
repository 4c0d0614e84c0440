"""Find the documents in a folder, with their ids and what the manifest says about each."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import field

from pipeline.errors import InputError
from pipeline.reading.formats import detect_format
from pipeline.reading.manifest import Row, read_manifest
from pipeline.records import Record, Source
from pipeline.store import MARKER
from pipeline.versions import file_sha256

Known = Mapping[str, tuple[int, int, str]]
MANIFEST = "manifest.csv"
APART = frozenset({"truth", "sources", "themes"})  # folders of a corpus that hold no documents
NOISE = frozenset({"thumbs.db", "desktop.ini", MANIFEST})
DOCUMENTS = frozenset({".pdf", ".docx", ".htm", ".html"})  # endings of what is hardly anything else
HASHES = "cache/files.json"  # what an output folder keeps of its documents: the `known` of the next run
SHOWN = 3  # manifest lines without a file that get a warning each; further ones are only counted


class FoundSources(Record, frozen=True, kw_only=True):
    """The sources of a folder in the order of their paths, with warnings for the user."""

    sources: tuple[Source, ...]
    warnings: tuple[str, ...] = ()
    # path -> size, mtime_ns, sha256
    hashes: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()  # folders and files that could not be opened, links that lead nowhere now


def find_sources(folder: Path, *, known: Known | None = None, manifest: Path | None = None) -> FoundSources:
    """Return the documents of `folder` and its sub-folders, other than outputs, with their manifest rows.

    Args:
        folder: the corpus.
        known: hashes of an earlier run; a file of unchanged size and modification time is not hashed again.
        manifest: the manifest's path, by default each `manifest.csv` in the folder and its sub-folders.

    Raises:
        InputError: the folder is missing or holds no document, or the manifest cannot be used.
    """
    if not folder.is_dir():
        raise InputError(str(folder), "is not a folder", "give a folder of documents")
    paths, warnings, unopened = _walk(folder)
    apart = _apart(folder)
    if not paths:
        remedy = "put PDF, DOCX, HTML, Markdown or text files there"
        raise InputError(str(folder), "holds no documents", "; ".join((remedy, *apart)))
    hashes = hash_files(folder, paths, known or {})
    rows, more = _rows(folder, manifest, paths)
    more = [*apart, *more]
    found = _sources(folder, paths, hashes, rows)
    wrong = [_wrong_hash(source) for source in found]
    return FoundSources(
        sources=tuple(found),
        warnings=(*warnings, *more, *filter(None, wrong)),
        hashes=hashes,
        unseen=(*unopened, *(source.path for source in found if not source.sha256)),
    )


def hash_files(folder: Path, paths: Sequence[str], known: Known) -> dict[str, tuple[int, int, str]]:
    """Return size, modification time and SHA-256 of each file; the hash is "" if it cannot be read."""
    found = {}
    for path in paths:
        try:
            stat = (folder / path).stat()
        except OSError:
            found[path] = (0, 0, "")
            continue
        size, time, old = known.get(path, (-1, -1, ""))
        same = old and (size, time) == (stat.st_size, stat.st_mtime_ns)
        found[path] = (stat.st_size, stat.st_mtime_ns, old if same else file_sha256(folder / path))
    return found


def _walk(folder: Path) -> tuple[list[str], list[str], list[str]]:
    """Return the sorted paths of the documents, warnings about others, and what documents may be behind."""
    paths, warnings, unopened = [], [], []
    for path in _files(folder, folder, frozenset()):
        name = path.relative_to(folder).as_posix()
        if not _is_text(name):
            shown = name.encode("utf-8", "replace").decode()
            warnings.append(f"{shown}: the file name is not valid text and is left out; rename the file")
        elif path.is_dir():
            warnings.append(f"{name}: the folder cannot be opened, so what is in it is left out")
            unopened.append(name)
        elif not path.is_file():
            warnings.append(f"{name}: is no regular file or a broken link and is left out")
            unopened += [name] * path.is_symlink()  # to a network disk that is gone for a moment
        else:
            paths.append(name)
    return sorted(paths), sorted(warnings), unopened


def _files(folder: Path, root: Path, above: frozenset[str]) -> Iterator[Path]:
    """Yield all files below `folder` but those of outputs, and a sub-folder itself if it cannot be opened.

    A link to a folder above itself is not followed.
    """
    real = os.path.realpath(folder)
    if real in above:
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for entry in entries:
        if _ignored(entry, top=folder == root):
            continue
        if not entry.is_dir():
            yield entry
        elif not any((entry / name).is_file() for name in (MARKER, HASHES)):
            yield from _files(entry, root, above | {real})


def _ignored(path: Path, *, top: bool) -> bool:
    name = path.name.lower()
    if name.startswith((".", "~$")) or name in NOISE or path.stem.lower() == "readme":
        return True
    return top and name in APART and path.is_dir()


def _apart(folder: Path) -> list[str]:
    """Return a warning for each folder that is left out because of its name but seems to hold documents."""
    found = sorted(entry for entry in folder.iterdir() if _ignored(entry, top=True) and entry.is_dir())
    return [
        f"{entry.name}: a folder of this name is left out; to have its documents read, rename it"
        for entry in found
        if entry.name.lower() in APART and any(one.suffix.lower() in DOCUMENTS for one in entry.rglob("*"))
    ]


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _sources(
    folder: Path, paths: Sequence[str], hashes: Known, rows: Mapping[str, dict[str, str]]
) -> list[Source]:
    seen: dict[str, int] = defaultdict(int)
    found = []
    for path in paths:
        size, _, sha256 = hashes[path]
        key = (sha256 or hashlib.sha256(f"unreadable:{path}".encode()).hexdigest())[:12]
        seen[key] += 1
        copy = f"-{seen[key]}" if seen[key] > 1 else ""
        found.append(
            Source(
                document_id=f"d{key}{copy}",
                source_id=f"s{key}",
                path=path,
                sha256=sha256,
                size=size,
                format=detect_format(folder / path) if sha256 else "unknown",
                manifest=rows.get(path, {}),
            )
        )
    return found


def _rows(
    folder: Path, manifest: Path | None, paths: Sequence[str]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Return the manifests' values by path, and warnings; what the one of a folder above says counts."""
    if manifest:
        rows, warnings = read_manifest(manifest)
        return _assign(rows, paths, manifest.name, warnings)
    found: dict[str, dict[str, str]] = {}
    warnings = []
    homes = {home for path in paths for home in PurePosixPath(path).parents}
    for home in sorted(homes, key=lambda home: (-len(home.parts), home)):
        place = folder / home / MANIFEST
        if place.is_file():
            inside = [path for path in map(PurePosixPath, paths) if home in path.parents]
            below = {path.relative_to(home).as_posix(): path.as_posix() for path in inside}
            rows, told = read_manifest(place)
            said, told = _assign(rows, tuple(below), (home / MANIFEST).as_posix(), told)
            warnings += told
            for path, values in said.items():
                found[below[path]] = found.get(below[path], {}) | values
    return found, warnings


def _assign(
    rows: Sequence[Row], paths: Sequence[str], where: str, warnings: list[str]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    alike, bare = _by(_plain, paths), _by(_plain_name, paths)
    assigned: dict[str, Row] = {}
    missing: list[str] = []
    for row in rows:
        same = alike.get(_plain(row.file)) or bare.get(_plain_name(row.file), [])
        if row.file in same:  # others differ from it in capitals or in how an umlaut is written
            same = [row.file]
        told = f"line {row.line}: {row.file}"
        if len(same) > 1:
            warnings.append(f"{where} {told}: {len(same)} files of this name; write the whole path")
        if not same:
            missing.append(told)
        if len(same) != 1:
            continue
        if same[0] in assigned:
            lines = f"lines {assigned[same[0]].line} and {row.line}"
            raise InputError(where, f"{lines} both describe {same[0]}", "keep one of them")
        assigned[same[0]] = row
    warnings += [f"{where} {one}: no such file" for one in missing[:SHOWN]]
    if len(missing) > SHOWN:
        warnings.append(f"{where}: {len(missing) - SHOWN} more lines name files that are not there")
    return {path: row.values for path, row in assigned.items()}, warnings


def _plain(path: str) -> str:
    """Return a path in a form for comparison: NFC, forward slashes, case folded, no leading `./`."""
    plain = unicodedata.normalize("NFC", path.strip()).replace("\\", "/").casefold()
    return plain.removeprefix("./").lstrip("/")


def _plain_name(path: str) -> str:
    return _plain(path).rsplit("/", 1)[-1]


def _by(key: Callable[[str], str], paths: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        found[key(path)].append(path)
    return found


def _wrong_hash(source: Source) -> str:
    told = source.manifest.get("sha256", "").lower()
    if not told or told == source.sha256:
        return ""
    return f"{source.path}: differs from the file that the manifest's sha256 describes"
