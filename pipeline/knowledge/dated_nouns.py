"""Patterns of nouns behind which a year says when: »Haushaltsjahr 2026«, »Regierungswechsel 2021«."""

from __future__ import annotations

from pipeline.knowledge.time_words import time_words

DATED_NOUN = (
    r"(?:(?:Bundes|Landes|Nachtrags|EU-)?[Hh]aushalt(?:s|es|splan\w*|sjahr\w*|sentwurf\w*)?|"
    r"(?!Bau|Geburts|Basis|Bezugs|Referenz|Vergleichs)[A-ZÄÖÜ]\w*jahr(?:e?s|en?)?|Etat|Wirtschaftsplan|Jahr(?:e|es)?|"
    r"Anfang|Mitte|Ende|Frühling|Sommer|Herbst|Winter|Quartal|Jahres(?:wechsel|beginn|anfang|ende|durchschnitt)|"
    rf"Stichtag|\w+(?:termin|zeitraum)|[\w-]*(?i:{'|'.join(time_words().events.split())}))"
)
# After »seit«: »der Bahnreform«, »dem Regierungswechsel«, but no law or programme whose name holds a year.
EVENT = (
    r"(?:(?:Ausbruch|Beginn|Ende)\s+)?de[rmsn]\s+"
    r"(?!\w*(?:[Gg]esetz|[Ss]trategie|[Pp]lan|[Pp]rogramm|[Kk]onzept|[Aa]genda)\w*\s)[A-ZÄÖÜ][\w-]*[a-zäöüß]{3}"
    r"(?<!Drucksache)\s+(?:im\s+Jahre?\s+)?"
)
