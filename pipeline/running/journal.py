"""Keep the journal of an output folder: the table `runs`, one row per run."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import replace

from pipeline import __version__
from pipeline.cards import RELATIONS, model_hash
from pipeline.config import Settings, load_settings
from pipeline.errors import InputError, SettingsError
from pipeline.outputs import finished, path_of
from pipeline.running.finish import Keys
from pipeline.schema import TABLES
from pipeline.schema.declare import Row
from pipeline.stopwatch import Stopwatch
from pipeline.store import DATABASE
from pipeline.tables import writing
from pipeline.versions import LIBRARIES, TAXONOMIES, digest, library_version, stage_version

STAGES = ("read", "clean", "split", "tag", "relate", "link", "tabulate", "track", "report")
NONE = "none"  # of what people wrote for a folder
AGAIN = ("track", "open_themes", "report")  # settings that matter when only trends are computed again


def write_run(fresh: Path, before: Path, settings: Settings, made: Keys, watch: Stopwatch) -> None:
    """Write the table `runs`: the rows of earlier runs from the folder `before`, and that of this run.

    The password of encrypted files is not recorded.
    """
    rows = _earlier(before / "runs.parquet")
    row: Row = _made(made.run, watch) | {
        "settings": _json(_public(settings)),
        "hashes": _json({**_hashes(settings), **_own(made), "inputs": _inputs(fresh)}),
        "counts": _json(_counts(fresh)),
        "failures": _json(_failures(fresh)),
    }
    with writing(fresh, ["runs"]) as writers:
        writers["runs"].add(_recorded(rows, row))


def write_again(fresh: Path, settings: Settings, made: Keys, watch: Stopwatch) -> None:
    """Record in the table `runs` that trends were computed again from the tables of the last run."""
    rows = _earlier(fresh / "runs.parquet")
    last, public = _last(rows, fresh), _public(settings)
    again = {
        **_made(made.run, watch),
        "versions": _over(_json(_versions()), _of_documents(last["versions"])),
        "settings": _over(last["settings"], {name: public[name] for name in AGAIN}),
        "hashes": _over(last["hashes"], _models(_encoder(settings)) | _own(made)),
        "counts": _json(_counts(fresh)),
    }
    with writing(fresh, ["runs"]) as writers:
        writers["runs"].add(_recorded(rows, {**last, **again}))


def _recorded(rows: list[Row], row: Row) -> list[Row]:
    """Return the rows with `row` added; each key has one row, so a run that changes nothing adds none.

    A run that returns to an earlier key replaces its row, and keeps when the runs before it began.
    """
    if rows and rows[-1]["run_key"] == row["run_key"]:
        return rows
    begun = [
        time
        for other in rows
        if other["run_key"] == row["run_key"]
        for time in (*other["earlier"], other["started"].isoformat(timespec="seconds"))
    ]
    return [*(other for other in rows if other["run_key"] != row["run_key"]), {**row, "earlier": begun}]


def _over(before: str, values: dict[str, Any]) -> str:
    return _json(msgspec.json.decode(before) | values)


def _of_documents(versions: str) -> dict[str, str]:
    """Return the versions of the stages that are not repeated."""
    stages = {f"stage {stage}" for stage in STAGES if stage not in ("track", "report")}
    return {name: value for name, value in msgspec.json.decode(versions).items() if name in stages}


def settings_of(out: Path, given: Path | None = None) -> Settings:
    """Return the settings of the last run of a folder; the file `given` may change how trends are computed.

    The password of encrypted files is not among them.

    Raises:
        InputError: the table of runs cannot be read.
        SettingsError: the file asks for settings that the tables were not made with, such as another tagger.
    """
    used = msgspec.json.decode(_last(_earlier(path_of(out, "runs")), out)["settings"])
    used["read"] = {**used.get("read", {}), "password": ""}
    before, now = load_settings(used=used), load_settings(given, used=used)
    again = {name: getattr(now, name) for name in AGAIN}
    if replace(now, read=replace(now.read, password="")) != replace(before, **again):
        what = f"asks for other settings than the run of {out} had, beside {', '.join(AGAIN)}"
        raise SettingsError(str(given), what, "give them to `politikspur run`")
    return now


def had_themes(out: Path) -> bool:
    """Return whether there were themes of the user in the last run of a folder."""
    last = _last(_earlier(path_of(out, "runs")), out)
    return str(msgspec.json.decode(last["hashes"]).get("own themes", NONE)) != NONE


def _made(key: str, watch: Stopwatch) -> dict[str, Any]:
    return {
        "run_key": key,
        "started": watch.started,
        "finished": datetime.now(UTC),
        "earlier": [],
        "versions": _json(_versions()),
        "seconds": msgspec.json.encode({name: round(n, 3) for name, n in watch.seconds.items()}).decode(),
    }


def _earlier(path: Path) -> list[Row]:
    """Return the rows of the table `runs`; if its file is damaged, those that the DuckDB file has."""
    if not path.is_file():
        return []
    columns = TABLES["runs"].columns  # of which an earlier version may lack some
    unknown = {column.name: [] if column.type == "texts" else "{}" for column in columns}
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid):
        table = _in_database(path.parent.parent / DATABASE)
    rows: list[Row] = table.to_pylist() if table else []
    return [{**unknown, **row} for row in rows]


def _in_database(path: Path) -> pa.Table | None:
    try:
        with duckdb.connect(str(path), read_only=True) as base:
            return base.sql("select * from runs").to_arrow_table()
    except duckdb.Error:
        return None


def _last(rows: list[Row], folder: Path) -> Row:
    if not rows:
        raise InputError(str(folder), "the table runs cannot be read", "run `politikspur run` again")
    return rows[-1]


def history(out: Path) -> Iterator[Row]:
    """Yield the runs of an output folder, oldest first, with their JSON columns decoded."""
    finished(out)
    for row in _earlier(path_of(out, "runs")):
        read = {
            name: msgspec.json.decode(value) if isinstance(value, str) and value[:1] in ("{", "[") else value
            for name, value in row.items()
        }
        yield read


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def _versions() -> dict[str, str]:
    libraries = sorted({name for names in LIBRARIES.values() for name in names})
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
    models = _models(settings.tag.model, settings.link.model, _encoder(settings), RELATIONS)
    return {**models, **data}


def _encoder(settings: Settings) -> str:
    return settings.open_themes.encoder if settings.open_themes.sentences else ""


def _models(*names: str) -> dict[str, str]:
    return {f"model {name}": model_hash(name)[:16] for name in names if name}


def _own(made: Keys) -> dict[str, str]:
    return {name: value[:16] or NONE for name, value in made.own.items()}


def _inputs(fresh: Path) -> str:
    """Return the SHA-256 of what `sha256sum` prints for the files, sorted by path."""
    files = pq.read_table(fresh / "documents.parquet", columns=["path", "sha256"]).to_pylist()
    lines = (f"{row['sha256']}  {row['path']}\n" for row in sorted(files, key=lambda row: str(row["path"])))
    return sha256("".join(lines).encode()).hexdigest()


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
