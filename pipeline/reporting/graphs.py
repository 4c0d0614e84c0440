"""Read what the report shows of networks and open themes from their tables."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.records import Record
from pipeline.tracking.counts import records

TIES = 14  # per period; more would be a tangle
SHARED = 2  # instruments that a pair needs to be shown; a single one may be an error of the tagger
THEMES = 9  # three rows of panels

_TIES = """
    select e.period_id, s.label as source, t.label as target, e.tie, e.weight, e.low, e.high,
           e.n_sentences::int as shared, e.n_documents::int as documents
    from edges e join nodes s on (s.basis, s.period_id, s.network, s.node)
                               = (e.basis, e.period_id, e.network, e.source)
    join nodes t on (t.basis, t.period_id, t.network, t.node) = (e.basis, e.period_id, e.network, e.target)
    where e.basis = 'published' and e.network = 'actor_actor' and e.period_id in (select unnest(?))
      and e.n_sentences >= ?
    qualify row_number() over (partition by e.period_id, e.tie
                               order by e.n_sentences desc, e.weight desc, source, target) <= ?
    order by list_position(?, e.period_id), e.n_sentences desc, e.weight desc, source, target, e.tie"""
_THEMES = """
    with largest as (select theme_id, sum(n) as total from open_themes group by all
                     order by total desc, theme_id limit ?)
    select o.period_id, o.label, o.share, o.low, o.high, o.n::int as n, o.n_sampled::int as sampled
    from open_themes o join largest l using (theme_id) where o.period_id in (select unnest(?))
    order by l.total desc, o.theme_id, list_position(?, o.period_id)"""


class Tie(Record):
    """Two actors of one period that agree or disagree."""

    period_id: str
    source: str
    target: str
    tie: str  # congruence or conflict
    weight: float
    low: float | None
    high: float | None
    shared: int  # instruments on which they agree or disagree
    documents: int


class OpenShare(Record):
    """An open theme in one period."""

    period_id: str
    label: str
    share: float | None
    low: float | None
    high: float | None
    n: int
    sampled: int


def ties(base: duckdb.DuckDBPyConnection, periods: Sequence[str]) -> tuple[Tie, ...]:
    """Return the pairs of actors in some periods that agree most, and those that disagree most."""
    found = records(base, _TIES, list(periods), SHARED, TIES // 2, list(periods))
    return tuple(Tie(**row) for row in found)


def open_shares(base: duckdb.DuckDBPyConnection, periods: Sequence[str]) -> tuple[OpenShare, ...]:
    """Return the shares of the largest open themes in some periods, theme by theme."""
    return tuple(OpenShare(**row) for row in records(base, _THEMES, THEMES, list(periods), list(periods)))
