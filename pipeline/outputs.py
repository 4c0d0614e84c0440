"""A finished output folder: that it is whole and of this program's schema, and the rows of its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline import store
from pipeline.errors import InputError
from pipeline.schema import TABLES, VERSION

Row = dict[str, Any]
ROWS_AT_ONCE = 10_000
LISTED = 10  # corrections; a changed reader may lose many, which the table lists


def finished(out: Path) -> Row:
    """Return the marker of a finished run: run_key, corpus, schema.

    Raises:
        InputError: the folder is missing, half-written, or of another schema version.
    """
    marker: Row | None = store.read_json(out / store.MARKER)
    if not marker:
        raise InputError(
            str(out), "holds no finished run", "run `politikspur run CORPUS --out` with it first"
        )
    again = f"run `politikspur run CORPUS --out {out}` again with this version"
    if marker.get("schema", 0) > VERSION:
        what = f"was written under schema {marker['schema']}, this program knows {VERSION}"
        raise InputError(str(out), what, "update politikspur")
    missing = [name for name in TABLES if not path_of(out, name).is_file()]
    if marker.get("schema") != VERSION:
        raise InputError(
            str(out), f"was written under schema {marker.get('schema', 0)}, not {VERSION}", again
        )
    if missing:
        raise InputError(str(out), f"lacks the table {missing[0]}", again)
    sizes = marker.get("sizes", {})
    other = [n for n in TABLES if path_of(out, n).stat().st_size != sizes.get(f"{n}.parquet", -1)]
    if sizes and other:
        raise InputError(str(out), f"the table {other[0]} is not as the run wrote it", again)
    return marker


def path_of(out: Path, name: str) -> Path:
    """Return where a table of an output folder lies."""
    return out / "tables" / f"{name}.parquet"


def rows(out: Path, name: str, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """Yield the rows of a table in its order; memory holds some thousand."""
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
    """Return a line for each correction whose words were not found in the texts; many are summed up."""
    lost = [row for row in rows(out, "corrections") if not row["anchored"]]
    told = [f"correction of {row['exact']!r} by {row['who']}: {row['reason']}" for row in lost[:LISTED]]
    more = len(lost) - LISTED
    return [*told, f"{more} more corrections were not found, see the table corrections"] if more > 0 else told
