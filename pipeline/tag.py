"""Run every extractor on every sentence: sentences with their surroundings in, spans out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from msgspec.structs import replace

from pipeline import extractors
from pipeline.contexts import ANALYSED
from pipeline.extractors import Extractor, mentions
from pipeline.learning import jsonl
from pipeline.learning.doc_names import document_type
from pipeline.learning.jsonl import Example, Mention
from pipeline.reading.language import detect
from pipeline.reading.roles import announced
from pipeline.records import Context, Span, Tags
from pipeline.schema.labels import LAYERS


def tag(contexts: Sequence[Context], *, model: str = "tagger") -> Tags:
    """Return the spans found in the sentences of one document, which are given in reading order.

    Raises:
        ModelError: the model is missing or damaged.
    """
    spans: list[Span] = []
    for extractor in extractors.found().values():
        if getattr(extractor, "WHOLE_DOCUMENT", False):
            spans += extractor.extract(contexts, model=model)
        else:
            spans += _once_each(extractor, contexts)
    return Tags(spans=tuple(sorted(spans, key=order)))


def tag_file(source: Path, target: Path, *, model: str = "tagger") -> int:
    """Tag the sentences of a file in the codebook's format; return their number.

    Consecutive lines that name the same document and page are read as running text.
    Sentences in languages other than German are written without labels.

    Raises:
        InputError: the file cannot be read or is of another format.
        ModelError: the model is missing or damaged.
    """
    labelled = list(tagged(jsonl.read(source), mentions.load(model)))
    jsonl.write(target, labelled)
    return len(labelled)


def tagged(examples: Iterable[Example], tagger: mentions.Tagger) -> Iterator[Example]:
    """Yield the sentences with a tagger's labels in place of their own."""
    for held, contexts in groups(examples):
        spans: dict[int, list[Span]] = {at: [] for at in range(len(held))}
        for span in mentions.spans(tagger, contexts):
            spans[span.sentence].append(span)
        for at, one in enumerate(held):
            yield _labelled(one, spans[at])


def groups(examples: Iterable[Example]) -> Iterator[tuple[list[Example], list[Context]]]:
    """Yield groups of sentences that are running text, with contexts; foreign sentences are blank."""
    for (doc, _), group in groupby(examples, key=lambda one: (one.doc, one.page)):
        held = list(group)
        yield held, list(_contexts(held, document_type(doc)))


def _once_each(extractor: Extractor, contexts: Sequence[Context]) -> Iterator[Span]:
    places: dict[Context, list[int]] = {}
    for at, context in enumerate(contexts):
        places.setdefault(context, []).append(at)
    where = list(places.values())
    for span in extractor.extract(list(places)):
        for at in where[span.sentence]:
            yield replace(span, sentence=at)


def order(span: Span) -> tuple[int, int, int, str, str]:
    """Return the sort key of a span, which follows the order of the text."""
    return span.sentence, span.start, span.end, span.label, span.kind


def _contexts(examples: Sequence[Example], doc_type: str) -> Iterator[Context]:
    for one in examples:
        german = detect(one.text, inherited=ANALYSED) == ANALYSED
        yield Context(
            text=one.text if german else "",
            heading_path=(one.heading,) if one.heading else (),
            role=announced(one.heading) if one.heading else "",
            doc_type=doc_type,
        )


def _labelled(example: Example, spans: Sequence[Span]) -> Example:
    themes = sorted((span for span in spans if span.label == "theme"), key=lambda one: -one.score)
    found = sorted((span for span in spans if span.label in LAYERS), key=order)
    return replace(
        example,
        themes=tuple(span.kind for span in themes),
        mentions=tuple(map(mention, found)),
    )


def mention(span: Span) -> Mention:
    """Return a span as a mention in the codebook's format."""
    return Mention(
        layer=span.label,
        start=span.start,
        end=span.end,
        text=span.text,
        kind=span.kind or None,
        status=span.status or None,
        named=span.named or None,
        score=span.score,
    )
