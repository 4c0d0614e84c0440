"""Convert documents to UIMA CAS XMI for INCEpTION, and edited ones back; the door to dkpro-cassis.

In INCEpTION, import TypeSystem.xml under Settings, Layers, then the XMI files as documents in the
format »UIMA CAS XMI«. Mentions are spans of the layer »Mention«.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cassis import Cas, TypeSystem, load_cas_from_xmi

from pipeline import outputs
from pipeline.correcting.anchors import CONTEXT
from pipeline.errors import InputError
from pipeline.plain import legal
from pipeline.publishing.annotated import Annotated, documents
from pipeline.schema.declare import Row

Values = dict[str, str]
MENTION = "webanno.custom.Mention"  # INCEpTION's namespace for the layers of a project
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
META = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
LABELS = ("kind", "status", "named", "concept")
FEATURES = ("layer", *LABELS, "mention_id")


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


def to_xmi(document: Annotated, labels: Mapping[str, str], types: TypeSystem) -> str:
    """Return a document with its mentions as XMI; `labels` are the labels of concepts by id."""
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
            place = {"begin": start + row["char_start"], "end": start + row["char_end"]}
            cas.add(types.get_type(MENTION)(**place, **_features(row, labels)))
    return str(cas.to_xmi())


def _legal(text: str) -> str:
    """Replace characters that XML does not allow by spaces, so that offsets stay valid."""
    return legal(text, instead=" ")


def _features(row: Row, labels: Mapping[str, str]) -> dict[str, str | None]:
    named = {True: "yes", False: "no"}.get(row["named"])
    concept = _legal(labels.get(row["concept_id"] or "", "")) or None
    kept = {name: row[name] for name in ("layer", "kind", "status", "mention_id")}
    return {**kept, "named": named, "concept": concept}


def edits(out: Path, source: Path) -> list[Values]:
    """Return the changes made in an edited XMI file, as lines of a correction file.

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
        raise InputError(source.name, what, "export the document again and edit that")
    labels = concept_labels(out)
    return list(_edits(document, list(cas.select(MENTION)), labels))


def concept_labels(out: Path) -> dict[str, str]:
    """Return the labels of concepts by id."""
    return {row["concept_id"]: row["label"] for row in outputs.rows(out, "concepts", ["concept_id", "label"])}


def _edits(document: Annotated, spans: Sequence[Any], labels: Mapping[str, str]) -> Iterator[Values]:
    ours = {
        row["mention_id"]: (start + row["char_start"], start + row["char_end"], row)
        for start, mentions in zip(document.starts, document.mentions, strict=True)
        for row in mentions
    }
    theirs = {span.mention_id: span for span in spans if span.mention_id}
    for mention in ours:
        if mention not in theirs:
            yield {"mention_id": mention, "action": "delete"}
    for span in spans:
        if span.mention_id in ours:
            yield from _changes(span, *ours[span.mention_id], labels)
        else:
            yield _addition(document, span)


def _changes(span: Any, start: int, end: int, row: Row, labels: Mapping[str, str]) -> Iterator[Values]:  # noqa: ANN401
    """Yield a line for each changed label, and for changed words."""
    before = _features(row, labels)
    told = {name: str(getattr(span, name) or "") for name in ("layer", *LABELS)}
    moved = {"text": str(span.get_covered_text())} if (span.begin, span.end) != (start, end) else {}
    about = {"mention_id": row["mention_id"]}
    if told["layer"] != row["layer"]:
        labelled = {name: told[name] for name in ("kind", "status", "named") if told[name]}
        yield {**about, "action": "relabel", "new_layer": told["layer"], **labelled, **moved}
        return
    for name in LABELS:
        if told[name] != (before[name] or ""):
            yield {**about, "action": name, name: told[name]}
    if moved:
        yield {**about, "action": "span", **moved}


def _addition(document: Annotated, span: Any) -> Values:  # noqa: ANN401
    text = document.text
    told = {name: str(getattr(span, name) or "") for name in ("layer", *LABELS)}
    return {
        "action": "add",
        "document": document.document["document_id"],
        "quote": text[span.begin : span.end],
        "prefix": text[max(0, span.begin - CONTEXT) : span.begin],
        "suffix": text[span.end : span.end + CONTEXT],
        **{name: value for name, value in told.items() if value},
    }
