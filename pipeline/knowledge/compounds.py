"""Split German compounds into their parts: »Fachkräftemangel« consists of Fach, Kraft and Mangel.

The dictionary tells which strings are words; `taxonomies/words.toml` lists words missing in it, and
strings that only look like words. All functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipeline.knowledge.german import CACHE, is_noun, known, lemma, word_set

LONGEST = 60  # letters; longer words are not split; »Verkehrswegeplanungsbeschleunigungsgesetz« has 41
_LINKS = ("", "s", "es", "n", "en", "er", "e", "ns")  # letters between two parts

_SUSPENDED = re.compile(
    r"\b(\w+)- ?(?:und|oder|bzw\.|sowie|/|,) ?(?:\w+- ?(?:und|oder|bzw\.|sowie) )?(\w{5,})"
)
_TAIL = re.compile(r"\b(\w{5,}) (?:und|oder|bzw\.|sowie) -(\w+)")


class _Cut(NamedTuple):
    """A compound cut in two; of two cuts, the one that compares as larger is better."""

    is_listed: bool  # the first part is a word of its own, not a compound
    is_even: bool  # both parts have at least five letters
    links: int  # minus the linking letters
    shorter: int  # letters of the shorter part
    first: str  # without its linking letters
    last: str


@lru_cache(CACHE)
def parts(word: str, kept: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Split a lower-case compound into the lemmas of its parts: »fachkräftemangel« -> fach, kraft, mangel.

    A split needs a known noun on the right and a known noun, a bound form or another compound on the
    left. The more even split is preferred and both sides are split again, so that all forms of a
    compound have the same parts. Words in `kept` are not split.
    """
    if not 6 <= len(word) <= LONGEST or word in word_set("compound", "whole") or word in kept:
        return (word,)
    best = max(_cuts(word), key=lambda cut: cut[:4], default=None)
    if best is None:
        return (word,)
    return parts(_noun_lemma(best.first), kept) + parts(_noun_lemma(best.last), kept)


def _cuts(word: str) -> Iterator[_Cut]:
    for at in range(2, len(word) - 2):
        last = word[at:]
        for first, links in _firsts(word[:at]) if _is_last(last) else ():
            shorter = min(len(first), len(last))
            yield _Cut(_is_first(first), shorter >= 5, -links, shorter, first, last)


def _noun_lemma(part: str) -> str:
    return part if part in word_set("compound", "first") else lemma(part.capitalize()).lower()


def _firsts(left: str) -> Iterator[tuple[str, int]]:
    """Yield the readings of a first part without linking letters, and the number of these letters."""
    for link in _LINKS:
        first = left.removesuffix(link)
        if link and first == left:
            continue
        if _is_first(first) or (len(first) > 6 and len(parts(first)) > 1):
            yield first, len(link)


@lru_cache(CACHE)
def _is_first(part: str) -> bool:
    if part in word_set("compound", "first"):
        return True
    if len(part) < 4 or part in word_set("compound", "never"):
        return False
    return is_noun(part) or is_noun(part + "e")


def _is_last(part: str) -> bool:
    if part in word_set("compound", "last"):
        return True
    return len(part) >= 4 and part not in word_set("compound", "never") and is_noun(part)


def complete(text: str) -> str:
    """Complete elided parts of words: »Aus- und Weiterbildung« -> »Ausbildung und Weiterbildung«."""
    text = _TAIL.sub(lambda m: f"{m[1]} und {_front(m[1])}{m[2]}", text)
    for _ in range(4):  # at most three elided parts occur together in 12,597 sentences
        filled = _SUSPENDED.sub(_fill, text, count=1)
        if filled == text:
            break
        text = filled
    return text


def _fill(match: re.Match[str]) -> str:
    first, rest = match[1], match[0][len(match[1]) + 1 :]
    return f"{first}{_back(first, match[2])}{' ' if rest[:1] not in ' ,' else ''}{rest}"


def _back(first: str, whole: str) -> str:
    """Return the end of `whole` that completes `first`: the longest giving a known word, else the head."""
    lower = whole.lower()
    for at in range(2, len(lower) - 2):
        if known((first + lower[at:]).capitalize()):
            return lower[at:]
    at = _head(lower, parts(lower))
    return lower[at:] if at > 0 else lower


def _front(whole: str) -> str:
    """Return the first parts of a compound with their linking letters."""
    lower = whole.lower()
    split = parts(lower)
    at = _head(lower, split)
    return whole[:at] if len(split) > 1 and at > 0 else whole


def _head(word: str, split: tuple[str, ...]) -> int:
    """Return where the last part of a word begins; parts are lemmas, so lengths may differ from the word."""
    last = split[-1]
    return word.rfind(last[: max(3, len(last) - 2)])
