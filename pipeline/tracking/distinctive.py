"""What is said more often here than elsewhere: concepts and words of a period, an issuer, a kind of document.

Log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, section 3.5.1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import duckdb
import numpy as np
from numpy.typing import NDArray

from pipeline.knowledge import german
from pipeline.records import Record
from pipeline.tracking import cells, resample
from pipeline.tracking.cells import Floats
from pipeline.tracking.counts import Corpus, Ints
from pipeline.tracking.resample import Z
from pipeline.tracking.views import Options, Rows

TOP = 20  # items told of each group
PRIOR = 0.1  # what the prior weighs, as a part of the smaller side
MIN_ITEM = 5  # occurrences in the group
MIN_SPREAD = 2  # documents of the group with the item, where it has so many
# Three letters and more, with the ending of »Bürger:innen«; abbreviations are left out.
WORD = "[A-Za-zÄÖÜäöüß][a-zäöüß-]+[a-zäöüß](?:[*:_]in(?:nen)?)?"

_CONCEPTS = """
    select layer as over, concept_id as item, atom, count(*) as n
    from found join told using (sid) where concept_id is not null group by all order by all"""
_WORDS = f"""
    create or replace temp table spelled as
    select word, atom, count(*) as n from (
        select unnest(regexp_extract_all(text, '{WORD}')) as word, atom
        from sentences join told using (sentence_id))
    group by all;
    create or replace temp table word as
    select word, row_number() over (order by word) - 1 as position from (select distinct word from spelled);
"""


class Tally(Record):
    """How often items occur in the sections of the corpus, ordered by item, then section."""

    over: str  # lemma, or the layer of concepts
    items: tuple[str, ...]
    item: Ints
    atom: Ints
    n: Floats


class Group(Record):
    """Some documents that are set against all others."""

    name: str
    value: str
    inside: NDArray[np.bool_]  # of each section


def distinctive(base: duckdb.DuckDBPyConnection, corpus: Corpus, options: Options) -> Rows:
    """Return the rows of `distinctive`, from the tables that `counts.prepare` made."""
    rows: Rows = defaultdict(list)
    groups = list(_groups(corpus))
    for tally in _tallies(base):
        for group in groups:
            _group(rows, corpus, tally, group, options)
    return rows


def _groups(corpus: Corpus) -> Iterator[Group]:
    periods = [corpus.periods[period] if period >= 0 else "" for period in corpus.published]
    for name, values in (("period", periods), ("document_type", corpus.types), ("issuer", corpus.issuers)):
        labels = np.array(values, dtype=object)[corpus.atom_document]
        for value in sorted(set(labels) - {""}):
            inside = np.asarray(labels == value, dtype=bool)
            if not inside.all():
                yield Group(name=name, value=value, inside=inside)


def _tallies(base: duckdb.DuckDBPyConnection) -> Iterator[Tally]:
    rows = base.execute(_CONCEPTS).fetchnumpy()
    over = np.asarray(rows["over"], dtype=object)
    for layer in ("challenge", "instrument", "actor"):
        inside = over == layer
        yield _tally(layer, *(np.asarray(rows[name])[inside] for name in ("item", "atom", "n")))
    base.execute(_WORDS)
    words = base.execute("select word from word order by position").fetchall()
    rows = base.execute(
        "select position, atom, n from spelled join word using (word) order by all"
    ).fetchnumpy()
    lemmas = np.array([lemma(word) for (word,) in words], dtype=object)
    told = np.flatnonzero(lemmas != "")
    items, item = np.unique(lemmas[told].astype(str), return_inverse=True)
    position = np.full(len(lemmas), -1, dtype=np.int64)
    position[told] = item
    at = position[np.asarray(rows["position"])]
    atom = np.asarray(rows["atom"], dtype=np.int64)
    kept = np.flatnonzero(at >= 0)
    kept = kept[np.lexsort((atom[kept], at[kept]))]
    yield Tally(
        over="lemma",
        items=tuple(map(str, items)),
        item=at[kept],
        atom=atom[kept],
        n=np.asarray(rows["n"])[kept].astype(np.float64),
    )


def _tally(over: str, names: NDArray[np.object_], atom: Ints, n: Ints) -> Tally:
    items, item = np.unique(names.astype(str), return_inverse=True)
    return Tally(
        over=over,
        items=tuple(map(str, items)),
        item=item.astype(np.int64),
        atom=atom.astype(np.int64),
        n=n.astype(np.float64),
    )


def lemma(word: str) -> str:
    """Return the dictionary form of a word; empty for function words and single letters."""
    if word.lower() in german.word_set("function", "words"):
        return ""
    found = german.lemma(german.ungender(word))
    return "" if found.lower() in german.word_set("function", "words") else found


def _group(rows: Rows, corpus: Corpus, tally: Tally, group: Group, options: Options) -> None:
    size, inside = len(tally.items), group.inside[tally.atom]
    here, there = (_sums(tally.item[side], tally.n[side], size) for side in (inside, ~inside))
    if min(here.sum(), there.sum()) < cells.MIN_TEXT:
        return
    both = here + there
    prior = PRIOR * min(here.sum(), there.sum()) * both / both.sum()
    odds, z = log_odds(here, there, prior)
    spread = _documents_with(corpus, tally, inside)
    needed = min(MIN_SPREAD, len(np.unique(corpus.atom_document[group.inside])))
    fit = (z >= Z) & (here >= MIN_ITEM) & (spread >= needed)
    items = np.flatnonzero(fit)
    items = items[np.lexsort((items, -z[items]))][:TOP]
    if not len(items):
        return
    level, low, high = _interval(corpus, tally, group, items, prior, options)
    for rank, at in enumerate(items):
        values = {
            "slice": group.name,
            "slice_value": group.value,
            "over": tally.over,
            "rank": rank + 1,
            "item": tally.items[at],
            "n": int(here[at]),
            "of": int(here.sum()),
            "n_elsewhere": int(there[at]),
            "of_elsewhere": int(there.sum()),
            "log_odds": float(odds[at]),
            "z": float(z[at]),
            "low": None if level == "none" else float(low[rank]),
            "high": None if level == "none" else float(high[rank]),
            "level": level,
            "n_documents": int(spread[at]),
        }
        for name, value in values.items():
            rows[name].append(value)


def log_odds(here: Floats, there: Floats, prior: Floats) -> tuple[Floats, Floats]:
    """Return the log-odds ratio of each item and its z-score (Monroe et al. 2008, equations 16 to 22).

    Args:
        here: counts of all items in the group.
        there: counts of the same items elsewhere.
        prior: pseudo-counts of the items, above 0 where an item occurs.
    """
    weight = prior.sum()
    odds = _logit(here + prior, here.sum() + weight) - _logit(there + prior, there.sum() + weight)
    variance = 1 / (here + prior) + 1 / (there + prior)
    return odds, odds / np.sqrt(variance)


def _logit(n: Floats, total: Floats | float) -> Floats:
    return np.asarray(np.log(n) - np.log(total - n), dtype=np.float64)


def _sums(at: Ints, n: Floats, size: int) -> Floats:
    return np.bincount(at, weights=n, minlength=size).astype(np.float64)


def _documents_with(corpus: Corpus, tally: Tally, inside: NDArray[np.bool_]) -> Ints:
    items, documents = tally.item[inside], corpus.atom_document[tally.atom[inside]]
    first = (np.diff(items, prepend=-1) != 0) | (np.diff(documents, prepend=-1) != 0)
    return np.bincount(items[first], minlength=len(tally.items))


def _interval(
    corpus: Corpus, tally: Tally, group: Group, items: Ints, prior: Floats, options: Options
) -> tuple[str, Floats, Floats]:
    """Return what was resampled, and the bootstrap interval of the log-odds of some items."""
    rng = cells.generator(options.seed, "distinctive", group.name, group.value, tally.over)
    draws, sizes, levels = [], [], []
    for side in (group.inside, ~group.inside):
        by_cluster, totals, level = _clusters(corpus, tally, side, items)
        weights = resample.bootstrap_weights(len(totals), options.resamples, rng)
        drawn = (weights @ totals)[:, None]
        draws.append(_logit(weights @ by_cluster + prior[items], drawn + prior.sum()))
        sizes.append(len(totals))
        levels.append(level)
    level = "sections" if "sections" in levels else "documents"
    if min(sizes) < resample.MIN_CLUSTERS:
        return "none", prior, prior
    return level, *resample.expanded_interval(draws[0] - draws[1], min(sizes))


def _clusters(
    corpus: Corpus, tally: Tally, side: NDArray[np.bool_], items: Ints
) -> tuple[Floats, Floats, str]:
    """Return counts of items and of all items in the clusters of one side, and what the clusters are."""
    filled = np.zeros(len(corpus.atom_document), dtype=np.bool_)
    filled[tally.atom] = True
    atoms = np.flatnonzero(filled & side)
    documents, document_at = np.unique(corpus.atom_document[atoms], return_inverse=True)
    by_document = len(documents) >= cells.MIN_DOCUMENTS
    place = np.full(len(corpus.atom_document), -1, dtype=np.int64)
    place[atoms] = document_at if by_document else np.arange(len(atoms))
    size = len(documents) if by_document else len(atoms)
    rows = np.flatnonzero(place[tally.atom] >= 0)
    totals = _sums(place[tally.atom[rows]], tally.n[rows], size)
    column = np.full(len(tally.items), -1, dtype=np.int64)
    column[items] = np.arange(len(items))
    chosen = rows[column[tally.item[rows]] >= 0]
    flat_at = place[tally.atom[chosen]] * len(items) + column[tally.item[chosen]]
    flat = _sums(flat_at, tally.n[chosen], size * len(items))
    return flat.reshape(size, len(items)), totals, "documents" if by_document else "sections"
