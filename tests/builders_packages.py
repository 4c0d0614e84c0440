"""A small corpus with a manifest, contact data and hostile signs, and its output folder."""

from __future__ import annotations

from pathlib import Path

from pipeline.publishing.publish import Edition, publish
from pipeline.schema import TABLES
from pipeline.tables import to_arrow, write_table
from tests.builders_outputs import WORDS, make_read_output

LAGE = """# Lage im Handwerk

Der Fachkräftemangel bremst das Handwerk. Die Bundesregierung legt ein Förderprogramm über 5 Mio. Euro auf.

## =Formel

- Wir fordern eine Ausbildungsgarantie gegen den Fachkräftemangel.
- Der Investitionsstau bleibt ein Problem der Kommunen und der Länder.

## Ansprechpartnerin

Erika Muster, Telefon 030 1234567, erika.muster@verband.example
"""
LONG = "Wir fordern eine Ausbildungsgarantie gegen den Fachkräftemangel"
ANTRAG = "Die Bundesregierung hat den Investitionsstau nicht beendet. Das Handwerk wartet auf Aufträge.\n" * 3
MANIFEST = (
    "file,title,doc_type,issuer,date,licence\n"
    "lage.md,Zur Lage,positionspapier,Verband,2022-05-04,CC-BY-4.0\n"
    "antrag.txt,Antrag,drucksache,Fraktion,2023-01-02,\n"
)


def make_corpus(folder: Path) -> Path:
    """Write two papers, an empty file and their manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lage.md").write_text(LAGE, encoding="utf-8")
    (folder / "antrag.txt").write_text(ANTRAG, encoding="utf-8")
    (folder / "leer.txt").write_text("")
    (folder / "manifest.csv").write_text(MANIFEST, encoding="utf-8")
    return folder


def make_papers(folder: Path) -> None:
    """Write that corpus (`papiere`), its output (`out`) and its package without texts (`bare`)."""
    out = make_corpus_output(make_corpus(folder / "papiere"), folder / "out")
    publish(out, folder / "bare", Edition(texts=False))


def make_corpus_output(corpus: Path, out: Path) -> Path:
    """Write the output of that corpus; one challenge, which a network names, is as long as a sentence."""
    made = make_read_output(corpus, out, words=WORDS | {LONG: ("challenge", "", "open", "")})
    table = TABLES["nodes"]
    row = {column.name: None if column.null else 0 for column in table.columns} | {
        "period_id": "bt20", "basis": "published", "network": "actor_instrument",
        "node": "Verband", "label": LONG, "layer": "challenge",
    }  # fmt: skip
    write_table(made / "tables", "nodes", to_arrow(table, [row]))
    return made
