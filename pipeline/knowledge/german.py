"""Handle German words as strings: normal form, lemma, gender forms; the only door to simplemma.

All functions are pure. simplemma's dictionary (about 1.1 million German forms) also tells which strings
are words. `compounds`, `roots` and `long_forms` build on it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

import simplemma
from simplemma.strategies import DictionaryLookupStrategy

from pipeline.knowledge.toml import load

CACHE = 1 << 15  # distinct words cached, half of those in the mentions of 7,000 pages
ENDING = re.compile(r"(?<=\w{3})(?:e[mnrs]?)$")  # of an adjective
_FORMED = re.compile(r"\w{3,}(?:lich|isch|ig|haft|sam|bar|los|voll|iert|ionell)")  # stems that are no nouns

_DICTIONARY = DictionaryLookupStrategy()
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_NEGATED = re.compile(r"\bnicht ([a-zäöüß]{4,})")
_DASHES = re.compile(r"[\u2010\u2011\u2012\u2212]")
_QUOTES = re.compile(r"[\"'»«„“”‚‘’›‹]")
_SOFT = re.compile("[\u00ad\u200b\u2060\ufeff]")
_TOKEN = re.compile(r"\w+(?:[-./&]\w+)*[-/]?|-\w+", re.UNICODE)

_GENDERED = re.compile(
    r"(?<!\w)\w{1,60}(?:[*:_](?:innen|in)|/-?(?:innen|in)|\((?:innen|in)\))|(?<!\w)\w{1,60}[a-zäöüß]In(?:nen(?![A-ZÄÖÜ])|(?!\w))"
)
_GENDER = re.compile(r"(?:[*:_]|/-?|\()?[Ii]n(?:nen)?\)?$")
_PAIR = re.compile(
    r"\b(\w+)(?:innen|in) (?:und|oder|/|bzw\.) (\w+)\b|\b(\w+) (?:und|oder|bzw\.) (\w+)(?:innen|in)\b"
)
# »Bürgerinnen- und Bürgerräte«, »Zeugen- und Zeuginnenschutz«
_PAIR_IN_COMPOUND = re.compile(
    r"(?i:\b(\w{3,})innen- (?:und|oder|bzw\.) (?=\1\w{3})"
    r"|\b((\w{3,}?)(?:e?n|e)?)- (?:und|oder|bzw\.) \3innen(?=\w{3}))"
)
_LAST_UMLAUT = re.compile("[äöü](?!.*[äöü])")


@cache
def words() -> dict[str, Any]:
    """Return the content of `taxonomies/words.toml`; white space separates words."""
    return load("words", dict[str, Any])


@cache
def word_set(table: str, key: str) -> frozenset[str]:
    """Return one list of `words.toml` as a set."""
    return frozenset(words()[table][key].split())


def normalise(text: str) -> str:
    """Return the text in NFC with plain hyphens, digits and spaces, without quotation marks."""
    text = unicodedata.normalize("NFC", _SOFT.sub("", text)).translate(_SUBSCRIPTS)
    text = _QUOTES.sub("", _DASHES.sub("-", text))
    return " ".join(text.split())


def tokens(text: str) -> list[str]:
    """Return the words of a text without punctuation; hyphenated words stay whole."""
    return _TOKEN.findall(text)


@lru_cache(CACHE)
def lemma(word: str) -> str:
    """Return the dictionary form of a word, in the dictionary's spelling (nouns with a capital)."""
    found: str = simplemma.lemmatize(word, lang="de") if word else ""
    return found


@lru_cache(CACHE)
def known(word: str) -> bool:
    """Return whether the dictionary has this form, regardless of the case of its first letter."""
    return _DICTIONARY.get_lemma(word, "de") is not None


@lru_cache(CACHE)
def is_noun(word: str) -> bool:
    """Return whether a lower-case word is a noun in the dictionary."""
    found = _DICTIONARY.get_lemma(word.capitalize(), "de")
    return found is not None and found[:1].isupper()


@lru_cache(CACHE)
def is_adjective(word: str) -> bool:
    """Return whether a word is an adjective with an ending, capitalised or not: »Kalten«, not »Pariser«."""
    lower, found = word.lower(), lemma(word.lower())
    stem = ENDING.sub("", lower)
    if stem == lower:
        return False
    is_listed = found == stem or (found == f"{stem}er" and not lower.endswith("er"))
    return is_listed or (not known(word) and _FORMED.fullmatch(stem) is not None)


@lru_cache(CACHE)
def describes(word: str, following: str) -> bool:
    """Return whether a word is the adjective of a noun, also compared: »Kürzere Wege«, not »Wege Europas«."""
    if not following[:1].isupper() or is_adjective(word):
        return following[:1].isupper()
    lower = word.lower()
    stem, found = ENDING.sub("", lower), lemma(lower)
    return stem.endswith(("er", "end")) and found.islower() and found != lower and lemma(stem).islower()


def is_written_as_noun(word: str) -> bool:
    """Return whether a word has a capital and is no adjective: »Mindestlohn«, not »Kalten« (»Krieges«)."""
    return word[:1].isupper() and not is_adjective(word)


def unnegate(text: str) -> str:
    """Return negations as one word if there is such a word: »nicht besetzte« -> »unbesetzte«."""
    return _NEGATED.sub(lambda m: f"un{m[1]}" if known(ENDING.sub("", f"un{m[1]}")) else m[0], text)


def ungender(text: str) -> str:
    """Return gender forms as the plain plural or singular: »Bürger*innen«, »BürgerInnen«, »Bürger/in«.

    Pairs (»Bürgerinnen und Bürger«, »Bürgerinnen- und Bürgerräte«) become one word. A form whose stem changes
    (»Ärzt:innen«) is replaced by the masculine stem (»Arzt« instead of »Ärzte«), which has the same lemma.
    """
    text = _PAIR.sub(_one_of_pair, _PAIR_IN_COMPOUND.sub(lambda match: match[2] or "", text))
    return _GENDERED.sub(lambda match: masculine(_GENDER.sub("", match[0])), text)


def _one_of_pair(match: re.Match[str]) -> str:
    feminine, plain = (match[1], match[2]) if match[1] else (match[4], match[3])
    same = lemma(masculine(feminine)).lower() == lemma(plain).lower()
    return plain if same else match[0]


@lru_cache(CACHE)
def masculine(stem: str) -> str:
    """Return the noun for a feminine stem without -in: »Ärzt« -> »Arzt«, »Kund« -> »Kunde«."""
    back = _LAST_UMLAUT.sub(lambda found: {"ä": "a", "ö": "o", "ü": "u"}[found[0]], stem)
    if stem.endswith(("er", "or", "är", "ist", "ent", "ant", "eur")) and known(stem):
        return stem
    return next((form for form in (stem + "e", stem, back + "e", back) if known(form)), stem)
