"""Find the mentions that take an instrument for granted, although they plan or demand something of it.

Raising a minimum wage is not planning one: once texts speak of it as in force, a word that presupposes it
(»erhöhen«) or, in a later period, its mere name with the definite article (»der Mindestlohn muss …«) says
that it is there. Source: the classes of Levinson (1983), Pragmatics, section 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import duckdb

from pipeline.knowledge.toml import load
from pipeline.records import Record

# whose name says that it changes something, as »Rentenreform« or »Netzausbau«
_CHANGES = """
create or replace temp table change as
    select concept_id from concepts where layer = 'instrument' and (
        regexp_matches(lower(label), $inside) or regexp_matches(lower(label), $kept_apart)
        or regexp_matches(lower(label), $changed_apart))
"""
_TAKEN = """
create or replace temp table taken as
    with near as materialized (
        select *, regexp_matches(clause, $kept) or regexp_matches(clause, $kept_apart) as kept
        from (select s.mention_id, s.concept_id, lower(m.text) as name,
                     unnest(string_split_regex(lower(t.text), '[,;:] ')) as clause
              from step s join mentions m using (mention_id) join sentences t on t.sentence_id = m.sentence_id
              where s.status in ('planned', 'demanded') and s.concept_id not in (from change))
        where contains(clause, name)),
    granted as materialized (
        from near where kept or regexp_matches(clause, $changed) or regexp_matches(clause, $changed_apart))
    select mention_id, concept_id, bool_or(kept) as kept from granted
    where not regexp_matches(left(clause, strpos(clause, name) - 1), $means)
    group by all
"""
_IN_FORCE = """
create or replace temp table in_force as
    with told_so as (
        select concept_id, parliament, period, count(distinct sid) as n from step join period using (period)
        where status = 'existing'
           or (mention_id, concept_id) in (select mention_id, concept_id from taken where kept)
        group by all)
    select concept_id, parliament, min(period) as since
    from (select *, sum(n) over (partition by concept_id, parliament order by period) as so_far from told_so)
    where so_far >= ? group by all
"""
_AS_IN_FORCE = """
update step set status = 'existing' where (mention_id, concept_id) in (
    select s.mention_id, s.concept_id
    from taken join step s using (mention_id, concept_id) join period p using (period)
    join in_force f using (concept_id, parliament) where p.period >= f.since)
"""
# what most documents of a period say of an instrument, if that is that it is in force, or not wanted
_SETTLED = """
create or replace temp table settled as
    with told as (
        select concept_id, parliament, period, status,
               count(distinct document_id) as n_documents, count(distinct sid) as n
        from step join period using (period) where status is not null group by all),
    best as (
        select *, count(*) over (partition by concept_id, period, n_documents, n) as n_alike from told
        qualify row_number() over (partition by concept_id, period order by n_documents desc, n desc) = 1)
    select concept_id, parliament, period, status from best
    where n_alike = 1 and n >= ? and status in ('existing', 'rejected')
"""
_STILL = """
update step set status = 'existing' where (mention_id, concept_id) in (
    with later as (
        select s.mention_id, s.concept_id
        from step s join period p using (period)
        asof join settled e
            on e.concept_id = s.concept_id and e.parliament = p.parliament and e.period < s.period
        where e.status = 'existing' and s.status in ('planned', 'demanded')
          and s.concept_id not in (from change)),
    named as (
        select l.*, lower(left(t.text, m.char_start)) as before, lower(c.label) as label,
               regexp_replace(lower(m.text), $usual, '') as name
        from later l join concepts c using (concept_id) join mentions m using (mention_id)
        join sentences t on t.sentence_id = m.sentence_id)
    select mention_id, concept_id from named
    where starts_with(name, left(label, greatest(4, length(label) - 2))) and length(name) <= length(label) + 3
      and regexp_matches(before, $definite))
"""


class Words(Record, forbid_unknown_fields=True):
    """Patterns of words that take an instrument for granted."""

    kept: tuple[str, ...]
    kept_apart: tuple[str, ...]  # verbs in two parts
    changed: tuple[str, ...]
    changed_apart: tuple[str, ...]
    means: tuple[str, ...]  # what stands before an instrument that is not what is kept or changed
    definite: tuple[str, ...]  # articles of what is known
    usual: tuple[str, ...]  # adjectives that single out no other instrument


def count_as_in_force(base: duckdb.DuckDBPyConnection, least_sentences: int) -> None:
    """Give mentions in table `step` that take an instrument for granted the status »existing«.

    The table `in_force` then has the period since which each instrument is in force, in each parliament:
    the first until which `least_sentences` say so.
    """
    found = _patterns()
    base.execute(_CHANGES, {name: found[name] for name in ("inside", "kept_apart", "changed_apart")})
    taking = ("kept", "kept_apart", "changed", "changed_apart", "means")
    base.execute(_TAKEN, {name: found[name] for name in taking})
    base.execute(_IN_FORCE, [least_sentences])
    base.execute(_AS_IN_FORCE)
    base.execute(_SETTLED, [least_sentences])
    base.execute(_STILL, {name: found[name] for name in ("definite", "usual")})


@cache
def _patterns() -> dict[str, str]:
    """Return patterns of words that take an instrument for granted, in the syntax of DuckDB (RE2).

    `inside` also finds them as parts of other words: »Netzausbau« is the change itself.
    """
    words = load("presupposing", Words)
    patterns = {name: rf"(?:^|\PL)(?:{_either(getattr(words, name))})" for name in Words.__struct_fields__}
    patterns["means"] = rf"(?:^|\PL)(?:{'|'.join(words.means)}) (?:\pL+ )?$"
    usual = "|".join(words.usual)
    patterns["usual"] = f"^(?:{usual}) "
    patterns["definite"] = rf"(?:^|\PL)(?:{'|'.join(words.definite)}) (?:(?:{usual}) )?$"
    inside = (word.removesuffix(r"\pL*") for word in (*words.kept, *words.changed))
    return {**patterns, "inside": "|".join(inside)}


def _either(words: Sequence[str]) -> str:
    """Return a pattern of either of some words; without "any ending", it is searched ten times as fast."""
    ending = r"\pL*"
    begun = [word.removesuffix(ending) for word in words if word.endswith(ending)]
    whole = [word for word in words if not word.endswith(ending)]
    return "|".join([*begun, rf"(?:{'|'.join(whole)})(?:\PL|$)"])
