"""Read the numbers of headings: »A.«, »2.1«, »§ 4«, »Artikel 1«, »Zu Nummer 5«.

The divisions of laws are ordered as in the Handbuch der Rechtsförmlichkeit of the Federal Ministry of
Justice, numbers as is usual in reasons and reports: A., I., 1., 1.1, a), aa). Annexes are above all of them.
"""

from __future__ import annotations

import re
from functools import lru_cache

NUMBERS = (
    r"[A-H]\.\s", r"[IVX]+\.\s", r"\d{1,2}(?:\.?\s|\.(?=[^\W\d_]))",
    r"(?:\d{1,2}|[A-H]|[IVX]+)\.\d{1,2}\.?[\s/]", r"(?:\d+\.){2,}\d+\.?\s", r"[a-h]\)\s", r"([a-h])\1\)\s",
)  # fmt: skip
ANNEX = "Anlage|Anhang"
DIVISIONS = (
    r"Art(?:ikeln?|\.)", "Buch|Teil", "Kapitel", "Abschnitt", "Unterabschnitt", "§{1,2}",
    "Abs(?:atz|ätzen)", "Nummern?", "Buchstaben?", "Doppelbuchstaben?",
)  # fmt: skip
OPENED = '[„"»‚]?'  # bills quote the sections that they insert
VALUE = r"(?![ens]{1,2}\b)\s?(?:\d{1,3}[a-z]?|[IVX]{1,5}|[A-Z]|([a-z])\1?)\b"  # not »Anlagen«
ABOUT = r"(?:(?:Zu|Vorbemerkung(?:en)? zu) (?:den )?)?"  # in reasons
NAMED = tuple(rf"{OPENED}{ABOUT}(?i:{name}){VALUE}" for name in DIVISIONS)
# What else a law has; its reasons name it on the level of its sections.
PART = re.compile(
    r"Zu(?:[rm]| der| den)? (?:Überschrift|Inhalts(?:übersicht|verzeichnis)|Eingangsformel|Anlage|Anh[aä]ng)"
)
SECTION = 2 + len(NUMBERS) + DIVISIONS.index("§{1,2}")
SCHEMES = tuple(map(re.compile, (rf"{OPENED}(?i:{ANNEX}){VALUE}", *NUMBERS, *NAMED)))
ANY = "|".join((ANNEX, *DIVISIONS))
LABEL = re.compile(rf"{OPENED}(?:Zu (?:den )?)?(?i:{ANY}){VALUE}[.:]?$")
LAST = re.compile(r"(?:[A-Z]+\.)?\d+(?:\.\d+)*|\b[^\W\d_]+")
REASON = re.compile(rf"(?:\d{{1,3}}\. )?Zu (?:den )?(?:{ANY}){VALUE}[^.!?;]{{0,100}}$")


COST = re.compile(r"(?:[D-F]|[IVX]{1,5})\.\d(?:/[D-F]\.\d)?\.? [^.!?;]{3,100}$")


@lru_cache(maxsize=4096)
def scheme(text: str) -> int:
    """Return the position in `SCHEMES`, from 1, of a heading's numbering; 0 if it has none."""
    numbered = (place for place, pattern in enumerate(SCHEMES, 1) if pattern.match(text))
    return next(numbered, SECTION if PART.match(text) else 0)


def value(text: str) -> tuple[int, ...]:
    """Return the number of a heading in order: »2.10« and »II.10« are (2, 10), »IV.« and »§ 4a« are (4,)."""
    place = scheme(text)
    found = SCHEMES[place - 1].match(text) if place else None
    return tuple(map(_value, LAST.findall(found[0])[-1].split("."))) if found else ()


def _value(label: str) -> int:
    return counted(label) if label.isdigit() or set(label) <= set("IVX") else ord(label[0].casefold())


def counted(text: str) -> int:
    """Return the value of digits or of a Roman number up to 89."""
    if text.isdigit():
        return int(text)
    digits = [{"i": 1, "v": 5, "x": 10, "l": 50}[c] for c in text.lower()]
    return sum(-a if a < b else a for a, b in zip(digits, [*digits[1:], 0], strict=True))


def follows(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Return whether a number is the next one: 2.2 or 3.1 after 2.1."""
    if not a or len(a) != len(b):
        return False
    return b == (*a[:-1], a[-1] + 1) or (b[-1] == 1 and follows(a[:-1], b[:-1]))


def is_label(text: str) -> bool:
    """Return whether a line is only a number: »§ 4«, »Artikel 1«, »KAPITEL 2«."""
    return LABEL.match(text) is not None


def is_reason(text: str) -> bool:
    """Return whether a line names the part of a bill that the reasons below refer to: »Zu § 4 (Zweck)«."""
    return REASON.match(text) is not None


def is_cost(text: str) -> bool:
    """Return whether a line names costs in a bill or an opinion on it: »E.2 Bürokratie«, »II.1 Aufwand«."""
    return COST.match(text) is not None


def letters(text: str) -> str:
    """Return the letters of a text without case: numbers of sections are often set in two ways."""
    return "".join(filter(str.isalpha, text)).casefold()
