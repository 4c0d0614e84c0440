"""Count what was read in each period, and say what was analysed and what was not."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.records import Record
from pipeline.wording import Language, joined, number, numbered, out_of, say

_KINDS = """
    select coalesce(period_published, ''), document_type, count(*) from documents
    where status in ('ok', 'partial') and duplicate_of is null group by all order by all
"""
_COVER = """
    with page as (select document_id, count(*) as pages,
                  count(*) filter (status in ('failed', 'skipped')) as lost,
                  count(*) filter (text_source = 'ocr') as ocr from pages group by all),
    told as (select document_id, count(*) as sentences from sentences where counted group by all),
    named as (select document_id, count(*) as mentions
              from mentions join sentences s using (document_id, sentence_id) where s.counted group by all)
    select * from (select coalesce(period_published, '') as period_id, count(*)::int as documents,
           (count(*) filter (status in ('failed', 'skipped') and duplicate_of is null))::int as failed,
           (count(*) filter (status <> 'failed' and duplicate_of is not null))::int as repeated,
           coalesce(sum(pages), 0)::int as pages,
           coalesce(sum(pages) filter (status in ('ok', 'partial') and duplicate_of is null), 0)::int as read,
           coalesce(sum(lost), 0)::int as lost, coalesce(sum(ocr), 0)::int as ocr,
           coalesce(sum(sentences), 0)::int as sentences, coalesce(sum(mentions), 0)::int as mentions
    from documents left join page using (document_id) left join told using (document_id)
    left join named using (document_id) group by 1) order by period_id = '', period_id
"""
_DUPLICATES = "select count(*) from documents where duplicate_of is not null"
_FAILURES = """
    select d.path, d.status, case when e.path is null then d.reason
           else replace(d.reason, d.duplicate_of, e.path) end as reason
    from documents d left join documents e on e.document_id = d.duplicate_of
    where d.status <> 'ok' or d.reason <> '' order by d.status, d.path
"""
_OMITTED = """
    with counted as (select document_id from documents
                     where status in ('ok', 'partial') and duplicate_of is null),
    whole as (select sum(n_chars + n_dropped_chars) as n from pages join counted using (document_id))
    select reason, sum(o.n_chars) / any_value(whole.n) as share
    from omissions o join counted using (document_id), whole group by reason order by share desc, reason
"""


class Cover(Record):
    """How much was read of the documents of one period."""

    period_id: str  # empty: no date
    documents: int
    failed: int  # not read
    repeated: int  # read, but not counted
    pages: int
    read: int  # pages of the documents that are counted
    lost: int
    ocr: int
    sentences: int
    mentions: int


class Failure(Record):
    """A document that was not read completely, or does not count towards any period, and why."""

    path: str
    status: str
    reason: str


def cover(base: duckdb.DuckDBPyConnection) -> tuple[Cover, ...]:
    """Return how much was read of each period, in order, that of undated documents last."""
    return tuple(Cover(*row) for row in base.execute(_COVER).fetchall())


def kinds(base: duckdb.DuckDBPyConnection) -> tuple[tuple[str, str, int], ...]:
    """Return the number of documents that count, by period and type."""
    return tuple(base.execute(_KINDS).fetchall())


def failures(base: duckdb.DuckDBPyConnection) -> tuple[Failure, ...]:
    """Return the documents that were not read completely, repeat others or are another state's."""
    return tuple(Failure(*row) for row in base.execute(_FAILURES).fetchall())


def duplicates(base: duckdb.DuckDBPyConnection) -> int:
    """Return how many documents repeat others."""
    n: int = base.execute(_DUPLICATES).fetchall()[0][0]
    return n


def omitted(base: duckdb.DuckDBPyConnection) -> tuple[tuple[str, float], ...]:
    """Return the reasons why characters of the documents that count are not analysed, and their shares."""
    return tuple(base.execute(_OMITTED).fetchall())


def unplaced(cover: Sequence[Cover]) -> float:
    """Return the share of sentences in documents without a period of publication, 0..1."""
    total = sum(row.sentences for row in cover)
    return sum(row.sentences for row in cover if not row.period_id) / total if total else 0.0


def covered(found: Sequence[Cover], periods: Sequence[str], others: Sequence[str], language: Language) -> str:
    """Return how many documents, pages and sentences were analysed, and where the sentences stand."""
    documents, left_out, pages, sentences = (
        _sum(found, *names) for names in (("documents",), ("failed", "repeated"), ("read",), ("sentences",))
    )
    return say(
        language,
        de="Ausgewertet wurden {read} von {all} Dokumenten mit {pages} Seiten und {sentences} Sätzen{where}.",
        en="{read} of {all} documents with {pages} pages and {sentences} sentences were analysed{where}.",
        read=number(documents - left_out, language),
        all=number(documents, language),
        pages=number(pages, language),
        sentences=number(sentences, language),
        where=_where(found, periods, others, language),
    )


def uncovered(found: Sequence[Cover], language: Language) -> str:
    """Return what was not read, and what was read but does not count as it repeats other documents."""
    unread = [
        numbered(_sum(found, name), language, de=de, en=en)
        for name, de, en in (
            ("failed", "Dokument|Dokumente", "document|documents"),
            ("lost", "Seite|Seiten", "page|pages"),
        )
        if _sum(found, name)
    ]
    told = []
    if unread:
        told.append(
            say(
                language,
                de="Nicht gelesen: {what} (Gründe bei den Dokumenten).",
                en="Not read: {what} (reasons beside the documents).",
                what=joined(unread, language),
            )
        )
    repeated = _sum(found, "repeated")
    if repeated:
        told.append(
            numbered(
                repeated,
                language,
                de="Dokument wiederholt ein anderes und zählt nicht."
                "|Dokumente wiederholen andere und zählen nicht.",
                en="document repeats another and does not count.|documents repeat others and do not count.",
            )
        )
    return " ".join(told)


def _where(found: Sequence[Cover], periods: Sequence[str], others: Sequence[str], language: Language) -> str:
    """Return the periods of the sentences, and how many sentences are in none of them."""
    if not periods:
        return ""
    inside = out_of(periods, language)
    outside = (
        (_sentences(found, ""), ("ohne Wahlperiode", "without a Wahlperiode")),
        (_sentences(found, *others), ("aus anderen Parlamenten", "of other parliaments")),
    )
    rest = [f"{number(n, language)} {words[language != 'de']}" for n, words in outside if n]
    if not rest:
        return f" {inside}"
    held = f"{number(_sentences(found, *periods), language)} {inside}"
    return f"{', davon' if language == 'de' else ','} {joined([held, *rest], language)}"


def _sum(found: Sequence[Cover], *names: str) -> int:
    return sum(getattr(cover, name) for cover in found for name in names)


def _sentences(found: Sequence[Cover], *periods: str) -> int:
    return sum(cover.sentences for cover in found if cover.period_id in periods)
