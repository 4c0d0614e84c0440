"""Read the heads of parliamentary papers and minutes: number, parliament, sitting, day."""

from __future__ import annotations

import re

from pipeline.knowledge import calendars, taxonomy
from pipeline.reading.dates import parse_cell
from pipeline.schema.values import PROGRAMMES

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
)
PROTOCOL = re.compile(
    r"Plenarprotokoll\s*\d+\s?/\s?\d+|Stenogra(?:f|ph)ischer Bericht|"
    rf"{PARLIAMENT}\W{{1,9}}\d+\. Sitzung\W+[A-Z]\w+, (?:\w+tag|Mittwoch|den)\b"
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
# Older papers and those of the Bundesrat and of Hamburg write years with two digits.
DAY = re.compile(
    r"(?<!\d)(?<!vom )(?:\d{1,2}\. ?\d{1,2}\. ?\d{4}|\d\d\.\d\d\.\d\d|\d{1,2}\. \d{1,2}\. \d\d)(?!\d)"
)
BACKWARDS = re.compile(r"(?<![\d-])(\d\d)-(\d\d)-(\d\d)(?![\d-])")  # »17-08-15«: in Schleswig-Holstein only
AFTER = 80  # letters behind its number in which the head of a paper states its day
BEFORE = 200  # letters before »Landtag« in which its name may stand: »Bremische Bürgerschaft | Landtag«
HEAD = 600  # letters of minutes
TITLE = 1200  # letters of a title page in which a document states the number of its Wahlperiode
PAPERS = ("drucksache", "plenarprotokoll")


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

    It is "" for other documents, and for a »Landtag« of which the head does not say whose it is.
    """
    form = {"drucksache": DRUCKSACHE, "plenarprotokoll": NAMED}.get(doc_type)
    match = form.search(text) if form else None
    if not match:
        return ""
    if re.search("bundes(?:tag|rat)", match.group(), re.IGNORECASE):
        return "bt"
    near = text[max(0, match.start() - BEFORE) : match.end()] if doc_type == "drucksache" else text[:HEAD]
    return calendars.parliament_named(match.group().title()) or calendars.parliament_named(near.title())


def period(text: str, doc_type: str) -> tuple[str, str]:
    """Return the number of the Wahlperiode that a title page states as the document's, and the parliament.

    That of papers and minutes is in their head; programmes name a Landtag behind the number. If they do not
    say whose it is, both are "": the number is none of the Bundestag.
    """
    found = list(PERIOD.finditer(text[:TITLE])) if doc_type in (*PAPERS, *PROGRAMMES) else []
    numbers = {str(int(match[1])) for match in found}
    number = numbers.pop() if len(numbers) == 1 else ""
    if doc_type not in PROGRAMMES:
        return number, house(text, doc_type)
    for match in found:
        if behind := OF_LAND.match(text, match.end()):
            near = behind["house"], text[max(0, match.start() - BEFORE) : match.start()]
            land = next((land for words in near if (land := calendars.parliament_named(words.title()))), "")
            return (number, land) if land else ("", "")
    return number, ""


def day(text: str) -> str:
    """Return the day of a paper, which stands after the number in its head, or ""."""
    head = next((match for match in DRUCKSACHE.finditer(text) if match["a"]), None)
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
