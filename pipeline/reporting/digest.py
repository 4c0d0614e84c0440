"""Read the figures of the report from the tables, as plain records in the order in which they are shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from pipeline.records import Record
from pipeline.reporting import coverage
from pipeline.reporting.coverage import Cover, Failure
from pipeline.reporting.graphs import OpenShare, Tie, open_shares, ties
from pipeline.reporting.lasting import Lasting, lasting
from pipeline.schema.values import AT_START, OF_MENTIONS
from pipeline.tracking import counts
from pipeline.tracking.counts import records
from pipeline.tracking.promises import Promise, promises
from pipeline.tracking.tops import Top, tops

NAMES = (
    *counts.SOURCES,
    "omissions",
    "trends",
    "changes",
    "slopes",
    "lineage",
    "edges",
    "nodes",
    "open_themes",
    "runs",
)
CHANGES = 14  # strongest changes shown
STORIES = {"instrument": 5, "challenge": 3}  # life stories told
STRIPS = 14  # instruments in the overview of lives
UNDATED = 8  # concepts shown per layer for documents without a date
QUOTES = 2  # per step of a life story
UNPLACED = 0.1  # of the sentences have no period of publication: themes are shown by period addressed, too
GLANCED = 0.02  # sentences of a period, in shares of the largest; fewer only look back or ahead
# Order of changes or slopes `x`, by a column for their size: what is clear first, unlike periods last.
CLEAREST = """coalesce(x.is_clear, false) desc, not x.alike, coalesce(x.q, 1),
    abs(x.{size}) / greatest(x.high - x.low, 1e-9) desc"""

Base = duckdb.DuckDBPyConnection


class Share(Record):
    """A row of `trends` for the whole corpus, with the item's label."""

    period_id: str
    unit: str
    item: str
    label: str
    layer: str
    n: int
    denominator: int
    share: float | None
    low: float | None
    high: float | None
    corrected: float | None
    corrected_low: float | None
    corrected_high: float | None
    level: str
    n_documents: int  # of the period
    n_naming: int | None  # of them those that name it; only of concepts and actors
    weighted: bool  # so that the share is not n / denominator
    warning: str


class Change(Record):
    """A row of `changes` with the item's label."""

    unit: str
    item: str
    label: str
    layer: str
    period_from: str
    period_to: str
    difference: float
    low: float | None
    high: float | None
    p: float | None
    q: float | None
    is_clear: bool | None  # None: not tested
    alike: bool  # whether the documents of both periods are of similar kinds
    warning: str


class Quote(Record):
    """A sentence as evidence, with the words that are evidence in it."""

    before: str
    words: str
    after: str
    title: str
    issuer: str
    page: int | None
    mention_id: str


class Chapter(Record):
    """One period in the life of a concept."""

    period_id: str
    state: str
    status: str
    n: int
    is_status_attested: bool  # whether enough sentences show the status
    warning: str  # what else could explain the state
    actors: tuple[str, ...]
    quotes: tuple[Quote, ...]


class Story(Record):
    """The life of a concept through the periods."""

    concept_id: str
    label: str
    layer: str
    chapters: tuple[Chapter, ...]


class Strip(Record):
    """One period in the life of a concept, for the overview of many."""

    label: str
    period_id: str
    state: str
    status: str
    n: int
    warning: str


class Digest(Record):
    """Everything that the report shows."""

    periods: tuple[str, ...]  # those with text of the parliament with most documents, in order
    others: tuple[str, ...]  # periods of other parliaments
    kinds: tuple[tuple[str, str, int], ...]  # (period, document type, documents)
    cover: tuple[Cover, ...]
    failures: tuple[Failure, ...]
    duplicates: int
    omitted: tuple[tuple[str, float], ...]  # reason, share of the characters
    shares: tuple[Share, ...]  # by period of publication
    addressed: tuple[Share, ...]  # of themes by period spoken about, where many sentences have no other
    changes: tuple[Change, ...]  # the strongest
    least_q: float | None  # of all tested changes
    lasting: tuple[Lasting, ...]  # the clearest rise and fall over several periods
    stories: tuple[Story, ...]
    promises: tuple[Promise, ...]
    undated: tuple[Top, ...]  # the concepts that documents without a date name most often
    strips: tuple[Strip, ...]
    ties: tuple[Tie, ...]
    open_shares: tuple[OpenShare, ...]
    run: dict[str, Any]


def digest(tables: Path) -> Digest:
    """Return the figures from a folder of tables.

    Raises:
        InputError: a table is missing.
    """
    with counts.connect(tables, names=NAMES) as base:
        return figures(base)


def figures(base: Base) -> Digest:
    """Return the figures from a connection to a database that has the tables."""
    base.execute(_VIEWS)
    periods, others = _periods(base)
    cover = coverage.cover(base)
    return Digest(
        periods=periods,
        others=others,
        kinds=coverage.kinds(base),
        cover=cover,
        failures=coverage.failures(base),
        duplicates=coverage.duplicates(base),
        omitted=coverage.omitted(base),
        shares=tuple(Share(**row) for row in records(base, _SHARES)),
        addressed=tuple(Share(**row) for row in records(base, _ADDRESSED))
        if coverage.unplaced(cover) >= UNPLACED
        else (),
        changes=tuple(Change(**row) for row in records(base, _CHANGES, list(periods), CHANGES)),
        least_q=base.execute(_LEAST_Q, [list(periods)]).fetchall()[0][0],
        lasting=lasting(base, periods),
        stories=_stories(base, periods),
        promises=promises(base),
        undated=tuple(top for top in tops(base, UNDATED) if not top.period_id),
        strips=_strips(base, periods),
        ties=ties(base, periods),
        open_shares=open_shares(base, periods),
        run=_run(base),
    )


_VIEWS = f"""
create or replace temp view named as select concept_id as item, layer, is_generic from concepts;
create or replace temp view naming as
    select d.period_published as period_id, m.concept_id as item, count(distinct m.document_id) as n_naming,
           count(distinct m.document_id) filter ({counts.WEIGHS}) as n_weighing
    from mentions m join sentences s using (sentence_id) join documents d on d.document_id = m.document_id
    where s.counted and m.concept_id is not null group by all;
"""
# The most frequent concepts, by weight if there are weights; what is named once is shown nowhere.
_LARGEST = "t.n > 1 desc, t.share desc nulls last, t.n desc, t.label, t.item"
_SHARE = """
    select t.period_id, t.unit, t.item, t.label, coalesce(l.layer, '') as layer,
           t.n, t.denominator, t.share, t.low, t.high, t.corrected, t.corrected_low, t.corrected_high,
           t.level, t.n_documents, {naming} as n_naming,
           t.weights <> 'none' as weighted, coalesce(t.coverage_warning, '') as warning
    from trends t left join named l on l.item = t.item and t.unit in ('concept', 'actor')
"""
_SHARES = f"""{_SHARE.format(naming=f"if({counts.LEAVES_OUT}, n.n_weighing, n.n_naming)")}
    left join naming n on n.item = t.item and n.period_id = t.period_id and t.unit in ('concept', 'actor')
    where basis = 'published' and slice = 'all' and l.is_generic is not true and denominator_unit = case
        when t.unit in {OF_MENTIONS} then 'mentions' else 'sentences' end
    qualify t.unit not in ('concept', 'actor')
        or row_number() over (partition by t.period_id, l.layer order by {_LARGEST}) <= 12
    order by t.unit, t.n desc, label, t.item, t.period_id
"""
_ADDRESSED = f"""{_SHARE.format(naming="null")} join periods p using (period_id)
    where basis = 'addressed' and slice = 'all' and unit = 'theme' and denominator_unit = 'sentences'
      and share is not null and p.parliament = (
        select parliament from trends join periods using (period_id)
        where basis = 'addressed' and slice = 'all' and unit = 'theme' group by all
        order by sum(n) desc, parliament limit 1)
    qualify t.denominator >= {GLANCED} * max(t.denominator) over ()
    order by p.number, t.item
"""
_COMPARED = """
    from changes x left join named l on l.item = x.item and x.unit in ('concept', 'actor')
    where basis = 'published' and slice = 'all' and x.unit in ('theme', 'concept', 'actor')
      and list_contains(?, x.period_to) and x.low is not null
"""
_LEAST_Q = f"select min(x.q) {_COMPARED}"
_CHANGES = f"""
    select x.unit, x.item, x.label, coalesce(l.layer, '') as layer,
           x.period_from, x.period_to, x.difference, x.low, x.high, x.p, x.q, x.is_clear, x.alike,
           coalesce(x.drift_warning, '') as warning {_COMPARED}
    order by {CLEAREST.format(size="difference")}, x.item, x.period_to
    limit ?
"""
_CANDIDATES = """
    select x.concept_id, c.label, count(distinct x.status) filter (x.is_status_attested) as statuses
    from lineage x join concepts c using (concept_id)
    where list_contains(?, x.period_id) and c.layer = ? and x.is_attested group by all
    -- the flicker of a fourth status makes no life clearer than many mentions do
    order by least(statuses, 3) desc, max(c.n_mentions) desc, c.label, x.concept_id
    limit ?
"""
_CHAPTERS = f"""
    select x.concept_id, x.period_id, if(x.at_start, '{AT_START}', x.state) as state,
           coalesce(x.status, '') as status, if(x.state = 'dropped', 0, x.n_sentences) as n,
           coalesce(x.is_status_attested, false) as is_status_attested,
           coalesce(x.drift_warning, '') as warning, x.actors[1:3] as actors, x.evidence
    from lineage x
    where list_contains(?, x.concept_id) and list_contains(?, x.period_id) and x.is_attested
    order by x.period_id
"""
_QUOTES = """
    select s.text, m.char_start, m.char_end, coalesce(d.title, d.path) as title,
           coalesce(d.issuer, '') as issuer, m.page, m.mention_id
    from mentions m join sentences s using (sentence_id)
    join passages p using (passage_id) join documents d on d.document_id = m.document_id
    where list_contains(?, m.mention_id) and p.role is distinct from 'contact'
"""


def _rows(base: Base, sql: str, *values: object) -> tuple[Any, ...]:
    return tuple(base.execute(sql, list(values)).fetchall())


def _periods(base: Base) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the periods of the parliament with the most documents, and those of the others."""
    rows = _rows(base, """
        select period_published, p.parliament, count(*) from documents d join periods p
        on p.period_id = d.period_published where d.n_sentences > 0
        group by period_published, p.parliament, p.number
        order by p.parliament, p.number""")  # fmt: skip
    weight: Counter[str] = Counter()
    for _, parliament, n in rows:
        weight[parliament] += n
    main = min(weight, key=lambda name: (-weight[name], name), default="")
    return (
        tuple(row[0] for row in rows if row[1] == main),
        tuple(row[0] for row in rows if row[1] != main),
    )


def _stories(base: Base, periods: tuple[str, ...]) -> tuple[Story, ...]:
    lives = [(layer, *life) for layer, most in STORIES.items() for life in _lives(base, periods, layer, most)]
    evidence = [mention for *_, rows in lives for row in rows for mention in row["evidence"]]
    quotes = {row[-1]: _quote(*row) for row in _rows(base, _QUOTES, evidence)}
    actors = dict(_rows(base, "select concept_id, label from concepts where layer = 'actor'"))
    return tuple(
        Story(
            concept_id=concept_id,
            label=label,
            layer=layer,
            chapters=tuple(_chapter(row, actors, quotes) for row in rows),
        )
        for layer, concept_id, label, rows in lives
    )


def _lives(
    base: Base, periods: tuple[str, ...], layer: str, most: int
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return id, label and chapters of the concepts of a layer that changed most."""
    found = _rows(base, _CANDIDATES, list(periods), layer, most)
    chapters = defaultdict(list)
    for row in records(base, _CHAPTERS, [concept_id for concept_id, *_ in found], list(periods)):
        chapters[row["concept_id"]].append(row)
    return [(concept_id, label, chapters[concept_id]) for concept_id, label, *_ in found]


def _strips(base: Base, periods: tuple[str, ...]) -> tuple[Strip, ...]:
    """Return the lives of the instruments that changed most, in the order of the candidates."""
    found = []
    for _, label, rows in _lives(base, periods, "instrument", STRIPS):
        for row in rows:
            kept = {name: row[name] for name in ("period_id", "state", "status", "n", "warning")}
            found.append(Strip(label=label, **kept))
    return tuple(found)


def _chapter(row: dict[str, Any], actors: dict[str, str], quotes: dict[str, Quote]) -> Chapter:
    told = [quotes[mention] for mention in row["evidence"] if mention in quotes and row["state"] != "dropped"]
    return Chapter(
        period_id=row["period_id"],
        state=row["state"],
        status=row["status"],
        n=row["n"],
        is_status_attested=row["is_status_attested"],
        warning=row["warning"],
        actors=tuple(actors.get(actor, actor) for actor in row["actors"]),
        quotes=tuple(told[:QUOTES]),
    )


def _quote(
    text: str, start: int, end: int, title: str, issuer: str, page: int | None, mention_id: str
) -> Quote:
    return Quote(
        before=text[:start], words=text[start:end], after=text[end:], title=title, issuer=issuer, page=page,
        mention_id=mention_id,
    )  # fmt: skip


def _run(base: Base) -> dict[str, Any]:
    """Return the latest run with its JSON columns decoded."""
    rows = records(base, "select * from runs order by started desc, run_key limit 1")
    if not rows:
        return {}
    run = rows[0]
    for name in ("versions", "settings", "hashes", "counts", "failures"):
        run[name] = msgspec.json.decode(run[name])
    return run
