"""Split text into sentences by rules: »Nach Art. 20 Abs. 3 GG gilt das. Wir handeln.« has two.

Every stop followed by white space is a candidate; the words around it decide, the most specific
rule first. How abbreviations behave is data: `taxonomies/abbreviations.toml`.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec.structs import replace

from pipeline.knowledge.months import SPELLINGS
from pipeline.knowledge.toml import load
from pipeline.records import Record

CLOSERS = "\"'”“’»«›‹)\\]"
OPENERS = "\"'„“”‚‘»«›‹(\\["
# A footnote mark after the stop; web pages and Markdown print it in brackets.
NOTE = r"(?:(?<=[a-zäöüß]{3}[.!?])|(?<=[.!?][”“\"]))(?:\d{1,3}|[¹²³⁰⁴-⁹]+|(?:\[\^?\d{1,3}\])+)"
CANDIDATE = re.compile(
    rf"(?P<stop>[.!?…]+)(?P<close>[{CLOSERS}]*)(?P<note>{NOTE})?(?=\s)"
    r"|(?P<glued>(?:(?<=[a-zäöüß]{3})|(?<=\d{4}))[.!?])(?=[A-ZÄÖÜ][a-zäöüß]+[\s,])"
    r"|(?P<blank>(?<=\S)(?=[^\S\n]*\n\s*\n))|(?P<bullet>(?<=\s)(?=[•▪●‣■◦]\s))"
)
NEAR = 200  # characters examined before a stop, so that the work stays linear on hostile text
LAST = re.compile(rf"[^\s{OPENERS}/–—]*$")
NEXT = re.compile(
    rf"\s+(?P<open>(?:[{OPENERS}]|[-–—•]\s+)*)(?P<word>[^\s{CLOSERS},;:.!?/]*)(?P<after>.?)", re.DOTALL
)
SPACED = re.compile(r"(?:(?<!\w)[^\W\d_]{1,4}\.\s?){2,5}$")
DOTTED = re.compile(r"(?:[^\W\d_]{1,4}\.)+[^\W\d_]{1,4}$")
LEADER = 5  # stops: if there are more, they lead from a heading to its page number
BULLETS = re.compile('[ •▪●‣■◦–(„»"-]*')
ENUMERATOR = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[IVX]{1,5})$")
ROMAN = re.compile(r"[IVX]{2,6}$")
DAY_MONTH = re.compile(r"\d{1,2}\.\d{1,2}$")
YEAR = re.compile(r"(?:^|\.)(?:19|20)\d\d$")
SITTINGS = ("Sitzung", "Sitzungen")  # the only things that are counted up to the number of a year
DAY_BEFORE = re.compile(r"\b\d{1,2}\.\s$")
INITIALS = re.compile(r"[A-ZÄÖÜ](?:\.-?[A-ZÄÖÜ]){0,2}$")
NO_VOWELS = re.compile(r"[bcdfghjklmnpqrstvwxzß]{2,}$")


class Knowledge(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The data file as sets."""

    never: frozenset[str]
    number: frozenset[str]
    may_end: frozenset[str]
    closing: frozenset[str]
    words: frozenset[str]
    counted: frozenset[str]
    cardinals: frozenset[str]
    starters: frozenset[str]


@cache
def knowledge() -> Knowledge:
    """Return the content of the data file, read once."""
    listed = load("abbreviations", Knowledge)
    return replace(listed, counted=listed.counted | SPELLINGS.keys())


def boundaries(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the sentences of `text` in order, without surrounding white space."""
    found, start = [], _skip_space(text, 0)
    for match in CANDIDATE.finditer(text):
        end = match.end()
        if end <= start or not _ends(text, match, start):
            continue
        while text[end - 1].isspace():
            end -= 1
        found.append((start, end))
        start = _skip_space(text, end)
    end = len(text.rstrip())
    if start < end:
        found.append((start, end))
    return found


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _ends(text: str, match: re.Match[str], start: int) -> bool:
    """Return whether a sentence that began at `start` ends with the matched stop."""
    if match["stop"] is None:
        return match["glued"] is None or not _is_address(text, match.start())
    following = NEXT.match(text, match.end())
    if following is None:
        return True
    if not following["word"]:
        return following["after"] not in (".", ",", ";")  # leaders of a table of contents
    opens = following["word"][0]
    if opens.islower() or (opens.isdigit() and len(match["stop"]) > LEADER):
        return False
    if ")" in match["close"] or "]" in match["close"]:
        return _closes_sentence(text, match, start)
    if match["stop"] == "." and not match["note"]:
        return _full_stop(text, match, following, start)
    if "…" in match["stop"] or "..." in match["stop"]:
        return _ellipsis(text, match, following)
    return True


def _is_address(text: str, at: int) -> bool:
    token = text[text.rfind(" ", max(0, at - 100), at) + 1 : at + 30].split()[0]
    return "@" in token or "://" in token or token.startswith("www.") or token.count(".") > 1


def _closes_sentence(text: str, match: re.Match[str], start: int) -> bool:
    """Return whether a bracket that closes after a stop contains whole sentences, so that it opens one."""
    low = max(start, match.start() - NEAR)
    at = max(text.rfind("(", low, match.start()), text.rfind("[", low, match.start()))
    return at <= start or text[max(0, at - NEAR) : at].rstrip()[-1:] in (".", "!", "?", ":")


def _ellipsis(text: str, match: re.Match[str], following: re.Match[str]) -> bool:
    """Return whether three dots end a sentence; they do not if they stand for omitted words inside it."""
    before = text[match.start() - 1 : match.start()]
    return bool(before.strip() and before not in "([") or following["word"] in knowledge().starters


def _full_stop(text: str, match: re.Match[str], following: re.Match[str], start: int) -> bool:
    at = match.start()
    if not any(map(str.isalnum, text[max(start, at - NEAR) : at])):
        return False
    last = LAST.search(text, max(start, at - 40), at)
    word = last.group() if last else ""
    if text[at - 1 : at].isspace():  # »18 . Wahlperiode«, leaders
        inside = text[max(start, at - NEAR) : at].rstrip()[-1:]
        return not (inside.isdigit() or inside == ".") or following["word"] in knowledge().starters
    if last and BULLETS.fullmatch(text, start, last.start()) and ENUMERATOR.match(word):
        return False
    if word[-1:].isdigit() or ROMAN.match(word):
        return _after_number(text[max(start, at - NEAR) : at - len(word)], word, following)
    if len(word) == 1 and word.isupper() and not _spaced(text, at, word, start):
        return _after_letter(text[max(start, at - NEAR) : at - len(word)], following)
    known = _abbreviation(text, at, word, start)
    return _after_abbreviation(known, following) if known else True


def _after_number(before: str, number: str, following: re.Match[str]) -> bool:
    """Return whether a number ends its sentence and is not an ordinal (»die 20. Wahlperiode«)."""
    word, facts = following["word"], knowledge()
    if word in facts.counted and (word in SITTINGS or not YEAR.search(number)):
        return False
    if DAY_MONTH.match(number):
        return word in facts.starters
    if word[0].isdigit():
        return not _is_date(before, number, following)
    short = len(number) <= 3 and before[-1:] != "/"
    if not ((number.isdigit() and short) or ROMAN.match(number)) or word in facts.starters:
        return True
    return _last_word(before) in facts.cardinals


def _is_date(before: str, number: str, following: re.Match[str]) -> bool:
    """Return whether a stop is one in »1. 1. 2026«, by the stop that follows or the day before it."""
    word = following["word"]
    day = len(number) <= 2 and len(word) <= 2 and following["after"] == "."
    return day or (len(number) <= 2 and len(word) == 4 and bool(DAY_BEFORE.search(before[-5:])))


def _after_letter(before: str, following: re.Match[str]) -> bool:
    """Return whether a letter ends its sentence (»Plan B.«) and is not the initial of a name."""
    facts = knowledge()
    return following["word"] in facts.starters or _last_word(before) in facts.cardinals


def _last_word(before: str) -> str:
    return before.split()[-1] if before.strip() else ""


def _abbreviation(text: str, at: int, word: str, start: int) -> str:
    """Return the abbreviation whose last stop is at `at`, with inner stops, or "" if there is none."""
    spaced = _spaced(text, at, word, start)
    if spaced:
        whole = "".join(spaced.group().split())[:-1]
        for name in (whole, whole.split(".", 1)[-1]):
            if _is_known(name):
                return name
    if (len(word) == 1 and word.isalpha()) or DOTTED.match(word) or INITIALS.match(word):
        return word
    first = text[start : start + len(word)] == word
    for name in (word, word.rsplit("-", 1)[-1], word[:1].lower() + word[1:] if first else word):
        if name and _is_known(name):
            return name
    return word if NO_VOWELS.match(word) else ""


def _spaced(text: str, at: int, word: str, start: int) -> re.Match[str] | None:
    """Return an abbreviation of several parts that ends at `at`: »z. B.«."""
    return SPACED.search(text[max(start, at - 16) : at + 1]) if len(word) <= 4 else None


def _is_known(name: str) -> bool:
    return name in _known()


@cache
def _known() -> frozenset[str]:
    facts = knowledge()
    return facts.never | facts.number | facts.may_end | facts.closing


def _after_abbreviation(name: str, following: re.Match[str]) -> bool:
    """Return whether the stop of an abbreviation also ends its sentence."""
    word, facts = following["word"], knowledge()
    if name in facts.closing:
        return True
    numbered = word[0].isdigit() or word[0] in "§%" or len(word) == 1 or bool(ROMAN.match(word))
    if name in facts.words:
        return (not numbered and name not in facts.never) or word in facts.starters
    if name in facts.never or not (_is_known(name) or len(name) == 1 or "." in name):
        return False
    return not numbered and word in facts.starters
