"""Find what a document states about itself: title, issuer, date, kind, number of the Wahlperiode, state.

Only the document's own words are used, and only if they are certain: a value that must be guessed
stays empty. Dates in a file's metadata are never used, because they say when it was exported, not
when it was published; a file's name may provide title and kind, which are marked as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from pipeline.knowledge.states import is_german, state_of, state_on
from pipeline.reading import issuers, papers
from pipeline.reading.dates import MONTH, find_dates, parse_date
from pipeline.reading.fronts import LINE, Front, cues, front_of, pattern
from pipeline.reading.numbering import letters
from pipeline.records import Fact, Passage, Text
from pipeline.schema.values import PAPERS

HEAD = 800  # letters of a title page in which a document states its kind
SUBJECT = re.compile(r"^(?:[a-z]\) )?zu dem (?=Entwurf\b)|\s*[–-] Drucksachen? \d[\d/, und]*(?:[–-]\s*)?$")
ELECTION = re.compile(r"wahl(?:en)?\s+(?:am|vom)\s+(?:\w+tag,?\s+(?:dem\s+)?)?$", re.IGNORECASE)
PLACED = re.compile(
    r"(?:[A-ZÄÖÜ][\w./-]+(?: (?:am|an der|im) [A-Z]\w+)?"
    r"(?:,\s+(?:(?:\w+tag|Mittwoch),\s+)?(?:(?:den|im|am)\s+)?|\s+(?:den|im)\s+))?"
    rf"(?P<date>(?:\d|{MONTH}).*)",
    re.IGNORECASE,
)

DATELINE = re.compile(  # with other things beside it, as in letters: »Berlin, den 3. Mai 2021 Az. 12«
    r"(?<![\w-])[A-ZÄÖÜ][\w./-]+, (?P<den>den )?"
    rf"(?P<date>\d{{1,2}}\. ?(?:(?i:{MONTH})\b|\d{{1,2}}\.) ?\d{{4}})(?!\d)(?(den)|\W*$)"
)


def describe(text: Text, *, path: str) -> dict[str, Fact]:
    """Return title, issuer, date, doc_type, wahlperiode, drucksache, state, parliament: as stated.

    Args:
        text: the document.
        path: its path; the file name is the last resort for title and kind.

    Returns:
        Always eight facts; one that is not stated is empty and has the origin "none". A date is as
        exact as stated: `2021-11-24`, `2021-11` or `2021`; the state is another than Germany;
        parliament is the id of the one whose number a paper, minutes or a programme bear; wahlperiode
        is that number, or the year in which the period of a programme begins.
    """
    front = front_of(text)
    stem = " ".join(re.split(r"[\s_]+|(?<=[a-zäöü])-(?=[a-zäöü])", PurePosixPath(path).stem)).strip()
    paper = papers.number(front.text)
    doc_type = _doc_type(front, paper, stem)
    wahlperiode, house = papers.period(front.text, doc_type.value)
    issuer = issuers.issuer(front, doc_type.value)
    facts = {
        "title": _title(front, doc_type.value, stem),
        "issuer": _stated(issuer),
        "date": _stated(_date(front, doc_type.value, house, wahlperiode)),
        "doc_type": doc_type,
        "wahlperiode": _stated(wahlperiode),
        "drucksache": _stated(paper),
        "state": _state(front, stem, issuer),
        "parliament": _stated(house),
    }
    return facts


def _state(front: Front, stem: str, issuer: str) -> Fact:
    if named := state_on(_lines(front)):
        return _stated(named)
    called = "" if is_german(issuer) else state_of("", stem)
    return Fact(value=called, origin="file") if called else Fact()


def _lines(front: Front) -> Iterator[str]:
    """Yield the lines in which a document names its own body."""
    yield from front.margins.split(" | ")
    for passage in (*front.passages, *front.imprint, *front.end):
        yield from passage.text.split("\n")


def _stated(value: str) -> Fact:
    return Fact(value=value, origin="text") if value else Fact()


def _doc_type(front: Front, paper: str, stem: str) -> Fact:
    if papers.PROTOCOL.search(front.text[:600]):
        return _stated("plenarprotokoll")
    if paper:
        return _stated("drucksache")
    lines = " | ".join(p.text for p in front.passages if len(p.text) <= LINE)
    head = f"{lines[:HEAD]} | {front.margins[:HEAD]}"
    found = _called(lines[:HEAD], head) or _called(front.margins[:HEAD], head)
    if found:
        return _stated(found)
    named = _called(stem, stem)
    return Fact(value=named, origin="file") if named else Fact()


def _called(text: str, whole: str) -> str:
    """Return the kind whose cue comes first in a text; of two at the same place, that of the longer cue."""
    found = []
    for kind in cues().kind:
        match = pattern(*kind.cues).search(text)
        if match and not (kind.unless and pattern(kind.unless).search(whole)):
            found.append((kind.weak, match.start(), -len(match.group()), kind.doc_type))
    return min(found)[3] if found else ""


def _title(front: Front, doc_type: str, stem: str) -> Fact:
    if doc_type == "plenarprotokoll" and (sitting := papers.sitting(front.text)):
        return _stated(", ".join(filter(None, (papers.parliament(front.text), sitting))))
    passages = _after_origin(front.passages) if doc_type == "drucksache" else front.passages
    called = cues().title
    none = pattern(*called["no_title"], *called["of_papers" if doc_type == "drucksache" else "of_others"])
    lines = [p for p in passages if not none.search(p.text)]
    headings = [p for p in lines if p.kind == "heading"]
    chosen = headings or [p for p in lines if p.kind == "paragraph" and p.role == "" and len(p.text) <= 200]
    chosen = [p for p in chosen if len(letters(p.text)) >= 8 and not _placed(p.text)]
    if not chosen:
        return Fact(value=stem, origin="file")
    top = min(chosen, key=lambda p: (p.level, p.number)) if headings else chosen[0]
    after = [
        p for p in chosen if p.number == top.number + 1 and p.kind == top.kind and p.level <= top.level + 1
    ]
    first, second = SUBJECT.sub("", top.text).strip(), after[0].text.strip() if after else ""
    if len(first) >= 60 or letters(second) in letters(first):
        return _stated(first)
    mark = "" if first[-1] in ".:!?,;–-" or second[0].islower() else "."
    return _stated(f"{first}{mark} {second}")


def _after_origin(passages: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages after kind and originator of a parliamentary paper, beginning with its subject."""
    kinds = pattern(
        r"^(?:[a-z]\) )?(?:(?-i:de[rs]|durch|zu de[mnr](?! Entwurf\b)|auf die)|[–—-])\s",  # not »Der Wald«
        r"\(\d+\. Ausschuss\)",
        r"^Drucksache",
        r"^der Abgeordneten",
    )
    return [p for p in passages if not kinds.search(p.text)]


def _date(front: Front, doc_type: str, house: str, wahlperiode: str) -> str:
    if doc_type == "drucksache" and (head := papers.day(front.text)):
        return head
    if doc_type in PAPERS:
        first = next((day.iso for _, _, day in find_dates(front.text[:1500])), "")
        return first if papers.fits(first, house, wahlperiode) else ""
    near = [p.text for p in (*front.passages, *front.imprint)] + [front.margins]
    cued = re.compile(rf"\b(?:{'|'.join(cues().date['cues'])})\s?:?\s*(?P<date>\S.{{3,40}})", re.IGNORECASE)
    rules = (
        [match["date"] for text in near for match in cued.finditer(text)],
        [
            p.text
            for p in (*front.passages, *front.imprint)
            if pattern(*cues().date["decisions"]).search(p.text)
        ],
        [date for part in front.parts if (date := _placed(part))],
        [match["date"] for p in front.passages for match in DATELINE.finditer(p.text)],
        [p.text for p in front.notes if pattern(*cues().date["decided"]).search(p.text)],
        _months(p.text for p in front.end),
        _months(line.rpartition(",")[2] for line in front.margins.split(" | ")),
    )
    return next((day for found in rules if (day := _agreed(found))), "")


def _months(texts: Iterable[str]) -> list[str]:
    """Return the dates in lines of place and date, without mere years: these stand in tables, too."""
    return [day for text in texts if len(day := _placed(text)) > len("2021")]


def _agreed(texts: Sequence[str]) -> str:
    """Return the date that texts name, as exactly as they agree, or "" if not even the year agrees."""
    days = {day for text in texts if (day := _last_day(text))}
    if len(days) <= 1:
        return days.pop() if days else ""
    months, years = {day[:7] for day in days}, {day[:4] for day in days}
    return months.pop() if len(months) == 1 else years.pop() if len(years) == 1 else ""


def _last_day(text: str) -> str:
    """Return the first date in a text, also a mere month or year; of »11. bis 13. Juni 2021« the last day.

    The day of an election counts only if there is no other.
    """
    whole = parse_date(text.strip(" .,;()"))
    if whole:
        return whole.iso
    dates = sorted(find_dates(text), key=lambda one: ELECTION.search(text, 0, one[0]) is not None)
    found = [day.iso for _, _, day in dates]
    start = re.match(r"\W*((?:\w+ )?(?:19|20)\d\d)\b(?![./-])", text)
    bare = parse_date(start[1]) if start and not found else None
    return found[0] if found else bare.iso if bare else ""


def _placed(text: str) -> str:
    """Return the date in a short line that consists of place and date: »Berlin, den 3. Mai 2021«."""
    line = text.strip(" .()|")
    if len(line) > 60:
        return ""
    match = PLACED.fullmatch(line)
    day = parse_date(match["date"].strip(" .")) if match else None
    return day.iso if day and (day.precision != "year" or "," in line or line == day.iso) else ""
