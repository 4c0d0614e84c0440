"""Measure how far a text consists of words at all: »Bundestag« is one, »%XQGHVWDJ« is not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise

from pipeline.knowledge.toml import load
from pipeline.records import Record

WORD = re.compile(r"[^\W\d_]{3,}")
STRANGE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]{2,}")
VOWELS = frozenset("aeiouyäöüàáâéèêíîóôúû")
SAMPLE = 1000  # characters examined on a page, in lines spread over it
ENOUGH = 20  # tokens: with fewer there is no judgement


class Pairs(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The data file `letter_pairs.toml`."""

    follow: dict[str, str]


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    return frozenset((a, b) for a, after in load("letter_pairs", Pairs).follow.items() for b in after)


def quality(texts: Iterable[str]) -> float:
    """Return the share, 0 to 1, of the letters in a page's lines that are in words which could be German.

    Numbers and signs are ignored, except for signs inside a token with letters, since a broken
    character map turns letters into signs. With fewer than 20 tokens the result is 1.
    """
    lines = list(texts)
    whole = "\n".join(lines[:: max(1, sum(map(len, lines)) // SAMPLE)])
    clear = "\ufffd" not in whole and whole.replace("\n", "").isprintable()  # fast; true of most pages
    words, strange = WORD.findall(whole), [] if clear else STRANGE.findall(whole)
    if len(words) + len(strange) < ENOUGH:
        return 1.0
    good = sum(map(len, filter(_plausible, words)))
    return good / (sum(map(len, words)) + sum(map(len, strange)))


@lru_cache(maxsize=65536)
def _plausible(word: str) -> bool:
    lower = word.casefold()
    known = _pairs()
    fits = known.issuperset(pairwise(lower))  # true of most
    odd = 0 if fits else sum(pair not in known for pair in pairwise(lower))
    if word[1:] != lower[1:] and not word.isupper() and word[-3:] != "nen":
        odd += 1  # capitals inside: »wLrWsch«; »MinisterInnen« is a word
    return odd * 6 <= len(word) and not VOWELS.isdisjoint(lower)
