"""Find quoted words again in a text that was read anew (quote selectors, W3C Web Annotation Model, 4.2.4).

A selector holds the words, some text before and after them, and which of several equal places is
meant. Only letters and digits are compared, without case and diacritics, because a changed reader
moves spaces, hyphens, quotation marks and line breaks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import takewhile

from pipeline.records import Record

CONTEXT = 64  # characters kept on either side; W3C examples have about 30, German words are longer
KNOWN = 12  # letters of context that must agree if the words occur in several places
ANCHOR = 20  # letters of context by which changed words are found
FURNITURE = 80  # letters of a running head and page number that a reader may leave between words
ALIKE = 0.75  # least similarity of changed words (difflib); a letter in four may be misread


class Quote(Record):
    """A quote selector: words with their surroundings."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    nth: int = 0  # which of several places with the same words and surroundings, from 0


class Place(Record):
    """The place of words: the position of their sentence, and offsets in it."""

    sentence: int
    start: int
    end: int


class Letters(Record):
    """The letters and digits of a document, with the place of each."""

    text: str
    sentences: tuple[int, ...]
    offsets: tuple[int, ...]


def letters(sentences: Sequence[str]) -> Letters:
    """Return the folded letters of consecutive sentences."""
    found = [
        (letter, number, offset)
        for number, sentence in enumerate(sentences)
        for offset, character in enumerate(sentence)
        for letter in _folded(character)
    ]
    return Letters(
        text="".join(letter for letter, _, _ in found),
        sentences=tuple(number for _, number, _ in found),
        offsets=tuple(offset for _, _, offset in found),
    )


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", character).casefold() if c.isalnum())


def fold(text: str) -> str:
    """Return the letters and digits of a text, without case and diacritics."""
    return "".join(map(_folded, text))


def quote(whole: Letters, sentences: Sequence[str], place: Place) -> Quote:
    """Return the selector of a place in a document's sentences, whose letters are `whole`."""
    text = sentences[place.sentence]
    before = _joined(reversed(sentences[: place.sentence]), text[: place.start], back=True)
    after = _joined(iter(sentences[place.sentence + 1 :]), text[place.end :], back=False)
    made = Quote(exact=text[place.start : place.end], prefix=before[-CONTEXT:], suffix=after[:CONTEXT])
    same = places(whole, made)
    here = [n for n, (low, high) in enumerate(same) if _covers(whole, low, high, place)]
    return Quote(made.exact, made.prefix, made.suffix, here[0] if here else 0)


def _joined(others: Iterator[str], own: str, *, back: bool) -> str:
    for other in others:
        if len(own) >= CONTEXT:
            break
        own = f"{other} {own}" if back else f"{own} {other}"
    return own


def _covers(whole: Letters, low: int, high: int, place: Place) -> bool:
    first = whole.sentences[low] == place.sentence and whole.offsets[low] >= place.start
    return first and whole.offsets[high - 1] < place.end


def find(whole: Letters, sentences: Sequence[str], wanted: Quote) -> Place | str:
    """Return the present place of the words, or the reason why they were not found."""
    same = places(whole, wanted) or _changed(whole, wanted)
    if not same:
        return "the words are not in the document"
    low, high = same[min(wanted.nth, len(same) - 1)]
    if whole.sentences[low] != whole.sentences[high - 1]:
        return "a sentence ends inside the words"
    place = Place(whole.sentences[low], whole.offsets[low], whole.offsets[high - 1] + 1)
    return _with_marks(sentences[place.sentence], place, wanted.exact)


def places(whole: Letters, wanted: Quote) -> list[tuple[int, int]]:
    """Return the places of the words whose surroundings agree best, or none if they hardly agree."""
    needle, prefix, suffix = fold(wanted.exact), fold(wanted.prefix), fold(wanted.suffix)
    places = [(at, at + len(needle)) for at in _occurrences(whole.text, needle)]
    agree = [_before(whole.text, low, prefix) + _after(whole.text, high, suffix) for low, high in places]
    most = max(agree, default=0)
    if len(places) > 1 and most < min(KNOWN, len(prefix) + len(suffix)):
        return []
    same = [place for place, n in zip(places, agree, strict=True) if n == most]
    return [place for place in same if _whole_words(whole, *place)] or same


def _occurrences(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle) if needle else -1
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def _before(text: str, low: int, prefix: str) -> int:
    own = text[max(0, low - len(prefix)) : low]
    return _common(own[::-1], prefix[::-1])


def _after(text: str, high: int, suffix: str) -> int:
    return _common(text[high : high + len(suffix)], suffix)


def _common(one: str, other: str) -> int:
    """Return how many characters agree from the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _whole_words(whole: Letters, low: int, high: int) -> bool:
    """Return whether no letter adjoins the words on either side."""
    return _apart(whole, low - 1, low) and _apart(whole, high - 1, high)


def _apart(whole: Letters, left: int, right: int) -> bool:
    if left < 0 or right >= len(whole.text) or whole.sentences[left] != whole.sentences[right]:
        return True
    return whole.offsets[right] - whole.offsets[left] > 1


def _changed(whole: Letters, wanted: Quote) -> list[tuple[int, int]]:
    """Return the place between the surroundings if the text there is similar to the words."""
    prefix, suffix, needle = fold(wanted.prefix)[-ANCHOR:], fold(wanted.suffix)[:ANCHOR], fold(wanted.exact)
    if len(prefix) < KNOWN or len(suffix) < KNOWN or not needle:
        return []
    found = []
    for at in _occurrences(whole.text, prefix):
        low = at + len(prefix)
        high = whole.text.find(suffix, low + 1, low + 2 * len(needle) + FURNITURE + len(suffix))
        if high > low and _alike(whole.text[low:high], needle):
            found.append((low, high))
    return found


def _alike(text: str, needle: str) -> bool:
    """Return whether a text is the words, misread in places or interrupted by page furniture."""
    parted = _common(text, needle) + _common(text[::-1], needle[::-1]) >= len(needle)
    return parted or SequenceMatcher(None, text, needle).ratio() >= ALIKE


def _with_marks(sentence: str, place: Place, exact: str) -> Place:
    """Extend a place by punctuation at the ends of the quoted words (»Aus-«) if it is still there."""
    head = "".join(takewhile(lambda c: not _folded(c), exact))
    tail = "".join(takewhile(lambda c: not _folded(c), reversed(exact)))[::-1]
    start = place.start - len(head) if head and sentence[: place.start].endswith(head) else place.start
    end = place.end + len(tail) if sentence.startswith(tail, place.end) else place.end
    return Place(place.sentence, start, end)
