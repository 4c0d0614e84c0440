"""Build tables in which who says what about which instrument is planted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.schema import TABLES
from pipeline.tables import conform, to_arrow, write_table
from pipeline.tracking import counts

EMPTY = {"text": "", "int": 1, "float": 0.5, "bool": True, "texts": [], "ints": [], "boxes": []}


class Said(NamedTuple):
    """One sentence: who issued its document, and what it says of an instrument."""

    document: str
    issuer: str
    instrument: str
    status: str = "demanded"
    actor: str = ""  # who is related to the instrument
    relation: str = "demands"
    challenge: str = ""  # what the instrument addresses
    period: str = "bt20"
    section: str = "1"
    type: str = "wahlprogramm"
    text: str = ""  # of the sentence; without one it says what is planted
    wider: str = ""  # the instrument of which it is a kind


def row(name: str, **values: Any) -> dict[str, Any]:
    """Return a row of a table with unimportant values where none are given."""
    free = {
        column.name: None if column.null else column.allowed[0] if column.allowed else EMPTY.get(column.type)
        for column in TABLES[name].columns
    }
    return free | values


def build(folder: Path, said: list[Said]) -> Path:
    """Write the tables that `counts.prepare` needs; ids are the names given."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in counts.SOURCES}
    for at, one in enumerate(said):
        _sentence(rows, at, one)
    for document, first in {one.document: one for one in reversed(said)}.items():
        rows["documents"].append(row(
            "documents", document_id=document, issuer=first.issuer, document_type=first.type,
            parliament=first.period[:2], period_published=first.period,
            published=dt.date(2022, 1, 1), title=document,
        ))  # fmt: skip
    for period in sorted({one.period for one in said}):
        rows["periods"].append(
            row("periods", period_id=period, parliament=period[:2], number=int(period[2:]))
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, found in rows.items():
        write_table(folder, name, conform(TABLES[name], to_arrow(TABLES[name], found)))
    return folder


def _sentence(rows: dict[str, list[dict[str, Any]]], at: int, one: Said) -> None:
    sentence, place = f"s{at:04d}", {"document_id": one.document, "sentence_number": at}
    passage = f"{one.document}/{one.section}"
    if passage not in {known["passage_id"] for known in rows["passages"]}:
        rows["passages"].append(row(
            "passages", passage_id=passage, document_id=one.document, number=len(rows["passages"]),
            heading_path=[one.section],
        ))  # fmt: skip
    rows["sentences"].append(row(
        "sentences", sentence_id=sentence, passage_id=passage, document_id=one.document, number=at,
        text=one.text or f"{one.actor} {one.status} {one.instrument}", periods_addressed=[one.period],
    ))  # fmt: skip
    mentioned = (("instrument", one.instrument), ("actor", one.actor), ("challenge", one.challenge))
    for layer, name in mentioned:
        if not name:
            continue
        rows["mentions"].append(row(
            "mentions", mention_id=f"{sentence}-{layer}", sentence_id=sentence, layer=layer, concept_id=name,
            text=name, status=one.status if layer == "instrument" else None,
            char_start=max(one.text.find(name), 0), **place,
        ))  # fmt: skip
        if name not in {concept["concept_id"] for concept in rows["concepts"]}:
            rows["concepts"].append(row(
                "concepts", concept_id=name, layer=layer, label=name, is_generic=False,
                wider=one.wider or None if layer == "instrument" else None,
            ))  # fmt: skip
    for layer, kind in (("actor", one.relation), ("challenge", "addresses")):
        if dict(mentioned)[layer]:
            ends = [f"{sentence}-{layer}", f"{sentence}-instrument"]
            start, end = ends if layer == "actor" else reversed(ends)
            rows["relations"].append(row(
                "relations", relation_id=f"{sentence}-{kind}", sentence_id=sentence, kind=kind,
                from_mention=start, to_mention=end, **place,
            ))  # fmt: skip
