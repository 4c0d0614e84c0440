"""A finished output folder of invented tables, made once a test session."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from functools import cache
from pathlib import Path

from pipeline.schema import TABLES, VERSION
from pipeline.tables import stamp, write_duckdb, write_table
from pipeline.track import track
from tests.builders_tables import quick

from . import builders_tables


@cache
def finished() -> Path:
    """Return a folder with all tables, trends among them, the DuckDB file and the marker."""
    out = Path(tempfile.mkdtemp(prefix="politikspur-output-"))
    (out / "tables").mkdir()
    stamp(out / "tables", "k")
    builders_tables.build(out / "tables", documents=2, sentences=12)
    finish(out)
    return out


def finish(out: Path) -> None:
    """Add trends, the DuckDB file and the marker to a folder of tables."""
    for name, table in track(out / "tables", quick(resamples=49)):
        write_table(out / "tables", name, table)
    write_duckdb(out / "tables", out / "politikspur.duckdb")
    (out / "run.json").write_text(json.dumps({"run_key": "k", "corpus": "erfunden", "schema": VERSION}))


def small(out: Path, **rows: list[dict]) -> Path:
    """Write an output folder that holds the given rows and nothing else."""
    from pipeline.tables import writing

    with writing(out / "tables", TABLES) as writers:
        for name, found in rows.items():
            writers[name].add(found)
    write_duckdb(out / "tables", out / "politikspur.duckdb")
    (out / "run.json").write_text(json.dumps({"run_key": "k", "corpus": "klein", "schema": VERSION}))
    return out


def document(document_id: str = "d1", **values: object) -> dict:
    """Return a row of `documents`."""
    row = {column.name: None for column in TABLES["documents"].columns}
    row |= {
        "document_id": document_id, "source_id": document_id, "sha256": document_id,
        "path": f"{document_id}.pdf", "title": "Papier", "title_from": "manifest", "issuer": "Verband",
        "issuer_from": "manifest", "document_type": "positionspapier", "document_type_from": "manifest",
        "parliament": "bt", "published": dt.date(2022, 3, 1), "published_precision": "day",
        "published_from": "manifest", "period_published": "bt20", "period_home": "bt20",
        "period_rule": "day", "language": "de", "n_pages": 1, "n_sentences": 1, "status": "ok",
        "reason": "", "results_key": "r", "run_key": "r1",
    }  # fmt: skip
    return row | values


def passage(passage_id: str, document_id: str = "d1", **values: object) -> dict:
    """Return a row of `passages`."""
    row = {
        "passage_id": passage_id, "document_id": document_id, "number": 0, "pages": [1],
        "kind": "paragraph", "level": 0, "heading_path": ["Lage"], "role": None, "text": "…",
        "language": "de", **builders_tables.NO_NOTE,
    }  # fmt: skip
    return row | values


def sentence(sentence_id: str, text: str, passage_id: str, document_id: str = "d1", **values: object) -> dict:
    """Return a row of `sentences`."""
    row = {
        "sentence_id": sentence_id, "passage_id": passage_id, "document_id": document_id, "number": 0,
        "page": 1, "text": text, "char_start": 0, "char_end": len(text), "periods_addressed": ["bt20"],
        "period_rule": "published", "counted": True,
    }  # fmt: skip
    return row | values


def mention(mention_id: str, sentence_id: str, text: str, start: int = 0, **values: object) -> dict:
    """Return a row of `mentions`: an instrument."""
    row = {
        "mention_id": mention_id, "sentence_id": sentence_id, "document_id": "d1", "sentence_number": 0,
        "layer": "instrument", "text": text, "char_start": start, "char_end": start + len(text),
        "kind": "funding", "status": "planned", "named": None, "score": 0.9, "concept_id": None, "page": 1,
        "boxes": None, "period_published": "bt20", "periods_addressed": [], "counted": True,
        "source": "model", "by": "model:x",
    }  # fmt: skip
    return row | values


def period(parliament: str, number: int) -> dict:
    """Return a row of `periods`."""
    return {
        "period_id": f"{parliament}{number:02}", "parliament": parliament, "number": number,
        "first_day": None, "last_day": None, "verified": True,
    }  # fmt: skip


def trend(period_id: str, **values: object) -> dict:
    """Return a row of `trends`."""
    row = {column.name: None for column in TABLES["trends"].columns}
    row |= {
        "period_id": period_id, "basis": "published", "unit": "theme", "item": "energy", "label": "energy",
        "slice": "all", "slice_value": "all", "n": 3, "denominator": 40, "denominator_unit": "sentences",
        "weights": "none", "level": "none", "n_documents": 1,
    }  # fmt: skip
    return row | values
