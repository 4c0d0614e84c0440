"""Derive ties from statements and relations: which nodes are tied in a period, how, and how strongly."""

from __future__ import annotations

from typing import Any, NamedTuple

import duckdb
import numpy as np

from pipeline.config import Track
from pipeline.records import Record
from pipeline.tracking import statements
from pipeline.tracking.cells import Cell
from pipeline.tracking.counts import Corpus, Ints

EVIDENCE = 4  # mentions listed for a tie, from different documents first
MOST_ACTORS = 100  # per period, those with most positions: 4,950 pairs

_TIES = """
create or replace temp table tie as
    with directed as (
        select kind, sentence_id, score, from_mention as one, to_mention as other from relations
        union all
        select kind, sentence_id, score, to_mention, from_mention from relations),
    every as (
        select 'actor_instrument' as network, stance as tie, speaker as source, concept_id as target,
               sentence_id, mention_id, score
        from statement
        union all
        select 'instrument_challenge', r.kind, i.concept_id, c.concept_id, r.sentence_id, i.mention_id,
               r.score
        from directed r join mentions i on i.mention_id = r.one join mentions c on c.mention_id = r.other
        where r.kind in ('addresses', 'worsens') and i.layer = 'instrument' and c.layer = 'challenge'
          and i.concept_id is not null and c.concept_id is not null)
    select s.basis, p.period, e.network, e.tie, e.source, e.target, e.mention_id, e.score, t.sid,
           t.is_sentence, t.atom, a.doc
    from every e join counted t using (sentence_id) join dated s using (sid) join period p using (period_id)
    join atom a on a.atom = t.atom
    where e.source not in (from generic) and e.target not in (from generic);
create or replace temp table position as
    with every as (
        select basis, period, source as actor, target as instrument, tie = 'rejection' as against, doc,
               mention_id, is_sentence, score
        from tie where network = 'actor_instrument'
        window side as (partition by basis, period, source, target)
        qualify min(tie = 'rejection') over side = max(tie = 'rejection') over side),
    active as (
        select basis, period, actor, count(distinct (instrument, against)) as activity
        from every group by basis, period, actor
        qualify row_number() over (partition by basis, period order by activity desc, actor) <= {most})
    select row_number() over (order by basis, period, actor, instrument, against) - 1 as position, *
    from (select e.basis, e.period, e.actor, e.instrument, e.against, any_value(a.activity) as activity,
                 max(score) as score,
                 first(mention_id order by is_sentence desc, score desc, mention_id) as mention_id
          from every e join active a using (basis, period, actor) group by all);
create or replace temp table shared as
    select a.basis, a.period, if(a.against = b.against, 'congruence', 'conflict') as tie,
           a.actor as source, b.actor as target, a.position as one, b.position as other,
           (a.activity + b.activity) / 2 as activity, a.score + b.score as score,
           if(a.mention_id = b.mention_id, [a.mention_id], [a.mention_id, b.mention_id]) as mentions
    from position a join position b using (basis, period, instrument) where a.actor < b.actor;
create or replace temp table edge as
    select *, row_number() over (partition by basis, period, network, tie
                                 order by if(network = 'actor_actor', n_sentences, weight) desc,
                                          n_sentences desc, weight desc, source, target) as rank
    from (select basis, period, network, tie, source, target,
                 if({once}, 1, count(distinct doc))::double as weight, count(distinct sid) as n_sentences
          from tie group by all
          union all
          select basis, period, 'actor_actor', tie, source, target, count(*) / any_value(activity), count(*)
          from shared group by all);
create or replace temp table kept as
    select row_number() over (order by basis, network, tie, period, source, target) - 1 as edge, *
    from edge where rank <= {edges};
create or replace temp table proof as
    with turns as (
        select k.edge, t.mention_id, t.is_sentence, t.score, t.sid,
               row_number() over (partition by k.edge, t.doc
                                  order by t.is_sentence desc, t.score desc, t.sid, t.mention_id) as turn
        from kept k join tie t using (basis, period, network, tie, source, target)),
    best as (select * from turns qualify row_number() over (
                 partition by edge
                 order by is_sentence desc, turn, score desc, sid, mention_id) <= {evidence})
    select edge, list(mention_id order by is_sentence desc, turn, score desc, sid, mention_id) as evidence
    from best group by all
    union all
    select edge, flatten(list(mentions order by s.score desc, one))[1:{evidence}]
    from kept k join shared s using (basis, period, tie, source, target)
    where k.network = 'actor_actor' group by all;
"""
KEPT = """
    select edge, network, tie, source, target, weight, n_sentences, evidence
    from kept join proof using (edge) where basis = ? and period = ? order by edge"""
PLACES = """
    select k.edge as owner, t.atom from kept k join tie t using (basis, period, network, tie, source, target)
    where k.basis = ? and k.period = ? group by all order by all"""
POSITIONS = """
    select p.position as owner, t.atom from position p join tie t using (basis, period)
    where p.basis = ? and p.period = ? and t.network = 'actor_instrument' and t.source = p.actor
      and t.target = p.instrument and (t.tie = 'rejection') = p.against
    group by all order by all"""
LISTED = """
    select position, actor, instrument, against from position
    where basis = ? and period = ? order by position"""
SHARED = """
    select k.edge as owner, s.one, s.other
    from kept k join shared s using (basis, period, tie, source, target)
    where k.network = 'actor_actor' and k.basis = ? and k.period = ? order by all"""
_PAIRS = """
create or replace temp table pair as
    select source, target, sum(if(tie in ('rejection', 'conflict'), -weight, weight)) as pull,
           fsum(weight) as strength
    from edge where basis = ? and period = ? and network = ? group by all"""
_WHOLE = """
    with node as (select source as node from pair union select target from pair)
    select count(*), count(distinct source), count(distinct target), (select count(*) from node) from pair"""
_STRONGEST = """
    select source, target, pull from pair where pull > 0 order by pull desc, source, target limit ?"""
_DEGREES = """
    with ends as (select source as node, strength from pair union all select target, strength from pair)
    select node, count(*), fsum(strength) from ends where node in (select unnest(?)) group by node"""


class Pairs(Record):
    """The number of tied pairs of nodes in a network of one period, and of nodes on either side."""

    n: int
    sources: int
    targets: int
    nodes: int


class Window(NamedTuple):
    """One period on one basis, and the connection with its data."""

    base: duckdb.DuckDBPyConnection
    corpus: Corpus
    basis: str
    cell: Cell
    once: bool

    def rows(self, sql: str, *more: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query about the period."""
        return self.base.execute(sql, [self.basis, self.cell.period, *more]).fetchall()

    def arrays(self, sql: str) -> dict[str, Ints]:
        """Return the columns of a query about the period as whole numbers."""
        columns = self.base.execute(sql, [self.basis, self.cell.period]).fetchnumpy()
        return {name: np.asarray(values, dtype=np.int64) for name, values in columns.items()}

    def pairs(self, network: str) -> Pairs:
        """Select the network for `strongest` and `degrees`, and return its size."""
        self.base.execute(_PAIRS, [self.basis, self.cell.period, network])
        n, sources, targets, nodes = self.base.execute(_WHOLE).fetchall()[0]
        return Pairs(n=n, sources=sources, targets=targets, nodes=nodes)

    def strongest(self, most: int) -> list[tuple[str, str, float]]:
        """Return pairs that agree more than they disagree, with the difference, strongest first."""
        return self.base.execute(_STRONGEST, [most]).fetchall()

    def degrees(self, nodes: list[str]) -> dict[str, tuple[int, float]]:
        """Return for each node the number of nodes it is tied to, and the sum of the weights."""
        rows = self.base.execute(_DEGREES, [nodes]).fetchall()
        return {node: (degree, strength) for node, degree, strength in rows}


def tie(base: duckdb.DuckDBPyConnection, settings: Track) -> None:
    """Create the temp tables of ties, positions and kept edges; call `counts.prepare` first."""
    statements.say(base)
    once = settings.duplicates == "period"
    base.execute(_TIES.format(most=MOST_ACTORS, once=once, edges=settings.edges, evidence=EVIDENCE))


def of(owners: Ints, owner: int) -> slice:
    """Return the slice of one owner's rows in an ordered column."""
    return slice(*np.searchsorted(owners, (owner, owner + 1)))
