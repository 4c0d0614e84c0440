"""To keys of mentions: forms that mean the same by German morphology get the same key.

»Mangel an Fachkräften«, »Fachkräftemangel« and »fehlende Fachkräfte« all have the key »fach kraft mangel«.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.knowledge import german

MOST = 600  # characters of a mention that are read; the longest of 24,928 has 240
_MENTIONS = 1 << 14  # frequent mentions whose keys are kept; most of a corpus stand in it once
_WORDS = 1 << 16  # distinct words kept; a corpus of 7,000 pages has about 60,000 in its mentions
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_PIECE = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*", re.UNICODE)


@lru_cache(_MENTIONS)
def surface(text: str) -> str:
    """Return the words of a mention, lemmatised and in lower case, without articles and hyphens."""
    words = [german.lemma(word).lower() for token in german.tokens(_plain(text)) for word in token.split("-")]
    articles = ("der", "die", "das", "ein", "eine", "")
    return " ".join(word for word in words if word not in articles)


def _plain(text: str) -> str:
    plain = german.normalise(text[:MOST])
    for pattern, meaning in _rewritten():
        plain = pattern.sub(meaning, plain)
    return german.unnegate(german.ungender(german.without_abbreviation(plain)))


@cache
def _rewritten() -> tuple[tuple[re.Pattern[str], str], ...]:
    table: dict[str, str] = german.words()["rewritten"]
    return tuple((re.compile(rf"\b{pattern}\b"), meaning) for pattern, meaning in table.items())


class Part(NamedTuple):
    """A root of a mention and where it stood."""

    root: str
    whole: bool  # a word of its own
    last: bool  # the last part of its word


_PEOPLE = re.compile(r"\b([a-zäöü]\w+e[rn]?) (?:Menschen|Personen|Leuten?)\b")


@lru_cache(_MENTIONS)
def key(text: str, layer: str) -> str:
    """Return the roots of the content words of a mention in alphabetical order, separated by blanks.

    Compounds are split, words that stand for one another become one (`taxonomies/words.toml`), and
    modifiers that do not change which thing is meant are left out. Empty when nothing is left.
    """
    if layer == "actor":  # »arbeitslose Menschen« are »Arbeitslose«
        text = _PEOPLE.sub(r"\1", text)
    found = [_common(part, layer) for part in roots(text, derive=layer != "actor")]
    neutral, empty = _neutral("all") | _neutral(layer), _neutral("heads")
    left_out = {part.root for part in found if part.whole and part.root in neutral}
    hollow = {part.root for part in found if part.last and part.root in empty}
    joined = _phrases({part.root for part in found})
    content = (joined - left_out) or joined
    return " ".join(sorted((content - hollow) or content))


def _common(part: Part, layer: str) -> Part:
    """Replace a root by the first of its group; »Hoch-« in a compound is not »hoch«."""
    bound = not (part.whole or part.last) and part.root in german.word_set("compound", "first")
    return part._replace(root=_same("none" if bound else layer).get(part.root, part.root))


def roots(text: str, *, derive: bool = True) -> tuple[Part, ...]:
    """Return the roots of the content words of a text in their order."""
    return tuple(
        part for word in content_words(german.complete(_plain(text))) for part in _word_roots(word, derive)
    )


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning; »gegen« only where it tells victims from culprits."""
    function = german.word_set("function", "words")
    violence = german.word_set("function", "violence")
    directed = german.words()["function"]["directed"]
    found: list[str] = []
    for token in german.tokens(text):
        lower = token.lower()
        if lower not in function or (lower == directed and found and found[-1].lower() in violence):
            found.append(token)
    return found


@lru_cache(_WORDS)
def _word_roots(token: str, derive: bool) -> tuple[Part, ...]:
    kept: dict[str, str] = german.words()["kept"]
    if token.lower() in kept:
        return (Part(kept[token.lower()], True, True),)
    found: list[str] = []
    for piece in _pieces(token):
        if piece.isupper() and german.known(piece.capitalize()) and len(piece) > 5:  # »LEHRKRÄFTE«
            piece = piece.capitalize()
        piece = german.noun(piece) if piece.islower() else piece
        split: tuple[str, ...] = (piece,)
        if len(piece) > 5 and not piece.islower():
            split = german.parts(german.lemma(piece).lower(), _listed())
            split = tuple(part.capitalize() for part in split) if len(split) > 1 else (piece,)
        found += [_ROMAN.get(part.lower()) or german.root(part, derive=derive) for part in split]
    return tuple(Part(root, len(found) == 1, at == len(found) - 1) for at, root in enumerate(found))


def _pieces(token: str) -> list[str]:
    """Split a token at hyphens and between letters and digits, but keep »CO2« and »49-Euro-…« whole."""
    if token.lower() in ("co2", "g7", "g20"):
        return [token.upper()]
    found: list[str] = []
    for piece in re.split(r"[-/.]", token):
        found += [piece] if piece[:3].lower() == "co2" else _PIECE.findall(piece)
    return found


def _phrases(found: set[str]) -> set[str]:
    for phrase, meaning in _phrase_table():
        if phrase <= found:
            found = (found - phrase) | meaning
    return found


@cache
def _phrase_table() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    table: dict[str, str] = german.words()["phrases"]
    return tuple((frozenset(k.split()), frozenset(v.split())) for k, v in table.items())


@cache
def _listed() -> frozenset[str]:
    """Return the words that mean what a list says, not what their parts do: »Lehrkraft« is »Lehrer«."""
    tables = (*german.words()["same"].values(), *german.words()["neutral"].values())
    return frozenset(" ".join(tables).lower().split())


@cache
def _neutral(name: str) -> frozenset[str]:
    listed: str = german.words()["neutral"].get(name, "")
    forms = (form for word in listed.split() for form in (word, f"{word}e"))  # »vorgesehen«, »vorgesehene«
    return frozenset(german.root(form, derive=derive) for form in forms for derive in (True, False))


@cache
def _same(layer: str) -> dict[str, str]:
    table: dict[str, str] = german.words()["same"]
    found: dict[str, str] = {}
    for line in f"{table.get(layer, '')}\n{table['all']}".splitlines():
        for derive in (True, False):
            group = [german.root(word, derive=derive) for word in line.split()]
            for root in group:
                found.setdefault(root, german.root(line.split()[0], derive=layer != "actor"))
    return found
