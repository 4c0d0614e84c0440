"""The codebook's labels, and how a text is split into the words that they attach to.

»Bürger:innen fordern die Mietpreisbremse.« has five words, as gender forms and hyphenated compounds are one.
"""

from __future__ import annotations

import re

LAYERS = ("challenge", "instrument", "actor")
INSTRUMENT_KINDS = (
    "regulation", "tax_price", "funding", "investment", "market", "research",
    "education", "information", "organisation", "strategy", "agreement",
)  # fmt: skip
ACTOR_KINDS = (
    "federal", "parliament", "party", "state", "municipal", "eu", "international",
    "judiciary_security", "business", "association", "science", "civil_society", "group",
)  # fmt: skip
KINDS = {"challenge": (), "instrument": INSTRUMENT_KINDS, "actor": ACTOR_KINDS}
CHALLENGE_STATUSES = ("open", "resolved")
INSTRUMENT_STATUSES = ("existing", "planned", "demanded", "rejected")
STATUSES = {"challenge": CHALLENGE_STATUSES, "instrument": INSTRUMENT_STATUSES, "actor": ()}
NAMED = ("no", "yes")
THEMES = (
    "macroeconomy", "civil_rights", "health", "agriculture", "labour", "education", "environment",
    "energy", "migration", "transport", "law_order", "social", "housing", "industry", "defence",
    "technology", "trade", "foreign", "government", "regional", "culture",
)  # fmt: skip
DOCUMENT_TYPES = (
    "koalitionsvertrag", "wahlprogramm", "grundsatzprogramm", "strategie", "bericht", "drucksache",
    "plenarprotokoll", "positionspapier", "gesetzentwurf",
)  # fmt: skip

# Of 24,928 training mentions, 17 begin or end inside such a word (first part of a compound, »EU-Ebene«).
_WORD = re.compile(r"\w+(?:[-‑’']\w+|[:*·](?:innen|in|r|n|e)\b)*[-‑]?|[^\w\s]")

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


def words(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the words and punctuation marks of a text, in order."""
    return [match.span() for match in _WORD.finditer(text)]


def document_type(name: str) -> str:
    """Return the document type in a file's name, or "" if there is none."""
    lowered = name.lower()
    return next((kind for cue, kind in _TYPE_CUES if cue in lowered), "")


def published(name: str) -> str:
    """Return the date at the start of a file's name (»2017-06-02-plenarprotokoll«), or ""."""
    match = _DATE.match(name)
    return "-".join(part for part in match.groups() if part) if match else ""
