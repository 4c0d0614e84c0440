"""Recognise documents of other states by the names of their bodies: »Republik Österreich«, »Kanton Zürich«.

What a document is about does not matter, only who issued it. Data: `taxonomies/states.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pipeline.knowledge import taxonomy
from pipeline.knowledge.toml import load
from pipeline.records import Record

UNSHARED = ("science", "association", "civil_society", "business")  # of names that no other state uses
LONGEST = 120  # characters of a line that consists of a body's name and what belongs to it


class State(Record, forbid_unknown_fields=True):
    """A state and how its documents are recognised, by regular expressions."""

    name: str
    bodies: tuple[str, ...]
    sign: str = ""  # of the state in brackets: »AT«
    titles: tuple[str, ...] = ()
    imprint: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()


class States(Record, forbid_unknown_fields=True):
    """The content of the file."""

    german: tuple[str, ...]
    german_issuers: tuple[str, ...]
    state: tuple[State, ...]


@cache
def states() -> States:
    """Return the content of the data file."""
    return load("states", States)


def state_of(issuer: str, title: str) -> str:
    """Return the name of the other state that a document's issuer or title names, or "".

    The title decides only if the issuer is not known as German: institutes write on other states, too.
    """
    if _german_issuers().search(issuer):
        return ""
    abroad = (state for state, _, name, called in _patterns() if name.search(issuer) or called.search(issuer))
    if (named := next(abroad, "")) or is_german(issuer):
        return named
    return next((state for state, _, _, called in _patterns() if called.search(title)), "")


def is_german(issuer: str) -> bool:
    """Return whether an issuer, or one of several, is known as a body of the Federal Republic."""
    names = (re.sub(r",? e\. ?V\.$", "", name.strip()) for name in issuer.split(";"))
    return _german_issuers().search(issuer) is not None or any(name.casefold() in _bodies() for name in names)


def state_on(lines: Iterable[str]) -> str:
    """Return the name of the other state whose body stands alone in one of a title page's lines, or ""."""
    short = [line.strip(" .|") for line in lines if len(line) <= LONGEST]
    if any(map(_german().search, short)):
        return ""
    return next((state for state, alone, _, _ in _patterns() if any(map(alone.match, short))), "")


def is_abroad(name: str) -> bool:
    """Return whether a name ends with the sign of another state in brackets: »Die Grünen (AT)«."""
    return _signed().search(name) is not None


@cache
def _signed() -> re.Pattern[str]:
    return re.compile(rf"\((?:{'|'.join(state.sign for state in states().state if state.sign)})\)$")


@cache
def _german() -> re.Pattern[str]:
    return re.compile("|".join(states().german))


@cache
def _german_issuers() -> re.Pattern[str]:
    lands = "|".join(re.escape(entry.land) for entry in taxonomy.parliaments() if entry.land)
    return re.compile("|".join((*states().german_issuers, rf"(?<![\w-])(?:{lands})s?(?![\w-])")))


@cache
def _bodies() -> frozenset[str]:
    """Return the names of the known bodies of the kinds that do not share theirs with other states'."""
    known = (actor for actor in taxonomy.actors() if actor.kind in UNSHARED)
    return frozenset(form.casefold() for actor in known for form in taxonomy.forms(actor))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...]:
    """Return for each state its name, and patterns of a line, of an issuer and of a title."""
    found = []
    for state in states().state:
        bodies = "|".join(state.bodies)
        ends = r"\s*(?:$|[,;:|/(–—]|\d)"
        cued = "|".join(rf"|{cue}" for cue in state.imprint)
        alone = rf"(?:(?:Herausgeber(?:in)?|Impressum)\s*:?\s*)?(?:(?:{bodies}){ends}{cued})"
        name = rf"(?<![\w-])(?:{'|'.join((*state.bodies, *state.issuers))})(?![\w-])"
        signs = (rf"\((?:{state.name}|(?-i:{state.sign}))\)",) if state.sign else ()
        called = re.compile("|".join((*signs, *state.titles)), re.IGNORECASE)
        found.append((state.name, re.compile(alone), re.compile(name), called))
    return tuple(found)
