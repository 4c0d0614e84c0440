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
from msgspec.structs import replace

from pipeline.cards import model_hash
from pipeline.config import OpenThemes, Track
from pipeline.errors import PipelineError
from pipeline.schema import TABLES
from pipeline.stopwatch import Stopwatch
from pipeline.store import OPEN_THEMES, REGISTRY, write_bytes
from pipeline.tables import arrow_schema, conform
from pipeline.tracking import counts, networks, themebook, user_themes, vectors
from pipeline.tracking.carried import Members, members
from pipeline.tracking.counts import Corpus
from pipeline.tracking.distinctive import distinctive, lemmatised, words
from pipeline.tracking.estimates import estimate
from pipeline.tracking.lineage import life_stories
from pipeline.tracking.open_themes import Sample, draw, open_themes
from pipeline.tracking.themebook import Book
from pipeline.tracking.tops import Summary, Top, summary
from pipeline.tracking.trust import Trust
from pipeline.tracking.user_themes import Theme
from pipeline.tracking.vectors import Vectors, halved, kept
from pipeline.tracking.views import Rows

__all__ = ["Summary", "Top", "summary", "track"]

MANY = 50_000  # sentences from which a second process saves more than its start takes, about 3 s


def track(
    tables: Path,
    settings: Track,
    *,
    trust: Trust = Trust(),  # noqa: B008
    themes: Mapping[Path, Theme] | None = None,
    wanted: OpenThemes | None = None,
    out: Path | None = None,
    spill: Path | None = None,
    watch: Stopwatch | None = None,
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the tables computed from the others of a folder, with their names, as soon as they are done.

    Each has the columns and the order of its schema. Some are as large as their inputs; to save memory,
    do not keep them.

    Args:
        tables: folder with documents, pages, passages, sentences, sentence_themes, mentions, relations,
            concepts and periods.
        settings: how shares, networks and life stories are computed; the same seed gives the same bytes.
        trust: errors of the tagger, with which shares are corrected if the settings say so, and its F1 by
            period, which shows drift; `trust.trust` reads both from a model's card.
        themes: the user's themes by file.
        wanted: how open themes are sought; without it or with 0 sentences, there are none.
        out: output folder whose open themes and their vectors are updated; without it, all are new.
        spill: folder for data that do not fit into memory, by default the system's.
        watch: measures the time of each part.
    """
    stage = (watch or Stopwatch()).stage
    with (
        ThreadPoolExecutor(1) as beside,
        counts.connect(tables, spill=spill) as base,
        _second(base) as second,
    ):
        with stage("counting"):
            corpus = counts.prepare(base)
            begun = _begun(base, wanted, out, beside) if wanted and wanted.sentences else None
            lemmas = second.submit(lemmatised, words(base))
        with stage("user themes"):
            found = user_themes.find(base, tuple((themes or {}).values()), out and out / REGISTRY)
            of_tagger = trust.error_rates if settings.correct_errors else {}
            rates = {**of_tagger, **user_themes.precisions(themes or {}, found)}
            trust = replace(trust, error_rates=rates)
            yield "user_themes", found
        with stage("shares"):
            yield from estimate(base, corpus, settings, trust)
        with stage("networks"):
            unfinished = networks.begin(base, corpus, settings, second)
        with stage("distinctive"):
            yield _declared("distinctive", distinctive(base, corpus, settings, lemmas.result()))
        with stage("life stories"):
            yield "lineage", life_stories(base, corpus, settings)
        with stage("networks"):
            for name, rows in networks.finish(base, unfinished).items():
                yield _declared(name, rows)
        with stage("open themes"):
            yield _declared("open_themes", _suggested(base, corpus, settings, begun, out) if begun else {})


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

    sample: Sample
    vectors: Future[Vectors]
    book: Book
    before: Members


def _begun(
    base: duckdb.DuckDBPyConnection, wanted: OpenThemes, out: Path | None, beside: ThreadPoolExecutor
) -> Begun | None:
    from pipeline.learning.encoder import embed

    weights = model_hash(wanted.encoder)
    sample = draw(base, wanted, weights)
    if sample is None:
        return None
    encode = halved(partial(embed, model=wanted.encoder))
    book = Book()
    before: Members = {}
    if out:
        path, book = out / "cache" / vectors.FILE, themebook.load(out / OPEN_THEMES)
        before = members(book, path, encoder=wanted.encoder, weights=weights)
        encode = kept(path, weights, encode)
    return Begun(sample, beside.submit(encode, sample.texts), book, before)


def _suggested(
    base: duckdb.DuckDBPyConnection, corpus: Corpus, settings: Track, begun: Begun, out: Path | None
) -> Rows:
    sample, encoding, book, before = begun
    rows, book = open_themes(base, corpus, settings, book, sample, encoding.result(), before)
    if out and book.theme:
        write_bytes(out / OPEN_THEMES, themebook.dump(book))
    return rows


def _declared(name: str, rows: Rows | pa.Table) -> tuple[str, pa.Table]:
    """Return a table in its declared form, with its name."""
    schema = arrow_schema(TABLES[name])
    if not isinstance(rows, pa.Table):
        rows = pa.table({column: rows.get(column, []) for column in schema.names}, schema=schema)
    return name, conform(TABLES[name], rows)
