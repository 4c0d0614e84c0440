"""What a table is declared with: columns with types, bounds and allowed values; keys and links."""

from __future__ import annotations

from typing import Literal

from msgspec import field

from pipeline.records import Record

Type = Literal["text", "int", "float", "bool", "date", "time", "texts", "ints", "boxes", "selector"]


class Column(Record):
    """One column: its type, what it means, and what it may hold."""

    name: str
    type: Type = "text"
    about: str = ""
    allowed: tuple[str, ...] = ()
    null: bool = False
    low: float | None = None  # inclusive bounds of numbers
    high: float | None = None


class Table(Record):
    """One table: rows are unique by `key` and sorted by `order`."""

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
    """Declare a text, one of `allowed` where any are given."""
    return Column(name=name, about=about, allowed=allowed, null=null)


def whole(name: str, about: str, *, low: float | None = 0, null: bool = False) -> Column:
    """Declare a whole number, at least `low`."""
    return Column(name=name, type="int", about=about, low=low, null=null)


def real(
    name: str,
    about: str,
    *,
    low: float | None = None,
    high: float | None = None,
    null: bool = True,
) -> Column:
    """Declare a number, between `low` and `high` where they are given."""
    return Column(name=name, type="float", about=about, low=low, high=high, null=null)


def share(name: str, about: str, *, null: bool = True) -> Column:
    """Declare a number from 0 to 1."""
    return real(name, about, low=0.0, high=1.0, null=null)


def of(kind: Type, name: str, about: str, *, null: bool = False) -> Column:
    """Declare a column of another type."""
    return Column(name=name, type=kind, about=about, null=null)
