"""Explain a tag or a number by its trail, from what is shown back to the characters in the file.

A reference is the id of a document, passage, sentence, mention, concept or relation; a row of `trends`,
named `period/basis/unit/item[/denominator[/slice/value]]`, or of `changes`, with two periods
(`bt19..bt20/…`); anything else is taken for a quote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from pipeline import outputs
from pipeline.asking.originals import passage_of, raw
from pipeline.asking.recount import OF_MENTION, is_trend, items, listed, run_lines, trend_lines, trend_name
from pipeline.errors import QueryError
from pipeline.knowledge.registry import is_own, is_seed
from pipeline.plain import counted
from pipeline.query import rows
from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.store import REGISTRY

Lines = Iterator[str]

ID = re.compile(r"[dspmr][0-9a-f]{12,16}(?:-\d+)?")

BROKEN = re.compile(r"(?<=\w)-[ \t]*\n\s*(?=[a-zäöüß])")  # a word broken at a line end, as it is copied


class Trail(Record):
    """The lines of a trail."""

    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def explain(out: Path, reference: str) -> Trail:
    """Return the trail of an id, a row of `trends` or a quote.

    Raises:
        QueryError: nothing has this id, or no sentence contains the quote.
        InputError: a run has replaced the tables meanwhile.
    """
    with outputs.unchanged(out):
        return Trail(tuple(_lines(out, reference.strip())))


def _lines(out: Path, reference: str) -> Lines:
    if is_trend(reference):
        return trend_lines(out, reference)
    for table, column, tell in _KINDS:
        found = rows(out, f"select * from {table} where {column} = ?", reference)
        if found:
            return tell(out, found[0])
    if ID.fullmatch(reference):
        raise QueryError("explain", f"nothing has the id {reference}", "ids are in the tables' first columns")
    return _quote(out, reference)


def _mention(out: Path, row: Row) -> Lines:
    kinds = ", ".join(filter(None, (row["kind"], row["status"], _named(row["named"]))))
    yield f"mention {row['mention_id']}: {row['layer']} »{row['text']}« ({kinds or 'no kind'})"
    yield f"  said by     {_said_by(row)}"
    if row["concept_id"]:
        yield f"  concept     {_concept_line(out, row['concept_id'])}"
    for name in ("attributes", "relations"):
        yield from (f"  {name:<11} {line}" for line in _LISTS[name](out, row["mention_id"]))
    yield f"  published   in {row['period_published'] or 'no period'}"
    sentence = rows(out, "select * from sentences where sentence_id = ?", row["sentence_id"])[0]
    yield from _in_sentence(out, sentence, row["char_start"], row["char_end"])
    for box in row["boxes"] or ():
        sides = ", ".join(f"{box[side]:.1f}" for side in ("x0", "top", "x1", "bottom"))
        yield f"  box         page {box['page']}: {sides} points"
    yield from _raw_lines(out, sentence, row["char_start"], row["char_end"])
    if sentence["counted"]:
        yield from _counted_in(out, row)
    yield from run_lines(out)


def _named(named: bool | None) -> str:
    return "" if named is None else "named" if named else "not named"


def _said_by(row: Row) -> str:
    source, _, detail = str(row["by"]).partition(":")
    by = {"model": "tagger with the hash", "rule": "rule", "person": "person, correction"}.get(source, source)
    score = f", probability {row['score']:.2f}" if source == "model" else ""
    return f"{by} {detail}{score}"


def _concept_line(out: Path, concept_id: str) -> str:
    (row,) = rows(out, "select * from concepts where concept_id = ?", concept_id)
    return f"{concept_id} »{row['label']}«, mentions counted: {row['n_mentions']}"


def _attributes(out: Path, mention_id: str) -> Lines:
    sql = "select * from attributes where mention_id = ? order by kind, char_start"
    for row in rows(out, sql, mention_id):
        said = row["qualifier"] if row["qualifier"] not in (None, "exact", "range") else ""
        value = " ".join(filter(None, (said.replace("_", " "), row["value"], row["unit"])))
        yield f"{row['kind']} »{row['text']}« = {value}"


def _relations(out: Path, mention_id: str) -> Lines:
    sql = "select relation_id from relations where ? in (from_mention, to_mention) order by 1"
    for row in rows(out, sql, mention_id):
        yield _relation_line(out, row["relation_id"])


def _relation_line(out: Path, relation_id: str) -> str:
    sql = """select r.*, a.text as source, b.text as target from relations r
        join mentions a on a.mention_id = r.from_mention join mentions b on b.mention_id = r.to_mention
        where relation_id = ?"""
    (row,) = rows(out, sql, relation_id)
    said = f"»{row['source']}« {row['kind']} »{row['target']}«"
    return f"{said} ({row['rule']}, probability {row['score']:.2f})"


_LISTS: dict[str, Callable[[Path, str], Lines]] = {"attributes": _attributes, "relations": _relations}


def _in_sentence(out: Path, sentence: Row, start: int, end: int) -> Lines:
    """Yield the trail from a sentence to its document."""
    text = sentence["text"]
    shown = f"{text[:start]}»{text[start:end]}«{text[end:]}" if end else text
    yield f"  sentence    {sentence['sentence_id']} (number {sentence['number']}): {shown}"
    spoken = ", ".join(sentence["periods_addressed"]) or "no period"
    yield f"  speaks of   {spoken} (rule {sentence['period_rule']})"
    if not sentence["counted"]:
        yield "  counted     no: its document repeats another, or an earlier sentence of it says the same"
    passage = rows(out, "select * from passages where passage_id = ?", sentence["passage_id"])[0]
    yield f"  passage     {_passage_line(passage)}, characters {_span(sentence)}"
    yield from _in_document(out, sentence["document_id"])
    if sentence["page"]:
        sql = "select * from pages where document_id = ? and page = ?"
        yield from (f"  page        {_page_line(row)}" for row in rows(
            out, sql, sentence["document_id"], sentence["page"]))  # fmt: skip


def _span(sentence: Row) -> str:
    return f"{sentence['char_start']}-{sentence['char_end']}"


def _passage_line(passage: Row) -> str:
    above = " › ".join(passage["heading_path"])
    role = f", role {passage['role']}" if passage["role"] else ""
    under = f" under {above}" if above else ""
    return f"{passage['passage_id']} ({passage['kind']}{role}){under}"


def _page_line(page: Row) -> str:
    size = f"{page['width']:.0f} x {page['height']:.0f} points"
    return f"{page['page']} ({size}, text from {page['text_source']}, quality {page['quality']:.2f})"


def _in_document(out: Path, document_id: str) -> Lines:
    (row,) = rows(out, "select * from documents where document_id = ?", document_id)
    yield f"  document    {document_id}: {_title(row)}"
    day = f"{row['published']} ({row['published_precision']}, from {row['published_from']})"
    dated = day if row["published"] else "undated"
    yield f"  dated       {dated}, period {row['period_published'] or '-'} (rule {row['period_rule']})"
    yield f"  file        {row['path']}, sha256 {row['sha256']}"


def _title(row: Row) -> str:
    return " · ".join(filter(None, (row["issuer"], row["title"] or row["path"], row["document_type"])))


def _raw_lines(out: Path, sentence: Row, start: int, end: int) -> Lines:
    """Yield the characters as they stand in the file."""
    sql = "select number from passages where passage_id = ?"
    number = rows(out, sql, sentence["passage_id"])[0]["number"]
    passage = passage_of(out, sentence["document_id"], number)
    first = sentence["char_start"]
    found = raw(passage, first + start, first + end) if passage else ()
    if found:
        yield f"  in the file {' | '.join(map(repr, found))}"
    else:
        yield "  in the file not kept (no stored reading, or a source without pages)"


def _counted_in(out: Path, row: Row) -> Lines:
    """Yield the rows of `trends` in which a mention is counted, by its period of publication."""
    if not row["period_published"]:
        return
    sql = f"{OF_MENTION} and unit = ? and item = ? order by denominator_unit"
    for named in items(row["layer"], row["concept_id"], row["kind"], row["status"]):
        for found in rows(out, sql, row["period_published"], row["document_id"], *named):
            yield f"  counted in  {trend_name(found)}: {found['n']} of {found['denominator']}"


def _sentence(out: Path, row: Row) -> Lines:
    yield f"sentence {row['sentence_id']}"
    yield from _in_sentence(out, row, 0, 0)
    yield from _raw_lines(out, row, 0, len(row["text"]))
    sql = "select * from sentence_themes where sentence_id = ? order by score desc"
    for theme in rows(out, sql, row["sentence_id"]):
        yield f"  theme       {theme['theme']}, probability {theme['score']:.2f}"
    sql = "select * from mentions where sentence_id = ? order by char_start, char_end"
    for one in rows(out, sql, row["sentence_id"]):
        yield f"  mention     {one['mention_id']} {one['layer']} »{one['text']}«: {_said_by(one)}"


def _passage(out: Path, row: Row) -> Lines:
    yield f"passage {_passage_line(row)}"
    yield f"  text        {row['text'] if row['text'] is not None else '(withheld: contact data)'}"
    yield from _in_document(out, row["document_id"])
    sql = "select sentence_id, text from sentences where passage_id = ? order by number"
    yield from listed(
        "sentence", [f"{s['sentence_id']} {s['text']}" for s in rows(out, sql, row["passage_id"])]
    )


def _document(out: Path, row: Row) -> Lines:
    yield f"document {row['document_id']}: {_title(row)}"
    yield from list(_in_document(out, row["document_id"]))[1:]
    for name in ("title", "issuer", "document_type"):
        yield f"  {name:<11} {row[name] or '-'} (from {row[f'{name}_from']})"
    yield f"  status      {row['status']}{': ' + row['reason'] if row['reason'] else ''}"
    extent = f"{counted(row['n_pages'], 'page')}, {counted(row['n_sentences'], 'sentence')}"
    yield f"  text        {extent}, language {row['language']}"
    if row["duplicate_of"]:
        yield f"  repeats     {row['duplicate_of']}: its sentences are not counted"
    yield from run_lines(out)


def _origin(out: Path, row: Row) -> str:
    if is_own(row["concept_id"], out / REGISTRY):
        return f"an entry of {REGISTRY} in this folder"
    if row["verified"]:
        return "vouched for by a person or a registry"
    if is_seed(row["concept_id"]):
        return "an entry of the list of known concepts"
    return "found by likeness of wording"


def _concept(out: Path, row: Row) -> Lines:
    yield f"concept {row['concept_id']}: {row['layer']} »{row['label']}«"
    yield f"  origin      {_origin(out, row)}{', Wikidata ' + row['wikidata'] if row['wikidata'] else ''}"
    yield f"  wordings    {', '.join(row['aliases'])}"
    yield f"  theme       {row['theme'] or '-'}"
    if row["is_generic"]:
        yield "  generic     says no particular thing: it is counted, but not followed"
    sql = """select coalesce(m.period_published, 'no period') as period, count(*) as n,
        count(distinct m.document_id) as documents from mentions m join sentences s using (sentence_id)
        where concept_id = ? and s.counted group by all order by 1"""
    for one in rows(out, sql, row["concept_id"]):
        yield f"  mentions    {one['period']}: {one['n']}, documents: {one['documents']}"
    for one in rows(out, "select * from lineage where concept_id = ? order by period_id", row["concept_id"]):
        state, status = one["state"], one["status"] or "no status"
        if one["at_start"]:
            state += " (history unknown)"
        if one["n_sentences"] == 1:
            state += " (only one quote)"
        elif one["n_status_sentences"] == 1:
            status += " (only one quote)"
        shown = ", ".join(one["evidence"]) or "silence"
        yield f"  life        {one['period_id']}: {state}, {status}; shown by {shown}"
        if one["drift_warning"]:
            yield f"  caveat      {one['drift_warning']}"


def _relation(out: Path, row: Row) -> Lines:
    yield f"relation {row['relation_id']}: {_relation_line(out, row['relation_id'])}"
    sentence = rows(out, "select * from sentences where sentence_id = ?", row["sentence_id"])[0]
    yield from _in_sentence(out, sentence, 0, 0)


_KINDS: tuple[tuple[str, str, Callable[[Path, Row], Lines]], ...] = (
    ("mentions", "mention_id", _mention),
    ("sentences", "sentence_id", _sentence),
    ("passages", "passage_id", _passage),
    ("documents", "document_id", _document),
    ("concepts", "concept_id", _concept),
    ("relations", "relation_id", _relation),
)


def _quote(out: Path, quote: str) -> Lines:
    """Yield the trail of the sentence that contains a quote, or list the sentences if several do."""
    sql = """select * from sentences where contains(lower(text), lower(?)) order by document_id, number"""
    quote = " ".join(BROKEN.sub("", quote).split())
    found = rows(out, sql, quote) if quote else []
    if not found:
        remedy = "give an id or words as they stand in one sentence (`politikspur search` finds similar ones)"
        raise QueryError("explain", f"no sentence holds »{quote}«", remedy)
    if len(found) > 1:
        yield f"quote »{quote}«: in {len(found)} sentences; give an id for one of them"
        yield from listed("sentence", [f"{row['sentence_id']} {row['text']}" for row in found])
        return
    yield from _sentence(out, found[0])
