"""Read the heads of parliamentary papers and minutes: number, parliament, sitting, day."""

from __future__ import annotations

import re

from pipeline.knowledge import calendars, taxonomy
from pipeline.knowledge.months import YEAR
from pipeline.reading.dates import parse_cell
from pipeline.schema.values import PAPERS, PROGRAMMES

PARLIAMENT = (
    r"(?:Deutscher Bundestag|Bundesrat|[\w-]*\s?Landtag[\w\s-]{0,30}"
    r"|[\w ]*Bürgerschaft(?: der Freien und Hansestadt Hamburg)?|Abgeordnetenhaus(?:(?: von)? Berlin)?)"
)
# »20/1234«, of Berlin »17 / 16 846«, of the Bundesrat »123/21« and for recommendations »123/1/21«
NUMBER = r"\d{1,3} / \d{1,2} \d{3}\b|\d{1,3}\s?/\s?\d{1,5}(?:/\d\d\b)?"
DRUCKSACHE = re.compile(
    rf"(?i:{PARLIAMENT}[\s|–−-]*(?:\d{{1,2}}\. ?Wahlperiode[\s|]*)?Drucksache)"
    rf"\s*(?P<a>{NUMBER})"
    rf"|Drucksache\s*(?P<b>{NUMBER})\s*[–—-]\s*\d+\s*[–—-]\s*{PARLIAMENT}"
    rf"|(?i:Drucksache)\s*(?P<c>{NUMBER})[\s|]+(?i:{PARLIAMENT})[\s|–−-]*\d{{1,2}}\. ?Wahlperiode"
)
PROTOCOL = re.compile(
    r"Plenarprotokoll\s*\d+\s?/\s?\d+|Stenogra(?:f|ph)ischer Bericht|"
    rf"{PARLIAMENT}\W{{1,9}}(?:\d+\. Wahlperiode\W{{1,9}})?\d+\. Sitzung"
    r"\W+[A-Z]\w+, (?:\w+tag|Mittwoch|den)\b"
)
NAMED = re.compile(PARLIAMENT, re.IGNORECASE)
SITTINGS = (r"Plenarprotokoll\s*\d+\s?/\s?\d+", r"\b\d+\.\s?Sitzung\b")
PERIOD = re.compile(r"\b(\d{1,2})\s?\.\s(?:Wahlperiode|Legislaturperiode|Deutschen Bundestag)")
# behind it, in a programme: »(2019–2024) des Sächsischen Landtags«
OF_LAND = re.compile(
    r"[\s,]*(?:\([^)|]{1,40}\)\s*)?(?:de[sr]|im|in\s+der)\s+"
    r"(?P<house>[\w\s-]{0,40}?(?:Landtag(?:e?s)?|Bürgerschaft|Abgeordnetenhaus(?:es)?)\b[\w\s-]{0,40})",
    re.IGNORECASE,
)
# what a programme without a number is for: »zur Bundestagswahl 2025«, »Regierungsprogramm 2021–2025«
VOTE = re.compile(
    r"\b(?P<whose>Bundestag|Europa|Landtag|Bürgerschaft|Abgeordnetenhaus)s?wahl(?:en)?\b"
    rf"(?:(?:\s+(?:am|vom)\s+\d{{1,2}}\.\s*\w+)?\s*(?P<year>{YEAR})\b)?",
    re.IGNORECASE,
)
TERM = re.compile(
    r"(?:(?:^|\|)\s*|(?:\b|wahl|regierungs|koalitions|legislatur)"
    r"(?:programm|vertrag|vereinbarung|plattform|periode)\s+(?:für\s+)?)"
    rf"(?P<year>{YEAR})\s*(?:[-–—/]|bis)\s*(?:{YEAR}|\d\d)\b",
    re.IGNORECASE,
)
NAMED_YEAR = re.compile(  # »Wahlprogramm der Musterpartei 2025«
    rf"(?:wahl|regierungs)programm\s+(?:de[rs](?:\s[\w/]+){{1,3}}\s)?(?P<year>{YEAR})\b(?!\s*[./–—-]\s*\d)",
    re.IGNORECASE,
)
# Older papers and those of the Bundesrat and of Hamburg write years with two digits.
DAY = re.compile(
    r"(?<!\d)(?<!vom )(?:\d{1,2}\. ?\d{1,2}\. ?\d{4}|\d\d\.\d\d\.\d\d|\d{1,2}\. \d{1,2}\. \d\d)(?!\d)"
)
BACKWARDS = re.compile(r"(?<![\d-])(\d\d)-(\d\d)-(\d\d)(?![\d-])")  # »17-08-15«: in Schleswig-Holstein only
AFTER = 80  # letters behind its number in which the head of a paper states its day
BEFORE = 200  # letters before »Landtag« in which its name may stand: »Bremische Bürgerschaft | Landtag«
HEAD = 600  # letters of minutes
TITLE = 1200  # letters of a title page in which a document states the number of its Wahlperiode


def number(text: str) -> str:
    """Return the number of the paper that a title page is the first of: »20/1234«, or ""."""
    found = DRUCKSACHE.search(text)
    return "".join((found["a"] or found["b"] or found["c"]).split()) if found else ""


def parliament(text: str) -> str:
    """Return the name of the parliament that a title page names first, or ""."""
    match = NAMED.search(text)
    if not match:
        return ""
    known = house(text, "plenarprotokoll")
    names = {entry.id: entry.name for entry in taxonomy.parliaments() if entry.id == known}
    bare = re.split(r"\s*[–-]?\s*\d", match.group())[0].strip()
    return bare if re.search("bundesrat", bare, re.IGNORECASE) else names.get(known, bare)


def sitting(text: str) -> str:
    """Return what minutes are called: »Plenarprotokoll 5/2«, or else »2. Sitzung«."""
    found = (re.search(pattern, text) for pattern in SITTINGS)
    return next((re.sub(r"\s+", " ", match[0]) for match in found if match), "")


def house(text: str, doc_type: str) -> str:
    """Return the id of the parliament in the head of a paper or minutes; of the Bundesrat, it is »bt«.

    It is "" for other documents, and `SOME_LAND` for a »Landtag« of which the head does not say whose it is.
    """
    form = {"drucksache": DRUCKSACHE, "plenarprotokoll": NAMED}.get(doc_type)
    match = form.search(text) if form else None
    if not match:
        return ""
    if re.search("bundes(?:tag|rat)", match.group(), re.IGNORECASE):
        return "bt"
    near = text[max(0, match.start() - BEFORE) : match.end()] if doc_type == "drucksache" else text[:HEAD]
    return _first_named(match.group(), near)


def _first_named(*texts: str) -> str:
    """Return the id of the parliament that the texts name first, `SOME_LAND` if none names one."""
    return next(filter(None, map(calendars.parliament_named, texts)), calendars.SOME_LAND)


def period(text: str, doc_type: str) -> tuple[str, str]:
    """Return the number of the Wahlperiode that a title page states as the document's, and the parliament.

    Those of papers and minutes are in their head. Programmes name a Landtag behind the number, or state the
    election or the years that they are for: the number is then the year in which the period begins. If a
    programme does not say of which Land a Landtag is, the parliament is `SOME_LAND` and a mere number "".
    """
    found = list(PERIOD.finditer(text[:TITLE])) if doc_type in (*PAPERS, *PROGRAMMES) else []
    numbers = {str(int(match[1])) for match in found}
    number = numbers.pop() if len(numbers) == 1 else ""
    if doc_type not in PROGRAMMES:
        return number, house(text, doc_type)
    for match in found:
        if behind := OF_LAND.match(text, match.end()):
            land = _first_named(behind["house"], text[max(0, match.start() - BEFORE) : match.start()])
            return ("" if land == calendars.SOME_LAND else number), land
    return (number, "") if number else _elected(text[:TITLE], doc_type)


def _elected(text: str, doc_type: str) -> tuple[str, str]:
    """Return the year in which the term begins that a programme names as its own, and the parliament."""
    votes = list(VOTE.finditer(text)) if doc_type == "wahlprogramm" else []
    stated = (*votes, *TERM.finditer(text), *NAMED_YEAR.finditer(text))
    years = {match["year"] for match in stated if match["year"]}
    houses = {_voted(match) for match in votes}
    return years.pop() if len(years) == 1 else "", houses.pop() if len(houses) == 1 else ""


def _voted(vote: re.Match[str]) -> str:
    """Return the id of the parliament that is elected."""
    federal = {"bundestag": "bt", "europa": "ep"}.get(vote["whose"].lower(), "")
    near = vote.string[max(0, vote.start() - BEFORE) : vote.end() + BEFORE]
    return federal or _first_named(near)


def day(text: str) -> str:
    """Return the day of a paper, which stands after the number in its head, or ""."""
    head = next((match for match in DRUCKSACHE.finditer(text) if not match["b"]), None)
    after = text[head.end() : head.end() + AFTER + len("12. 12. 2012")] if head else ""
    if house(text, "drucksache") == "sh":
        after = BACKWARDS.sub(r"\3.\2.\1", after)
    match = DAY.search(after)
    found = parse_cell(match.group()) if match and match.start() <= AFTER else None
    return found.iso if found else ""


def fits(published: str, parliament: str, wahlperiode: str) -> bool:
    """Return whether a date can lie in the Wahlperiode that the head of a paper states, if it states one."""
    told = calendars.numbered(int(wahlperiode), parliament) if wahlperiode else ""
    period, rule = calendars.period_published(published, parliament=parliament)
    if not told or rule.endswith("ambiguous"):
        return True
    return told == (calendars.begun_before(published, parliament) if rule == "gap" else period)
