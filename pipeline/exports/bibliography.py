"""Export the documents as references: BibTeX, and CSL JSON for Zotero, Pandoc and citeproc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline import outputs, store
from pipeline.phrases import label
from pipeline.plain import several, tex
from pipeline.schema.declare import Row

CSL_TYPES = {"gesetzentwurf": "bill", "plenarprotokoll": "hearing"}
LANGUAGES = {"de": "ngerman", "en": "english"}  # names in babel and polyglossia
PARTS = {"day": 3, "month": 2, "year": 1, "none": 0}  # known parts of a date


def bibtex(out: Path, to: Path) -> Iterator[Path]:
    """Write documents.bib in UTF-8, for biblatex or BibTeX 0.99d with inputenc."""
    entries = [entry(row) for row in outputs.rows(out, "documents")]
    store.write_bytes(to / "documents.bib", "\n".join(entries).encode())
    yield to / "documents.bib"


def csl(out: Path, to: Path) -> Iterator[Path]:
    """Write documents.csl.json."""
    store.write_json(to / "documents.csl.json", [_item(row) for row in outputs.rows(out, "documents")])
    yield to / "documents.csl.json"


def _issuers(row: Row) -> list[str]:
    return several(row["issuer"] or "")


def _genre(row: Row) -> str:
    """Return the German name of the type of a document, "" if it is not known."""
    return "" if row["document_type"] == "other" else label("types", row["document_type"], "de")


def _known(row: Row) -> list[int]:
    """Return the parts of the date that are known: year, month, day."""
    day = row["published"]
    return [day.year, day.month, day.day][: PARTS[row["published_precision"]]] if day else []


def entry(row: Row) -> str:
    """Return a document as a BibTeX entry."""
    known = _known(row)
    fields = {
        "title": f"{{{tex(row['title'] or row['path'])}}}",  # in braces, else styles lower its nouns
        "author": " and ".join(f"{{{tex(name)}}}" for name in _issuers(row)),
        "year": str(known[0]) if known else "",
        "date": "-".join(f"{part:02d}" for part in known),
        "type": _genre(row),
        "howpublished": _genre(row),
        "note": tex(f"Lizenz: {row['licence']}") if row["licence"] else "",
        "keywords": row["period_published"] or "",
        "language": LANGUAGES.get(row["language"], ""),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{row['document_id']},", *lines, "}", ""])


def _item(row: Row) -> Row:
    item: Row = {
        "id": row["document_id"],
        "type": CSL_TYPES.get(row["document_type"], "report"),
        "title": row["title"] or row["path"],
        "author": [{"literal": name} for name in _issuers(row)],
        "genre": _genre(row),
        "language": row["language"] if row["language"] != "und" else "",
        "note": f"sha256: {row['sha256']}",
    }
    known = _known(row)
    return {k: v for k, v in item.items() if v} | ({"issued": {"date-parts": [known]}} if known else {})
