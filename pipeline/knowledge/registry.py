"""Read and write the registry of known concepts, plain text that a person may edit.

The package ships seeds (`taxonomies/concepts.toml`); each output folder has a file of its own in
the same format, whose entries replace seeds with the same id. The program only adds to that file:
names it has `merged`, and lines of `history`; entries and comments that a person wrote stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from pipeline.errors import TaxonomyError
from pipeline.knowledge import keys
from pipeline.knowledge.kept import kept
from pipeline.knowledge.toml import FOLDER, read
from pipeline.records import Record
from pipeline.schema.labels import LAYERS, THEMES
from pipeline.versions import digest

SEEDS = FOLDER / "concepts.toml"
_MODULE = __name__.removeprefix("pipeline.")
_ENTRIES = re.compile(r"^\s*concept\s*=\s*\[", re.MULTILINE)
_TOKEN = re.compile(
    r"(?P<comment>#.*)|(?P<bracket>[\[\]{}])"
    r"|'{3}[\s\S]*?'{3}|\"{3}[\s\S]*?\"{3}|'[^'\n]*'|\"(?:\\.|[^\"\\\n])*\""  # strings may hold any of these
)
HEADER = """\
# Concepts of this output folder: edit freely, your entries win over the machine and survive every run.
# An entry stands between the brackets of `concept`, one a line, and begins with an id of your own,
# or with one of the table `concepts`, whose entry it replaces:
#  { id = "instrument-meisterbonus", layer = "instrument", label = "Meisterbonus", aliases = ["Meisterlohn"] }
# label: preferred name; aliases: other names; not: never merge with these; parent: id of a wider concept;
# said: how texts put it in other words, for merging by meaning only;
# generic: true where the name does not say which thing is meant, false where it does (else a list decides);
# merged: what the machine merged by meaning (take a name out and write it into `not` to undo it).
# Comments between the brackets stay above the entry that they precede or end; others are not kept.
# history: births of concepts the machine made, merges and splits; leave it as it is.
"""


class ConceptEntry(Record, forbid_unknown_fields=True):
    """A concept that is known by name."""

    id: str
    layer: str
    label: str
    theme: str = ""
    aliases: tuple[str, ...] = ()
    said: tuple[str, ...] = ()  # other wordings, compared by meaning only
    confused: tuple[str, ...] = msgspec.field(default=(), name="not")
    parent: str = ""
    merged: tuple[str, ...] = ()  # names that the program found to mean the same
    wikidata: str = ""
    generic: bool | None = None  # None: the lists of `knowledge.generic` decide

    @property
    def called(self) -> tuple[str, ...]:
        """All names, each once."""
        return tuple(dict.fromkeys((self.label, *self.aliases, *self.merged)))

    @property
    def worded(self) -> tuple[str, ...]:
        """All names and other wordings, each once."""
        return tuple(dict.fromkeys((*self.called, *self.said)))


class Registry(Record, forbid_unknown_fields=True):
    """The entries ordered by layer and id, and the events so far.

    Each line of `history` is an event with ids: `birth ID`, `merge ID INTO`, `split ID FROM`.
    """

    concept: tuple[ConceptEntry, ...] = ()
    own: frozenset[str] = frozenset()  # ids of entries in the output folder's file
    replaced: tuple[ConceptEntry, ...] = ()  # seeds with these ids
    history: tuple[str, ...] = ()
    # by the id of the entry they stand above; "": at the end
    comments: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class _File(Record, forbid_unknown_fields=True):
    concept: tuple[ConceptEntry, ...] = ()
    history: str = ""


def load_registry(path: Path | None = None) -> Registry:
    """Return the seeds, overridden by the entries of `path`; a missing file changes nothing.

    Raises:
        TaxonomyError: a file is not TOML, has an unknown key, or breaks a rule of the registry.
    """
    seeds, mine = _seeds(), _own(path)
    entries = seeds | {entry.id: entry for entry in mine.concept}
    check(mine.concept, entries.keys(), path or SEEDS)
    return Registry(
        concept=_ordered(entries.values()) if mine.concept else _ordered_seeds(),
        own=frozenset(entry.id for entry in mine.concept),
        replaced=tuple(seeds[entry.id] for entry in mine.concept if entry.id in seeds),
        history=tuple(mine.history.split("\n")) if mine.history else (),
        comments=_comments(path, [entry.id for entry in mine.concept]) if path and path.is_file() else {},
    )


@cache
def _seeds() -> dict[str, ConceptEntry]:
    entries = kept("concepts", _MODULE, tuple[ConceptEntry, ...], lambda: read(SEEDS, _File).concept)
    return {entry.id: entry for entry in entries}


@cache
def _ordered_seeds() -> tuple[ConceptEntry, ...]:
    return _ordered(_seeds().values())


def _ordered(entries: Iterable[ConceptEntry]) -> tuple[ConceptEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.layer, entry.id)))


def is_own(concept: str, path: Path) -> bool:
    """Return whether an output folder's file has an entry of this id.

    The file is parsed only if the id is there in quotation marks: its history may have 100,000 lines.

    Raises:
        TaxonomyError: it is not TOML or has an unknown key.
    """
    text, quoted = path.read_bytes() if path.is_file() else b"", (f'"{concept}"', f"'{concept}'")
    found = any(id_.encode() in text for id_ in quoted)
    return found and any(entry.id == concept for entry in _own(path).concept)


def fingerprint(path: Path, *, grows: bool) -> str:
    """Return a hash of the entries in an output folder's file; "" if there are none.

    Args:
        path: the file; comments, order and history do not count.
        grows: names are merged by meaning, so what runs have written by themselves does not count, either.

    Raises:
        TaxonomyError: it is not TOML or has an unknown key.
    """
    entries = _own(path).concept
    if grows and entries:
        seeds = _seeds()
        entries = tuple(replace(entry, merged=()) for entry in entries if not _is_made(entry, seeds))
    return digest(*sorted(map(_inline, entries))) if entries else ""


def made(concept: str, layer: str, label: str) -> ConceptEntry:
    """Return a new entry for a concept that the program has formed.

    Its label is among the names merged, which tells it from one that a person has given.
    """
    return ConceptEntry(id=concept, layer=layer, label=label, merged=(label,))


def _is_made(entry: ConceptEntry, seeds: Mapping[str, ConceptEntry]) -> bool:
    """Return whether all of an entry but the names merged is from the seeds or from `made`."""
    alone = replace(entry, merged=())
    if entry.id in seeds:
        return entry.layer != "actor" and alone == seeds[entry.id]  # names of actors are not merged
    return entry.label in entry.merged and alone == ConceptEntry(
        id=entry.id, layer=entry.layer, label=entry.label
    )


def is_seed(concept: str) -> bool:
    """Return whether a seed has this id; it is looked for in the text, as reading all entries takes long."""
    return f'\n  {{ id = "{concept}"' in SEEDS.read_text(encoding="utf-8")


def _own(path: Path | None) -> _File:
    if path is None or not path.is_file():
        return _File()
    return read(path, _File, remedy="compare it with the example at the top of the file")


def _comments(path: Path, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the comments between the brackets of `concept`, given the ids of the entries in order."""
    found: dict[str, tuple[str, ...]] = {}
    text = path.read_text(encoding="utf-8-sig")
    begin = _ENTRIES.search(text)
    if not begin:
        return found
    entry, depth, end = -1, 0, begin.end()
    for token in _TOKEN.finditer(text, end):
        if comment := token["comment"]:
            is_inside = depth or (entry >= 0 and "\n" not in text[end : token.start()])
            name = (*ids, "")[entry if is_inside else entry + 1]
            found[name] = (*found.get(name, ()), comment.strip())
        elif token["bracket"] in ("[", "{"):
            entry, depth = entry + (depth == 0), depth + 1
        elif token["bracket"]:
            if not depth:
                break
            depth, end = depth - 1, token.end()
    return found


def dump_registry(registry: Registry) -> bytes:
    """Return the content of an output folder's file: its own entries, one per line, and the history."""
    lines = []
    for entry in registry.concept:
        if entry.id in registry.own:
            lines += [f"  {line}" for line in (*registry.comments.get(entry.id, ()), f"{_inline(entry)},")]
    lines += [f"  {line}" for line in registry.comments.get("", ())]
    body = "\n".join(["concept = [", *lines, "]", "", f"history = '''{chr(10).join(registry.history)}'''"])
    return f"{HEADER}\n{body}\n".encode()


def _inline(entry: ConceptEntry) -> str:
    values: dict[str, Any] = msgspec.to_builtins(entry)
    fields = [f"{name} = {msgspec.json.encode(v).decode()}" for name, v in values.items() if v or v is False]
    return "{ " + ", ".join(fields) + " }"


def check(entries: Iterable[ConceptEntry], known: Collection[str], path: Path) -> None:
    """Raise TaxonomyError if an entry breaks a rule; the seeds are checked by the tests, not in a run."""
    seen: set[str] = set()
    for entry in entries:
        where = f"{path.name} {entry.id}"
        if entry.id in seen:  # only one could count, and only that one would be written again
            raise TaxonomyError(where, "two entries have this id", "join them, or give one another id")
        seen.add(entry.id)
        if entry.layer not in LAYERS:
            raise TaxonomyError(where, f"unknown layer {entry.layer!r}", f"use one of {', '.join(LAYERS)}")
        if not entry.id.startswith(f"{entry.layer}-") or not entry.label.strip():
            raise TaxonomyError(
                where, "id or label does not fit", f"begin the id with {entry.layer}-, give a label"
            )
        if entry.theme and entry.theme not in THEMES:
            raise TaxonomyError(where, f"unknown theme {entry.theme!r}", f"use one of {', '.join(THEMES)}")
        if entry.parent and (entry.parent == entry.id or entry.parent not in known):
            raise TaxonomyError(
                where, f"parent {entry.parent!r} is not another concept", "use an id of the registry"
            )
        own = {keys.surface(form) for form in (entry.label, *entry.aliases)}
        if both := own & {keys.surface(form) for form in entry.confused}:
            raise TaxonomyError(
                where, f"{min(both)!r} is both a name and a false friend", "remove one of them"
            )


def ancestors(concept: str, entries: Mapping[str, ConceptEntry]) -> Iterator[str]:
    """Yield the ids of the concepts above one, the nearest first; a circle of them ends."""
    seen = {concept}
    while (entry := entries.get(concept)) and entry.parent and entry.parent not in seen:
        concept = entry.parent
        seen.add(concept)
        yield concept


def index_of(registry: Registry) -> ConceptIndex:
    """Return the index of a registry; that of the seeds alone is built once."""
    return _seed_index() if registry.concept is _ordered_seeds() else ConceptIndex(registry)


@cache
def _seed_index() -> ConceptIndex:
    return ConceptIndex(Registry(concept=_ordered_seeds()))


class NameKeys(NamedTuple):
    """What tells one name from others: its words without their inflection, and its morphological key."""

    surface: str
    key: str


@cache
def _seed_names() -> dict[str, dict[str, NameKeys]]:
    """Return the keys of all names of the seeds, by layer and name; to compute them takes seconds."""
    return kept("names", _MODULE, dict[str, dict[str, NameKeys]], _computed)


def _computed() -> dict[str, dict[str, NameKeys]]:
    found: dict[str, dict[str, NameKeys]] = {}
    for entry in _ordered_seeds():
        names = found.setdefault(entry.layer, {})
        names |= {name: _keys(name, entry.layer) for name in (*entry.called, *entry.confused)}
    return found


def _keys(name: str, layer: str) -> NameKeys:
    return NameKeys(keys.surface(name), keys.key(name, layer))


def _joined(surface: str) -> str:
    """Return the words of a name as one, whether hyphens part them or not: »Energie-Mix«, »Energiemix«."""
    return surface.replace(" ", "")


class ConceptIndex:
    """Finds the concept of a registry that a form belongs to; own entries come before seeds."""

    def __init__(self, registry: Registry) -> None:
        self.entries = {entry.id: entry for entry in registry.concept}
        self.own = registry.own
        self._forms: dict[tuple[str, str], str] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._barred: set[tuple[str, str]] = set()
        self._known = _seed_names()
        ordered = sorted(registry.concept, key=lambda entry: (entry.id not in registry.own, entry.id))
        for entry in ordered:
            self._barred |= {(entry.id, self._of(form, entry.layer).key) for form in entry.confused}
        for is_own in (True, False):
            tier = [entry for entry in ordered if (entry.id in registry.own) is is_own]
            for entry in tier:
                self._add(entry, (entry.label,))
            for entry in tier:
                self._add(entry, (*entry.aliases, *entry.merged))

    def _add(self, entry: ConceptEntry, forms: Iterable[str]) -> None:
        for form in forms:
            surface, key = self._of(form, entry.layer)
            self._forms.setdefault((entry.layer, _joined(surface)), entry.id)
            if key and (entry.id, key) not in self._barred:
                self._keys.setdefault((entry.layer, key), entry.id)

    def _of(self, name: str, layer: str) -> NameKeys:
        return self._known.get(layer, {}).get(name) or _keys(name, layer)

    def find(self, layer: str, form: str) -> str:
        """Return the id of the concept that has the form's name or morphological key, or ""."""
        return self.named(layer, form) or self._keys.get((layer, keys.key(form, layer)), "")

    def find_part(self, layer: str, part: str) -> str:
        """Return the concept that a part of a form names; a single word must be one of its names."""
        return self.find(layer, part) if " " in part else self.named(layer, part)

    def named(self, layer: str, form: str) -> str:
        """Return the id of the concept that has the form as a name, inflected, hyphenated or not, or ""."""
        return self._forms.get((layer, _joined(keys.surface(form))), "")

    def barred(self, concept: str, key: str) -> bool:
        """Return whether a person has ruled out that this key is merged with the concept."""
        return (concept, key) in self._barred
