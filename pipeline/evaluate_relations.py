"""Compare found with reference relations: on given mentions, and end to end on the tagger's own.

End to end, a relation is right if both its ends match mentions of the reference (one to one, at an
intersection over union of at least 0.5) that have a relation of the same kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import evaluate, relate, tag
from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.extractors import mentions
from pipeline.learning import related
from pipeline.learning.jsonl import Mention
from pipeline.learning.related import Reference, Score
from pipeline.plain import counted
from pipeline.records import Record
from pipeline.schema.labels import LAYERS


class RelationEvaluation(Record, frozen=True, kw_only=True):
    """Scores by kind of relation; "all" stands for all kinds together."""

    n_sentences: int
    n_documents: int
    given: dict[str, Score]  # on mentions of the reference
    end_to_end: dict[str, Score]  # on mentions of the tagger
    nearest: dict[str, Score]  # the baseline, on mentions of the reference


def evaluate_file(gold: Path, settings: Settings) -> RelationEvaluation:
    """Return scores on a reference file, with the mentions given there and with those of the tagger.

    The settings name the tagger, and say whether the network judges relations.

    Raises:
        InputError: the file is broken or empty.
        ModelError: a model is missing or damaged.
    """
    references = list(related.read(gold))
    if not references:
        raise InputError(str(gold), "holds no sentence", "name a file of related sentences")
    pairs = related.judged(references)
    tagged = tag.tagged(references, mentions.load(settings.tag.model))
    network = settings.relate.network
    return RelationEvaluation(
        n_sentences=len(references),
        n_documents=len({one.doc for one in references}),
        given=compare([(one, one.mentions) for one in references], network=network),
        end_to_end=compare(
            [(one, found.mentions) for one, found in zip(references, tagged, strict=True)],
            network=network,
        ),
        nearest=related.score([(one.gold, related.nearest(one.pair)) for one in pairs]),
    )


def compare(both: Sequence[tuple[Reference, Sequence[Mention]]], *, network: bool = True) -> dict[str, Score]:
    """Return the scores of the relations that `relate` finds between mentions, by kind."""
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for reference, found in both:
        links = {(link.source, link.target, link.kind) for link in reference.relations}
        places = _places(reference.mentions, found)
        wanted.update(kind for _, _, kind in links)
        for one in relate.relate(reference.text, related.spans(found), network=network):
            given[one.kind] += 1
            right[one.kind] += (places.get(one.source), places.get(one.target), one.kind) in links
    return related.scores(right, given, wanted)


def _places(gold: Sequence[Mention], found: Sequence[Mention]) -> dict[int, int]:
    """Map the position of each found mention to that of the reference mention it matches."""
    places = {}
    for layer in LAYERS:
        sides = ([one for one in side if one.layer == layer] for side in (gold, found))
        for a, b in evaluate.match(*sides):
            places[_at(found, b)] = _at(gold, a)
    return places


def _at(mentions: Sequence[Mention], one: Mention) -> int:
    return next(at for at, other in enumerate(mentions) if other is one)


def report_lines(report: RelationEvaluation) -> Iterator[str]:
    """Yield the report as lines for a terminal."""
    yield f"{counted(report.n_sentences, 'sentence')} of {counted(report.n_documents, 'document')}"
    for name, scores in (
        ("mentions given", report.given),
        ("end to end: the tagger's mentions, matched at IoU >= 0.5", report.end_to_end),
        ("baseline: nearest mention, mentions given", report.nearest),
    ):
        yield from ("", f"{name:60}   F1  prec.   rec.   gold")
        for kind, (precision, recall, f1, n) in scores.items():
            yield f"  {kind:58}  {f1:.3f}  {precision:.3f}  {recall:.3f}  {n:5d}"
