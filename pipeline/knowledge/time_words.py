"""Words and letters in German expressions of time (`taxonomies/time_words.toml`)."""

from __future__ import annotations

from functools import cache

from pipeline.knowledge.toml import load
from pipeline.records import Record


class Months(Record):
    """Names of the months in their order, and other spellings with the month's number."""

    names: tuple[str, ...]
    spellings: dict[str, int]


class Numbers(Record):
    """Number words with their numbers, decades with their first years."""

    counts: dict[str, int]
    ordinals: dict[str, int]
    decades: dict[str, int]


class NoTimes(Record):
    """Words, separated by white space, that keep a term or a government from naming a period."""

    foreign: str
    offices: str
    bodies: str


class TimeWords(Record):
    """The content of the file."""

    units: tuple[str, ...]  # patterns
    events: str  # ends of nouns, separated by white space
    no_cues: str  # words, separated by white space
    dated_names: tuple[str, ...]  # patterns
    turns: dict[str, int]
    months: Months
    numbers: Numbers
    no_times: NoTimes


_RARE = str.maketrans("ſıİ\u212a", "siIK")


def usual(text: str) -> str:
    """Return a text of the same length with s, i and K for the rare letters that (?i) takes for them."""
    return text.translate(_RARE)


@cache
def time_words() -> TimeWords:
    """Return the content of the file."""
    return load("time_words", TimeWords)
