"""Recognise generic names, which do not say which thing is meant: »neue Regelungen«, »weitere Maßnahmen«."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.knowledge import compounds, german, keys
from pipeline.knowledge.toml import load
from pipeline.records import Record


class Listed(Record, forbid_unknown_fields=True):
    """Words of which generic names of a layer consist, and whole names; white space separates words."""

    words: str
    names: tuple[str, ...]


class Generic(Record, forbid_unknown_fields=True):
    """The content of `taxonomies/generic.toml`."""

    modifiers: str
    challenge: Listed
    instrument: Listed
    actor: Listed


class Part(NamedTuple):
    """The morphological key of a word of a name, and whether it is a noun."""

    key: str
    is_noun: bool


class Known(NamedTuple):
    """The parts of generic names of one layer."""

    words: frozenset[Part]  # in whatever part of speech: »Förderung«, »fördern«
    modifiers: frozenset[Part]
    names: frozenset[frozenset[Part]]
    every: frozenset[Part]  # of these three


_PLACE = "Absatz"  # stands for a reference to a place in the text itself
_REFERENCE = re.compile(
    r"§+ ?\d+\w*(?:(?:,| und| oder| bis) §* ?\d+\w*)*|\b(?:Absatz|Satz|Nummer|Buchstabe) \w+\b"
)
_QUANTITY = re.compile(r"\b\d[\d.,]* (?=[^\W\d])")  # »9. Ausschuss«, not »Resolution 1325«


def is_generic(name: str, layer: str) -> bool:
    """Return whether a name, in any form, stands for a kind of thing and for none in particular."""
    known, found = _known(layer), set[Part]()
    for word in _words(_QUANTITY.sub("", _REFERENCE.sub(_PLACE, name))):
        part = _part(word, layer)
        if part not in known.every:
            return False
        found.add(part)
    vague = found <= known.words | known.modifiers and not found <= known.modifiers
    return vague or found in known.names


def _words(name: str) -> list[str]:
    return keys.content_words(compounds.complete(name))


@lru_cache(german.CACHE)
def _part(word: str, layer: str) -> Part:
    return Part(keys.key(word, layer), word != word.lower() and not german.is_adjective(word))


@cache
def _known(layer: str) -> Known:
    generic = load("generic", Generic)
    listed: Listed = getattr(generic, layer)
    neutral = german.words()["neutral"]
    described = f"{generic.modifiers} {neutral['all']} {neutral.get(layer, '')}".split()
    words = frozenset(
        Part(keys.key(word, layer), is_noun) for word in listed.words.split() for is_noun in (True, False)
    )
    modifiers = frozenset(Part(keys.key(word, layer), is_noun=False) for word in described)
    names = frozenset(frozenset(_part(word, layer) for word in _words(name)) for name in listed.names)
    return Known(words, modifiers, names, words.union(modifiers, *names))
