"""Mentions to life stories: what became of a challenge or an instrument from period to period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, groupby
from math import sqrt

import duckdb
import pyarrow as pa

from pipeline.knowledge.words import load
from pipeline.records import Record
from pipeline.reporting.phrases import SEPARATOR
from pipeline.schema import CHALLENGE_STATUSES, INSTRUMENT_STATUSES
from pipeline.tracking import cells, counts
from pipeline.tracking.cells import Cell
from pipeline.tracking.counts import Corpus
from pipeline.tracking.mix import comparability
from pipeline.tracking.views import Filling

RATIO = 1.5  # of shares, from which a concept has grown or (inverted) faded
EXPECTED_LEAST = 3.0  # mentions without which a period is silent by chance in 5 % of cases only (Poisson)
EVIDENCE = 4  # mentions that stand for a step, each of another sentence, of different documents first
ATTESTED = 2  # sentences that must say so before it counts as dropped, or as in force; one may be an error
SHOWN = ("status", "n_sentences", "n_status_sentences", "actors", "evidence")  # of a step
STATUSES = (*CHALLENGE_STATUSES, *INSTRUMENT_STATUSES)  # order in which ties are decided

_STEPS = """
create or replace temp table step as
    select m.mention_id, m.concept_id, p.period, m.status, m.score, m.document_id,
           t.sid, m.char_start
    from mentions m join told t using (sentence_id) join period p on p.period_id = t.period_published
    where m.layer <> 'actor' and m.concept_id is not null and m.concept_id not in (from generic)
"""
_IN_FORCE = f"""
create or replace temp table in_force as
    with told_so as (
        select concept_id, parliament, period, count(distinct sid) as n from step join period using (period)
        where status = 'existing' group by all)
    select concept_id, parliament, min(period) as since
    from (select *, sum(n) over (partition by concept_id, parliament order by period) as so_far from told_so)
    where so_far >= {ATTESTED} group by all
"""
_GRANTED = """
create or replace temp table granted as
    with candidate as materialized (
        select s.mention_id, lower(c.label) as label, lower(m.text) as name,
               unnest(string_split_regex(lower(t.text), '[,;:] ')) as clause
        from step s join period using (period) join in_force f using (concept_id, parliament)
        join concepts c using (concept_id) join mentions m using (mention_id)
        join sentences t on t.sentence_id = m.sentence_id
        where s.status in ('planned', 'demanded') and s.period >= f.since),
    near as materialized (from candidate where contains(clause, name))
    select distinct mention_id from near
    where regexp_matches(clause, $words) and not regexp_matches(label, $inside)
"""
_AS_IN_FORCE = "update step set status = 'existing' where mention_id in (from granted)"
_LIVES = f"""
create or replace temp table voice as
    select i.concept_id, i.period, a.concept_id as actor, count(distinct i.mention_id) as n
    from relations r
    join step i on i.mention_id = case when r.kind = 'affects' then r.from_mention else r.to_mention end
    join mentions a on a.mention_id = case when r.kind = 'affects' then r.to_mention else r.from_mention end
    where r.kind in ('demands', 'responsible', 'rejects', 'affects') and a.layer = 'actor'
      and a.concept_id is not null
    group by all;
create or replace temp table named as
    select concept_id, period, list(actor order by n desc, actor) as actors from voice group by all;
create or replace temp table main as
    select concept_id, period, status from (
        select concept_id, period, status, count(*) as n, sum(score) as score from step
        where status is not null group by all)
    qualify row_number() over (partition by concept_id, period
        order by n desc, score desc, list_position({list(STATUSES)}, status)) = 1;
create or replace temp table proof as
    with quote as (
        select s.*, s.status is not distinct from m.status as agrees
        from step s left join main m using (concept_id, period)
        qualify row_number() over (partition by s.concept_id, s.period, sid
            order by agrees desc, s.score desc, char_start) = 1),
    turns as (
        select *, row_number() over (partition by concept_id, period, document_id
                                     order by agrees desc, score desc, sid) as turn
        from quote),
    best as (
        select * from turns qualify row_number() over (
            partition by concept_id, period order by turn, score desc, sid) <= {EVIDENCE})
    select concept_id, period, list(mention_id order by turn, score desc, sid) as evidence
    from best group by all;
create or replace temp table life as
    select s.concept_id, s.period, count(*) as n, any_value(m.status) as status,
           count(distinct sid) as n_sentences,
           nullif(count(distinct if(s.status = m.status, sid, null)), 0) as n_status_sentences,
           any_value(a.actors) as actors, any_value(e.evidence) as evidence
    from step s left join main m using (concept_id, period) left join named a using (concept_id, period)
    join proof e using (concept_id, period)
    group by s.concept_id, s.period;
"""


class Words(Record, forbid_unknown_fields=True):
    """Patterns of words that take an instrument for granted."""

    kept: tuple[str, ...]
    changed: tuple[str, ...]


class Step(Record):
    """A concept in one period where it is mentioned."""

    period: int
    n: int
    status: str | None
    n_sentences: int
    n_status_sentences: int | None  # of these with the status; None without one
    actors: tuple[str, ...]
    evidence: tuple[str, ...]


class State(Record):
    """What is said of a concept in one period."""

    period: int
    state: str
    step: Step  # that shows it
    before: int | None  # period that it is said in comparison with


def life_stories(base: duckdb.DuckDBPyConnection, corpus: Corpus) -> pa.Table:
    """Return the rows of `lineage`, from the tables that `counts.prepare` made."""
    for made in (_STEPS, _IN_FORCE):
        base.execute(made)
    base.execute(_GRANTED, _granting())
    for made in (_AS_IN_FORCE, _LIVES):
        base.execute(made)
    by_period = _cells(base, corpus)
    chains, warnings = _chains(by_period, corpus), _warnings(by_period, corpus)
    lineage = Filling(base, "lineage")
    for concept_id, steps in _concepts(base):
        for chain, sentences, beginning in chains:
            for state in story(steps, chain, sentences):
                shown = {name: getattr(state.step, name) for name in SHOWN}
                period_id = corpus.periods[state.period]
                told = {
                    "state": state.state,
                    "at_start": state.state == "new" and state.period in beginning,
                    "drift_warning": warnings.get((state.before, state.period)),
                }
                lineage.add({"concept_id": concept_id, "period_id": period_id, **told, **shown})
    return lineage.table()


@cache
def _granting() -> dict[str, str]:
    """Return patterns of words that take an instrument for granted, in the syntax of DuckDB (RE2).

    `inside` finds them also as parts of other words: »Netzausbau« is the change itself.
    """
    words = load("presupposing", Words)
    either = "|".join((*words.kept, *words.changed))
    return {"words": rf"(?:^|\PL)(?:{either})(?:\PL|$)", "inside": either}


def _cells(base: duckdb.DuckDBPyConnection, corpus: Corpus) -> dict[int, Cell]:
    """Return the cells of the whole corpus by their period of publication."""
    divided = counts.count_base(base, "published")
    whole = next(cells.parts(corpus, divided))
    return {
        cell.period: cell for cell in cells.cells(corpus, divided, "published", whole, resamples=0, seed=0)
    }


def _warnings(by_period: Mapping[int, Cell], corpus: Corpus) -> dict[tuple[int | None, int], str | None]:
    """Return what speaks against comparing two periods, the earlier first."""
    return {
        (first, second): SEPARATOR.join(comparability(corpus, by_period[first], by_period[second], "all"))
        or None
        for first, second in combinations(sorted(by_period), 2)
        if corpus.parliaments[first] == corpus.parliaments[second]
    }


def _chains(
    by_period: Mapping[int, Cell], corpus: Corpus
) -> list[tuple[list[int], dict[int, int], set[int]]]:
    """Return for each parliament its periods with text, in order, their sentences, and where texts begin."""
    sizes = {period: int(cell.totals[:, 0].sum()) for period, cell in by_period.items()}
    chains = []
    for _, periods in groupby(sorted(sizes), key=lambda period: corpus.parliaments[period]):
        chain = list(periods)
        chains.append((chain, {period: sizes[period] for period in chain}, _beginning(chain, corpus)))
    return chains


def _beginning(chain: Sequence[int], corpus: Corpus) -> set[int]:
    """Return the periods of one parliament with which texts begin, for the first time or after a gap."""
    befores = [None, *chain[:-1]]
    return {
        period
        for before, period in zip(befores, chain, strict=True)
        if before is None or corpus.numbers[period] - corpus.numbers[before] > 1
    }


def _concepts(base: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, dict[int, Step]]]:
    cursor = base.execute("select * from life order by concept_id, period")
    rows = iter(lambda: cursor.fetchone(), None)
    for concept_id, group in groupby(rows, key=lambda row: row[0]):
        yield (
            concept_id,
            {
                period: Step(
                    period=period,
                    n=n,
                    status=status,
                    n_sentences=n_sentences,
                    n_status_sentences=n_status_sentences,
                    actors=tuple(actors or ()),
                    evidence=tuple(evidence),
                )
                for _, period, n, status, n_sentences, n_status_sentences, actors, evidence in group
            },
        )


def story(steps: dict[int, Step], chain: Sequence[int], sentences: dict[int, int]) -> Iterator[State]:
    """Yield the state of a concept in each period from its first mention on.

    Args:
        steps: where the concept is mentioned, by period.
        chain: periods of one parliament that hold text, in order.
        sentences: sentences of each of these periods.

    A period in which silence says little (fewer than `EXPECTED_LEAST` mentions were to be expected at the
    concept's highest share so far, or a single sentence ever named it) is passed over; after `dropped` there
    is no row until the concept is `revived`.
    """
    last: Step | None = None
    peak, said, silent = 0.0, 0, False
    for previous, period in zip((None, *chain[:-1]), chain, strict=True):
        step = steps.get(period)
        if step is not None:
            state = _state(last, step, sentences, silent)
            before = previous if last is None or silent else last.period
            yield State(period=period, state=state, step=step, before=before)
            last, said, silent = step, said + step.n_sentences, False
            peak = max(peak, step.n / sentences[period])
        elif last is not None and not silent:
            silent = said >= ATTESTED and peak * sentences[period] >= EXPECTED_LEAST
            if silent:
                yield State(period=period, state="dropped", step=_silenced(last), before=last.period)


def _silenced(last: Step) -> Step:
    """Return what shows that a concept was there, but nothing that is said of it now."""
    return Step(
        period=last.period,
        n=0,
        status=None,
        n_sentences=last.n_sentences,
        n_status_sentences=None,
        actors=(),
        evidence=last.evidence,
    )


def _state(last: Step | None, step: Step, sentences: dict[int, int], silent: bool) -> str:
    if last is None:
        return "new"
    if silent:
        return "revived"
    return _growth(last.n, step.n, sentences[last.period], sentences[step.period])


def _growth(before: int, now: int, text_before: int, text_now: int) -> str:
    """Compare two shares; a ratio counts only if it exceeds one standard error of chance."""
    ratio = (now / text_now) / (before / text_before)
    part = text_now / (text_before + text_now)
    both = before + now
    if abs(now - both * part) < sqrt(both * part * (1 - part)):
        return "continued"
    return "grown" if ratio >= RATIO else "faded" if ratio <= 1 / RATIO else "continued"
