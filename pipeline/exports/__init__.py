"""Export tables for other programs: one module per format, with functions `(out, to) -> files written`.

Those of `BY_TABLE` also take the tables to write.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from pipeline import outputs
from pipeline.errors import InputError, why
from pipeline.schema import TABLES

FORMS = {
    "csv": ("delimited:csv", "tables as CSV (comma, UTF-8) with datapackage.json and codebook.html"),
    "excel-csv": (
        "delimited:excel",
        "tables as CSV for Excel in Germany (semicolon, decimal comma) with codebook.html",
    ),
    "excel-csv-point": ("delimited:excel_point", "the same with a decimal point"),
    "xlsx": ("workbook:xlsx", "the tables of up to 50,000 rows as one Excel file; larger ones by name"),
    "sqlite": ("sqlite:database", "all tables as SQLite for Datasette, with full-text search"),
    "conllu": ("conllu:conllu", "words and sentences as CoNLL-U with mentions in MISC"),
    "webannotation": ("webannotation:webannotation", "mentions as W3C Web Annotations (JSON-LD)"),
    "xmi": ("xmi:xmi", "documents as UIMA CAS XMI for INCEpTION; `correct` reads them back"),
    "docbin": ("docbin:docbin", "documents as spaCy DocBin with span groups"),
    "graphml": ("graphml:graphml", "concepts and relations as GraphML for Gephi and networkx"),
    "networks": ("networks:networks", "discourse networks as GraphML and CSV for Gephi, visone, DNA"),
    "bibtex": ("bibliography:bibtex", "documents as BibTeX"),
    "csl": ("bibliography:csl", "documents as CSL JSON for Zotero and Pandoc"),
    "codebook": ("delimited:codebook_page", "the codebook of tables, columns and labels as a page"),
}
BY_TABLE = ("csv", "excel-csv", "excel-csv-point", "xlsx")


def export(out: Path, form: str, to: Path, *, tables: Sequence[str] = ()) -> list[Path]:
    """Write the tables of an output folder in another format into the folder `to`; return the files.

    Args:
        out: the output folder of a run.
        form: one of `FORMS`.
        to: a folder, made if it is missing.
        tables: names of the tables to write, where the format is one of `BY_TABLE`; all if none is given.

    Raises:
        InputError: format or table is unknown, the run is not finished, or `to` cannot be written.
    """
    if form not in FORMS:
        raise InputError("export", f"format {form!r} is unknown", f"choose {', '.join(FORMS)}")
    if tables and form not in BY_TABLE:
        raise InputError("--table", f"cannot be used with {form}", f"choose {', '.join(BY_TABLE)}")
    if unknown := sorted(set(tables) - set(TABLES)):
        raise InputError("--table", f"table {unknown[0]!r} is unknown", f"choose {', '.join(TABLES)}")
    chosen = [table for name, table in TABLES.items() if name in tables or not tables]
    given = (out, to, chosen) if form in BY_TABLE else (out, to)
    outputs.finished(out)
    module, function = FORMS[form][0].split(":")
    try:
        to.mkdir(parents=True, exist_ok=True)
        with outputs.unchanged(out):
            return list(getattr(import_module(f"pipeline.exports.{module}"), function)(*given))
    except OSError as error:
        raise InputError(str(to), f"cannot be written ({why(error)})", "give another --to") from None
