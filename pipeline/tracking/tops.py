"""Summarise the tables at the end of a run: how much was read, and what is named most often."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.records import Record
from pipeline.schema.labels import LAYERS
from pipeline.tracking import counts

_TOP = """
    with named as (
        select coalesce(d.period_published, '') as period_id, m.layer, m.concept_id, c.label,
               count(distinct m.sentence_id) as n
        from mentions m join documents d using (document_id) join sentences s using (sentence_id)
        join concepts c on c.concept_id = m.concept_id
        where s.counted and not c.is_generic group by all)
    select period_id, layer,
           row_number() over (partition by period_id, layer order by n desc, label, concept_id) as rank,
           concept_id, label, n
    from named qualify rank <= ?
    order by period_id = '', period_id, list_position(['challenge', 'instrument', 'actor'], layer), rank
"""
_EXTENTS = """
    select coalesce(d.period_published, '') as period_id, count(distinct document_id) as documents,
           count(*) as sentences
    from sentences s join documents d using (document_id) where s.counted group by 1
    order by coalesce(d.period_published, '') = '', 1
"""
_UNREAD = """
    select status, if(duplicate_of is null, reason, 'repeats another document') as reason, count(*) as n
    from documents where status <> 'ok' group by all order by n desc, status, reason
"""
_LAYERS = """
    select layer, count(*) from mentions join sentences s using (sentence_id) where s.counted group by all
"""


class Top(Record):
    """A concept among the most frequent of its layer in one period."""

    period_id: str  # empty for documents without a date
    layer: str
    rank: int  # from 1
    concept_id: str
    label: str
    n: int  # sentences that name it, without repeated documents


class Extent(Record):
    """How much text a period has, without repeated documents."""

    period_id: str  # empty for documents without a date
    documents: int
    sentences: int


class Unread(Record):
    """Documents that were not read completely for one reason, or not counted as they repeat others."""

    status: str
    reason: str
    n: int


class Summary(Record):
    """The summary of a run; sentences and mentions without those of repeated documents."""

    documents: dict[str, int]  # by status
    unread: tuple[Unread, ...]  # most frequent first
    pages: int
    pages_lost: int
    sentences: int
    mentions: dict[str, int]  # by layer
    extents: tuple[Extent, ...]  # ordered by period
    tops: tuple[Top, ...]  # ordered by period, layer, rank


def summary(tables: Path, *, top: int = 5) -> Summary:
    """Return counts and the `top` concepts, without generic ones, of every layer in every Wahlperiode."""
    with counts.connect(tables) as base:
        statuses = base.execute("select status, count(*) from documents group by all order by all").fetchall()
        layers = dict(base.execute(_LAYERS).fetchall())
        pages, lost = base.execute(
            "select count(*), count(*) filter (status in ('failed', 'skipped')) from pages"
        ).fetchall()[0]
        extents = [Extent(*row) for row in base.execute(_EXTENTS).fetchall()]
        unread = [Unread(*row) for row in base.execute(_UNREAD).fetchall()]
        ranked = tops(base, top)
    return Summary(
        documents=dict(statuses),
        unread=tuple(unread),
        pages=pages,
        pages_lost=lost,
        sentences=sum(extent.sentences for extent in extents),
        mentions={layer: layers.get(layer, 0) for layer in LAYERS},
        extents=tuple(extents),
        tops=ranked,
    )


def tops(base: duckdb.DuckDBPyConnection, most: int) -> tuple[Top, ...]:
    """Return the most frequent concepts, without generic ones, of every period and layer, by rank."""
    return tuple(Top(*row) for row in base.execute(_TOP, [most]).fetchall())
