"""Assign days and documents to legislative periods, and tell which period a document speaks for.

One rule holds for boundary days: the first day of a period belongs to it, and the previous period
ends the day before. A document's date is an ISO date that may be "2021-11-24", "2021-11" or "2021".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from pipeline.knowledge import taxonomy
from pipeline.knowledge.states import state_of
from pipeline.knowledge.taxonomy import Period
from pipeline.knowledge.toml import load
from pipeline.records import Record
from pipeline.schema.values import PROGRAMMES

# The longest time from an election to the first day of the new period was that in Hesse
# (8 October 2023 to 18 January 2024: 102 days); an agreement is signed in between or later.
LONGEST_WAY_TO_FIRST_DAY = timedelta(days=105)
SOME_LAND = "land"  # stands for the parliament of a Land of which a document does not say which it is


class ParliamentCues(Record, forbid_unknown_fields=True):
    """Regular expressions for issuers and titles that tell which parliament's calendar applies."""

    land_issuer: tuple[str, ...]  # beside the name of a Land
    land_body: tuple[str, ...]  # after its adjective
    federal_issuer: tuple[str, ...]  # whose place of publication, Berlin, is no Land
    federal_body: tuple[str, ...]  # whose documents are of no Land, whatever they are about
    land_title: tuple[str, ...]  # beside the name of a Land, in the title of any document
    european_issuer: tuple[str, ...]
    european_title: tuple[str, ...]
    federal_title: tuple[str, ...]


class Days(NamedTuple):
    """An interval of days; both ends are included."""

    first: date
    last: date


@cache
def periods(parliament: str) -> tuple[Period, ...]:
    """Return the periods of a parliament in order, or () if it has no calendar."""
    return tuple(entry for entry in taxonomy.periods() if entry.parliament == parliament)


def period_of(day: date, parliament: str = "bt") -> str:
    """Return the id of the period that a day belongs to, or "" in a gap and outside the calendar."""
    begun = _begun(day, parliament)
    return begun.id if begun and day <= last_day(begun) else ""


def begun_before(published: str, parliament: str) -> str:
    """Return the id of the last period that had begun by the first day a date may mean, or ""."""
    days = days_of(published)
    begun = _begun(days.first, parliament) if days else None
    return begun.id if begun else ""


def _begun(day: date, parliament: str) -> Period | None:
    """Return the last period that has begun by a day, its first day included, whether it has ended or not."""
    known = periods(parliament)
    at = bisect_right(known, day, key=lambda entry: entry.first_day) - 1
    return known[at] if at >= 0 else None


@cache
def last_day(period: Period) -> date:
    """Return the last day of a period; the running one is assumed to last its regular term."""
    if period.last_day:
        return period.last_day
    years = next(entry.term_years for entry in taxonomy.parliaments() if entry.id == period.parliament)
    return years_later(period.first_day, years) - timedelta(days=1)


def years_later(day: date, years: int) -> date:
    """Return the same day `years` later, or earlier if negative; 29 February becomes the 28th."""
    length = monthrange(day.year + years, day.month)[1]
    return day.replace(year=day.year + years, day=min(day.day, length))


def days_of(published: str, precision: str = "") -> Days | None:
    """Return the days that a date with its precision ("day", "month", "year") may mean, None without date.

    A precision coarser than the date as written wins: "2021-01-01" with "year" means the year 2021.
    """
    parts = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", published.strip()[:10])
    if not parts or precision == "none":
        return None
    year, month, day = (int(part) if part else 0 for part in parts.groups())
    if precision == "year":
        month = day = 0
    elif precision == "month":
        day = 0
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return Days(first, first)
    return Days(first, date(year, month or 12, monthrange(year, month or 12)[1]))


def period_published(published: str, precision: str = "", parliament: str = "bt") -> tuple[str, str]:
    """Return the period of publication and the rule that decided.

    A year that contains the end of one period and the start of the next stays ambiguous, also for manifestos:
    that they appear before the election is a habit, not a date. Their `home_period` is certain.

    Rules: "day", "month", "year" (the date lies in one period), "month:ambiguous" and
    "year:ambiguous" (it may lie in two, or partly outside), "gap" (between two periods or outside
    the calendar), "undated", "no calendar". The id is "" unless one of the first three decided.
    """
    if not periods(parliament):
        return "", "no calendar"
    days = days_of(published, precision)
    if days is None:
        return "", "undated"
    found = {period_of(day, parliament) for day in _witnesses(days, parliament)}
    rule = _precision(days)
    if len(found) > 1:
        return "", f"{rule}:ambiguous"
    period = found.pop()
    return period, rule if period else "gap"


def period_of_days(days: Days | None, parliament: str) -> str:
    """Return the period in which all the days lie, or "" if there is no such period."""
    found = {period_of(day, parliament) for day in _witnesses(days, parliament)} if days else set()
    return found.pop() if len(found) == 1 else ""


def _precision(days: Days) -> str:
    length = (days.last - days.first).days
    return "day" if length == 0 else "month" if length < 31 else "year"


def _witnesses(days: Days, parliament: str) -> list[date]:
    """Return days of the interval, at least one in each period and each gap that it touches."""
    edges = [days.first, days.last]
    for entry in periods(parliament):
        edges += [entry.first_day, last_day(entry), last_day(entry) + timedelta(days=1)]
    return [day for day in edges if days.first <= day <= days.last]


def home_period(
    published: str, precision: str = "", parliament: str = "bt", *, doc_type: str = "", title: str = ""
) -> tuple[str, str]:
    """Return the period that a document speaks for and the rule that decided.

    A manifesto speaks for the period it competes for: the one named in its title, else the next after
    publication. A coalition agreement speaks for the period it opens, even if it was signed earlier.
    All other documents speak for the period of their publication (rules of `period_published`).
    """
    if doc_type not in PROGRAMMES:
        return period_published(published, precision, parliament)
    kind = "manifesto" if doc_type == "wahlprogramm" else "agreement"
    named = _named_in_title(title, parliament)
    if named:
        return named, f"{kind}:title"
    days = days_of(published, precision)
    if days is None or not periods(parliament):
        return "", "undated" if periods(parliament) else "no calendar"
    return _opened(days, parliament, kind)


def _opened(days: Days, parliament: str, kind: str) -> tuple[str, str]:
    """Decide by the date; of a month or year, the period that begins within it is meant."""
    target = _next_after if kind == "manifesto" else _opening_at
    found = {target(day, parliament) for day in _witnesses(days, parliament)}
    if len(found) == 1:
        return (period := found.pop()), f"{kind}:{_precision(days)}" if period else f"{kind}:beyond"
    begun = [entry.id for entry in periods(parliament) if days.first <= entry.first_day <= days.last]
    if len(begun) == 1:
        return begun[0], f"{kind}:{_precision(days)}"
    return "", f"{kind}:{_precision(days)}:ambiguous"


def _next_after(day: date, parliament: str) -> str:
    return next((entry.id for entry in periods(parliament) if entry.first_day > day), "")


def _opening_at(day: date, parliament: str) -> str:
    for entry in periods(parliament):
        if day < entry.first_day <= day + LONGEST_WAY_TO_FIRST_DAY:
            return entry.id
    return period_of(day, parliament)


_ORDINAL = re.compile(
    r"\b(\d{1,2})\.\s*(?:[A-ZÄÖÜ][\w-]+e[nr]\s+)?"  # »Deutschen«, »Sächsischen«, »Thüringer«
    r"(?:Legislatur\w*|Wahlperiode|WP\b|Bundestag\w*|Landtag\w*)"
)
_ELECTION_YEAR = re.compile(r"(?:[Ww]ahl\w*|BTW|LTW)\s*(?:(?:am|vom)\s+\d{1,2}\.\s*\w+\s+)?((?:19|20)\d\d)\b")
_TERM = re.compile(r"\b((?:19|20)\d\d)\s*(?:[-–—/]|bis)\s*(?:(?:19|20)?\d\d)\b")


def _named_in_title(title: str, parliament: str) -> str:
    """Return the period that a title names by its number, election year, or first and last year."""
    if match := _ORDINAL.search(title):
        return numbered(int(match[1]), parliament)
    if match := _ELECTION_YEAR.search(title) or _TERM.search(title):
        return begun_in(int(match[1]), parliament)
    return ""


def numbered(number: int, parliament: str) -> str:
    """Return the period of a parliament with that number, or ""."""
    return next((entry.id for entry in periods(parliament) if entry.number == number), "")


def begun_in(year: int, parliament: str) -> str:
    """Return the period that begins in a year or, after an election in autumn, early in the next."""
    begun = [entry for entry in periods(parliament) if entry.first_day.year == year]
    if not begun:
        last = date(year, 12, 31)
        begun = [e for e in periods(parliament) if last < e.first_day <= last + LONGEST_WAY_TO_FIRST_DAY]
    return begun[0].id if begun else ""


_TITLE_TYPES = ("koalitionsvertrag", "wahlprogramm", "plenarprotokoll", "drucksache", "gesetzentwurf")


def document_parliament(issuer: str, doc_type: str = "", title: str = "") -> str:
    """Return the id of the parliament whose calendar applies to a document.

    It is "ep" for bodies of the EU and European elections, a Land for documents of its parliament,
    government and parties, "" for documents of other states and for elections in a Land of which neither
    issuer nor title says which, else "bt".
    """
    if state_of(issuer, title):
        return ""
    cues = _cues()
    if cues["european_title"].search(title) or cues["european_issuer"].search(issuer):
        return "ep"
    if cues["federal_title"].search(title):
        return "bt"
    if cues["federal_issuer"].search(issuer):
        issuer = re.sub(r",\s*Berlin(?=\s*(?:$|[;,(]))", "", issuer)
    land = _land_named(issuer)
    if land and cues["land_issuer"].search(issuer):
        return land
    if cues["federal_body"].search(issuer):
        return "bt"
    if cues["land_title"].search(title):
        return _land_named(title) or land
    return (doc_type in _TITLE_TYPES and _land_named(title)) or "bt"


def parliament_named(text: str) -> str:
    """Return the id of the parliament that a text is or names (»by«, »NRW«, »Bayerischer Landtag«), or ""."""
    bare = " ".join(text.split()).casefold()
    for entry in taxonomy.parliaments():
        if bare and bare in map(str.casefold, (entry.id, entry.name, entry.land, *entry.aliases)):
            return entry.id
    return _land_named(text)


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    found = load("parliament_cues", ParliamentCues)
    return {
        name: re.compile("|".join(getattr(found, name)), re.I) for name in ParliamentCues.__struct_fields__
    }


def _land_named(text: str) -> str:
    """Return the Land that a text names by noun, by an adjective in its bodies' names or by two letters."""
    found = {
        (match.start(), parliament) for parliament, form in _land_forms() for match in form.finditer(text)
    }
    return min(found)[1] if found else ""


@cache
def _land_forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    forms = []
    for entry in taxonomy.parliaments():
        if entry.land:
            names = "|".join(map(re.escape, (entry.name, entry.land, *entry.aliases)))
            adjective = rf"(?:{'|'.join(entry.adjectives)})(?:e[mnrs]?)?\s+(?:{_cues()['land_body'].pattern})"
            letters = rf"(?<=[A-Za-zÜü] ){entry.id.upper()}(?=$|[;,)])"
            forms.append(
                (entry.id, re.compile(rf"(?<![\w-])(?i:(?:{names})s?(?![\w-])|{adjective})|{letters}"))
            )
    return tuple(forms)
