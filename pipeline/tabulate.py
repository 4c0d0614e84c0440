"""Turn documents with their text, tags and links into rows of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from pipeline.catalogue import DocumentFacts
from pipeline.knowledge import addressing, calendars
from pipeline.knowledge.relative_values import settled
from pipeline.omissions import Omitted, analysed, omitted
from pipeline.records import PageLedger, Reading, Record, Relations, Span, Tags, Text, boxes
from pipeline.schema.declare import Row
from pipeline.schema.labels import LAYERS
from pipeline.schema.values import ATTRIBUTE_KINDS, WITHHELD_ROLES
from pipeline.versions import identities, identity

Rows = dict[str, list[Row]]


class LinkedDocument(Record):
    """One document with everything found in it; `concepts` holds one id per span ("" for none)."""

    document: DocumentFacts
    text: Text
    readings: tuple[Reading, ...]
    tags: Tags
    relations: Relations
    concepts: tuple[str, ...]
    results_key: str
    run_key: str


def rows(linked: LinkedDocument) -> Rows:
    """Return the rows of one document by table, in the order of each table."""
    passages = _passage_ids(linked)
    sentences = _sentence_ids(linked)
    spoken = _addressed(linked)
    mentions = _mention_ids(linked, sentences)
    left_out = omitted(linked.text)
    return {
        "documents": [_document_row(linked)],
        "pages": [_page_row(linked, page, left_out[page.number]) for page in linked.text.pages],
        "omissions": list(_omission_rows(linked, left_out)),
        "passages": list(_passage_rows(linked, passages)),
        "sentences": list(_sentence_rows(linked, passages, sentences, spoken)),
        "sentence_themes": list(_theme_rows(linked, sentences)),
        "mentions": list(_mention_rows(linked, sentences, mentions, spoken)),
        "attributes": list(_attribute_rows(linked, mentions)),
        "relations": list(_relation_rows(linked, sentences, mentions)),
    }


def first_day(published: str) -> date | None:
    """Return the first day that a date, known to the day, month or year, may mean."""
    days = calendars.days_of(published)
    return days.first if days else None


def _document_row(linked: LinkedDocument) -> Row:
    d = linked.document
    return {
        "document_id": d.document_id,
        "source_id": d.source.source_id,
        "sha256": d.source.sha256,
        "path": d.source.path,
        "title": d.title.value or None,
        "title_from": d.title.origin,
        "issuer": d.issuer.value or None,
        "issuer_from": d.issuer.origin,
        "document_type": d.doc_type.value,
        "document_type_from": d.doc_type.origin,
        "parliament": d.parliament or None,
        "published": first_day(d.published.value),
        "published_precision": d.precision,
        "published_from": d.published.origin,
        "period_published": d.period_published or None,
        "period_home": d.period_home or None,
        "period_rule": d.period_rule,
        "language": d.language,
        "n_pages": len(linked.text.pages),
        "n_sentences": len(linked.readings),
        "duplicate_of": d.duplicate_of or None,
        "licence": d.source.manifest.get("license") or None,
        "weight": float(d.source.manifest["weight"]) if "weight" in d.source.manifest else None,
        "status": d.status,
        "reason": d.reason,
        "results_key": linked.results_key,
        "run_key": linked.run_key,
    }


def _page_row(linked: LinkedDocument, page: PageLedger, left_out: Counter[str]) -> Row:
    return {
        "document_id": linked.document.document_id,
        "page": page.number,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "text_source": page.text_source,
        "n_chars": analysed(page, left_out),
        "n_dropped_chars": left_out.total(),
        "language": page.language,
        "quality": round(page.quality, 4),
        "status": page.status,
        "reason": page.reason,
    }


def _omission_rows(linked: LinkedDocument, left_out: Omitted) -> Iterator[Row]:
    for page, reasons in left_out.items():
        for reason, n in sorted(reasons.items()):
            yield {
                "document_id": linked.document.document_id,
                "page": page,
                "reason": reason,
                "n_chars": n,
            }


def _passage_ids(linked: LinkedDocument) -> list[str]:
    return list(identities("p", linked.document.document_id, (p.text for p in linked.text.passages)))


def _sentence_ids(linked: LinkedDocument) -> list[str]:
    return list(identities("s", linked.document.document_id, (r.text for r in linked.readings)))


def _mention_ids(linked: LinkedDocument, sentences: Sequence[str]) -> dict[int, str]:
    """Return the ids of the spans that are mentions, by position of the span."""
    return {
        place: identity("m", sentences[span.sentence], span.label, str(span.start), str(span.end))
        for place, span in enumerate(linked.tags.spans)
        if span.label in LAYERS
    }


def _passage_rows(linked: LinkedDocument, ids: Sequence[str]) -> Iterator[Row]:
    hidden = {p.text for p in linked.text.passages if p.role in WITHHELD_ROLES}
    for passage, passage_id in zip(linked.text.passages, ids, strict=True):
        anchor = passage.anchor
        yield {
            "passage_id": passage_id,
            "document_id": linked.document.document_id,
            "number": passage.number,
            "pages": list(passage.pages),
            "kind": passage.kind,
            "level": passage.level,
            "heading_path": [text for text in passage.heading_path if text not in hidden],
            "role": passage.role or None,
            "text": None if passage.role in WITHHELD_ROLES else passage.text,
            "language": passage.language,
            "note": passage.note or None,
            "anchor_passage_id": ids[anchor.passage] if anchor else None,
            "anchor_start": anchor.start if anchor else None,
            "anchor_end": anchor.end if anchor else None,
        }


Spoken = tuple[tuple[str, ...], str]


def _addressed(linked: LinkedDocument) -> list[Spoken]:
    """Return for each sentence the periods that it speaks about and the rule that decided."""
    times: dict[int, list[Span]] = {}
    for span in linked.tags.spans:
        if span.label == "time":
            times.setdefault(span.sentence, []).append(span)
    d, headings = linked.document, _heading_times(linked, times)
    standpoint = addressing.Standpoint.of(
        d.published.value,
        precision=d.precision,
        parliament=d.parliament,
        home=d.period_home,
        doc_type=d.doc_type.value,
    )
    cached: dict[tuple[str, ...], Spoken] = {}
    found = []
    for number, reading in enumerate(linked.readings):
        path = reading.passage.heading_path
        own = times.get(number, ())
        if own or path not in cached:
            above = next((headings[text] for text in reversed(path) if text in headings), ())
            spoken = addressing.addressed(own, above, standpoint)
            if own:
                found.append(spoken)
                continue
            cached[path] = spoken
        found.append(cached[path])
    return found


def _heading_times(linked: LinkedDocument, times: Mapping[int, list[Span]]) -> dict[str, tuple[Span, ...]]:
    """Return the expressions of time in each heading, by the heading's text."""
    found: dict[str, tuple[Span, ...]] = {}
    for number, reading in enumerate(linked.readings):
        if reading.passage.kind == "heading" and number in times:
            text = reading.passage.text
            found[text] = (*found.get(text, ()), *times[number])
    return found


def _page_of(reading: Reading, start: int) -> int | None:
    """Return the page on which a character of the passage is printed."""
    for piece in reading.passage.pieces:
        if piece.end > start:
            return piece.page
    return reading.passage.pages[-1] if reading.passage.pages else None


def _sentence_rows(
    linked: LinkedDocument, passages: Sequence[str], ids: Sequence[str], spoken: Sequence[Spoken]
) -> Iterator[Row]:
    for number, reading in enumerate(linked.readings):
        periods, rule = spoken[number]
        yield {
            "sentence_id": ids[number],
            "passage_id": passages[reading.passage.number],
            "document_id": linked.document.document_id,
            "number": number,
            "page": _page_of(reading, reading.start),
            "text": reading.text,
            "char_start": reading.start,
            "char_end": reading.end,
            "periods_addressed": list(periods),
            "period_rule": rule,
            "counted": linked.document.counts(number),
        }


def _theme_rows(linked: LinkedDocument, sentences: Sequence[str]) -> Iterator[Row]:
    themes = [span for span in linked.tags.spans if span.label == "theme"]
    for span in sorted(themes, key=lambda span: (span.sentence, span.kind)):
        yield {
            "sentence_id": sentences[span.sentence],
            "document_id": linked.document.document_id,
            "sentence_number": span.sentence,
            "theme": span.kind,
            "score": round(span.score, 4),
        }


def _mention_rows(
    linked: LinkedDocument, sentences: Sequence[str], ids: Mapping[int, str], spoken: Sequence[Spoken]
) -> Iterator[Row]:
    spans = linked.tags.spans
    for place in sorted(ids, key=lambda place: _place_in_text(spans[place])):
        span, reading = spans[place], linked.readings[spans[place].sentence]
        start = reading.start + span.start
        found = boxes(reading.passage, start, reading.start + span.end)
        yield {
            "mention_id": ids[place],
            "sentence_id": sentences[span.sentence],
            "document_id": linked.document.document_id,
            "sentence_number": span.sentence,
            "layer": span.label,
            "text": span.text,
            "char_start": span.start,
            "char_end": span.end,
            "kind": span.kind or None,
            "status": span.status or None,
            "named": {"yes": True, "no": False}.get(span.named),
            "score": round(span.score, 4),
            "concept_id": linked.concepts[place] or None,
            "page": _page_of(reading, start),
            "boxes": [_box(box) for box in found] or None,
            "period_published": linked.document.period_published or None,
            "periods_addressed": list(spoken[span.sentence][0]),
            "counted": linked.document.counts(span.sentence),
            "source": span.by.partition(":")[0],
            "by": span.by,
        }


def _box(box: Any) -> Row:  # noqa: ANN401
    return {"page": box.page, "x0": box.x0, "top": box.top, "x1": box.x1, "bottom": box.bottom}


def _place_in_text(span: Span) -> tuple[int, int, int, str]:
    return span.sentence, span.start, span.end, span.label


def _attribute_rows(linked: LinkedDocument, ids: Mapping[int, str]) -> Iterator[Row]:
    """Assign each attribute to the nearest instrument of its sentence."""
    spans = linked.tags.spans
    instruments: dict[int, list[int]] = {}
    for place in ids:
        if spans[place].label == "instrument":
            instruments.setdefault(spans[place].sentence, []).append(place)
    for span in sorted(map(partial(_settled, linked), spans), key=_place_in_text):
        if span.label not in ATTRIBUTE_KINDS or _is_past(span, linked.document.published.value):
            continue
        if span.sentence in instruments:
            nearest = min(instruments[span.sentence], key=lambda place: (_gap(spans[place], span), place))
            yield {
                "document_id": linked.document.document_id,
                "sentence_number": span.sentence,
                "mention_id": ids[nearest],
                "kind": span.label,
                "text": span.text,
                "char_start": span.start,
                "char_end": span.end,
                "value": span.value,
                "unit": span.unit or None,
                "qualifier": _qualifier(span),
            }


def _settled(linked: LinkedDocument, span: Span) -> Span:
    d = linked.document
    sentence = linked.readings[span.sentence].text
    return settled(span, sentence, published=d.published.value, parliament=d.parliament, home=d.period_home)


def _qualifier(span: Span) -> str | None:
    """Return how the value of an attribute is meant; that it was in D-Mark, its words say."""
    return None if span.label == "law" else span.kind.removesuffix(":dem") or None


def _is_past(span: Span, published: str) -> bool:
    """Return whether a deadline had passed before the year of its document: »wie es bis 2000 galt«."""
    year = span.value[:4]
    is_over = year.isdigit() and year < published[:4]
    return span.kind in ("until", "before") and (is_over or span.value.startswith("wp:-"))


def _gap(one: Span, other: Span) -> int:
    """Return the number of characters between two spans, 0 if they overlap."""
    return max(one.start - other.end, other.start - one.end, 0)


def _relation_rows(linked: LinkedDocument, sentences: Sequence[str], ids: Mapping[int, str]) -> Iterator[Row]:
    found: dict[str, Row] = {}
    for relation in linked.relations.relations:
        # a relation across sentences belongs to the one below the lead-in or heading
        sentence = max(linked.tags.spans[end].sentence for end in (relation.source, relation.target))
        ends = ids[relation.source], ids[relation.target]
        relation_id = identity("r", *ends, relation.kind)
        row = {
            "relation_id": relation_id,
            "document_id": linked.document.document_id,
            "sentence_number": sentence,
            "sentence_id": sentences[sentence],
            "from_mention": ends[0],
            "to_mention": ends[1],
            "kind": relation.kind,
            "score": round(relation.score, 4),
            "rule": relation.rule,
        }
        found.setdefault(relation_id, row)
    yield from sorted(found.values(), key=lambda row: (row["sentence_number"], row["relation_id"]))
