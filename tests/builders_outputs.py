"""A finished output folder with made-up tables, as a run would leave it."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import msgspec

from pipeline import outputs, store
from pipeline.config import Link, load_settings
from pipeline.contexts import readings
from pipeline.corpus import find_sources
from pipeline.naming import names
from pipeline.process import read_text
from pipeline.records import Relations, Span, Tags
from pipeline.running.collect import collect
from pipeline.schema import TABLES, VERSION
from pipeline.tables import to_arrow, write_duckdb, write_table
from pipeline.tasks import Job, Outcome, Signature, Task
from tests.builders_tables import TRACKED, build

DOCUMENT = "d-bt18-000"  # first of the tables
SENTENCE = f"{DOCUMENT}-s00000"


def make_output(out: Path, *, hostile: str = "", documents: int = 2, sentences: int = 10) -> Path:
    """Write tables, the DuckDB file and the marker; »hostile« stands in titles, labels and sentences."""
    folder = build(out / "tables", documents=documents, sentences=sentences, hostile=hostile)
    for name in TRACKED:
        write_table(folder, name, to_arrow(TABLES[name], []))
    write_duckdb(folder, out / "politikspur.duckdb")
    marker = {"run_key": "k", "corpus": "probe", "schema": VERSION, "sizes": {}, "registry": ""}
    (out / "run.json").write_text(json.dumps(marker))
    return out


WORDS = {
    "Fachkräftemangel": ("challenge", "", "open", ""),
    "Investitionsstau": ("challenge", "", "open", ""),
    "Förderprogramm": ("instrument", "funding", "planned", ""),
    "Ausbildungsgarantie": ("instrument", "education", "demanded", ""),
    "Bundesregierung": ("actor", "federal", "", "yes"),
    "Handwerk": ("actor", "business", "", "no"),
}


def make_read_output(corpus: Path, out: Path, *, words: dict = WORDS, model: str = "") -> Path:
    """Read the documents of a folder, tag `words`, and write tables as a run does (without trends)."""
    settings = msgspec.structs.replace(load_settings(), link=Link(model=model, often=1))
    tasks = [
        Task(source=source, folder=str(corpus), out=str(out), settings=settings)
        for source in sorted(find_sources(corpus, known={}).sources, key=lambda s: s.document_id)
    ]
    outcomes = [_stored(task, out, words) for task in tasks]
    (out / "tables").mkdir(parents=True, exist_ok=True)
    collect(Job(corpus, out, settings), tasks, outcomes, out / "tables", lambda n: None, run_key="k")
    for name in TRACKED:
        write_table(out / "tables", name, to_arrow(TABLES[name], []))
    write_table(out / "tables", "runs", to_arrow(TABLES["runs"], [_run()]))
    write_duckdb(out / "tables", out / "politikspur.duckdb")
    marker = {"run_key": "k", "corpus": corpus.name, "schema": VERSION, "sizes": {}, "registry": ""}
    (out / "run.json").write_text(json.dumps(marker))
    return out


def _stored(task: Task, out: Path, words: dict) -> Outcome:
    text = read_text(task, out, lambda stage, at: None)
    spans = []
    for number, sentence in enumerate(reading.text for reading in readings(text)):
        for word, (label, kind, status, named) in words.items():
            spans += [
                Span(number, m.start(), m.end(), word, label, kind, status, named, score=0.9, by="model:x")
                for m in re.finditer(word, sentence)
            ]
        spans += [
            Span(
                number,
                m.start(),
                m.end(),
                m.group(),
                "amount",
                value="5000000",
                unit="EUR",
                by="rule:amounts",
            )
            for m in re.finditer(r"5 Mio\. Euro", sentence)
        ]
    spans.sort(key=lambda span: (span.sentence, span.start, span.end, span.label))
    key = task.source.document_id
    store.save(out, "text", key, text)
    tags = Tags(spans=tuple(spans))
    store.save(out, "tags", key, tags)
    store.save(out, "relations", key, Relations())
    store.save(out, "signature", key, Signature())
    store.save(out, "names", key, names(task.source, text, tags))
    keys = dict.fromkeys(("text", "tags", "relations", "signature", "names"), key)
    return Outcome(document_id=key, keys=keys, results_key="k")


def _run() -> dict:
    when = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    hashes, versions = json.dumps({"model tagger": "abc"}), json.dumps({"politikspur": "0.1.0"})
    settings = json.dumps({"read": {"ocr": True, "password": False}, "tag": {"model": "tagger"}})
    return {
        "run_key": "k", "started": when, "finished": when, "versions": versions, "settings": settings,
        "earlier": [], "hashes": hashes, "counts": "{}", "failures": "[]", "seconds": "{}",
    }  # fmt: skip


HOSTILE = " \x0c=1 <b>&amp;\t😀 „Zitat“"
LAGE = """# Lage 😀

Der Fachkräftemangel bremst das Handwerk. Die Bundesregierung legt ein Förderprogramm über 5 Mio. Euro auf.

- Eine Ausbildungsgarantie hilft dem Handwerk, sagt die Bundesregierung.
"""


def make_probe(kind: str, folder: Path) -> Path:
    """Write the output of two documents that were read, or made-up tables with hostile signs in them."""
    if kind == "hostile":
        return make_output(folder / "out", hostile=HOSTILE)
    (folder / "papiere").mkdir()
    (folder / "papiere" / "lage.md").write_text(LAGE, encoding="utf-8")
    (folder / "papiere" / "zwei.md").write_text(LAGE.replace("Lage", "Stand"), encoding="utf-8")
    return make_read_output(folder / "papiere", folder / "out")


def mentions(out: Path) -> dict[str, tuple[str, str, str]]:
    """Return document, layer and words of every mention by id."""
    rows = outputs.rows(out, "mentions")
    return {row["mention_id"]: (row["document_id"], row["layer"], row["text"]) for row in rows}
