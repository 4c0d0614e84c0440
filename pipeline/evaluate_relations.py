"""Compare found with reference relations: on given mentions, and end to end on the tagger's own.

End to end, a relation is right if both its ends match mentions of the reference (one to one, at an
intersection over union of at least 0.5) that have a relation of the same kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec import field

from pipeline import evaluate, relate, tag
from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.extractors import mentions
from pipeline.learning import related
from pipeline.learning.jsonl import Mention
from pipeline.learning.pairs import NONE
from pipeline.learning.related import Judged, Reference, Score
from pipeline.plain import counted
from pipeline.records import Record
from pipeline.schema.labels import LAYERS

TITLES = {  # of the parts of the report
    "given": "mentions given",
    "end_to_end": "end to end: the tagger's mentions, matched at IoU >= 0.5",
    "nearest": "baseline: nearest mention, mentions given",
}


class RelationEvaluation(Record, frozen=True, kw_only=True):
    """Scores by kind of relation; "all" stands for all kinds together."""

    n_sentences: int
    n_documents: int
    given: dict[str, Score]  # on mentions of the reference
    end_to_end: dict[str, Score]  # on mentions of the tagger
    nearest: dict[str, Score]  # the baseline, on mentions of the reference
    # 95 % intervals of F1 over documents by part (as above) and kind; without those of fewer than two
    intervals: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)


Counts = tuple[Counter[str], Counter[str], Counter[str]]  # by kind: right, given, wanted


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
    tagged = tag.tagged(references, mentions.load(settings.tag.model))
    network = settings.relate.network
    counts = {
        "given": count([(one, one.mentions) for one in references], network=network),
        "end_to_end": count(
            [(one, found.mentions) for one, found in zip(references, tagged, strict=True)],
            network=network,
        ),
        "nearest": _count_nearest(related.judged(references)),
    }
    return RelationEvaluation(
        n_sentences=len(references),
        n_documents=len({one.doc for one in references}),
        **{part: scored(held) for part, held in counts.items()},
        intervals={part: intervals(held) for part, held in counts.items()},
    )


def count(both: Sequence[tuple[Reference, Sequence[Mention]]], *, network: bool = True) -> dict[str, Counts]:
    """Return by document how many of the relations are right that `relate` finds between mentions."""
    counts: dict[str, Counts] = {}
    for reference, found in both:
        right, given, wanted = counts.setdefault(reference.doc, (Counter(), Counter(), Counter()))
        links = {(link.source, link.target, link.kind) for link in reference.relations}
        places = _places(reference.mentions, found)
        wanted.update(kind for _, _, kind in links)
        for one in relate.relate(reference.text, related.spans(found), network=network):
            given[one.kind] += 1
            right[one.kind] += (places.get(one.source), places.get(one.target), one.kind) in links
    return counts


def _count_nearest(judged: Sequence[Judged]) -> dict[str, Counts]:
    counts: dict[str, Counts] = {}
    for one in judged:
        right, given, wanted = counts.setdefault(one.document, (Counter(), Counter(), Counter()))
        guess = related.nearest(one.pair)
        given[guess] += 1
        wanted[one.gold] += 1
        right[guess] += guess == one.gold
    return counts


def scored(counts: Mapping[str, Counts]) -> dict[str, Score]:
    """Return the scores of relations, counted by document, by kind."""
    return related.scores(*(sum((one[at] for one in counts.values()), Counter()) for at in range(3)))


def intervals(counts: Mapping[str, Counts]) -> dict[str, tuple[float, float]]:
    """Return the 95 % intervals of F1 by kind, over the documents that have the kind, if there are two."""
    kinds = sorted({kind for one in counts.values() for part in one for kind in part} - {NONE})
    found = {}
    for name, within in (("all", kinds), *((kind, [kind]) for kind in kinds)):
        rows = [
            [sum(right[one] for one in within), sum(given[one] + wanted[one] for one in within)]
            for _, (right, given, wanted) in sorted(counts.items())
        ]
        table = np.array([row for row in rows if row[1]])
        if len(table) > 1:
            found[name] = evaluate.interval(table, lambda sums: 2 * sums[:, 0] / np.maximum(1, sums[:, 1]))
    return found


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
    for name, title in TITLES.items():
        scores: dict[str, Score] = getattr(report, name)
        yield from ("", f"{title:60}   F1   (95 %)       prec.   rec.   gold")
        for kind, (precision, recall, f1, n) in scores.items():
            ends = report.intervals.get(name, {}).get(kind)
            told = f"({ends[0]:.3f}-{ends[1]:.3f})" if ends else "–"
            yield f"  {kind:58}  {f1:.3f} {told:13}  {precision:.3f}  {recall:.3f}  {n:5d}"
