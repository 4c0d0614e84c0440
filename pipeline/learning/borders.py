"""Correct the borders of mentions to those of the codebook if the tagger has drawn them otherwise.

»Deutsche Rentenversicherung (DRV« ends after its bracket, »Investitionszulage).« before it. Of actors,
»viele Betriebe« are »Betriebe«, »Kitas und Schulen« are two, »Bürgerinnen und Bürger« one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pipeline.knowledge.toml import load
from pipeline.learning.decode import Found
from pipeline.records import Record
from pipeline.schema.labels import LAYERS

PAIRS = (("(", ")"), ("[", "]"), ("„»‚", '“«‘”"'))  # marks that open and close
LOOSE = ".,;:!?–•·"
ALIKE = 3  # letters that the two of »Jüdinnen und Juden« begin with
_PLAIN = str.maketrans("äöü", "aou")


class Borders(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Patterns of words outside an actor, of words that join two, and of pairs that are one actor."""

    outside: tuple[str, ...]
    joins: tuple[str, ...]
    couples: tuple[str, ...]


def drawn(found: Found, text: str, words: Sequence[tuple[int, int]]) -> list[Found]:
    """Return a mention with corrected borders, or the two actors of a pair.

    Args:
        found: The span of words as decoded; the results keep its probability.
        text: The sentence.
        words: The offsets of the words in it.
    """
    found = _punctuated(found, [text[start:end] for start, end in words])
    if LAYERS[found.layer] != "actor":
        return [found]
    outside, joins = _pattern("outside"), _pattern("joins")
    said = [text[start:end] for start, end in words[found.first : found.end]]
    skipped = 0
    while skipped < len(said) - 1 and outside.fullmatch(said[skipped]):
        skipped += 1
    first = found.first + skipped
    if len(said) - skipped == 3 and joins.fullmatch(said[-2]) and _are_two(said[-3:]):
        return [found._replace(first=first, end=first + 1), found._replace(first=first + 2)]
    return [found._replace(first=first)]


def _punctuated(found: Found, said: Sequence[str]) -> Found:
    """Return a span without marks around it, and with the one that closes it."""
    first, end = found.first, found.end
    while end - first > 1 and _is_loose(said[end - 2 : end]):
        end -= 1
    for opening, closing in PAIRS:
        inside = said[first:end]
        still_open = sum(word in opening for word in inside) - sum(word in closing for word in inside)
        if end - first > 1 and still_open == -1 and inside[-1] in closing:
            end -= 1
        elif end - first > 1 and still_open == 1 and inside[0] in opening:
            first += 1
        elif still_open == 1 and end < len(said) and said[end] in closing:
            end += 1
    opening, closing = PAIRS[-1]
    if end - first > 2 and said[first] in opening and said[end - 1] in closing:
        first, end = first + 1, end - 1
    return found._replace(first=first, end=end)


def _is_loose(last: Sequence[str]) -> bool:
    """Return whether a span's last word is a mark outside it, unlike that of »F.D.P.« or »Die LINKE.«."""
    before, mark = last
    return mark in LOOSE and not (mark == "." and before.isupper())


def _are_two(said: Sequence[str]) -> bool:
    """Return whether joined words name two actors, and neither is an elided word (»Aus- und Fortbilder«)."""
    one, _, other = said
    if not (one[0].isupper() and other[0].isupper()) or one.endswith("-"):
        return False
    begins = [word.lower().translate(_PLAIN)[:ALIKE] for word in (one, other)]
    return begins[0] != begins[1] and not _pattern("couples").fullmatch(" ".join(said))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(getattr(load("actor_borders", Borders), name)), re.IGNORECASE)
