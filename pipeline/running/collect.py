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
from pipeline.knowledge import actors
from pipeline.knowledge.calendars import periods
from pipeline.knowledge.long_forms import long_forms
from pipeline.knowledge.meaning import Judge
from pipeline.knowledge.reference import reference
from pipeline.knowledge.registry import dump_registry, load_registry
from pipeline.knowledge.short_names import short_names
from pipeline.knowledge.taxonomy import Name, Period
from pipeline.link import Concept, Linker, Surface
from pipeline.reading.duplicates import near_duplicates
from pipeline.records import Reading, Relations, Source, Span, Tags, Text
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
        for task, held in zip(tasks, stored(), strict=True):
            spoken = readings(held.text)
            facts = document(
                task.source,
                held.text,
                duplicate_of=originals.get(task.source.document_id, ""),
                repeated=repeats(reading.text for reading in spoken),
            )
            linker.add(len(documents), _surfaces(facts, held, spoken), period=facts.period_published)
            documents.append(facts)
        linker.decide(_judge(job))
        linked = (
            (_linked(facts, held, _related(job, outcome, held), linker.ids(at), run_key), held.anchors)
            for at, (facts, held, outcome) in enumerate(zip(documents, stored(), outcomes, strict=True))
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


def _duplicates(outcomes: Sequence[Outcome], out: Path, sources: Sequence[Source]) -> dict[str, str]:
    """Return the original of each duplicate by id; the original is described, or first in order of paths."""
    order = sorted(range(len(outcomes)), key=lambda at: (not sources[at].manifest, sources[at].path))
    signatures = {}
    for at in order:
        found = store.need(out, "signature", outcomes[at].keys["signature"], Signature)
        if found.signature:
            signatures[outcomes[at].document_id] = found.signature
    return near_duplicates(signatures)


def _surfaces(facts: DocumentFacts, held: Stored, spoken: Sequence[Reading]) -> list[Surface]:
    """Return the surface form of each mention, from which its concept is decided."""
    themes = _themes(held.tags)
    long = _abbreviations(held.text) if held.tags.spans else {}
    spans = [span for span in held.tags.spans if span.label in LAYERS]
    full = _full_names(spans, spoken)
    return [
        _surface(
            span,
            facts,
            themes.get(span.sentence, ""),
            long.get(span.text) or full.get(at, ""),
            spoken[span.sentence],
            counted=facts.counts(span.sentence),
        )
        for at, span in enumerate(spans)
    ]


def _full_names(spans: Sequence[Span], spoken: Sequence[Reading]) -> dict[int, str]:
    """Return the full names of instruments that the document also calls by their first word, by position."""
    places = [at for at, span in enumerate(spans) if span.label == "instrument" and not span.value]
    before = [(spans[at].text, spoken[spans[at].sentence].text[: spans[at].start]) for at in places]
    return {places[at]: name for at, name in short_names(before).items()}


def _surface(
    span: Span, facts: DocumentFacts, theme: str, long: str, spoken: Reading, *, counted: bool
) -> Surface:
    dated = span.label == "actor"  # only whom an actor's name means depends on who says it and when
    return Surface(
        layer=span.label,
        text=span.value or span.text,  # a corrected mention may state its concept
        kind=span.kind,
        theme=theme,
        long=long,
        day=facts.published.value if dated else "",
        parliament=facts.parliament if dated else "bt",
        issuer=facts.issuer.value if dated else "",
        european=dated and actors.speaks_of_europe(spoken.text, span.text, spoken.passage.heading_path),
        reference=reference(spoken.text, span.start) if dated else "",
        counted=counted,
    )


def _themes(tags: Tags) -> dict[int, str]:
    """Return the most probable theme of each sentence."""
    best: dict[int, Span] = {}
    for span in tags.spans:
        if span.label == "theme" and (span.sentence not in best or span.score > best[span.sentence].score):
            best[span.sentence] = span
    return {sentence: span.kind for sentence, span in best.items()}


def _abbreviations(text: Text) -> dict[str, str]:
    """Return the long forms that the document itself gives for its abbreviations."""
    found: dict[str, str] = {}
    for passage in text.passages:
        if "(" in passage.text:
            for short, long in long_forms(passage.text).items():
                found.setdefault(short, long)
    return found


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
