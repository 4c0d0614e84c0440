"""Render the codebook (tables, columns and labels) as a page, from the schema and the taxonomies."""

from __future__ import annotations

from typing import Any

from pipeline import __version__
from pipeline.config import PACKAGE
from pipeline.knowledge import taxonomy
from pipeline.reporting.templating import templates
from pipeline.schema import TABLES, VERSION
from pipeline.schema.declare import Column

UNITS = {
    "text": "text", "int": "whole number", "float": "number", "bool": "true or false",
    "date": "day (ISO 8601)", "time": "time (ISO 8601, UTC)", "texts": "list of texts",
    "ints": "list of whole numbers", "boxes": "list of rectangles",
    "selector": "texts: quote, prefix, suffix, document",
}  # fmt: skip


def codebook() -> str:
    """Return the page as HTML, without scripts or links to other hosts."""
    made = templates(PACKAGE / "publishing" / "templates")
    return made.get_template("codebook.html.j2").render(
        tables=list(TABLES.values()), labels=_labels(), unit=_unit, holds=_holds, version=__version__,
        schema=VERSION,
    )  # fmt: skip


def _labels() -> dict[str, list[dict[str, Any]]]:
    """Return the definitions of labels, by group."""
    statuses = taxonomy.statuses()
    return {
        "Kinds of instrument": [_entry(entry) for entry in taxonomy.instrument_kinds()],
        "Kinds of actor": [_entry(entry) for entry in taxonomy.actor_kinds()],
        "Statuses of challenges": [_entry(entry) for entry in statuses if entry.of == "challenge"],
        "Statuses of instruments": [_entry(entry) for entry in statuses if entry.of == "instrument"],
        "States of concepts": [_entry(entry) for entry in statuses if entry.of == "lineage"],
        "Statuses of documents and pages": [_entry(entry) for entry in statuses if entry.of == "document"],
        "Policy fields": [_theme(entry) for entry in taxonomy.themes()],
    }


def _entry(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - theme, kind or status
    return {"id": entry.id, "de": entry.label_de, "en": entry.label_en, "definition": entry.definition}


def _theme(entry: taxonomy.Theme) -> dict[str, Any]:
    """Return a policy field with its major topic of the Comparative Agendas Project."""
    made = _entry(entry)
    return {**made, "definition": f"{made['definition']} (CAP {entry.cap})"} if entry.cap else made


def _unit(column: Column) -> str:
    return UNITS[column.type] + (", may be missing" if column.null else "")


def _holds(column: Column) -> str:
    """Return what a column may hold, worded for people."""
    if column.allowed:
        return " · ".join(column.allowed)
    low, high = (None if bound is None else f"{bound:g}" for bound in (column.low, column.high))
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"from {low}" if low is not None else ""
