"""Export all tables as one SQLite file for Datasette: keys, links, allowed values, full-text search."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from pipeline import outputs, store
from pipeline.schema import TABLES
from pipeline.schema.declare import Column, Table
from pipeline.tables import VIEWS

TYPES = {"int": "integer", "float": "real", "bool": "integer"}
SEARCHED = {"sentences": "text", "mentions": "text", "concepts": "label"}
TOKENS = "unicode61 remove_diacritics 0"  # »Bruder« is not »Brüder«


def database(out: Path, to: Path) -> Iterator[Path]:
    """Write politikspur.sqlite and metadata.json (descriptions of tables and columns for Datasette)."""
    path = to / "politikspur.sqlite"
    with store.replacing(path) as temporary, closing(sqlite3.connect(temporary)) as base:
        for table in TABLES.values():
            base.execute(_create(table))
            marks = ", ".join("?" for _ in table.columns)
            rows = ([_value(v) for v in row.values()] for row in outputs.rows(out, table.name))
            base.executemany(f"insert into {table.name} values ({marks})", rows)
        _index(base)
        for name, query in VIEWS.items():
            base.execute(f"create view {name} as {query}")
        base.commit()
        base.execute("vacuum")
    yield path
    store.write_json(to / "metadata.json", _metadata(str(outputs.finished(out)["corpus"])))
    yield to / "metadata.json"


def _create(table: Table) -> str:
    lines = [_column(column) for column in table.columns]
    lines.append(f"primary key ({_names(table.key)})")
    for column, target in table.links.items():
        other, name = target.split(".")
        lines.append(f'foreign key ("{column}") references {other} ("{name}")')
    return f"create table {table.name} ({', '.join(lines)})"


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _column(column: Column) -> str:
    need = "" if column.null else " not null"
    allowed = ", ".join(f"'{value}'" for value in column.allowed)
    rule = f' check ("{column.name}" in ({allowed}))' if allowed else ""
    return f'"{column.name}" {TYPES.get(column.type, "text")}{need}{rule}'


def _value(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list | dict):
        return msgspec.json.encode(value).decode()
    return value.isoformat() if isinstance(value, date | datetime) else value


def _index(base: sqlite3.Connection) -> None:
    """Index the links and the texts to be searched; Datasette detects such an index by itself."""
    for table in TABLES.values():
        for column in table.links:
            if (column,) != table.key:
                base.execute(f'create index ix_{table.name}_{column} on {table.name} ("{column}")')
    for name, column in SEARCHED.items():
        base.execute(
            f"create virtual table {name}_fts using fts5({column}, content='{name}', tokenize='{TOKENS}')"
        )
        base.execute(f"insert into {name}_fts({name}_fts) values ('rebuild')")


def _metadata(corpus: str) -> dict[str, Any]:
    tables = {
        name: {"description": table.about, "columns": {c.name: c.about for c in table.columns}}
        for name, table in TABLES.items()
    }
    return {"title": f"politikspur: {corpus}", "databases": {"politikspur": {"tables": tables}}}
