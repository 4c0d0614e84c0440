"""Link mentions to concepts: »Mangel an Fachkräften« and »Fachkräftemangel« are one challenge.

There are three steps, the most reliable first: the registry's names and the morphological key, which tell of
each mention alone where it belongs (`homes`), and the meaning (`meaning`), which compares all names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from pipeline.homes import Home, Occurrence, Surface, home, in_full, known_as, meaning, occurrence
from pipeline.knowledge import actors
from pipeline.knowledge.generic import is_generic
from pipeline.knowledge.meaning import Group, Judge, merges
from pipeline.knowledge.nominative import nominative
from pipeline.knowledge.registry import ConceptIndex, Registry, ancestors, index_of, load_registry, made
from pipeline.knowledge.wider import wider
from pipeline.records import Record
from pipeline.tally import ConceptCount, Tally

MAX_ALIASES = 50  # per concept, most frequent first; even »Bundesregierung« has fewer in the corpus


class Concept(Record):
    """The common meaning of several forms."""

    concept_id: str
    layer: str
    label: str
    theme: str = ""
    aliases: tuple[str, ...] = ()
    wider: str = ""  # id of a concept of the registry that mentions name, too
    wikidata: str = ""
    verified: str = ""
    n_mentions: int = 0  # in sentences that count
    periods: tuple[str, ...] = ()  # of these mentions, in the order of their ids
    is_generic: bool = False  # the label does not tell which particular thing is meant


class Linked(Record):
    """Concepts in the order of their ids, the id of each given surface, and the updated registry."""

    ids: tuple[str, ...]  # in the order of the input; "" for what is not a concept
    concepts: tuple[Concept, ...]
    registry: Registry
    events: tuple[str, ...] = ()  # of this run, as in Registry.history


def link(
    surfaces: Iterable[Surface], *, registry: Registry | None = None, judge: Judge | None = None
) -> Linked:
    """Return the concept of every surface; the result does not depend on their order.

    Args:
        surfaces: forms of mentions; duplicates are allowed.
        registry: the known concepts; by default the shipped seeds.
        judge: decides which names mean the same; without it, nothing is merged by meaning.
    """
    given = list(surfaces)
    with Linker(registry if registry is not None else load_registry()) as linker:
        linker.add(linker.occurrences(given))
        events = linker.decide(judge)
        (ids,), concepts = linker.ids(), tuple(linker.concepts())
        return Linked(ids=ids, concepts=concepts, registry=linker.registry, events=events)


class Linker:
    """Links document by document: first `add` all, then `decide`, then get `ids` and `concepts`.

    Memory grows with the registry and the keys in its history, not with the number of mentions.
    """

    def __init__(self, registry: Registry, folder: Path | None = None) -> None:
        """Take the known concepts, and a folder for data that memory should not hold."""
        self.registry = registry
        self._index = index_of(registry)
        self._tally = Tally(folder)
        self._shipped = _shipped(registry)
        self._replaced: set[str] = set()  # shipped concepts of which people's entries take names

    def __enter__(self) -> Linker:
        return self

    def __exit__(self, *_: object) -> None:
        self._tally.close()

    @property
    def has_own(self) -> bool:
        """Whether people's entries count, so that mentions may belong elsewhere than the shipped ones say."""
        return self._shipped is not None

    def occurrences(self, surfaces: Iterable[Surface]) -> list[Occurrence]:
        """Return forms as they are counted, each with where it belongs."""
        return [occurrence(surface, self._home(surface)) for surface in surfaces]

    def add(self, mentions: Iterable[Occurrence], *, period: str = "") -> None:
        """Add the mentions of the next document, which is of a period."""
        self._tally.add(mentions, period=period)

    def _home(self, surface: Surface) -> Home:
        """Return where a form belongs; if a person took it from a shipped concept, `own` is that one's id."""
        found = home(surface, self._index)
        if self._shipped is None or found.concept not in self._index.own:
            return found
        shipped = known_as(surface, meaning(surface, self._shipped), self._shipped)
        if shipped in ("", found.concept):
            return found
        self._replaced.add(shipped)
        return found._replace(own=shipped)

    def decide(self, judge: Judge | None) -> tuple[str, ...]:
        """Merge by meaning and record it in the registry; return the events of concepts."""
        if judge is not None:
            forms = {id_: found for id_, found in self._tally.names() if _compared(*found, judge)}
            merged = _merge(forms, self._index, judge, born=_born(self.registry))
            self._tally.join(merged)
            self.registry = _remember(self.registry, merged, forms)
            self._index = index_of(self.registry)
        events = _events(self.registry, self._tally, self._replaced)
        self.registry = replace(self.registry, history=(*self.registry.history, *events))
        return events

    def ids(self) -> Iterator[tuple[str, ...]]:
        """Yield the concept ids of each document's mentions, in the order in which both were added."""
        return self._tally.by_document()

    def concepts(self) -> Iterator[Concept]:
        """Yield the concepts of the corpus in the order of their ids."""
        there = {id_ for id_ in self._tally.concepts() if id_ in self._index.entries}
        return (_concept(counted, self._index, there) for counted in self._tally.counted())


def _shipped(registry: Registry) -> ConceptIndex | None:
    """Return an index of the shipped concepts, None if a folder has no entries of its own."""
    if not registry.own:
        return None
    rest = [entry for entry in registry.concept if entry.id not in registry.own]
    return ConceptIndex(Registry(concept=(*rest, *registry.replaced)))


Forms = dict[str, tuple[Home, Counter[str]]]  # names, counted, of concepts that only their key defines


def _compared(home: Home, counted: Counter[str], judge: Judge) -> bool:
    """Return whether a concept may be merged; actors may not: their names differ little (»Vermieter«)."""
    return home.layer != "actor" and counted.total() >= judge.often


def _merge(forms: Forms, index: ConceptIndex, judge: Judge, born: set[str]) -> dict[str, str]:
    """Return which concepts are merged into which by meaning.

    Preferred targets are those of the registry, then those of earlier runs, then the most frequent.
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
    """Return the registry with names merged by meaning added to the entries of their concepts."""
    entries = {entry.id: entry for entry in registry.concept}
    for source, target in sorted(merged.items()):
        if target not in entries:
            home, counted = forms[target]
            entries[target] = made(target, home.layer, nominative(_label(counted)))
        entry, name = entries[target], _label(forms[source][1])
        entries[target] = replace(entry, merged=tuple(sorted({*entry.merged, name})))
    ordered = tuple(sorted(entries.values(), key=lambda entry: (entry.layer, entry.id)))
    return replace(registry, concept=ordered, own=registry.own | set(merged.values()))


def _born(registry: Registry) -> set[str]:
    """Return the concepts that already existed in earlier runs."""
    return {line.split(" ")[1] for line in registry.history}


def _label(counted: Counter[str]) -> str:
    """Return the most frequent form that is not an inflection of another; of equals the shortest."""
    # a third: »Europäische Union« occurs 12 times to 32, but »Familien«, a plural, 63 times to 16
    strong = {form: [other for other in counted if 3 * counted[other] >= counted[form]] for form in counted}
    upright = [form for form in counted if not any(_inflects(form, other) for other in strong[form])]
    return min(upright or counted, key=lambda form: (form.isupper(), -counted[form], len(form), form))


def _names(forms: Counter[str], layer: str) -> Counter[str]:
    """Return how often forms call a concept by each name: provisions by that of their law."""
    names = Counter[str]()
    for form, n in forms.items():
        names[in_full(form, layer)] += n
    return names


def _inflects(form: str, other: str) -> bool:
    """Return whether a form is another one with more endings: »Europäischen Union«, »Ländern«."""
    if len(form) <= len(other):
        return False
    pairs = list(zip(form.split(), other.split(), strict=False))
    same = len(form.split()) == len(other.split())
    return same and all(a.removeprefix(b) in ("", "n", "en", "s", "es", "r", "m") for a, b in pairs)


def _events(registry: Registry, tally: Tally, replaced: Iterable[str]) -> tuple[str, ...]:
    """Return the new events: births of concepts that the program has formed, merges and splits.

    Args:
        registry: with the history so far.
        tally: ids that keys alone would have, or that are `replaced`, and where they are now.
        replaced: ids of shipped concepts of which people's entries take names.
    """
    before = {id_: id_ for id_ in replaced}
    for line in registry.history:
        event, first, *second = line.split(" ")
        before[first] = second[0] if event == "merge" else first
    there = {id_: id_ for id_ in tally.concepts() if id_ in before}
    events = []
    for own, concept in sorted((dict(tally.owners()) | there).items()):
        if own not in before and own == concept:
            events.append(f"birth {own}")
        elif before.get(own, concept) != concept:
            events.append(f"merge {own} {concept}" if own != concept else f"split {own} {before[own]}")
    return tuple(events)


def _wider(id_: str, label: str, index: ConceptIndex, there: Container[str]) -> str:
    """Return the wider concept of a challenge or instrument that is there: the registry's, or by name."""
    layer, above = id_.partition("-")[0], ancestors(id_, index.entries)
    if known := next((parent for parent in above if parent in there), ""):
        return known
    for name in wider(label):
        found = index.find_part(layer, name)
        if found in there and found != id_ and not is_generic(index.entries[found].label, layer):
            return found
    return ""


def _concept(counted: ConceptCount, index: ConceptIndex, there: Container[str]) -> Concept:
    id_, layer, forms, themes = counted.concept, counted.layer, counted.forms, counted.themes
    entry = index.entries.get(id_)
    actor = actors.get(id_.removeprefix("actor-")) if layer == "actor" else None
    known = entry if entry and (id_ in index.own or not actor) else actor
    label = known.label if known else nominative(_label(_names(forms, layer)))
    said = entry.generic if entry else None
    ordered = sorted(forms, key=lambda form: (-forms[form], form))
    theme = min((t for t in themes if t), key=lambda t: (-themes[t], t), default="")
    return Concept(
        concept_id=id_,
        layer=layer,
        label=label,
        theme=(entry.theme if entry else "") or theme,
        aliases=tuple(form for form in ordered if form != label)[:MAX_ALIASES],
        wider=_wider(id_, label, index, there) if layer != "actor" else "",
        wikidata=(entry.wikidata if entry else "") or (actor.wikidata if actor else ""),
        verified=actor.verified if actor else "",
        n_mentions=counted.n,
        periods=tuple(sorted(counted.periods)),
        is_generic=is_generic(label, layer) if said is None else said,
    )
