"""Find the long forms of abbreviations in a text that explains them once in brackets, such as »EEG«."""

from __future__ import annotations

import re

from pipeline.knowledge.german import normalise, word_set

_DEFINED = re.compile(r"(?<![\w-])((?:[\w-]{1,60} ){0,7}[\w-]{1,60}) \(([A-ZÄÖÜ][\w-]{1,9})\)")
_COMPOUND = re.compile(r"-[A-ZÄÖÜ]?[a-zäöüß]{3}")  # »EEG-Umlage« is not an abbreviation
_AT_END = re.compile(r"(.+) \(([\w-]{0,12}[A-ZÄÖÜ][\w-]{0,12}[A-ZÄÖÜ][\w-]{0,12})\)\W*")


def long_forms(text: str) -> dict[str, str]:
    """Return the abbreviations that a text defines in brackets: {»EEG«: »Erneuerbare-Energien-Gesetz«}.

    The long form is the sequence of words before the bracket whose initials the abbreviation spells
    (»Erneuerbare Energien Gesetz«), else the shortest one that begins with its first letter and contains
    its letters in order (after Schwartz and Hearst 2003).
    """
    found: dict[str, str] = {}
    for match in _DEFINED.finditer(normalise(text)):
        short, before = match[2], match[1].split()
        if sum(letter.isupper() for letter in short) < 2 or _COMPOUND.search(short):
            continue
        ends = [before[at:] for at in range(len(before) - 1, -1, -1)]
        fitting = (one for fits in (_spells, _abbreviates) for one in ends if fits(short, one))
        if long := next(fitting, None):
            found.setdefault(short, " ".join(long))
    return found


def without_abbreviation(text: str) -> str:
    """Return a name without an abbreviation in brackets at its end: »Mindestlohngesetz (MiLoG)«."""
    named = _AT_END.fullmatch(text)
    return named[1] if named and _in_order(named[2], named[1]) else text


def _abbreviates(short: str, long: list[str]) -> bool:
    """Return whether a name holds the letters; where it begins in lower case, only initials count (KMU)."""
    text = " ".join(long).lower()
    if text[:1] != short[:1].lower() or len(text) < len(short) + 2 or long[0].islower():
        return False
    return _in_order(short, text)


def _spells(short: str, long: list[str]) -> bool:
    """Return whether an abbreviation consists of the initials of words that do not only connect others."""
    words = [word for word in long if word not in word_set("function", "words")]
    initials = "".join(word[0] for word in words)
    return short not in long and words[:1] == long[:1] and initials.lower() == short.lower()


def _in_order(short: str, long: str) -> bool:
    """Return whether a text contains the letters of an abbreviation in order."""
    letters = iter(long.lower())
    return all(letter in letters for letter in re.sub(r"\W", "", short.lower()))
