"""Shorten a mention to what it names, where words around the name do not change which thing is meant.

»einheitlicher gesetzlicher Mindestlohn von 14 Euro« is the »gesetzlicher Mindestlohn«, »riesiger
Fachkräftemangel« the »Fachkräftemangel«, and »§ 11 Mindestlohngesetz« a part of the »Mindestlohngesetz«.
The shorter forms are for what the registry does not know as a whole, so that »gute Arbeit« stays what it is;
a mention of which it knows no form keeps all its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.knowledge import german
from pipeline.knowledge.generic import is_generic

_PROVISION = re.compile(r"§§? ?\d.* (?P<law>[A-ZÄÖÜ]\S*(?: \d{4})?)$")
_CLAUSE = re.compile(r", (?:der|die|das|den|dem|deren|dessen|welche[rsmn]?|wonach|wodurch|womit|dass|weil)\b")
_AMOUNT = re.compile(
    r" (?:(?:von|vom|mit|in Höhe|mindestens|höchstens|maximal|bis|zu|zum|rund|etwa|brutto|über|ab|seit|dem)"
    r" )*\d"
)
LAYERS = ("challenge", "instrument")
_WORD = re.compile(r"[^\W\d_][\w-]*")
_CAPITAL = re.compile(r"[A-ZÄÖÜ]")


def cores(text: str, layer: str) -> Iterator[str]:
    """Yield shorter forms of a challenge or instrument that mean the same, the most careful first.

    »Mindestlohn, der in allen Branchen gilt« -> »Mindestlohn«. Generic forms (»Regeln«) are left out.
    """
    plain = german.normalise(text)
    short = _without_tail(plain, layer)
    bare = [_without_modifiers(form, layer) for form in dict.fromkeys((plain, short))]
    for form in dict.fromkeys((short, *bare, _law(plain, layer))):
        if _CAPITAL.search(form) and form != plain and not any(is_generic(form, kind) for kind in LAYERS):
            yield form


def _without_tail(text: str, layer: str) -> str:
    """Return the text up to a clause, an amount or, in a challenge, a verb.

    A verb at the end shows that a comma opens a clause; in an instrument, that the amount belongs to what
    is done (»Kindergeld um 25 Euro erhöhen«).
    """
    last = _WORD.findall(text)[-1:]
    ends_in_verb = bool(last) and last[0].islower()
    clause = _CLAUSE.search(text) if ends_in_verb else None
    if clause and "," not in text[clause.end() :]:
        return text[: clause.start()]
    if layer == "challenge":
        text = _until_verb(text)
    amount = None if ends_in_verb and layer == "instrument" else _AMOUNT.search(text)
    return text[: amount.start()] if amount else text


def _until_verb(text: str) -> str:
    """Return the text up to the first verb after its noun: »Fachkräftemangel trifft Betriebe«."""
    seen = False
    for match in _WORD.finditer(text):
        word = match[0]
        if seen and word in german.word_set("judging", "verbs"):
            return text[: match.start()].rstrip()
        seen = seen or word[0].isupper()
    return text


def _without_modifiers(text: str, layer: str) -> str:
    """Return the text without the judging words before its first noun; the text if others stand there."""
    words = text.split(" ")
    kept: list[str] = []
    for at, word in enumerate(words):
        if german.is_written_as_noun(word):
            return " ".join([*kept, *words[at:]])
        if not _is_judging(word.strip(",").lower(), layer):
            kept.append(word)
    return text


def _law(text: str, layer: str) -> str:
    found = _PROVISION.match(text) if layer == "instrument" else None
    return found["law"] if found else ""


def _is_judging(word: str, layer: str) -> bool:
    stem = german.ENDING.sub("", word)
    return word in _judging(layer) or stem in _judging(layer) or german.lemma(word).lower() in _judging(layer)


@cache
def _judging(layer: str) -> frozenset[str]:
    table: dict[str, str] = german.words()["judging"]
    return frozenset(f"{table['all']} {table[layer]}".split())
