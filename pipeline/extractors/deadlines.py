"""Find deadlines: until when, from when or within what time something is to be done: »bis Ende 2027«.

`value` is the last day meant, as exactly as it is stated: "2027-12-31", "2026-06" or "2030". `unit` is
"day", "month", "year", "period" (value "wp:0"), "current year" (value "year:0") or "duration"
(value "P2Y", "P6M"). `kind`: until, before, from, on, within.

What counts from the document's date or Wahlperiode is settled with it later (`knowledge.relative_values`):
"decade:0/9" (the last year of this decade), "year:+1/12-31", "year:0/06", "wp:21".
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence

from pipeline.knowledge.months import MONTH, SPELLINGS, UNITS, YEAR
from pipeline.knowledge.numerals import NUMBER, value
from pipeline.records import Context, Span

LABELS = ("deadline",)
EXAMPLES = (
    "<deadline>Bis Ende 2027</deadline> wird das Netz ausgebaut.",
    "Das Gesetz gilt <deadline>ab 1. Januar 2027</deadline>.",
    "Der Bericht ist <deadline>bis zum 31. Dezember 2026</deadline> vorzulegen.",
    "Die Länder setzen das <deadline>innerhalb von zwei Jahren</deadline> um.",
    "<deadline>Bis zum Ende des Jahrzehnts</deadline> wird das Netz verdoppelt.",
    "Von 2021 bis 2025 stiegen die Mieten.",
    "Bis zu 2000 Euro werden erstattet.",
    "Gefördert werden ab 2000 Betriebe.",
)

_POINT = (
    rf"(?:(?:zum\s+|dem\s+|den\s+|spätestens\s+)*(?:Ablauf\s+des\s+)?(?P<day>0?[1-9]|[12]\d|3[01])\.\s*(?:(?P<month>{MONTH})\s*|(?P<m>0?[1-9]|1[0-2])\.\s*)"
    rf"(?P<day_year>{YEAR})"
    rf"|(?P<quarter>(?:zum\s+|Ende\s+des\s+|zum\s+Ende\s+des\s+)?(?P<q>ersten|zweiten|dritten|vierten|[1-4]\.)\s+"
    rf"(?P<what>Quartals?|Halbjahr(?:es)?)\s+(?P<q_year>{YEAR}))"
    rf"|(?:zum\s+|zur\s+|zu\s+(?=Beginn\b)|spätestens\s+|in\s+das\s+|ins\s+|dem\s+|den\s+|im\s+|das\s+|in\s+)*"
    rf"(?:(?P<part>Ablauf|Anfang|Beginn|Mitte|Ende|Jahresende|Frühjahr|Sommer|Herbst|Winter)\s+)?(?:des\s+)?"
    r"(?:(?:\w*[Jj]ahre?s?|\w*[Ss]emesters?|\w*zeitraums?)\s+)?"
    rf"(?:(?P<only_month>{MONTH})\s+)?(?P<year>{YEAR})(?P<pair>/\d\d(?:\d\d)?)?)(?![\d,.]\d|\w|\s*[-–]\s*\d|\s+{UNITS})"
)
_PERIOD = (
    r"(?:zu[mr]\s+|spätestens\s+)*(?:(?:Ende|Ablauf|Mitte|Halbzeit)\s+)?(?:der|dieser)?\s*"
    r"(?:(?P<number>\d{1,2})\.\s+|laufenden\s+|kommenden\s+|nächsten\s+)?(?:Legislaturperiode|Legislatur|Wahlperiode)\b"
)
_THIS_YEAR = r"(?:zum\s+)?(?:Jahresende|(?:Ende|Ablauf)\s+(?:des|dieses)\s+(?:laufenden\s+)?Jahres)(?!\s+\d)"
_NOW = r"(?:dieser\s+(?:Legislaturperiode|Legislatur|Wahlperiode)|(?P<year>diesem\s+Jahr))\b"
_WITHIN = re.compile(
    r"\b(?:(?i:innerhalb(?:\s+von)?|(?<!nach einer )frist\s+von|binnen|in(?=\s+spätestens)|spätestens\s+in"
    r"|spätestens(?=\s+\w+\s+\w+\s+nach\b)|in(?=\s+den\s+(?:[nk]|ersten\s+\w+\s+Tagen\b)))\s+"
    r"(?:(?:spätestens|maximal|höchstens|längstens|nur)\s+)?"
    rf"(?:(?:de[rn]\s+(?:nächsten|kommenden|ersten)\s+)?(?P<count>{NUMBER})|eines|des\s+(?:nächsten|kommenden|ersten))\s+"
    r"(?P<unit>Jahrzehnt(?:e?s|en?)?|Jahre?[ns]?|Monate?[ns]?|Wochen?|Tage?[ns]?)|(?i:binnen)\s+(?P<frist>Jahres|Monats)frist)\b(?!\s+vor\s+(?:de[rmn]\b|[A-ZÄÖÜ]))"
)
_UNTIL = re.compile(
    r"(?<!\d )(?<!\d)\b(?i:(?P<word>(?:spätestens\s+)?bis(?:\s+(?:spätestens|einschließlich))?"
    rf"|spätestens(?:\s+(?:im|in|zum|für|am|mit))?|(?:noch|deutlich|möglichst)\s+vor))\s+(?:{_POINT})"
)
_FROM = re.compile(
    rf"\b(?i:(?P<word>(?:spätestens\s+)?ab|mit\s+Wirkung\s+vom|mit(?=\s+Ablauf\b)|zum|zu|am))\s+(?:{_POINT})"
)
_AFTER_UNTIL = re.compile(r"\b(?i:bis|spätestens|einschließlich)\s*$")
_INTO_FORCE = re.compile(r"\s+(?:in|außer)\s+Kraft\b(?!\s+ge)")
_UNTIL_PERIOD = re.compile(
    rf"\b(?:(?i:bis|spätestens|(?P<before>(?:noch\s+)?vor(?=\s+(?:Ende|Ablauf)\b)))\s+"
    rf"(?:{_PERIOD}|(?P<this>{_THIS_YEAR}))|(?i:noch)\s+in\s+{_NOW})"
)
# Counted from the document, or a decade by its number: »bis Mitte der 2030er Jahre«, »ab dem kommenden Jahr«.
_COUNTED = re.compile(
    r"\b(?i:(?P<word>(?:spätestens\s+)?bis(?:\s+(?:spätestens|einschließlich))?|spätestens(?:\s+(?:im|in|zum))?"
    r"|(?:noch\s+)?vor(?=\s+(?:dem\s+)?(?:Ende|Ablauf)\b)|noch(?=\s+in\s+diese[mr]\s+(?:Jahrzehnt|Dekade)\b)"
    r"|(?P<first>(?:spätestens\s+)?ab)))\s+(?:(?:zu[mr]|spätestens|de[mn]|im|in)\s+)*"
    rf"(?:(?:(?P<part>Anfang|Beginn|Mitte|Ende|Ablauf|Frühjahr|Sommer|Herbst|Winter)|(?P<month>{MONTH}))\s+)?"
    r"(?:de[nrs]\s+)?(?:(?P<decade>20\d0|[2-4]0)er(?:[\s-]?Jahren?)?\b|(?P<this>diese[mrs]\s+)?(?:laufenden\s+)?"
    r"(?P<next>(?:(?:über)?nächst|kommend)e[mnrs]\s+)?(?P<unit>Jahrzehnte?s?|Dekade|Jahre?s?)\b)(?!\s+\d|-)"
)
_RANGE_BEFORE = re.compile(
    rf"(?:\b{YEAR}(?:/\d\d)?|\b(?:19|20)\d0er(?:[\s-]?Jahren?)?|\b(?:zwischen|seit|[Aa]b|\d\.|{MONTH})(?:\s+\S+){{0,3}}"
    rf"|\b[Vv]o[nm]\s+(?:\S+\s+){{0,2}}?(?:{YEAR}|\d\d?\.(?!\d)|{MONTH})(?:\s+\S+)?)\s*$"
)
# »Ab 1959 wurde …«, »Bis 2019 war …«, »wurde zum 1. Januar 2015 …«: what was done then.
_PAST = re.compile(r"\b(?:wurden?|war(?:en)?|hatten?)\b")
_ORDINALS = {"ersten": 1, "zweiten": 2, "dritten": 3, "vierten": 4}
_PARTS = {"Anfang": 1, "Beginn": 1, "Mitte": 6, "Frühjahr": 5, "Sommer": 8, "Herbst": 11, "Winter": 12}
_IN_DECADE = {"Anfang": 0, "Beginn": 0, "Mitte": 5, "Ende": 9, "Ablauf": 9}
_BEGINS = _PARTS | {"Frühjahr": 3, "Sommer": 6, "Herbst": 9}


def extract(contexts: Sequence[Context]) -> Iterator[Span]:
    """Yield the deadlines of each sentence in order."""
    for at, context in enumerate(contexts):
        text = context.text
        found = [*_until(at, text), *_from(at, text), *_counted(at, text), *_within(at, text)]
        yield from sorted(found, key=lambda span: (span.start, span.end))


def _until(at: int, text: str) -> Iterator[Span]:
    for match in _UNTIL.finditer(text):
        if not (_RANGE_BEFORE.search(text[: match.start()]) or _PAST.match(text, match.end() + 1)):
            before = match["word"].lower().endswith("vor")
            date, unit = _date(match, first=before)
            yield _span(at, match, "before" if before else "until", date, unit)
    for match in _UNTIL_PERIOD.finditer(text):
        step = match["number"] or ("+1" if re.search("kommenden|nächsten", match[0]) else "0")
        year = match["this"] or match["year"]
        date, unit = ("year:0", "current year") if year else (f"wp:{step}", "period")
        yield _span(at, match, "before" if match["before"] else "until", date, unit)


def _from(at: int, text: str) -> Iterator[Span]:
    for match in _FROM.finditer(text):
        word = match["word"].lower()
        sudden = word in ("zum", "zu", "am", "mit")
        if _is_told(text, match) or (word == "am" and not _INTO_FORCE.match(text, match.end())):
            continue
        if sudden and (not (match["day"] or word == "mit") or _AFTER_UNTIL.search(text[: match.start()])):
            continue
        if not sudden and re.match(rf"\s*(?:bis|[-–])\s*(?:\S+\s+){{0,3}}{YEAR}", text[match.end() :]):
            continue
        date, unit = _date(match, first=True)
        yield _span(at, match, "on" if sudden else "from", date, unit)


def _is_told(text: str, match: re.Match[str]) -> bool:
    before = "".join(text[: match.start()].rsplit(maxsplit=1)[-1:])
    return bool(_PAST.match(text, match.end() + 1) or _PAST.match(before))


def _counted(at: int, text: str) -> Iterator[Span]:
    for match in _COUNTED.finditer(text):
        told = _count(match)
        if told and not (_RANGE_BEFORE.search(text[: match.start()]) or _is_told(text, match)):
            before = match["word"].lower().endswith("vor")
            yield _span(at, match, "from" if match["first"] else "before" if before else "until", *told)


def _count(match: re.Match[str]) -> tuple[str, str] | None:
    """Return value and unit, None for what is no point in time (»bis zum Jahr«) or found elsewhere."""
    part, month, step = match["part"], match["month"], _step(match["next"])
    if match["unit"] in ("Jahr", "Jahre", "Jahres"):
        if part in ("Ende", "Ablauf"):
            return (f"year:{step}/12-31", "day") if step != "0" else None
        number = SPELLINGS[month] if month else (_BEGINS if match["first"] else _PARTS).get(part or "")
        if number:
            return f"year:{step}/{number:02d}", "month"
        return (f"year:{step}", "year") if step != "0" else None
    if month or part not in (None, *_IN_DECADE) or not (part or _is_stretch(match)):
        return None
    year = _IN_DECADE[part] if part else 0 if match["first"] else 9
    decade = match["decade"]
    return str(int(f"20{decade[-2:]}") + year) if decade else f"decade:{step}/{year}", "year"


def _is_stretch(match: re.Match[str]) -> bool:
    """Return whether a whole decade is meant: »ab den 2030er Jahren«, »noch in diesem Jahrzehnt«."""
    named = match["this"] or match["next"] or (match["decade"] and match["first"])
    return bool(named) and not match["word"].lower().startswith("bis")


def _step(word: str | None) -> str:
    return "0" if not word else "+2" if word.startswith("über") else "+1"


def _within(at: int, text: str) -> Iterator[Span]:
    for match in _WITHIN.finditer(text):
        count = value(match["count"]) if match["count"] else 1
        if count is not None and count == int(count) and 0 < count <= 100:
            unit = match["unit"] or match["frist"]
            letter = {"J": "Y", "M": "M", "W": "W", "T": "D"}[unit[0]]
            length = int(count) * (10 if unit.startswith("Jahrzehnt") else 1)
            yield _span(at, match, "within", f"P{length}{letter}", "duration")


def _date(match: re.Match[str], *, first: bool) -> tuple[str, str]:
    """Return the day, month or year meant; of a stretch of time its beginning if `first`, else its end."""
    if match["day"]:
        month = SPELLINGS[match["month"]] if match["month"] else int(match["m"])
        day = min(int(match["day"]), monthrange(int(match["day_year"]), month)[1])  # »bis zum 31. Juni 2026«
        return f"{match['day_year']}-{month:02d}-{day:02d}", "day"
    if match["quarter"]:
        number = _ORDINALS.get(match["q"]) or int(match["q"][0])
        length = 3 if match["what"].startswith("Q") else 6
        month = (number - 1) * length + 1 if first else number * length
        return f"{match['q_year']}-{month:02d}", "month"
    if match["only_month"]:
        return f"{match['year']}-{SPELLINGS[match['only_month']]:02d}", "month"
    year, part = match["year"], match["part"]
    if part and match["pair"]:  # »bis zum Ende des Schuljahres 2027/28«
        return str(int(year) + (part in ("Ende", "Ablauf"))), "year"
    if part in ("Ende", "Ablauf", "Jahresende"):
        return f"{year}-12-{monthrange(int(year), 12)[1]}", "day"
    months = _BEGINS if first else _PARTS
    return (f"{year}-{months[part]:02d}", "month") if part else (year, "year")


def _span(at: int, match: re.Match[str], kind: str, date: str, unit: str) -> Span:
    return Span(
        sentence=at, start=match.start(), end=match.end(), text=match[0], label="deadline",
        kind=kind, value=date, unit=unit, by="rule:deadlines",
    )  # fmt: skip
