"""Convert documents to UIMA CAS XMI for INCEpTION, and edited ones back; the door to dkpro-cassis.

In INCEpTION, import TypeSystem.xml under Settings, Layers, then the XMI files as documents in the
format »UIMA CAS XMI«. Mentions are spans of the layer »Mention«. Each keeps in its feature `exported` what it
said when its document was exported: only what differs from that is a change, not what later corrections or
another model have made of the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from cassis import Cas, TypeSystem, load_cas_from_xmi

from pipeline import outputs
from pipeline.correcting.anchors import CONTEXT
from pipeline.errors import InputError
from pipeline.plain import legal
from pipeline.publishing.annotated import Annotated, documents
from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.schema.labels import SAID_NAMED
from pipeline.versions import digest

Values = dict[str, str]
MENTION = "webanno.custom.Mention"  # INCEpTION's namespace for the layers of a project
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
META = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
LABELS = ("kind", "status", "named", "concept")
FEATURES = ("layer", *LABELS, "mention_id", "exported")
SAID = ("layer", *LABELS)
AGAIN = "export the document again and edit that"


class Exported(Record):
    """What a mention said when its document was exported."""

    results: str  # key of the document's results, which corrections change, too
    tagger: str  # key of what had found the mentions
    begin: int
    end: int
    said: dict[str, str]  # layer and labels, "" for none
    corrections: int = 0  # made before; later ones were not known to who edits the file


class Known(NamedTuple):
    """A mention of the tables as they are now."""

    begin: int
    end: int
    row: Row
    said: dict[str, str]


class Edited(NamedTuple):
    """A span of an edited file."""

    begin: int
    end: int
    mention_id: str  # "" for a new one
    said: dict[str, str]
    exported: Exported | None  # None for a new one


def type_system() -> TypeSystem:
    """Return the types: mentions, sentences, and the identity of the document."""
    types = TypeSystem()
    mention = types.create_type(name=MENTION, supertypeName="uima.tcas.Annotation")
    for feature in FEATURES:
        types.create_feature(domainType=mention, name=feature, rangeType="uima.cas.String")
    types.create_type(name=SENTENCE, supertypeName="uima.tcas.Annotation")
    meta = types.create_type(name=META, supertypeName="uima.tcas.DocumentAnnotation")
    for feature in ("documentId", "documentTitle"):
        types.create_feature(domainType=meta, name=feature, rangeType="uima.cas.String")
    return types


def tagger_key(out: Path) -> str:
    """Return a key of what has found the mentions of an output folder: models, versions, settings."""
    run = max(outputs.rows(out, "runs"), key=lambda row: row["finished"])
    versions, hashes, settings = (
        msgspec.json.decode(run[name], type=dict[str, Any]) for name in ("versions", "hashes", "settings")
    )
    models = {name: value for name, value in hashes.items() if name.startswith("model")}
    found = [versions, models, {name: settings.get(name) for name in ("read", "tag")}]
    return digest(msgspec.json.encode(found, order="sorted"))[:16]


def to_xmi(
    document: Annotated, labels: Mapping[str, str], types: TypeSystem, tagger: str, corrections: int
) -> str:
    """Return a document with its mentions as XMI.

    Args:
        document: the document.
        labels: the labels of concepts by id.
        types: the types of the file.
        tagger: key of what has found the mentions.
        corrections: how many people have made so far.
    """
    cas = Cas(typesystem=types)
    cas.sofa_string, cas.sofa_mime = _legal(document.text), "text/plain"
    about = document.document
    title = _legal(about["title"] or about["path"])
    meta = types.get_type(META)
    cas.add(
        meta(
            begin=0,
            end=len(document.text),
            documentId=about["document_id"],
            documentTitle=title,
            language="de",
        )
    )
    for start, sentence, mentions in zip(document.starts, document.sentences, document.mentions, strict=True):
        cas.add(types.get_type(SENTENCE)(begin=start, end=start + len(sentence["text"])))
        for row in mentions:
            begin, end = start + row["char_start"], start + row["char_end"]
            said = _said(row, labels)
            exported = Exported(about["results_key"], tagger, begin, end, said, corrections)
            told = {name: value or None for name, value in said.items()}
            features = {**told, "mention_id": row["mention_id"]}
            features["exported"] = msgspec.json.encode(exported).decode()
            cas.add(types.get_type(MENTION)(begin=begin, end=end, **features))
    return str(cas.to_xmi())


def _legal(text: str) -> str:
    """Replace characters that XML does not allow by spaces, so that offsets stay valid."""
    return legal(text, instead=" ")


def _said(row: Row, labels: Mapping[str, str]) -> dict[str, str]:
    """Return layer and labels of a mention as they stand in a file, "" for none."""
    concept = _legal(labels.get(row["concept_id"] or "", ""))
    kept = {name: row[name] or "" for name in ("layer", "kind", "status")}
    return {**kept, "named": SAID_NAMED[row["named"]], "concept": concept}


def edits(out: Path, source: Path) -> tuple[list[Values], int]:
    """Return the changes made in an edited XMI file, as lines of a correction file.

    The number is that of the corrections that were made before the file was exported, 0 if it does not say.

    Raises:
        InputError: it is not an XMI file, or its document or text is not in the output folder.
    """
    try:
        cas = load_cas_from_xmi(source.read_bytes().decode("utf-8"), typesystem=type_system(), lenient=True)
        name = str(next(iter(cas.select(META))).documentId)
        text = str(cas.sofa_string)
    except Exception as error:  # the library raises errors of XML, types and keys alike
        what = f"is not an XMI file with our layers ({type(error).__name__})"
        raise InputError(source.name, what, "export it from INCEpTION as UIMA CAS XMI") from None
    document = next((one for one in documents(out) if one.document["document_id"] == name), None)
    if document is None or _legal(document.text) != text:
        what = f"holds {name}, which the folder does not hold with this text"
        raise InputError(source.name, what, AGAIN)
    spans = _spans(source, cas)
    found = _edits(document, spans, _known(document, concept_labels(out)), tagger_key(out))
    return list(found), min((span.exported.corrections for span in spans if span.exported), default=0)


def concept_labels(out: Path) -> dict[str, str]:
    """Return the labels of concepts by id."""
    return {row["concept_id"]: row["label"] for row in outputs.rows(out, "concepts", ["concept_id", "label"])}


def _spans(source: Path, cas: Cas) -> list[Edited]:
    """Return the mentions of an edited file.

    Raises:
        InputError: the file has lost what its mentions said when it was exported.
    """
    decoder = msgspec.json.Decoder(Exported)
    found = []
    for span in cas.select(MENTION):
        name = str(span.mention_id or "")
        try:
            exported = decoder.decode(span.exported) if name else None
        except (msgspec.DecodeError, TypeError):
            what = "does not tell what its mentions said when it was exported"
            remedy = f"import TypeSystem.xml again, so that the layer has `exported`; then {AGAIN}"
            raise InputError(source.name, what, remedy) from None
        said = {feature: str(getattr(span, feature) or "") for feature in SAID}
        found.append(Edited(span.begin, span.end, name, said, exported))
    return found


def _known(document: Annotated, labels: Mapping[str, str]) -> dict[str, Known]:
    return {
        row["mention_id"]: Known(start + row["char_start"], start + row["char_end"], row, _said(row, labels))
        for start, mentions in zip(document.starts, document.mentions, strict=True)
        for row in mentions
    }


def _edits(
    document: Annotated, spans: Sequence[Edited], known: Mapping[str, Known], tagger: str
) -> Iterator[Values]:
    places = {(one.begin, one.end, one.said["layer"]): name for name, one in known.items()}
    homes = [
        span.mention_id if span.mention_id in known else places.get((*span[:2], span.said["layer"]), "")
        for span in spans
    ]
    gone = {name: one.row for name, one in known.items() if name not in {*homes}}
    exported = [span.exported for span in spans if span.exported]
    for name in _deleted(document.document, gone, exported, tagger):
        yield {"mention_id": name, "action": "delete"}
    for span, home in zip(spans, homes, strict=True):
        if span.exported is None:
            labels = {name: value for name, value in span.said.items() if value}
            yield {"action": "add", **_quoted(document, span.begin, span.end), **labels}
        else:
            yield from _changes(document, span, span.exported, known.get(home))


def _deleted(
    document: Row, gone: Mapping[str, Row], exported: Sequence[Exported], tagger: str
) -> Sequence[str]:
    """Return those of the mentions missing in a file that were there when it was exported.

    Raises:
        InputError: another model has worked since, so that nobody knows.
    """
    if {one.results for one in exported} <= {document["results_key"]}:
        return list(gone)
    # what a person has said may be from after the export
    found = [name for name, row in gone.items() if row["source"] != "person"]
    if found and {one.tagger for one in exported} != {tagger}:
        what = f"was exported before another model, version or setting found {len(found)} more mentions"
        raise InputError(document["path"], what, f"correct the output folder it came from, or {AGAIN}")
    return found


def _changes(document: Annotated, span: Edited, exported: Exported, now: Known | None) -> Iterator[Values]:
    """Yield a line for each label, and for words, that differ from the export and from the tables."""
    before, after = exported.said, now.said if now else exported.said
    told = {name: value for name, value in span.said.items() if value not in (before[name], after[name])}
    places = {(exported.begin, exported.end), (now.begin, now.end) if now else (exported.begin, exported.end)}
    words = document.text[span.begin : span.end]
    moved = {} if (span.begin, span.end) in places else {"text": words}
    about = {"mention_id": now.row["mention_id"] if now else span.mention_id}
    if now is None:  # gone from the tables, but its words may tell which it was
        about |= {**_quoted(document, exported.begin, exported.end), "layer": before["layer"]}
    if "layer" in told:
        labels = {name: span.said[name] for name in ("kind", "status", "named") if span.said[name]}
        yield {**about, "action": "relabel", "new_layer": told["layer"], **labels, **moved}
        return
    for name, value in told.items():
        yield {**about, "action": name, name: value}
    if moved:
        yield {**about, "action": "span", **moved}


def _quoted(document: Annotated, begin: int, end: int) -> Values:
    text = document.text
    return {
        "document": document.document["document_id"],
        "quote": text[begin:end],
        "prefix": text[max(0, begin - CONTEXT) : begin],
        "suffix": text[end : end + CONTEXT],
    }
