"""What the name of a labelled document (`doc`) tells: »2017-06-02-plenarprotokoll«."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache

from pipeline.knowledge.toml import load
from pipeline.records import Record

_DATE = re.compile(r"((?:19|20)\d\d)(?:-([01]\d)(?=-))?(?:-([0-3]\d)(?=-))?(?!\d)")
_BETWEEN = re.compile(r"[\W_]+")


class DocNames(Record):
    """The content of `taxonomies/doc_names.toml`: parts of names, each with a document type."""

    cues: dict[str, str]  # in their order; "-" stands for what is between words, "*" for anything


@cache
def _cues() -> dict[str, str]:
    return load("doc_names", DocNames).cues


@cache
def document_type(name: str) -> str:
    """Return the document type in a file's name, or "" if there is none."""
    words = "-" + _BETWEEN.sub("-", name.lower())
    return next((kind for cue, kind in _cues().items() if fnmatchcase(words, f"*{cue}*")), "")


def published(name: str) -> str:
    """Return the date at the start of a file's name (»2017-06-02-plenarprotokoll«), or ""."""
    match = _DATE.match(name)
    return "-".join(part for part in match.groups() if part) if match else ""
