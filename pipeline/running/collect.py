"""Write the tables of a corpus from its stored results, holding one document in memory at a time.

Here duplicates are found, mentions are linked to concepts, and corrections are replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline import store
from pipeline.catalogue import DocumentFacts, document
from pipeline.contexts import readings
from pipeline.correcting import corrections
from pipeline.correcting.corrections import AnchoredCorrection, Correction
from pipeline.homes import Occurrence
from pipeline.knowledge import actors
from pipeline.knowledge.calendars import periods
from pipeline.knowledge.meaning import Judge
from pipeline.knowledge.registry import dump_registry, load_registry
from pipeline.knowledge.taxonomy import Name, Period
from pipeline.link import Concept, Linker
from pipeline.naming import Names, surfaces
from pipeline.reading.duplicates import near_duplicates
from pipeline.records import Relations, Source, Tags, Text
from pipeline.relate import relate_text
from pipeline.repeats import repeats
from pipeline.schema.declare import Row
from pipeline.schema.labels import LAYERS
from pipeline.tables import writing
from pipeline.tabulate import LinkedDocument, rows
from pipeline.tasks import Job, Outcome, Signature, Task
from pipeline.versions import digest

BY_DOCUMENT = (
    "documents", "pages", "omissions", "passages", "sentences", "sentence_themes", "mentions", "attributes",
    "relations",
)  # fmt: skip
Tell = Callable[[int], None]


class Stored(NamedTuple):
    """The stored results of one document, with people's corrections applied."""

    text: Text
    tags: Tags
    results_key: str
    anchors: tuple[AnchoredCorrection, ...] = ()


def collect(
    job: Job, tasks: Sequence[Task], outcomes: Sequence[Outcome], fresh: Path, tell: Tell, *, run_key: str
) -> bytes:
    """Write the tables that follow from the documents into `fresh`; return the updated concept registry.

    Raises:
        InputError: a stored result is damaged.
    """
    originals = _duplicates(outcomes, job.out, [task.source for task in tasks])
    events = corrections.load(job.out)
    said = corrections.by_document(events, {t.source.document_id: t.source.path for t in tasks})

    def stored() -> Iterator[Stored]:  # gone through twice: first to link, then to write
        for outcome in outcomes:
            yield _stored(job, outcome, said.get(outcome.document_id, ()))

    documents: list[DocumentFacts] = []
    with Linker(load_registry(job.out / store.REGISTRY), fresh) as linker:
        for task, outcome, held in zip(tasks, outcomes, stored(), strict=True):
            facts = document(
                task.source,
                held.text,
                duplicate_of=originals.get(task.source.document_id, ""),
                repeated=repeats(reading.text for reading in readings(held.text)),
            )
            linker.add(_named(job, outcome, held, facts, linker), period=facts.period_published)
            documents.append(facts)
        linker.decide(_judge(job))
        linked = (
            (_linked(facts, held, _related(job, outcome, held), ids, run_key), held.anchors)
            for facts, held, outcome, ids in zip(documents, stored(), outcomes, linker.ids(), strict=True)
        )
        anchors = _write_documents(linked, fresh, tell)
        with writing(fresh, ["corrections"]) as writers:
            writers["corrections"].add(corrections.rows(events, anchors))
        _write_knowledge(linker.concepts(), documents, fresh)
        return dump_registry(linker.registry)


def _judge(job: Job) -> Judge | None:
    """Return the judge of which names mean the same; vectors of names are kept beside stored results."""
    wanted = job.settings.link
    if not wanted.model:
        return None
    from pipeline.learning import likeness

    kept = job.out / "cache" / likeness.NAMES
    return likeness.judge("sure", model=wanted.model, kept=kept, often=wanted.often)


def _stored(job: Job, outcome: Outcome, events: Sequence[Correction]) -> Stored:
    out = job.out
    text = store.need(out, "text", outcome.keys["text"], Text)
    tags = store.need(out, "tags", outcome.keys["tags"], Tags)
    if not events:
        return Stored(text, tags, outcome.results_key)
    applied = corrections.apply([reading.text for reading in readings(text)], tags, events)
    key = digest(outcome.results_key, *(event.event_id for event in events))[:16]
    return Stored(text, applied.tags, key, applied.anchors)


def _related(job: Job, outcome: Outcome, held: Stored) -> Relations:
    """Return the relations of a document: the stored ones, or new ones if it was corrected."""
    if held.anchors:
        return relate_text(held.text, held.tags, network=job.settings.relate.network)
    return store.need(job.out, "relations", outcome.keys["relations"], Relations)


def _named(
    job: Job, outcome: Outcome, held: Stored, facts: DocumentFacts, linker: Linker
) -> Iterator[Occurrence]:
    """Yield the mentions of a document: as stored, or named anew if people corrected them or own concepts."""
    if held.anchors or linker.has_own:
        found: Sequence[Occurrence] = linker.occurrences(surfaces(facts, held.text, held.tags))
    else:
        found = store.need(job.out, "names", outcome.keys["names"], Names).occurrences
    spans = (span for span in held.tags.spans if span.label in LAYERS)
    for one, span in zip(found, spans, strict=True):
        yield one._replace(counted=facts.counts(span.sentence))


def _duplicates(outcomes: Sequence[Outcome], out: Path, sources: Sequence[Source]) -> dict[str, str]:
    """Return the original of each duplicate by id.

    The original has a Wahlperiode, is described in a manifest, is the earliest, or first in order of paths.
    """
    found = []
    for outcome, source in zip(outcomes, sources, strict=True):
        alike = store.need(out, "signature", outcome.keys["signature"], Signature)
        facts = document(source, Text(facts=dict(alike.facts)))
        since = f"{facts.published.value}~"  # a mere year stands after its days, and no date last
        first = (not facts.period_published, not source.manifest, since, source.path)
        found.append((first, outcome.document_id, source.sha256, facts.period_published, alike.signature))
    found.sort()
    of_file: dict[str, str] = {}  # a file and its copy are of one period, whatever only one manifest says
    periods = {name: of_file.setdefault(sha256, period) for _, name, sha256, period, _ in found}
    return near_duplicates({name: alike for _, name, _, _, alike in found}, periods)


def _write_documents(
    linked: Iterable[tuple[LinkedDocument, Sequence[AnchoredCorrection]]], fresh: Path, tell: Tell
) -> list[tuple[AnchoredCorrection, str]]:
    """Write the rows of all documents; return where corrections were anchored, with their mentions."""
    found: list[tuple[AnchoredCorrection, str]] = []
    with writing(fresh, BY_DOCUMENT) as writers:
        for done, (one, anchors) in enumerate(linked):
            tell(done)
            made = rows(one)
            for name, of_table in made.items():
                writers[name].add(of_table)
            mentions = {row["by"]: row["mention_id"] for row in made["mentions"] if row["source"] == "person"}
            found += [(anchor, mentions.get(f"person:{anchor.event_id}", "")) for anchor in anchors]
    return found


def _linked(
    facts: DocumentFacts, held: Stored, relations: Relations, ids: Sequence[str], run_key: str
) -> LinkedDocument:
    given = iter(ids)
    return LinkedDocument(
        document=facts,
        text=held.text,
        readings=tuple(readings(held.text)),
        tags=held.tags,
        relations=relations,
        concepts=tuple(next(given) if span.label in LAYERS else "" for span in held.tags.spans),
        results_key=held.results_key,
        run_key=run_key,
    )


def _write_knowledge(concepts: Iterable[Concept], documents: Sequence[DocumentFacts], fresh: Path) -> None:
    calendars = sorted({d.parliament for d in documents if d.parliament} | {"bt"})
    known = [entry for parliament in calendars for entry in periods(parliament)]
    first_days = {entry.id: str(entry.first_day) for entry in known}
    with writing(fresh, ["concepts", "names", "periods"]) as writers:
        for concept in concepts:
            writers["concepts"].add([_concept_row(concept, first_days)])
            writers["names"].add(_name_rows(concept))
        writers["periods"].add(map(_period_row, sorted(known, key=lambda entry: entry.id)))


def _concept_row(concept: Concept, first_days: dict[str, str]) -> Row:
    ordered = sorted(concept.periods, key=lambda period: (first_days.get(period, ""), period))
    return {
        "concept_id": concept.concept_id,
        "layer": concept.layer,
        "label": concept.label,
        "theme": concept.theme or None,
        "aliases": list(concept.aliases),
        "n_mentions": concept.n_mentions,
        "first_period": ordered[0] if ordered else None,
        "last_period": ordered[-1] if ordered else None,
        "is_generic": concept.is_generic,
        "wikidata": concept.wikidata or None,
        "verified": concept.verified == "yes",
        "wider": concept.wider or None,
    }


def _name_rows(concept: Concept) -> list[Row]:
    """Return the names over time of an actor known to the registry."""
    known = actors.get(concept.concept_id.removeprefix("actor-")) if concept.layer == "actor" else None
    if known is None:
        return []
    names = known.names or (Name(name=known.label),)
    after = actors.get(known.successor) if known.successor else None
    followers = [*(name.name for name in names[1:]), after.label if after else None]
    found: list[Row] = [
        {
            "concept_id": concept.concept_id,
            "name": name.name,
            "short": name.short or None,
            "valid_from": str(name.since or ""),
            "valid_to": str(name.until or ""),
            "successor": follower,
        }
        for name, follower in zip(names, followers, strict=True)
    ]
    return sorted(found, key=lambda row: (str(row["valid_from"]), str(row["name"])))


def _period_row(entry: Period) -> Row:
    return {
        "period_id": entry.id,
        "parliament": entry.parliament,
        "number": entry.number,
        "first_day": entry.first_day,
        "last_day": entry.last_day,
        "verified": entry.verified == "yes",
    }
