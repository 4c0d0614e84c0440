"""Decide what a hyphen at the end of a line means: »Wirt-|schaft«, »Planungs-|und«, »schwarz-|gelbe«."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

HYPHENS = "-\u00ad\u2010\u2011\u00ac"
WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
LAST = re.compile(r"[^\s(„\"»]+$")
PARTS = re.compile(r"[^\w-]")
FIRST = re.compile(r"^[^\W_]+")
ADDRESS = re.compile(r"https?:|www\.|@|\w\.(?:de|eu|org|com|net|info|html?|pdf|php)\b", re.I)
COUPLERS = frozenset(
    {"und", "oder", "bzw", "bis", "sowie", "als", "wie", "noch", "aber", "u", "versus", "statt"}
)
HANGING = re.compile(r"\s(?:und|oder|bzw\.|sowie) -$")  # »Vorsorge und -|bereitschaft«
# Two coordinate adjectives keep their hyphen (»persönlich-politischer«).
ADJECTIVES = re.compile(r"\w+(?:isch|lich)-\w{3,}(?:isch|lich)(?:e[mnrs]?)?")
COLOURS = ("schwarz", "rot", "gelb", "grün", "blau", "weiß", "orange")

Decision = str  # "join": drop the hyphen; "keep": no space; "space": a space follows
Vocabulary = Collection[str]


def decide(before: str, after: str, known: Callable[[], Vocabulary]) -> Decision:
    """Return how the text of a line that ends with a hyphen continues in the next line.

    `known` returns the (casefolded) words that the document prints inside its lines; they decide
    the cases that no rule can (»bürger-|nah«, »sozial-|ökologisch«).
    """
    cut = before[:-1].rstrip(HYPHENS)
    last, first = LAST.search(cut, cut.rfind(" ") + 1), FIRST.match(after)  # of the words, not the lines
    if before[-2:-1] in ("", " ") or not last:
        return "keep" if HANGING.search(before) and after[:1].islower() else "space"  # a dash, not a hyphen
    if not last[0].isalpha() and ADDRESS.search(last[0]):
        return "keep"
    if not first:
        return "space" if after[:1] in '(„"»&+' else "keep"
    left, right = last[0], first[0]
    if not left[-1].isalpha() or right[0].isdigit():
        return "keep"
    if right.casefold() in COUPLERS:
        return "space"
    whole = WORD.match(after)
    return _letters(left, right, whole[0] if whole else right, known)


def _letters(left: str, right: str, whole: str, known: Callable[[], Vocabulary]) -> Decision:
    upper = left.isupper() and len(left) > 1
    if right[0].isupper() and not (upper and right.isupper() and len(right) > 1):
        return "keep"
    part = PARTS.split(left)[-1].casefold()
    joined, hyphened = part + whole.casefold(), f"{part}-{whole.casefold()}"
    words = known()
    if hyphened in words and joined not in words:
        return "keep"
    if joined in words:
        return "join"
    pair = part.split("-")[-1]
    if (pair in COLOURS and right.startswith(COLOURS)) or ADJECTIVES.fullmatch(f"{pair}-{right}"):
        return "keep"
    if upper and not right.isupper():
        return "keep"  # »EU-|weit«, »CO2-|frei«
    return "join"
