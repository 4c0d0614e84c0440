"""To German words as strings: normal form, lemma, compound parts, suspended hyphens, gender forms.

All functions are pure. This is the only door to simplemma; its dictionary (about 1.1 million German
forms) also tells which strings are words when compounds are split. Lookups are cached.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec
import simplemma

WORDS = Path(__file__).parent.parent / "taxonomies" / "words.toml"
LONGEST = 60  # letters of a word that is split; »Verkehrswegeplanungsbeschleunigungsgesetz« has 41
_CACHE = 1 << 15  # distinct words kept, the half of those that 7,000 pages have in their mentions

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_NEGATED = re.compile(r"\bnicht ([a-zäöüß]{4,})")
_DASHES = re.compile(r"[\u2010\u2011\u2012\u2212]")
_QUOTES = re.compile(r"[\"'»«„“”‚‘’›‹]")
_SOFT = re.compile("[\u00ad\u200b\u2060\ufeff]")
_TOKEN = re.compile(r"\w+(?:[-./&]\w+)*[-/]?|-\w+", re.UNICODE)

_GENDERED = re.compile(
    r"(?<!\w)\w{1,60}(?:[*:_](?:innen|in)|/-?(?:innen|in)|\((?:innen|in)\))|(?<!\w)\w{1,60}[a-zäöüß]In(?:nen)?(?!\w)"
)
_PAIR = re.compile(
    r"\b(\w+)(?:innen|in) (?:und|oder|/|bzw\.) (\w+)\b|\b(\w+) (?:und|oder|bzw\.) (\w+)(?:innen|in)\b"
)
_SUSPENDED = re.compile(
    r"\b(\w+)- ?(?:und|oder|bzw\.|sowie|/|,) ?(?:\w+- ?(?:und|oder|bzw\.|sowie) )?(\w{5,})"
)
_TAIL = re.compile(r"\b(\w{5,}) (?:und|oder|bzw\.|sowie) -(\w+)")

_LINKS = ("", "s", "es", "n", "en", "er", "e", "ns")


@cache
def words() -> dict[str, Any]:
    """Return the content of `taxonomies/words.toml`; white space separates words."""
    read: dict[str, Any] = msgspec.toml.decode(WORDS.read_bytes())
    return read


@cache
def word_set(table: str, key: str) -> frozenset[str]:
    """Return one list of `words.toml` as a set."""
    return frozenset(words()[table][key].split())


def normalise(text: str) -> str:
    """Return the text in NFC with plain hyphens, digits and spaces, without quotation marks."""
    text = unicodedata.normalize("NFC", _SOFT.sub("", text)).translate(_SUBSCRIPTS)
    text = _QUOTES.sub("", _DASHES.sub("-", text))
    return " ".join(text.split())


def unnegate(text: str) -> str:
    """Return a negated word in one piece where there is one: »nicht besetzte« -> »unbesetzte«."""
    return _NEGATED.sub(lambda m: f"un{m[1]}" if known(_ENDING.sub("", f"un{m[1]}")) else m[0], text)


def ungender(text: str) -> str:
    """Return gender forms as the plain plural or singular: »Bürger*innen«, »BürgerInnen«, »Bürger/in«.

    Pairs (»Bürgerinnen und Bürger«) become one word. A form whose stem changes (»Ärzt:innen«) gets
    the masculine stem (»Ärzte« is written »Arzt«), which lemmatises like it.
    """
    text = _PAIR.sub(_one_of_pair, text)
    return _GENDERED.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    return masculine(re.sub(r"(?:[*:_]|/-?|\()?[Ii]n(?:nen)?\)?$", "", match[0]))


def _one_of_pair(match: re.Match[str]) -> str:
    feminine, plain = (match[1], match[2]) if match[1] else (match[4], match[3])
    same = lemma(masculine(feminine)).lower() == lemma(plain).lower()
    return plain if same else match[0]


@lru_cache(_CACHE)
def masculine(stem: str) -> str:
    """Return the noun to a feminine stem without -in: »Ärzt« -> »Arzt«, »Kund« -> »Kunde«."""
    back = _without_umlaut(stem)
    if stem.endswith(("er", "or", "är", "ist", "ent", "ant", "eur")) and known(stem):
        return stem
    for candidate in (stem + "e", stem, back + "e", back):
        if known(candidate):
            return candidate
    return stem


def _without_umlaut(word: str) -> str:
    return re.sub("[äöü](?!.*[äöü])", lambda found: {"ä": "a", "ö": "o", "ü": "u"}[found[0]], word)


@lru_cache(_CACHE)
def lemma(word: str) -> str:
    """Return the dictionary form of a word, in the dictionary's spelling (nouns with a capital)."""
    found: str = simplemma.lemmatize(word, lang="de") if word else ""
    return found


def known(word: str) -> bool:
    """Say whether the dictionary has this form, in this spelling."""
    return bool(simplemma.is_known(word, lang="de"))


def tokens(text: str) -> list[str]:
    """Return the words of a text; hyphenated words stay whole, punctuation is left out."""
    return _TOKEN.findall(text)


def complete(text: str) -> str:
    """Write out suspended hyphens: »Aus- und Weiterbildung« -> »Ausbildung und Weiterbildung«."""
    text = _TAIL.sub(lambda m: f"{m[1]} und {_front(m[1])}{m[2]}", text)
    for _ in range(4):  # three elided parts are the most seen in 12,597 sentences
        filled = _SUSPENDED.sub(_fill, text, count=1)
        if filled == text:
            break
        text = filled
    return text


def _fill(match: re.Match[str]) -> str:
    first, rest = match[1], match[0][len(match[1]) + 1 :]
    return f"{first}{_back(first, match[2])}{' ' if rest[:1] not in ' ,' else ''}{rest}"


def _back(first: str, whole: str) -> str:
    """Return the end of `whole` that `first` shares: the longest that makes a known word, else its head."""
    lower = whole.lower()
    for at in range(2, len(lower) - 2):
        if known((first + lower[at:]).capitalize()):
            return lower[at:]
    head = parts(lower)[-1]
    at = lower.rfind(head[: max(3, len(head) - 2)])
    return lower[at:] if at > 0 else lower


def _front(whole: str) -> str:
    """Return the first part of a compound with its linking letter."""
    split = parts(whole.lower())
    last = split[-1][: max(3, len(split[-1]) - 2)]
    at = whole.lower().rfind(last)
    return whole[:at] if len(split) > 1 and at > 0 else whole


@lru_cache(_CACHE)
def parts(word: str, kept: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Split a lower-case compound into the lemmas of its parts: »fachkräftemangel« -> fach, kraft, mangel.

    A split needs a known noun on the right and a known noun, a bound form or another compound on the
    left; the more even split wins and both sides are split again, so that every form of a compound
    ends in the same parts. Words in `kept` are not split.
    """
    if not 6 <= len(word) <= LONGEST or word in word_set("compound", "whole") or word in kept:
        return (word,)
    best: tuple[tuple[bool, bool, int, int], str, str] | None = None
    for at in range(2, len(word) - 2):
        left, right = word[:at], word[at:]
        if not _is_last(right):
            continue
        for base, cost in _bases(left):
            score = (_is_first(base), min(len(base), len(right)) >= 5, -cost, min(len(base), len(right)))
            if best is None or score > best[0]:
                best = (score, base, right)
    if best is None:
        return (word,)
    return parts(_noun_lemma(best[1]), kept) + parts(_noun_lemma(best[2]), kept)


def _noun_lemma(part: str) -> str:
    return part if part in word_set("compound", "first") else lemma(part.capitalize()).lower()


def _bases(left: str) -> list[tuple[str, int]]:
    """Return the readings of a first part without its linking letters, with the letters' number."""
    found = []
    for link in _LINKS:
        base = left.removesuffix(link) if link else left
        if (link and base == left) or len(base) < 2:
            continue
        if _is_first(base) or (len(base) > 6 and len(parts(base)) > 1):
            found.append((base, len(link)))
    return found


@lru_cache(_CACHE)
def _is_noun(word: str) -> bool:
    return known(word.capitalize()) and lemma(word.capitalize())[:1].isupper()


@lru_cache(_CACHE)
def _is_first(base: str) -> bool:
    if base in word_set("compound", "first"):
        return True
    if len(base) < 4 or base in word_set("compound", "never"):
        return False
    return _is_noun(base) or _is_noun(base + "e")


def _is_last(right: str) -> bool:
    if right in word_set("compound", "last"):
        return True
    return len(right) >= 4 and right not in word_set("compound", "never") and _is_noun(right)


_LINK = r"(?:(?<=ung|eit|aft|ion|tät)s)?"


def noun(adjective: str) -> str:
    """Return the compound that an adjective is made from: »zivilgesellschaftlich« -> »Zivilgesellschaft«."""
    table = words()["adjectives"]
    endings = {_LINK + ending: "" for ending in table["relating"].split()} | table["noun"]
    for ending, meant in endings.items():
        if first := re.fullmatch(rf"(\w{{4,}}?){ending}(?:e[mnrs]?)?", adjective):
            return f"{first[1]}{meant}".capitalize()
    return adjective


_ENDING = re.compile(r"(?<=\w{3})(?:e[mnrs]?)$")
_DERIVED = re.compile(r"(?<=\w{3})(?:ungen|ung|igkeit|keit|heit)$")
_OF_VERB = re.compile(r"(?<=\w{3})[ai]tion$")
_WITH_GE = re.compile(r"(\w{0,6}?)ge(\w{3,})(?:e?t|en)")
_PARTICIPLE = re.compile(r"(?<=\w{3}[lr])nd$|(?<=\w{4})end$|(?<=\w{4})e?t$")


@lru_cache(_CACHE)
def root(word: str, *, derive: bool = True) -> str:
    """Return the stem that a noun, its verb and their participles share, without umlauts.

    »Erhöhung«, »erhöhen« and »erhöht« give »erhoh«; »Versiegelung« and »versiegelte« »versiegel«.
    With `derive` false only inflection is taken off (for people: »Versicherte« is no »Versicherung«).
    """
    lower = word.lower()
    found = lemma(word)
    if word == lower and (found[:1].isupper() or not known(word)):  # unknown, or taken for a noun
        found = _ENDING.sub("", lower)
    if found.endswith("er") and lower in (found[:-1].lower(), found[:-1].lower() + "n"):
        found = found[:-1]  # »Beschäftigte« has the lemma »Beschäftigter«
    stem = _derived(found) if derive else re.sub(r"(?<=\w{3})(?:en|e)$", "", found.lower())
    if not stem.startswith(("förder", "währ")):  # »fordern«, »wahr« are other words
        stem = stem.translate(str.maketrans("äöü", "aou"))
    stem = stem.replace("ß", "ss")
    irregular: dict[str, str] = words()["irregular"]
    return irregular.get(stem, stem)


def _derived(found: str) -> str:
    stem = found.lower()
    if found.islower():
        stem = found = _infinitive(stem)
    elif (acting := _OF_VERB.sub("", stem)) != stem and known(f"{acting}ieren"):
        return f"{acting}ier"  # »Investition«, »Integration«
    if _DERIVED.search(stem):
        return _DERIVED.sub("", stem)
    if found.islower() and stem.endswith(("en", "eln", "ern")):  # an infinitive
        return re.sub(r"(?:en|n)$", "", stem) if len(stem) > 4 else stem
    if found.islower() or stem.endswith(("ierte", "elte", "igte", "erte")):
        return _PARTICIPLE.sub("", _ENDING.sub("", stem))
    return re.sub(r"(?<=\w{3})(?:en|e)$", "", stem)


def _infinitive(word: str) -> str:
    """Return the verb of a participle with ge-: »abgesenkt« -> »absenken«; other words as they are."""
    participle = _WITH_GE.fullmatch(word)
    if not participle or word in word_set("adjectives", "settled"):
        return word
    form = f"{participle[1]}{participle[2]}en"
    verb = lemma(form) if known(form) else ""
    is_infinitive = verb == form and word.endswith("en")  # »gefallen«, »gestehen«
    return verb if verb.endswith(("en", "ern", "eln")) and not is_infinitive else word


_DEFINED = re.compile(r"(?<![\w-])((?:[\w-]{1,60} ){0,7}[\w-]{1,60}) \(([A-ZÄÖÜ][\w-]{1,9})\)")

_ABBREVIATED = re.compile(r"(.+) \((\w*[A-ZÄÖÜ]\w*[A-ZÄÖÜ]\w*)\)\W*")


def abbreviations(text: str) -> dict[str, str]:
    """Return the abbreviations a text defines in brackets: {»EEG«: »Erneuerbare-Energien-Gesetz«}.

    The long form is the shortest run of words before the bracket that begins with the
    abbreviation's first letter and holds its letters in order (after Schwartz and Hearst 2003).
    """
    found: dict[str, str] = {}
    for match in _DEFINED.finditer(normalise(text)):
        short, before = match[2], match[1].split()
        if sum(letter.isupper() for letter in short) < 2:
            continue
        for at in range(len(before) - 1, -1, -1):
            if _abbreviates(short, before[at:]):
                found.setdefault(short, " ".join(before[at:]))
                break
    return found


def without_abbreviation(text: str) -> str:
    """Return a name without the abbreviation in brackets at its end: »Mindestlohngesetz (MiLoG)«."""
    named = _ABBREVIATED.fullmatch(text)
    return named[1] if named and _in_order(named[2], named[1]) else text


def _abbreviates(short: str, long: list[str]) -> bool:
    text = " ".join(long).lower()
    if text[:1] != short[:1].lower() or len(text) < len(short) + 2:
        return False
    if long[0].islower():  # »kleine und mittlere Unternehmen (KMU)«: only initials count
        initials = "".join(word[0] for word in long if word not in word_set("function", "words"))
        return initials.lower() == short.lower()
    return _in_order(short, text)


def _in_order(short: str, long: str) -> bool:
    """Say whether the letters of an abbreviation follow one another in a text."""
    letters = iter(long.lower())
    return all(letter in letters for letter in re.sub(r"\W", "", short.lower()))
