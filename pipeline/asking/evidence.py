"""Show the evidence for a mention: its sentence, the text around it, its page, and a picture of the page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.asking.originals import file_of, withheld
from pipeline.errors import InputError, QueryError
from pipeline.query import PUBLISHED, rows
from pipeline.records import Box, Record

if TYPE_CHECKING:
    from PIL.Image import Image

Ask = Callable[..., list[dict[str, Any]]]  # takes SQL and the values of its `?`, returns rows
DPI = 110  # a page of A4 is 910 pixels wide, like a notebook's column

_MENTION = "select * from mentions where mention_id = ?"
_AROUND = """
    select number, sentence_id, text, passage_id from sentences
    where document_id = ? and number between ? - 1 and ? + 1"""
_PASSAGE = "select heading_path, role, text as passage from passages where passage_id = ?"
_DOCUMENT = f"""
    select title, issuer, document_type, {PUBLISHED} as published, path from documents d
    where document_id = ?"""
_CONCEPT = "select label as concept from concepts where concept_id = ?"


class Evidence(Record, kw_only=True):
    """A mention with everything that shows its origin; empty values are "" or 0."""

    mention_id: str
    layer: str
    text: str
    char_start: int  # in the sentence
    char_end: int
    kind: str
    status: str
    concept_id: str
    concept: str
    score: float
    source: str  # model, rule or person
    by: str
    sentence_id: str
    sentence: str
    counted: bool  # False: the document or the sentence repeats another
    before: str  # the sentence before it in the document
    after: str
    passage: str
    role: str
    heading_path: tuple[str, ...]
    document_id: str
    title: str
    issuer: str
    document_type: str
    published: str
    path: str
    page: int  # 0 if the source has no pages
    boxes: tuple[Box, ...]
    period_published: str
    periods_addressed: tuple[str, ...]
    out: Path
    corpus: Path | None

    def image(self, *, dpi: int = DPI, page: int = 0, password: str = "") -> Image:
        """Return a picture of the page with the words marked and contact data blacked out.

        Args:
            dpi: pixels per inch; a very large page has fewer.
            page: another page on which the words continue; by default the one where they begin.
            password: password of an encrypted file.

        Raises:
            InputError: the source has no pages, its file is missing or has changed, or the page is damaged.
        """
        number = page or self.page
        if not number or not self.boxes:
            raise InputError(self.path, "has no pages that could be shown", "read its text instead")
        from pipeline.asking.pictures import marked
        from pipeline.reading.pdfium import render

        file = file_of(self.out, self.document_id, corpus=self.corpus)
        hidden = withheld(self.out, self.document_id, number)
        marks = [box for box in self.boxes if box.page == number]
        picture, drawn = render(file, number, dpi=dpi, password=password)
        return marked(picture, dpi=drawn, marks=marks, hidden=hidden)

    def __repr__(self) -> str:
        place = f"{self.title or self.path}, p. {self.page}" if self.page else self.title or self.path
        return f"<{self.layer} »{self.text}« in »{self.sentence}« ({place})>"

    def _repr_html_(self) -> str:
        start, end = self.char_start, self.char_end
        words = (self.sentence[:start], self.sentence[start:end], self.sentence[end:])
        said = "{}<mark>{}</mark>{}".format(*map(escape, words))
        around = f"<small>{escape(self.before)}</small> {said} <small>{escape(self.after)}</small>"
        place = [self.issuer, self.title or self.path, self.published, f"p. {self.page}" if self.page else ""]
        where = escape(" · ".join(filter(None, place)))
        facts = escape(" · ".join(filter(None, (self.layer, self.kind, self.status, self.concept))))
        return f"<p>{around}</p><p><b>{facts}</b> ({self.score:.2f})<br>{where}</p>{self._picture()}"

    def _picture(self) -> str:
        """Return the page as an HTML picture, or the reason why there is none."""
        from pipeline.asking.pictures import png

        try:
            data = b64encode(png(self.image())).decode()
        except InputError as error:
            return f"<p><small>{escape(str(error))}</small></p>"
        shown = escape(f"Page {self.page} of {self.title or self.path}, the words marked")
        return f'<img alt="{shown}" style="max-width:100%" src="data:image/png;base64,{data}">'


def evidence(out: Path, mention_id: str, *, corpus: Path | None = None, ask: Ask | None = None) -> Evidence:
    """Return the evidence for a mention; `ask` queries the tables if they are already open.

    Raises:
        QueryError: no mention has this id.
    """
    row = _found(ask or partial(rows, out), mention_id)
    values = {name: row[name] for name in Evidence.__struct_fields__ if name in row}
    values |= {name: 0 if name == "page" else "" for name, value in values.items() if value is None}
    for name in ("heading_path", "periods_addressed"):
        values[name] = tuple(row[name])
    values["boxes"] = tuple(Box(**box) for box in row["boxes"] or ())
    return Evidence(**values, out=out, corpus=corpus)


def _found(ask: Ask, mention_id: str) -> dict[str, Any]:
    """Return a mention with its surroundings by one query per table, since each can use its index."""
    found = ask(_MENTION, mention_id)
    if not found:
        advice = "take one from the column mention_id of the table mentions"
        raise QueryError("evidence", f"no mention has the id {mention_id!r}", advice)
    (mention,), number = found, found[0]["sentence_number"]
    near = {row["number"]: row for row in ask(_AROUND, mention["document_id"], number, number)}
    own = near[number]
    (passage,) = ask(_PASSAGE, own["passage_id"])
    (document,) = ask(_DOCUMENT, mention["document_id"])
    concept = ask(_CONCEPT, mention["concept_id"]) if mention["concept_id"] else []
    said = {
        "sentence": own["text"],
        "before": near[number - 1]["text"] if number - 1 in near else "",
        "after": near[number + 1]["text"] if number + 1 in near else "",
        "concept": concept[0]["concept"] if concept else "",
    }
    return own | passage | document | mention | said
