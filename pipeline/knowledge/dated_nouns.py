"""Patterns of words behind which a year says when (»Haushaltsjahr 2026«, »NATO-Gipfel 2023«) or does not."""

from __future__ import annotations

from pipeline.knowledge.time_words import time_words

DATED_NOUN = (
    r"(?:(?:Bundes|Landes|Nachtrags|EU-)?[Hh]aushalt(?:s|es|splan\w*|sjahr\w*|sentwurf\w*)?|"
    r"(?!Bau|Geburts|Basis|Bezugs|Referenz|Vergleichs)[A-ZÄÖÜ]\w*jahr(?:e?s|en?)?|Etat|Wirtschaftsplan|Jahr(?:e|es)?|"
    r"Anfang|Mitte|Ende|Frühling|Sommer|Herbst|Winter|Quartal(?:s|en)?|Jahres(?:wechsel|beginn|anfang|mitte|hälfte|ende|schluss|durchschnitt)|"
    rf"Stichtag|\w+(?:termin|zeitraum)|[\w-]{{0,40}}(?i:{'|'.join(time_words().events.split())}))"
)
# After »seit«: »der Bahnreform«, »dem Regierungswechsel«, but no law or programme whose name holds a year.
EVENT = (
    r"(?:(?:Ausbruch|Beginn|Ende)\s+)?de[rmsn]\s+"
    r"(?!\w*(?:[Gg]esetz|[Ss]trategie|[Pp]lan|[Pp]rogramm|[Kk]onzept|[Aa]genda)\w*\s)[A-ZÄÖÜ][\w-]*[a-zäöüß]{3}"
    r"(?<!Drucksache)\s+(?:im\s+Jahre?\s+)?"
)
# Lower-case words after which a bare number is not a year, or a year is part of a name or a comparison.
NO_CUE = rf"(?:{'|'.join(time_words().no_cues.split())})"
# A noun after which a year is not part of a name: »wurde das Gesetz 2017 geändert«.
PLAIN_NOUN = rf"(?!{'|'.join(time_words().dated_names)})[A-ZÄÖÜ][a-zäöüß]+"
