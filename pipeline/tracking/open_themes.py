"""Find open themes: clusters of sampled sentences by meaning, with terms, lasting ids, and shares.

The sample has equally many sentences of each period, those with the smallest hashes of their text, so that
added documents replace few of them. Terms are weighted by c-TF-IDF on lemmas (Grootendorst 2022).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from types import MappingProxyType

import duckdb
import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.config import OpenThemes, Track
from pipeline.knowledge import german
from pipeline.knowledge.toml import load
from pipeline.phrases import SEPARATOR
from pipeline.records import Record
from pipeline.tracking import cells, resample
from pipeline.tracking.carried import Members, carried
from pipeline.tracking.cells import Cell
from pipeline.tracking.counts import Corpus, Ints
from pipeline.tracking.forms import shown
from pipeline.tracking.spherical import Floats, cluster, nearest, unit
from pipeline.tracking.themebook import Book, Entry, is_of, packed, root, unpacked
from pipeline.tracking.vectors import Vectors
from pipeline.tracking.views import Rows
from pipeline.versions import digest

PER_THEME = 50  # sentences that a theme should have on average; fewer sentences give fewer themes
LEAST = 5  # themes; if a sample is too small for so many, there are none
DISSOLVED = 8  # sentences; smaller clusters are accidents
ALIKE = 0.6  # cosine from which a cluster is the theme of an earlier run
TERMS, LABEL, SHOWN = 10, 3, 5  # terms of a theme, terms in its label; example sentences
HEADING = 80  # letters of the heading above that are read with a sentence, as it often names the subject
OFTEN = 3  # sentences of a theme in which a term must occur
# a whole word, not »Lärm-« of »Lärm- und Brandschutz«, and whether a capital letter follows
_WORD = re.compile(r"([^\W\d_]{3,})\b(?!-(?!\w))(?=(\s[A-ZÄÖÜ])?)")

_SAMPLE = f"""
    with wanted as (
        select s.sentence_id, s.text, h.period, t.atom, t.is_sentence, md5(s.text) as hash,
               coalesce(p.heading_path[-1], '')[:{HEADING}] as heading
        from counted t join sentences s using (sentence_id) join passages p using (passage_id)
        join period h on h.period_id = t.period_published
        where len(s.text) between 40 and 400),
    ranked as (
        select *, row_number() over (partition by period order by hash, sentence_id) as rank from wanted)
    select sentence_id, if(heading = '', text, heading || ': ' || text), period, atom, is_sentence from ranked
    where rank <= ? // (select greatest(count(distinct period), 1) from wanted) order by hash, sentence_id"""


class Formal(Record, forbid_unknown_fields=True):
    """Words that say how papers are made and sittings go, not what they are about."""

    papers: str
    sittings: str


class Sample(Record):
    """Sampled sentences, in the order of their hashes."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]  # with the headings above them
    period: Ints
    atom: Ints
    is_sentence: NDArray[np.bool_]  # whether it has the form of one, and is no heading or cell
    encoder: str  # of their vectors
    weights: str  # hash of its files, "" if unknown
    themes: int  # to be sought


def draw(base: duckdb.DuckDBPyConnection, wanted: OpenThemes, weights: str = "") -> Sample | None:
    """Return equally many sentences of each period, or None if too few; call `counts.prepare` first."""
    rows = base.execute(_SAMPLE, [wanted.sentences]).fetchall()
    themes = min(wanted.themes, len(rows) // PER_THEME)
    if themes < LEAST:
        return None
    ids, texts, periods, atoms, whole = zip(*rows, strict=True)
    return Sample(
        ids=ids,
        texts=texts,
        period=np.array(periods, dtype=np.int64),
        atom=np.array(atoms, dtype=np.int64),
        is_sentence=np.array(whole, dtype=np.bool_),
        encoder=wanted.encoder,
        weights=weights,
        themes=themes,
    )


def open_themes(
    base: duckdb.DuckDBPyConnection,
    corpus: Corpus,
    settings: Track,
    book: Book,
    sample: Sample,
    vectors: Vectors,
    before: Members = MappingProxyType({}),
) -> tuple[Rows, Book]:
    """Return the rows of `open_themes` and the updated book; call `counts.prepare` first.

    Args:
        base: the connection given to `counts.prepare`.
        corpus: the result of `counts.prepare`.
        settings: number of resamples, and seed.
        book: the open themes so far.
        sample: sentences from `draw`.
        vectors: vectors of their texts, (texts, dimensions).
        before: themes of the sentences if the book is of another encoder.
    """
    is_same = is_of(book, encoder=sample.encoder, weights=sample.weights)
    known = book if is_same else Book()
    directions = unit(vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64))
    drawn = digest(sample.encoder, str(sample.themes), *sample.ids)[:16]
    centroids, member = _clusters(directions, sample.themes, known, drawn, settings.seed)
    ids = _matched(known, centroids)
    if not is_same:
        known, ids = carried(book, before, sample.texts, member, ids)
    book = msgspec.structs.replace(known, encoder=sample.encoder, weights=sample.weights)
    terms = _terms(sample.texts, corpus.atom_document[sample.atom], member, len(centroids))
    kept = _kept(book, drawn, ids, centroids, member, terms)
    joined = np.array([root(kept, theme) for theme in ids], dtype=np.str_)[member]
    likeness = (directions * centroids[member]).sum(axis=1)
    in_periods = cells.whole(base, corpus, "published", resamples=settings.resamples, seed=settings.seed)
    return _rows(in_periods, corpus, sample, joined, likeness, kept), kept


def _clusters(vectors: Floats, n: int, book: Book, drawn: str, seed: int) -> tuple[Floats, Ints]:
    """Return centroids, rounded as in the book, and the cluster of each sentence.

    Clusters start at the centroids in the book: those pinned, then the largest, up to n. For the sample that
    the book was made from, they stay there.
    """
    alive = [entry for entry in book.theme if entry.centroid and (entry.pin or entry.n)]
    pins = sum(entry.pin for entry in alive)
    before = sorted(alive, key=lambda entry: (not entry.pin, -entry.n, entry.id))
    before = before if drawn == book.sample else before[: max(n, pins)]
    start = np.array([entry.direction() for entry in before]).reshape(-1, vectors.shape[1])
    if drawn != book.sample:
        start, _ = cluster(
            vectors, n=n, start=start, fixed=pins, least=DISSOLVED,
            rng=cells.generator(seed, "open themes"),
        )  # fmt: skip
    centroids = np.array([unpacked(packed(centroid)) for centroid in start])
    return centroids, nearest(vectors, centroids)


def _matched(book: Book, centroids: Floats) -> list[str]:
    """Return the id of each cluster: that of the most similar theme, else one made from its direction."""
    known = [entry for entry in book.theme if entry.centroid]
    ids = [f"ot-{digest(packed(centroid))[:8]}" for centroid in centroids]
    if not known:
        return ids
    alike = centroids @ np.array([entry.direction() for entry in known]).T
    used: set[str] = set()
    matched: set[int] = set()
    for at in np.argsort(-alike, axis=None, kind="stable"):
        row, column = divmod(int(at), len(known))
        if alike[row, column] < ALIKE:
            break
        if row not in matched and known[column].id not in used:
            ids[row] = known[column].id
            matched.add(row)
            used.add(known[column].id)
    return ids


def _kept(
    book: Book,
    drawn: str,
    ids: Sequence[str],
    centroids: Floats,
    member: Ints,
    terms: Sequence[tuple[str, ...]],
) -> Book:
    """Return the book with the new results, leaving what a person wrote unchanged."""
    old = {entry.id: entry for entry in book.theme}
    sizes = np.bincount(member, minlength=len(centroids)).tolist()
    entries, events = {}, [book.history] if book.history else []
    for theme, centroid, size, words in zip(ids, centroids, sizes, terms, strict=True):
        entry = old.get(theme, Entry(id=theme, born=drawn))
        if theme not in old or (size and not entry.n):
            events.append(f"{'revival' if theme in old else 'birth'} {theme}")
        label = ", ".join(words[:LABEL]) or entry.label
        where = entry.centroid if entry.pin and entry.centroid else packed(centroid)
        entries[theme] = msgspec.structs.replace(entry, label=label, terms=words, n=size, centroid=where)
    for theme, entry in old.items():
        if theme not in entries:
            events += [f"death {theme}"] if entry.n else []
            entries[theme] = msgspec.structs.replace(entry, n=0)
    ordered = sorted(entries.values(), key=lambda entry: (-entry.n, entry.id))
    return msgspec.structs.replace(book, sample=drawn, theme=tuple(ordered), history="\n".join(events))


def _terms(texts: Sequence[str], documents: Ints, member: Ints, n: int) -> list[tuple[str, ...]]:
    """Return the nouns that distinguish each cluster, strongest first, by n * log(1 + A / f).

    n: sentences of the cluster with the noun; f: of all clusters; A: nouns of the average cluster. Nouns
    of one document alone (misread ones, names of speakers) come last.
    """
    counted: list[Counter[str]] = [Counter() for _ in range(n)]
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    used_in: defaultdict[str, set[int]] = defaultdict(set)
    for text, document, at in zip(texts, documents.tolist(), member, strict=True):
        nouns = list(_nouns(text))
        counted[at].update({lemma for lemma, _ in nouns})
        for lemma, form in nouns:
            forms[lemma][form] += 1
            used_in[lemma].add(document)
    every: Counter[str] = Counter()
    for of_cluster in counted:
        every.update(of_cluster)
    average = every.total() / n
    terms = []
    for of_cluster in counted:
        often = {term: k for term, k in of_cluster.items() if k >= OFTEN}
        weight = {term: k * np.log(1 + average / every[term]) for term, k in often.items()}
        best = sorted(weight, key=lambda term: (len(used_in[term]) == 1, -weight[term], term))[:TERMS]
        terms.append(tuple(shown(term, forms[term]) for term in best))
    return terms


def _nouns(text: str) -> Iterator[tuple[str, str]]:
    """Yield the nouns of a text, as lemmas and as they stand there."""
    function, formal = german.word_set("function", "words"), _formal()
    for word, after in _WORD.findall(german.ungender(text)):
        if word[0].isupper() and word.lower() not in function:
            lemma = german.lemma(word)
            is_part = bool(after) and german.is_adjective(word)  # of a name: »Vereinte Nationen«
            if lemma[:1].isupper() and lemma not in formal and not is_part:
                yield lemma, word


@cache
def _formal() -> frozenset[str]:
    words = load("formal_words", Formal)
    return frozenset((*words.papers.split(), *words.sittings.split()))


def _rows(
    in_periods: Sequence[Cell],
    corpus: Corpus,
    sample: Sample,
    joined: NDArray[np.str_],
    likeness: Floats,
    book: Book,
) -> Rows:
    named = {entry.id: entry for entry in book.theme}
    born = {entry.id for entry in book.theme if entry.born == book.sample}
    themes, theme = np.unique(joined, return_inverse=True)
    rows: Rows = defaultdict(list)
    for cell in in_periods:
        inside = np.flatnonzero(sample.period == cell.period)
        shares = _shares(cell, cell.cluster_of[sample.atom[inside]], theme[inside], len(themes))
        for at, theme_id in enumerate(themes.tolist()):
            members = inside[theme[inside] == at]
            best = members[np.lexsort((-likeness[members], ~sample.is_sentence[members]))][:SHOWN]
            values = {
                "theme_id": theme_id, "period_id": corpus.periods[cell.period],
                "label": named[theme_id].name or named[theme_id].label, "terms": list(named[theme_id].terms),
                "state": "new" if theme_id in born else "continued",
                "n": len(members), "n_sampled": len(inside),
                **{name: value[at] for name, value in shares.items()}, "level": cell.level,
                "n_documents": len(np.unique(corpus.atom_document[sample.atom[members]])),
                "sentences": [sample.ids[place] for place in best],
                "coverage_warning": SEPARATOR.join(cell.coverage) or None,
            }  # fmt: skip
            for name, value in values.items():
                rows[name].append(value)
    return rows


def _shares(cell: Cell, clusters: Ints, theme: Ints, n: int) -> dict[str, list[float | None]]:
    """Return share, low and high of each theme among the sampled sentences of a cell."""
    empty: list[float | None] = [None] * n
    if len(clusters) < cells.MIN_TEXT:
        return {"share": empty, "low": empty, "high": empty}
    by_cluster = np.zeros((cell.clusters, n))
    np.add.at(by_cluster, (clusters, theme), 1.0)
    count, total = by_cluster.sum(axis=0), by_cluster.sum(axis=1)
    share = count / total.sum()
    if cell.level == "none":
        return {"share": share.tolist(), "low": empty, "high": empty}
    variance = resample.variance(by_cluster, np.tile(total[:, None], n), share)
    effective = resample.effective(share, np.full(n, total.sum()), variance, cell.clusters)
    replicates = resample.ratio(cell.weights @ by_cluster, np.tile((cell.weights @ total)[:, None], n))
    even = resample.even_clusters(total[:, None])
    low, high = resample.share_interval(replicates, even, share * effective, effective)
    return {"share": share.tolist(), "low": low.tolist(), "high": high.tolist()}
