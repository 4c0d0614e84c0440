"""Check that an output folder is complete and of this program's schema, and read its tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.contexts import ANALYSED
from pipeline.errors import InputError
from pipeline.schema import TABLES, VERSION
from pipeline.schema.declare import Row

ROWS_AT_ONCE = 10_000
NAMED = 3  # documents named in a line
LISTED = 10  # corrections listed one by one; a changed reader may lose many, and the table has them all


def finished(out: Path) -> Row:
    """Return the marker of a finished run (`run.json`): run_key, corpus, schema.

    Raises:
        InputError: the folder is missing, half-written, or of another schema version.
    """
    marker: Row | None = store.read_json(out / store.MARKER)
    if not marker:
        raise InputError(str(out), "holds no finished run", "run `politikspur run CORPUS --out FOLDER` first")
    check_version(out, marker.get("schema", 0))
    sizes = marker.get("sizes", {})
    for name in TABLES:
        if wrong := _wrong(path_of(out, name), sizes.get(f"{name}.parquet", -1) if sizes else None):
            raise InputError(str(out), wrong, _again(out))
    return marker


@contextmanager
def unchanged(out: Path) -> Iterator[None]:
    """Make sure that everything read from an output folder in this block is from one run.

    Raises:
        InputError: at the end of the block, if a run has replaced the tables meanwhile.
    """
    before = _seen(out)
    try:
        yield
    except OSError:
        if _seen(out) == before:
            raise
    if _seen(out) != before:
        raise InputError(str(out), "was replaced by a run while it was read", "repeat the same command")


def _seen(out: Path) -> tuple[int, ...]:
    """Return what differs after a run has put its tables and its DuckDB file in place."""
    found: tuple[int, ...] = ()
    with suppress(FileNotFoundError):
        found = ((out / "tables").stat().st_ino,)
    return found + file_state(out / store.DATABASE)


def file_state(path: Path) -> tuple[int, ...]:
    """Return what changes when a file is written or replaced: time, size and inode; () if there is none."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def check_version(out: Path, written: int) -> None:
    """Raise InputError if the tables of a folder were written under another version of the schema."""
    if written != VERSION:
        what = f"was written under version {written} of the tables, this program reads version {VERSION}"
        raise InputError(str(out), what, "update politikspur" if written > VERSION else _again(out))


def _again(out: Path) -> str:
    return f"run `politikspur run CORPUS --out {quote(str(out))}` again with this version"


def _wrong(path: Path, size: int | None) -> str:
    """Return what is wrong with the file of a table; `size` is the number of bytes that the run noted."""
    name = path.stem
    if not path.is_file():
        return f"lacks the table {name}"
    if size is not None and path.stat().st_size != size:
        return f"the table {name} is not as the run wrote it"
    try:
        known = pq.read_schema(path).names
    except (OSError, pa.ArrowInvalid):
        return f"the table {name} cannot be read"
    lacking = [column.name for column in TABLES[name].columns if column.name not in known]
    return f"the table {name} lacks the column {lacking[0]}" if lacking else ""


def path_of(out: Path, name: str) -> Path:
    """Return the path of a table in an output folder."""
    return out / "tables" / f"{name}.parquet"


def rows(out: Path, name: str, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """Yield the rows of a table in its order, holding only some thousand in memory."""
    with pq.ParquetFile(path_of(out, name)) as file:
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=list(columns) if columns else None):
            yield from batch.to_pylist()


def of_documents(out: Path, name: str, ids: Sequence[str]) -> dict[str, list[Row]]:
    """Return the rows of some documents, by document, each in the table's order."""
    found: dict[str, list[Row]] = {document_id: [] for document_id in ids}
    wanted = [("document_id", "in", sorted(found))]
    for row in pq.read_table(path_of(out, name), filters=wanted).to_pylist() if found else ():
        found[row["document_id"]].append(row)
    return found


def count(out: Path, name: str) -> int:
    """Return the number of rows of a table."""
    n: int = pq.read_metadata(path_of(out, name)).num_rows
    return n


def unanchored(out: Path) -> list[str]:
    """Return a line for each correction whose words were not found; beyond `LISTED` they are counted."""
    lost = [row for row in rows(out, "corrections") if not row["anchored"]]
    told = [
        f"correction of {row['selector']['quote']!r} by {row['who']}: {row['reason']}"
        for row in lost[:LISTED]
    ]
    more = len(lost) - LISTED
    return [*told, f"{more} more corrections were not found, see the table corrections"] if more > 0 else told


def set_aside(out: Path, german: Collection[str]) -> list[str]:
    """Return a line about documents, by path, that a manifest calls German and whose text is not, if any."""
    columns = ["path", "language", "status"]
    found = [
        row["path"]
        for row in (rows(out, "documents", columns) if german else ())
        if row["path"] in german and row["status"] == "skipped" and row["language"] != ANALYSED
    ]
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    told = (
        f"German by the manifest, but not recognised as such and left out: {', '.join(found[:NAMED])}{more}"
    )
    return [told] if found else []
