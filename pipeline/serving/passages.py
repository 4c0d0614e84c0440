"""Sentences for lists: each with the mentions it is shown for marked, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Record
from pipeline.serving.documents import AT_ONCE
from pipeline.serving.marking import Mark, Piece, pieces
from pipeline.serving.reader import Reader, Row

A_PAGE = 25  # sentences on one page of a list


class Told(Record):
    """A sentence with its place; its mentions lead to their evidence."""

    pieces: tuple[Piece, ...]
    document_id: str
    title: str
    issuer: str
    published: str
    period: str
    page: int  # 0 where the source has no pages
    part: int  # the page, or the part of a source without pages
    passage: int


class Condition(Record):
    """Which sentences are listed, and which mentions are marked in them.

    `where` is a condition in SQL on sentences `s` and documents `d`, with `?` for each of `values`; `only`
    one on mentions `m`, with `?` for each of `given`, all of them where it is empty.
    """

    where: str
    values: tuple[object, ...]
    only: str = ""
    given: tuple[object, ...] = ()


class Listed(Record):
    """One page of a list of sentences."""

    told: tuple[Told, ...]
    n: int
    page: int
    last: int


PLACE = """
    s.sentence_id, s.text, s.number, s.page, d.document_id, coalesce(d.title, d.path) as title,
    coalesce(d.issuer, '') as issuer, coalesce(d.published::varchar, '') as published,
    coalesce(d.period_published, '') as period, p.number as passage
    from sentences s join documents d using (document_id) join passages p using (passage_id)"""
HOME = "sentences s join documents d using (document_id)"
ORDER = "order by d.published desc nulls last, d.document_id, s.number"


def listed(reader: Reader, asked: Condition, *, page: int) -> Listed:
    """Return one page (from 1) of the sentences that pass a condition; the last where there is none."""
    counted = reader.row(f"select count(*) as n from {HOME} where {asked.where}", *asked.values)
    n = counted["n"] if counted else 0
    last = max(1, -(-n // A_PAGE))
    page = min(max(page, 1), last)
    sql = f"select {PLACE} where {asked.where} {ORDER} limit {A_PAGE} offset {(page - 1) * A_PAGE}"
    found = reader.rows(sql, *asked.values)
    return Listed(told=told(reader, found, asked.only, asked.given), n=n, page=page, last=last)


def told(
    reader: Reader, found: Sequence[Row], only: str = "", given: Sequence[object] = ()
) -> tuple[Told, ...]:
    """Return sentences with their mentions marked."""
    ids = [row["sentence_id"] for row in found]
    sql = """select mention_id, sentence_id, layer, char_start, char_end from mentions m
        where list_contains(?, sentence_id)"""
    marks: dict[str, list[Mark]] = {}
    for row in reader.rows(f"{sql} and {only}" if only else sql, ids, *given) if ids else []:
        mark = Mark(row["char_start"], row["char_end"], row["layer"], row["mention_id"])
        marks.setdefault(row["sentence_id"], []).append(mark)
    return tuple(_told(row, marks.get(row["sentence_id"], [])) for row in found)


def _told(row: Row, marks: Sequence[Mark]) -> Told:
    return Told(
        pieces=pieces(row["text"], marks),
        document_id=row["document_id"],
        title=row["title"],
        issuer=row["issuer"],
        published=row["published"],
        period=row["period"],
        page=row["page"] or 0,
        part=row["page"] or row["passage"] // AT_ONCE + 1,
        passage=row["passage"],
    )
