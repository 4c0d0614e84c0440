"""Patterns of words behind which a year says when (»Haushaltsjahr 2026«, »NATO-Gipfel 2023«) or does not."""

from __future__ import annotations

from pipeline.knowledge.time_words import time_words

DATED_NOUN = (
    r"(?:(?:Bundes|Landes|Nachtrags|EU-)?[Hh]aushalt(?:s|es|splan\w*|sjahr\w*|sentwurf\w*)?|"
    r"(?!Bau|Geburts|Basis|Bezugs|Referenz|Vergleichs)[A-ZÄÖÜ]\w*jahr(?:e?s|en?)?|Etat|Wirtschaftsplan|Jahr(?:e|es)?|"
    r"Anfang|Mitte|Ende|Frühling|Sommer|Herbst|Winter|Quartal|Jahres(?:wechsel|beginn|anfang|ende|durchschnitt)|"
    rf"Stichtag|\w+(?:termin|zeitraum)|[\w-]{{0,40}}(?i:{'|'.join(time_words().events.split())}))"
)
# After »seit«: »der Bahnreform«, »dem Regierungswechsel«, but no law or programme whose name holds a year.
EVENT = (
    r"(?:(?:Ausbruch|Beginn|Ende)\s+)?de[rmsn]\s+"
    r"(?!\w*(?:[Gg]esetz|[Ss]trategie|[Pp]lan|[Pp]rogramm|[Kk]onzept|[Aa]genda)\w*\s)[A-ZÄÖÜ][\w-]*[a-zäöüß]{3}"
    r"(?<!Drucksache)\s+(?:im\s+Jahre?\s+)?"
)
# Lower-case words after which a bare number is not a year, or a year is part of a name or a comparison.
NO_CUE = (
    r"(?:rund|etwa|über|knapp|circa|ca|mit|auf|mindestens|höchstens|die|der|den|das|dem|des|je|jeweils|von|als|"
    r"insgesamt|wie|minus|plus|gegenüber|mehr|zu|um|aus|fast|gut|maximal|bzw|vom|zum|zur|pro|unter|ein|eine|alle)"
)
# A noun after which a year is not part of a name: »wurde das Gesetz 2017 geändert«.
PLAIN_NOUN = (
    r"(?!\w{3,}(?:gesetz|strategie|plan|programm|paket|konzept|ziel|leitlinie|projekt|bericht|richtlinie|rat|reform)|"
    r"Agenda|Vision|Mission|Horizont?|Europ)[A-ZÄÖÜ][a-zäöüß]+"
)
