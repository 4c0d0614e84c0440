"""Look up the actor meant by a name in the registry, regardless of inflection, short form or former name.

A lookup is one access to a dictionary of normalised forms. A name that the document does not make
certain stays unresolved: »das Ministerium« is resolved only in documents of that ministry, »die
Landesregierung« only in documents of one Land, »Große Koalition« only with a date, »eine Partei« never; in a
document of another state, »die Bundesregierung« is not that of Germany.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from pipeline.knowledge import taxonomy
from pipeline.knowledge.reference import Reference
from pipeline.knowledge.taxonomy import Actor

_LONGEST = 300  # characters; the longest name of the registry has 93
_CACHE = 1 << 16  # distinct texts cached; 12,597 sentences have 4,121 distinct actor mentions

_WORD = re.compile(r"\w+")
_NOISE = re.compile(r"[\"'»«„“”‚‘’›‹\u00ad\u200b]|\be\.\s?V\b\.?|\bgGmbH\b")
_GENDER = re.compile(r"(?:[*:_]|/-?|(?<=[a-zäöüß])(?=I))(?i:in(?:nen)?)\b|\((?:innen|in)\)")
_BROKEN = re.compile(r"(?<=\w)-\s?(?=\w)")
_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)")
_LINKING = re.compile(r" (?:von|in|des Landes) (?=[A-ZÄÖÜ])")
_BUNDESTAG = re.compile(r"\bBundestags(?=fraktion)| (?:im|des) (?:\d+\. )?(?:Deutschen )?Bundestag(?:e?s)?$")
_ENDINGS = ("ern", "em", "en", "er", "es", "e", "n", "s")
_OFFICES = re.compile(r"(minister|kanzler|präsident|senator|sekretär)in(?:nen)?$")

NATIONAL = ("federal", "parliament", "party", "state")  # kinds of bodies whose names other states use, too
# Bodies that every parliament has: in the papers of another one than the Bundestag, they are its own.
_PARTS = frozenset({"Fraktion", "Ausschuss"})

Scope = Literal["any", "own", "european", "local", "tagged"]  # where a form holds


class Candidate(NamedTuple):
    """An actor that a form may mean, with the scope and time in which it does."""

    actor: Actor
    when: taxonomy.Name | None = None  # the name with its validity, if the form is one
    scope: Scope = "any"


class Occasion(NamedTuple):
    """What is known about the document and the sentence that use a name; it decides whom they mean."""

    day: date | None = None  # of the document; decides between actors of one name at different times
    parliament: str = "bt"  # the document's calendar; »Landtag« is that of its Land; "" in other states
    issuer: str = ""  # several separated by ";"; »das Ministerium« is the one among them
    european: bool = False  # the sentence speaks of the European Union; then »die Union« is that one
    kind: str = ""  # of the mention, as the tagger gives it; »Länder« may be international
    reference: Reference = ""  # how the sentence introduces the name; »eine Partei« is none in particular


UNKNOWN = Occasion()


def lookup(text: str, occasion: Occasion = UNKNOWN) -> Actor | None:
    """Return the actor that a mention names, or None if there is none or it is not certain which."""
    if len(text) > _LONGEST:
        return None
    blocked = _blocked().get(_strict(text), frozenset())
    for candidates in _readings(text):
        allowed = [one for one in candidates if one.actor.id not in blocked]
        found = _choose(allowed, occasion)
        if found and not _is_demonym(text, found) and not _is_another(text, found, occasion):
            return found
    return None


def _is_another(text: str, actor: Actor, occasion: Occasion) -> bool:
    """Return whether a name means another body: of another state, of the European Union, or »viele Linke«."""
    if actor.kind == "state" and _is_branch(text):
        return True
    if occasion.parliament == "" and actor.kind in NATIONAL and not actor.office:
        is_land = actor.kind == "state" and actor.parliament not in ("", "bt")
        return not is_land and not _unmistakable().search(text)
    # of 26 such sentences of 95 documents, 17 mean the European Parliament
    if occasion.european and actor.kind == "parliament" and key(text) == key("Parlament"):
        return True
    if actor.members and actor.names and occasion.day and not _is_near(actor.names[0], occasion.day):
        return True
    if occasion.parliament != "bt" and _PARTS.intersection(actor.own) and "undestag" not in text:
        return True
    people = occasion.reference == "indefinite" and actor.kind == "party"
    return people and len(text.split()) == 1 and text.istitle()


def _is_branch(text: str) -> bool:
    """Return whether a text is »CDU Sachsen«, which is not the Land."""
    first, *rest = text.split()
    party = lookup(first) if rest else None
    return party is not None and party.kind == "party"


def _is_near(name: taxonomy.Name, day: date) -> bool:
    """Return whether a coalition governs, or may do so within a year: »Rot-Grün« of 1986 is another one."""
    return name.since is None or day >= name.since - timedelta(days=366)


@cache
def _unmistakable() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(taxonomy.actor_words().unmistakable)})\b")


def _is_demonym(text: str, actor: Actor) -> bool:
    """Return whether a text is »Italiener« or »Sachse«, not Italien or Sachsen with the same stem."""
    words = _words(text)
    if len(words) != 1 or actor.kind not in ("international", "state"):
        return False
    people = re.search(r"er[ns]?$", words[0])
    named = any(re.search(r"er[ns]?$", form) for form in (*taxonomy.forms(actor), *actor.tagged))
    return f"{words[0]}n" in taxonomy.forms(actor) or bool(people and not named)


def speaks_of_europe(sentence: str, mention: str, headings: Iterable[str] = ()) -> bool:
    """Return whether the text around a mention speaks of the European Union and not of a party instead."""
    european, partisan = _about()
    around = sentence.replace(mention, "")  # »Mitgliedstaaten« itself tells nothing: the WHO has some as well
    if _may_be_a_party(mention) and partisan.search(around):
        return False
    return any(map(european.search, (around, *headings)))


@lru_cache(_CACHE)
def _may_be_a_party(mention: str) -> bool:
    return any(one.actor.kind == "party" for one in _forms().get(_strict(mention), ()))


@cache
def _about() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = taxonomy.actor_words()
    european, partisan = (rf"\b(?:{'|'.join(one)})\b" for one in (words.european, words.partisan))
    return re.compile(european), re.compile(partisan)


@cache
def _by_id() -> dict[str, Actor]:
    return {entry.id: entry for entry in taxonomy.actors()}


def get(actor_id: str) -> Actor | None:
    """Return the actor with an id, or None if there is none."""
    return _by_id().get(actor_id)


@lru_cache(_CACHE)
def key(text: str) -> str:
    """Return the normalised form of a name, without article, case, inflection, gender form or space."""
    words = _words(text)
    return "".join(_stem(word) for word in words)


def _words(text: str) -> list[str]:
    text = _GENDER.sub("", _NOISE.sub("", text)).replace("ſ", "s")
    words = _WORD.findall(text)
    while len(words) > 1 and words[0].lower() in taxonomy.actor_words().articles:
        words = words[1:]
    return words


def _stem(word: str) -> str:
    """Remove endings until none is left; short forms in capitals stay unchanged."""
    if _is_short_form(word):
        return word.lower()
    if word[:-1].isupper() and word.endswith("s"):
        return word[:-1].lower()
    stem = _OFFICES.sub(r"\1", word.lower().replace("ß", "ss"))
    if stem.endswith("es") and len(stem) > 4:
        stem = stem[:-2]
    elif stem.endswith("s") and len(stem) == 4:
        stem = stem[:-1]
    cut = _cut(stem)
    while cut != stem:
        stem, cut = cut, _cut(cut)
    return stem


def _cut(stem: str) -> str:
    for ending in _ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= 4:
            return stem[: -len(ending)]
    return stem


def _is_short_form(word: str) -> bool:
    """Return whether a word is a short form (BMWi, EU), not one in capitals: five letters, two vowels."""
    if not any(letter.isupper() for letter in word[1:]):
        return False
    vowels = sum(letter in "AEIOUÄÖÜ" for letter in word)
    return len(word) <= 8 and not (word.isupper() and len(word) >= 5 and vowels >= 2)


def _exact(text: str) -> str:
    return " ".join(text.split())


def _strict(text: str) -> str:
    """Return a key that distinguishes number: »Fraktion« and »Fraktionen« are not the same."""
    words = [word.lower() for word in _words(text)]
    words[-1:] = [re.sub(r"(?<=\w{3})(?<![aeiouäöüs])e?s$", "", word) for word in words[-1:]]
    return "=" + " ".join(words)


@cache
def _forms() -> dict[str, tuple[Candidate, ...]]:
    """Return all forms of the registry under their keys; literal forms start with "!"."""
    found: dict[str, dict[tuple[str, Scope], Candidate]] = {}
    for form, one in _entries():
        # a dated name comes first among the forms of an actor, so the date is kept
        found.setdefault(form, {}).setdefault((one.actor.id, one.scope), one)
    return {form: tuple(ones.values()) for form, ones in found.items()}


def _entries() -> Iterator[tuple[str, Candidate]]:
    for entry in taxonomy.actors():
        for name in entry.names:
            minister = name.name.replace("Bundesministerium", "Bundesminister")
            for form in filter(None, (name.name, minister, name.short)):
                yield key(form), Candidate(entry, name)
        yield from _passed(entry)
        governed = entry.names if entry.members else ()  # »schwarz-rot« did so four times
        one = Candidate(entry, governed[-1] if governed else None)
        for form in (entry.label, *entry.aliases):
            yield key(form), one
            yield key(_BROKEN.sub("", form)), one
        for form in entry.exact:
            yield "!" + _exact(form), Candidate(entry)
        scopes: dict[Scope, tuple[str, ...]] = {
            "own": entry.own, "european": entry.european, "local": entry.local, "tagged": entry.tagged
        }  # fmt: skip
        for scope, forms in scopes.items():
            for form in forms:
                yield _strict(form), Candidate(entry, scope=scope)


def _passed(entry: Actor) -> Iterator[tuple[str, Candidate]]:
    """Yield the short forms that an actor had for a time: the ministry, its minister, without »Bundes«."""
    for name in entry.dated:
        yield key(name.name), Candidate(entry, name)
        yield key(name.name.replace("ministerium", "minister")), Candidate(entry, name)
        yield _strict(name.name.removeprefix("Bundes").capitalize()), Candidate(entry, name, "local")


@cache
def _blocked() -> dict[str, frozenset[str]]:
    """Return the actors that each false friend must not be taken for."""
    found: dict[str, set[str]] = {}
    for entry in taxonomy.actors():
        for form in entry.confused:
            found.setdefault(_strict(form), set()).add(entry.id)
    return {form: frozenset(ids) for form, ids in found.items()}


@lru_cache(_CACHE)
def _readings(text: str) -> tuple[tuple[Candidate, ...], ...]:
    """Return the candidates for each way to read a text, the most literal first."""
    plain = (found for form in _keys(text) if (found := _forms().get(form)))
    return (*plain, *_in_parentheses(text), *_in_bundestag(text))


def _in_parentheses(text: str) -> Iterator[tuple[Candidate, ...]]:
    """Yield the candidates named in parentheses; a party, Land or state there only tells a home."""
    for part in _PARENTHESIS.findall(text):
        if bodies := tuple(one for one in _forms().get(key(part), ()) if not is_home(one.actor)):
            yield bodies


def is_home(actor: Actor) -> bool:
    """Return whether an actor is a party, Land or state, of which a name in parentheses may be a part."""
    return actor.kind in ("party", "state") or actor.id.startswith("staat-")


def _in_bundestag(text: str) -> Iterator[tuple[Candidate, ...]]:
    """Yield the groups and committees that are said to be of the Bundestag: »SPD-Fraktion im Bundestag«."""
    short, n = _BUNDESTAG.subn("", text)
    for form in _keys(short) if n else ():
        if found := tuple(one for one in _forms().get(form, ()) if _PARTS.intersection(one.actor.own)):
            yield found


def _keys(text: str) -> Iterator[str]:
    plain = _exact(text.strip(" .,;:"))
    yield from ("!" + plain, "!" + " ".join(_words(plain)))
    yield _strict(plain)
    if len(plain) <= 3 and plain.islower():
        return
    yield key(plain)
    yield key(_BROKEN.sub("", plain))
    outer = _PARENTHESIS.sub("", plain)
    yield key(outer)
    yield key(_LINKING.sub(" ", outer))
    yield from _shortened(outer)


def _shortened(text: str) -> Iterator[str]:
    """Yield the keys of a name without the epithets or titles in front of it."""
    words = _words(text)
    while len(words) > 1 and _root(words[0]) in _leading():
        words = words[1:]
        yield "".join(map(_stem, words))


def _root(word: str) -> str:
    """Return an epithet or title without its ending: »neue«, »Kanzlerin«, »Vorsitzende«."""
    word = _OFFICES.sub(r"\1", word.lower())
    return word if word in _leading() else re.sub(r"e[rnms]?$", "", word)


@cache
def _leading() -> frozenset[str]:
    return frozenset((*taxonomy.actor_words().epithets, *taxonomy.actor_words().titles))


def _choose(candidates: list[Candidate], occasion: Occasion) -> Actor | None:
    tagged = [one for one in candidates if one.scope == "tagged" and one.actor.kind == occasion.kind]
    if len(tagged) == 1:
        return tagged[0].actor
    certain = occasion.reference != "indefinite"
    issuers = _issuers(occasion.issuer, occasion.parliament)
    own = [one for one in candidates if one.scope == "own"]
    issued = [one for one in own if certain and _issued(one.actor, issuers, occasion)]
    own = issued or [one for one in own if _governs(one.actor, issuers, occasion)]
    if len(own) > 1:  # of two ministries that issue a paper, »das Ministerium« is neither for certain
        return _in_office(own, occasion.day) if all(one.actor.members for one in own) else None
    union = [one for one in candidates if one.scope == "european" and occasion.european]
    here = [one for one in candidates if one.actor.parliament == occasion.parliament and certain]
    local = [one for one in here if one.scope == "local"]
    general = [one for one in candidates if one.scope == "any"]
    for level in (own, union, local, general):
        if level:
            return level[0].actor if len(level) == 1 else _valid(level, occasion.day)
    return None


def _issued(actor: Actor, issuers: frozenset[str], occasion: Occasion) -> bool:
    """Return whether an actor has issued a document; parties of a Land's agreement are its own coalition."""
    governs = occasion.parliament == "bt" and bool(actor.members) and issuers == frozenset(actor.members)
    return actor.id in issuers or governs


def _governs(actor: Actor, issuers: frozenset[str], occasion: Occasion) -> bool:
    """Return whether »die Koalition« governs or, in papers of parties, »die Regierung« is the federal one.

    The coalition of these papers may be the coming one.
    """
    if occasion.parliament != "bt" or occasion.reference != "definite":
        return False
    by_party = any(entry.kind == "party" and "Partei" in entry.own for entry in map(get, issuers) if entry)
    if not actor.members:
        return by_party and actor.id == "bundesregierung"
    return bool(occasion.day and actor.names and not by_party and _holds(actor.names[-1], occasion.day))


@lru_cache(1 << 10)
def _issuers(issuer: str, parliament: str) -> frozenset[str]:
    """Return the ids of the issuers of a parliament's document; "Bundesregierung (BMWi)" names two."""
    parts = [part for piece in issuer.split(";") for part in (piece, *_PARENTHESIS.findall(piece))]
    found = (lookup(_PARENTHESIS.sub("", part), Occasion(parliament=parliament)) for part in parts)
    return frozenset(entry.id for entry in found if entry)


def _valid(level: list[Candidate], day: date | None) -> Actor | None:
    """Return the only actor whose name was valid on the day, else the only one of whom it always is."""
    held = [one.actor for one in level if day and one.when and _holds(one.when, day)]
    held = held or [one.actor for one in level if one.when is None]
    return held[0] if len(held) == 1 else None


def _holds(name: taxonomy.Name, day: date) -> bool:
    return (name.since is None or name.since <= day) and (name.until is None or day <= name.until)


def _in_office(own: list[Candidate], day: date | None) -> Actor | None:
    """Return, of several coalitions of the same parties, the first that had not ended on the day."""
    if day is None:
        return None
    open_ = [one.actor for one in own if one.actor.names and (one.actor.names[-1].until or date.max) >= day]
    return min(open_, key=lambda entry: entry.names[0].since or date.min, default=None)
