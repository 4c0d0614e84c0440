"""List sentences with their places, marking in each the mentions for which it is listed."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.query import PUBLISHED
from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.serving.documents import AT_ONCE
from pipeline.serving.marking import Mark, MarkedPiece, pieces, wholes
from pipeline.serving.reader import Reader, these

A_PAGE = 25  # sentences on one page of a list
ORDER = "published desc nulls last, document_id, number"


class Told(Record):
    """A sentence with its place; its mentions link to their evidence."""

    sentence_id: str
    pieces: tuple[MarkedPiece, ...]
    named: tuple[MarkedPiece, ...]  # its mentions as wholes, even if they contain others
    document_id: str
    title: str
    issuer: str
    published: str
    period: str
    page: int  # 0 if the source has no pages
    part: int  # the page, or the part of a source without pages
    passage: int


class Condition(Record):
    """Which sentences are listed, and which mentions are marked in them.

    `found` is SQL for sentence_id, published, document_id and number, one row a sentence, with `?` for each
    of `values`; `only` is a condition on mentions `m`, with `?` for each of `given`, or "" for all.
    """

    found: str
    values: tuple[object, ...]
    only: str = ""
    given: tuple[object, ...] = ()
    order: str = ORDER  # by columns of `found`


class SentenceList(Record):
    """One page of a list of sentences."""

    told: tuple[Told, ...]
    n: int
    homes: int  # documents that they are from
    page: int
    last: int


HOME = """
    select s.sentence_id, d.published, s.document_id, s.number
    from sentences s join documents d using (document_id)"""
_PLACE = f"""
    s.sentence_id, s.text, s.number, s.page, d.document_id, coalesce(d.title, d.path) as title,
    coalesce(d.issuer, '') as issuer, {PUBLISHED} as published,
    coalesce(d.period_published, '') as period, p.number as passage
    from sentences s join documents d using (document_id) join passages p using (passage_id)"""


def every(asked: Condition) -> str:
    """Return SQL for all sentences that meet a condition, with their places."""
    return (
        f"select {_PLACE} where s.sentence_id in (select sentence_id from ({asked.found})) order by {ORDER}"
    )


RANKED = f"""
    with hit as (select unnest($1::varchar[]) as sentence_id, generate_subscripts($1::varchar[], 1) as rank)
    select rank, {_PLACE} join hit on hit.sentence_id = s.sentence_id order by rank"""


def listed(reader: Reader, asked: Condition, *, page: int) -> SentenceList:
    """Return one page (from 1) of the sentences that meet a condition; beyond the end, the last page."""
    counts = "count(*) over () as n, count(distinct document_id) over () as homes"
    found = f"select sentence_id, {counts} from ({asked.found})"
    sql = f"{found} order by {asked.order} limit {A_PAGE} offset "
    rows = reader.rows(sql + str((page - 1) * A_PAGE), *asked.values)
    if not rows and page > 1:
        counted = reader.row(f"select count(*) as n from ({asked.found})", *asked.values)
        last = max(1, -(-counted["n"] // A_PAGE)) if counted else 1
        return listed(reader, asked, page=min(page - 1, last))
    n, homes = (rows[0]["n"], rows[0]["homes"]) if rows else (0, 0)
    shown = told(reader, [row["sentence_id"] for row in rows], asked.only, asked.given)
    return SentenceList(told=shown, n=n, homes=homes, page=page, last=max(1, -(-n // A_PAGE)))


def told(
    reader: Reader, ids: Sequence[str], only: str = "", given: Sequence[object] = ()
) -> tuple[Told, ...]:
    """Return sentences in the given order with their mentions marked; unknown ids are left out."""
    if not ids:
        return ()
    found = {row["sentence_id"]: row for row in _among(reader, "sentences", "sentence_id", ids)}
    passages = list({row["passage_id"] for row in found.values()})
    numbers = {row["passage_id"]: row["number"] for row in _among(reader, "passages", "passage_id", passages)}
    homes = list({row["document_id"] for row in found.values()})
    dated = f"select *, {PUBLISHED} as dated from documents d where document_id in {these(homes)}"
    documents = {row["document_id"]: row for row in reader.rows(dated, *homes)}
    near = (
        f"with m as materialized (select * exclude (boxes) from mentions where sentence_id in {these(ids)})"
    )
    marks: dict[str, list[Mark]] = {}
    for row in reader.rows(f"{near} from m where {only or 'true'}", *ids, *given):
        mark = Mark(row["char_start"], row["char_end"], row["layer"], row["mention_id"])
        marks.setdefault(row["sentence_id"], []).append(mark)
    return tuple(
        _told(
            found[one],
            documents[found[one]["document_id"]],
            numbers[found[one]["passage_id"]],
            marks.get(one, []),
        )
        for one in ids
        if one in found
    )


def _among(reader: Reader, table: str, key: str, ids: Sequence[str]) -> list[Row]:
    return reader.rows(f"select * from {table} where {key} in {these(ids)}", *ids)


def _told(row: Row, home: Row, passage: int, marks: Sequence[Mark]) -> Told:
    return Told(
        sentence_id=row["sentence_id"],
        pieces=pieces(row["text"], marks),
        named=wholes(row["text"], marks),
        document_id=row["document_id"],
        title=home["title"] or home["path"],
        issuer=home["issuer"] or "",
        published=home["dated"],
        period=home["period_published"] or "",
        page=row["page"] or 0,
        part=row["page"] or passage // AT_ONCE + 1,
        passage=passage,
    )
