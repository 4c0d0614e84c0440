"""Read the data files in `taxonomies/` (actors, periods, themes, kinds …) into frozen, checked records.

People edit the TOML files; an error names the file, the entry that breaks a rule, and the remedy.
The functions accept another `folder` so that the rules themselves can be tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from pipeline.errors import TaxonomyError
from pipeline.knowledge.toml import FOLDER, read
from pipeline.records import Record
from pipeline.schema.labels import (
    ACTOR_KINDS,
    CHALLENGE_STATUSES,
    INSTRUMENT_KINDS,
    INSTRUMENT_STATUSES,
    THEMES,
)

Verified = Literal["yes", "no"]  # "yes": checked against the source; "no": the editor's knowledge
T = TypeVar("T", bound="Entry")


class Entry(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One entry of a data file; an unknown key is an error, so that typing mistakes are noticed."""

    id: str


class Parliament(Entry, frozen=True, kw_only=True):
    """A parliament with a calendar of its own."""

    name: str
    land: str = ""  # name of the Land, empty for the Bundestag and the European Parliament
    term_years: int  # regular length of a period
    adjectives: tuple[str, ...] = ()  # before bodies of the Land, without endings
    aliases: tuple[str, ...] = ()


class Period(Entry, frozen=True, kw_only=True):
    """A legislative period. `first_day` and `last_day` both belong to it."""

    parliament: str
    number: int
    first_day: date
    last_day: date | None = None  # None: still running
    source: str
    verified: Verified


class Theme(Entry, frozen=True, kw_only=True):
    """A policy field of the codebook."""

    cap: int  # major topic of the Comparative Agendas Project; 0 if there is none
    label_de: str
    label_en: str
    definition: str


class Kind(Entry, frozen=True, kw_only=True):
    """A kind of instrument or actor of the codebook."""

    label_de: str
    label_en: str
    definition: str


class StatusLabel(Entry, frozen=True, kw_only=True):
    """A status, with the kind of thing that has it."""

    of: Literal["challenge", "instrument", "document", "lineage"]
    label_de: str
    label_en: str
    definition: str


class Name(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A name of an actor, with its short form and the first and last day of its validity."""

    name: str
    short: str = ""
    since: date | None = msgspec.field(default=None, name="from")
    until: date | None = None


class Actor(Entry, frozen=True, kw_only=True):
    """A body or group under all its names: one entry, however often it was renamed."""

    kind: str
    label: str
    names: tuple[Name, ...] = ()  # oldest first; empty if the label has always been its name
    aliases: tuple[str, ...] = ()  # further forms that are valid at any time
    dated: tuple[Name, ...] = ()  # forms that meant it for a time, before or after they are another's alias
    exact: tuple[str, ...] = ()  # forms that must be written exactly like this: BUND is not Bund
    local: tuple[str, ...] = ()  # forms that mean it only in documents of its own `parliament`
    own: tuple[str, ...] = ()  # forms that mean it only in documents it issued itself
    european: tuple[str, ...] = ()  # forms that mean it in any sentence about the European Union
    tagged: tuple[str, ...] = ()  # forms that mean it only where the tagger takes the mention for its kind
    members: tuple[str, ...] = ()  # ids of the issuers of its documents: the parties of a coalition
    office: str = ""  # of a person: the public office that makes the name public
    confused: tuple[str, ...] = msgspec.field(default=(), name="not")  # false friends
    parliament: str = ""
    successor: str = ""
    wikidata: str = ""
    source: str
    verified: Verified


class ActorWords(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Words that may precede the name of an actor, and words around it that decide who is meant."""

    articles: frozenset[str]
    epithets: frozenset[str]  # without their endings
    titles: frozenset[str]  # without their endings
    european: tuple[str, ...]  # patterns of words that show that the European Union is meant
    partisan: tuple[str, ...]  # patterns of words that show that parties are meant
    definite: tuple[str, ...]  # patterns of words after which a name means a certain body
    indefinite: tuple[str, ...]  # patterns of words after which it means none in particular
    unmistakable: tuple[str, ...]  # patterns of words that show that an actor is German


class _Periods(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    parliament: tuple[Parliament, ...]
    period: tuple[Period, ...]


class _Themes(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    theme: tuple[Theme, ...]


class _Kinds(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    kind: tuple[Kind, ...]


class _Statuses(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    status: tuple[StatusLabel, ...]


class _Actors(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    actor: tuple[Actor, ...]


@cache
def parliaments(*, folder: Path = FOLDER) -> tuple[Parliament, ...]:
    """Return the parliaments in the order of the file."""
    path = folder / "periods.toml"
    return _unique(read(path, _Periods).parliament, path)


@cache
def periods(*, folder: Path = FOLDER) -> tuple[Period, ...]:
    """Return the periods of all parliaments, ordered by parliament and first day."""
    path = folder / "periods.toml"
    found = _unique(read(path, _Periods).period, path)
    order = {entry.id: at for at, entry in enumerate(parliaments(folder=folder))}
    for entry in found:
        _check_period(entry, path, order)
    found = tuple(sorted(found, key=lambda entry: (order[entry.parliament], entry.first_day)))
    for earlier, later in pairwise(found):
        if earlier.parliament == later.parliament:
            _check_follows(earlier, later, path)
    return found


@cache
def themes(*, folder: Path = FOLDER) -> tuple[Theme, ...]:
    """Return the policy fields in the order of the codebook."""
    path = folder / "themes.toml"
    return _exactly(_unique(read(path, _Themes).theme, path), THEMES, path)


@cache
def instrument_kinds(*, folder: Path = FOLDER) -> tuple[Kind, ...]:
    """Return the kinds of instrument in the order of the codebook."""
    path = folder / "instrument_kinds.toml"
    return _exactly(_unique(read(path, _Kinds).kind, path), INSTRUMENT_KINDS, path)


@cache
def actor_kinds(*, folder: Path = FOLDER) -> tuple[Kind, ...]:
    """Return the kinds of actor in the order of the codebook."""
    path = folder / "actor_kinds.toml"
    return _exactly(_unique(read(path, _Kinds).kind, path), ACTOR_KINDS, path)


@cache
def statuses(*, folder: Path = FOLDER) -> tuple[StatusLabel, ...]:
    """Return the labels of all statuses; those of mentions agree with the codebook."""
    path = folder / "statuses.toml"
    found = _unique(read(path, _Statuses).status, path)
    mentions = tuple(entry for entry in found if entry.of in ("challenge", "instrument"))
    _exactly(mentions, (*CHALLENGE_STATUSES, *INSTRUMENT_STATUSES), path)
    return found


@cache
def actors(*, folder: Path = FOLDER) -> tuple[Actor, ...]:
    """Return the actors of all files `actors*.toml`, ordered by id."""
    places = [
        (entry, path) for path in sorted(folder.glob("actors*.toml")) for entry in read(path, _Actors).actor
    ]
    if not places:
        raise TaxonomyError(str(folder), "no file actors*.toml", "reinstall the package")
    seen: dict[str, Path] = {}
    for entry, path in places:
        if entry.id in seen:
            raise _error(path, entry.id, f"id already used in {seen[entry.id].name}", "choose another id")
        seen[entry.id] = path
    known = {entry.id for entry in parliaments(folder=folder)}
    for entry, path in places:
        _check_actor(entry, path, frozenset(seen), known)
    return tuple(sorted((entry for entry, _ in places), key=lambda entry: entry.id))


@cache
def actor_words(*, folder: Path = FOLDER) -> ActorWords:
    """Return the words that may stand before the name of an actor."""
    return read(folder / "actor_words.toml", ActorWords)


def _error(path: Path, entry: str, what: str, remedy: str) -> TaxonomyError:
    return TaxonomyError(f"{path.name} {entry}", what, remedy)


def _unique(entries: tuple[T, ...], path: Path) -> tuple[T, ...]:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise _error(path, entry.id, "id is used twice", "give each entry its own id")
        seen.add(entry.id)
    return entries


def _exactly(entries: tuple[T, ...], expected: tuple[str, ...], path: Path) -> tuple[T, ...]:
    found = tuple(entry.id for entry in entries)
    if found != expected:
        missing = ", ".join(sorted(set(expected) ^ set(found))) or "another order"
        raise TaxonomyError(
            path.name, f"differs from the codebook: {missing}", "list exactly the codebook's labels"
        )
    return entries


def _check_period(entry: Period, path: Path, parliaments: dict[str, int]) -> None:
    if entry.parliament not in parliaments:
        raise _error(
            path, entry.id, f"unknown parliament {entry.parliament!r}", f"use one of {', '.join(parliaments)}"
        )
    if entry.id != f"{entry.parliament}{entry.number:02d}":
        raise _error(path, entry.id, "id and number differ", f"write {entry.parliament}{entry.number:02d}")
    if entry.last_day and entry.last_day < entry.first_day:
        raise _error(path, entry.id, "ends before it begins", "correct first_day or last_day")
    _check_source(entry.source, path, entry.id)


def _check_follows(earlier: Period, later: Period, path: Path) -> None:
    if earlier.last_day is None:
        raise _error(path, earlier.id, "is running although a later period exists", "give it a last_day")
    if earlier.last_day >= later.first_day:
        remedy = f"the first day belongs to the new period: end {earlier.id} the day before"
        raise _error(path, later.id, f"begins before {earlier.id} has ended", remedy)
    if later.number != earlier.number + 1:
        raise _error(
            path, later.id, f"does not follow number {earlier.number}", "add the period between them"
        )


def _check_source(source: str, path: Path, entry: str) -> None:
    if not source.strip():
        raise _error(path, entry, "has no source", "name where the fact can be checked")


def _check_actor(entry: Actor, path: Path, ids: frozenset[str], parliaments: set[str]) -> None:
    _check_source(entry.source, path, entry.id)
    if entry.kind not in ACTOR_KINDS:
        raise _error(path, entry.id, f"unknown kind {entry.kind!r}", f"use one of {', '.join(ACTOR_KINDS)}")
    if entry.successor and (entry.successor not in ids or entry.successor == entry.id):
        raise _error(
            path, entry.id, f"successor {entry.successor!r} is not another actor", "use an id of these files"
        )
    for member in entry.members:
        if member not in ids:
            raise _error(path, entry.id, f"member {member!r} is not an actor", "use ids of these files")
    if entry.parliament and entry.parliament not in parliaments:
        raise _error(path, entry.id, f"unknown parliament {entry.parliament!r}", "use an id of periods.toml")
    if entry.local and not entry.parliament:
        raise _error(path, entry.id, "has local forms but no parliament", "say in whose documents they hold")
    if entry.wikidata and not (entry.wikidata[0] == "Q" and entry.wikidata[1:].isdigit()):
        raise _error(
            path,
            entry.id,
            f"wikidata {entry.wikidata!r} is not the id of an item",
            "write Q and digits, or leave it out",
        )
    _check_forms(entry, path)
    _check_names(entry, path)


def _check_forms(entry: Actor, path: Path) -> None:
    seen: set[str] = set()
    for form in (*entry.aliases, *entry.local):
        if not form.strip() or form in seen or "=" in form:
            raise _error(path, entry.id, f"alias {form!r} is empty, given twice or no name", "remove it")
        seen.add(form)
    for form in forms(entry):
        if form in entry.confused:
            raise _error(path, entry.id, f"{form!r} is both a name and a false friend", "remove one of them")


def _check_names(entry: Actor, path: Path) -> None:
    for name in (*entry.names, *entry.dated):
        if name.since and name.until and name.until < name.since:
            raise _error(path, entry.id, f"{name.name!r} ends before it begins", "correct from or until")
    for earlier, later in pairwise(entry.names):
        if earlier.until is None or later.since is None or earlier.until >= later.since:
            what = f"{later.name!r} does not begin after {earlier.name!r} has ended"
            raise _error(path, entry.id, what, "order names by date, each with until and from")


def forms(entry: Actor) -> Iterator[str]:
    """Yield every form of an actor that is valid in all documents: label, names, short forms, aliases."""
    yield entry.label
    for name in entry.names:
        yield name.name
        if name.short:
            yield name.short
    yield from entry.aliases


def label(entries: Iterable[Theme | Kind | StatusLabel], name: str, *, language: str = "de") -> str:
    """Return the label of an entry in German (or, with `language` "en", in English), or its id."""
    for entry in entries:
        if entry.id == name:
            return entry.label_en if language == "en" else entry.label_de
    return name
