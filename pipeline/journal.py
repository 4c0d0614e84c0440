"""The journal of an output folder: one row a run, kept from run to run in the table `runs`."""

from __future__ import annotations

import platform
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq

from pipeline import __version__
from pipeline.cards import model_hash
from pipeline.config import Settings
from pipeline.schema import TABLES
from pipeline.tables import Row, writing
from pipeline.versions import LIBRARIES, TAXONOMIES, digest, library_version, stage_version

STAGES = ("read", "clean", "split", "tag", "relate", "link", "tabulate", "track", "report")


def write_run(fresh: Path, before: Path, settings: Settings, key: str, started: datetime) -> None:
    """Write the table `runs`: the rows of the tables in `before`, and this run's.

    The password of encrypted files is not written down.
    """
    rows = _earlier(before / "runs.parquet")
    row: Row = {
        "run_key": key,
        "started": started,
        "finished": datetime.now(UTC),
        "versions": _json(_versions()),
        "settings": _json(_public(settings)),
        "hashes": _json(_hashes(settings)),
        "counts": _json(_counts(fresh)),
        "failures": _json(_failures(fresh)),
    }
    with writing(fresh, ["runs"]) as writers:
        writers["runs"].add([*rows, row])


def _earlier(path: Path) -> list[Row]:
    if not path.is_file():
        return []
    rows: list[Row] = pq.read_table(path).to_pylist()
    return rows


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def _versions() -> dict[str, str]:
    libraries = sorted({name for names in LIBRARIES.values() for name in names} | {"duckdb", "pyarrow"})
    return {
        "politikspur": __version__,
        "python": platform.python_version(),
        **{f"stage {stage}": stage_version(stage)[:12] for stage in STAGES},
        **{name: library_version(name) for name in libraries},
    }


def _public(settings: Settings) -> Any:  # noqa: ANN401
    values = msgspec.to_builtins(settings)
    values["read"]["password"] = bool(settings.read.password)
    return values


def _hashes(settings: Settings) -> dict[str, str]:
    data = {path.name: digest(path.read_bytes())[:16] for path in sorted(TAXONOMIES.glob("*.toml"))}
    models = {
        name: model_hash(name)[:16]
        for name in (settings.tag.model, settings.link.encoder, "relations")
        if name
    }
    return {**{f"model {name}": value for name, value in models.items()}, **data}


def _counts(fresh: Path) -> dict[str, int]:
    tables = {
        name: pq.read_metadata(fresh / f"{name}.parquet").num_rows
        for name in TABLES
        if (fresh / f"{name}.parquet").is_file()
    }
    statuses = Counter(row["status"] for row in _documents(fresh))
    return {**tables, **{f"documents {status}": n for status, n in sorted(statuses.items())}}


def _failures(fresh: Path) -> list[dict[str, str]]:
    kept = ("path", "status", "reason")
    return [{k: row[k] for k in kept} for row in _documents(fresh) if row["status"] != "ok"]


def _documents(fresh: Path) -> list[Row]:
    columns = ["path", "status", "reason"]
    rows: list[Row] = pq.read_table(fresh / "documents.parquet", columns=columns).to_pylist()
    return rows
