"""What looks like an expression of time and names no period: numbers of laws, the terms of other bodies."""

from __future__ import annotations

import re

from pipeline.knowledge.months import MONTH

_YEAR = r"(?:19|20)\d\d"
_TERM = r"(?:Legislaturperiode|Legislatur|Wahlperiode|Amtszeit)"
_FOREIGN = (
    r"(?:[Ff]ranzösisch|[Öö]sterreichisch|[Ss]chweizer(?:isch)?|[Nn]iederländisch|[Bb]elgisch|[Ll]uxemburgisch|"
    r"[Dd]änisch|[Ss]chwedisch|[Nn]orwegisch|[Ff]innisch|[Pp]olnisch|[Tt]schechisch|[Uu]ngarisch|[Ii]talienisch|"
    r"[Ss]panisch|[Pp]ortugiesisch|[Gg]riechisch|[Bb]ritisch|[Ii]risch|[Tt]ürkisch|[Uu]krainisch|[Rr]ussisch|"
    r"[Aa]merikanisch|US-amerikanisch|[Kk]anadisch|[Jj]apanisch|[Cc]hinesisch|[Ii]sraelisch|[Aa]ustralisch)"
)
_OTHER_BODY = (
    r"(?:Personalr|Betriebsr|Personalvertretung|Schwerbehindertenvertretung|Mitarbeitervertretung|Gemeinder|Stadtr|"
    r"Kreistag|Gemeindevertretung|Stadtverordnet|Verwaltungsr|Aufsichtsr|Rundfunkr|Fernsehr|Vertreterversammlung|"
    r"Selbstverwaltung|Sozialversicherungsträger|Hochschul|Kammer|Beir)"
)

NO_TIMES = re.compile(
    rf"\b[Aa]m\s+\d+\.\s*\w+\s+{_YEAR}\s+geltende"
    rf"|\b(?:[Vv]or|[Nn]ach|[Aa]b|[Ss]eit|[Bb]is)\s+(?:dem\s+|zum\s+)?(?:\d+\.\s*\w+\s+)?{_YEAR}"
    rf"\s+(?:\w+\s+){{0,2}}(?:in\s+Betrieb\s+genommen|geboren)"
    rf"|(?:gegenüber|[Vv]ergleich(?:en)? (?:zu[mr]?|mit)|[Vv]erglichen mit|Basisjahr|Referenzjahr|Bezugsjahr|"
    rf"Niveau von|Stand von|Stand:?|als|aus)\s+(?:dem\s+|den\s+)?(?:Jahr(?:e|es|en)?\s+)?"
    rf"(?:{MONTH}\s+)?{_YEAR}"
    rf"|\bvo[nm]\s+(?:\d+\.\s*|Anfang\s+|Ende\s+|Mitte\s+)?(?:{MONTH}\s+)?{_YEAR}(?!\s*(?:bis|an|[-–—])\b|\s*[-–—])"
    rf"|\((?:EU|EG|EWG|Euratom)\)\s*(?:Nr\.\s*)?\d+/\d+"
    rf"|(?:Richtlinie|Verordnung|RL|VO|Beschluss|Drs\.|Nr\.)\s+\d+/\d+"
    rf"|(?:\d+/)?{_YEAR}/(?:EU|EG|EWG)\b|(?<!\w)(?:S\.|Seite|Art\.|Artikel|§§?|Nr\.|Rn\.|Az\.)\s*{_YEAR}"
    rf"|\b{_FOREIGN}e[nrs]?\s+(?:\w+\s+)?(?:\w*[Rr]egierung|\w*[Kk]oalition|Parlament|Nationalrat|Senat|Kongress)\w*"
    rf"(?:[^.;:!?]*?{_TERM}\b)?"
    rf"|\w+\s+{_TERM}\s+(?:de[rs]|eines|einer)\s+(?:\w+en\s+)?{_OTHER_BODY}\w*"
)
