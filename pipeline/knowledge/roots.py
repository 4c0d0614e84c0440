"""Find the roots of German words, which a noun, its verb, its adjective and their participles share.

All functions are pure; `taxonomies/words.toml` lists the words that follow no rule.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pipeline.knowledge.german import CACHE, ENDING, is_adjective, known, lemma, word_set, words

_UMLAUTS = str.maketrans("äöü", "aou")
_KEEP_UMLAUT = ("förder", "währ")  # »fordern«, »wahr« are other words
_NOUN_ENDING = re.compile(r"(?<=\w{3})(?:en|e)$")
_DERIVED = re.compile(r"(?<=\w{3})(?:ungen|ung|igkeit|keit|heit)$")
_OF_VERB = re.compile(r"(?<=\w{3})[ai]tion$")
_WITH_GE = re.compile(r"(\w{0,6}?)ge(\w{3,})(?:e?t|en)")
_PARTICIPLE = re.compile(r"(?<=\w{3}[lr])nd$|(?<=\w{4})end$|(?<=\w{4})e?t$")
_LINK = r"(?:(?<=ung|eit|aft|ion|tät)s)?"


@lru_cache(CACHE)
def root(word: str, *, derive: bool = True) -> str:
    """Return the stem that a noun, its verb and their participles share, without umlauts.

    »Erhöhung«, »erhöhen« and »erhöht« give »erhoh«; »Versiegelung« and »versiegelte« »versiegel«.
    If `derive` is false, only inflection is removed (for people: »Versicherte« are not »Versicherung«).
    """
    if derive:
        stem = _derived(_uninflected(word))
    else:
        plain = person(word) if word[:1].isupper() and not word.isupper() else word
        stem = _NOUN_ENDING.sub("", _as_participle(word, _uninflected(plain)).lower())
    stem = stem.replace("ß", "ss")
    if not stem.startswith(_KEEP_UMLAUT):
        stem = stem.translate(_UMLAUTS)
    irregular: dict[str, str] = words()["irregular"]
    return irregular.get(stem, stem)


@lru_cache(CACHE)
def person(word: str) -> str:
    """Return the dictionary form of a noun, adjectives and participles used as nouns with -e.

    Adjectives are in lower case, as they are before nouns: »Berufstätiger« -> »berufstätige« (Menschen),
    »Beteiligter« -> »Beteiligte«.
    """
    weak = lemma(word) if word.isupper() else _weak(word, lemma(word))
    is_listed = weak.endswith("e") and (known(weak) or weak.endswith("ige"))
    return weak.lower() if is_listed and is_adjective(weak) else weak


def _weak(word: str, found: str) -> str:
    """Return the form with -e of a noun that is an adjective or participle, else its dictionary form."""
    if found == word and word.endswith("igen"):  # not in the dictionary
        return word[:-1]
    if found.lower() in (word[:-1].lower(), word[:-2].lower()):  # »versichert«
        weak = f"{ENDING.sub('', word)}e"
        return weak if found.islower() or (known(weak) and is_adjective(weak)) else found
    bare = found[:-1]
    if not found.endswith("er"):
        return found
    if word in (bare, f"{bare}n"):
        return bare
    is_weak = lemma(bare) == found or (known(bare) and (is_adjective(bare) or bare.endswith(("igte", "nde"))))
    return bare if is_weak and not known(f"{found}s") else found  # »Gläubigers«


def _uninflected(word: str) -> str:
    lower, found = word.lower(), lemma(word)
    if word == lower and (found[:1].isupper() or not known(word)):  # taken for a noun, or unknown
        found = ENDING.sub("", lower)
    if found.endswith("er") and lower in (found[:-1].lower(), found[:-1].lower() + "n"):
        found = found[:-1]  # »Beschäftigte« has the lemma »Beschäftigter«
    return found


def _as_participle(word: str, found: str) -> str:
    """Return »kommend« for »kommender«, although the dictionary says »kommen«."""
    is_verb = word.islower() and found.islower() and found.endswith("n")
    return ENDING.sub("", word) if is_verb else found


def _derived(found: str) -> str:
    """Return the stem of a dictionary form, in which only nouns are capitalised."""
    return _of_verb(_infinitive(found)) if found.islower() else _of_noun(found.lower())


def _of_noun(noun: str) -> str:
    acting = _OF_VERB.sub("", noun)
    if acting != noun and known(f"{acting}ieren"):
        return f"{acting}ier"  # »Investition«, »Integration«
    if _DERIVED.search(noun):
        return _DERIVED.sub("", noun)
    if noun.endswith(("ierte", "elte", "igte", "erte")):
        return _PARTICIPLE.sub("", ENDING.sub("", noun))
    return _NOUN_ENDING.sub("", noun)


def _of_verb(word: str) -> str:
    """Return the stem of an infinitive, a participle or an adjective."""
    if _DERIVED.search(word):
        return _DERIVED.sub("", word)
    if word.endswith(("en", "eln", "ern")):
        return re.sub("(?:en|n)$", "", word) if len(word) > 4 else word
    return _PARTICIPLE.sub("", word if _is_listed(word) else ENDING.sub("", word))


def _is_listed(adjective: str) -> bool:
    """Return whether an adjective is not a form of a shorter one: »sicher«, »sauber«."""
    return adjective.endswith("er") and lemma(adjective) == adjective


def _infinitive(word: str) -> str:
    """Return the verb of a participle with ge-: »abgesenkt« -> »absenken«; other words unchanged."""
    participle = _WITH_GE.fullmatch(word)
    if not participle or word in word_set("adjectives", "settled"):
        return word
    form = f"{participle[1]}{participle[2]}en"
    verb = lemma(form) if known(form) else ""
    is_infinitive = verb == form and word.endswith("en")  # »gefallen«, »gestehen«
    return verb if verb.endswith(("en", "ern", "eln")) and not is_infinitive else word


def noun(adjective: str) -> str:
    """Return the compound behind an adjective: »zivilgesellschaftlich« -> »Zivilgesellschaft«."""
    for ending, meant in _adjectives():
        if first := ending.fullmatch(adjective):
            return f"{first[1]}{meant}".capitalize()
    return adjective


@cache
def _adjectives() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the endings of adjectives with their replacements; the first that matches is used."""
    table = words()["adjectives"]
    endings = {_LINK + ending: "" for ending in table["relating"].split()} | table["noun"]
    return tuple(
        (re.compile(rf"(\w{{4,}}?){ending}(?:e[mnrs]?)?"), meant) for ending, meant in endings.items()
    )
