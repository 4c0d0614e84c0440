"""Derive statements from mentions and relations: who demands, plans or rejects which instrument.

A statement joins an actor, a concept and a stance at a place in a document (Leifeld 2017). The speaker is
an actor in the sentence if a relation says so, else the document's issuer. Minutes, in which many speak,
have no such issuer.
"""

from __future__ import annotations

import re
from collections import defaultdict

import duckdb
import pyarrow as pa

from pipeline.knowledge import actors
from pipeline.knowledge.states import is_abroad
from pipeline.plain import several

_SAID = """
create or replace temp table statement as
    with thing as (
        select m.mention_id, m.sentence_id, m.document_id, m.sentence_number, m.concept_id, m.status, m.score
        from mentions m where m.layer = 'instrument' and m.concept_id is not null
          and m.sentence_id in (select sentence_id from counted)),
    heard as (
        select t.*, a.concept_id as speaker, r.score as surety,
               case r.kind when 'demands' then 'demand' when 'rejects' then 'rejection'
                    when 'responsible' then if(t.status = 'planned', 'plan', null) end as stance
        from relations r join thing t on t.mention_id = r.to_mention
        join mentions a on a.mention_id = r.from_mention
        where a.layer = 'actor' and a.concept_id is not null),
    issued as (
        select t.*, v.speaker, t.score as surety,
               case t.status when 'demanded' then 'demand' when 'planned' then 'plan'
                    when 'rejected' then 'rejection' end as stance
        from thing t join voice_of v using (document_id)
        where not exists (
            from heard where heard.mention_id = t.mention_id and heard.stance in ('demand', 'rejection')
            and (heard.speaker = v.speaker or (heard.stance = 'rejection') = (t.status = 'rejected')))),
    every as (select *, 'actor' as said_by from heard union all select *, 'issuer' from issued)
    select document_id, sentence_number, sentence_id, mention_id, speaker, concept_id, stance,
           min(said_by) as said_by, max(surety) as score,
           's' || substr(md5(concat_ws(chr(31), mention_id, speaker, stance)), 1, 16) as statement_id
    from every where stance is not null
    group by document_id, sentence_number, sentence_id, mention_id, speaker, concept_id, stance
"""
_ISSUERS = """
    select document_id, issuer, published, coalesce(parliament, '') from documents
    where issuer is not null and document_type <> 'plenarprotokoll' order by document_id"""
_NAMES = """
    select concept_id, unnest(list_prepend(label, aliases)) as name from concepts
    where layer = 'actor' order by all"""
_SHORT = re.compile(r"\s*\(([^()]+)\)$")


def say(base: duckdb.DuckDBPyConnection) -> None:
    """Create the temp table `statement` from the tables that `counts.prepare` made."""
    base.execute("create or replace temp table voice_of (document_id varchar, speaker varchar)")
    if voices := _voices(base):
        base.executemany("insert into voice_of values (?, ?)", voices)
    base.execute(_SAID)


def rows(base: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the rows of the table `statements`."""
    return base.sql("select * from statement").to_arrow_table()


def _voices(base: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return the speakers of each document: an actor of the registry or of this corpus, else a name."""
    issued = base.execute(_ISSUERS).fetchall()
    names = {document: several(issuer) for document, issuer, *_ in issued}
    known = {actors.key(name): concept for concept, name in base.execute(_NAMES).fetchall()}
    domestic = {name for several in names.values() for name in several if not is_abroad(name)}
    pairs = sorted(map(_parted, domestic))
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for long, short in pairs:
        if long != short:
            meant[actors.key(short)].add(actors.key(long))
    for long, short in pairs:
        key, told = actors.key(long), actors.key(short)
        keys = (told, key) if len(meant[told]) <= 1 and _is_short_form(short, long) else (key,)
        concept = next((known[form] for form in keys if form in known), long)
        known |= dict.fromkeys(keys, concept)
    return [
        (document, speaker)
        for document, _, *about in issued
        for speaker in sorted({_speaker(name, actors.Occasion(*about), known) for name in names[document]})
    ]


def _speaker(name: str, occasion: actors.Occasion, known: dict[str, str]) -> str:
    if is_abroad(name):  # not its namesake of the registry
        return name
    if actor := actors.lookup(name, occasion):
        return f"actor-{actor.id}"
    concept = known[actors.key(_parted(name)[0])]
    federal = actors.lookup(
        name, occasion._replace(parliament="bt")
    )  # »Fraktion SPD« of a Landtag is another
    return name if federal and concept == f"actor-{federal.id}" else concept


def _is_short_form(short: str, long: str) -> bool:
    """Return whether brackets hold a short form, not a place, a party or a role: »Neue Liste (NL)«.

    The letters of a short form stand in the name in their order.
    """
    actor, left = actors.lookup(short), iter(long.lower())
    if actor is not None and actors.is_home(actor):
        return short == long
    return all(letter in left for letter in short.lower() if letter.isalnum())


def _parted(name: str) -> tuple[str, str]:
    """Return a name and the short form in brackets after it, or the name itself if there is none."""
    short = _SHORT.search(name)
    return (name[: short.start()], short[1]) if short else (name, name)
