"""Build large synthetic tables column by column: many concepts, few of them frequent (Zipf)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import ACTOR_KINDS, INSTRUMENT_KINDS, TABLES, THEMES
from pipeline.tables import arrow_schema
from tests.builders_tables import PERIODS, build

Columns = dict[str, Any]
ROWS = 500_000  # written at once


def build_large(folder: Path, *, mentions: int, documents: int = 100, concepts: int = 20_000) -> Path:
    """Write input tables with so many mentions, three to two sentences, in documents of four periods."""
    build(folder, documents=0)
    rng = np.random.default_rng(7)
    sentences = mentions * 2 // 3
    per_document = -(-sentences // documents)
    write(folder, "documents", [_documents(documents, per_document)])
    write(folder, "concepts", [_concepts(concepts)])
    passages = -(-sentences // 5)
    write(folder, "passages", (_passages(a, b, per_document) for a, b in _spans(passages)))
    write(folder, "sentences", (_sentences(a, b, per_document) for a, b in _spans(sentences)))
    write(folder, "sentence_themes", (_themes(rng, a, b, per_document) for a, b in _spans(sentences)))
    write(
        folder,
        "mentions",
        (_mentions(rng, a, b, sentences, per_document, concepts) for a, b in _spans(mentions)),
    )
    return folder


def _spans(n: int) -> list[tuple[int, int]]:
    return [(start, min(n, start + ROWS)) for start in range(0, n, ROWS)]


def write(folder: Path, name: str, parts: Any) -> None:
    """Write a table from columns in parts; columns not given are filled with what means nothing."""
    schema = arrow_schema(TABLES[name])
    with pq.ParquetWriter(folder / f"{name}.parquet", schema) as writer:
        for columns in parts:
            n = len(next(iter(columns.values())))
            filled = [columns.get(field.name, _filler(field, n)) for field in schema]
            arrays = [pa.array(values, type=field.type) for values, field in zip(filled, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _filler(field: pa.Field, n: int) -> Any:
    if field.nullable:
        return [None] * n
    empty: dict[Any, Any] = {pa.string(): "", pa.int64(): 0, pa.float64(): 0.5, pa.bool_(): True}
    return [empty.get(field.type, [])] * n


def _ids(letter: str, numbers: np.ndarray) -> np.ndarray:
    return np.char.add(letter, np.char.zfill(numbers.astype(str), 8))


def _period(document: np.ndarray) -> np.ndarray:
    return np.array(PERIODS)[document % len(PERIODS)]


def _documents(n: int, per_document: int) -> Columns:
    at = np.arange(n)
    return {
        "document_id": _ids("d", at), "title": _ids("d", at),
        "issuer": np.char.add("i", (at % 6).astype(str)),
        "document_type": np.array(["wahlprogramm", "koalitionsvertrag", "bericht"])[at % 3],
        "period_published": _period(at), "language": ["de"] * n, "n_sentences": np.full(n, per_document),
        "status": ["ok"] * n,
    }  # fmt: skip


def _concepts(n: int) -> Columns:
    at = np.arange(n)
    layer = np.array(["challenge", "instrument", "actor"])[at % 3]
    return {"concept_id": _ids("c", at), "layer": layer, "label": _ids("Konzept ", at)}


def _passages(start: int, end: int, per_document: int) -> Columns:
    at = np.arange(start, end)
    first = at * 5 // per_document
    inside = at - first * per_document // 5
    return {
        "passage_id": _ids("p", at), "document_id": _ids("d", first), "number": inside,
        "kind": ["paragraph"] * len(at), "heading_path": [[f"Kapitel {n // 20}"] for n in inside],
        "language": ["de"] * len(at),
    }  # fmt: skip


def _sentences(start: int, end: int, per_document: int) -> Columns:
    at = np.arange(start, end)
    document = at // 5 * 5 // per_document
    return {
        "sentence_id": _ids("s", at), "passage_id": _ids("p", at // 5), "document_id": _ids("d", document),
        "number": at, "periods_addressed": [[p] for p in _period(document)],
    }  # fmt: skip


def _themes(rng: np.random.Generator, start: int, end: int, per_document: int) -> Columns:
    at = np.arange(start, end)
    return {
        "sentence_id": _ids("s", at), "document_id": _ids("d", at // 5 * 5 // per_document),
        "sentence_number": at, "theme": rng.choice(THEMES, len(at)),
    }  # fmt: skip


def _mentions(
    rng: np.random.Generator, start: int, end: int, sentences: int, per_document: int, concepts: int
) -> Columns:
    at = np.arange(start, end)
    sentence = np.minimum(at * 2 // 3, sentences - 1)
    document = sentence // 5 * 5 // per_document
    concept = np.minimum(rng.zipf(1.3, len(at)), concepts) - 1
    layer = np.array(["challenge", "instrument", "actor"])[concept % 3]
    kind = np.where(
        layer == "instrument", rng.choice(INSTRUMENT_KINDS, len(at)), rng.choice(ACTOR_KINDS, len(at))
    )
    status = np.where(layer == "instrument", rng.choice(["planned", "existing"], len(at)), "open")
    return {
        "mention_id": _ids("m", at), "sentence_id": _ids("s", sentence), "document_id": _ids("d", document),
        "sentence_number": sentence, "layer": layer,
        "kind": np.where(layer == "challenge", None, kind),
        "status": np.where(layer == "actor", None, status),
        "concept_id": _ids("c", concept), "source": ["model"] * len(at),
        "period_published": _period(document),
    }  # fmt: skip
