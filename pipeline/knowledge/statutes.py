"""Names of German statutes cited by abbreviation (`taxonomies/laws.toml`), and what a provision is of."""

from __future__ import annotations

import re
from functools import cache

from pipeline.knowledge.toml import load
from pipeline.records import Record

_PLACE = (
    r"(?:\d+[a-z]{0,2}|\(\d\)|[a-z]|ff?\.?|§§?|Art(?:ikel[ns]?|\.)|Abs(?:atz|ätzen?|\.)|S(?:atz|ätzen?|\.)"
    r"|N(?:ummern?|rn?\.)|Buchst(?:aben?|\.)|(?:[a-z]+er )?Halbsatz|und|oder|bis|sowie|bzw\.|neu|[–-])"
)
_LAW = (
    r"[A-ZÄÖÜ][\w-]*[A-ZÄÖÜ]\w*(?: [IVX]+\b| \d{4})?"  # »MiLoG«, »SGB II«, »EEG 2012«
    r"|(?:[A-ZÄÖÜ]\w+e[nr] (?:Buch\w* )?)?(?:[A-ZÄÖÜ][\w-]*- und )?[A-ZÄÖÜ][\w-]*"
    r"(?:[Gg]esetz|[Gg]esetzbuch|ordnung|[Vv]ertrag|abkommen|konvention|[Cc]harta|[Rr]ichtlinie)(?:e?s)?"
    r"(?: \d{4})?"
    r"|[A-ZÄÖÜ]\w+e[nr] (?:Gesetzbuch(?:e?s)|Abkommens)"
    r"|Gesetzes (?:über|zu[rm]?|gegen) (?!Änderung)[^()]+?"
)
_PROVISION = re.compile(
    rf"(?:§§?|Paragra(?:f|ph)(?:en|s)?|Art(?:ikel[ns]?|\.)) ?(?=\d)(?:,? ?{_PLACE}(?![\w§]))+ "
    rf"(?:(?:des|der|im|unseres) )?(?:Entwurfs des )?(?P<law>{_LAW})(?: vom \d.*| \([^()]*\))*$"
)
_NONE = ("", "Verordnung", "Ordnung")
_HEADING = re.compile(
    r"§ ?\d+[a-z]? \(?(?!(?:Absatz|Satz|Nummer|Buchstabe|Halbsatz)\b)"
    r"(?P<title>[A-ZÄÖÜ][a-zäöüß]{3,}[^()]*)\)?$"
)


class General(Record):
    """Words that end like the name of a law but name no particular one, separated by white space."""

    general: str


class Statutes(Record):
    """Abbreviations with the names that they stand for: {»MiLoG«: »Mindestlohngesetz«}.

    `spellings` holds other names and spellings, each with its abbreviation: {»BAFöG«: »BAföG«}.
    """

    short: dict[str, str]
    spellings: dict[str, str]
    words: General


@cache
def statutes() -> Statutes:
    """Return the content of the file."""
    return load("laws", Statutes)


def subject(provision: str) -> str:
    """Return the law that a provision is of, or the title below its number; "" for anything else.

    »§§ 3 und 4 MiLoG« -> »MiLoG«, »§ 74 Stromkennzeichnung« -> »Stromkennzeichnung«, »Artikel 3« -> "".
    """
    found = _PROVISION.match(provision)
    law = found["law"].removesuffix("-E") if found else ""
    heading = _HEADING.match(provision)
    return heading["title"] if heading and law in _NONE else law if law not in _NONE else ""
