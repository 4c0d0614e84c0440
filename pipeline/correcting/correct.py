"""Turn corrections into events: they are checked against the tables and stored all together or not at all."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline import outputs, store
from pipeline.correcting import corrections
from pipeline.correcting.anchors import Letters, Place, Quote, find, letters, places, quote
from pipeline.correcting.corrections import Correction
from pipeline.correcting.requests import LABELS, WHOLE, Request, labels_of, requests
from pipeline.errors import InputError
from pipeline.records import Label
from pipeline.schema.declare import Row
from pipeline.schema.labels import KINDS, LAYERS, NAMED, STATUSES
from pipeline.schema.values import ACTIONS, Action
from pipeline.versions import identity

NEEDED = {
    "add": "layer", "relabel": "new_layer", "span": "text",
    "kind": "kind", "status": "status", "named": "named", "concept": "concept",
}  # fmt: skip
CONCEPT_ID = re.compile(r"(challenge|instrument|actor)-\S+")
REMEDY = "correct the line; nothing was stored"


# what an event is about -> what it says, and who has said so since it was last said otherwise
Last = dict[tuple[object, ...], tuple[tuple[object, ...], frozenset[str]]]
NOTHING = ((), frozenset[str]())


class Done(NamedTuple):
    """The result of a correction file."""

    stored: int
    known: int  # lines that repeat what their person has said of the mention


def correct(out: Path, source: Path, *, who: str, now: datetime) -> Done:
    """Store the corrections of a file as events; the next run applies them.

    Args:
        out: output folder of a run.
        source: CSV with the columns `action`, and `mention_id` or `document` and `quote`; or the XMI
            file of a document that was exported for INCEpTION and edited there.
        who: the person who corrects, if the file has no column `who`.
        now: the time of the corrections.

    Raises:
        InputError: a line is wrong or two lines contradict each other; then nothing is stored.
    """
    outputs.finished(out)
    with store.locked(out):
        found = requests(out, source)
        known = next((request.known for request in found), None)
        return append(out, events(out, found, who=who, now=now), known=known)


def append(out: Path, made: Sequence[Correction], *, known: int | None = None) -> Done:
    """Add events to those of an output folder, without those that repeat the last one for their words.

    What another person says, too, is no repetition: two who agree must not look like one.

    Args:
        out: output folder of a run.
        made: events, oldest first.
        known: how many corrections the file they are from knew, if it says all of its own again each time:
            what its person has said from it before is not said again, whatever others have said since.
    """
    before = corrections.load(out)
    last: Last = {}
    for event in before:
        _follow(last, event)
    fresh: list[Correction] = []
    for event in made:
        said, people = last.get(_about(event), NOTHING)
        again = said == _said(event) and event.who in people
        if not again and not (known is not None and _is_past(event, before[known:])):
            event_id = identity("e", event.event_id, str(len(before) + len(fresh)))
            fresh.append(msgspec.structs.replace(event, event_id=event_id))
            _follow(last, event)
    if fresh:
        path = out / corrections.FILE
        old = path.read_bytes() if path.is_file() else b""
        store.write_bytes(path, old + msgspec.json.Encoder().encode_lines(fresh))
    return Done(len(fresh), len(made) - len(fresh))


def _follow(last: Last, event: Correction) -> None:
    """Note an event as the last one for its words."""
    if event.action in WHOLE:
        for field in (*LABELS, "concept"):
            last.pop((*_about(event)[:-1], field), None)
    said, people = last.get(_about(event), NOTHING)
    agree = people if said == _said(event) else frozenset[str]()
    last[_about(event)] = _said(event), agree | {event.who}


def _is_past(event: Correction, since: Sequence[Correction]) -> bool:
    """Return whether an event is what its person last said of the words; later events of others then count.

    That the person has deleted the mention is no word of a file that still has it.
    """
    own = [
        _said(one)
        for one in since
        if (one.who, _about(one)) == (event.who, _about(event))
        and (one.action != "delete" or event.action == "delete")
    ]
    return own[-1:] == [_said(event)]


def _about(event: Correction) -> tuple[object, ...]:
    field = event.action if event.action in (*LABELS, "concept") else ""
    return event.document_id, event.layer, event.quote, field


def _said(event: Correction) -> tuple[object, ...]:
    return event.action, sorted(event.values.items()), event.moved


class Aim(NamedTuple):
    """What a line is about: words in a document, and what a mention there said; nothing of a new one."""

    document: str
    place: Place
    layer: str
    seen: Mapping[str, str]
    gone: str = ""  # who has deleted it


class Shelf(NamedTuple):
    """The content of the tables that is needed to check corrections."""

    mentions: Mapping[str, Row]  # by id
    of_document: Mapping[str, Sequence[Row]]
    sentences: Mapping[str, Sequence[str]]
    letters: Mapping[str, Letters]
    documents: Mapping[str, Row]
    ids: Mapping[str, str]  # id or path -> id
    labels: Mapping[tuple[str, str], str]  # (layer, concept id or label) -> label
    said: Sequence[Correction]  # what people have corrected so far


def events(out: Path, found: Sequence[Request], *, who: str, now: datetime) -> list[Correction]:
    """Return one checked event per line; changes of labels come before changes of place.

    Raises:
        InputError: an id, a quote or a value does not exist, or two lines contradict each other.
    """
    shelf = _shelf(out, found)
    made = []
    for request in found:
        aim = _target(shelf, request)
        event = _event(shelf, request, aim, who=who, now=now)
        if aim.gone:
            _refuse_deleted(shelf, request, event, aim.gone)
        made.append((event, aim.place, request))
    _refuse_conflicts(made)
    made.sort(key=lambda one: one[0].action in ("span", "relabel"))
    return [event for event, _, _ in made]


def _shelf(out: Path, found: Sequence[Request]) -> Shelf:
    documents = {row["document_id"]: row for row in outputs.rows(out, "documents")}
    ids = {row["path"]: key for key, row in documents.items()} | {key: key for key in documents}
    wanted = {request.get("mention_id") for request in found} - {""}
    homes = {
        row["mention_id"]: row["document_id"]
        for row in outputs.rows(out, "mentions", ["mention_id", "document_id"])
    }
    for request in found:  # a mention that a person deleted or moved lost its id, but words tell which it was
        told = request.get("quote") and request.get("document")
        if request.get("mention_id") and request.get("mention_id") not in homes and not told:
            raise _unknown(request, "mention", request.get("mention_id"), homes)
    named = {ids[request.get("document")] for request in found if request.get("document") in ids}
    used = sorted(named | {homes[mention] for mention in wanted & homes.keys()})
    mentions = outputs.of_documents(out, "mentions", used)
    sentences = {
        key: [row["text"] for row in rows]
        for key, rows in outputs.of_documents(out, "sentences", used).items()
    }
    return Shelf(
        mentions={row["mention_id"]: row for rows in mentions.values() for row in rows},
        of_document=mentions,
        sentences=sentences,
        letters={key: letters(texts) for key, texts in sentences.items()},
        documents=documents,
        ids=ids,
        labels=dict(_labels(out)),
        said=corrections.load(out),
    )


def _labels(out: Path) -> Iterator[tuple[tuple[str, str], str]]:
    for row in outputs.rows(out, "concepts", ["concept_id", "layer", "label"]):
        yield (row["layer"], row["concept_id"]), row["label"]


def _unknown(request: Request, what: str, given: str, known: Iterable[str]) -> InputError:
    close = difflib.get_close_matches(given, list(known)[:100_000], n=1)
    hint = f"did you mean {close[0]}? Nothing was stored" if close else REMEDY
    return InputError(request.where, f"{what} {given!r} does not exist", hint)


def _target(shelf: Shelf, request: Request) -> Aim:
    """Return what a line is about."""
    action, layer = request.get("action"), request.get("layer")
    _one_of(request, "action", action, ACTIONS)
    if mention := shelf.mentions.get(request.get("mention_id")):
        return _aim(mention)
    document = shelf.ids.get(request.get("document"), "")
    if not document:
        raise _unknown(request, "document", request.get("document"), shelf.ids)
    _one_of(request, "layer", layer, LAYERS)
    if action != "add" and request.get("mention_id") and (gone := _deleted(shelf, request, document)):
        return gone
    place = _place(shelf, request, document, request.get("quote"))
    near = [row for row in shelf.of_document[document] if row["layer"] == layer and _touches(row, place)]
    if action != "add" and not near:
        raise InputError(
            request.where, f"{request.get('quote')!r} is not a mention of {layer} in the document", REMEDY
        )
    if action == "add":
        return Aim(document, place, layer, {})
    return _aim(max(near, key=lambda row: _common(row, place)))


def _aim(mention: Row) -> Aim:
    place = Place(mention["sentence_number"], mention["char_start"], mention["char_end"])
    return Aim(mention["document_id"], place, mention["layer"], labels_of(mention))


def _deleted(shelf: Shelf, request: Request, document: str) -> Aim | None:
    """Return what a line is about if a person deleted it before, so that no mention is there any more."""
    layer, words, sentence = (request.get(name) for name in ("layer", "quote", "sentence"))
    for event in reversed(shelf.said):
        about = event.action, event.document_id, event.layer, event.quote.exact
        if about != ("delete", document, layer, words):
            continue
        place = find(shelf.letters[document], shelf.sentences[document], event.quote)
        if isinstance(place, str) or sentence not in ("", shelf.sentences[document][place.sentence]):
            continue
        if not any(row["layer"] == layer and _touches(row, place) for row in shelf.of_document[document]):
            return Aim(document, place, layer, event.seen, event.who)
    return None


def _refuse_deleted(shelf: Shelf, request: Request, event: Correction, by: str) -> None:
    """Raise InputError if a line says anew what a mention is that a person has deleted."""
    repeats = request.known is not None and _is_past(event, shelf.said[request.known :])
    if event.action != "delete" and not repeats:
        remedy = "delete it, too, or leave the line out; nothing was stored"
        raise InputError(request.where, f"{event.quote.exact!r} was deleted by {by}", remedy)


def _touches(row: Row, place: Place) -> bool:
    return row["sentence_number"] == place.sentence and _common(row, place) > 0


def _common(row: Row, place: Place) -> int:
    low, high = max(row["char_start"], place.start), min(row["char_end"], place.end)
    return int(high - low)


def _one_of(request: Request, what: str, given: str, allowed: Sequence[str]) -> None:
    if given not in allowed:
        told = f"{what} {given!r} is unknown" if given else f"{what} is missing"
        raise InputError(request.where, told, f"allowed are {', '.join(allowed)}; nothing was stored")


def _place(shelf: Shelf, request: Request, document: str, words: str) -> Place:
    """Return the place of quoted words, which must be unique."""
    wanted = Quote(exact=words, prefix=request.get("prefix"), suffix=request.get("suffix"))
    whole = shelf.letters[document]
    found = find(whole, shelf.sentences[document], wanted)
    if isinstance(found, str):
        n = len(places(whole, Quote(exact=words)))
        raise InputError(
            request.where, f"{words!r}: {found}" if n else f"{words!r}: not in the document", REMEDY
        )
    n = len(places(whole, wanted))
    if n > 1:
        raise InputError(request.where, f"{words!r} occurs {n} times in the document", "add prefix or suffix")
    return found


def _event(
    shelf: Shelf,
    request: Request,
    aim: Aim,
    *,
    who: str,
    now: datetime,
) -> Correction:
    document, place, layer = aim.document, aim.place, msgspec.convert(aim.layer, Label)
    whole, texts, name = shelf.letters[document], shelf.sentences[document], request.get("who") or who
    if not name:
        raise InputError(
            request.where, "does not say who corrects", "give --who or a column `who`; nothing was stored"
        )
    moved = _moved(shelf, request, document, place)
    return Correction(
        event_id=identity("e", document, layer, request.get("action"), texts[place.sentence], repr(place)),
        time=now.isoformat(timespec="seconds"),
        who=name,
        document_id=document,
        path=shelf.documents[document]["path"],
        action=msgspec.convert(request.get("action"), Action),
        layer=layer,
        quote=quote(whole, texts, place),
        seen=dict(aim.seen),
        values=_values(shelf, request, layer),
        moved=quote(whole, texts, moved) if moved else None,
        note=request.get("note"),
    )


def _moved(shelf: Shelf, request: Request, document: str, place: Place) -> Place | None:
    """Return the place of the new words in the same sentence."""
    words = request.get("text")
    if not words:
        return None
    sentence = shelf.sentences[document][place.sentence]
    starts = [m.start() for m in re.finditer(re.escape(words), sentence)]
    if not starts:
        raise InputError(request.where, f"{words!r} is not in the sentence of the mention", REMEDY)
    start = min(starts, key=lambda at: abs(at - place.start))
    return Place(place.sentence, start, start + len(words))


def _values(shelf: Shelf, request: Request, layer: str) -> dict[str, str]:
    """Return the new values of a line, checked against the codebook."""
    action = request.get("action")
    needed = NEEDED.get(action, "")
    if needed and not request.get(needed):
        raise InputError(request.where, f"column `{needed}` is empty, which {action!r} needs", REMEDY)
    if action == "relabel":
        _one_of(request, "new_layer", request.get("new_layer"), LAYERS)
        layer = request.get("new_layer")
    wanted = LABELS if action in ("add", "relabel") else (action,) if action in LABELS else ()
    values = {name: _label(request, layer, name, full=action in ("add", "relabel")) for name in wanted}
    if action == "relabel":
        values["layer"] = layer
    if action in ("add", "relabel", "concept") and request.get("concept"):
        values["concept"] = _concept(shelf, request, layer)
    return {name: value for name, value in values.items() if value or name in LABELS}


def _label(request: Request, layer: str, name: str, *, full: bool) -> str:
    """Return kind, status or named of a line; with `full`, a kind is required and the others get defaults."""
    allowed = {"kind": KINDS[layer], "status": STATUSES[layer], "named": NAMED if layer == "actor" else ()}[
        name
    ]
    given = request.get(name)
    if not given and (not allowed or full):
        if full and name == "kind" and allowed:
            _one_of(request, name, given, allowed)
        return {"status": allowed[0], "named": "no"}.get(name, "") if allowed else ""
    _one_of(request, name, given, allowed or ("none for this layer",))
    return given


def _concept(shelf: Shelf, request: Request, layer: str) -> str:
    """Return the label of a concept given by id or label; a new label creates a new concept."""
    given = request.get("concept")
    known = [name for of, name in shelf.labels if of == layer]
    if (layer, given) in shelf.labels:
        return shelf.labels[layer, given]
    if CONCEPT_ID.fullmatch(given):
        raise _unknown(request, f"concept of layer {layer}", given, known)
    return given


def _refuse_conflicts(made: Sequence[tuple[Correction, Place, Request]]) -> None:
    """Raise InputError if two lines say different things about one mention."""
    first: dict[tuple[object, ...], tuple[Correction, Request]] = {}
    for event, place, request in made:
        spot = (event.document_id, event.layer, place)
        others = [(e, r) for key, (e, r) in first.items() if key[:3] == spot]
        for other, line in others:
            same = other.action == event.action and _said(other) == _said(event)
            clash = other.action == event.action or event.action in WHOLE or other.action in WHOLE
            if clash and not same:
                what = f"contradicts {line.where} about {event.quote.exact!r}"
                raise InputError(request.where, what, "keep one of them; nothing was stored")
        first[(*spot, event.action)] = (event, request)
