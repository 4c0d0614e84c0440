"""Read the numbers of headings: »A.«, »2.1«, »§ 4«, »Artikel 1«, »Zu Nummer 5«.

The divisions of laws are ordered as in the Handbuch der Rechtsförmlichkeit of the Federal Ministry of
Justice, numbers as is usual in reasons and reports: A., I., 1., 1.1, a), aa).
"""

from __future__ import annotations

import re

NUMBERS = (
    r"[A-H]\.\s", r"[IVX]+\.\s", r"\d{1,2}\.?\s", r"(?:\d+|[A-H])\.\d+\.?[\s/]", r"(?:\d+\.){2,}\d+\.?\s",
    r"[a-h]\)\s", r"([a-h])\1\)\s",
)  # fmt: skip
DIVISIONS = (
    "Anlage|Anhang", r"Art(?:ikeln?|\.)", "Buch|Teil", "Kapitel", "Abschnitt", "Unterabschnitt", "§{1,2}",
    "Abs(?:atz|ätzen)", "Nummern?", "Buchstaben?", "Doppelbuchstaben?",
)  # fmt: skip
OPENED = '[„"»‚]?'  # bills quote the sections that they insert
VALUE = r"\s?(?:\d{1,3}[a-z]?|[IVX]{1,5}|[A-Z]|([a-z])\1?)\b"
NAMED = tuple(rf"{OPENED}(?:Zu (?:den )?)?(?i:{name}){VALUE}" for name in DIVISIONS)
SCHEMES = tuple(re.compile(pattern) for pattern in (*NUMBERS, *NAMED))
LABEL = re.compile(rf"{OPENED}(?:Zu (?:den )?)?(?i:{'|'.join(DIVISIONS)}){VALUE}[.:]?$")
REASON = re.compile(rf"(?:\d{{1,3}}\. )?Zu (?:den )?(?:{'|'.join(DIVISIONS)}){VALUE}[^.!?;]{{0,100}}$")


COST = re.compile(r"[D-F]\.\d(?:/[D-F]\.\d)?\.? [^.!?;]{3,100}$")


def scheme(text: str) -> int:
    """Return the position in `SCHEMES`, from 1, of a heading's numbering; 0 if it has none."""
    return next((place for place, pattern in enumerate(SCHEMES, 1) if pattern.match(text)), 0)


def is_label(text: str) -> bool:
    """Return whether a line is only a number: »§ 4«, »Artikel 1«, »KAPITEL 2«."""
    return LABEL.match(text) is not None


def is_reason(text: str) -> bool:
    """Return whether a line names the part of a bill that the reasons below refer to: »Zu § 4 (Zweck)«."""
    return REASON.match(text) is not None


def is_cost(text: str) -> bool:
    """Return whether a line names costs on the front sheet of a bill: »E.2 Aufwand der Wirtschaft«."""
    return COST.match(text) is not None
