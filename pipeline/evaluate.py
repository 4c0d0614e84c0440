"""Compare predicted with reference labels (spans, kinds, statuses, themes), with intervals.

A predicted span is right if it is paired one to one with a reference span of its layer at an
intersection over union of at least 0.5 (or 1.0: exact). Intervals come from resampling
documents, because the sentences of a document resemble each other (Efron and Tibshirani 1993).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from pipeline.config import Settings
from pipeline.errors import InputError
from pipeline.knowledge import calendars
from pipeline.learning import jsonl
from pipeline.learning.doc_names import document_type, published
from pipeline.learning.jsonl import Example, Mention
from pipeline.plain import counted
from pipeline.records import Record
from pipeline.schema.labels import LAYERS, THEMES

OVERLAP = 0.5
RESAMPLES = 1000
SEED = 1
BINS = 10
ORDER = ("layer", "theme", "kind", "status", "document type", "period", "type and period", "length")
LENGTHS = ((10, "up to 9 words"), (20, "10 to 19 words"), (30, "20 to 29 words"))  # below which, and its name
LONGEST = "30 words and more"
SHOWN = {"period": "Wahlperiode of publication, or the year if it lies in two"}  # other groups: their names

Pair = tuple[Mention, Mention]


class LayerScore(Record, frozen=True, kw_only=True):
    """Precision, recall and F1 of one group, with a 95 % interval of F1 over documents."""

    group: str  # one of ORDER
    name: str
    precision: float
    recall: float
    f1: float
    exact: float  # F1 if only equal spans may pair; for themes simply F1
    low: float
    high: float
    n_gold: int
    n_predicted: int
    n_documents: int  # that have the group; with one there is no interval, and both its ends are the F1


class LabelShare(Record, frozen=True, kw_only=True):
    """Share of matched spans that have the right label, with a 95 % interval over documents."""

    layer: str
    what: str  # "kind", "status", "named"
    share: float
    low: float
    high: float
    n: int
    n_documents: int
    alpha: float  # Krippendorff's alpha, nominal


class Reliability(Record, frozen=True, kw_only=True):
    """How far scores are from observed frequencies (Naeini et al. 2015)."""

    layer: str
    error: float  # expected calibration error
    bins: tuple[tuple[float, float, int], ...]  # mean score, share right, spans


class Evaluation(Record, frozen=True, kw_only=True):
    """Everything that `politikspur evaluate` prints."""

    n_sentences: int
    n_documents: int
    scores: tuple[LayerScore, ...]
    shares: tuple[LabelShare, ...]
    confusion: dict[str, dict[str, dict[str, int]]]  # "instrument kind" -> gold -> predicted -> n
    outcomes: dict[str, dict[str, int]]  # layer -> exact, other borders, torn, missed, invented -> n
    reliability: tuple[Reliability, ...]
    baseline: tuple[LayerScore, ...] = ()  # the layers by keywords alone, for comparison

    def score(self, group: str, name: str) -> LayerScore:
        """Return one line of the table; raise KeyError if the reference has no such group."""
        for one in self.scores:
            if (one.group, one.name) == (group, name):
                return one
        raise KeyError(f"{group} {name}")

    def share(self, layer: str, what: str) -> LabelShare:
        """Return the share of one attribute; raise KeyError if nothing was matched."""
        for one in self.shares:
            if (one.layer, one.what) == (layer, what):
                return one
        raise KeyError(f"{layer} {what}")


def evaluate(gold: Path, predictions: Path | Sequence[Example]) -> Evaluation:
    """Return the report on predictions for the sentences of `gold`, both in the codebook's format.

    Sentences are paired by id, or by document and id if the ids count within documents.

    Raises:
        InputError: a file is broken, two sentences have one id, or one of the reference has no prediction, or
            that of another text.
    """
    reference = list(jsonl.labelled(gold))
    if not reference:
        raise InputError(str(gold), "holds no sentence", "name a file of labelled sentences")
    given = list(jsonl.labelled(predictions)) if isinstance(predictions, Path) else predictions
    where = str(predictions) if isinstance(predictions, Path) else "the predictions"
    return compare(jsonl.paired((str(gold), reference), (where, given)))


def compare(both: Sequence[tuple[Example, Example]]) -> Evaluation:
    """Return the report on pairs of reference and prediction for the same sentence."""
    counts: dict[tuple[str, str], dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    pairs: list[tuple[str, Pair]] = []
    sure: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    outcomes: dict[str, Counter[str]] = {layer: Counter() for layer in LAYERS}
    for gold, found in both:
        matched = []
        for layer in LAYERS:
            here = _of_layer(layer, gold, found)
            paired = match(*here)
            matched += [(gold.doc, pair) for pair in paired]
            outcomes[layer].update(_outcomes(*here, paired))
        pairs += matched
        for group, what, n in _counted(gold, found, [pair for _, pair in matched]):
            counts[group][gold.doc][what] += n
        right = {id(pair[1]) for _, pair in matched}
        for mention in found.mentions:
            if mention.score is not None:
                sure[mention.layer].append((mention.score, id(mention) in right))
    return Evaluation(
        n_sentences=len(both),
        n_documents=len({gold.doc for gold, _ in both}),
        scores=tuple(_score(group, name, per_doc) for (group, name), per_doc in sorted(counts.items())),
        shares=tuple(_shares(pairs)),
        confusion=_confusion(pairs),
        outcomes={layer: dict(sorted(found.items())) for layer, found in outcomes.items()},
        reliability=tuple(_reliability(layer, values) for layer, values in sorted(sure.items())),
    )


def match(gold: Sequence[Mention], found: Sequence[Mention], *, overlap: float = OVERLAP) -> list[Pair]:
    """Return the largest one-to-one pairing of spans that overlap enough (Kuhn's algorithm)."""
    options = [
        sorted((j for j, b in enumerate(found) if iou(a, b) >= overlap), key=lambda j, a=a: -iou(a, found[j]))  # type: ignore[misc]
        for a in gold
    ]
    owner: dict[int, int] = {}

    def place(i: int, seen: set[int]) -> bool:
        for j in options[i]:
            if j not in seen:
                seen.add(j)
                if j not in owner or place(owner[j], seen):
                    owner[j] = i
                    return True
        return False

    for i in range(len(gold)):
        place(i, set())
    return [(gold[i], found[j]) for j, i in sorted(owner.items())]


def iou(a: Mention, b: Mention) -> float:
    """Return the intersection over union of two spans in characters."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    return max(0, shared) / max(1, max(a.end, b.end) - min(a.start, b.start))


def alpha(pairs: Sequence[tuple[str, str]]) -> float:
    """Return Krippendorff's alpha of two readers' nominal labels; 1.0 if there is only one label."""
    values = Counter(value for pair in pairs for value in pair)
    n = sum(values.values())
    expected = n * n - sum(count * count for count in values.values())
    observed = 2 * sum(a != b for a, b in pairs)
    return 1.0 - (n - 1) * observed / expected if expected else 1.0


def period(document: str) -> str:
    """Return the Bundestag period of publication according to a document's name, or the year."""
    day = published(document)
    return calendars.period_published(day)[0] or day[:4] or "unknown"


def _of_layer(layer: str, *examples: Example) -> tuple[list[Mention], list[Mention]]:
    gold, found = ([one for one in example.mentions if one.layer == layer] for example in examples)
    return gold, found


def _outcomes(gold: Sequence[Mention], found: Sequence[Mention], pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield the outcome of each span; »torn« spans touch, but overlap too little to be paired."""
    for a, b in pairs:
        yield "exact" if (a.start, a.end) == (b.start, b.end) else "other borders"
    paired = {id(one) for pair in pairs for one in pair}
    for mine, others, none in ((gold, found, "missed"), (found, gold, "invented")):
        for one in mine:
            if id(one) not in paired:
                yield "torn" if any(iou(one, other) > 0 for other in others) else none


def _length(text: str) -> str:
    n = len(text.split())
    return next((name for below, name in LENGTHS if n < below), LONGEST)


def _counted(
    gold: Example, found: Example, pairs: Sequence[Pair]
) -> Iterator[tuple[tuple[str, str], str, int]]:
    """Yield what a sentence adds to the counts of each group that it belongs to."""
    kind, when = document_type(gold.doc) or "other", period(gold.doc)
    slices = [
        ("document type", kind),
        ("period", when),
        ("type and period", f"{kind} {when}"),
        ("length", _length(gold.text)),
    ]
    for what, mentions in (("gold", gold.mentions), ("found", found.mentions)):
        for one in mentions:
            for group in [("layer", one.layer), *_labels(one), *_sliced(slices, one.layer)]:
                yield group, what, 1
    for a, b in pairs:
        for group in [("layer", a.layer), *set(_labels(a)) & set(_labels(b)), *_sliced(slices, a.layer)]:
            yield group, "right", 1
            yield group, "exact", int((a.start, a.end) == (b.start, b.end))
    yield from _counted_themes(gold, found, slices)


def _counted_themes(
    gold: Example, found: Example, slices: Iterable[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], str, int]]:
    for theme in (one for one in THEMES if one in gold.themes or one in found.themes):
        for group in [("theme", theme), ("layer", "theme"), *_sliced(slices, "theme")]:
            yield group, "gold", int(theme in gold.themes)
            yield group, "found", int(theme in found.themes)
            yield group, "right", int(theme in gold.themes and theme in found.themes)
            yield group, "exact", int(theme in gold.themes and theme in found.themes)


def _labels(one: Mention) -> list[tuple[str, str]]:
    kinds = [("kind", f"{one.layer} {one.kind}")] if one.kind else []
    return kinds + ([("status", f"{one.layer} {one.status}")] if one.status else [])


def _sliced(slices: Iterable[tuple[str, str]], layer: str) -> list[tuple[str, str]]:
    return [(group, f"{name} {layer}") for group, name in slices]


def _score(group: str, name: str, per_document: Mapping[str, Counter[str]]) -> LayerScore:
    table = np.array(
        [[c[what] for what in ("right", "exact", "gold", "found")] for _, c in sorted(per_document.items())]
    )
    right, exact, gold, found = (int(n) for n in table.sum(axis=0))
    low, high = interval(table, lambda sums: 2 * sums[:, 0] / np.maximum(1, sums[:, 2] + sums[:, 3]))
    return LayerScore(
        group=group,
        name=name,
        precision=right / max(1, found),
        recall=right / max(1, gold),
        f1=2 * right / max(1, gold + found),
        exact=2 * exact / max(1, gold + found),
        low=low,
        high=high,
        n_gold=gold,
        n_predicted=found,
        n_documents=len(table),
    )


def interval(table: np.ndarray, figure: Callable[[np.ndarray], np.ndarray]) -> tuple[float, float]:
    """Return the 95 % percentile interval of a figure of column sums, resampling (documents, columns).

    Of one document both ends are the figure itself.
    """
    rng, n = np.random.default_rng(SEED), len(table)
    drawn = rng.multinomial(n, [1 / n] * n, size=RESAMPLES)
    low, high = np.percentile(figure(drawn @ table), [2.5, 97.5])
    return float(low), float(high)


def _shares(pairs: Sequence[tuple[str, Pair]]) -> Iterator[LabelShare]:
    for layer in LAYERS:
        for what in ("kind", "status", "named"):
            labels = [(doc, str(getattr(a, what)), str(getattr(b, what))) for doc, (a, b) in pairs
                      if a.layer == layer and getattr(a, what)]  # fmt: skip
            if labels:
                yield _share(layer, what, labels)


def _share(layer: str, what: str, labels: Sequence[tuple[str, str, str]]) -> LabelShare:
    per_document: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for doc, a, b in labels:
        per_document[doc][0] += a == b
        per_document[doc][1] += 1
    table = np.array([per_document[doc] for doc in sorted(per_document)])
    low, high = interval(table, lambda sums: sums[:, 0] / np.maximum(1, sums[:, 1]))
    right, n = (int(one) for one in table.sum(axis=0))
    agreement = alpha([(a, b) for _, a, b in labels])
    return LabelShare(
        layer=layer, what=what, share=right / n, low=low, high=high, n=n, n_documents=len(table),
        alpha=agreement,
    )  # fmt: skip


def _confusion(pairs: Iterable[tuple[str, Pair]]) -> dict[str, dict[str, dict[str, int]]]:
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for _, (a, b) in pairs:
        for what in ("kind", "status"):
            if getattr(a, what):
                counts[f"{a.layer} {what}"][getattr(a, what)][str(getattr(b, what))] += 1
    return {name: {gold: dict(sorted(row.items())) for gold, row in sorted(table.items())}
            for name, table in sorted(counts.items())}  # fmt: skip


def _reliability(layer: str, values: Sequence[tuple[float, bool]]) -> Reliability:
    held: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, right in values:
        held[min(BINS - 1, int(score * BINS))].append((score, right))
    bins = tuple(
        (sum(s for s, _ in one) / len(one), sum(r for _, r in one) / len(one), len(one))
        for _, one in sorted(held.items())
    )
    error = sum(abs(claimed - true) * n for claimed, true, n in bins) / max(1, len(values))
    return Reliability(layer=layer, error=error, bins=bins)


def evaluate_file(gold: Path, settings: Settings) -> Evaluation:
    """Tag the sentences of a reference file with the tagger of the settings and return the report on them.

    Raises:
        InputError: the file is broken or empty.
        ModelError: the model is missing or damaged.
    """
    from pipeline import tag
    from pipeline.extractors import mentions
    from pipeline.learning import keywords

    reference = list(jsonl.labelled(gold))
    report = evaluate(gold, list(tag.tagged(reference, mentions.load(settings.tag.model))))
    plain = evaluate(gold, list(keywords.tagged(reference)))
    return replace(report, baseline=tuple(one for one in plain.scores if one.group == "layer"))


def report_lines(report: Evaluation) -> list[str]:
    """Return the report as lines for a terminal."""
    of = f"{counted(report.n_sentences, 'sentence')} of {counted(report.n_documents, 'document')}"
    lines = [f"{of}; F1 at IoU >= {OVERLAP}"]
    lines += ["", f"{'':34}  F1   (95 %)       exact  prec.  rec.   gold  found"]
    for group in dict.fromkeys(
        one.group for one in sorted(report.scores, key=lambda one: ORDER.index(one.group))
    ):
        lines += [SHOWN.get(group, group), *(_line(one) for one in report.scores if one.group == group)]
    if report.baseline:
        lines += ["layer, by keywords alone", *map(_line, report.baseline)]
    lines += ["", "right on matched spans"]
    lines += [
        f"  {one.layer} {one.what}".ljust(34)
        + f"  {one.share:.3f} {_ends(one)}  alpha {one.alpha:.3f}  n {one.n}"
        for one in report.shares
    ]
    torn = f"torn: they touch, but overlap too little (IoU < {OVERLAP})"
    lines += ["", f"what became of the spans of reference and tagger ({torn})"]
    lines += [
        f"  {layer}".ljust(34) + "  " + ", ".join(f"{what} {n}" for what, n in found.items())
        for layer, found in report.outcomes.items()
    ]
    lines += ["", "calibration (expected error)"]
    lines += [f"  {one.layer}".ljust(34) + f"  {one.error:.3f}" for one in report.reliability]
    return lines


def _line(one: LayerScore) -> str:
    figures = f"{one.exact:.3f}  {one.precision:.3f}  {one.recall:.3f}  {one.n_gold:5d}  {one.n_predicted:5d}"
    return f"  {one.name}".ljust(34) + f"  {one.f1:.3f} {_ends(one)}  {figures}"


def _ends(one: LayerScore | LabelShare) -> str:
    """Return an interval in the width of a column, "–" of fewer than two documents."""
    return (f"({one.low:.3f}-{one.high:.3f})" if one.n_documents > 1 else "–").ljust(13)
