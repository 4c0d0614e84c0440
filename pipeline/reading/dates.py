"""Parse dates as people write them into ISO dates: »24. November 2021« is `2021-11-24`, to the day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from pipeline.knowledge.months import SPELLINGS
from pipeline.records import Record

Precision = Literal["day", "month", "year"]
NAMES = {name.lower(): month for name, month in SPELLINGS.items()}
YEARS = range(1800, 2101)  # other years are errors of reading
MONTH = "|".join(sorted(NAMES, key=lambda name: (-len(name), name)))
FORMS = (
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?Z?)?",
    r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?",
    rf"(?P<d>\d{{1,2}})\.?\s?(?P<name>{MONTH})\.?\s(?P<y>\d{{4}})",
    rf"(?P<name>{MONTH})\.?\s(?P<y>\d{{4}})",
    r"(?P<y>\d{4})-(?P<m>\d{1,2})",
    r"(?P<m>\d{1,2})[./](?P<y>\d{4})",
    r"(?P<y>\d{4})",
)
WHOLE = tuple(re.compile(form, re.IGNORECASE) for form in FORMS)
BEFORE = (r"(?<![\w/])(?<!\d[.-])", r"(?<![\w/])(?<!\d[.-])", r"(?<!\w)", r"(?<!\w)(?<!\d\.\s)(?<!\d\s)")
_SHORT = re.compile(  # with a year of two digits: »24.11.21«, »24. Nov. 21«, »Nov 21«
    rf"(\d{{1,2}}\. ?\d{{1,2}}\. ?|(?:\d{{1,2}}\. ?)?(?:{MONTH})\.?[ -])(\d\d)(?: \d{{1,2}}:\d\d(?::\d\d)?)?",
    re.IGNORECASE,
)
INSIDE = tuple(
    re.compile(rf"{before}{form}(?![\w/-]|\.\d)", re.IGNORECASE)
    for before, form in zip(BEFORE, FORMS, strict=False)
)


class Day(Record, frozen=True, kw_only=True, order=True):
    """A date in ISO form, as exact as it is known: `2021-11-24`, `2021-11` or `2021`."""

    iso: str
    precision: Precision


def parse_date(text: str) -> Day | None:
    """Return the date if `text` is nothing but a date, else None."""
    text = " ".join(text.split())
    for form in WHOLE:
        match = form.fullmatch(text)
        if match:
            return _day(match)
    return None


def parse_cell(text: str) -> Day | None:
    """Return the date in a cell: as `parse_date`, also with a year of two digits.

    »24.11.21« is in 2021 and »Sep 16«, which Excel makes of »9/2016«, in 2016: such years are those of the
    2000s up to next year's, and of the 1900s from there. »11/12/21« has no one reading and is none.
    """
    text = " ".join(text.split())
    match = _SHORT.fullmatch(text)
    if match is None:
        return parse_date(text)
    year = 2000 + int(match[2])
    return parse_date(f"{match[1].replace('-', ' ')}{year if year <= date.today().year + 1 else year - 100}")


def find_dates(text: str) -> Iterator[tuple[int, int, Day]]:
    """Yield the dates in running text that have at least a month, with their offsets, in order."""
    taken: list[tuple[int, int, Day]] = []
    for form in INSIDE:
        for match in form.finditer(text):
            day = _day(match)
            if day and all(match.end() <= a or match.start() >= b for a, b, _ in taken):
                taken.append((match.start(), match.end(), day))
    yield from sorted(taken)


def _day(match: re.Match[str]) -> Day | None:
    part = match.groupdict()
    year = int(part["y"])
    month = int(part.get("m") or 0) or NAMES.get((part.get("name") or "").lower(), 0)
    if year not in YEARS or ("m" in part and not 1 <= month <= 12):
        return None
    if "d" in part:
        return _exact(year, month, int(part["d"]))
    return Day(iso=f"{year}-{month:02}", precision="month") if month else Day(iso=f"{year}", precision="year")


def _exact(year: int, month: int, day: int) -> Day | None:
    try:
        return Day(iso=date(year, month, day).isoformat(), precision="day")
    except ValueError:
        return None
