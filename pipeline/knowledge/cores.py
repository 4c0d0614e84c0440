"""Shorten a mention to what it names, where words around the name do not change which thing is meant.

»einheitlicher gesetzlicher Mindestlohn von 14 Euro« is the »gesetzlicher Mindestlohn«, »riesiger
Fachkräftemangel« the »Fachkräftemangel«.
The shorter forms are for what the registry does not know as a whole, so that »gute Arbeit« stays what it is;
a mention of which it knows no form keeps all its words but an amount of money (`unpriced`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest

from pipeline.knowledge import german
from pipeline.knowledge.generic import is_generic
from pipeline.knowledge.time_words import time_words

_CLAUSE = re.compile(r", (?:der|die|das|den|dem|deren|dessen|welche[rsmn]?|wonach|wodurch|womit|dass|weil)\b")
_BEFORE = rf"(?:{'|'.join(german.words()['judging']['amounts'])}) "
_WORDED = (
    rf"(?:{'|'.join(time_words().numbers.counts)})"
    r" (?:Millionen |Milliarden )?(?:Euro|Cent|Prozent)\b"
)
_AMOUNT = re.compile(rf" (?:{_BEFORE})*(?:\d(?![\d.,]*-[A-ZÄÖÜ])|{_WORDED})")
_MONEY = re.compile(
    rf" (?:{_BEFORE})+\d[\d.,]*(?: (?:Millionen|Milliarden|Mio\.|Mrd\.))?"
    r" (?:Euro|EUR|€|Cent|DM|Mark|Prozent|%)(?: (?:pro|je|im|jährlich|monatlich|brutto|netto)\b.*)?"
)
_BRACKETS = re.compile(r" \([^()]*\)(?= |$)")
_HEAD = re.compile(r"([A-ZÄÖÜ][a-zäöüß]+) (?:de[rs]|eine[rs]|von|vom|zum|zur) ")
LAYERS = ("challenge", "instrument")
_WORD = re.compile(r"[^\W\d_][\w-]*")
_CAPITAL = re.compile(r"[A-ZÄÖÜ]")


def cores(text: str, layer: str) -> Iterator[str]:
    """Yield shorter forms of a challenge or instrument that mean the same, the most careful first.

    »Mindestlohn (brutto)«, »Mindestlohn, der in allen Branchen gilt« -> »Mindestlohn«. Generic forms
    (»Regeln«) are left out.
    """
    whole = german.normalise(text)
    names = dict.fromkeys((_BRACKETS.sub("", whole), whole))
    for form in dict.fromkeys(form for name in names for form in (name, *_shorter(name, layer))):
        if _CAPITAL.search(form) and form != whole and not any(is_generic(form, kind) for kind in LAYERS):
            yield form


def _shorter(name: str, layer: str) -> list[str]:
    short = _without_tail(name, layer)
    bare = [_without_modifiers(form, layer) for form in dict.fromkeys((name, short))]
    federal = (
        [_without_level(form) for form in dict.fromkeys((short, *bare))] if layer == "instrument" else []
    )
    rest = [_rest(form, layer) for form in dict.fromkeys((name, short, *bare))]
    return [short, *bare, *federal, *rest]


def unpriced(text: str) -> str:
    """Return an instrument without the money or percentage at its end, unless it is generic then.

    »Schulfonds in Höhe von 5 Mrd. Euro« -> »Schulfonds«.
    """
    name = german.normalise(text)
    amount = _MONEY.search(name)
    if amount is None or amount.end() < len(name) or "," in name[: amount.start()]:
        return text
    short = name[: amount.start()]
    return short if _CAPITAL.search(short) and not any(is_generic(short, kind) for kind in LAYERS) else text


def _without_tail(text: str, layer: str) -> str:
    """Return the text up to a clause, a finite verb or an amount.

    A verb at the end shows that a comma opens a clause; in an instrument, that the amount belongs to what
    is done (»Kindergeld um 25 Euro erhöhen«), unless a finite verb comes first (»Kindergeld wird … erhöht«).
    """
    ends_in_verb = text.rpartition(" ")[2][:1].islower()
    clause = _CLAUSE.search(text) if ends_in_verb else None
    if clause and "," not in text[clause.end() :]:
        return text[: clause.start()]
    stated = _until_verb(text, layer)
    amount = None if ends_in_verb and layer == "instrument" and stated == text else _AMOUNT.search(stated)
    return stated[: amount.start()] if amount else stated


def _until_verb(text: str, layer: str) -> str:
    """Return the text up to the first finite verb after its noun: »Fachkräftemangel trifft Betriebe«."""
    verbs, seen = german.word_set("judging", f"{layer}_verbs"), False
    for match in _WORD.finditer(text if layer == "challenge" else text.partition(",")[0]):
        word = match[0]
        if seen and (word in verbs or (layer == "instrument" and text.startswith(" wir ", match.end()))):
            return text[: match.start()].rstrip()
        seen = seen or word[0].isupper()
    return text


def _without_modifiers(text: str, layer: str) -> str:
    """Return the text without the judging words before its first noun; the text if others stand there."""
    words = text.split(" ")
    kept: list[str] = []
    for at, (word, following) in enumerate(zip_longest(words, words[1:], fillvalue="")):
        if german.is_written_as_noun(word) and not german.describes(word, following):
            return " ".join([*kept, *words[at:]])
        if not _is_judging(word.strip(",").lower(), layer):
            kept.append(word)
    return text


def _rest(text: str, layer: str) -> str:
    """Return the text without a head or, in an instrument, an infinitive that adds nothing to the rest.

    »Vorgaben der Schuldenbremse«, »Schuldenbremse einhalten« -> »Schuldenbremse«.
    """
    head = _HEAD.match(text)
    if head and head[1] in german.word_set("judging", f"{layer}_heads"):
        return text[head.end() :]
    before, _, last = text.rpartition(" ")
    return before if layer == "instrument" and last in german.word_set("judging", "instrument_ends") else text


def _without_level(text: str) -> str:
    """Return the text without the federal level at its end: »Datenstrategie der Bundesregierung«."""
    tails = german.words()["judging"]["federal"].splitlines()
    return next((text.removesuffix(f" {tail}") for tail in tails if text.endswith(f" {tail}")), text)


def _is_judging(word: str, layer: str) -> bool:
    stem = german.ENDING.sub("", word)
    return word in _judging(layer) or stem in _judging(layer) or german.lemma(word).lower() in _judging(layer)


@cache
def _judging(layer: str) -> frozenset[str]:
    table: dict[str, str] = german.words()["judging"]
    return frozenset(f"{table['all']} {table[layer]}".split())
