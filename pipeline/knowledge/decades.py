"""Recognise decades in German texts and parts of them: »die 90er Jahre«, »Ende der neunziger Jahre«."""

from __future__ import annotations

import re

from pipeline.knowledge.time_words import time_words

_WORDS = time_words().numbers.decades
_PARTS = {"Anfang": (0, 3), "Mitte": (4, 6), "Ende": (7, 9)}  # first and last year, counted from the first

DECADE = (
    rf"(?:(?P<digits>(?:19|20)?\d0)ern?(?:[- ]Jahren?)?"
    rf"|(?i:(?P<word>{'|'.join(_WORDS)})[\s-]?jahren?)"
    rf"|(?P<noun>{'|'.join(map(str.capitalize, _WORDS))})n?\b)"
)
PART = rf"(?P<part>{'|'.join(_PARTS)})"


def decade(match: re.Match[str]) -> str:
    """Return the years of a match of `DECADE` behind `PART`, if given: "decade:1990", "range:1997-1999"."""
    start = _first_year(match)
    first, last = _PARTS.get(match["part"] or "", (0, 0))
    return f"range:{start + first}-{start + last}" if last else f"decade:{start}"


def bounded(match: re.Match[str]) -> str:
    """Return the year with which a decade, or its part, begins or ends: "since:1997", "until:2036"."""
    first, last = _PARTS.get(match["part"] or "", (0, 9))
    start = _first_year(match)
    return f"since:{start + first}" if match["way"].lower() == "seit" else f"until:{start + last}"


def _first_year(match: re.Match[str]) -> int:
    if word := match["word"] or match["noun"]:
        return _WORDS[word.lower()]
    digits = match["digits"]
    century = digits[:-2] or ("19" if digits[0] >= "5" else "20")
    return int(century + digits[-2:])
