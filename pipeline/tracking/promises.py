"""Compare promises with delivery: instruments planned in a coalition agreement, and later documents."""

from __future__ import annotations

import duckdb

from pipeline.records import Record
from pipeline.tracking.counts import records

MOST = 12  # promises shown, those mentioned most in later documents

_PROMISES = """
    with said as (
        select m.concept_id, m.mention_id, m.status, m.page, d.document_id, d.document_type, d.published,
               d.period_published, coalesce(d.title, d.path) as title, s.number,
               (d.published, d.document_id, s.number) as place
        from mentions m join sentences s using (sentence_id) join documents d on d.document_id = m.document_id
        where s.counted and m.layer = 'instrument' and m.concept_id is not null and d.published is not null),
    promised as (
        select concept_id, document_id, title, published, period_published,
               count(*) filter (status = 'planned') as n,
               arg_min(page, number) filter (status = 'planned') as page
        from said where document_type = 'koalitionsvertrag' group by all having 2 * n > count(*)),
    known as (  -- as in force before
        select p.concept_id, p.document_id
        from promised p join said s on s.concept_id = p.concept_id and s.published < p.published
        group by all having 2 * count(*) filter (s.status = 'existing') > count(*)),
    later as (
        select p.concept_id, p.document_id,
               count(*) filter (s.status = 'existing') as existing,
               count(*) filter (s.status = 'planned') as planned,
               count(*) filter (s.status = 'demanded') as demanded,
               count(*) filter (s.status = 'rejected') as rejected,
               arg_min(s.title, s.place) filter (s.status = 'existing') as source,
               arg_min(s.page, s.place) filter (s.status = 'existing') as at
        from promised p join said s on s.concept_id = p.concept_id
             and s.published > p.published and s.document_id <> p.document_id
        where (p.concept_id, p.document_id) not in (from known)
        group by p.concept_id, p.document_id
        qualify row_number() over (partition by p.concept_id
                                   order by any_value(p.published), p.document_id) = 1)
    select c.label, p.title, p.page, p.period_published as period_id, p.n, l.existing, l.planned, l.demanded,
           l.rejected, coalesce(l.source, '') as source, l.at as source_page
    from later l join promised p using (concept_id, document_id) join concepts c using (concept_id)
    where not c.is_generic
    order by existing + l.planned + demanded + rejected desc, p.published, label, p.document_id limit ?
"""


class Promise(Record):
    """An instrument planned in a coalition agreement, and its status in documents published later."""

    label: str
    title: str  # of the agreement
    page: int | None  # on which it is first planned
    period_id: str | None
    n: int  # mentions as planned in the agreement
    existing: int  # later mentions by status
    planned: int
    demanded: int
    rejected: int
    source: str  # first later document that mentions it as existing, "" if none does
    source_page: int | None


def promises(base: duckdb.DuckDBPyConnection) -> tuple[Promise, ...]:
    """Return the promises that later documents mention most, in that order, without generic concepts."""
    return tuple(Promise(**row) for row in records(base, _PROMISES, MOST))
