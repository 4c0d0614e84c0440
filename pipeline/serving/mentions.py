"""Show the evidence for one mention: its place, who tagged it, where it is counted, how to cite it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import asdict

from pipeline.asking.evidence import Evidence, evidence
from pipeline.asking.recount import OF_MENTION, items
from pipeline.errors import QueryError
from pipeline.exports.bibliography import entry
from pipeline.query import marker
from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.schema.values import OF_MENTIONS
from pipeline.serving.documents import AT_ONCE, Rect, document, rects
from pipeline.serving.marking import QuotedPiece, quoted
from pipeline.serving.reader import Reader, these

AROUND = 110.0  # points shown above and below the words


class Crop(Record):
    """The part of a page that shows a mention."""

    page: int
    width: float
    height: float  # of the whole page
    top: float
    shown: float  # points shown from `top` on
    rects: tuple[Rect, ...]
    others: tuple[Rect, ...]


class Proof(Record):
    """Everything the evidence page shows."""

    found: Evidence
    quoted: tuple[QuotedPiece, ...]  # its sentence
    document: Row
    crops: tuple[Crop, ...]
    part: int  # of a source without pages in which it is shown
    before: str  # the previous mention in the document, "" for the first
    after: str
    attributes: list[Row]
    relations: list[Row]
    counts: list[Row]
    corrections: list[Row]


def proof(reader: Reader, mention_id: str) -> Proof | None:
    """Return the evidence for a mention, or None if there is no mention of this id."""
    found = told(reader, mention_id)
    if found is None:
        return None
    before, after = _neighbours(reader, found)
    attributes = reader.rows(_ATTRIBUTES, mention_id)
    given = [(row["char_start"], row["char_end"]) for row in attributes]
    return Proof(
        found=found,
        quoted=quoted(found.sentence, (found.char_start, found.char_end), given),
        document=document(reader, found.document_id) or {},
        crops=tuple(_crop(reader, found, page) for page in sorted({box.page for box in found.boxes})),
        part=reader.rows(_PART, mention_id)[0]["part"],
        before=before,
        after=after,
        attributes=attributes,
        relations=_relations(reader, mention_id),
        counts=_counts(reader, found),
        corrections=reader.rows(_CORRECTIONS, mention_id),
    )


def told(reader: Reader, mention_id: str) -> Evidence | None:
    """Return the place and origin of a mention, or None if there is no mention of this id."""
    try:
        return evidence(reader.out, mention_id, ask=reader.rows)
    except QueryError:
        return None


def _counts(reader: Reader, found: Evidence) -> list[Row]:
    asked = counted(found)
    rows = reader.rows(asked[0], *asked[1]) if asked else []
    return [row | {"label": found.concept} for row in rows]


_PART = f"""
    select p.number // {AT_ONCE} + 1 as part from mentions m join sentences s using (sentence_id)
    join passages p using (passage_id) where m.mention_id = ?"""
_ATTRIBUTES = "select * from attributes where mention_id = ? order by kind, char_start"
_RELATIONS = """
    select relation_id, kind, rule, score, from_mention, to_mention from relations where from_mention = $1
    union all
    select relation_id, kind, rule, score, from_mention, to_mention from relations where to_mention = $1
    order by kind, relation_id"""
_CORRECTIONS = "select * from corrections where mention_id = ? order by number"
_NEIGHBOURS = """
    select * from (select mention_id, lag(mention_id) over w as before, lead(mention_id) over w as after
    from mentions where document_id = ?
    window w as (order by sentence_number, char_start, char_end, layer)) where mention_id = ?"""
_ON_PAGE = """
    select mention_id, layer, text, list_filter(boxes, lambda x: x.page = ?) as boxes from mentions
    where document_id = ? and mention_id <> ? and page between ? - 1 and ?"""


def _neighbours(reader: Reader, found: Evidence) -> tuple[str, str]:
    row = reader.row(_NEIGHBOURS, found.document_id, found.mention_id) or {}
    return row.get("before") or "", row.get("after") or ""


def _relations(reader: Reader, mention_id: str) -> list[Row]:
    """Return the relations of a mention, each with the mentions at its ends."""
    found = reader.rows(_RELATIONS, mention_id)
    ids = list({row[end] for row in found for end in ("from_mention", "to_mention")})
    sql = f"select mention_id, text from mentions where mention_id in {these(ids)}"
    ends = {row["mention_id"]: row for row in (reader.rows(sql, *ids) if ids else [])}
    return [row | {"source": ends[row["from_mention"]], "target": ends[row["to_mention"]]} for row in found]


def _crop(reader: Reader, found: Evidence, page: int) -> Crop:
    sheet = reader.row(
        "select width, height from pages where document_id = ? and page = ?", found.document_id, page
    ) or {"width": 595.0, "height": 842.0}
    boxes = [box for box in found.boxes if box.page == page]
    top = max(0.0, min(box.top for box in boxes) - AROUND)
    bottom = min(sheet["height"], max(box.bottom for box in boxes) + AROUND)
    own = {"mention_id": found.mention_id, "layer": found.layer, "text": found.text}
    raw = [asdict(box) for box in boxes]
    near = reader.rows(_ON_PAGE, page, found.document_id, found.mention_id, page, page)
    others = [rect for rect in rects(near, page) if top < rect.y and rect.y + rect.height < bottom]
    return Crop(
        page=page,
        width=sheet["width"],
        height=sheet["height"],
        top=round(top, 1),
        shown=round(bottom - top, 1),
        rects=tuple(rects([own | {"boxes": raw}], page)),
        others=tuple(others),
    )


def counted(found: Evidence | None) -> tuple[str, list[object]] | None:
    """Return SQL with values for the rows of `trends` that count a mention by its period of publication."""
    if found is None or not (found.counted and found.period_published):
        return None
    wanted = items(found.layer, found.concept_id, found.kind, found.status)
    near = f"{_COUNTS} and item in {these(wanted)}"  # first by the index, then exactly
    sql = f"{near} and (unit || ' ' || item) in {these(wanted)} order by unit, item"
    names = (*[item for _, item in wanted], *map(" ".join, wanted))
    return sql, [found.period_published, found.document_id, *names]


_COUNTS = f"{OF_MENTION} and denominator_unit = if(unit in {OF_MENTIONS}, 'mentions', 'sentences')"


def citation(shown: Proof, reader: Reader, link: str, *, today: dt.date) -> str:
    """Return a reference to a mention in prose, with the address at which it was seen, if any."""
    found, run = shown.found, marker(reader.out)
    page = f", S. {found.page}" if found.page else ""
    who = f"{found.issuer}: " if found.issuer else ""
    year = f" ({found.published[:4]})" if found.published else ""
    seen = f", {link} ({today:%d.%m.%Y})" if link else ""
    return (
        f"{who}{found.title or found.path}{year}{page}: »{found.sentence}« "
        f"[{found.mention_id}]. politikspur, {run.get('corpus', '')}, {run.get('run_key', '')[:12]}{seen}."
    )


def bibtex(shown: Proof, reader: Reader, link: str, *, today: dt.date) -> str:
    """Return a BibTeX entry for a mention: its document, with page, words and address."""
    run = marker(reader.out)
    extra = {
        "pages": str(shown.found.page or ""),
        "url": link,
        "urldate": today.isoformat() if link else "",
        "annote": f"{shown.found.mention_id}, politikspur run {run.get('run_key', '')[:12]}",
    }
    return _with(entry(shown.document), extra)


def _with(reference: str, extra: dict[str, str]) -> str:
    lines: Sequence[str] = [f"  {name} = {{{value}}}," for name, value in extra.items() if value]
    return "\n".join([*reference.rstrip().removesuffix("}").rstrip().splitlines(), *lines, "}"])
