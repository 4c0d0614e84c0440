"""Find what makes two cells hard to compare: different kinds of documents, issuers, or quality of reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.phrases import phrase
from pipeline.records import Record
from pipeline.tracking.cells import Cell
from pipeline.tracking.counts import Corpus

OVERLAP_TOLD = 0.75  # share of text of the same kinds; below, there is a warning
ISSUERS_TOLD = 0.5  # share of text from the same issuers; below, there is a warning
OCR_TOLD = 0.2  # difference in the share of pages read by OCR from which there is a warning

Mix = dict[str, float]
Scores = Mapping[tuple[str, str, str], tuple[float, float, float]]  # (document_type, period_id, layer)


class Comparison(Record):
    """What a difference between two cells could come from, other than the items counted."""

    alike: bool  # same kinds of documents; else a difference may be due to the kinds
    warnings: tuple[str, ...]  # in English, for the tables


def compare(corpus: Corpus, first: Cell, second: Cell, slice_: str) -> Comparison:
    """Return the comparison of two cells of one slice, the earlier first."""
    warnings = []
    kinds = [mixture(corpus.types, cell) for cell in (first, second)]
    alike = overlap(*kinds) >= OVERLAP_TOLD
    if not alike:
        warnings.append(phrase("mix", before=_told(kinds[0]), after=_told(kinds[1])))
    issuers = [mixture(corpus.speakers, cell) for cell in (first, second)]
    if slice_ == "document_type" and overlap(*issuers) < ISSUERS_TOLD:
        warnings.append(phrase("issuers", share=_percent(overlap(*issuers))))
    ocr = [_ocr(corpus, cell) for cell in (first, second)]
    if abs(ocr[1] - ocr[0]) >= OCR_TOLD:
        warnings.append(phrase("ocr_shift", before=_percent(ocr[0]), after=_percent(ocr[1])))
    return Comparison(alike=alike, warnings=tuple(warnings))


def least_alike(corpus: Corpus, pairs: Sequence[tuple[Cell, Cell]]) -> tuple[Cell, Cell]:
    """Return the pair of cells with the least in common in kinds of documents, then in issuers."""

    def common(pair: tuple[Cell, Cell]) -> tuple[float, ...]:
        return tuple(
            overlap(*(mixture(labels, cell) for cell in pair)) for labels in (corpus.types, corpus.speakers)
        )

    return min(pairs, key=common)


def drift(corpus: Corpus, f1: Scores, first: Cell, second: Cell, layer: str) -> tuple[str, ...]:
    """Return a warning for each document type whose F1 in two periods differs by more than its intervals.

    Only within a type: of bills and of manifestos it differs anyway, and `compare` tells if their mix does.
    """
    periods = [corpus.periods[cell.period] for cell in (first, second)]
    types = set.intersection(*({corpus.types[one] for one in cell.documents} for cell in (first, second)))
    warnings = []
    for kind in sorted(types):
        before, after = (f1.get((kind, period, layer)) for period in periods)
        if before and after and (before[1] > after[2] or after[1] > before[2]):
            warnings.append(phrase("drift", kind=kind, before=f"{before[0]:.2f}", after=f"{after[0]:.2f}"))
    return tuple(warnings)


def mixture(labels: tuple[str, ...], cell: Cell) -> Mix:
    """Return the share of each label in a cell's sentences."""
    sums: dict[str, float] = defaultdict(float)
    for document, sentences in zip(cell.documents, cell.document_totals[:, 0], strict=True):
        sums[labels[document]] += float(sentences)
    total = sum(sums.values())
    return {label: sums[label] / total for label in sorted(sums)}


def overlap(first: Mix, second: Mix) -> float:
    """Return the share that two mixtures have in common, 0..1 (1 - total variation distance)."""
    return sum(min(share, second.get(label, 0.0)) for label, share in first.items())


def _told(mix: Mix) -> str:
    largest = sorted(mix.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
    return ", ".join(f"{label} {_percent(share)}" for label, share in largest)


def _percent(share: float) -> str:
    return "< 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def _ocr(corpus: Corpus, cell: Cell) -> float:
    pages = int(corpus.pages[cell.documents].sum())
    return float(corpus.pages_ocr[cell.documents].sum()) / pages if pages else 0.0
