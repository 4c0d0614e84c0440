"""Tell which periods a sentence is about by resolving its expressions of time in the document's calendar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.knowledge import taxonomy
from pipeline.knowledge.calendars import (
    Days,
    begun_in,
    days_of,
    last_day,
    numbered,
    period_of,
    period_of_days,
    periods,
    years_later,
)
from pipeline.knowledge.governments import governed, named_by_head
from pipeline.knowledge.taxonomy import Period
from pipeline.records import Span

# A range of more periods (»seit 1949«) is a view of history and about none of them in particular.
_HISTORY = 10


Answer = tuple[str, tuple[str, ...] | None]  # kind of expression, periods


class Standpoint(NamedTuple):
    """The place in a calendar from which a document speaks."""

    parliament: str
    days: Days | None  # of publication
    current: str  # the period of publication, "" if unknown
    home: str  # the period that the document speaks for
    doc_type: str

    @classmethod
    def of(
        cls,
        published: str,
        *,
        precision: str = "",
        parliament: str = "bt",
        home: str = "",
        doc_type: str = "",
    ) -> Standpoint:
        """Return the standpoint of a document; a manifesto appeared before the period that it is for.

        Args:
            published: date of the document.
            precision: its precision, as in `days_of`.
            parliament: the document's calendar (`document_parliament`).
            home: the period it speaks for (`home_period`).
            doc_type: decides what "next" and "last" mean in manifestos and agreements.
        """
        days = days_of(published, precision)
        if days and home and doc_type == _CAMPAIGN:
            eve = _entry(home).first_day - timedelta(days=1)
            days = Days(min(days.first, eve), min(days.last, eve))
        return cls(parliament, days, period_of_days(days, parliament), home, doc_type)


# "Next" and "last" as documents use them: a manifesto calls the running period both "this" and "the past
# one", and the period it competes for "next" (6 of 6 manifestos 2009-2025); an agreement calls the period
# it opens "this", "new", "coming" or "next" (7 of 7 agreements), and the one before "ending".
_CAMPAIGN, _AGREEMENT = "wahlprogramm", "koalitionsvertrag"
# »zu Beginn der Legislatur« refers to the period that one of these names in the same sentence.
_BY_ELECTION = ("term", "before")
_RECENT = "span:recent"  # »in den letzten Jahren«
# In a heading, these date an event, a resolution or a quotation, not what stands below: 692 sentences below
# the 6 such headings of 123 real documents.
_DATED = ("day", "month")
_AT = ("year", *_DATED)
_TELLING = frozenset({"relative", "government", "election", "number", "term"})


def addressed(
    times: Sequence[Span], heading_times: Sequence[Span], standpoint: Standpoint
) -> tuple[tuple[str, ...], str]:
    """Return the periods that a sentence is about, in order, and the rule that decided.

    The sentence's own expressions of time decide; if there are none, those of the heading above it but days
    and months; else the document's `home` period. Governments of another calendar than the document's are
    ignored. The rule says where ("sentence", "heading", "document") and by which kinds of expression it was
    decided; "…:open" means that a date is missing, "…:outside" that the calendar does not reach that far,
    "…:history" a range of more than ten periods, "none" that nothing is known. A range that begins with the
    document ends at the latest with the last known period.

    Args:
        times: expressions of time in the sentence (`extractors.times`).
        heading_times: those of the nearest heading that has any.
        standpoint: that of the document.
    """
    above = [span for span in heading_times if span.kind not in _DATED]
    for place, spans in (("sentence", times), ("heading", above)):
        if concerning := [span for span in spans if _concerns(span.value, standpoint)]:
            return _decide(place, concerning, standpoint)
    return ((standpoint.home,), "document") if standpoint.home else ((), "none")


def _concerns(value: str, standpoint: Standpoint) -> bool:
    """Return whether an expression may refer to the document's own calendar.

    A coalition in a Land's paper may be that of the Land, one that has not governed is a wish, and »die
    nächste Kommission« without »EU-« means the European Commission only in papers of the Union itself.
    """
    head, _, name = value.partition(":")
    if head == "ec":
        return standpoint.parliament == "ep"
    if value == _RECENT:  # elsewhere, the last years are mostly those of the document's own period
        return standpoint.doc_type in (_CAMPAIGN, _AGREEMENT)
    if head != "gov":
        return True
    return (standpoint.parliament in ("bt", "ep") or named_by_head(name)) and _governed(
        name, standpoint
    ) != ()


def _decide(place: str, spans: Sequence[Span], standpoint: Standpoint) -> tuple[tuple[str, ...], str]:
    answers = [(span.kind, resolve(span.value, standpoint)) for span in spans]
    if any(kind in _TELLING and answer for kind, answer in answers):
        answers = [(kind, answer) for kind, answer in answers if kind != "unmarked"]
    answers = _narrowed(answers)
    found = {period for _, answer in answers for period in answer or ()}
    if not found:
        return (), f"{place}:{'open' if any(answer is None for _, answer in answers) else 'outside'}"
    if len(found) > _HISTORY:
        return (), f"{place}:history"
    kinds = dict.fromkeys(kind for kind, answer in answers if answer)
    return tuple(sorted(found, key=_order(standpoint.parliament))), f"{place}:{'+'.join(kinds)}"


def _narrowed(answers: Sequence[Answer]) -> list[Answer]:
    """Keep of a government's periods those that a date beside it names: »Rot-Grün hat 1999 …«."""
    dated = {period for kind, answer in answers if kind in _AT for period in answer or ()}
    return [
        (kind, tuple(dated.intersection(answer or ())) or answer if kind == "government" else answer)
        for kind, answer in answers
    ]


def _order(parliament: str) -> Callable[[str], tuple[bool, str]]:
    return lambda period: (not period.startswith(parliament), period)


def resolve(value: str, standpoint: Standpoint) -> tuple[str, ...] | None:
    """Return the periods that a structural value means, () outside the calendar, None without a date."""
    head, _, rest = value.partition(":")
    if head in ("wp", "bt", "ep", "ec"):
        return _in_calendar(head.replace("ec", "ep"), rest, standpoint)
    if head in _BY_ELECTION:
        return _by_election(head, int(rest), standpoint.parliament)
    if head in _OTHERWISE:
        return _OTHERWISE[head](rest, standpoint)
    if head == "range" and _is_term(rest, standpoint):
        return (standpoint.home,)
    days = _days(rest if head in ("until", "since", "from") else value, standpoint)
    if days is None:
        return None
    if head == "until":
        return _until(days, standpoint)
    return _since(days, standpoint) if head == "since" else _overlapping(days, standpoint.parliament)


def _known(period: str) -> tuple[str, ...]:
    return (period,) if period else ()


def _in_calendar(head: str, rest: str, standpoint: Standpoint) -> tuple[str, ...] | None:
    if head not in ("wp", standpoint.parliament):
        current = period_of_days(standpoint.days, head)
        standpoint = Standpoint(head, standpoint.days, current, current, "")
    side, _, year = rest.partition(":")
    if side in _BY_ELECTION:
        return _by_election(side, int(year), standpoint.parliament)
    if rest.isdigit() and rest != "0":
        return _known(numbered(int(rest), standpoint.parliament))
    first, _, last = rest.partition("-")
    if first.isdigit() and last.isdigit():
        numbers = range(int(first), int(last) + 1)
        return tuple(period for at in numbers if (period := numbered(at, standpoint.parliament)))
    answers = [_stepped(step, standpoint) for step in rest.split(",")]
    if any(answer is None for answer in answers):
        return None
    return tuple(period for answer in answers for period in answer or ())


def _governed(name: str, standpoint: Standpoint) -> tuple[str, ...] | None:
    """Return the periods of a government given by name, which depends on the document's date."""
    is_own = standpoint.doc_type == _AGREEMENT and standpoint.home
    until = last_day(_entry(standpoint.home)) if is_own else standpoint.days.last if standpoint.days else None
    found = governed(name, until)
    periods_of = (period_of(one.first_day, one.parliament) for one in found)
    return tuple(dict.fromkeys(period for period in periods_of if period)) or (() if until else None)


def _by_election(side: str, year: int, parliament: str) -> tuple[str, ...]:
    """Return the period that began after a year's election, or the one that ended with it."""
    begun, known = begun_in(year, parliament), periods(parliament)
    if side == "term":
        return _known(begun)
    if not begun:  # the next election ends the running period
        return (known[-1].id,) if known and last_day(known[-1]).year == year else ()
    before = [entry.id for entry in known if entry.first_day < _entry(begun).first_day]
    return tuple(before[-1:])


def _stepped(step: str, standpoint: Standpoint) -> tuple[str, ...] | None:
    from_home = standpoint.doc_type in (_CAMPAIGN, _AGREEMENT) and bool(standpoint.home)
    anchor = standpoint.home if from_home else standpoint.current or standpoint.home
    if not anchor:
        return None
    known = periods(standpoint.parliament)
    at = next((at for at, entry in enumerate(known) if entry.id == anchor), -1)
    at += _from_home(step, standpoint.doc_type) if from_home else _from_current(step, anchor, standpoint)
    return (known[at].id,) if 0 <= at < len(known) else ()


def _from_home(step: str, doc_type: str) -> int:
    if step in ("home", "new"):
        return 0
    number = int(step)
    if number > 0:
        return number - 1
    return -1 if number == 0 and (doc_type == _CAMPAIGN or step == "-0") else number


def _from_current(step: str, anchor: str, standpoint: Standpoint) -> int:
    if step == "new":
        return 0 if _is_young(anchor, standpoint) else 1
    return 0 if step == "home" else int(step)


def _is_young(period: str, standpoint: Standpoint) -> bool:
    """Return whether the document appeared in the period's first half: "the new one" then means this one."""
    entry = _entry(period)
    half = (last_day(entry) - entry.first_day) / 2
    return standpoint.days is not None and standpoint.days.last <= entry.first_day + half


def _entry(period: str) -> Period:
    return next(entry for entry in taxonomy.periods() if entry.id == period)


def _days(value: str, standpoint: Standpoint) -> Days | None:
    """Return the days of a point in time, None if it depends on a missing date."""
    head, _, rest = value.partition(":")
    if not rest:
        return days_of(head)
    if head in ("wp", "bt", "ep"):
        found = _in_calendar(head, rest, standpoint)
        return Days(_entry(found[0]).first_day, last_day(_entry(found[0]))) if found else None
    if rest[0] in "+-0" or head == "decade":
        return _relative_days(head, rest, standpoint)
    if head == "range" or "/" in rest:
        first, last = (days_of(end) for end in rest.split("/" if "/" in rest else "-"))
        return Days(first.first, last.last) if first and last and first <= last else None
    return days_of(rest)


def _relative_days(head: str, rest: str, standpoint: Standpoint) -> Days | None:
    steps, _, months = rest.partition("/")
    number = int(steps)
    if head == "decade" and number > 2:
        return Days(date(number, 1, 1), date(number + 9, 12, 31))
    if standpoint.days is None or standpoint.days.first.year != standpoint.days.last.year:
        return None
    year = standpoint.days.first.year
    if head == "year":
        first, last = (days_of(f"{year + number}-{month}") for month in (months or "01-12").split("-"))
        return Days(first.first, last.last) if first and last else None
    start = year - year % 10 + 10 * number
    return Days(date(start, 1, 1), date(start + 9, 12, 31))


def _overlapping(days: Days, parliament: str) -> tuple[str, ...]:
    return tuple(
        entry.id
        for entry in periods(parliament)
        if entry.first_day <= days.last and days.first <= last_day(entry)
    )


def _until(days: Days, standpoint: Standpoint) -> tuple[str, ...] | None:
    """Resolve from the document's period to the day; a day before the document is a point in time."""
    start = standpoint.home or standpoint.current
    if not start:
        return None
    first = _entry(start).first_day
    return _overlapping(
        Days(min(first, days.last), days.last) if first <= days.last else days, standpoint.parliament
    )


def _since(days: Days, standpoint: Standpoint) -> tuple[str, ...] | None:
    """Resolve from the day to the publication; a day after the document is a point in time."""
    end = standpoint.current or standpoint.home
    if not end:
        return None
    is_in_gap = end == standpoint.home and standpoint.doc_type == _CAMPAIGN
    last = _entry(end).first_day - timedelta(days=1) if is_in_gap else last_day(_entry(end))
    return _overlapping(Days(days.first, max(last, days.first)), standpoint.parliament)


def _in_span(count: str, standpoint: Standpoint) -> tuple[str, ...] | None:
    """Count years from the document; in manifestos and agreements, a term's length means that term.

    There, years onwards begin with the term and years back end before it.
    """
    years = -_term_years(standpoint.parliament) if count == "recent" else int(count)
    if standpoint.doc_type in (_CAMPAIGN, _AGREEMENT) and standpoint.home:
        if abs(years) == _term_years(standpoint.parliament):
            return _stepped("home" if years > 0 else "-1", standpoint)
        first = _entry(standpoint.home).first_day
        base = first if years > 0 else first - timedelta(days=1)
    elif standpoint.days is None:
        return None
    else:
        base = standpoint.days.first
    other = years_later(base, years)
    return _overlapping(Days(min(base, other), max(base, other)), standpoint.parliament)


def _rest_of_year(year: str, standpoint: Standpoint) -> tuple[str, ...] | None:
    """Resolve from the document, or the period that an agreement opens, to the end of its year."""
    days = _days(f"year:{year}", standpoint)
    if days is None:
        return None
    begun = standpoint.days.first if standpoint.days else days.first
    if standpoint.doc_type == _AGREEMENT and standpoint.home:
        begun = max(begun, _entry(standpoint.home).first_day)
    first = max(days.first, begun) if begun <= days.last else days.first
    return _overlapping(Days(first, days.last), standpoint.parliament)


def _is_term(years: str, standpoint: Standpoint) -> bool:
    """Return whether "2021-2025" in a manifesto or agreement just means its own term."""
    first, _, last = years.partition("-")
    if standpoint.doc_type not in (_CAMPAIGN, _AGREEMENT) or not standpoint.home or not last.isdigit():
        return False
    return begun_in(int(first), standpoint.parliament) == standpoint.home and (
        int(last) - int(first) == _term_years(standpoint.parliament)
    )


def _term_years(parliament: str) -> int:
    return next(entry.term_years for entry in taxonomy.parliaments() if entry.id == parliament)


_OTHERWISE = {"span": _in_span, "gov": _governed, "rest": _rest_of_year}
