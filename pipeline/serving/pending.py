"""Compute how stored corrections will change the counts in the next run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from pipeline.correcting import corrections
from pipeline.correcting.corrections import Correction
from pipeline.records import Label, Record, Span, Tags
from pipeline.schema.declare import Row
from pipeline.schema.values import OF_MENTIONS
from pipeline.serving.reader import Reader


class CountedMention(Record):
    """A mention with everything that decides in which shares it is counted."""

    document_id: str
    sentence: int
    period: str
    layer: str
    kind: str
    status: str
    concept: str


class Pending(Record):
    """The mentions in corrected sentences, as in the tables and as after the next run."""

    events: tuple[str, ...] = ()  # corrections that no run has counted
    before: tuple[CountedMention, ...] = ()
    after: tuple[CountedMention, ...] = ()


def pending(reader: Reader, said: tuple[int, ...]) -> Pending:
    """Return what is pending in `corrections.jsonl`; `said` is the file's state, () if there is no file."""
    found: Pending = reader.kept(_pending, said)
    return found


def shift(found: Pending, unit: str, item: str, period: str) -> int:
    """Return by how much a numerator of `trends` (published, whole collection) will change."""
    return _number(found.after, unit, item, period) - _number(found.before, unit, item, period)


def _number(found: Sequence[CountedMention], unit: str, item: str, period: str) -> int:
    own = [one for one in found if one.period == period and _is(one, unit, item)]
    return len(own) if unit in OF_MENTIONS else len({(one.document_id, one.sentence) for one in own})


def _is(one: CountedMention, unit: str, item: str) -> bool:
    """Return whether a mention counts for an item, as in `pipeline/tracking/counts.py`."""
    return {
        "layer": one.layer == item,
        "concept": one.concept == item,
        "actor": one.concept == item,
        "kind": one.layer == "instrument" and one.kind == item,
        "actor_kind": one.layer == "actor" and one.kind == item,
        "status": one.layer != "actor" and one.status == item,
    }.get(unit, False)


def _pending(reader: Reader, said: tuple[int, ...]) -> Pending:
    known = {row["event_id"] for row in reader.rows("select event_id from corrections")}
    waiting = [event for event in corrections.load(reader.out) if event.event_id not in known] if said else []
    changed = [_document(reader, one, waiting) for one in sorted({e.document_id for e in waiting})]
    return Pending(
        events=tuple(event.event_id for event in waiting),
        before=tuple(one for before, _ in changed for one in before),
        after=tuple(one for _, after in changed for one in after),
    )


def _document(
    reader: Reader, document_id: str, events: Sequence[Correction]
) -> tuple[tuple[CountedMention, ...], tuple[CountedMention, ...]]:
    """Return the mentions of a document that corrections change, before and after the change."""
    sentences = reader.rows(_SENTENCES, document_id)
    mentions = reader.rows(_MENTIONS, document_id)
    spans = tuple(_span(row) for row in mentions)
    own = [event for event in events if event.document_id == document_id]
    texts = [row["text"] for row in sentences]
    made = corrections.apply(texts, Tags(spans=spans), own).tags.spans
    before, after = (set(_counted(document_id, some, sentences, mentions)) for some in (spans, made))
    touched = {one.sentence for one in before ^ after}
    keep = [tuple(one for one in some if one.sentence in touched) for some in (before, after)]
    return keep[0], keep[1]


_SENTENCES = """
    select s.text, s.counted, coalesce(d.period_published, '') as period from sentences s
    join documents d using (document_id) where s.document_id = ? order by s.number"""
_MENTIONS = "select * exclude (boxes) from mentions where document_id = ?"


def _span(row: Row) -> Span:
    return Span(
        sentence=row["sentence_number"],
        start=row["char_start"],
        end=row["char_end"],
        text=row["text"],
        label=msgspec.convert(row["layer"], Label),
        kind=row["kind"] or "",
        status=row["status"] or "",
        by=row["mention_id"],
    )


def _counted(
    document_id: str, spans: Sequence[Span], sentences: Sequence[Row], mentions: Sequence[Row]
) -> Iterator[CountedMention]:
    """Yield mentions in counted sentences; a corrected one keeps its concept unless its layer changes."""
    for span in spans:
        home = sentences[span.sentence]
        near = [
            row["concept_id"] or ""
            for row in mentions
            if (row["sentence_number"], row["layer"]) == (span.sentence, span.label)
            and row["char_start"] < span.end
            and span.start < row["char_end"]
        ]
        if home["counted"]:
            yield CountedMention(
                document_id=document_id,
                sentence=span.sentence,
                period=home["period"],
                layer=span.label,
                kind=span.kind,
                status=span.status,
                concept=near[0] if near else "",
            )
