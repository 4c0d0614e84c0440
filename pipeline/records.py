"""Define the records that pass between stages: small frozen types of plain values.

Offsets count Unicode code points. Lengths on a page are points (1/72 inch) with the
origin in the upper left corner of the page as a reader sees it (CropBox, rotation applied).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Literal, dataclass_transform

from msgspec import Struct, StructMeta, field

Format = Literal["pdf", "txt", "md", "html", "docx", "unknown"]
TextSource = Literal["text", "ocr", "none"]
Status = Literal["ok", "partial", "failed", "skipped"]
PassageKind = Literal["heading", "paragraph", "item", "cell", "footnote", "caption"]
Role = Literal[
    "", "achieved", "challenge", "measure", "demand", "contact", "imprint", "contents", "references"
]
Origin = Literal["manifest", "text", "file", "none"]
# Why a line is not part of the text. "unreadable": its page's text is no language, and no OCR replaces it.
Why = Literal[
    "outside_page", "turned_text", "column_mark", "line_number", "watermark", "head_or_foot", "page_number",
    "margin_note", "unreadable",
]  # fmt: skip
Label = Literal["challenge", "instrument", "actor", "theme", "amount", "share", "deadline", "law", "time"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class _Frozen(StructMeta):
    """Tells type checkers what msgspec does: subclasses of a frozen record are frozen as well."""


class Record(Struct, metaclass=_Frozen, frozen=True, gc=False):
    """Base of all records: immutable, compared by value, storable without conversion.

    Records never form cycles, so Python's garbage collector need not track them (`gc=False`).
    """


class Source(Record):
    """One file of a corpus and what the manifest says about it."""

    document_id: str
    source_id: str
    path: str  # relative to the corpus folder, with "/"
    sha256: str
    size: int  # bytes
    format: Format
    manifest: dict[str, str] = {}  # canonical column name -> value as given, stripped


class Line(Record, array_like=True):
    """One printed line of one column as in the file, with nothing removed."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float  # font size in points, with the text matrix applied
    xs: bytes  # float32 pairs (x0, x1), one pair per character of `text`
    font: str = ""
    bold: bool = False
    italic: bool = False
    color: int = 0  # 0xRRGGBB
    bold_until: int = 0  # characters at the start of the line that are bolder than its rest
    block: int = 0  # position of the column or box this line belongs to, in reading order
    rotated: bool = False
    table: int = 0  # number of the table on its page, from 1; 0 outside of tables
    row: int = 0  # of its cell, from 0
    column: int = 0
    span: int = 1  # columns that the cell spans
    raised: tuple[int, ...] = ()  # positions of characters set smaller and higher than the line


class Bookmark(Record, array_like=True):
    """An entry of a PDF's outline that leads to a page."""

    depth: int  # from 0
    title: str


class Page(Record):
    """One page as read: its lines in reading order, and how they were obtained."""

    number: int  # from 1
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    text_source: TextSource = "text"
    quality: float = 1.0  # share of the text that resembles words of a known language, 0..1
    status: Status = "ok"
    reason: str = ""
    outline: tuple[Bookmark, ...] = ()  # the entries of the file's outline that lead here
    n_replaced: int = 0  # characters of an unusable text layer in whose place OCR read the page

    @property
    def n_chars(self) -> int:
        """The characters of its lines, spaces not counted."""
        return sum(n_letters(line.text) for line in self.lines)


def n_letters(text: str) -> int:
    """Return the number of characters that are no spaces."""
    return len(text) - text.count(" ")


class Dropped(Record, array_like=True):
    """Text on a page that does not belong to the document's text (furniture), and why."""

    page: int
    text: str
    why: Why


class Cleaned(Record):
    """The pages with only the lines of the text, and what was removed."""

    pages: Sequence[Page]
    dropped: tuple[Dropped, ...]


class Piece(Record, array_like=True):
    """A stretch of a passage's text that is printed on one line."""

    start: int  # offsets in Passage.text
    end: int
    page: int
    top: float
    bottom: float
    xs: bytes  # float32 pairs (x0, x1), one pair per character of `raw`
    raw: str  # the characters of the line as in the file
    raw_at: bytes = b""  # uint16 per character: its offset in `raw`; empty if they agree

    def places(self) -> Sequence[int]:
        """Return the offset in `raw` of each character of text[start:end]."""
        if not self.raw_at:
            return range(self.end - self.start)
        found = array("H")
        found.frombytes(self.raw_at)
        return found


class Anchor(Record, array_like=True):
    """The place of a footnote mark in the text: offsets in the text of a passage."""

    passage: int
    start: int
    end: int


class Passage(Record):
    """One paragraph, bullet item, table cell, heading, footnote or caption."""

    number: int  # position in the document, from 0
    kind: PassageKind
    text: str
    level: int = 0  # of a heading: 1 is the title; of an item: its nesting from 1; else 0
    heading_path: tuple[str, ...] = ()  # texts of the headings above, outermost first
    role: Role = ""
    language: str = "de"  # ISO 639-1, "und" if undetermined
    lead_in: int = 0  # characters of a bold lead-in at the start of the text
    pages: tuple[int, ...] = ()
    pieces: tuple[Piece, ...] = ()  # empty if the source has no pages
    note: str = ""  # of a footnote: its number or sign
    anchor: Anchor | None = None  # of a footnote: where the text refers to it


class Sentence(Record, array_like=True):
    """One sentence: `start` and `end` are offsets in the text of its passage."""

    passage: int
    start: int
    end: int


class Reading(Record):
    """One analysed sentence: its passage, its text, and its offsets in the passage."""

    passage: Passage
    text: str
    start: int
    end: int


class PageLedger(Record):
    """How one page was read, and how many characters of it are in passages."""

    number: int
    width: float
    height: float
    text_source: TextSource
    n_chars: int  # kept by cleaning, spaces not counted
    n_replaced: int = 0
    language: str = "und"
    quality: float = 1.0
    status: Status = "ok"
    reason: str = ""


class Fact(Record):
    """A value about a document, and its origin."""

    value: str = ""
    origin: Origin = "none"


class Text(Record):
    """A whole document after reading, cleaning and splitting."""

    status: Status = "ok"
    reason: str = ""
    language: str = "und"
    facts: dict[str, Fact] = {}  # title, issuer, date, doc_type: what the file itself says
    pages: tuple[PageLedger, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    passages: Sequence[Passage] = ()
    sentences: Sequence[Sentence] = ()


class Context(Record):
    """A sentence with the surroundings that an extractor may look at."""

    text: str
    heading_path: tuple[str, ...] = ()
    role: Role = ""
    kind: PassageKind = "paragraph"
    lead_in: int = 0  # characters of the sentence that belong to a bold lead-in
    doc_type: str = ""


class Span(Record):
    """Something found in a sentence: a mention, an attribute, an expression of time, a theme.

    `text == sentence[start:end]` always holds; a theme covers the whole sentence.
    """

    sentence: int  # position of the sentence in the document
    start: int
    end: int
    text: str
    label: Label
    kind: str = ""  # of a mention: its kind in the codebook; of a theme: its name; else the rule's name
    status: str = ""
    named: str = ""
    value: str = ""  # normalised value of an attribute or an expression of time
    unit: str = ""
    score: float = 1.0  # probability of a model's span; 1.0 for a rule's
    by: str = ""  # "model:<hash>", "rule:<extractor>" or "person:<event>"


class Tags(Record):
    """All spans of one document, ordered by sentence, start, end, label."""

    spans: tuple[Span, ...] = ()


class Relation(Record, array_like=True):
    """A relation between two mentions, given by their positions in the list of mentions."""

    source: int
    target: int
    kind: str
    score: float
    rule: str


class Relations(Record):
    """All relations of one document; positions refer to `Tags.spans`."""

    relations: tuple[Relation, ...] = ()


class Box(Record, array_like=True):
    """A rectangle on a page."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


def boxes(passage: Passage, start: int, end: int) -> tuple[Box, ...]:
    """Return one box per printed line for the characters `start` to `end` of a passage."""
    found = []
    for piece in passage.pieces:
        low, high = max(start, piece.start), min(end, piece.end)
        if low >= high:
            continue
        xs = array("f")
        xs.frombytes(piece.xs)
        places = piece.places()[low - piece.start : high - piece.start]
        inked = [(xs[2 * at], xs[2 * at + 1]) for at in places if xs[2 * at + 1] > xs[2 * at]]
        if not inked:
            continue
        x0, x1 = min(a for a, _ in inked), max(b for _, b in inked)
        edges = (round(v, 2) for v in (x0, piece.top, x1, piece.bottom))
        found.append(Box(piece.page, *edges))
    return tuple(found)
