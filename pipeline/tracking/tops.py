"""Summarise the tables at the end of a run: how much was read, and what is named most often."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.learning.labels import LAYERS
from pipeline.records import Record
from pipeline.tracking import counts

_TOP = """
    with named as (
        select coalesce(d.period_published, '') as period_id, m.layer, m.concept_id, c.label,
               count(distinct m.sentence_id) as n
        from mentions m join documents d using (document_id) join sentences s using (sentence_id)
        join concepts c on c.concept_id = m.concept_id
        where s.counted and not c.is_generic group by all)
    select * from named
    qualify row_number() over (partition by period_id, layer order by n desc, label, concept_id) <= ?
    order by period_id = '', period_id, list_position(['challenge', 'instrument', 'actor'], layer),
             n desc, label, concept_id
"""


class Top(Record):
    """A concept among the most frequent of its layer in one period."""

    period_id: str  # empty for documents without a date
    layer: str
    rank: int  # from 1
    concept_id: str
    label: str
    n: int  # sentences that name it, without repeated documents


class Summary(Record):
    """The summary of a run."""

    documents: dict[str, int]  # by status
    pages: int
    pages_lost: int
    sentences: int
    mentions: dict[str, int]  # by layer
    tops: tuple[Top, ...]  # ordered by period, layer, rank


def summary(tables: Path, *, top: int = 5) -> Summary:
    """Return counts and the `top` concepts, without generic ones, of every layer in every Wahlperiode."""
    with counts.connect(tables) as base:
        statuses = base.execute("select status, count(*) from documents group by all order by all").fetchall()
        layers = dict(base.execute("select layer, count(*) from mentions group by all").fetchall())
        pages, lost = base.execute(
            "select count(*), count(*) filter (status in ('failed', 'skipped')) from pages"
        ).fetchall()[0]
        sentences = base.execute("select count(*) from sentences").fetchall()[0][0]
        ranked = tops(base, top)
    return Summary(
        documents=dict(statuses),
        pages=pages,
        pages_lost=lost,
        sentences=sentences,
        mentions={layer: layers.get(layer, 0) for layer in LAYERS},
        tops=ranked,
    )


def tops(base: duckdb.DuckDBPyConnection, most: int) -> tuple[Top, ...]:
    """Return the most frequent concepts, without generic ones, of every period and layer, by rank."""
    ranked: list[Top] = []
    for period_id, layer, concept_id, label, n in base.execute(_TOP, [most]).fetchall():
        same = ranked and (ranked[-1].period_id, ranked[-1].layer) == (period_id, layer)
        rank = ranked[-1].rank + 1 if same else 1
        ranked.append(
            Top(period_id=period_id, layer=layer, rank=rank, concept_id=concept_id, label=label, n=n)
        )
    return tuple(ranked)
