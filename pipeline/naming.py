"""Name the mentions of a document: gather what decides their meaning, and find where they belong."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.catalogue import DocumentFacts, document
from pipeline.contexts import readings
from pipeline.homes import Occurrence, Surface, home, occurrence
from pipeline.knowledge import actors
from pipeline.knowledge.long_forms import long_forms
from pipeline.knowledge.reference import reference
from pipeline.knowledge.registry import index_of, load_registry
from pipeline.knowledge.short_names import short_names
from pipeline.records import Reading, Record, Source, Span, Tags, Text
from pipeline.schema.labels import LAYERS


class Names(Record):
    """The mentions of a document, in the order of its spans, where the shipped concepts put them.

    All of them are counted: whether a document repeats another is not known here.
    """

    occurrences: tuple[Occurrence, ...] = ()


def names(source: Source, text: Text, tags: Tags) -> Names:
    """Return the names of a document's mentions, which do not depend on other documents."""
    index = index_of(load_registry())
    given = surfaces(document(source, text), text, tags)
    return Names(tuple(occurrence(surface, home(surface, index)) for surface in given))


def surfaces(facts: DocumentFacts, text: Text, tags: Tags) -> list[Surface]:
    """Return the surface form of each mention, from which its concept is decided."""
    themes, spoken = _themes(tags), readings(text)
    long = _abbreviations(text) if tags.spans else {}
    spans = [span for span in tags.spans if span.label in LAYERS]
    full = _full_names(spans, spoken)
    return [
        _surface(
            span,
            facts,
            themes.get(span.sentence, ""),
            "" if span.value else long.get(span.text) or full.get(at, ""),  # what a person states is whole
            spoken[span.sentence],
        )
        for at, span in enumerate(spans)
    ]


def _full_names(spans: Sequence[Span], spoken: Sequence[Reading]) -> dict[int, str]:
    """Return the full names of instruments that the document also calls by their first word, by position."""
    places = [at for at, span in enumerate(spans) if span.label == "instrument" and not span.value]
    before = [(spans[at].text, spoken[spans[at].sentence].text[: spans[at].start]) for at in places]
    return {places[at]: name for at, name in short_names(before).items()}


def _surface(span: Span, facts: DocumentFacts, theme: str, long: str, spoken: Reading) -> Surface:
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
