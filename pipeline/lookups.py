"""Indexes and precomputed joins in the DuckDB file, sorted in the order that pages need.

They hold nothing that is not in the tables. Pages need them as they need these: who changes one raises the
version of the tables.
"""

from __future__ import annotations

from pipeline.quotes import is_sentence

SCHEMA = "lookups"  # holds the joins, separate from the tables
MOST = 12  # concepts listed for each kind of relation or stance of a concept

INDEXES = {  # columns by which pages select few rows of many
    "passages": ("passage_id",),
    "sentences": ("sentence_id",),
    "mentions": ("mention_id", "sentence_id"),
    "relations": ("from_mention", "to_mention"),
    "concepts": ("concept_id",),
}


def stances(which: str = "", *, most: int = MOST) -> str:
    """Return SQL for what actors demand, plan and reject, the most frequent for each actor and stance.

    `which` narrows statements `t` in documents `d`.
    """
    return f"""
        with stated as (select t.* from statements t join documents d using (document_id) {which}),
        against as (select r.from_mention as mention_id, min_by(m.concept_id, m.mention_id) as challenge
            from relations r join mentions m on m.mention_id = r.to_mention
            where r.kind = 'addresses' and r.from_mention in (select mention_id from stated) group by all)
        select t.speaker, t.stance, t.concept_id, c.label, count(distinct t.sentence_id) as n,
            arg_max(t.mention_id, (t.score, t.mention_id)) as mention_id,
            list_sort(list(distinct h.label) filter (h.label is not null)) as challenges,
            count(*) over (partition by t.speaker, t.stance) as instruments
        from stated t join concepts c using (concept_id) left join against using (mention_id)
        left join concepts h on h.concept_id = against.challenge
        group by t.speaker, t.stance, t.concept_id, c.label
        qualify row_number() over (partition by t.speaker, t.stance order by n desc, c.label, t.concept_id)
            <= {most}
        order by t.speaker, t.stance, n desc, c.label, t.concept_id"""


JOINS = {
    "named": f"""
        select m.concept_id, d.published, m.document_id, s.number, m.sentence_id, m.mention_id,
            m.period_published as period_id, coalesce(m.status, '') as status, s.counted, d.issuer,
            {is_sentence("s.text", "p.kind")} as is_sentence
        from mentions m join sentences s using (sentence_id) join documents d on d.document_id = m.document_id
        join passages p using (passage_id) where m.concept_id is not null
        order by m.concept_id, d.published desc nulls last, m.document_id, s.number, m.mention_id""",
    "related": f"""
        with said as (select r.* from relations r join sentences s using (sentence_id) where s.counted),
        pairs as (
            select a.concept_id, true as outward, r.kind, b.concept_id as other, a.mention_id, r.score
            from said r join mentions a on a.mention_id = r.from_mention
            join mentions b on b.mention_id = r.to_mention
            union all
            select b.concept_id, false, r.kind, a.concept_id, b.mention_id, r.score
            from said r join mentions a on a.mention_id = r.from_mention
            join mentions b on b.mention_id = r.to_mention)
        select p.concept_id, p.outward, p.kind, p.other, c.label, c.layer, count(*) as n,
            arg_max(p.mention_id, (p.score, p.mention_id)) as mention_id
        from pairs p join concepts c on c.concept_id = p.other
        where p.concept_id is not null
        group by p.concept_id, p.outward, p.kind, p.other, c.label, c.layer
        qualify row_number() over (
            partition by p.concept_id, p.outward, p.kind order by n desc, c.label, p.other) <= {MOST}
        order by p.concept_id, p.outward desc, p.kind, n desc, c.label, p.other""",
    "stances": stances(),
}
