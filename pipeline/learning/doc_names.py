"""What the name of a labelled document (`doc`) tells: »2017-06-02-plenarprotokoll«."""

from __future__ import annotations

import re

_DATE = re.compile(r"((?:19|20)\d\d)(?:-([01]\d)(?=-))?(?:-([0-3]\d)(?=-))?(?!\d)")
_TYPE_CUES = (
    ("wahlprogramm", "wahlprogramm"), ("wahlaufruf", "wahlprogramm"),
    ("grundsatzprogramm", "grundsatzprogramm"), ("koalitionsvertrag", "koalitionsvertrag"),
    ("regierungsprogramm", "koalitionsvertrag"), ("plenarprotokoll", "plenarprotokoll"),
    ("gesetzentwurf", "gesetzentwurf"), ("drs-", "drucksache"), ("drucksache", "drucksache"),
    ("stellungnahme", "positionspapier"), ("position", "positionspapier"),
    ("forderung", "positionspapier"), ("empfehlung", "positionspapier"),
    ("komment", "positionspapier"), ("strategie", "strategie"), ("bericht", "bericht"),
)  # fmt: skip


def document_type(name: str) -> str:
    """Return the document type in a file's name, or "" if there is none."""
    lowered = name.lower()
    return next((kind for cue, kind in _TYPE_CUES if cue in lowered), "")


def published(name: str) -> str:
    """Return the date at the start of a file's name (»2017-06-02-plenarprotokoll«), or ""."""
    match = _DATE.match(name)
    return "-".join(part for part in match.groups() if part) if match else ""
