"""Say what the words around mentions settle about relations: lists, abstentions, denials, »von … gefordert«.

Data: `taxonomies/relation_cues.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pipeline.knowledge.toml import load
from pipeline.records import Record, Span

_NONE = re.compile(r"\b[Kk]ein(?:e[nrms]?|erlei)?\s+$")


class Cues(Record, forbid_unknown_fields=True):
    """The content of the file; words are separated by white space."""

    joins: tuple[str, ...]
    articles: str
    abstaining: str
    wanting: str


@cache
def cues() -> Cues:
    """Return the content of the data file."""
    return load("relation_cues", Cues)


def listed(text: str, mentions: Sequence[Span]) -> dict[int, list[int]]:
    """Return the neighbours in the same list for each mention that has any, by position.

    Instruments must be nouns: of »Schulen bauen und Armut bekämpfen«, the second is the aim of the first.
    """
    found: dict[int, list[int]] = {}
    for i, first in enumerate(mentions):
        for j, second in enumerate(mentions):
            ordered = first.label == second.label and first.end <= second.start
            if ordered and _may_be_listed(first, second) and _join().fullmatch(text, first.end, second.start):
                found.setdefault(i, []).append(j)
                found.setdefault(j, []).append(i)
    return found


def _may_be_listed(first: Span, second: Span) -> bool:
    return first.label != "instrument" or (_is_noun(first.text) and _is_noun(second.text))


def _is_noun(phrase: str) -> bool:
    return not phrase.split()[-1][:1].islower() if phrase.split() else False


def abstains(text: str, start: int) -> bool:
    """Return whether an actor at `start` is one that only abstained or was absent."""
    return bool(_abstaining().search(text, 0, start))


def wants(text: str, start: int, end: int) -> bool:
    """Return whether something is wanted by an actor: »das von der Partei geforderte Gesetz«."""
    return bool(_by().search(text, 0, start)) and bool(_wanting().match(text, end))


def denies(text: str, start: int) -> bool:
    """Return whether there is none of what begins at `start`: »erzeugt keinen Mehraufwand«."""
    return bool(_NONE.search(text, 0, start))


@cache
def _join() -> re.Pattern[str]:
    joins = "|".join(map(re.escape, cues().joins))
    return re.compile(rf"\s*(?:{joins})\s*(?:(?:{'|'.join(cues().articles.split())})\s+)?")


@cache
def _abstaining() -> re.Pattern[str]:
    nouns = "|".join(cues().abstaining.split())
    return re.compile(
        rf"\b(?:{nouns})\s+(?:der|des|von)\s+(?:(?:Fraktion(?:en)?|Abgeordneten)\s+)?(?:der\s+|des\s+)?$"
    )


@cache
def _by() -> re.Pattern[str]:
    return re.compile(r"\b(?:[Vv]on(?:\s+(?:der|den|dem))?|[Vv]om)\s+$")


@cache
def _wanting() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:bereits\s+)?(?:{'|'.join(cues().wanting.split())})(?:e[rnms]?)?\b")
