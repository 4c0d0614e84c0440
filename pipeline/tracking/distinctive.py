"""Find concepts and words that a period, an issuer or a kind of document uses more often than the others.

Log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, section 3.5.1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa
from msgspec.structs import replace
from numpy.typing import NDArray

from pipeline.config import Track
from pipeline.knowledge import german
from pipeline.records import Record
from pipeline.schema.labels import LAYERS
from pipeline.tracking import cells, resample
from pipeline.tracking.cells import Floats
from pipeline.tracking.counts import Corpus, Ints, Small, small
from pipeline.tracking.forms import shown
from pipeline.tracking.resample import Z
from pipeline.tracking.views import Rows

TOP = 20  # items listed per group
PRIOR = 0.1  # weight of the prior, as a fraction of the smaller side
MIN_ITEM = 5  # occurrences in the group
MIN_SPREAD = 2  # documents of the group with the item, if it has so many documents
# Three letters or more, with the ending of »Bürger:innen«; abbreviations are left out.
WORD = "[A-Za-zÄÖÜäöüß][a-zäöüß-]+[a-zäöüß](?:[*:_]in(?:nen)?)?"

_CONCEPTS = """
    select concept_id as item, atom, count(*) as n from tagged join counted using (sid)
    where concept_id is not null and layer = '{}' group by all"""
_WORDS = f"""
    create or replace temp table spelled as
    select word, atom, count(*) as n from (
        select unnest(regexp_extract_all(text, '{WORD}')) as word, atom
        from sentences join counted using (sentence_id))
    group by all"""
_LEMMAS = "select item, atom, sum(n) as n from spelled join lemmas using (word) where item <> '' group by all"
_COUNTED = """
    create or replace temp table {} as
    with every as ({}), item as (
        select item, row_number() over (order by item) - 1 as position from (select distinct item from every))
    select position, item, atom, n from every join item using (item)"""
_FORMS = """
    select item, word, sum(n)::int from spelled join lemmas using (word) where item <> '' group by all"""
_ITEMS = """
    select item, coalesce(label, item), item in (from generic)
    from (select distinct position, item from {}) left join concepts on concept_id = item order by position"""
_IN_DOCUMENTS = """
    select position::int as item, doc::int as document, sum(n)::double as n
    from {} join atom using (atom) group by all order by all"""
_IN_SECTIONS = """
    select position as item, atom, n::double as n from {}
    where position in (select unnest(?)) order by all"""


class Tally(Record):
    """How often items occur in documents: one row per item and document, in this order."""

    over: str  # lemma, or the layer of concepts
    table: str  # temp table of their counts in each section
    items: tuple[str, ...]
    labels: tuple[str, ...]
    generic: NDArray[np.bool_]  # by item: whether it is counted but not listed
    item: Small
    document: Small
    n: Floats
    totals: Floats  # by section, for all items together


class Group(Record):
    """Some documents that are compared with all others."""

    name: str
    value: str
    inside: NDArray[np.bool_]  # by document


def words(base: duckdb.DuckDBPyConnection) -> list[str]:
    """Return all words of the sentences and store where they occur; call `counts.prepare` first."""
    base.execute(_WORDS)
    return [word for (word,) in base.execute("select distinct word from spelled order by word").fetchall()]


def distinctive(base: duckdb.DuckDBPyConnection, corpus: Corpus, settings: Track, lemmas: pa.Table) -> Rows:
    """Return the rows of `distinctive`, from the tables that `counts.prepare` and `words` made.

    `lemmas` is the result of `lemmatised` for these words.
    """
    rows: Rows = defaultdict(list)
    groups = list(_groups(corpus))
    for tally in _tallies(base, corpus, lemmas):
        for group in groups:
            _group(rows, base, corpus, tally, group, settings)
    return rows


def _groups(corpus: Corpus) -> Iterator[Group]:
    periods = [corpus.periods[period] if period >= 0 else "" for period in corpus.published]
    for name, values in (("period", periods), ("document_type", corpus.types), ("issuer", corpus.issuers)):
        labels = np.array(values, dtype=object)
        for value in sorted(set(labels[corpus.atom_document]) - {""}):
            inside = np.asarray(labels == value, dtype=bool)
            if not inside[corpus.atom_document].all():
                yield Group(name=name, value=value, inside=inside)


def _tallies(base: duckdb.DuckDBPyConnection, corpus: Corpus, lemmas: pa.Table) -> Iterator[Tally]:
    for layer in LAYERS:
        yield _tally(base, corpus, layer, _CONCEPTS.format(layer))
    base.register("lemmas", lemmas)
    tally = _tally(base, corpus, "lemma", _LEMMAS)
    uses: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for item, word, n in base.execute(_FORMS).fetchall():
        uses[item][word] = n
    base.unregister("lemmas")
    yield replace(tally, labels=tuple(shown(item, uses[item]) for item in tally.items))


def _tally(base: duckdb.DuckDBPyConnection, corpus: Corpus, over: str, counts: str) -> Tally:
    """Return the counts of items in documents; those in sections stay in a temp table."""
    table = f"counted_{over}"
    base.execute(_COUNTED.format(table, counts))
    items = base.execute(_ITEMS.format(table)).fetchall()
    rows = base.execute(_IN_DOCUMENTS.format(table)).fetchnumpy()
    sections = base.execute(f"select atom, sum(n)::double as n from {table} group by atom").fetchnumpy()
    totals = np.zeros(len(corpus.atom_document))
    totals[sections["atom"]] = sections["n"]
    return Tally(
        over=over,
        table=table,
        items=tuple(name for name, *_ in items),
        labels=tuple(label for _, label, _ in items),
        generic=np.array([generic for *_, generic in items], dtype=bool),
        item=small(rows["item"]),
        document=small(rows["document"]),
        n=np.asarray(rows["n"]),
        totals=totals,
    )


def lemmatised(words: Sequence[str]) -> pa.Table:
    """Return a table of words with their dictionary forms as `item`."""
    forms = [lemma(word) for word in words]
    return pa.table({"word": pa.array(words, pa.string()), "item": pa.array(forms, pa.string())})


def lemma(word: str) -> str:
    """Return the dictionary form of a word, or "" for function words and single letters."""
    if word.lower() in german.word_set("function", "words"):
        return ""
    form = german.lemma(german.ungender(word))
    return "" if form.lower() in german.word_set("function", "words") else form


def _group(
    rows: Rows, base: duckdb.DuckDBPyConnection, corpus: Corpus, tally: Tally, group: Group, settings: Track
) -> None:
    size, inside = len(tally.items), group.inside[tally.document]
    here, there = (_sums(tally.item[side], tally.n[side], size) for side in (inside, ~inside))
    if min(here.sum(), there.sum()) < cells.MIN_TEXT:
        return
    both = here + there
    prior = PRIOR * min(here.sum(), there.sum()) * both / both.sum()
    odds, z = log_odds(here, there, prior)
    spread = np.bincount(tally.item[inside], minlength=size)
    needed = min(MIN_SPREAD, len(np.intersect1d(np.flatnonzero(group.inside), corpus.atom_document)))
    fit = (z >= Z) & (here >= MIN_ITEM) & (spread >= needed) & ~tally.generic
    items = np.flatnonzero(fit)
    items = items[np.lexsort((items, -z[items]))][:TOP]
    if not len(items):
        return
    by_section = _by_section(base, tally, items)
    level, low, high = _interval(corpus, tally, group, items, by_section, prior, settings)
    for rank, at in enumerate(items):
        values = {
            "slice": group.name,
            "slice_value": group.value,
            "over": tally.over,
            "rank": rank + 1,
            "item": tally.items[at],
            "label": tally.labels[at],
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
        prior: pseudo-counts of the items, above 0 for items that occur.
    """
    weight = prior.sum()
    odds = _logit(here + prior, here.sum() + weight) - _logit(there + prior, there.sum() + weight)
    variance = 1 / (here + prior) + 1 / (there + prior)
    return odds, odds / np.sqrt(variance)


def _logit(n: Floats, total: Floats | float) -> Floats:
    return np.asarray(np.log(n) - np.log(total - n), dtype=np.float64)


def _sums(at: Ints | Small, n: Floats, size: int) -> Floats:
    return np.bincount(at, weights=n, minlength=size).astype(np.float64)


def _interval(
    corpus: Corpus,
    tally: Tally,
    group: Group,
    items: Ints,
    by_section: Floats,
    prior: Floats,
    settings: Track,
) -> tuple[str, Floats, Floats]:
    """Return what was resampled, and bootstrap intervals of the log-odds of some items."""
    rng = cells.generator(settings.seed, "distinctive", group.name, group.value, tally.over)
    draws, sizes, levels = [], [], []
    for side in (group.inside, ~group.inside):
        by_cluster, totals, level = _clusters(corpus, tally.totals, by_section, side)
        weights = resample.bootstrap_weights(len(totals), settings.resamples, rng)
        drawn = (weights @ totals)[:, None]
        draws.append(_logit(weights @ by_cluster + prior[items], drawn + prior.sum()))
        sizes.append(len(totals))
        levels.append(level)
    level = "sections" if "sections" in levels else "documents"
    if min(sizes) < resample.MIN_CLUSTERS:
        return "none", prior, prior
    return level, *resample.expanded_interval(draws[0] - draws[1], min(sizes))


def _by_section(base: duckdb.DuckDBPyConnection, tally: Tally, items: Ints) -> Floats:
    """Return the counts of some items, (sections, items)."""
    rows = base.execute(_IN_SECTIONS.format(tally.table), [items.tolist()]).fetchnumpy()
    order = np.argsort(items)
    counts = np.zeros((len(tally.totals), len(items)))
    counts[rows["atom"], order[np.searchsorted(items, rows["item"], sorter=order)]] = rows["n"]
    return counts


def _clusters(
    corpus: Corpus, totals: Floats, by_section: Floats, side: NDArray[np.bool_]
) -> tuple[Floats, Floats, str]:
    """Return the counts of some and of all items in the clusters of one side, and the kind of cluster."""
    atoms = np.flatnonzero((totals > 0) & side[corpus.atom_document])
    documents, document_at = np.unique(corpus.atom_document[atoms], return_inverse=True)
    if len(documents) < cells.MIN_DOCUMENTS:
        return by_section[atoms], totals[atoms], "sections"
    by_document = np.zeros((len(documents), by_section.shape[1]))
    np.add.at(by_document, document_at, by_section[atoms])
    return by_document, _sums(document_at, totals[atoms], len(documents)), "documents"
