"""Names of German statutes that are cited by abbreviation (`taxonomies/laws.toml`)."""

from __future__ import annotations

from functools import cache

from pipeline.knowledge.toml import load
from pipeline.records import Record


class General(Record):
    """Words that end like the name of a law but name no particular one, separated by white space."""

    general: str


class Statutes(Record):
    """Abbreviations with the names that they stand for: {»MiLoG«: »Mindestlohngesetz«}."""

    short: dict[str, str]
    words: General


@cache
def statutes() -> Statutes:
    """Return the content of the file."""
    return load("laws", Statutes)
