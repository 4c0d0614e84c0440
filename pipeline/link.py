"""From mentions to concepts: »Mangel an Fachkräften« and »Fachkräftemangel« are one challenge.

Three steps, each sure before the next: the registry's names, the morphological key (`keys`), and
the meaning (`meaning`). Ids come from the registry or from the key, never
from counts or order, so that a concept keeps its id when documents are added.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from pipeline.knowledge import actors, german, keys
from pipeline.knowledge.calendars import days_of
from pipeline.knowledge.generic import is_generic
from pipeline.knowledge.meaning import Group, Judge, merges
from pipeline.knowledge.nominative import nominative
from pipeline.knowledge.registry import ConceptEntry, ConceptIndex, Registry, load_registry
from pipeline.knowledge.statutes import statutes
from pipeline.records import Record
from pipeline.tally import ConceptCount, Home, Occurrence, Tally

MAX_ALIASES = 50  # kept a concept, most frequent first; »Bundesregierung« has fewer in the corpus


class Surface(Record):
    """A form of a mention with what decides what it means; equal ones are given once with a count."""

    layer: str
    text: str
    kind: str = ""
    theme: str = ""
    long: str = ""  # what the document says the abbreviation stands for
    day: str = ""
    parliament: str = ""
    issuer: str = ""
    european: bool = False  # an actor's sentence speaks of the European Union
    count: int = 1


class Concept(Record):
    """What several forms mean."""

    concept_id: str
    layer: str
    label: str
    theme: str = ""
    aliases: tuple[str, ...] = ()
    parent: str = ""
    wikidata: str = ""
    verified: str = ""
    n_mentions: int = 0  # outside of repeated documents
    periods: tuple[str, ...] = ()  # in which it was mentioned there, in the order of their ids
    is_generic: bool = False  # the label does not say which thing is meant


class Linked(Record):
    """Concepts in order of their ids, the id of each surface given, and the registry to keep."""

    ids: tuple[str, ...]  # in the order of the input; "" for what is no concept
    concepts: tuple[Concept, ...]
    registry: Registry
    events: tuple[str, ...] = ()  # of this run, as in Registry.history


def link(
    surfaces: Iterable[Surface], *, registry: Registry | None = None, judge: Judge | None = None
) -> Linked:
    """Give every surface the id of its concept; the answer does not depend on their order.

    Args:
        surfaces: forms of mentions; duplicates are allowed.
        registry: what is known; the shipped seeds by default.
        judge: decides which names mean the same; without it nothing is merged by meaning.
    """
    given = list(surfaces)
    with Linker(registry if registry is not None else load_registry()) as linker:
        linker.add(0, given)
        events = linker.decide(judge)
        ids, concepts = linker.ids(0), tuple(linker.concepts())
        return Linked(ids=ids, concepts=concepts, registry=linker.registry, events=events)


class Linker:
    """Links document by document: first `add` all, then `decide`, then ask for ids and concepts.

    Memory grows with what the registry knows and with the keys in its history, not with mentions.
    """

    def __init__(self, registry: Registry, folder: Path | None = None) -> None:
        """Take what is known, and a folder for what memory should not hold."""
        self.registry = registry
        self._index = ConceptIndex(registry)
        self._tally = Tally(folder)

    def __enter__(self) -> Linker:
        return self

    def __exit__(self, *_: object) -> None:
        self._tally.close()

    def add(
        self, document: int, surfaces: Sequence[Surface], *, counted: bool = True, period: str = ""
    ) -> None:
        """Take the surfaces of a document: its number, whether it counts, and its period."""
        self._tally.add(
            Occurrence(
                document=document,
                place=place,
                home=home(surface, self._index),
                name=surface.long or surface.text,
                form=german.normalise(surface.text),
                theme=surface.theme,
                n=surface.count,
                counted=counted,
                period=period,
            )
            for place, surface in enumerate(surfaces)
        )

    def decide(self, judge: Judge | None) -> tuple[str, ...]:
        """Merge by meaning and remember it in the registry; return what happened to concepts."""
        if judge is not None:
            forms = {id_: found for id_, found in self._tally.names() if _compared(*found, judge)}
            merged = _merge(forms, self._index, judge, born=_born(self.registry))
            self._tally.join(merged)
            self.registry = _remember(self.registry, merged, forms)
            self._index = ConceptIndex(self.registry)
        events = _events(self.registry, self._tally.owners())
        self.registry = replace(self.registry, history=(*self.registry.history, *events))
        return events

    def ids(self, document: int) -> tuple[str, ...]:
        """Return the concepts of the surfaces of a document, in their order."""
        return self._tally.concepts_of(document)

    def concepts(self) -> Iterator[Concept]:
        """Yield what the corpus speaks of in order of ids."""
        return (_concept(counted, self._index) for counted in self._tally.counted())


def own_id(layer: str, key: str) -> str:
    """Return the id of a concept that only its key defines."""
    digest = hashlib.blake2s(f"{layer}\0{key}".encode(), digest_size=5).hexdigest()
    return f"{layer}-{digest}"


def home(surface: Surface, index: ConceptIndex) -> Home:
    """Return where the registry or morphology puts a form; it has no id where it is no concept."""
    layer = surface.layer
    text = meaning(surface, index)
    key = keys.key(text, layer) or keys.surface(text)
    if not key:
        return Home("", layer, "", "")
    own = own_id(layer, key)
    known = _known(surface, text, index)
    if not known and is_private(surface):
        return Home("", layer, "", "")
    return Home(known or own, layer, key, own)


def _known(surface: Surface, text: str, index: ConceptIndex) -> str:
    """Return the concept a form names: a person's entry, then the registry of actors, then the seeds."""
    # forms that no dictionary has keep their endings: »Entsendegesetzes«
    found = index.find(surface.layer, text) or index.find(surface.layer, nominative(text))
    if surface.layer != "actor" or found in index.own:
        return found
    days = days_of(surface.day)
    issued = days.first if days and days.first == days.last else None
    for form in dict.fromkeys((text, surface.text, nominative(text))):
        actor = actors.lookup(
            form,
            day=issued,
            parliament=surface.parliament or "bt",
            issuer=surface.issuer,
            european=surface.european,
        )
        if actor:
            return f"actor-{actor.id}"
    return found


def meaning(surface: Surface, index: ConceptIndex) -> str:
    """Return the form to look up: what an abbreviation stands for, in its document or by law, or the text.

    Where the registry knows the abbreviation as something akin to the long form, it is sure enough.
    """
    long = surface.long or (statutes().short.get(surface.text, "") if surface.layer == "instrument" else "")
    if not long:
        return surface.text
    known = index.entries.get(index.find(surface.layer, surface.text))
    if known is None:
        return long
    words = set(keys.key(long, surface.layer).split()) - {"gesetz"}
    return surface.text if words & set(keys.key(known.label, surface.layer).split()) else long


PUBLIC_KINDS = ("federal", "parliament", "party", "state", "municipal", "eu", "international")


def is_private(surface: Surface) -> bool:
    """Say whether an actor is a person who holds no public office: such names are not published."""
    if surface.layer != "actor" or surface.kind in PUBLIC_KINDS:
        return False
    words = surface.text.split()
    names = german.word_set("persons", "first_names")
    titles = german.word_set("persons", "titles")
    titled = len(words) > 1 and words[0].rstrip(".").lower() in titles
    named = 1 < len(words) < 5 and words[0].split("-")[0].lower() in names and words[-1][:1].isupper()
    return titled or named


Forms = dict[str, tuple[Home, Counter[str]]]  # the counted names of concepts that only their key defines


def _compared(home: Home, counted: Counter[str], judge: Judge) -> bool:
    """Say whether a concept may join others: people differ by little (»Mieter«, »Vermieter«)."""
    return home.layer != "actor" and counted.total() >= judge.often


def _merge(forms: Forms, index: ConceptIndex, judge: Judge, born: set[str]) -> dict[str, str]:
    """Return which concepts join which by meaning.

    Those the registry knows come first as targets, then those of earlier runs, then the most frequent.
    """
    known = [
        Group(entry.id, entry.layer, entry.worded, is_fixed=True)
        for entry in sorted(index.entries.values(), key=lambda entry: entry.id)
        if entry.layer != "actor"
    ]
    ordered = sorted(forms.items(), key=lambda item: (item[0] not in born, -item[1][1].total(), item[0]))
    new = [
        Group(id_, home.layer, (_label(counted),), is_fixed=False)
        for id_, (home, counted) in ordered
        if id_ not in index.entries
    ]
    return merges([*known, *new], judge, index.barred)


def _remember(registry: Registry, merged: dict[str, str], forms: Forms) -> Registry:
    """Append the names merged by meaning to the entries of their concepts."""
    entries = {entry.id: entry for entry in registry.concept}
    for source, target in sorted(merged.items()):
        if target not in entries:
            home, counted = forms[target]
            entries[target] = ConceptEntry(id=target, layer=home.layer, label=nominative(_label(counted)))
        entry, name = entries[target], _label(forms[source][1])
        entries[target] = replace(entry, merged=tuple(sorted({*entry.merged, name})))
    ordered = tuple(sorted(entries.values(), key=lambda entry: (entry.layer, entry.id)))
    return replace(registry, concept=ordered, own=registry.own | set(merged.values()))


def _born(registry: Registry) -> set[str]:
    """Return the concepts that earlier runs had."""
    return {line.split(" ")[1] for line in registry.history}


def _label(counted: Counter[str]) -> str:
    """Return the most frequent form that is no inflection of others; of equals the shortest, then first."""
    # a third: »Europäische Union« is 12 to 32, but »Familien«, a plural, is 63 to 16
    strong = {form: [other for other in counted if 3 * counted[other] >= counted[form]] for form in counted}
    upright = [form for form in counted if not any(_inflects(form, other) for other in strong[form])]
    return min(upright or counted, key=lambda form: (form.isupper(), -counted[form], len(form), form))


def _inflects(form: str, other: str) -> bool:
    """Say whether a form is another one with more endings: »Europäischen Union«, »Ländern«."""
    if len(form) <= len(other):
        return False
    pairs = list(zip(form.split(), other.split(), strict=False))
    same = len(form.split()) == len(other.split())
    return same and all(a.removeprefix(b) in ("", "n", "en", "s", "es", "r", "m") for a, b in pairs)


def _events(registry: Registry, now: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return what happened since the history ends: births, merges and splits of the machine's concepts.

    Args:
        registry: with the history so far.
        now: ids that keys alone would have and where they are, in order.
    """
    before: dict[str, str] = {}
    for line in registry.history:
        event, first, *second = line.split(" ")
        before[first] = second[0] if event == "merge" else first
    events = []
    for own, concept in now:
        if own not in before and own == concept:
            events.append(f"birth {own}")
        elif before.get(own, concept) != concept:
            events.append(f"merge {own} {concept}" if own != concept else f"split {own} {before[own]}")
    return tuple(events)


def _concept(counted: ConceptCount, index: ConceptIndex) -> Concept:
    id_, layer, forms, themes = counted.concept, counted.layer, counted.forms, counted.themes
    entry = index.entries.get(id_)
    actor = actors.get(id_.removeprefix("actor-")) if layer == "actor" else None
    known = entry if entry and (id_ in index.own or not actor) else actor
    label = known.label if known else nominative(_label(forms))
    said = entry.generic if entry else None
    ordered = sorted(forms, key=lambda form: (-forms[form], form))
    theme = min((t for t in themes if t), key=lambda t: (-themes[t], t), default="")
    return Concept(
        concept_id=id_,
        layer=layer,
        label=label,
        theme=(entry.theme if entry else "") or theme,
        aliases=tuple(form for form in ordered if form != label)[:MAX_ALIASES],
        parent=entry.parent if entry else "",
        wikidata=(entry.wikidata if entry else "") or (actor.wikidata if actor else ""),
        verified=actor.verified if actor else "",
        n_mentions=counted.n,
        periods=tuple(sorted(counted.periods)),
        is_generic=is_generic(label, layer) if said is None else said,
    )
