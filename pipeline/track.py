"""Compute trends from tables: shares of every item in every period, changes, and lives of concepts.

Which mentions there are was decided before; here they are only counted, resampled and tested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from pipeline.cards import model_hash
from pipeline.errors import PipelineError
from pipeline.schema import TABLES
from pipeline.schema.values import Duplicates, Weights
from pipeline.stopwatch import Stopwatch
from pipeline.store import write_bytes
from pipeline.tables import arrow_schema, conform
from pipeline.tracking import counts, themebook, user_themes
from pipeline.tracking.counts import Corpus
from pipeline.tracking.distinctive import distinctive, lemmatised, words
from pipeline.tracking.estimates import estimate
from pipeline.tracking.lineage import Least, life_stories
from pipeline.tracking.misclassification import ErrorRate, Precision
from pipeline.tracking.networks import networks
from pipeline.tracking.open_themes import Options as Suggest
from pipeline.tracking.open_themes import Sample, draw, open_themes
from pipeline.tracking.ties import Options as TieOptions
from pipeline.tracking.tops import Summary, Top, summary
from pipeline.tracking.user_themes import Theme
from pipeline.tracking.vectors import Vectors, halved, kept
from pipeline.tracking.views import Options, Rows

__all__ = ["ErrorRate", "Least", "Options", "Suggest", "Summary", "Top", "summary", "track"]

MANY = 50_000  # sentences from which a second process saves more than its start takes, about 3 s
ErrorRates = Mapping[tuple[str, str], ErrorRate | Precision]  # (unit, item) -> what evaluation found
ByPeriod = Mapping[tuple[str, str], tuple[float, float, float]]  # (period, layer): F1, low, high


def track(
    tables: Path,
    *,
    resamples: int,
    seed: int = 20211026,
    error_rates: ErrorRates | None = None,
    f1: ByPeriod | None = None,
    weights: Weights = "none",
    compare_unlike: bool = False,
    edges: int = 100,
    duplicates: Duplicates = "document",
    least: Least = Least(),  # noqa: B008
    themes: Mapping[Path, Theme] | None = None,
    suggest: Suggest | None = None,
    book: Path | None = None,
    vectors: Path | None = None,
    spill: Path | None = None,
    watch: Stopwatch | None = None,
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the tables computed from the others of a folder, with their names, as soon as they are done.

    Each has the columns and the order of its schema. Some are as large as their inputs; to save memory,
    do not keep them.

    Args:
        tables: folder with documents, pages, passages, sentences, sentence_themes, mentions, relations,
            concepts and periods.
        resamples: number of bootstrap resamples of every cell.
        seed: any number; the same seed gives the same bytes.
        error_rates: errors of the tagger by (unit, item); without them, nothing is corrected.
        f1: F1 of the tagger with its interval by (period, layer), to detect drift; this and the error
            rates are read by `trust.trust` from a model's card.
        weights: the units that count equally in a cell of trends, changes and slopes.
        compare_unlike: also test changes and slopes if the periods have different kinds of documents.
        edges: number of the strongest ties kept of each kind in every network and period.
        duplicates: whether a tie counts once per document or once per period.
        least: the evidence that a step of a life story needs.
        themes: the user's themes by file.
        suggest: how open themes are sought; without it, there are none.
        book: file of the open themes so far, which is updated.
        vectors: file of the vectors for open themes, which is updated; without it, all are computed.
        spill: folder for data that do not fit into memory, by default the system's.
        watch: measures the time of each part.
    """
    known: ErrorRates = dict(error_rates or {}) | user_themes.precisions(themes or {})
    ties = TieOptions(duplicates=duplicates, edges=edges, resamples=resamples, seed=seed)
    options = Options(
        resamples=resamples,
        seed=seed,
        error_rates=dict(known),
        f1=dict(f1 or {}),
        weights=weights,
        compare_unlike=compare_unlike,
    )
    stage = (watch or Stopwatch()).stage
    with (
        ThreadPoolExecutor(1) as beside,
        counts.connect(tables, spill=spill) as base,
        _second(base) as second,
    ):
        with stage("counting"):
            corpus = counts.prepare(base)
            begun = _begun(base, suggest, vectors, beside) if suggest else None
            lemmas = second.submit(lemmatised, words(base))
        with stage("own themes"):
            yield "user_themes", user_themes.find(base, tuple((themes or {}).values()))
        with stage("shares"):
            yield from estimate(base, corpus, options)
        with stage("distinctive"):
            yield _made("distinctive", distinctive(base, corpus, options, lemmas.result()))
        with stage("life stories"):
            yield "lineage", life_stories(base, corpus, least)
        with stage("networks"):
            for name, rows in networks(base, corpus, ties, second).items():
                yield _made(name, rows)
        with stage("open themes"):
            yield _made("open_themes", _suggested(base, corpus, begun, book) if begun else {})


@contextmanager
def _second(base: duckdb.DuckDBPyConnection) -> Iterator[Executor]:
    """Yield an executor for the parts in plain Python: a process, or a thread if there is little to do."""
    (sentences,) = base.execute("select count(*) from sentences").fetchall()[0]
    pool = ProcessPoolExecutor(1, get_context("spawn")) if sentences >= MANY else ThreadPoolExecutor(1)
    try:
        with pool as second:
            yield second
    except BrokenExecutor as error:  # killed from outside, most often for its memory
        raise PipelineError("a second process", "was ended", "free some memory and run again") from error


class Begun(NamedTuple):
    """Open themes in progress: their vectors take a core up to a minute, so other parts go on meanwhile."""

    options: Suggest
    sample: Sample
    vectors: Future[Vectors]


def _begun(
    base: duckdb.DuckDBPyConnection, suggest: Suggest, vectors: Path | None, beside: ThreadPoolExecutor
) -> Begun | None:
    from pipeline.learning.encoder import embed

    sample = draw(base, suggest)
    if sample is None:
        return None
    encode = halved(partial(embed, model=suggest.encoder))
    if vectors:
        encode = kept(vectors, model_hash(suggest.encoder), encode)
    return Begun(suggest, sample, beside.submit(encode, sample.texts))


def _suggested(base: duckdb.DuckDBPyConnection, corpus: Corpus, begun: Begun, book: Path | None) -> Rows:
    known = themebook.load(book) if book else themebook.Book()
    rows, known = open_themes(base, corpus, begun.options, known, begun.sample, begun.vectors.result())
    if book and known.theme:
        write_bytes(book, themebook.dump(known))
    return rows


def _made(name: str, rows: Rows | pa.Table) -> tuple[str, pa.Table]:
    """Return a table in its declared form, with its name."""
    schema = arrow_schema(TABLES[name])
    if not isinstance(rows, pa.Table):
        rows = pa.table({column: rows.get(column, []) for column in schema.names}, schema=schema)
    return name, conform(TABLES[name], rows)
