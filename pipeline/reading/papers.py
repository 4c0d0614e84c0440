"""Read the heads of parliamentary papers and minutes: number, parliament, sitting, day."""

from __future__ import annotations

import re

from pipeline.knowledge.calendars import parliament_named
from pipeline.reading.dates import parse_cell

PARLIAMENT = (
    r"(?:Deutscher Bundestag|Bundesrat|[\w-]*\s?Landtag[\w\s-]{0,30}"
    r"|[\w ]*Bürgerschaft(?: der Freien und Hansestadt Hamburg)?|Abgeordnetenhaus(?:(?: von)? Berlin)?)"
)
DRUCKSACHE = re.compile(
    rf"(?i:{PARLIAMENT}[\s|–−-]*(?:\d{{1,2}}\. ?Wahlperiode[\s|]*)?Drucksache)"
    r"\s*(?P<a>\d{1,3}\s?/\s?\d{1,5})"
    rf"|Drucksache\s*(?P<b>\d{{1,3}}\s?/\s?\d{{1,5}})\s*[–—-]\s*\d+\s*[–—-]\s*{PARLIAMENT}"
)
PROTOCOL = re.compile(
    r"Plenarprotokoll\s*\d+\s?/\s?\d+|Stenogra(?:f|ph)ischer Bericht|"
    rf"{PARLIAMENT}\W{{1,9}}\d+\. Sitzung\W+[A-Z]\w+, (?:\w+tag|Mittwoch|den)\b"
)
SITTINGS = (r"Plenarprotokoll\s*\d+\s?/\s?\d+", r"\b\d+\.\s?Sitzung\b")
PERIOD = re.compile(r"\b(\d{1,2})\s?\.\s(?:Wahlperiode|Legislaturperiode|Deutschen Bundestag)")
# The Bundesrat numbers its papers by year and writes years with two digits: »Drucksache 123/21 05.02.21«.
BUNDESRAT = re.compile(r"Bundesrat[\s|]*Drucksache\s*\d+/\d\d[\s|]+(\d\d\.\d\d\.\d\d(?:\d\d)?)\b")


def parliament(text: str) -> str:
    """Return the name of the parliament that a title page names first, or ""."""
    match = re.search(PARLIAMENT, text)
    return match.group().strip() if match else ""


def sitting(text: str) -> str:
    """Return what minutes are called: »Plenarprotokoll 5/2«, or else »2. Sitzung«."""
    found = (re.search(pattern, text) for pattern in SITTINGS)
    return next((re.sub(r"\s+", " ", match[0]) for match in found if match), "")


def house(text: str, doc_type: str) -> str:
    """Return the id of the parliament in the head of a paper or minutes; of the Bundesrat, it is »bt«."""
    paper = DRUCKSACHE.search(text) if doc_type == "drucksache" else None
    name = paper.group() if paper else parliament(text) if doc_type == "plenarprotokoll" else ""
    return (parliament_named(name.title()) or "bt") if name else ""


def day_of_bundesrat(text: str) -> str:
    """Return the day of a paper of the Bundesrat, which stands after its number, or ""."""
    match = BUNDESRAT.search(text)
    day = parse_cell(match[1]) if match else None
    return day.iso if day else ""
