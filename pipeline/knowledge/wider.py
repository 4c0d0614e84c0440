"""Find the wider name inside a name: »Fachkräftemangel in der Pflege« is a kind of »Fachkräftemangel«.

A name is wider if it holds the head noun and leaves out adjectives before it or complements after it
(»Schuldenbremse der Länder«, »im Grundgesetz verankerte Schuldenbremse«). The whole does not count for the
wider name (`cores` finds what does), but tables tell that it belongs there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.knowledge import german

_WORD = re.compile(r"[^\W_][\w*:-]*|[^\w\s]")
_NONE = frozenset(("kein", "keine", "keinen", "keiner", "keines", "keinem", "nicht", "weder"))
_LONGEST = 6  # words of a name from its head noun on


def wider(name: str) -> Iterator[str]:
    """Yield the wider names inside a name, the longest first; none if the head noun is not certain."""
    words = _WORD.findall(german.normalise(name))
    head = _head(words)
    if head is None:
        return
    for end in range(min(len(words), head + _LONGEST), head, -1):
        if end < len(words) and (not _opens_complement(words[end]) or _opens_complement(words[end - 1])):
            continue
        for start in range(head + 1):
            is_whole = start == 0 and end == len(words)
            if not is_whole and all(_is_modifier(word) for word in words[start:head]):
                yield " ".join(words[start:end])


def _head(words: Sequence[str]) -> int | None:
    """Return the place of the head noun: the first noun, unless a preposition opens the name.

    Then it is the first noun that directly follows an adjective or participle and is not the first
    (»im Grundgesetz verankerte Schuldenbremse«).
    """
    nouns = [at for at, word in enumerate(words) if german.is_written_as_noun(word)]
    if not nouns or any(word.endswith("-") or word.lower() in _NONE for word in words):
        return None
    if words[0].lower() in _prepositions():
        nouns = [at for at in nouns[1:] if _is_inflected(words[at - 1])]
    before = words[: nouns[0]] if nouns else ()
    return nouns[0] if nouns and (not before or _is_inflected(before[-1])) else None


def _is_inflected(word: str) -> bool:
    """Return whether a word is an adjective or a participle with an ending."""
    return german.ENDING.search(word.lower()) is not None and _is_modifier(word)


def _is_modifier(word: str) -> bool:
    return german.is_adjective(word) or (word.islower() and not _is_opening(word))


def _opens_complement(word: str) -> bool:
    return word == "(" or _is_opening(word)


def _is_opening(word: str) -> bool:
    return word in _prepositions() or word in german.word_set("complement", "articles")


def _prepositions() -> frozenset[str]:
    return german.word_set("complement", "prepositions")
