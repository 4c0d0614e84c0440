"""Normalise mentions to keys so that inflected and compound forms of the same thing compare equal.

»Mangel an Fachkräften«, »Fachkräftemangel« and »fehlende Fachkräfte« all have the key »fach kraft mangel«.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import zip_longest
from typing import NamedTuple

from pipeline.knowledge import german
from pipeline.knowledge.compounds import complete, parts
from pipeline.knowledge.long_forms import without_abbreviation
from pipeline.knowledge.roots import noun, person, root

MOST = 600  # characters of a mention that are read; the longest of 24,928 has 240
SPLIT = 6  # letters of the shortest compound
_MENTIONS = 1 << 16  # names whose keys are cached: all of the registry; most names of a corpus occur once
_WORDS = 1 << 16  # distinct words cached; a corpus of 7,000 pages has about 60,000 in its mentions
_ARTICLES = ("der", "die", "das", "ein", "eine")
_WITH_DIGITS = ("co2", "g7", "g20")  # names, not numbers
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_PIECE = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*", re.UNICODE)
_PEOPLE = re.compile(r"\b([^\W\d_]\w+e[rn]?) (?:Mensch(?:en)?|Person(?:en)?|Leuten?)\b")


class Root(NamedTuple):
    """A root in a mention, and its place in the word."""

    root: str
    whole: bool  # a word of its own
    last: bool  # the last part of its word


@lru_cache(_MENTIONS)
def surface(text: str) -> str:
    """Return the words of a mention, lemmatised and in lower case, without articles and hyphens."""
    words = (german.lemma(word).lower() for token in german.tokens(_plain(text)) for word in token.split("-"))
    return " ".join(word for word in words if word and word not in _ARTICLES)


@lru_cache(_MENTIONS)
def key(text: str, layer: str) -> str:
    """Return the roots of the content words of a mention in alphabetical order, separated by blanks.

    Compounds are split, synonyms are unified (`taxonomies/words.toml`), and modifiers that do not change
    which thing is meant are left out. The key is empty if nothing is left.
    """
    if layer == "actor":  # »arbeitslose Menschen« are »Arbeitslose«
        text = _PEOPLE.sub(lambda match: match[1].lower(), text)
    found = [_common(part, layer) for part in roots(text, derive=layer != "actor")]
    neutral, empty = _neutral("all") | _neutral(layer), _neutral("heads")
    modifiers = {part.root for part in found if part.whole and part.root in neutral}
    heads = {part.root for part in found if part.last and part.root in empty}
    content = _phrases({part.root for part in found})
    content = content - modifiers or content
    return " ".join(sorted(content - heads or content))


@lru_cache(_MENTIONS)
def direction(text: str, layer: str) -> int:
    """Return -1 if a mention says that there is or shall be less of a thing, 1 if more, else 0."""
    found = [_common(part, layer).root for part in roots(text) if part.whole or part.last]
    less = sum(one in _directed("less", layer) for one in found)
    if less:
        return -1 if less % 2 else 1
    return int(any(one in _directed("more", layer) for one in found))


def roots(text: str, *, derive: bool = True) -> tuple[Root, ...]:
    """Return the roots of the content words of a text in order."""
    words = _content(_uncapitalised(german.tokens(complete(_plain(text)))))
    return tuple(part for word in words for part in _word_roots(word, derive))


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning; »gegen« only where it tells victims from culprits."""
    return _content(german.tokens(text))


def _content(tokens: Iterable[str]) -> list[str]:
    function = german.word_set("function", "words")
    violence = german.word_set("function", "violence")
    directed = german.words()["function"]["directed"]
    found: list[str] = []
    for token in tokens:
        lower = token.lower()
        if lower not in function or (lower == directed and found and found[-1].lower() in violence):
            found.append(token)
    return found


def _uncapitalised(words: list[str]) -> Iterator[str]:
    """Yield the words with adjectives in names uncapitalised: »Kalten Krieges«, but not »Rechte der …«."""
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        yield word.lower() if german.describes(word, following) else word


@lru_cache(_MENTIONS)
def _plain(text: str) -> str:
    plain = without_abbreviation(german.normalise(text[:MOST]))
    for pattern, meaning in _rewritten():
        plain = pattern.sub(meaning, plain)
    return german.unnegate(german.ungender(plain))


@lru_cache(_WORDS)
def _word_roots(token: str, derive: bool) -> tuple[Root, ...]:
    kept: dict[str, str] = german.words()["kept"]
    if token.lower() in kept:
        return (Root(kept[token.lower()], whole=True, last=True),)
    words = [word for piece in _pieces(token) for word in _split(piece, derive)]
    found = [_ROMAN.get(word.lower()) or root(word, derive=derive) for word in words]
    return tuple(Root(one, len(found) == 1, at == len(found) - 1) for at, one in enumerate(found))


def _pieces(token: str) -> list[str]:
    """Split a token at hyphens and between letters and digits, but keep »CO2« and »49-Euro-…« whole."""
    if token.lower() in _WITH_DIGITS:
        return [token.upper()]
    found: list[str] = []
    for piece in re.split(r"[-/.]", token):
        found += [piece] if piece[:3].lower() == "co2" else _PIECE.findall(piece)
    return found


def _split(piece: str, derive: bool) -> tuple[str, ...]:
    """Return the words of which a piece without hyphens consists, nouns capitalised."""
    if piece.isupper() and len(piece) >= SPLIT and german.known(piece.capitalize()):  # »LEHRKRÄFTE«
        piece = piece.capitalize()
    if piece.islower():
        piece = noun(piece)
    if len(piece) < SPLIT or piece.islower():
        return (piece,)
    found = german.lemma(piece) if derive else person(piece)
    if found.islower() and not derive:  # »Berufstätige« are »berufstätige Menschen«
        return (found,)
    split = parts(found.lower(), _listed())
    return tuple(part.capitalize() for part in split) if len(split) > 1 else (piece,)


def _common(part: Root, layer: str) -> Root:
    """Return a root replaced by the first of its group; »Hoch-« in a compound is not »hoch«."""
    bound = not (part.whole or part.last) and part.root in german.word_set("compound", "first")
    return part._replace(root=_same("" if bound else layer).get(part.root, part.root))


def _phrases(found: set[str]) -> set[str]:
    for phrase, meaning in _phrase_table():
        if phrase <= found:
            found = (found - phrase) | meaning
    return found


@cache
def _rewritten() -> tuple[tuple[re.Pattern[str], str], ...]:
    table: dict[str, str] = german.words()["rewritten"]
    return tuple((re.compile(rf"\b{pattern}\b"), meaning) for pattern, meaning in table.items())


@cache
def _phrase_table() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    table: dict[str, str] = german.words()["phrases"]
    return tuple((frozenset(k.split()), frozenset(v.split())) for k, v in table.items())


@cache
def _listed() -> frozenset[str]:
    """Return words whose meaning comes from a list, not from their parts: »Lehrkraft« is »Lehrer«."""
    tables = (*german.words()["same"].values(), *german.words()["neutral"].values())
    return frozenset(" ".join(tables).lower().split())


@cache
def _neutral(name: str) -> frozenset[str]:
    listed: str = german.words()["neutral"].get(name, "")
    forms = (form for word in listed.split() for form in (word, f"{word}e"))  # »vorgesehen«, »vorgesehene«
    return frozenset(root(form, derive=derive) for form in forms for derive in (True, False))


@cache
def _directed(table: str, layer: str) -> frozenset[str]:
    listed: str = german.words()[table].get(layer, "")
    found = {root(word, derive=derive) for word in listed.split() for derive in (True, False)}
    return frozenset(_same(layer).get(one, one) for one in found)


@cache
def _same(layer: str) -> dict[str, str]:
    """Return the first word of the group that a root belongs to, in a layer ("": in all of them)."""
    table: dict[str, str] = german.words()["same"]
    found: dict[str, str] = {}
    for line in f"{table.get(layer, '')}\n{table['all']}".splitlines():
        group = line.split()
        for derive in (True, False):
            for word in group:
                found.setdefault(root(word, derive=derive), root(group[0], derive=layer != "actor"))
    return found
