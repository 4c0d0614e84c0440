"""Turn sentences and questions into search terms: lemmas, compound parts, one spelling of umlauts.

A word gives one `word` (its dictionary form) and one or more `parts` (the roots of its compound
parts), so that »Fachkräfte« finds »Fachkräftemangel« and »gefördert« finds »Förderung«. Beginnings
are also looked for in the word as `written`: »Fachkräfte*« begins no dictionary form. Umlauts
are written out (ae, oe, ue, ss), as people without a German keyboard do; they are not reduced to
plain vowels, because »fordern« is not »fördern«.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.knowledge import compounds, german
from pipeline.knowledge.roots import root
from pipeline.records import Record

_WORD = re.compile(
    r"\w+(?:[*:_]innen\b|[*:_]in\b|/-?innen\b|/-?in\b|\(innen\)|\(in\))?"
    r"(?:(?:[-.&/]|(?<=\d),(?=\d))\w+)*-?|-\w+",
    re.UNICODE,
)
_QUOTE = "\ue000"  # stands for a quotation mark, which normalising removes
_QUOTES = re.compile(r"[\"„“”»«]")
_QUESTION = re.compile(rf"(-?){_QUOTE}([^{_QUOTE}]+){_QUOTE}|(-?)(\S+)")
_GENDERED = re.compile(r"[*:_/(]-?in(?:nen)?\)?|[a-zäöüß]In(?:nen)?$")
_UNFOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_FEMININE = ("erin", "orin", "tin", "din", "gin")  # not »Medizin«, »Termin«, »Disziplin«
_RESTORED = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"), ("ss", "ß"))
_UMLAUTS = {"a": "ä", "o": "ö", "u": "ü"}
_CACHE = 1 << 18  # distinct words of about 7,000 pages


class Term(Record, array_like=True):
    """The terms by which one word is found, and its place in the text."""

    start: int
    end: int
    word: str
    parts: tuple[str, ...]
    written: str  # as in the text, without hyphens


class Asked(Record):
    """One element of a question: a word, the beginning of a word, or a phrase, wanted or not."""

    terms: tuple[Term, ...]
    prefix: str = ""
    unwanted: bool = False


def terms(text: str) -> list[Term]:
    """Return the terms of a sentence in order."""
    found = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text)]
    whole = _completed(text, [word for _, _, word in found])
    return [Term(a, b, *_analysed(word)) for (a, b, _), word in zip(found, whole, strict=True)]


def _completed(text: str, found: list[str]) -> list[str]:
    """Return the words with elided parts completed: »Aus- und Weiterbildung«."""
    if not any(word.endswith("-") or word.startswith("-") for word in found):
        return found
    whole = _WORD.findall(compounds.complete(text))
    return whole if len(whole) == len(found) else found


@lru_cache(_CACHE)
def _analysed(word: str) -> tuple[str, tuple[str, ...], str]:
    """Return the term and the parts of a printed word, and the word as it is written."""
    word = german.normalise(word).strip("-./&")
    written = _joined(word)
    if _GENDERED.search(word):
        word = german.ungender(word)
    if "-" in word and german.known(word):  # »Start-ups«: »Start-up«
        word = german.lemma(word)
    pieces = [piece for piece in re.split(r"[-/&]", word) if piece]
    lemmas = [part for piece in pieces for part in _lemmas(piece)]
    roots = tuple(folded(root(part)) for part in lemmas)
    return folded("".join(lemmas)), roots or (folded(word),), written


def _joined(word: str) -> str:
    return re.sub(r"\W", "", folded(word))


def _lemmas(piece: str) -> tuple[str, ...]:
    """Return the dictionary forms of a word's compound parts, nouns with a capital letter."""
    if not piece[0].isalpha():
        return (piece,)
    if piece.islower() and not german.known(piece) and _is_noun(piece.capitalize()):
        piece = piece.capitalize()
    found = german.lemma(piece)
    if found[:1].islower():
        return (found,)
    parts = compounds.parts(_masculine(_weak(found)).lower())
    return tuple(part[:1].upper() + part[1:] for part in parts)


def _weak(noun: str) -> str:
    """Return »Beschäftigte« for »Beschäftigter«, because the dictionary does so for some forms only."""
    return noun[:-1] if noun.endswith("er") and german.lemma(noun[:-1]) == noun else noun


def _is_noun(word: str) -> bool:
    return german.known(word) or len(compounds.parts(word.lower())) > 1


def _masculine(noun: str) -> str:
    """Return »Bürger« for »Bürgerin«, and other nouns unchanged."""
    if not noun.endswith(_FEMININE) or len(noun) < 6:
        return noun
    plain = german.masculine(noun[:-2])
    return plain if german.known(plain) and plain[:1].isupper() else noun


def folded(text: str) -> str:
    """Return a term in lower case with umlauts written out."""
    return german.normalise(text).lower().translate(_UNFOLDED)


def asked(question: str) -> tuple[Asked, ...]:
    """Return the elements of a question: words, `"phrases"`, `-unwanted`, `begin*`.

    Function words count only inside phrases, or if there are no other words.
    """
    found = list(_elements(compounds.complete(german.normalise(_QUOTES.sub(_QUOTE, question)))))
    kept = [one for one in found if one.prefix or len(one.terms) > 1 or not _is_function(one)]
    return tuple(kept or found)


def _elements(question: str) -> Iterator[Asked]:
    for minus, phrase, also_minus, word in _QUESTION.findall(question):
        unwanted = bool(minus or also_minus)
        if word.endswith("*") and len(word.rstrip("*")) > 2 and (begin := _joined(word)):
            yield Asked(terms=(), prefix=begin, unwanted=unwanted)
            continue
        words = tuple(terms(_restored_text(phrase or word)))
        if phrase and words:
            yield Asked(terms=words, unwanted=unwanted)
        else:
            yield from (Asked(terms=(one,), unwanted=unwanted) for one in words)


def _is_function(element: Asked) -> bool:
    return element.terms[0].word in _function_words()


@lru_cache(1)
def _function_words() -> frozenset[str]:
    return frozenset(map(folded, german.word_set("function", "words")))


def _restored_text(text: str) -> str:
    return _WORD.sub(lambda match: _restored(match[0]), text)


def _restored(word: str) -> str:
    """Return the dictionary's spelling of a word typed without umlauts: »Fachkraefte«, »Fachkrafte«."""
    if not word.isascii() or not word.isalpha() or _rank(word) > 0:
        return word
    return max(_spellings(word), key=lambda spelling: (_rank(spelling), spelling == word), default=word)


def _spellings(word: str) -> Iterator[str]:
    yield word
    written = word
    for pair, letter in _RESTORED:
        written = written.replace(pair, letter)
    yield written
    for at, letter in enumerate(word.lower()):
        if letter in _UMLAUTS:
            yield word[:at] + _UMLAUTS[letter] + word[at + 1 :]


def _rank(word: str) -> int:
    """Return how certain it is that the word is spelled this way."""
    if german.known(word) or german.known(word.capitalize()):
        return 2
    return int(len(compounds.parts(word.lower())) > 1)
