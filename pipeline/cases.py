"""Link the mentions and sentences listed in a file to concepts and periods: `politikspur link`.

Each line is one case: {"id", "layer", "mention", "text", "heading", "doc", "published", "document_type",
"issuer"}; mention and layer may be missing. All cases of a file are linked together, as one corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import InputError
from pipeline.extractors import times
from pipeline.homes import Surface
from pipeline.knowledge import actors, addressing, calendars
from pipeline.knowledge.long_forms import long_forms
from pipeline.knowledge.meaning import Judge
from pipeline.knowledge.reference import reference
from pipeline.knowledge.registry import ConceptIndex, Registry, index_of, load_registry
from pipeline.learning.jsonl import lines
from pipeline.link import Linked, link
from pipeline.reading.dates import parse_date
from pipeline.records import Record
from pipeline.schema.labels import LAYERS
from pipeline.store import write_bytes

MODEL = "concepts"
REMEDY = "one JSON object a line, with id and text; see politikspur link --help"


class Case(Record):
    """A mention in its sentence, or a sentence alone."""

    id: str | int
    layer: str | None = None
    mention: str | None = None
    text: str | None = None
    heading: str | tuple[str, ...] | None = None
    doc: str | None = None
    title: str | None = None
    published: str | None = None
    document_type: str | None = None
    issuer: str | None = None
    parliament: str | None = None
    kind: str | None = None


def link_cases(source: Path, out: Path, *, model: str = MODEL, registry: Registry | None = None) -> None:
    """Copy the cases of a file, adding the concept and the periods of each.

    The fields added are `concept_id`, `label`, `period_published`, `periods_addressed` and `period_rule`.
    `concept_id` and `label` are null where a case has no mention or names a private person.

    Args:
        source: the cases, JSON lines.
        out: the file to write.
        model: the model that decides which names mean the same, "" for none.
        registry: the known concepts; by default the shipped ones.

    Raises:
        InputError: the file cannot be read, or a line is not a case.
    """
    read = list(_read(source))
    cases = [case for case, _ in read]
    registry = registry if registry is not None else load_registry()
    linked = _linked(cases, registry, _judge(model))
    labels = {concept.concept_id: concept.label for concept in linked.concepts}
    answers = (
        given | {"concept_id": concept or None, "label": labels.get(concept), **periods(case)}
        for (case, given), concept in zip(read, linked.ids, strict=True)
    )
    write_bytes(out, msgspec.json.Encoder().encode_lines(answers))


def _judge(model: str) -> Judge | None:
    if not model:
        return None
    from pipeline.learning import likeness  # slow to import, and not needed without merging

    return likeness.judge("balanced", model=model)


def _read(path: Path) -> Iterator[tuple[Case, dict[str, Any]]]:
    for where, line in lines(path):
        try:
            given: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
            yield msgspec.convert(given, Case), given
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise InputError(where, f"is not a case ({error})", REMEDY) from error


def _linked(cases: Sequence[Case], registry: Registry, judge: Judge | None) -> Linked:
    index = index_of(registry)
    long: dict[str | None, dict[str, str]] = {}
    for case in cases:
        if case.text and "(" in case.text:
            long.setdefault(case.doc, {}).update(long_forms(case.text))
    surfaces = [_surface(case, index, long.get(case.doc, {})) for case in cases]
    return link(surfaces, registry=registry, judge=judge)


def _surface(case: Case, index: ConceptIndex, long: dict[str, str]) -> Surface:
    mention = case.mention or ""
    return Surface(
        layer=_layer(case, index),
        text=mention,
        kind=case.kind or "",
        long=long.get(mention, ""),
        day=_published(case),
        parliament=_parliament(case),
        issuer=case.issuer or "",
        european=actors.speaks_of_europe(case.text or "", mention, _headings(case)),
        reference=reference(case.text or "", (case.text or "").find(mention)),
    )


def _headings(case: Case) -> tuple[str, ...]:
    return (case.heading,) if isinstance(case.heading, str) else case.heading or ()


def _layer(case: Case, index: ConceptIndex) -> str:
    """Return the layer given in a case, else that of the registry's concept of this name, else instrument."""
    if case.layer in LAYERS:
        return str(case.layer)
    known = (layer for layer in LAYERS if case.mention and index.find(layer, case.mention))
    return next(known, "instrument")


def _published(case: Case) -> str:
    """Return the date of a case in ISO form, "" if it has none that can be read."""
    day = parse_date(case.published or "")
    return day.iso if day else ""


def _parliament(case: Case) -> str:
    told = case.parliament or ""
    return told or calendars.document_parliament(
        case.issuer or "", case.document_type or "", case.title or ""
    )


def periods(case: Case) -> dict[str, Any]:
    """Return `period_published`, `periods_addressed` and `period_rule` of a case; null where undecided."""
    published, doc_type, parliament = _published(case), case.document_type or "", _parliament(case)
    period, _ = calendars.period_published(published, "", parliament)
    home, _ = calendars.home_period(published, "", parliament, doc_type=doc_type, title=case.title or "")
    standpoint = addressing.Standpoint.of(
        published, parliament=parliament, home=home or period, doc_type=doc_type
    )
    own, above = tuple(times.find(case.text or "")), _heading_times(_headings(case))
    spoken, rule = addressing.addressed(own, above, standpoint)
    return {"period_published": period or None, "periods_addressed": list(spoken), "period_rule": rule}


def _heading_times(path: Sequence[str]) -> tuple[Any, ...]:
    """Return the expressions of time in the nearest heading that has any."""
    return next((found for text in reversed(path) if (found := tuple(times.find(text)))), ())
