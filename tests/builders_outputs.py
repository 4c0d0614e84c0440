"""A finished output folder with made-up tables, as a run would leave it."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.schema import TABLES, VERSION
from pipeline.tables import to_arrow, write_duckdb, write_table
from tests.builders_tables import build

DOCUMENT = "d-bt18-000"  # first of the tables
SENTENCE = f"{DOCUMENT}-s00000"
DERIVED = ("trends", "changes", "lineage")


def make_output(out: Path, *, hostile: str = "", documents: int = 2, sentences: int = 10) -> Path:
    """Write tables, the DuckDB file and the marker; »hostile« stands in titles, labels and sentences."""
    folder = build(out / "tables", documents=documents, sentences=sentences, hostile=hostile)
    for name in DERIVED:
        write_table(folder, name, to_arrow(TABLES[name], []))
    write_duckdb(folder, out / "politikspur.duckdb")
    marker = {"run_key": "k", "corpus": "probe", "schema": VERSION, "sizes": {}, "registry": ""}
    (out / "run.json").write_text(json.dumps(marker))
    return out
