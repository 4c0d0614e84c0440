"""Find tables of contents and subject indexes: lines that end with a page number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import TypeVar

from pipeline.records import Line, Page

LEADER = re.compile(r"(?:[.…_]\s?){3,}\s*(\d{1,3}|\d{1,5} [A-D]|[ivxIVX]{1,5})$")  # »24309 B« in protocols
ENTRY = re.compile(r"^.*[^\W\d_].*\s(\d{1,3})$")
PAGES = r"(?:S\. ?)?\d{1,3}(?:[-–]\d{1,3}| ?ff?\.?)?"
INDEX = re.compile(rf"^(?:[-–] )?[^\W\d_].*\s{PAGES}(?:, {PAGES})*,?$")
PLACES = re.compile(rf"^{PAGES}(?:, {PAGES})*,?$")
HEADING = re.compile(r"Inhalt|Gliederung|Übersicht", re.I)
TITLE = re.compile(r"Inhalt(?:sverzeichnis|sübersicht)?:?", re.I)
LAST = frozenset("0123456789ivxIVXABCD")
FEW, MANY = 6, 15  # entries needed for a table of contents without leaders, and for an index
FEWEST = 3  # entries below the title of a table of contents, or where one or an index goes on
RISING = 0.85  # least share of page numbers, or of words in an index, that are not below the one before
INDENT = 0.6  # em: entries below others are indented by more
FILLED, TITLED = 0.55, 0.45  # least share of lines that end an entry, without a title and below one

T = TypeVar("T", int, str, list[int])


def contents(pages: Sequence[Page]) -> dict[int, set[int]]:
    """Return for each page the positions of its lines that belong to a table of contents or index."""
    last = max((page.number for page in pages), default=0)
    found: dict[int, set[int]] = {}
    goes_on = False  # a table of contents or index reaches the foot of the page before
    for page in pages:
        own = _lines(page.lines, 2 * last + 20)
        if goes_on and not own:
            own = _index(page.lines, FEWEST, 0.8) or _rest(page.lines)
        goes_on = len(page.lines) - 1 in own
        found[page.number] = own
    return found


def _lines(lines: Sequence[Line], most: int) -> set[int]:
    ends = [at for at, line in enumerate(lines) if line.text[-1] in LAST]
    leaders = [at for at in ends if LEADER.search(lines[at].text)]
    if len(leaders) >= 3:
        return set(range(leaders[0], leaders[-1] + 1))
    found: set[int] = set()
    titled = len(ends) >= FEWEST and any(TITLE.fullmatch(line.text) for line in lines)
    few, filled, distinct = (FEWEST, TITLED, 1) if titled else (FEW, FILLED, 4)
    for block in {line.block for line in lines if not line.table} if len(ends) >= few else ():
        own = [at for at, line in enumerate(lines) if line.block == block]
        entries = [at for at in own if _number(lines[at].text, most)]
        numbers = [_number(lines[at].text, most) for at in entries]
        if (
            len(entries) >= few
            and len(set(numbers)) >= distinct
            and rises(numbers)
            and _fills(entries, own, filled)
        ):
            first = _beginning(own, entries[0], lines)
            found |= {at for at in own if first <= at <= entries[-1]}
    return found or _index(lines, MANY, 0.6)


def _beginning(own: Sequence[int], entry: int, lines: Sequence[Line]) -> int:
    """Return the first line of an entry; the top line of a page belongs to the entry below it."""
    top = lines[own[0]]
    whole = own[1:2] == [entry] and top.size <= lines[entry].size and not HEADING.match(top.text)
    return own[0] if whole else entry


def _number(text: str, most: int) -> int:
    match = ENTRY.match(text) if text[-1].isdigit() else None
    return int(match[1]) if match and int(match[1]) <= most else 0


def rises(values: Sequence[T], share: float = RISING) -> bool:
    """Return whether numbers or words hardly ever decrease from one to the next."""
    return sum(a <= b for a, b in pairwise(values)) >= share * (len(values) - 1)


def _fills(entries: Sequence[int], own: Sequence[int], share: float) -> bool:
    between = [at for at in own if entries[0] <= at <= entries[-1]]
    return len(entries) >= share * len(between) and len(between) >= 0.3 * len(own)


def _rest(lines: Sequence[Line]) -> set[int]:
    """Return the entries at the top of a page, too few to show what they are by themselves."""
    entries = list(takewhile(lambda line: INDEX.match(line.text) or PLACES.match(line.text), lines))
    return set(range(len(entries))) if len(entries) > 1 else set()  # »Kapitel 1« is a heading


def _index(lines: Sequence[Line], fewest: int, share: float) -> set[int]:
    """Return the lines of an index: words with their pages on a `share` of lines.

    Those that are not indented below others are in alphabetical order.
    """
    if sum(line.text[-1] in "0123456789.,f" for line in lines) < fewest:
        return set()
    places = sum(("," in line.text or "S." in line.text) and bool(PLACES.match(line.text)) for line in lines)
    if places >= fewest and places >= 0.25 * len(lines):
        return set(range(len(lines)))  # words and pages are in separate columns
    entries = [at for at, line in enumerate(lines) if INDEX.match(line.text)]
    if len(entries) < max(fewest, share * len(lines)):
        return set()
    edges: dict[int, float] = {}
    for line in lines:
        edges[line.block] = min(edges.get(line.block, line.x0), line.x0)
    flush = (lines[at] for at in entries if lines[at].x0 < edges[lines[at].block] + INDENT * lines[at].size)
    initials = [line.text[0].casefold() for line in flush if line.text[0].isalpha()]
    return set(range(entries[0], len(lines))) if rises(initials) else set()
