"""Concepts and actors: lists of them, and the story of one through the periods."""

from __future__ import annotations

from pipeline.records import Record
from pipeline.serving.passages import Condition, Listed, listed
from pipeline.serving.reader import Reader, Row

A_PAGE = 60  # rows of the list
RELATED = 12  # concepts shown for each kind of relation


class Period(Record):
    """One period in the life of a concept."""

    period_id: str
    state: str
    status: str
    n: int
    statuses: tuple[tuple[str, int], ...]
    issuers: tuple[str, ...]  # who published most of its mentions


class Life(Record):
    """Everything the page of a concept shows."""

    concept: Row
    names: list[Row]
    periods: tuple[Period, ...]
    stances: list[Row]  # of an actor: what it demands, plans, rejects
    related: list[Row]
    quotes: Listed
    period: str  # the quotes are narrowed to, "" for all
    status: str


class Rows(Record):
    """One page of the list of concepts."""

    rows: list[Row]
    n: int
    page: int
    last: int


def concepts(reader: Reader, *, layer: str, words: str, page: int) -> Rows:
    """Return the concepts of a layer whose label or wording holds some words, the most frequent first."""
    where, values = listed_by(layer, words)
    counted = reader.row(f"select count(*) as n from concepts where {where}", *values)
    n = counted["n"] if counted else 0
    last = max(1, -(-n // A_PAGE))
    page = min(max(page, 1), last)
    sql = f"select * from concepts where {where} order by n_mentions desc, label, concept_id"
    rows = reader.rows(f"{sql} limit {A_PAGE} offset {(page - 1) * A_PAGE}", *values)
    return Rows(rows=rows, n=n, page=page, last=last)


def listed_by(layer: str, words: str) -> tuple[str, tuple[str, ...]]:
    """Return the condition on concepts of a layer ("" for all) that hold some words, and its values."""
    where = f"(? = '' or layer = ?) and (? = '' or contains(lower({_WORDINGS}), lower(?)))"
    return where, (layer, layer, words, words)


def named(concept_id: str, period: str, status: str) -> Condition:
    """Return the condition on sentences that name a concept, in a period, with a status ("" for all)."""
    only, given = "m.concept_id = ? and (? = '' or m.status = ?)", (concept_id, status, status)
    has = f"exists (select 1 from mentions m where m.sentence_id = s.sentence_id and {only})"
    where = f"(? = '' or d.period_published = ?) and {has}"
    return Condition(where=where, values=(period, period, *given), only=only, given=given)


def life(reader: Reader, concept_id: str, *, period: str, status: str, page: int) -> Life | None:
    """Return the story of a concept, None where there is none of this id."""
    concept = reader.row("select * from concepts where concept_id = ?", concept_id)
    if concept is None:
        return None
    quotes = listed(reader, named(concept_id, period, status), page=page)
    return Life(
        concept=concept,
        names=reader.rows("select * from names where concept_id = ? order by valid_from, name", concept_id),
        periods=tuple(_period(row) for row in reader.rows(PERIODS, *[concept_id] * 4)),
        stances=reader.rows(_STANCES, concept_id) if reader.has("statements") else [],
        related=reader.rows(_RELATED, concept_id, concept_id),
        quotes=quotes,
        period=period,
        status=status,
    )


_WORDINGS = "label || ' ' || array_to_string(aliases, ' ')"
PERIODS = """
    with said as (select m.period_published as period_id, coalesce(m.status, '') as status, d.issuer,
        m.mention_id from mentions m join sentences s using (sentence_id)
        join documents d on d.document_id = m.document_id
        where m.concept_id = ? and s.counted and m.period_published is not null),
    by_status as (select period_id, list({'status': status, 'n': n} order by n desc, status) as statuses
        from (select period_id, status, count(*) as n from said group by all) group by all),
    by_issuer as (select period_id, list(issuer order by n desc, issuer)[1:3] as issuers
        from (select period_id, issuer, count(*) as n from said where issuer is not null group by all)
        group by all),
    life as (select * from lineage where concept_id = ? and ? = ?)
    select coalesce(l.period_id, b.period_id) as period_id, coalesce(l.state, '') as state,
        coalesce(l.status, '') as status, coalesce(b.statuses, []) as statuses,
        coalesce(i.issuers, []) as issuers
    from life l full join by_status b using (period_id)
    left join by_issuer i on i.period_id = coalesce(l.period_id, b.period_id)
    left join periods p on p.period_id = coalesce(l.period_id, b.period_id)
    order by p.parliament, p.number"""
_STANCES = f"""
    with against as (select r.from_mention as mention_id, min_by(m.concept_id, m.mention_id) as challenge
        from relations r join mentions m on m.mention_id = r.to_mention
        where r.kind = 'addresses' group by all),
    said as (select t.stance, t.concept_id, c.label, count(distinct t.sentence_id) as n,
        arg_max(t.mention_id, t.score) as mention_id,
        list(distinct h.label) filter (h.label is not null) as challenges
        from statements t join concepts c using (concept_id) left join against a using (mention_id)
        left join concepts h on h.concept_id = a.challenge where t.speaker = ? group by all)
    select * from said
    qualify row_number() over (partition by stance order by n desc, label, concept_id) <= {RELATED}
    order by stance, n desc, label, concept_id"""
_RELATED = f"""
    with pairs as (
        select r.kind, true as outward, b.concept_id as other, r.from_mention as shown, r.score
        from relations r join mentions a on a.mention_id = r.from_mention
        join mentions b on b.mention_id = r.to_mention where a.concept_id = ?
        union all
        select r.kind, false, a.concept_id, r.to_mention, r.score
        from relations r join mentions a on a.mention_id = r.from_mention
        join mentions b on b.mention_id = r.to_mention where b.concept_id = ?),
    joined as (select kind, outward, other as concept_id, c.label, c.layer, count(*) as n,
        arg_max(shown, score) as mention_id from pairs join concepts c on c.concept_id = other group by all)
    select * from joined
    qualify row_number() over (partition by kind, outward order by n desc, label) <= {RELATED}
    order by outward desc, kind, n desc, label"""


def _period(row: Row) -> Period:
    statuses = tuple((one["status"], one["n"]) for one in row["statuses"])
    return Period(
        period_id=row["period_id"],
        state=row["state"],
        status=row["status"],
        n=sum(n for _, n in statuses),
        statuses=statuses,
        issuers=tuple(row["issuers"]),
    )
