"""List the documents of a corpus, narrowed by words and by facets with counts."""

from __future__ import annotations

from pipeline.query import PUBLISHED
from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.serving.documents import OCR, REPEATED, SCANNED
from pipeline.serving.reader import Reader, spelled

A_PAGE = 200
UNKNOWN = "none"  # value of a facet for documents without one
# Facets and the SQL for a document's values, a list because issuers may be joint.
FACETS = {
    "document_type": "[d.document_type]",
    "issuer": f"list_transform(string_split(coalesce(d.issuer, '{UNKNOWN}'), ';'), lambda x: trim(x))",
    "period": f"[coalesce(d.period_published, '{UNKNOWN}')]",
    # a repetition is skipped on purpose, unlike a file that could not be read
    "status": f"""list_concat([if(d.status = 'skipped' and d.duplicate_of is not null, 'repeated', d.status)],
        if(exists (select 1 from pages p where {OCR}), ['ocr'], []))""",
}
# macOS decomposes the umlauts of file names
_NAMED = spelled("nfc_normalize(concat_ws(' ', d.title, d.issuer, d.path))")
_LISTED = f"""
    select d.*, coalesce(n, 0) as n_mentions, {PUBLISHED} as dated, r.repeated, {SCANNED} from documents d
    {REPEATED}
    left join (select document_id, count(*) as n from mentions group by all) using (document_id)
    where {{}}
    order by d.published desc nulls last, d.title, d.path, d.document_id"""


class ShelfFacet(Record):
    """The values of a facet, each with the number of documents under the other choices."""

    name: str
    values: tuple[tuple[str, int], ...]
    chosen: str


class Shelf(Record):
    """One page of the list of documents."""

    rows: list[Row]
    n: int
    all: int  # in the corpus
    page: int
    last: int
    facets: tuple[ShelfFacet, ...]


def shelf(reader: Reader, words: str, chosen: dict[str, str], page: int) -> Shelf:
    """Return a page of the documents that have the chosen values and all words, the latest first.

    Args:
        reader: the tables.
        words: looked for in title, issuer and path.
        chosen: values of `FACETS` by name.
        page: from 1; beyond the end, the last one.
    """
    counted = reader.rows("select count(*) as n from documents")[0]["n"]
    where, values = narrowed(words, chosen)
    n = reader.rows(f"select count(*) as n from documents d where {where}", *values)[0]["n"]
    last = max(1, -(-n // A_PAGE))
    page = min(max(page, 1), last)
    sql = f"{_LISTED.format(where)} limit {A_PAGE} offset {(page - 1) * A_PAGE}"
    facets = tuple(facet(reader, name, words, chosen) for name in FACETS)
    return Shelf(rows=reader.rows(sql, *values), n=n, all=counted, page=page, last=last, facets=facets)


def narrowed(words: str, chosen: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the condition on documents `d` with all words and the chosen values, and its values."""
    given = words.split()
    told = [f"contains({_NAMED}, {spelled('?')})" for _ in given]
    told += [f"list_contains({FACETS[name]}, ?)" for name in chosen]
    return " and ".join(told) or "true", (*given, *chosen.values())


def listed(words: str, chosen: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return SQL for all documents that a list shows on its pages, and its values."""
    where, values = narrowed(words, chosen)
    return _LISTED.format(where), values


def facet(reader: Reader, name: str, words: str, chosen: dict[str, str]) -> ShelfFacet:
    """Return the values of a facet among the documents that have all words and the other chosen values."""
    where, values = narrowed(words, {one: value for one, value in chosen.items() if one != name})
    rows = reader.rows(
        f"""select value, count(*) as n
            from (select unnest({FACETS[name]}) as value from documents d where {where})
            group by value order by value = '{UNKNOWN}', {spelled("value")}, value""",
        *values,
    )
    found = {row["value"]: row["n"] for row in rows}
    if name in chosen:
        found.setdefault(chosen[name], 0)
    return ShelfFacet(name=name, values=tuple(found.items()), chosen=chosen.get(name, ""))
