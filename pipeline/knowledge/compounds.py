"""To the parts of German compounds: »Fachkräftemangel« is made of Fach, Kraft and Mangel.

Which strings are words the dictionary tells; `taxonomies/words.toml` has what it does not know, and
what only looks like a word. All functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipeline.knowledge.german import CACHE, is_noun, known, lemma, word_set

LONGEST = 60  # letters of a word that is split; »Verkehrswegeplanungsbeschleunigungsgesetz« has 41
_LINKS = ("", "s", "es", "n", "en", "er", "e", "ns")  # letters between two parts

_SUSPENDED = re.compile(
    r"\b(\w+)- ?(?:und|oder|bzw\.|sowie|/|,) ?(?:\w+- ?(?:und|oder|bzw\.|sowie) )?(\w{5,})"
)
_TAIL = re.compile(r"\b(\w{5,}) (?:und|oder|bzw\.|sowie) -(\w+)")


class _Cut(NamedTuple):
    """A compound cut in two; of two cuts the larger one is better."""

    is_listed: bool  # its first part is a word of its own, no compound
    is_even: bool  # both parts have five letters
    links: int  # minus the linking letters
    shorter: int  # letters of the shorter part
    first: str  # without its linking letters
    last: str


@lru_cache(CACHE)
def parts(word: str, kept: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Split a lower-case compound into the lemmas of its parts: »fachkräftemangel« -> fach, kraft, mangel.

    A split needs a known noun on the right and a known noun, a bound form or another compound on the
    left; the more even split wins and both sides are split again, so that every form of a compound
    ends in the same parts. Words in `kept` are not split.
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
    """Yield the readings of a first part without its linking letters, with the letters' number."""
    for link in _LINKS:
        first = left.removesuffix(link)
        if (link and first == left) or len(first) < 2:
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
    """Write out suspended hyphens: »Aus- und Weiterbildung« -> »Ausbildung und Weiterbildung«."""
    text = _TAIL.sub(lambda m: f"{m[1]} und {_front(m[1])}{m[2]}", text)
    for _ in range(4):  # three elided parts are the most seen in 12,597 sentences
        filled = _SUSPENDED.sub(_fill, text, count=1)
        if filled == text:
            break
        text = filled
    return text


def _fill(match: re.Match[str]) -> str:
    first, rest = match[1], match[0][len(match[1]) + 1 :]
    return f"{first}{_back(first, match[2])}{' ' if rest[:1] not in ' ,' else ''}{rest}"


def _back(first: str, whole: str) -> str:
    """Return the end of `whole` that `first` shares: the longest that makes a known word, else its head."""
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
    """Return where the last part of a word begins; parts are lemmas and may end otherwise than the word."""
    last = split[-1]
    return word.rfind(last[: max(3, len(last) - 2)])
