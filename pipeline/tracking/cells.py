"""Arrange counts in cells: one slice of the corpus in one period, with the clusters to be resampled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b

import duckdb
import numpy as np
from numpy.typing import NDArray

from pipeline.phrases import phrase
from pipeline.records import Record
from pipeline.schema.values import Level
from pipeline.tracking import resample
from pipeline.tracking.counts import COLUMNS, Base, Corpus, Facts, Ints, count_base

Floats = NDArray[np.float64]
MIN_DOCUMENTS = 8  # number from which documents are resampled; below, their sections are
MIN_TEXT = 20  # units of a denominator; with fewer, one sentence changes a share by more than five points
MIN_SLICE = 50  # sentences that a document type or issuer needs to be a slice of its own
LOST_TOLD = 0.02  # share of lost pages from which a cell has a warning
OCR_TOLD = 0.20  # share of pages read by OCR from which a cell has a warning
BY_HAND = 0.1  # share of a layer's mentions labelled by people from which its errors are not the tagger's
FEW_DOCUMENTS = 3  # fewer documents are single texts rather than a sample


class Part(Record):
    """A part of the corpus: all, or the documents of one type or issuer."""

    slice: str
    value: str
    documents: NDArray[np.bool_]


class Cell(Record):
    """One part in one period; clusters are documents or sections, in the order of the corpus."""

    period: int
    level: Level
    importance: Floats  # of each cluster; 1 if all sentences count equally
    document_importance: Floats
    weights: Floats  # (resamples, clusters): how often drawn, times importance; no rows without resampling
    cluster_of: Ints  # position of an atom's cluster, -1 outside the cell
    document_of: Ints  # position of an atom's document inside the cell, -1 outside
    first_clusters: Ints  # position of each document's first cluster
    totals: Floats  # (clusters, COLUMNS)
    even: Floats  # number of clusters if they had equal amounts of text, by COLUMNS
    replicate_totals: Floats  # (resamples, COLUMNS), weighted
    document_totals: Floats  # (documents, COLUMNS)
    documents: Ints  # positions in the corpus
    coverage: tuple[str, ...]

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return len(self.totals)

    @property
    def has_text(self) -> bool:
        """Whether there are enough sentences for a share of them."""
        return bool(self.totals[:, 0].sum() >= MIN_TEXT)


def parts(corpus: Corpus, base: Base) -> Iterator[Part]:
    """Yield the whole corpus, then each document type and issuer with enough text."""
    sentences = np.bincount(
        corpus.atom_document[base.atom], weights=base.amounts[:, 0], minlength=len(corpus.document_ids)
    )
    yield Part(slice="all", value="all", documents=np.ones(len(sentences), dtype=bool))
    for name, values in (("document_type", corpus.types), ("issuer", corpus.issuers)):
        labels = np.array(values, dtype=object)
        for value in sorted(set(values) - {""}):
            inside = np.asarray(labels == value, dtype=bool)
            if sentences[inside].sum() >= MIN_SLICE:
                yield Part(slice=name, value=value, documents=inside)


def cells(
    corpus: Corpus,
    base: Base,
    basis: str,
    part: Part,
    *,
    resamples: int,
    seed: int,
    weights: str = "none",
) -> tuple[Cell, ...]:
    """Return the cells of a part that contain text, in the order of their periods.

    `weights` says what has equal weight within a cell: sentences (none), documents, their types or
    issuers; or that documents have the weights given in the manifest.
    """
    inside = part.documents[corpus.atom_document[base.atom]]
    found = []
    for period in np.unique(base.period[inside]):
        rows = np.flatnonzero(inside & (base.period == period))
        if weights == "manifest":
            rows = _weighing(corpus, base, rows)
        here = Base(period=base.period[rows], atom=base.atom[rows], amounts=base.amounts[rows])
        rng = generator(seed, basis, part.slice, part.value, corpus.periods[period])
        draw = partial(resample.bootstrap_weights, resamples=resamples, rng=rng)
        coverage = _coverage(corpus, here, basis, part)
        if weights == "manifest" and not corpus.weights[corpus.atom_document[here.atom]].any():
            coverage = (*coverage, phrase("unweighted"))
        found.append(_cell(corpus, here, weights, draw, coverage))
    return tuple(found)


def _weighing(corpus: Corpus, base: Base, rows: Ints) -> Ints:
    """Return the rows whose documents have a weight above 0, all of them if none has."""
    stated = corpus.weights[corpus.atom_document[base.atom[rows]]]
    return rows[stated > 0] if stated.any() else rows


def whole(
    base: duckdb.DuckDBPyConnection, corpus: Corpus, basis: str, *, resamples: int, seed: int
) -> tuple[Cell, ...]:
    """Return the cells of the whole corpus in the order of periods, with equal weights of sentences."""
    divided = count_base(base, basis)
    every = next(parts(corpus, divided))
    return cells(corpus, divided, basis, every, resamples=resamples, seed=seed)


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return a generator that depends only on the seed and the purpose for which it is used."""
    digest = blake2b("\x1f".join(names).encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(digest, "big")])


def _cell(
    corpus: Corpus, here: Base, weighted: str, draw: Callable[[int], Floats], coverage: tuple[str, ...]
) -> Cell:
    """Return the cell of the amounts of one part in one period; `draw` resamples a number of clusters."""
    atoms = here.atom
    documents, document_at = np.unique(corpus.atom_document[atoms], return_inverse=True)
    by_document = len(documents) >= MIN_DOCUMENTS
    cluster_at = document_at if by_document else np.arange(len(atoms))
    n = int(cluster_at.max()) + 1
    level: Level = "none" if n < resample.MIN_CLUSTERS else "documents" if by_document else "sections"
    document_totals = _sums(here.amounts, document_at, len(documents))
    document_importance = _importance(corpus, documents, document_totals[:, 0], weighted)
    importance = np.empty(n)
    importance[cluster_at] = document_importance[document_at]
    weights = np.empty((0, n)) if level == "none" else draw(n)
    weights *= importance
    totals = _sums(here.amounts, cluster_at, n)
    return Cell(
        period=int(here.period[0]),
        level=level,
        importance=importance,
        document_importance=document_importance,
        weights=weights,
        cluster_of=_places(corpus, atoms, cluster_at),
        document_of=_places(corpus, atoms, document_at),
        first_clusters=np.arange(n) if by_document else np.flatnonzero(np.diff(document_at, prepend=-1)),
        totals=totals,
        even=resample.even_clusters(totals * importance[:, None]),
        replicate_totals=weights @ totals,
        document_totals=document_totals,
        documents=documents,
        coverage=coverage,
    )


def _importance(corpus: Corpus, documents: Ints, sentences: Floats, weighted: str) -> Floats:
    """Return the weight of a sentence of each document, so that documents or groups have their weights.

    The mean over all sentences is 1. If all documents have weight 0, all sentences count equally.
    """
    stated = corpus.weights[documents]
    if weighted == "none" or (weighted == "manifest" and not stated.any()):
        return np.ones(len(documents))
    if weighted == "manifest":
        return np.asarray(sentences.sum() / stated.sum() * stated / sentences, dtype=np.float64)
    labels = {"document": corpus.document_ids, "document_type": corpus.types, "issuer": corpus.speakers}
    named = np.array(labels[weighted], dtype=object)[documents]
    groups, group_at = np.unique(named.astype(str), return_inverse=True)
    of_group = np.bincount(group_at, weights=sentences)
    return np.asarray(sentences.sum() / len(groups) / of_group[group_at], dtype=np.float64)


def _places(corpus: Corpus, atoms: Ints, positions: Ints) -> Ints:
    places = np.full(len(corpus.atom_document), -1, dtype=np.int64)
    places[atoms] = positions
    return places


def _sums(amounts: Floats, groups: Ints, n: int) -> Floats:
    columns = [np.bincount(groups, weights=column, minlength=n) for column in amounts.T]
    return np.column_stack(columns)


def _coverage(corpus: Corpus, here: Base, basis: str, part: Part) -> tuple[str, ...]:
    """Return warnings about a part in one period: few documents, or pages that are lost or hard to read."""
    documents, period = np.unique(corpus.atom_document[here.atom]), here.period[0]
    warnings = []
    unread = 0
    if basis == "published":
        unread = int((corpus.failed & part.documents & (corpus.published == period)).sum())
    pages, lost, ocr = (
        int(of[documents].sum()) for of in (corpus.pages, corpus.pages_lost, corpus.pages_ocr)
    )
    if len(documents) < FEW_DOCUMENTS:
        warnings.append(phrase("one_document" if len(documents) == 1 else "few_documents", n=len(documents)))
    if unread:
        warnings.append(phrase("unread", n=unread))
    if pages and lost / pages >= LOST_TOLD:
        warnings.append(phrase("lost", n=lost, of=pages))
    if pages and ocr / pages >= OCR_TOLD:
        warnings.append(phrase("ocr", n=ocr, of=pages))
    return tuple(warnings)


def by_hand(corpus: Corpus, cell: Cell) -> frozenset[str]:
    """Return the layers of a cell in which people have labelled many mentions."""
    inside = cell.cluster_of >= 0
    every, labelled = corpus.mentions[inside].sum(0), corpus.by_person[inside].sum(0)
    return frozenset(COLUMNS[at] for at in np.flatnonzero(labelled >= BY_HAND * np.maximum(every, 1)))


def count_matrix(facts: Facts, rows: slice | Ints, cell: Cell, items: Ints) -> Floats:
    """Return counts of some items in a cell, (clusters, items).

    Args:
        facts: counts of all items.
        rows: the rows of `facts` that hold the items, possibly among others.
        cell: the cell to count in.
        items: positions of the items, ascending.
    """
    period, atom, item, n = facts.period[rows], facts.atom[rows], facts.item[rows], facts.n[rows]
    at = np.searchsorted(items, item)
    at[at == len(items)] = 0
    inside = (period == cell.period) & (cell.cluster_of[atom] >= 0) & (items[at] == item)
    places = cell.cluster_of[atom[inside]] * len(items) + at[inside]
    flat: Floats = np.bincount(places, n[inside], cell.clusters * len(items)).astype(np.float64)
    return flat.reshape(cell.clusters, len(items))
