"""Store people's corrections as append-only events and replay them on the tags of every run.

An event identifies its words by a quote selector, never by an offset or an id, so that it survives
a new reader or model. It also holds the mention as the person saw it, so that the correction stays
valid if a new model no longer finds the mention.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pipeline.correcting.anchors import Place, Quote, find, letters
from pipeline.errors import InputError
from pipeline.records import Label, Record, Span, Tags
from pipeline.schema.values import Action
from pipeline.versions import digest

FILE = "corrections.jsonl"
OF_LAYER = ("kind", "status", "named", "concept")  # actions whose values belong to one layer
SAME = 0.5  # least overlap (IoU) of an event's words with the mention it is about, as in `evaluate`


class Correction(Record):
    """One change by a person."""

    event_id: str
    time: str  # ISO 8601, UTC
    who: str
    document_id: str
    path: str  # of the document, in case its file is replaced by a better copy
    action: Action
    layer: Label
    quote: Quote
    seen: dict[str, str] = msgspec.field(
        default_factory=dict
    )  # kind, status and named of the mention before the change
    values: dict[str, str] = msgspec.field(
        default_factory=dict
    )  # the new layer, kind, status, named, concept
    moved: Quote | None = None  # the new words of `span`
    note: str = ""


class AnchoredCorrection(Record):
    """The outcome of one event."""

    event_id: str
    reason: str = ""  # why the words were not found
    place: Place | None = None
    layer: str = ""  # layer of the mention that results, "" if there is none


class Applied(NamedTuple):
    """The corrected tags, and where each event was anchored."""

    tags: Tags
    anchors: tuple[AnchoredCorrection, ...]


class Spot(NamedTuple):
    """What a mention is known by."""

    layer: Label
    place: Place


def load(out: Path) -> tuple[Correction, ...]:
    """Return the events of an output folder, oldest first.

    Raises:
        InputError: a line is not an event; nothing is guessed about what people have said.
    """
    path = out / FILE
    if not path.is_file():
        return ()
    decoder = msgspec.json.Decoder(Correction)
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            found.append(decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            what = f"is not a correction ({error})"
            raise InputError(
                f"{path}:{number}", what, "restore the line from a backup or remove it"
            ) from None
    return tuple(found)


def fingerprint(out: Path) -> str:
    """Return a hash of all events of an output folder, "" if there are none."""
    path = out / FILE
    return digest(path.read_bytes()) if path.is_file() else ""


def by_document(events: Sequence[Correction], paths: Mapping[str, str]) -> dict[str, tuple[Correction, ...]]:
    """Return the events of each document, found by its id or else by its path.

    Args:
        events: oldest first.
        paths: document id -> path, for the documents of the present corpus.
    """
    ids = {path: document_id for document_id, path in paths.items()}
    found: dict[str, tuple[Correction, ...]] = {}
    for event in events:
        home = event.document_id if event.document_id in paths else ids.get(event.path, "")
        found[home] = (*found.get(home, ()), event)
    return found


def apply(sentences: Sequence[str], tags: Tags, events: Sequence[Correction]) -> Applied:
    """Replay events in order on the tags of one document; later events override earlier ones.

    A mention that an earlier event moved or gave another layer is known by its old words and layer, too:
    who corrects it may have seen the tables from before. Only `add` means its words whatever was there.

    Args:
        sentences: the analysed sentences of the document, in order.
        tags: spans whose `sentence` is a position in `sentences`.
        events: events of this document, oldest first.
    """
    whole = letters(sentences)
    spans, anchors = list(tags.spans), []
    homes: dict[Spot, Spot] = {}
    for event in events:
        place = find(whole, sentences, event.quote)
        moved = find(whole, sentences, event.moved) if event.moved else None
        if isinstance(place, str) or isinstance(moved, str):
            reason = place if isinstance(place, str) else str(moved)
            anchors.append(AnchoredCorrection(event.event_id, reason=reason))
            continue
        seen = Spot(event.layer, place)
        now = seen if event.action == "add" else homes.get(seen, seen)
        if now.layer != event.layer and event.action in OF_LAYER:
            reason = f"an earlier correction made this {event.layer} a mention of {now.layer}"
            anchors.append(AnchoredCorrection(event.event_id, reason=reason))
            continue
        moved = moved or now.place
        said = msgspec.structs.replace(event, layer=now.layer)
        made = _made(said, spans, now.place, moved, sentences[moved.sentence])
        spans = [*_without(spans, now.layer, now.place, made), *([made] if made else [])]
        anchors.append(AnchoredCorrection(event.event_id, place=moved, layer=made.label if made else ""))
        if made:
            home = Spot(made.label, Place(made.sentence, made.start, made.end))
            homes |= {one: home for one, other in homes.items() if other == now} | {seen: home, home: home}
    spans.sort(key=lambda span: (span.sentence, span.start, span.end, span.label))
    return Applied(Tags(spans=tuple(spans)), tuple(anchors))


def _made(event: Correction, spans: Sequence[Span], place: Place, moved: Place, sentence: str) -> Span | None:
    """Return the mention that results from an event, None for a deletion."""
    if event.action == "delete":
        return None
    target = _target(spans, event.layer, place)
    known = {"kind": target.kind, "status": target.status, "named": target.named} if target else event.seen
    values = event.values if event.action in ("add", "relabel") else {**known, **event.values}
    own = event.moved is not None or event.action == "add" or target is None
    where = moved if own or target is None else Place(target.sentence, target.start, target.end)
    layer = values.get("layer", event.layer)
    return Span(
        sentence=where.sentence,
        start=where.start,
        end=where.end,
        text=sentence[where.start : where.end],
        label=msgspec.convert(layer, Label),
        kind=values.get("kind", ""),
        status=values.get("status", ""),
        named=values.get("named", ""),
        value=values.get("concept", target.value if target and layer == target.label else ""),
        by=f"person:{event.event_id}",
    )


def _target(spans: Sequence[Span], layer: str, place: Place) -> Span | None:
    """Return the mention that an event refers to: the one that overlaps its words most."""
    near = [span for span in spans if span.label == layer and span.sentence == place.sentence]
    best = max(near, key=lambda span: _overlap(span, place), default=None)
    return best if best is not None and _overlap(best, place) >= SAME else None


def _overlap(span: Span, place: Place) -> float:
    """Return the intersection over union in characters."""
    common = min(span.end, place.end) - max(span.start, place.start)
    return max(0, common) / (max(span.end, place.end) - min(span.start, place.start))


def _without(spans: Sequence[Span], layer: str, place: Place, made: Span | None) -> Iterator[Span]:
    """Leave out the mention of an event, and those of its layer that the new one would overlap."""
    target = _target(spans, layer, place)
    for span in spans:
        blocked = (
            made is not None
            and (span.label, span.sentence) == (made.label, made.sentence)
            and span.start < made.end
            and made.start < span.end
        )
        if span is not target and not blocked:
            yield span


def taken_back(event: Correction, *, who: str, time: str) -> Correction:
    """Return the event that undoes another: replayed after it, it restores the mention as first seen.

    Raises:
        InputError: the state before is not known, as for `concept`.
    """
    seen = {name: event.seen.get(name, "") for name in ("kind", "status", "named")}
    back: dict[str, Any] = {"who": who, "time": time, "note": "", "event_id": f"{event.event_id}-"}
    if event.action == "delete":
        back |= {"action": "add", "values": seen}
    elif event.action == "add":
        back |= {"action": "delete", "values": {}}
    elif event.action == "relabel":
        labels = {name: event.values.get(name, "") for name in seen}
        layer = msgspec.convert(event.values["layer"], Label)
        back |= {"layer": layer, "values": seen | {"layer": event.layer}, "seen": labels}
    elif event.action == "span" and event.moved:
        back |= {"quote": event.moved, "moved": event.quote}
    elif event.action in seen:
        back |= {"values": {event.action: seen[event.action]}, "seen": event.seen | event.values}
    else:
        raise InputError("correction", f"{event.action!r} cannot be taken back", "correct it with a new one")
    return msgspec.structs.replace(event, **back)


def rows(
    events: Sequence[Correction], anchors: Sequence[tuple[AnchoredCorrection, str]]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `corrections`.

    Args:
        events: oldest first.
        anchors: one per event of the corpus, with the id of the mention that resulted ("" for none).
    """
    found = {anchor.event_id: (anchor, mention) for anchor, mention in anchors}
    lost = AnchoredCorrection("", reason="the document is not in the corpus")
    for number, event in enumerate(events):
        anchor, mention = found.get(event.event_id, (lost, ""))
        moved = {"text": event.moved.exact} if event.moved else {}
        yield {
            "event_id": event.event_id,
            "number": number,
            "time": datetime.fromisoformat(event.time),
            "who": event.who,
            "document_id": event.document_id,
            "action": event.action,
            "layer": event.layer,
            "selector": {
                "quote": event.quote.exact,
                "prefix": event.quote.prefix,
                "suffix": event.quote.suffix,
                "document": event.path,
            },
            "values": msgspec.json.encode({**event.values, **moved}, order="sorted").decode(),
            "note": event.note,
            "anchored": anchor.place is not None,
            "reason": anchor.reason,
            "mention_id": mention or None,
        }
