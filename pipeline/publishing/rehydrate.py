"""Restore the texts of a package that was published without them, from the original files."""

from __future__ import annotations

import csv
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pipeline import store
from pipeline.config import load_settings
from pipeline.errors import InputError, why
from pipeline.plain import lines
from pipeline.process import read_text, stop_at
from pipeline.publishing.publish import PROOF
from pipeline.publishing.withheld import RestoredTexts
from pipeline.reading.formats import detect_format
from pipeline.records import Source, Text
from pipeline.schema import TABLES, VERSION
from pipeline.schema.values import WITHHELD_ROLES
from pipeline.tasks import Task
from pipeline.versions import file_sha256

Cells = dict[str, str]
Passages = dict[int, tuple[str, list[str]]]


def rehydrate(package: Path, originals: Path, to: Path, *, password: str = "") -> list[Path]:
    """Write the tables of a package with their texts as CSV files into `to`.

    Args:
        package: folder made by `publish` without texts.
        originals: folder of the original files; their names do not matter.
        to: folder for the tables.
        password: password of encrypted originals.

    Raises:
        InputError: it is not such a package, a file is missing, or the texts now read differ from
            those read when the package was made; then nothing is written.
    """
    own = _own(package)
    files = _by_hash(originals)
    documents = _cells(package, "documents")
    read = {
        row["document_id"]: row for row in documents if row["status"] in ("ok", "partial") or _has_text(row)
    }
    missing = [row["path"] for row in read.values() if row["sha256"] not in files]
    if missing:
        what = f"holds no file with the content of {missing[0]}" + _more(len(missing))
        raise InputError(str(originals), what, "add the original files; nothing was written")
    settings = _settings(package, password)
    lost = _lost_pages(package)
    texts = RestoredTexts(
        {key: _passages(files[row["sha256"]], row, settings, lost.get(key, {})) for key, row in read.items()}
    )
    with store.aside(to) as fresh:
        found = _restore(package, texts, fresh)
        _prove(found, own["proof"], texts, read, str(own["version"]))
        to.mkdir(parents=True, exist_ok=True)
        for name in found:
            store.move(fresh / f"{name}.csv", to / f"{name}.csv")
    return sorted(to / f"{name}.csv" for name in found)


def _has_text(row: Cells) -> bool:
    return row["status"] == "skipped" or int(row["n_sentences"]) > 0


def _more(n: int) -> str:
    return f" and of {n - 1} more documents" if n > 1 else ""


def _own(package: Path) -> dict[str, Any]:
    """Return this program's own property in the description of a package."""
    described = store.read_json(package / "datapackage.json") or {}
    own: dict[str, Any] = described.get(PROOF, {})
    if not own:
        raise InputError(
            str(package), "is not a package of politikspur", "give a folder made by `export --publish`"
        )
    if own["texts"]:
        raise InputError(str(package), "holds its texts already", "there is nothing to do")
    if own["schema"] != VERSION:
        what = f"was made under schema {own['schema']}, this program knows {VERSION}"
        raise InputError(str(package), what, f"use politikspur {own['version']}")
    return own


def _settings(package: Path, password: str) -> Any:  # noqa: ANN401
    """Return the settings with which the texts were read, as far as this version knows them."""
    ours = load_settings()
    theirs = (store.read_json(package / "run.json") or {}).get("settings", {}).get("read", {})
    known = {name: v for name, v in theirs.items() if name != "password" and hasattr(ours.read, name)}
    return msgspec.structs.replace(ours, read=msgspec.structs.replace(ours.read, **known, password=password))


def _by_hash(folder: Path) -> dict[str, Path]:
    """Return the readable files of a folder, by the SHA-256 of their content."""
    if not folder.is_dir():
        raise InputError(str(folder), "is not a folder", "give the folder of the original files")
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {sha256: path for path in files if (sha256 := file_sha256(path))}


def _cells(package: Path, name: str) -> Iterator[Cells]:
    """Yield the rows of a table as they stand in the file."""
    csv.field_size_limit(sys.maxsize)
    try:
        with (package / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except OSError as error:
        raise InputError(
            str(package), f"lacks data/{name}.csv ({why(error)})", "get the whole package"
        ) from None


def _lost_pages(package: Path) -> dict[str, dict[int, str]]:
    """Return the pages that were not read when the package was made, by document, with the reasons."""
    found: dict[str, dict[int, str]] = {}
    for row in _cells(package, "pages"):
        if row["status"] == "failed":
            found.setdefault(row["document_id"], {})[int(row["page"])] = row["reason"]
    return found


def _passages(path: Path, row: Cells, settings: Any, lost: Mapping[int, str]) -> Passages:  # noqa: ANN401
    """Read a file again and return its passages by number: text and the headings above it."""
    text = _read(path, row, settings, lost)
    if text.status == "failed" or (row["status"] in ("ok", "partial") and text.status != row["status"]):
        was = "" if text.status == "failed" else f" ({text.status}; in the package: {row['status']})"
        why_so = text.reason or row["reason"] or "no reason is known"
        what = f"cannot be read as when the package was made{was}: {why_so}"
        raise InputError(row["path"], what, "remove the cause and try again; nothing was written")
    hidden = {passage.text for passage in text.passages if passage.role in WITHHELD_ROLES}
    return {
        passage.number: (passage.text, [one for one in passage.heading_path if one not in hidden])
        for passage in text.passages
    }


def _read(path: Path, row: Cells, settings: Any, lost: Mapping[int, str]) -> Text:  # noqa: ANN401
    """Read a file under the name that it had: its suffix tells Markdown from plain text.

    Pages that were lost, to a limit or a fault, are left out again: a faster machine would read them.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as out:
        named = Path(folder) / Path(row["path"]).name
        shutil.copyfile(path, named)
        source = Source(
            document_id=row["document_id"],
            source_id=row["source_id"],
            path=named.name,
            sha256=row["sha256"],
            size=named.stat().st_size,
            format=detect_format(named),
        )
        task = Task(source=source, folder=folder, out=out, settings=settings)
        for page, reason in lost.items():
            stop_at(task, "read", page, reason)
        return read_text(task, Path(out), lambda stage, at: None)


def _restore(package: Path, texts: RestoredTexts, fresh: Path) -> dict[str, str]:
    """Write every table with its texts; return the hash of each."""
    described = store.read_json(package / "datapackage.json")
    names = [resource["name"] for resource in described["resources"]]
    ordered = [*(n for n in texts.ORDER if n in names), *(n for n in names if n not in texts.ORDER)]
    found = {}
    for name in ordered:
        columns = [column.name for column in TABLES[name].columns]
        found[name] = _write(fresh / f"{name}.csv", columns, texts.restore(name, _cells(package, name)))
    return found


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    whole = hashlib.sha256()
    with path.open("wb") as file:
        for part in lines(columns, rows):
            whole.update(part)
            file.write(part)
    return whole.hexdigest()


def _prove(
    found: Mapping[str, str],
    proof: Mapping[str, str],
    texts: RestoredTexts,
    read: Mapping[str, Cells],
    version: str,
) -> None:
    """Raise InputError unless every table has the hash that it had when the package was made."""
    if texts.wrong:
        worst = max(texts.wrong, key=lambda key: texts.wrong[key])
        what = f"{texts.wrong[worst]} passages read otherwise than when the package was made"
        what += _more(len(texts.wrong))
        raise InputError(read[worst]["path"], what, f"use politikspur {version}; nothing was written")
    other = [name for name, value in proof.items() if found.get(name) != value]
    if other:
        what = f"does not come out as it was ({', '.join(other)})"
        raise InputError(f"table {other[0]}", what, "get the package again; nothing was written")
