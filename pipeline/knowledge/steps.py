"""Recognise words that count periods and years from a document: »nächste«, »vorletzte«, »diese«."""

from __future__ import annotations

import re

NEXT = r"(?:nächst|kommend|künftig|zukünftig|bevorstehend|anstehend|vor\s+uns\s+liegend)e[nrms]?"
LAST = r"(?:letzt|vergangen|vorig|vorherig|vorangegangen|vorausgegangen|zurückliegend|abgelaufen)e[nrms]?"
_THIS = r"(?:dies|laufend|aktuell|gegenwärtig|jetzig|derzeitig|amtierend|begonnen|angebrochen)e[nrms]?"
_ENDING = r"(?:zu\s+Ende\s+gehend|scheidend|auslaufend|ablaufend)e[nrms]?"
_OTHER = r"(?:übernächst|vorletzt|vorvergangen|vorvorig|neu(?:\s*gewählt)?)e[nrms]?"
STEP = rf"\b(?P<step>(?i:{_OTHER}|{NEXT}|{LAST}|{_ENDING}|{_THIS}))"
# »in dieser und der nächsten Legislaturperiode«
FIRST_STEP = (
    rf"{STEP}(?=\s+(?:und|sowie|oder|wie)\s+(?:auch\s+)?(?:in\s+)?(?:d(?:er|ie)\s+)?"
    rf"{STEP.replace('?P<step>', '?:')}\s+(?:Legislatur|Wahl)periode\b)"
)


def stepped(match: re.Match[str]) -> str:
    """Return how far a match of `STEP` leads: "+2", "+1", "0", "-0" (ending), "-1", "-2", or "new"."""
    word = match["step"].lower()
    if word.startswith("übernächst"):
        return "+2"
    if word.startswith(("vorletzt", "vorvergangen", "vorvorig")):
        return "-2"
    if word.startswith("neu"):
        return "new"
    if re.fullmatch(_ENDING, word, re.IGNORECASE):
        return "-0"
    return "+1" if re.fullmatch(NEXT, word) else "-1" if re.fullmatch(LAST, word) else "0"
