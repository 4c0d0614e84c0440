"""Tell life stories from mentions: what became of a challenge or an instrument from period to period."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from math import sqrt

import duckdb
import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from pipeline.config import Track
from pipeline.phrases import SEPARATOR, phrase
from pipeline.records import Record
from pipeline.schema.labels import CHALLENGE_STATUSES, INSTRUMENT_STATUSES
from pipeline.tracking import cells
from pipeline.tracking.cells import Cell
from pipeline.tracking.counts import Corpus
from pipeline.tracking.in_force import count_as_in_force
from pipeline.tracking.mix import compare
from pipeline.tracking.spoken import spoken
from pipeline.tracking.views import Filling

RATIO = 1.5  # of shares, from which a concept has grown or (inverted) faded
EVIDENCE = 4  # mentions listed for a step, each from another sentence, different documents first
SHOWN = ("status", "n_sentences", "n_documents", "n_status_sentences", "actors", "evidence")  # of a step
PREFERRED = (*CHALLENGE_STATUSES, *INSTRUMENT_STATUSES)  # of equally frequent ones, the first is taken
FORMED = "-[0-9a-f]{10}$"  # ids of concepts that only their name defines, unlike those of the registry

# »Mietpreisbremse in engen Märkten« tells the life of the »Mietpreisbremse«, too
_STEPS = f"""
create or replace temp table step as
    with told as (
        select concept_id as named, concept_id from concepts
        union all
        select concept_id, wider from concepts
        where wider is not null and regexp_matches(concept_id, '{FORMED}'))
    select m.mention_id, d.concept_id, p.period, m.status, m.score, m.document_id,
           t.sid, t.is_sentence, m.char_start
    from mentions m join told d on d.named = m.concept_id
    join counted t using (sentence_id) join period p on p.period_id = t.period_published
    where m.layer <> 'actor' and d.concept_id not in (from generic)
"""
# variance of each share over clusters, linearised, as in `resample.variance`
_VARIED = """
create or replace temp table varied as
    with whole as (
        select period, count(*) as clusters, sum(size) as total, sum(size * size) as squares
        from (select distinct period, cluster, size from cluster) group by period),
    counts as (
        select s.concept_id, s.period, c.cluster, count(*) as n, any_value(c.size) as size
        from step s join counted t using (sid) join cluster c on c.period = s.period and c.atom = t.atom
        group by all),
    sums as (
        select concept_id, period, sum(n) as n, sum(n * n) as squared, sum(n * size) as crossed
        from counts group by all)
    select concept_id, period, greatest(0, squared - 2 * n / total * crossed + (n / total) ** 2 * squares)
           / total ** 2 * clusters / (clusters - 1) as variance
    from sums join whole using (period)
"""
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
    with said as (
        select concept_id, period, status, count(*) as n, sum(score) as score from step
        where status is not null group by all),
    tied as (
        select *, bool_or(status = 'existing') over (partition by concept_id, period, n) as by_law from said)
    select concept_id, period, status
    from tied join period using (period) left join in_force f using (concept_id, parliament)
    qualify row_number() over (partition by concept_id, period order by n desc,
        coalesce(status in ('planned', 'demanded') and by_law and f.since < period, false), score desc,
        list_position({list(PREFERRED)}, status)) = 1;
create or replace temp table proof as
    with quote as (
        select s.*, s.status is not distinct from m.status as agrees
        from step s left join main m using (concept_id, period)
        qualify row_number() over (partition by s.concept_id, s.period, sid
            order by agrees desc, s.score desc, char_start) = 1),
    turns as (
        select *, row_number() over (partition by document_id, concept_id, period
                                     order by agrees desc, is_sentence desc, score desc, sid) as turn,
               row_number() over (partition by concept_id, period
                                  order by agrees desc, is_sentence desc, score desc, sid) = 1 as leads
        from quote),
    best as (
        select *, row_number() over (partition by concept_id, period
                                     order by leads desc, is_sentence desc, turn, score desc, sid) as place
        from turns qualify place <= {EVIDENCE})
    select concept_id, period, list(mention_id order by place) as evidence from best group by all;
create or replace temp table life as
    select s.concept_id, s.period, count(*) as n, any_value(m.status) as status,
           count(distinct sid) as n_sentences, count(distinct document_id) as n_documents,
           nullif(count(distinct if(s.status = m.status, sid, null)), 0) as n_status_sentences,
           coalesce(any_value(a.actors), []) as actors, any_value(e.evidence) as evidence,
           coalesce(any_value(v.variance), 0) as variance
    from step s left join main m using (concept_id, period) left join named a using (concept_id, period)
    join proof e using (concept_id, period) left join varied v using (concept_id, period)
    group by s.concept_id, s.period;
"""


class Periods(Record):
    """The periods of one parliament that have text."""

    sentences: dict[int, int]  # by period, in order
    beginning: set[int]  # periods before which there is little text, since the first or since a gap


class Step(Record):
    """A concept in one period in which it is mentioned."""

    period: int
    n: int
    status: str | None
    n_sentences: int
    n_documents: int
    n_status_sentences: int | None  # of the sentences with the status; None without one
    actors: Sequence[str]
    evidence: Sequence[str]
    variance: float = 0.0  # of mentions per sentence, over documents or sections


class State(Record):
    """What is stated about a concept in one period."""

    period: int
    state: str
    is_attested: bool  # whether enough sentences show it
    step: Step  # the step that shows it
    before: int | None  # the period with which it is compared


def life_stories(base: duckdb.DuckDBPyConnection, corpus: Corpus, settings: Track) -> pa.Table:
    """Return the rows of `lineage`, from the tables that `counts.prepare` made."""
    base.execute(_STEPS)
    count_as_in_force(base, settings.least_sentences)
    by_period = _cells(base, corpus)
    _write_clusters(base, by_period)
    for statements in (_VARIED, _LIVES):
        base.execute(statements)
    parliaments, warnings = _parliaments(by_period, corpus), _warnings(by_period, corpus)
    named = spoken(base, settings.least_sentences)
    labels = dict(base.execute("select concept_id, label from concepts").fetchall())
    lineage = Filling(base, "lineage")
    for concept_id, parliament, steps in _concepts(base, corpus):
        periods, said = parliaments[parliament], named.get(concept_id, ())
        for state in story(steps, periods.sentences, settings, said):
            step, n_status = state.step, state.step.n_status_sentences
            told = warnings.get((state.before, state.period), ())
            if (
                state.state == "new"
                and (earlier := _earlier(state.period, periods.sentences, said)) is not None
            ):
                told = (*told, phrase("named_before", before=corpus.periods[earlier]))
            lineage.add({
                "concept_id": concept_id,
                "label": labels[concept_id],
                "period_id": corpus.periods[state.period],
                "state": state.state,
                "is_attested": state.is_attested,
                "is_status_attested": None if n_status is None else n_status >= settings.least_sentences,
                "at_start": state.state == "new" and state.period in periods.beginning,
                "drift_warning": SEPARATOR.join(told) or None,
                **{name: getattr(step, name) for name in SHOWN},
            })  # fmt: skip
    return lineage.table()


def _cells(base: duckdb.DuckDBPyConnection, corpus: Corpus) -> dict[int, Cell]:
    """Return the cells of the whole corpus by period of publication."""
    return {cell.period: cell for cell in cells.whole(base, corpus, "published", resamples=0, seed=0)}


def _write_clusters(base: duckdb.DuckDBPyConnection, by_period: Mapping[int, Cell]) -> None:
    """Write the cluster of each section and its sentences to a table, without periods of too few clusters."""
    base.execute("create or replace temp table cluster (period int, atom int, cluster int, size double)")
    for period, cell in by_period.items():
        if cell.level == "none":
            continue
        atoms = np.flatnonzero(cell.cluster_of >= 0)
        of_atom = cell.cluster_of[atoms]
        added = {"atom": atoms, "cluster": of_atom, "size": cell.totals[of_atom, 0]}
        base.register("added", pa.table(added))
        base.execute("insert into cluster select ?, atom, cluster, size from added", [period])
        base.unregister("added")


def _earlier(period: int, periods: Iterable[int], said: Container[int]) -> int | None:
    """Return the first of the periods before this one in which the name stands, if there is one."""
    return next((one for one in periods if one < period and one in said), None)


def _warnings(by_period: Mapping[int, Cell], corpus: Corpus) -> dict[tuple[int | None, int], tuple[str, ...]]:
    """Return what speaks against comparing two periods, by pairs with the earlier one first."""
    return {
        (first, second): compare(corpus, by_period[first], by_period[second], "all").warnings
        for first, second in combinations(sorted(by_period), 2)
        if corpus.parliaments[first] == corpus.parliaments[second]
    }


def _parliaments(by_period: Mapping[int, Cell], corpus: Corpus) -> dict[str, Periods]:
    """Return the periods of each parliament."""
    sizes = {period: int(cell.totals[:, 0].sum()) for period, cell in sorted(by_period.items())}
    found = {}
    for parliament, group in groupby(sizes, key=lambda period: corpus.parliaments[period]):
        sentences = {period: sizes[period] for period in group}
        found[parliament] = Periods(sentences=sentences, beginning=_beginning(sentences, corpus))
    return found


def _beginning(sentences: Mapping[int, int], corpus: Corpus) -> set[int]:
    """Return the periods that fewer than `MIN_TEXT` sentences precede, at first or after a gap."""
    found, earlier, last = set(), 0, None
    for period, here in sentences.items():
        if last is not None and corpus.numbers[period] - corpus.numbers[last] > 1:
            earlier = 0
        if earlier < cells.MIN_TEXT:
            found.add(period)
        earlier, last = earlier + here, period
    return found


def _concepts(base: duckdb.DuckDBPyConnection, corpus: Corpus) -> Iterator[tuple[str, str, dict[int, Step]]]:
    """Yield the steps of each concept in each parliament, by period."""
    columns = ", ".join(Step.__struct_fields__)
    cursor = base.execute(f"select concept_id, {columns} from life order by concept_id, period")
    rows = iter(lambda: cursor.fetchone(), None)
    for (concept_id, parliament), group in groupby(
        rows, key=lambda row: (row[0], corpus.parliaments[row[1]])
    ):
        yield concept_id, parliament, {step.period: step for _, *values in group for step in [Step(*values)]}


def story(
    steps: Mapping[int, Step], sentences: Mapping[int, int], settings: Track, said: Container[int] = ()
) -> Iterator[State]:
    """Yield the state of a concept in each period from its first mention on.

    Args:
        steps: the steps of the concept by period.
        sentences: number of sentences in each period of one parliament that has any, in order.
        settings: evidence needed for dropped, grown, faded and revived.
        said: periods in whose texts a name of the concept stands, found by the tagger or not.

    A period without mentions is skipped if that says little: a name stands in its texts all the same, too
    few mentions were expected at the concept's highest share so far, or too few sentences ever named it.
    `dropped` is stated once, until the concept is `revived`; a mention in too few sentences does not end the
    silence. A period with too little text for a share is `continued`, and no later one is compared with it.
    """
    last: Step | None = None
    measured: Step | None = None  # the last one in a period with enough text
    peak, named, silent = 0.0, 0, False
    previous = None
    quoted: list[str] = []  # the latest evidence so far
    for period in sentences:
        step = steps.get(period)
        if step is not None:
            quoted = [*step.evidence, *quoted][:EVIDENCE]
            attested = step.n_sentences >= settings.least_sentences
            revived, with_text = silent and attested, sentences[period] >= cells.MIN_TEXT
            compared = measured if with_text and measured else last
            state = "revived" if revived else _state(compared, step, sentences, settings)
            before = previous if compared is None or revived else compared.period
            yield State(period=period, state=state, is_attested=attested, step=step, before=before)
            last, named, silent = step, named + step.n_sentences, silent and not attested
            if with_text:
                measured, peak = step, max(peak, step.n / sentences[period])
        elif last is not None and not silent:
            expected = peak * sentences[period]
            known = named >= settings.least_sentences and expected >= settings.least_expected
            silent = known and period not in said
            if silent:
                step, before = _silenced(last, quoted), last.period
                yield State(period=period, state="dropped", is_attested=True, step=step, before=before)
        previous = period


def _silenced(last: Step, quoted: Sequence[str]) -> Step:
    """Return a step as evidence that a concept existed, without anything stated about it now."""
    return replace(last, n=0, status=None, n_status_sentences=None, actors=[], evidence=quoted)


def _state(last: Step | None, step: Step, sentences: Mapping[int, int], settings: Track) -> str:
    """Return the state from comparing the share of a concept with that of an earlier period that named it.

    A ratio counts only if it exceeds one standard error, of chance and over documents or sections, if enough
    sentences show the higher share, and if at that share enough mentions were expected in the period with
    the lower one.
    """
    if last is None:
        return "new"
    if min(sentences[one.period] for one in (last, step)) < cells.MIN_TEXT:
        return "continued"
    before, now = (one.n / sentences[one.period] for one in (last, step))
    more, fewer = (step, last) if now > before else (last, step)
    expected = max(before, now) * sentences[fewer.period]
    part = sentences[step.period] / (sentences[last.period] + sentences[step.period])
    both = last.n + step.n
    by_chance = abs(step.n - both * part) < sqrt(both * part * (1 - part)) or abs(now - before) < sqrt(
        last.variance + step.variance
    )
    if by_chance or more.n_sentences < settings.least_sentences or expected < settings.least_expected:
        return "continued"
    return "grown" if now >= RATIO * before else "faded" if now <= before / RATIO else "continued"
