"""Put names into the nominative, as a dictionary lists them: »globalen Wettbewerb« is »globaler Wettbewerb«.

Only the first noun and the adjectives before it are changed, and only if gender and number are known: the
dictionary tells plurals, `taxonomies/genders.toml` the gender of singulars. Otherwise names stay unchanged.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.knowledge import german
from pipeline.knowledge.toml import load
from pipeline.records import Record

PLURAL = "e"  # ending of adjectives without an article
SINGULAR = {"masculine": "er", "weak": "er", "feminine": "e", "neuter": "es"}
_NAMES = 1 << 16  # kept
_NOUN = re.compile(r"[A-ZÄÖÜ][\w*:-]*\w")
_SHORTEST = 3  # letters of the last part of a compound
_JOINING = re.compile(r"und|oder|sowie|bzw\.")
_JOINED = re.compile(rf"{_JOINING.pattern}|.*[,-]")  # joined words have the same case
_BEFORE = re.compile(r"[^\W\d][\w-]*|\d+\.")  # what may stand before a noun
_COUNTING = re.compile(r"kein|jed|beide|sämtlich|weniger|sieben")  # adjectives after these have other endings


class Genders(Record, forbid_unknown_fields=True):
    """Endings of nouns by gender or, if that matters more, by plural; white space separates them."""

    masculine: str
    feminine: str
    neuter: str
    weak: str
    same: str
    loan: str


class Noun(NamedTuple):
    """A noun in the nominative."""

    form: str
    ending: str  # of adjectives before it; "" if gender or number is unknown
    left: tuple[str, ...] = ("es",)  # endings with which it is right as it is, or nobody knows


@lru_cache(_NAMES)
def nominative(name: str) -> str:
    """Return a name in the nominative, or unchanged if that is not certain."""
    words = name.split(" ")
    at = _head(words)
    if at is None or _is_kept(words, at):
        return name
    noun, stems = _noun(words[at]), {place: _bare(words[place]) for place in range(at)}
    adjectives = [place for place, stem in stems.items() if stem]
    ending = words[adjectives[-1]].removeprefix(stems[adjectives[-1]]) if adjectives else ""
    if adjectives and (not noun.ending or ending in noun.left):
        return name
    words[at] = noun.form
    if _is_pair(words, at):
        other, men = words[at + 2], words[at].removesuffix("innen")
        words[at + 2] = men if other == f"{men}n" and _kind(men) == "same" else _noun(other).form
    for place in adjectives:
        before, comma, _ = words[place].partition(",")
        if before == stems[place] + ending:  # in »knapper werdende« only one is
            words[place] = stems[place] + noun.ending + comma
    return " ".join(words)


def _head(words: list[str]) -> int | None:
    """Return the position of the first noun if only adjectives and adverbs precede it."""
    for at, word in enumerate(words):
        if _joins_adjectives(words, at):
            continue
        if word.lower() in _closed() or _COUNTING.match(word.lower()):
            return None
        if _NOUN.fullmatch(word) and not (_NOUN.fullmatch(" ".join(words[at + 1 : at + 2])) and _bare(word)):
            return at
        if not _BEFORE.fullmatch(word):
            return None
    return None


@cache
def _closed() -> frozenset[str]:
    return german.word_set("function", "words") | german.word_set("complement", "prepositions")


def _joins_adjectives(words: list[str], at: int) -> bool:
    """Return whether a word only joins adjectives of one ending: »soziale und private«, »klare, kurze«."""
    if words[at].endswith(","):
        pair = words[at : at + 2]
    else:
        pair = words[at - 1 : at + 2 : 2] if at and _JOINING.fullmatch(words[at]) else []
    stems = [_bare(word) for word in pair]
    endings = {word.partition(",")[0].removeprefix(stem) for word, stem in zip(pair, stems, strict=True)}
    return len(pair) == 2 and pair[1][0].islower() and all(stems) and len(endings) == 1


def _is_pair(words: list[str], at: int) -> bool:
    """Return whether a noun is the first of a pair, of which both have one number: »Ärztinnen und Ärzten«."""
    joining, other = " ".join(words[at + 1 : at + 2]), " ".join(words[at + 2 : at + 3])
    return words[at].endswith("innen") and bool(_JOINING.fullmatch(joining) and _NOUN.fullmatch(other))


def _is_kept(words: list[str], at: int) -> bool:
    """Return whether a noun must stay unchanged: in a list, before another name, as the object of a verb."""
    before = (word for place, word in enumerate(words[:at]) if not _joins_adjectives(words, place))
    following = () if _is_pair(words, at) else words[at + 1 : at + 2]
    listed = any(map(_JOINED.fullmatch, (*before, words[at], *following)))
    after = words[at + 1 :]
    named = bool(after) and _NOUN.fullmatch(after[0]) is not None and not after[0].endswith("s")
    return listed or named or (bool(after) and after[-1].isalpha() and after[-1].islower())


@lru_cache(german.CACHE)
def _bare(word: str) -> str:
    """Return an adjective without its ending, or "" if it is not an adjective or has no ending.

    It is spelled as in the name, so that another ending can follow; `roots` finds what words share instead.
    """
    word = word.removesuffix(",")
    stem = german.ENDING.sub("", word)
    lower, lemma = stem.lower(), german.lemma(word.lower())
    is_verb = word == lemma and word.endswith("en") and german.known(word) and not german.is_adjective(word)
    if stem == word or is_verb or not lemma.islower():
        return ""
    if word[0].isupper():  # »Globale«, but not »Schwäche« and »Pariser«
        return stem if german.is_adjective(word) and not word.endswith("er") else ""
    if lower == "hoh" or (german.known(word) and lower.endswith("st")):  # »ärmsten«
        return stem
    forms = (lower, f"{lower[:-1]}e{lower[-1]}")  # »flexiblen«
    ends = (form[at:] for form in forms for at in range(max(1, len(lower) - _SHORTEST)))
    return stem if any(german.known(end) and german.lemma(end).islower() for end in ends) else ""


@lru_cache(german.CACHE)
def _noun(word: str) -> Noun:
    if word.endswith(("innen", "Innen", "*in", ":in")):
        return Noun(word, PLURAL)
    front, last = _last(word)
    lemma = german.lemma(last) if "ß" in last else german.lemma(last).replace("ß", "ss")
    kind = _kind(lemma)
    if last == lemma:
        of_both = Noun(word, PLURAL, ("es", "er", "em"))
        return of_both if kind == "same" else Noun(word, SINGULAR.get(kind, ""))
    if last in _genitives(lemma) and kind in ("masculine", "neuter", "same"):
        return Noun(_joined(front, lemma), SINGULAR.get(kind, ""))
    plural = _plural(last, lemma, kind)
    return Noun(word if plural == last else _joined(front, plural), PLURAL)


def _genitives(lemma: str) -> tuple[str, ...]:
    return f"{lemma}s", f"{lemma}es", f"{lemma}ses"


def _last(word: str) -> tuple[str, str]:
    """Return a compound as its first part and its longest end in the dictionary, capitalised."""
    for at in range(len(word) - _SHORTEST):
        end = word[at:].capitalize() if at else word
        if word[at].isalpha() and german.known(end) and german.lemma(end)[:1].isupper():
            return word[:at], end
    return "", word


def _joined(front: str, last: str) -> str:
    return front + (last.lower() if front and front[-1].isalpha() else last)


def _plural(last: str, lemma: str, kind: str) -> str:
    """Return a plural without the -n of the dative: »Angriffen«, »Gewässern«, but »Krisen«, »Regeln«."""
    bare, described = last.removesuffix("n"), german.lemma(last.lower())
    if _is_person(bare, described):
        return bare
    if not german.known(bare) or german.lemma(bare) != lemma or kind in ("weak", "loan"):
        return last
    if kind in ("masculine", "neuter") and bare in (lemma, f"{lemma}e"):
        return last if lemma.endswith("e") else bare  # »Interessen« stays
    if described == last.lower() or bare == f"{lemma}e" or (bare == lemma and kind != "same"):
        return last  # a verb as a noun (»Abbaggern«), or nobody knows
    return bare if bare.endswith(("e", "er", "l")) else last  # an umlaut or -er: »Kräften«, »Kindern«


def _is_person(bare: str, described: str) -> bool:
    """Return whether a noun is an adjective or participle: »Betroffene«, »Beschäftigte«, »Lernende«."""
    stem = bare.removesuffix("e")
    is_adjective = described == stem.lower() and (described.endswith("end") or german.known(f"{stem}er"))
    return _end(bare) == "e" and (is_adjective or german.lemma(bare) in (f"{stem}er", stem.lower()))


@cache
def _kinds() -> dict[str, str]:
    genders = load("genders", Genders)
    return {end: kind for kind in Genders.__struct_fields__ for end in getattr(genders, kind).split()}


def _kind(noun: str) -> str:
    return _kinds().get(_end(noun), "")


@lru_cache(german.CACHE)
def _end(noun: str) -> str:
    """Return the longest listed ending of a noun, or "" if there is none."""
    lower = noun.lower()
    return next((lower[at:] for at in range(len(lower)) if lower[at:] in _kinds()), "")
