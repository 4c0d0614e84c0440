"""Show one page of a document with its mentions in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.query import PUBLISHED
from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.schema.labels import LAYERS
from pipeline.serving.marking import Mark, MarkedPiece, pieces
from pipeline.serving.reader import Reader

AT_ONCE = 80  # passages shown together if a source has no pages
OCR = "p.document_id = d.document_id and p.text_source = 'ocr'"  # scanned pages `p` of a document `d`
SCANNED = f"(select count(*) from pages p where {OCR}) as n_ocr"
MOST = 10  # concepts of a layer that a document is said to name most often


class PageBlock(Record):
    """A passage as shown."""

    number: int
    kind: str
    level: int
    role: str
    withheld: bool
    pieces: tuple[MarkedPiece, ...]


class Rect(Record):
    """A rectangle on a page, in points, around words of a mention."""

    x: float
    y: float
    width: float
    height: float
    layer: str
    mention_id: str
    text: str
    first: bool  # whether it is the mention's first rectangle on the page


class Heading(Record):
    """An entry of the table of contents."""

    number: int  # number of its passage
    level: int
    text: str
    page: int


class PageView(Record):
    """One page of a document, or one part of a source without pages."""

    document: Row
    page: int
    last: int
    paged: bool
    width: float
    height: float
    reason: str
    text_source: str
    omitted: list[Row]  # characters that are not analysed, by reason
    blocks: tuple[PageBlock, ...]
    rects: tuple[Rect, ...]
    contents: tuple[Heading, ...]
    counts: dict[str, int]  # mentions of each layer on this page, regardless of the filter
    named: list[Row]  # the concepts that the document names most often


def document(reader: Reader, document_id: str) -> Row | None:
    """Return the row of a document, or None if there is no such document."""
    sql = f"select d.*, {PUBLISHED} as dated, r.repeated, {SCANNED} from documents d {REPEATED}"
    return reader.row(f"{sql} where document_id = ?", document_id)


def lost(reader: Reader, document_id: str, page: int) -> str:
    """Return why nothing is known of a page, or "": damaged, or it stopped the reader, so do not draw it."""
    sheet = reader.row(_SHEET, document_id, page) or {}
    return "" if sheet.get("width", 1.0) else str(sheet["reason"])


def view(reader: Reader, document_id: str, page: int, layers: Sequence[str]) -> PageView | None:
    """Return a page of a document with the mentions of some layers, or None if there is no such page."""
    found = document(reader, document_id)
    if found is None:
        return None
    paged = found["n_pages"] > 0
    last = found["n_pages"] if paged else _parts(reader, document_id)
    if not 1 <= page <= max(last, 1):
        return None
    passages = reader.rows(_OF_PAGE if paged else _OF_PART, document_id, page if paged else (page - 1))
    mentions = _mentions(reader, passages)
    shown = [row for row in mentions if row["layer"] in layers]
    sheet = reader.row(_SHEET, document_id, page) or {}
    return PageView(
        document=found,
        page=page,
        last=max(last, 1),
        paged=paged,
        width=sheet.get("width", 0.0),
        height=sheet.get("height", 0.0),
        reason=sheet.get("reason", ""),
        text_source=sheet.get("text_source", ""),
        omitted=reader.rows(_OMITTED, document_id, page),
        blocks=tuple(_blocks(passages, shown)),
        rects=tuple(rects(shown, page)),
        contents=tuple(_contents(reader, document_id, paged)),
        counts={layer: sum(row["layer"] == layer for row in mentions) for layer in LAYERS},
        named=reader.rows(_NAMED, document_id),
    )


REPEATED = """
    left join (select document_id as duplicate_of, coalesce(title, path) as repeated from documents) r
    using (duplicate_of)"""
_OF_PAGE = """
    select * from passages where document_id = ? and list_contains(pages, ?) order by number"""
_OF_PART = f"select * from passages where document_id = ? and number // {AT_ONCE} = ? order by number"
_SHEET = "select width, height, reason, text_source from pages where document_id = ? and page = ?"
_OMITTED = """
    select reason, n_chars from omissions where document_id = ? and page = ? order by n_chars desc, reason"""
_IN_PASSAGES = """
    select m.mention_id, m.layer, m.text, m.boxes, s.passage_id,
           s.char_start + m.char_start as start, s.char_start + m.char_end as stop
    from mentions m join sentences s using (sentence_id)
    where s.document_id = ? and list_contains(?, s.passage_id)
    order by s.number, m.char_start, m.char_end"""


_NAMED = f"""
    with said as (select concept_id, count(*) as n from mentions where document_id = ? group by all)
    select c.layer, c.concept_id, c.label, n from said join concepts c using (concept_id)
    where n > 1 and not c.is_generic
    qualify row_number() over (partition by c.layer order by n desc, c.label, c.concept_id) <= {MOST}
    order by c.layer, n desc, c.label, c.concept_id"""


def _parts(reader: Reader, document_id: str) -> int:
    row = reader.row("select max(number) as n from passages where document_id = ?", document_id)
    return (row["n"] // AT_ONCE + 1) if row and row["n"] is not None else 0


def _mentions(reader: Reader, passages: Sequence[Row]) -> list[Row]:
    if not passages:
        return []
    ids = [row["passage_id"] for row in passages]
    return reader.rows(_IN_PASSAGES, passages[0]["document_id"], ids)


def _blocks(passages: Sequence[Row], mentions: Sequence[Row]) -> Iterator[PageBlock]:
    """Yield passages with their marks; consecutive withheld ones are shown as one block."""
    before = False
    for row in passages:
        hidden = row["text"] is None
        if hidden and before:
            continue
        before = hidden
        own = [_mark(one) for one in mentions if one["passage_id"] == row["passage_id"]]
        yield PageBlock(
            number=row["number"],
            kind=row["kind"],
            level=row["level"],
            role="" if hidden else row["role"] or "",
            withheld=hidden,
            pieces=pieces(row["text"] or "", own),
        )


def _mark(row: Row) -> Mark:
    return Mark(start=row["start"], end=row["stop"], layer=row["layer"], mention_id=row["mention_id"])


def rects(mentions: Sequence[Row], page: int) -> Iterator[Rect]:
    """Yield the rectangles of mentions on a page, large ones first, so that small ones lie on top."""
    found = [(box, row) for row in mentions for box in row["boxes"] or () if box["page"] == page]
    seen: set[str] = set()
    for box, row in sorted(found, key=_area, reverse=True):
        yield Rect(
            x=round(box["x0"], 1),
            y=round(box["top"], 1),
            width=round(box["x1"] - box["x0"], 1),
            height=round(box["bottom"] - box["top"], 1),
            layer=row["layer"],
            mention_id=row["mention_id"],
            text=row["text"],
            first=row["mention_id"] not in seen,
        )
        seen.add(row["mention_id"])


def _area(entry: tuple[dict[str, Any], Row]) -> float:
    box = entry[0]
    return float((box["x1"] - box["x0"]) * (box["bottom"] - box["top"]))


def _contents(reader: Reader, document_id: str, paged: bool) -> Iterator[Heading]:
    sql = """select number, level, text, pages from passages where document_id = ? and kind = 'heading'
        and text is not null and role is distinct from 'contents' order by number"""
    for row in reader.rows(sql, document_id):
        page = (row["pages"] or [1])[0] if paged else row["number"] // AT_ONCE + 1
        yield Heading(number=row["number"], level=row["level"], text=row["text"], page=page)
