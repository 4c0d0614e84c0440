"""Finish an output folder from the tables of its documents: trends, final places, report, marker.

The marker `run.json` means that everything is there; it is removed first and written last, so that
nobody mistakes the tables of two runs for those of one (`outputs.finished` reads it).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pipeline import store
from pipeline.cards import model_hash
from pipeline.schema import VERSION
from pipeline.store import DATABASE, MARKER, OPEN_THEMES, REGISTRY, REPORT
from pipeline.tasks import Job
from pipeline.versions import digest, stage_version

LAST_STAGES = ("track", "tracking.trust", "report")


class Keys(NamedTuple):
    """Two hashes: of what decides the tables that follow from the documents, and of what decides all.

    `own` has, by name, a hash of each thing that people wrote for this folder, "" if they wrote nothing.
    """

    documents: str
    run: str
    own: Mapping[str, str] = MappingProxyType({})


def keys(documents: str, job: Job) -> Keys:
    """Return both keys, given the first; `own` has what trends depend on."""
    from pipeline.tracking import themebook, user_themes
    from pipeline.tracking.trust import trust

    stages = [stage_version(stage) for stage in LAST_STAGES]
    settings = job.settings
    name = settings.open_themes.encoder if settings.open_themes.sentences else ""
    encoder = model_hash(name) if name else ""
    own = {
        "own themes": user_themes.fingerprint(job.corpus / user_themes.FOLDER),
        f"own {OPEN_THEMES}": themebook.fingerprint(job.out / OPEN_THEMES) if name else "",
    }
    values = repr((settings.track, settings.open_themes, settings.report, trust(settings.tag.model)))
    return Keys(documents, digest(documents, values, *own.values(), encoder, *stages), own)


def is_current(out: Path, run_key: str) -> bool:
    """Return whether the tables in place have this key and none has been changed."""
    marker = store.read_json(out / MARKER) or {}
    if marker.get("run_key") != run_key or marker.get("registry") != _registry_hash(out):
        return False
    return (out / REPORT).is_file() and _sizes(out) == marker.get("sizes")


def is_of(out: Path, corpus: Path) -> bool:
    """Return whether the marker names this folder of documents: evidence and themes are sought there."""
    return bool((store.read_json(out / MARKER) or {}).get("folder") == str(corpus.resolve()))


def write_trends(fresh: Path, job: Job) -> None:
    """Write the tables that `track` computes from the tables in `fresh` into the same folder."""
    from pipeline.tables import write_table
    from pipeline.track import track
    from pipeline.tracking import user_themes
    from pipeline.tracking.trust import trust

    settings = job.settings
    for name, table in track(
        fresh,
        settings.track,
        trust=trust(settings.tag.model),
        themes=user_themes.load(job.corpus / user_themes.FOLDER),
        wanted=settings.open_themes,
        out=job.out,
        spill=fresh,
    ):
        write_table(fresh, name, table)


def reveal(fresh: Path, out: Path) -> None:
    """Verify the tables in `fresh` and put all of them in their place in one step, then the DuckDB file."""
    from pipeline.tables import verify, write_duckdb

    verify(fresh)
    write_duckdb(fresh, fresh / DATABASE)
    made, ready = sorted(fresh.glob("*.parquet")), fresh / "tables"
    store.carry(out / "tables", ready, known=[path.name for path in made])
    for path in made:
        store.move(path, ready / path.name)
    (out / MARKER).unlink(missing_ok=True)
    store.swap(ready, out / "tables")
    store.move(fresh / DATABASE, out / DATABASE)


def finish(job: Job, made: Keys) -> None:
    """Write the report, also in English if it is there in English, then the marker."""
    from pipeline.report import NAMES, report

    folder = job.corpus.resolve()
    title = job.settings.report.title or folder.name
    for language, name in NAMES.items():
        if name == REPORT or (job.out / name).is_file():
            report(job.out, title=title, language=language)
    marker = {
        "run_key": made.run,
        "documents_key": made.documents,
        "corpus": title,
        "folder": str(folder),
        "schema": VERSION,
        "sizes": _sizes(job.out),
        "registry": _registry_hash(job.out),
    }
    store.write_json(job.out / MARKER, marker)


def _sizes(out: Path) -> dict[str, int]:
    files = sorted([*(out / "tables").glob("*.parquet"), *out.glob("*.duckdb")])
    return {path.name: path.stat().st_size for path in files}


def _registry_hash(out: Path) -> str:
    files = [path for name in (REGISTRY, OPEN_THEMES) if (path := out / name).is_file()]
    return digest(*(path.read_bytes() for path in files)) if files else ""
