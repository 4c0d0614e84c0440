"""Write a run as a package for publication: tables, their description, how they were made, licences.

A package without texts holds hashes and offsets instead; with the original files, `rehydrate` restores
the texts, and the hash of every table proves that they are the same.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from pipeline import __version__, outputs, store
from pipeline.cards import CARD, find
from pipeline.config import PACKAGE
from pipeline.errors import ModelError
from pipeline.knowledge.toml import as_toml
from pipeline.plain import cell, lines
from pipeline.publishing import withheld
from pipeline.publishing.codebook import codebook
from pipeline.publishing.datapackage import describe, resource
from pipeline.records import Record
from pipeline.reporting.templating import templates
from pipeline.schema import TABLES, VERSION
from pipeline.schema.declare import Row

PROOF = "politikspur"  # name of this program's property in datapackage.json


class Edition(Record):
    """What a publisher states about a package."""

    title: str = ""
    authors: tuple[str, ...] = ()
    licence: str = ""  # of the tables, an SPDX identifier
    texts: bool = True


def publish(out: Path, to: Path, edition: Edition) -> list[Path]:
    """Write a package into an empty or new folder; return its files.

    Raises:
        InputError: the run is not finished, or the folder is not empty.
    """
    marker = outputs.finished(out)
    with store.anew(to, "give another --publish") as fresh:
        (fresh / "data").mkdir()
        with outputs.unchanged(out):
            resources = list(_tables(out, fresh, texts=edition.texts))
            _write_package(out, fresh, edition, marker, resources)
            _write_notes(out, fresh, edition, marker)
    return sorted(path for path in to.rglob("*") if path.is_file())


def unlicensed(out: Path) -> int:
    """Return the number of documents without a stated licence."""
    return sum(not row["licence"] for row in outputs.rows(out, "documents", ["licence"]))


def people(out: Path) -> int:
    """Return the number of people whom a package with texts names, as the authors of corrections."""
    return len({row["who"] for row in outputs.rows(out, "corrections", ["who"])})


def _tables(out: Path, fresh: Path, *, texts: bool) -> Iterator[dict[str, Any]]:
    """Write the tables and yield their descriptions."""
    for name, table in TABLES.items():
        if not texts and name in withheld.LEFT_OUT:
            continue
        path = fresh / "data" / f"{name}.csv"
        columns = table.columns if texts else withheld.columns(name)
        rows = outputs.rows(out, name) if texts else withheld.rows(out, name)
        with path.open("wb") as file:
            file.writelines(_csv([column.name for column in columns], rows))
        if texts:
            shutil.copyfile(outputs.path_of(out, name), path.with_suffix(".parquet"))
        shown = msgspec.structs.replace(table, columns=tuple(columns))
        yield resource(shown, path, folder="data/")


def _csv(names: Sequence[str], rows: Iterator[Row]) -> Iterator[bytes]:
    return lines(names, ([cell(row[name]) for name in names] for row in rows))


def _write_package(
    out: Path, fresh: Path, edition: Edition, marker: Row, resources: Sequence[dict[str, Any]]
) -> None:
    sources = [
        {"title": row["title"] or row["path"], "path": row["path"]} for row in outputs.rows(out, "documents")
    ]
    licences = [{"name": edition.licence}] if edition.licence else []
    title, key = edition.title or str(marker["corpus"]), str(marker["run_key"])
    package = describe(title, key, resources, licences=licences, sources=sources)
    proof = {} if edition.texts else _proof(out)
    package[PROOF] = {"schema": VERSION, "version": __version__, "texts": edition.texts, "proof": proof}
    store.write_json(fresh / "datapackage.json", package)


def _proof(out: Path) -> dict[str, str]:
    """Return the hash of each table as CSV with its texts restored."""
    found = {}
    for name, table in TABLES.items():
        if name not in withheld.LEFT_OUT:
            whole = hashlib.sha256()
            for part in _csv([column.name for column in table.columns], outputs.rows(out, name)):
                whole.update(part)
            found[name] = whole.hexdigest()
    return found


def _write_notes(out: Path, fresh: Path, edition: Edition, marker: Row) -> None:
    """Write the files for readers: codebook, methods, citation, licences, the run's manifest, model card."""
    run = max(outputs.rows(out, "runs"), key=lambda row: row["finished"])
    manifest = {
        name: msgspec.json.decode(run[name])
        for name in ("versions", "settings", "hashes", "counts", "failures", "seconds")
    }
    times = {name: cell(run[name]) for name in ("started", "finished")}
    store.write_json(fresh / "run.json", {**manifest, **times, "run_key": run["run_key"]})
    store.write_bytes(fresh / "settings.toml", settings_toml(manifest["settings"]).encode())
    store.write_bytes(fresh / "codebook.html", codebook().encode())
    facts = _facts(out, edition, marker, manifest, times)
    for name in ("METHODS.md", "README.md", "CITATION.cff"):
        store.write_bytes(fresh / name, _page(name, facts).encode())
    store.write_bytes(fresh / "LICENCES.csv", b"".join(_licences(out)))
    with suppress(ModelError):  # a user's own model may have been moved
        model = str(manifest["settings"].get("tag", {}).get("model", ""))
        shutil.copyfile(find(model) / CARD, fresh / "MODEL_CARD.toml")


def settings_toml(settings: Mapping[str, Mapping[str, Any]]) -> str:
    """Return settings as `run --settings` reads them; whether there was a password is no setting."""
    return as_toml(
        {
            group: {name: value for name, value in values.items() if name != "password"}
            for group, values in settings.items()
        }
    )


def _facts(
    out: Path, edition: Edition, marker: Row, manifest: Mapping[str, Any], times: Mapping[str, str]
) -> Row:
    documents = list(outputs.rows(out, "documents"))
    said = list(outputs.rows(out, "corrections", ["anchored"]))
    return {
        "edition": edition,
        "title": edition.title or f"politikspur tables: {marker['corpus']}",
        "authors": edition.authors or (f"Editors of {marker['corpus']}",),
        "run_key": marker["run_key"],
        "day": times["finished"][:10],
        "version": __version__,
        "manifest": manifest,
        "documents": documents,
        "unlicensed": unlicensed(out),
        "people": people(out),
        "ocr": sum(row["text_source"] == "ocr" for row in outputs.rows(out, "pages", ["text_source"])),
        "lost": sum(row["status"] == "failed" for row in outputs.rows(out, "pages", ["status"])),
        "corrections": len(said),
        "anchored": sum(row["anchored"] for row in said),
        "n": {name: outputs.count(out, name) for name in TABLES},
    }


def _page(name: str, facts: Row) -> str:
    made = templates(PACKAGE / "publishing" / "templates", escape=False)
    made.filters["quoted"] = lambda text: msgspec.json.encode(str(text)).decode()
    return made.get_template(f"{name}.j2").render(**facts) + "\n"


def _licences(out: Path) -> Iterator[bytes]:
    names = ("document_id", "sha256", "path", "title", "issuer", "licence")
    rows = ([cell(row[name]) for name in names] for row in outputs.rows(out, "documents"))
    return lines(names, rows)
