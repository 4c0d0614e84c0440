"""Building blocks of the schema: tables with keys and links, columns with types, bounds and values."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import field

from pipeline.records import Record

Type = Literal["text", "int", "float", "bool", "date", "time", "texts", "ints", "boxes", "selector"]
Row = dict[str, Any]  # column -> value


class Column(Record):
    """One column: its type, its meaning and its allowed values."""

    name: str
    type: Type = "text"
    about: str = ""
    allowed: tuple[str, ...] = ()
    null: bool = False
    low: float | None = None  # inclusive bounds of numbers
    high: float | None = None


class Table(Record):
    """One table, whose rows are unique by `key` and sorted by `order`."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    order: tuple[str, ...]
    links: dict[str, str] = field(
        default_factory=dict
    )  # column -> "table.column" it must exist in (null is allowed)


def columns(*columns: Column) -> tuple[Column, ...]:
    """Return the columns of a table."""
    return columns


def text(name: str, about: str, *allowed: str, null: bool = False) -> Column:
    """Declare a text column; if `allowed` is given, it holds one of these values."""
    return Column(name=name, about=about, allowed=allowed, null=null)


def whole(name: str, about: str, *, low: float | None = 0, null: bool = False) -> Column:
    """Declare a column of whole numbers, at least `low`."""
    return Column(name=name, type="int", about=about, low=low, null=null)


def real(
    name: str,
    about: str,
    *,
    low: float | None = None,
    high: float | None = None,
    null: bool = True,
) -> Column:
    """Declare a column of numbers, between `low` and `high` if these are given."""
    return Column(name=name, type="float", about=about, low=low, high=high, null=null)


def share(name: str, about: str, *, null: bool = True) -> Column:
    """Declare a column of numbers from 0 to 1."""
    return real(name, about, low=0.0, high=1.0, null=null)


def of(kind: Type, name: str, about: str, *, null: bool = False) -> Column:
    """Declare a column of another type."""
    return Column(name=name, type=kind, about=about, null=null)
