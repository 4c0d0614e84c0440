"""Recognise documents of other states by the names of their bodies: »Republik Österreich«, »Kanton Zürich«.

What a document is about does not matter, only who issued it. Data: `taxonomies/states.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pipeline.knowledge.toml import load
from pipeline.records import Record

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
    state: tuple[State, ...]


@cache
def states() -> States:
    """Return the content of the data file."""
    return load("states", States)


def state_of(issuer: str, title: str) -> str:
    """Return the name of the other state that a document's issuer or title names, or ""."""
    if re.search("[Dd]eutsch(?!sprachig|e[nr]? Demokratisch)", issuer):
        return ""
    for state, _, name, called in _patterns():
        if name.search(issuer) or called.search(issuer) or called.search(title):
            return state
    return ""


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
