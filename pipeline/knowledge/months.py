"""Recognise points in time in German texts: months, whole dates and parts of a year (»Ende 2021«)."""

from __future__ import annotations

import re

from pipeline.knowledge.time_words import time_words

MONTHS = time_words().months.names
SPELLINGS = {name: at for at, name in enumerate(MONTHS, 1)} | {
    name[:3]: at for at, name in enumerate(MONTHS, 1)
}
SPELLINGS |= time_words().months.spellings  # each with the month's number
YEAR = r"(?:19|20)\d\d"
MONTH = f"(?:{'|'.join(MONTHS)})"

UNITS = f"(?:{'|'.join(time_words().units)})"
_END = r"(?![\w/]|[.,]\d|[-–]\w)"
NO_QUANTITY = rf"{_END}(?!\s+(?:{UNITS}|neue\w*))"
_DATE = (
    rf"(?P<day>\d{{1,2}})\.\s*(?:(?P<month>{MONTH})\s+|(?P<m>\d{{1,2}})\.\s*)(?P<day_year>{YEAR})"
    rf"|(?P<only_month>{MONTH})\s+(?P<month_year>{YEAR})"
)
POINT = rf"(?:(?:{_DATE}){_END}|(?P<year>{YEAR}){NO_QUANTITY})"
_FIRST = re.sub(r"\?P<\w+>", "?:", rf"(?<![\w.])(?:{_DATE}|{YEAR})")
STRETCH = (
    rf"(?P<between>[Zz]wischen\s+(?:dem\s+)?)?(?P<first>{_FIRST})\s*(?(between)und|(?:bis|[-–—]))\s*"
    rf"(?:(?:einschließlich|zum|dem)\s+)*{POINT}"
)

# First and last month. A winter lies in two years; the year stated is kept.
_PARTS = {
    "anfang": (1, 2), "beginn": (1, 2), "frühjahr": (3, 5), "frühling": (3, 5), "mitte": (5, 8),
    "sommer": (6, 8), "herbst": (9, 11), "ende": (11, 12),
}  # fmt: skip
_COUNTED = {"erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_LENGTHS = {"quartal": 3, "halbjahr": 6, "jahreshälfte": 6}
_PART = re.compile(
    rf"\b(?:(?P<part>{'|'.join(_PARTS)})|(?P<month>{MONTH})"
    rf"|(?:(?P<digit>[1-4])\.|(?P<word>{'|'.join(_COUNTED)})(?:e[nrs]?|(?<=[iv])\.))"
    rf"\s+(?P<length>{'|'.join(_LENGTHS)})\w*)"
    r"\s+(?:(?:(?:des|im)\s+jahre?s?|des)\s+)?$",
    re.IGNORECASE,
)


def point(match: re.Match[str]) -> str:
    """Return the date of a match of `POINT` as exactly as it is given: "2027-01-01", "2025-03" or "2030"."""
    if match["day"]:
        month = SPELLINGS[match["month"]] if match["month"] else int(match["m"])
        return f"{match['day_year']}-{month:02d}-{int(match['day']):02d}"
    if match["only_month"]:
        return f"{match['month_year']}-{SPELLINGS[match['only_month']]:02d}"
    return match["year"]


def stretch(match: re.Match[str]) -> str:
    """Return a match of `STRETCH` as "range:2015-01/2016-07"; "" if both ends are years or out of order."""
    begun = re.match(POINT, match["first"])
    first, last = point(begun) if begun else "", point(match)
    return f"range:{first}/{last}" if first < last and len(first) + len(last) > 8 else ""


def months_before(text: str) -> tuple[int, int] | None:
    """Return first and last month of the part of a year with which a text, standing before a year, ends."""
    match = _PART.search(text)
    if not match:
        return None
    if match["month"]:
        month = SPELLINGS[match["month"].capitalize()]
        return month, month
    if match["part"]:
        return _PARTS[match["part"].lower()]
    length = _LENGTHS[match["length"].lower()]
    last = (int(match["digit"] or 0) or _COUNTED[match["word"].lower()]) * length
    return (last - length + 1, last) if last <= 12 else None
