"""Recognise governments called by their coalition or their head: »die Ampel«, »Kabinett Merkel II«.

`naming` gives patterns of their names with a value for each (»gov:ampel«, »gov:Merkel:2«, »gov:gross:-8« for
eight years of it). `governed` tells which governments are meant in a document of some day: the running one
if it has that name, else the last unbroken series of those that had it; with a number of years, as many of
the last ones as come nearest to that number. Data: `taxonomies/governments.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial

from pipeline.knowledge.time_words import time_words
from pipeline.knowledge.toml import load
from pipeline.records import Record

Value = Callable[[re.Match[str]], str]


class Government(Record):
    """A cabinet or commission, in office until the first day of the next one of its parliament."""

    head: str
    number: int
    parliament: str
    first_day: date
    called: tuple[str, ...] = ()


class Coalition(Record):
    """The ways to write a coalition's name, each a regular expression, or "" if that way is not used."""

    id: str
    adjective: str = ""
    body: str = r"(?:Bundesregierung|Regierung(?:skoalition|szeit)?|Koalition)"  # nouns behind the adjective
    noun: str = ""
    compound: str = ""
    parties: str = ""


class GovernmentCues(Record):
    """Words, separated by white space, that show that a government is meant."""

    before: str
    behind: str
    now: str
    other: str
    here: str


class Governments(Record):
    """The content of the file; within a parliament, governments are ordered by their first days."""

    government: tuple[Government, ...]
    first_names: dict[str, str]  # of federal heads
    coalition: tuple[Coalition, ...]
    cues: GovernmentCues


@cache
def governments() -> Governments:
    """Return the content of the data file."""
    return load("governments", Governments)


_ORDINALS = ("erste", "zweite", "dritte", "vierte", "fünfte")
_ROMAN = ("I", "II", "III", "IV", "V")
_BODY = r"(?:(?:Bundesr|R)egierung|Kabinetts?|Kanzlerschaft|Regierungszeit|Amtszeit|Ära)"
_TITLE = r"(?:Bundesk|K)anzler(?:in)?\s+"
_FIRST_NAME = r"(?:(?:Prof|Dr)\.\s*)*(?:[A-ZÄÖÜ][\w-]+\s+)?"
_ORDINAL = rf"(?:(?P<ordinal>(?i:{'|'.join(_ORDINALS)}))[nrs]?\s+)?"
_NUMBER = rf"(?:\s+(?P<roman>{'|'.join(reversed(_ROMAN))})\b)?"


def naming() -> Iterator[tuple[str, Value]]:
    """Yield patterns of governments' names, each with a function from match to value: "gov:Merkel:2".

    If two match the same words, the first one counts.
    """
    yield from _lasting()
    now = "|".join(governments().cues.now.split())
    for one in governments().coalition:
        if one.noun:
            yield rf"(?<![Ee]ine )\b{one.noun}(?=\s+(?:{now})\b)", partial(_constant, f"gov:{one.id}:now")
        yield "|".join(_written(one)), partial(_constant, f"gov:{one.id}")
    for pattern in _headed():
        yield pattern, _by_head


def hint() -> str:
    """Return a simple pattern that matches every text that one of `naming` matches, for a fast check."""
    every = governments().coalition
    parts = (part for one in every for part in (one.body, one.noun, one.compound) if part)
    return "|".join(dict.fromkeys((*parts, _BODY, "Kommission", "[Kk]anzler", _under())))


def _lasting() -> Iterator[tuple[str, Value]]:
    """Yield the patterns of »acht Jahre Große Koalition« and »16 Jahre Kohl«."""
    count = rf"\b(?P<count>\d{{1,2}}|(?i:{'|'.join(time_words().numbers.counts)}))"
    years = rf"{count}\s+Jahren?\s+(?:(?:mit|unter|von|der|einer)\s+)*"
    for one in governments().coalition:
        adjective = one.adjective and rf"(?i:{one.adjective})e[nr]?\s+{one.body}\b"
        noun = one.noun and rf"{one.noun}\b(?!-)"
        forms = "|".join(filter(None, (adjective, noun, one.compound)))
        yield rf"{years}(?:{forms})(?!{_elsewhere()})", partial(_counted, one.id)
    federal = "|".join(dict.fromkeys(one.head for one in governments().government if one.parliament == "bt"))
    yield rf"{years}(?:{_BODY}\s+|{_TITLE})?{_FIRST_NAME}(?P<head>{federal})\b(?!-)", partial(_counted, "")


def _counted(name: str, match: re.Match[str]) -> str:
    count = match["count"].lower()
    years = int(count) if count.isdigit() else time_words().numbers.counts[count]
    return f"gov:{name or match['head']}:-{years}" if years else ""


def _elsewhere() -> str:
    """Return a pattern that matches where a coalition is one »in Wien«."""
    return rf"\s+in\s+(?!(?:{'|'.join(governments().cues.here.split())})\b)[A-ZÄÖÜ]"


def _constant(value: str, _: re.Match[str]) -> str:
    return value


def _by_head(match: re.Match[str]) -> str:
    named = {key: text for key, text in match.groupdict().items() if text}
    name = named.get("head") or named["it"].split()[-1]
    head = f"gov:{name.replace('-', ' ').replace('Von ', 'von ')}"
    if "roman" in named:
        return f"{head}:{_ROMAN.index(named['roman']) + 1}"
    return f"{head}:{_ORDINALS.index(named['ordinal'].lower()) + 1}" if "ordinal" in named else head


def _written(one: Coalition) -> Iterator[str]:
    cues = governments().cues
    before, behind, other = ("|".join(words.split()) for words in (cues.before, cues.behind, cues.other))
    if one.adjective:
        elsewhere = rf"(?:{_elsewhere()}|\s+ist\s+ein)"  # or a definition
        yield rf"(?<![Ee]ine )(?<!einer )(?<![\w-])(?i:{one.adjective})e[nr]?\s+{one.body}\b(?!{elsewhere})"
    if one.noun:
        yield rf"\b(?i:{before})\s+(?:der\s+)?{one.noun}\b(?!-)"
        yield rf"(?<![Ee]ine )\b{one.noun}(?=\s+(?:{behind})\b(?!\s+(?:{other})\b))"
    if one.compound:
        yield rf"\b{one.compound}"
    if one.parties:
        body = rf"(?<![Ee]ine )(?<!einer )\b{one.body}"
        yield rf"{body}\s+(?:aus|von)\s+{one.parties}\b(?!{_elsewhere()})"


def _headed() -> Iterator[str]:
    """Yield the patterns for a government called by its head, with its number if that is given."""
    federal, union = (
        "|".join(dict.fromkeys(one.head for one in governments().government if one.parliament == parliament))
        for parliament in ("bt", "ep")
    )
    of = rf"\s+(?:(?:unter|von)\s+)?(?:{_TITLE})?{_FIRST_NAME}"
    yield rf"\b{_ORDINAL}{_BODY}{of}(?P<head>{federal})s?\b{_NUMBER}"
    yield rf"\b[Uu]nter\s+{_TITLE}{_FIRST_NAME}(?P<head>{federal})\b"
    # »Nord-Süd-Kommission unter Willy Brandt« is no government
    yield rf"(?:^|[,:;–]\s|\b[a-zäöüß]+\s)(?P<it>{_under()})\b(?!-)"
    yield rf"\b(?P<head>{federal})-(?:Regierung|Ära|Kabinett)\b"
    yield rf"\b{_ORDINAL}(?:EU-)?Kommission{of}(?P<head>{union})\b{_NUMBER}"
    yield rf"\b(?P<head>Von-der-Leyen|{union})-Kommission\b"


def _under() -> str:
    """Return a pattern for »unter Merkel« and »unter Angela Merkel«, whose last word is the head."""
    names = (rf"(?:{first}\s+)?{head}" for head, first in governments().first_names.items())
    return rf"\b[Uu]nter\s+(?:{'|'.join(names)})\b"


def governed(name: str, until: date | None) -> tuple[Government, ...]:
    """Return the governments that a name means in a document of some day, in order; () if undecided.

    Args:
        name: id of a coalition or a head; if given, a colon and the government's number, or the number
            of years that it has lasted as a negative one, or "now": the one in office if it has that name.
        until: last possible day of the document; without it, a name is decided only if it stands for
            a single unbroken series.
    """
    head, _, number = name.partition(":")
    every = governments().government
    parliament = next((one.parliament for one in every if head in (one.head, *one.called)), "")
    row = [one for one in every if one.parliament == parliament]
    meant = [one for one in row if head in (one.head, *one.called)]
    if number.isdigit():
        return tuple(one for one in meant if one.number == int(number))
    begun = [one for one in row if until is None or one.first_day <= until]
    if number and number != "now":
        return _last_years(begun, meant, -int(number), until) if until else ()
    running = tuple(begun[-1:]) if until and begun and begun[-1] in meant else ()
    if running or (number and until):
        return running
    series = _last_series(begun, meant)
    return series if until or len(series) == len(meant) else ()


def _last_years(
    begun: Sequence[Government], meant: Sequence[Government], years: int, until: date
) -> tuple[Government, ...]:
    """Return those last governments of a series whose common time comes nearest to some years."""
    series = _last_series(begun, meant)
    after = begun[begun.index(series[-1]) + 1 :] if series else ()
    end = after[0].first_day if after else until
    lengths = [abs((end - one.first_day).days - 365.25 * years) for one in series]
    return series[lengths.index(min(lengths)) :] if series else ()


def named_by_head(name: str) -> bool:
    """Return whether a name is that of a head of government rather than of a coalition."""
    return any(name.partition(":")[0] == one.head for one in governments().government)


def _last_series(row: Sequence[Government], meant: Sequence[Government]) -> tuple[Government, ...]:
    last = max((at for at, one in enumerate(row) if one in meant), default=-1)
    first = last
    while first > 0 and row[first - 1] in meant:
        first -= 1
    return tuple(row[first : last + 1]) if last >= 0 else ()
