"""Find the periods in whose texts names of concepts stand, whether the tagger found them there or not."""

from __future__ import annotations

from collections import defaultdict

import duckdb

ENDINGS = ("", "s", "es", "e", "n", "en", "er")  # that a name may have in a text
INFLECTED = ("e", "en", "er", "es")  # of adjectives in it: »öffentlicher Dienst«, »im öffentlichen Dienst«
_WORDS = r"regexp_extract_all(lower({}), '[\pL\pN]+(?:-[\pL\pN]+)*')"
# A view, gone through twice: as a table, the texts of ten million mentions would take gigabytes.
_SAID = f"""
create or replace temp view said as
    select period, words, ' ' || array_to_string(words, ' ') || ' ' as text
    from (select p.period, {_WORDS.format("s.text")} as words
          from counted t join sentences s using (sentence_id)
          join period p on p.period_id = t.period_published)
"""
_SPOKEN = f"""
    with name as (
        select concept_id, unnest(list_append(aliases, label)) as name from concepts
        where concept_id not in (from generic) and concept_id in (
            select concept_id from step group by concept_id having count(distinct sid) >= ?)),
    inflected as (
        select concept_id, name from name union
        select concept_id, regexp_replace(name, '\\b(\\p{{Ll}}{{3,}})e[nrs]? ', '\\1' || ending || ' ', 'g')
        from name, (select unnest({list(INFLECTED)}) as ending)),
    form as materialized (
        select distinct concept_id, array_to_string(words, ' ') || ending as form
        from (select concept_id, {_WORDS.format("name")} as words from inflected),
             (select unnest({list(ENDINGS)}) as ending)
        where len(words) > 0),
    frequency as (select word, count(*) as n from (select unnest(words) as word from said) group by word),
    rarest as materialized (  -- word of each form; none if one of them stands nowhere
        select form, arg_min(word, n) as word
        from (select distinct form, unnest(string_split(form, ' ')) as word from form)
        left join frequency using (word)
        group by form having count(*) = count(n))
    select distinct f.concept_id, w.period
    from (select period, text, unnest(words) as word from said) w
    join rarest using (word) join form f using (form)
    where contains(w.text, ' ' || f.form || ' ')
"""


def spoken(base: duckdb.DuckDBPyConnection, least: int) -> dict[str, set[int]]:
    """Return the periods whose counted sentences have a name of a concept, word by word.

    Needs the tables of `counts.prepare` and `step`. General concepts, and those that fewer than `least`
    sentences were found to name, are left out.
    """
    base.execute(_SAID)
    found: defaultdict[str, set[int]] = defaultdict(set)
    for concept_id, period in base.execute(_SPOKEN, [least]).fetchall():
        found[concept_id].add(period)
    base.execute("drop view said")
    return dict(found)
