"""Express the schema as Frictionless Data Package and Table Schema (specs.frictionlessdata.io, version 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.schema.declare import Column, Table
from pipeline.versions import file_sha256

Json = dict[str, Any]
TYPES = {
    "text": "string", "int": "integer", "float": "number", "bool": "boolean", "date": "date",
    "time": "datetime", "texts": "array", "ints": "array", "boxes": "array", "selector": "object",
}  # fmt: skip
ABOUT = (
    "Challenges, policy instruments and actors in German policy documents, through the legislative periods. "
    "Lists are JSON. Text cells that begin with = + - @ have an apostrophe before them, which is no part of "
    "the text."
)


def describe(
    corpus: str,
    run_key: str,
    resources: Sequence[Json],
    *,
    licences: Sequence[Json] = (),
    sources: Sequence[Json] = (),
) -> Json:
    """Return the descriptor of a package of CSV files, whose links lead to each other only."""
    package: Json = {
        "profile": "tabular-data-package",
        "name": _slug(f"politikspur-{corpus}"),
        "id": run_key,
        "title": f"politikspur: {corpus}",
        "description": ABOUT,
        "version": __version__,
        "resources": [_within(one, {"", *(each["name"] for each in resources)}) for one in resources],
    }
    return package | {k: list(v) for k, v in (("licenses", licences), ("sources", sources)) if v}


def _within(one: Json, names: set[str]) -> Json:
    keys = [key for key in one["schema"]["foreignKeys"] if key["reference"]["resource"] in names]
    return one | {"schema": one["schema"] | {"foreignKeys": keys}}


def _slug(text: str) -> str:
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.casefold())
    return "-".join(filter(None, plain.split("-")))


def resource(table: Table, path: Path, *, folder: str = "") -> Json:
    """Return the descriptor of one CSV file.

    Args:
        table: the declaration of the table.
        path: the file.
        folder: folder of the file inside the package, ending in "/".
    """
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.about,
        "path": f"{folder}{path.name}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{file_sha256(path)}",
        "schema": _schema(table),
    }


def _schema(table: Table) -> Json:
    """Return the Table Schema: fields, key, links."""
    return {
        "fields": [_field(column, table) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
        "foreignKeys": _foreign_keys(table.name, table.links),
    }


def _field(column: Column, table: Table) -> Json:
    field: Json = {"name": column.name, "type": TYPES[column.type], "description": column.about}
    bounds = {"minimum": column.low, "maximum": column.high}
    limits: Json = {name: _number(column, bound) for name, bound in bounds.items() if bound is not None}
    if column.allowed:
        limits["enum"] = list(column.allowed)
    if _required(column, table):
        limits["required"] = True
    return field | ({"constraints": limits} if limits else {})


def _number(column: Column, bound: float) -> float:
    return int(bound) if column.type == "int" else bound


def _required(column: Column, table: Table) -> bool:
    """Return whether a cell must be filled; in CSV, an allowed text "" looks like a missing one."""
    known = column.type != "text" or column.allowed or column.name in table.links
    return not column.null and bool(known or table.key == (column.name,))


def _foreign_keys(name: str, links: Mapping[str, str]) -> list[Json]:
    found = []
    for column, target in links.items():
        other, field = target.split(".")
        reference = {"resource": "" if other == name else other, "fields": field}
        found.append({"fields": column, "reference": reference})
    return found
