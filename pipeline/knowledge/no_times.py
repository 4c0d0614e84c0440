"""Patterns that look like expressions of time but name no period: numbers of laws, terms of other bodies."""

from __future__ import annotations

import re

from pipeline.knowledge.months import MONTH, YEAR
from pipeline.knowledge.time_words import time_words

_TERM = r"(?:Legislaturperiode|Legislatur|Wahlperiode|Amtszeit)"
_FOREIGN = rf"(?i:{'|'.join(time_words().no_times.foreign.split())})"
# »seit der Wiedervereinigung«
SINCE_TURN = rf"[Ss]eit\s+de[rm]\s+(?P<turn>{'|'.join(time_words().turns)})\b"
_TURN = SINCE_TURN.replace("?P<turn>", "?:")
_YEARS = rf"[Ss]eit\s+(?:\w+\s+){{0,3}}(?:\d\d?|{'|'.join(time_words().numbers.counts)})\s+Jahren\b"
_OTHER_BODY = rf"(?:{'|'.join(time_words().no_times.bodies.split())})"
# »vor 1990 errichtete Gebäude« and »Gebäude, die vor 1990 errichtet wurden« are a class with a limit
_LIMIT = rf"(?:dem\s+)?(?:\d+\.\s*(?:\w+\s+|\d+\.)|Jahr\s+)?{YEAR}\s+"
DONE = r"(?!gesamt|gerecht|geplant|vorgesehen)(?:\w*(?:ge|be|er|ent|ver)\w{2,}[tn]|\w+iert)"
_LIMITED = (
    rf"\b(?:[Vv]or|[Nn]ach)\s+{_LIMIT}(?:(?!d(?:ie|e[rmns]|as)\b|eine?\w?\b)[\w-]+\s+){{0,2}}"
    rf"{DONE}e[nrms]?\s+[A-ZÄÖÜ]"
    rf"|,\s+d(?:ie|e[rn]|as|eren)\s+(?:\w+\s+){{0,4}}?(?:vor|nach)\s+{_LIMIT}(?:[\w-]+\s+){{0,3}}?{DONE}\s+"
    r"(?:oder\s+\w+\s+)?(?:wurden?|worden|sind|ist)\b"
)

# Others in the sentence, beside a government, whose term of office may be meant.
OTHER_OFFICE = re.compile(
    rf"(?<!Kommissions)(?i:{'|'.join(time_words().no_times.offices.split())})(?:in|innen|s|es|en|ern|n)?\b"
)

NO_TIMES = re.compile(
    rf"\b[Aa]m\s+\d+\.\s*\w+\s+{YEAR}\s+geltende"
    rf"|\b(?:[Vv]or|[Nn]ach|[Aa]b|[Ss]eit|[Bb]is)\s+(?:dem\s+|zum\s+)?(?:\d+\.\s*(?:\w+\s+|\d+\.)|Jahr\s+)?{YEAR}"
    rf"\s+(?:\w+\s+){{0,2}}(?:in\s+Betrieb\s+genommen|[Gg]eboren)"
    rf"|{_LIMITED}"
    # »das Aktionsprogramm Klimaschutz 2020« is a name
    rf"|(?:{'|'.join(time_words().dated_names)})s?\s+(?!Anfang|Mitte|Ende|Sommer|Herbst|Frühjahr|Jahr|{MONTH})"
    rf"[A-ZÄÖÜ][a-zäöüß-]+\s+{YEAR}\b"
    rf"|[Jj]ahrg[aä]ng\w*\s+{YEAR}(?:\s*(?:bis|und|[-–—])\s*{YEAR})?"  # of people by their years of birth
    rf"|(?<=,)\s+{MONTH}\s+{YEAR}(?=[;)]|$)"  # of a source: »(DIW, Mai 2013)«
    rf"|\b(?:[Gg]egenüber|[Vv]ergleich(?:en)? (?:zu[mr]?|mit)|[Vv]erglichen mit|(?:Basis|Referenz|Bezugs)jahr"
    rf"|Niveau von|Stand von|Stand:?|als|aus)\s+(?:dem\s+|den\s+)?(?:Jahr(?:e|es|en)?\s+)?"
    rf"(?:{MONTH}\s+)?{YEAR}"
    rf"|(?<=[a-zäöüß,]\s)[A-ZÄÖÜ][a-zäöüß]+\s+vor\s+{YEAR}"  # »Enteignungen vor 1949«
    rf"|(?<!Wirkung )\bvo[nm]\s+(?:\d+\.\s*|Anfang\s+|Ende\s+|Mitte\s+)?(?:{MONTH}\s+)?{YEAR}"
    rf"(?!\s*(?:bis|an|[-–—])\b|\s*[-–—])"
    rf"|\((?:EU|EG|EWG|Euratom)\)\s*(?:Nr\.\s*)?\d+/\d+"
    rf"|(?:Richtlinie|Verordnung|RL|VO|Beschluss|Drs\.|Nr\.)\s+\d+/\d+"
    rf"|(?:\d+/)?{YEAR}/(?:EU|EG|EWG)\b|(?<!\w)(?:S\.|Seite|Art\.|Artikel|§§?|Nr\.|Rn\.|Az\.)\s*{YEAR}"
    rf"|\b{_FOREIGN}e[nrs]?\s+(?:\w+\s+)?(?:\w*[Rr]egierung|\w*[Kk]oalition|Parlament|Nationalrat|Senat|Kongress)\w*"
    rf"(?:[^.;:!?]*?{_TERM}\b)?"
    # »die beste Quote seit zehn Jahren« speaks of now, »wer seit fünf Jahren hier lebt« of people
    rf"|(?:\b[a-zäöü]+[sß]te[nrms]?\s+(?:[\w-]+\s+){{0,2}}[A-ZÄÖÜ][\w-]+|\b[Ee]rstmals|\b[Ii]ch(?:\s+\w+){{1,2}})\s+(?:{_YEARS}|{_TURN})"
    rf"|\b{_YEARS}(?:\s+[\w-]+){{0,6}}?\s+(?:leb|wohn|Aufenthalt|Gemeinschaft)\w*|\b(?:leb|wohn)\w*(?:\s+\w+){{0,5}}?\s+{_YEARS}"
    rf"|\w+\s+{_TERM}\s+(?:de[rs]|eines|einer)\s+(?:\w+en\s+)?{_OTHER_BODY}\w*"
)
