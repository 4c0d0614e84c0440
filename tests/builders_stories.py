"""Build tables in which the planted stories of the sample are tagged without an error."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.schema import TABLES
from pipeline.tables import write_table
from pipeline.tracking.invented import filled
from tests.builders_tables import build
from tests.test_sample import DOCUMENTS, PERIODS, STORIES, german, text

WORDS = 20  # of a sentence: truth counts shares by words, lineage by sentences


def build_stories(folder: Path) -> Path:
    """Write input tables with one mention wherever a text names the concept of a story."""
    build(folder, documents=0)
    documents = [file for period in PERIODS for file in german(period)]
    sentences = [(file, at) for file in documents for at in range(len(text(file).split()) // WORDS + 1)]
    mentions = [mention for file in documents for story in STORIES for mention in _mentions(file, story)]
    _write(folder, "documents", {
        "document_id": documents, "document_type": ["other"] * len(documents),
        "status": ["ok"] * len(documents),
        "period_published": [DOCUMENTS[file]["period_published"] for file in documents],
    })  # fmt: skip
    _write(folder, "passages", {"passage_id": documents, "document_id": documents})
    _write(folder, "sentences", {
        "sentence_id": [f"{file}-{at}" for file, at in sentences], "number": [at for _, at in sentences],
        "passage_id": [file for file, _ in sentences], "document_id": [file for file, _ in sentences],
    })  # fmt: skip
    _write(folder, "concepts", {
        "concept_id": [story["id"] for story in STORIES], "label": [story["concept"] for story in STORIES],
        "layer": [story["layer"] for story in STORIES], "is_generic": [False] * len(STORIES),
    })  # fmt: skip
    _write(folder, "mentions", {name: [m[name] for m in mentions] for name in mentions[0]})
    return folder


def _write(folder: Path, name: str, columns: dict) -> None:
    write_table(folder, name, filled(TABLES[name], columns))


def _mentions(file: str, story: dict) -> list[dict]:
    forms = "|".join(rf"\b{alias}\w{{0,2}}\b" for alias in story["aliases"])
    whole, period = text(file), DOCUMENTS[file]["period_published"]
    told = next((entry for entry in story["period"] if entry["id"] == period), {})
    return [
        {
            "mention_id": f"{file}-{story['id']}-{found.start()}",
            "sentence_id": f"{file}-{len(whole[: found.start()].split()) // WORDS}",
            "document_id": file, "layer": story["layer"], "concept_id": story["id"],
            "status": _status(whole, found.start(), file, told), "char_start": found.start(),
        }
        for found in re.finditer(forms.replace("-", r"-?\s*"), whole)
    ]  # fmt: skip


def _status(whole: str, at: int, file: str, told: dict) -> str:
    """Return the status of the quote that the words stand in, else that of most texts of the period."""
    for quote in told.get("evidence", []):
        start = whole.find(quote["quote"]) if quote["file"] == file else -1
        if start >= 0 and start <= at < start + len(quote["quote"]):
            return quote["status"]
    return told["status"]
