"""Words of German dates: the months and the parts of a year (»Ende 2021«, »im dritten Quartal 2021«)."""

from __future__ import annotations

import re

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
MONTH = f"(?:{'|'.join(MONTHS)})"

# First and last month. A winter lies in two years: it stays the year that is written.
_PARTS = {
    "anfang": (1, 2), "beginn": (1, 2), "frühjahr": (3, 5), "frühling": (3, 5), "mitte": (5, 8),
    "sommer": (6, 8), "herbst": (9, 11), "ende": (11, 12),
}  # fmt: skip
_COUNTED = {"erst": 1, "zweit": 2, "dritt": 3, "viert": 4}
_LENGTHS = {"quartal": 3, "halbjahr": 6}
_PART = re.compile(
    rf"\b(?:(?P<part>{'|'.join(_PARTS)})"
    rf"|(?:(?P<digit>[1-4])\.|(?P<word>{'|'.join(_COUNTED)})e[nrs]?)\s+(?P<length>{'|'.join(_LENGTHS)})\w*)"
    r"\s+(?:(?:des|im)\s+jahre?s?\s+)?$",
    re.IGNORECASE,
)


def months_before(text: str) -> tuple[int, int] | None:
    """Return the first and last month of the part of a year that ends a text, as the text before a year."""
    match = _PART.search(text)
    if not match:
        return None
    if match["part"]:
        return _PARTS[match["part"].lower()]
    length = _LENGTHS[match["length"].lower()]
    last = (int(match["digit"] or 0) or _COUNTED[match["word"].lower()]) * length
    return (last - length + 1, last) if last <= 12 else None
