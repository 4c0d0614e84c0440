"""Choose the sentences of a text to be analysed, and gather what surrounds each of them."""

from __future__ import annotations

from pipeline.records import Context, Passage, Reading, Tags, Text
from pipeline.schema.labels import LAYERS
from pipeline.schema.values import OTHER_LANGUAGE, SILENT_ROLES

ANALYSED = "de"


def readings(text: Text) -> list[Reading]:
    """Return the sentences to be analysed."""
    found = []
    for sentence in text.sentences if text.language == ANALYSED else ():
        passage = text.passages[sentence.passage]
        if not silent(passage):
            words = passage.text[sentence.start : sentence.end]
            found.append(Reading(passage, words, sentence.start, sentence.end))
    return found


def silent(passage: Passage) -> str:
    """Return why a passage is not analysed (its role, or that its language is another), or ""."""
    if passage.role in SILENT_ROLES:
        return passage.role
    return "" if passage.language == ANALYSED else OTHER_LANGUAGE


def contexts(text: Text, doc_type: str) -> list[Context]:
    """Return the sentences to be analysed, each with the surroundings that an extractor may look at."""
    found: list[Context] = []
    for reading in readings(text):
        passage, words = reading.passage, reading.text
        found.append(
            Context(
                text=words,
                heading_path=passage.heading_path,
                role=passage.role,
                kind=passage.kind,
                lead_in=max(0, min(passage.lead_in - reading.start, len(words))),
                doc_type=doc_type,
            )
        )
    return found


def announcements(text: Text) -> dict[int, tuple[int, int, str]]:
    """Return what introduces a sentence, by sentence: where it stands, its end there, and the rule.

    In a passage with a bold lead-in, it is the lead-in; for the first sentence of an item without
    a lead-in, the nearest heading. The place is the position of the sentence that holds it.
    """
    found: dict[int, tuple[int, int, str]] = {}
    headings: dict[tuple[str, ...], tuple[int, int]] = {}
    first: dict[int, int] = {}
    for at, reading in enumerate(readings(text)):
        passage = reading.passage
        opening = first.setdefault(passage.number, at)
        if passage.kind == "heading":
            headings.setdefault((*passage.heading_path, passage.text), (at, len(reading.text)))
        elif passage.lead_in and at > opening:
            found[at] = (opening, passage.lead_in, "lead-in")
        elif passage.kind == "item" and at == opening and not passage.lead_in:
            over = headings.get(passage.heading_path)
            if over:
                found[at] = (*over, "heading")
    return found


def mentions_by_sentence(tags: Tags) -> dict[int, list[int]]:
    """Return the positions of the mentions in each sentence that has any."""
    found: dict[int, list[int]] = {}
    for place, span in enumerate(tags.spans):
        if span.label in LAYERS:
            found.setdefault(span.sentence, []).append(place)
    return found
