"""Example questions: SQL with titles in German and English, run by number or by name."""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path

from pipeline.errors import QueryError
from pipeline.knowledge.toml import read
from pipeline.records import Record

FILE = Path(__file__).parent / "gallery.toml"


class Question(Record, forbid_unknown_fields=True):
    """One question: its name, its title in two languages, and the SQL that answers it."""

    name: str
    de: str
    en: str
    sql: str


@cache
def questions() -> tuple[Question, ...]:
    """Return all questions in the order of the file."""
    return read(FILE, dict[str, tuple[Question, ...]])["question"]


def is_reference(text: str) -> bool:
    """Return whether a text is a question's number or name (one word) rather than SQL."""
    return text.isdigit() or text.replace("-", "").isalpha()


def question(reference: str) -> Question:
    """Return the question with the given number (from 1) or name.

    Raises:
        QueryError: there is none; the message gives the nearest name.
    """
    known = {entry.name: entry for entry in questions()}
    if reference.isdigit() and 1 <= int(reference) <= len(known):
        return questions()[int(reference) - 1]
    if reference in known:
        return known[reference]
    close = difflib.get_close_matches(reference, known, n=1)
    advice = f"did you mean {close[0]}?" if close else f"there are 1 to {len(known)}, see --examples"
    raise QueryError("query", f"there is no example {reference!r}", advice)
