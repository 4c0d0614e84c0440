"""Find what a document states about itself: title, issuer, date, kind, number of the Wahlperiode, state.

Only the document's own words are used, and only if they are certain: a value that must be guessed
stays empty. Dates in a file's metadata are never used, because they say when it was exported, not
when it was published; a file's name may provide title and kind, which are marked as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath

from msgspec.structs import replace

from pipeline.knowledge import taxonomy
from pipeline.knowledge.states import is_german, state_of, state_on
from pipeline.knowledge.toml import load
from pipeline.reading import issuers, papers
from pipeline.reading.dates import MONTH, find_dates, parse_date
from pipeline.records import Fact, Passage, Record, Text

FRONT_LETTERS = 2500  # letters of the title page and what follows; a page of running text has 3,000
BODY = 350  # letters: a longer passage is running text
LINE = 200  # letters: longer passages are not lines of a title
HEAD = 800  # letters of a title page in which a document states its kind
ENDS = 40  # passages at each end among which the imprint is
END = 15  # passages at the end that may contain place and date of signing
ORIGIN = re.compile(
    r"(?:Gesetzentwurf|Antrag|Entschließungsantrag|Antwort|Unterrichtung|Anfrage|Bericht|Beschlussempfehlung(?:en)?)"
    r"\d?[\s|]+(?P<who>(?:de[rs]|durch)\s[^|]{3,1500}?)"
    r"(?=\s*(?:\||[–—-]\s*Drucksache|Entwurf|zu de[mnr]\b|zu der\b|a\)|auf die\b|$))"
)
SUBJECT = re.compile(r"^(?:[a-z]\) )?zu dem (?=Entwurf\b)|\s*[–-] Drucksachen? \d[\d/, und]*(?:[–-]\s*)?$")
FRACTION = re.compile(r"\b(?P<name>Fraktion(?:en)?\s+.+)")
ELECTION = re.compile(r"wahl(?:en)?\s+(?:am|vom)\s+(?:\w+tag,?\s+(?:dem\s+)?)?$", re.IGNORECASE)
GOVERNMENT = re.compile(
    r"(?:strategie|programm|plan|konzept|bericht|entwurf)(?:\s+\d{4})?\s+der\s+(?P<who>(?:Bundes|Landes|Staats)regierung)\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\b\d{5} [A-ZÄÖÜ]|\bwww\.|\w@\w")
COMMITTEE = re.compile(r"(?P<name>[\w-]*[Aa]uss?chuss)(?:es)?(?P<field> für [\w ,-]+\w)?")
PLACED = re.compile(
    r"(?:[A-ZÄÖÜ][\w./-]+(?: (?:am|an der|im) [A-Z]\w+)?"
    r"(?:,\s+(?:(?:\w+tag|Mittwoch),\s+)?(?:(?:den|im|am)\s+)?|\s+(?:den|im)\s+))?"
    rf"(?P<date>(?:\d|{MONTH}).*)",
    re.IGNORECASE,
)

DATELINE = re.compile(  # with other things beside it, as in letters: »Berlin, den 3. Mai 2021 Az. 12«
    rf"(?<![\w-])[A-ZÄÖÜ][\w./-]+, den (?P<date>\d{{1,2}}\. ?(?:(?i:{MONTH})\b|\d{{1,2}}\.) ?\d{{4}})(?!\d)"
)


class Kind(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A kind of document, and what such documents call themselves."""

    doc_type: str
    cues: tuple[str, ...]
    weak: bool = False  # used only if no other kind is named: a statement may be about a strategy
    unless: str = ""  # a pattern on the title page that excludes it


class Cues(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The data file `describe.toml`."""

    kind: tuple[Kind, ...]
    title: dict[str, tuple[str, ...]]
    date: dict[str, tuple[str, ...]]
    issuer: dict[str, tuple[str, ...]]


class Front(Record, frozen=True, kw_only=True):
    """The places in which a document speaks about itself."""

    passages: tuple[Passage, ...]  # of the title page, before running text begins
    margins: str  # running heads and feet of the first pages
    imprint: tuple[Passage, ...]
    end: tuple[Passage, ...]
    notes: tuple[Passage, ...]  # short passages before and after the text: who decided it, and when

    @property
    def text(self) -> str:
        """Margins and title page in one string, passages separated by a bar."""
        return " | ".join([self.margins, *(passage.text for passage in self.passages)])


@cache
def _cues() -> Cues:
    return load("describe", Cues)


@cache
def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


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
    front = _front(text)
    stem = " ".join(re.split(r"[\s_]+|(?<=[a-zäöü])-(?=[a-zäöü])", PurePosixPath(path).stem)).strip()
    paper = papers.DRUCKSACHE.search(front.text)
    doc_type = _doc_type(front, paper, stem)
    wahlperiode, house = papers.period(front.text, doc_type.value)
    issuer = _issuer(front, doc_type.value)
    facts = {
        "title": _title(front, doc_type.value, stem),
        "issuer": _stated(issuer),
        "date": _stated(_date(front, doc_type.value, house, wahlperiode)),
        "doc_type": doc_type,
        "wahlperiode": _stated(wahlperiode),
        "drucksache": _stated("".join((paper["a"] or paper["b"]).split()) if paper else ""),
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


def _front(text: Text) -> Front:
    margins = " | ".join(dropped.text for dropped in text.dropped if dropped.page <= 2)[:FRONT_LETTERS]
    first = text.passages[0].pages[:1] if text.passages else ()
    near = [p for p in text.passages[:60] if not p.pages or p.pages[0] <= first[0] + 1]
    around = text.passages if len(text.passages) <= 60 else (*text.passages[:25], *text.passages[-35:])
    return Front(
        passages=tuple(_until_body(near)),
        margins=margins,
        imprint=tuple(_imprint(text.passages)),
        end=tuple(text.passages[-END:]),
        notes=tuple(p for p in around if len(p.text) <= BODY),
    )


def _until_body(passages: Sequence[Passage]) -> Iterator[Passage]:
    letters = 0
    for passage in passages:
        letters += len(passage.text)
        body = len(passage.text) > BODY and not passage.text.startswith("der Abgeordneten")
        if body or letters > FRONT_LETTERS:
            return
        if passage.role != "contents":
            yield passage


def _imprint(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Yield the passages at both ends that tell who issued the document, a mere label with what it is for."""
    cues = _cues().issuer["cues"]
    cue, label = _pattern("impressum", *cues), re.compile(rf"\W*(?:{'|'.join(cues)})\W*", re.IGNORECASE)
    for at, passage in enumerate(passages):
        is_outside = at < ENDS or at >= len(passages) - ENDS
        told = passage.role == "imprint" or (len(passage.text) < 2 * BODY and cue.search(passage.text))
        if is_outside and told:
            then = passages[at + 1].text if at + 1 < len(passages) and label.fullmatch(passage.text) else ""
            yield replace(passage, text=f"{passage.text.rstrip(' :')}: {then}") if then else passage


def _doc_type(front: Front, paper: re.Match[str] | None, stem: str) -> Fact:
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
    for kind in _cues().kind:
        match = _pattern(*kind.cues).search(text)
        if match and not (kind.unless and _pattern(kind.unless).search(whole)):
            found.append((kind.weak, match.start(), -len(match.group()), kind.doc_type))
    return min(found)[3] if found else ""


def _title(front: Front, doc_type: str, stem: str) -> Fact:
    if doc_type == "plenarprotokoll" and (sitting := papers.sitting(front.text)):
        return _stated(", ".join(filter(None, (papers.parliament(front.text), sitting))))
    passages = _after_origin(front.passages) if doc_type == "drucksache" else front.passages
    cues = _cues().title
    none = _pattern(*cues["no_title"], *cues["of_papers" if doc_type == "drucksache" else "of_others"])
    lines = [p for p in passages if not none.search(p.text)]
    headings = [p for p in lines if p.kind == "heading"]
    chosen = headings or [p for p in lines if p.kind == "paragraph" and p.role == "" and len(p.text) <= 200]
    chosen = [p for p in chosen if len(_letters(p.text)) >= 8 and not _placed(p.text)]
    if not chosen:
        return Fact(value=stem, origin="file")
    top = min(chosen, key=lambda p: (p.level, p.number)) if headings else chosen[0]
    after = [
        p for p in chosen if p.number == top.number + 1 and p.kind == top.kind and p.level <= top.level + 1
    ]
    first, second = SUBJECT.sub("", top.text).strip(), after[0].text.strip() if after else ""
    if len(first) >= 60 or _letters(second) in _letters(first):
        return _stated(first)
    mark = "" if first[-1] in ".:!?,;–-" or second[0].islower() else "."
    return _stated(f"{first}{mark} {second}")


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).casefold()


def _after_origin(passages: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages after kind and originator of a parliamentary paper, beginning with its subject."""
    kinds = _pattern(
        r"^(?:[a-z]\) )?(?:(?-i:de[rs]|durch|zu de[mnr](?! Entwurf\b)|auf die)|[–—-])\s",  # not »Der Wald«
        r"\(\d+\. Ausschuss\)",
        r"^Drucksache",
        r"^der Abgeordneten",
    )
    return [p for p in passages if not kinds.search(p.text)]


def _date(front: Front, doc_type: str, house: str, wahlperiode: str) -> str:
    if doc_type == "drucksache" and (head := papers.day(front.text)):
        return head
    if doc_type in papers.PAPERS:
        first = next((day.iso for _, _, day in find_dates(front.text[:1500])), "")
        return first if papers.fits(first, house, wahlperiode) else ""
    near = [p.text for p in (*front.passages, *front.imprint)] + [front.margins]
    cued = re.compile(rf"\b(?:{'|'.join(_cues().date['cues'])})\s?:?\s*(?P<date>\S.{{3,40}})", re.IGNORECASE)
    rules = (
        [match["date"] for text in near for match in cued.finditer(text)],
        [
            p.text
            for p in (*front.passages, *front.imprint)
            if _pattern(*_cues().date["decisions"]).search(p.text)
        ],
        [date for p in front.passages if (date := _placed(p.text))],
        [match["date"] for p in front.passages for match in DATELINE.finditer(p.text)],
        [p.text for p in front.notes if _pattern(*_cues().date["decided"]).search(p.text)],
        [date for p in front.end if (date := _placed(p.text))],
        [
            day
            for line in front.margins.split(" | ")
            if len(day := _placed(line.rpartition(",")[2])) > len("2021")
        ],
    )
    return next((day for found in rules if (day := _agreed(found))), "")


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


def _issuer(front: Front, doc_type: str) -> str:
    if doc_type == "plenarprotokoll":
        return papers.parliament(front.text)
    if doc_type == "drucksache":
        return _originator(front)
    titles = [p.text for p in front.passages]
    imprint = [p.text for p in front.imprint]
    if doc_type in ("koalitionsvertrag", "wahlprogramm", "grundsatzprogramm"):
        signed = [p.text for p in front.end] if doc_type == "koalitionsvertrag" else []
        places = (titles, imprint, [front.margins], signed, _addressed(front.end))
        return issuers.of_programme(places)
    named = _named(titles) if doc_type in ("positionspapier", "") else ""
    governed = _governed(titles) if doc_type in ("strategie", "bericht", "gesetzentwurf") else ""
    return issuers.parted(issuers.as_registered(named) or governed or _cued(imprint) or _alone(titles))


def _addressed(passages: Sequence[Passage]) -> list[str]:
    """Return the texts that hold an address or stand above one."""
    texts = [*(p.text for p in passages), ""]
    return [text for text, then in pairwise(texts) if ADDRESS.search(text) or ADDRESS.search(then)]


def _originator(front: Front) -> str:
    match = ORIGIN.search(" | ".join(p.text for p in front.passages))
    if not match:
        return ""
    who = " ".join(match["who"].split())
    if fraction := FRACTION.search(who):
        return issuers.groups(re.sub(r"^(Fraktion(?:en)?) de[rs] ", r"\1 ", fraction["name"]).strip(" .,"))
    if committee := COMMITTEE.search(who):
        return committee["name"] + (committee["field"] or "")
    bare = re.sub(r"^(?:de[rs]|durch)\s+(?:(?:de[nr]|die|das)\s+)?", "", who).strip(" .,")
    bare = re.sub(r"(?<=inisterium)s\b|(?<=\bSenat)e?s\b|(?<=Bundesrat)e?s\b", "", bare)
    return bare if len(bare) < 100 and not bare.startswith("Abgeordnete") else ""


def _named(titles: Sequence[str]) -> str:
    """Return the body named after »Stellungnahme der …«, without the subject that follows."""
    kinds = "|".join(cue for kind in _cues().kind if kind.doc_type == "positionspapier" for cue in kind.cues)
    bodies = "|".join(_cues().issuer["bodies"])
    end = r"(?=\s+(?:zu[mr]?|für|an|anlässlich|auf|im|bei)\b|\s*[|:(,]|$)"
    of, known = rf"(?:{kinds})\s*(?:de[rs]|von|vom)", rf"(?P<who>(?:{bodies})\b.{{0,80}}?){end}"
    for text in titles:
        matches = re.finditer(rf"{of}\s+", text, re.IGNORECASE)
        if found := next(filter(None, (issuers.behind(text[match.end() :]) for match in matches)), ""):
            return found
        if match := re.search(rf"{of}?\s+{known}", text, re.IGNORECASE):
            return match["who"].strip(" .,")
    return ""


def _governed(titles: Sequence[str]) -> str:
    """Return the government of »Klimaschutzprogramm 2030 der Bundesregierung«."""
    found = (GOVERNMENT.search(text) for text in titles)
    return next((match["who"] for match in found if match), "")


def _cued(texts: Sequence[str]) -> str:
    """Return what follows »Herausgeber:« up to the address."""
    ministry = (
        r"\w*ministerium(?: [\w-]+)+?(?:, [\w -]+?)+ und [\w-]+(?: des Landes [\w-]+)?"  # »für A, B und C«
    )
    cue = re.compile(
        rf"\b(?:{'|'.join(_cues().issuer['cues'])})\s*:\s*(?P<who>{ministry}|[^|:]{{3,90}}?)"
        r"(?=\s*(?:[|:,;(]|https?:|www\.|$)|\s+(?:\d|[\w-]+(?:straße|str\.|platz|allee|ufer)|Postfach|\w*referat\b))",
        re.I,
    )
    for text in texts:
        if match := cue.search(text):
            return issuers.parties([text[match.start("who") : match.end("who") + 20]]) or match["who"].strip(
                " ."
            )
    return ""


def _alone(titles: Sequence[str]) -> str:
    """Return a known body whose name is alone on a line of the title page."""
    known = {form.casefold(): actor.label for actor in taxonomy.actors() for form in taxonomy.forms(actor)}
    return next(
        (known[text.casefold()] for text in (t.strip(" .") for t in titles) if text.casefold() in known), ""
    )
