"""Tell footnotes from other small print, and find the marks in the text that they belong to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.reading.layout import Layout
from pipeline.reading.paragraphs import NOTE_SIZE, Block
from pipeline.reading.spool import PARTS, spooled
from pipeline.records import Anchor, Line, Passage, Piece

DIGITS = re.compile("[⁰¹²³⁴-⁹]")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
SIGN = r"\d{1,3}|\*{1,3}|†|[⁰¹²³⁴-⁹]{1,3}"
OPENING = re.compile(rf"^(\(?)({SIGN})\)?(\.?)\s*(?=[^\W\d_]|[„“\"»(§])")
MARK = re.compile(SIGN)
WORD = re.compile(r"[^\W\d_]{3,}")


class Mark(NamedTuple):
    """The mark of a note in a line of the text: offsets in the line."""

    sign: str
    start: int
    end: int


class Opening(NamedTuple):
    """A block that may be a note, as it begins with a sign."""

    at: int  # position
    page: int
    column: int
    bottom: float  # of its first line
    begun: re.Match[str]


def footnotes(blocks: Sequence[Block], layout: Layout) -> dict[int, str]:
    """Return the signs of the blocks that are footnotes, by position.

    Footnotes are smaller than the text and either begin with a sign that occurs as a mark in the text of
    their page, or are below all text of their column; if numbered like items (»1.«, »(1)«), both.
    """
    marked: set[tuple[int, str]] = set()
    lowest: dict[tuple[int, int], float] = defaultdict(float)
    most = NOTE_SIZE * layout.size
    openings = list(_openings(blocks, most))
    pages = {opening.page for opening in openings}
    for page, line in _lines(blocks, pages):
        for mark in marks(line):
            marked.add((page, mark.sign))
        if line.size > most and line.bottom > lowest[page, line.block]:
            lowest[page, line.block] = line.bottom
    found = {}
    for at, page, column, bottom, begun in openings:
        sign, itemised = begun[2].translate(SUPERSCRIPTS), bool(begun[1] or begun[3])
        known, below = (page, sign) in marked, bottom > lowest[page, column]
        small_print = below and WORD.search(begun.string) is not None
        if (known and below) if itemised else (known or small_print):
            found[at] = sign
    return found


def _openings(blocks: Sequence[Block], most: float) -> Iterator[Opening]:
    """Yield the small blocks that begin with a sign."""
    for at, block in enumerate(blocks):
        line = block.lines[0]
        small = line.size <= most and not line.table and not block.contents
        if small and (begun := OPENING.match(line.text)):
            yield Opening(at, block.pages[0], line.block, line.bottom, begun)


def _lines(blocks: Sequence[Block], pages: Container[int]) -> Iterator[tuple[int, Line]]:
    for block in blocks:
        placed = zip(block.pages, block.lines, strict=True)
        yield from ((page, line) for page, line in placed if page in pages)


def marks(line: Line) -> list[Mark]:
    """Return the marks of notes in a line: raised numbers and signs, except at its start."""
    if not line.raised and not DIGITS.search(line.text):
        return []
    raised = {*line.raised, *(m.start() for m in DIGITS.finditer(line.text))}
    only = "".join(c if at in raised else " " for at, c in enumerate(line.text))
    return [Mark(m[0].translate(SUPERSCRIPTS), *m.span()) for m in MARK.finditer(only) if m.start() > 0]


def link(found: Sequence[Passage], blocks: Iterable[Block]) -> Sequence[Passage]:
    """Return the passages, adding to footnotes the place of their mark; `blocks` are their origins.

    A note belongs to the first mark with its sign on its page that has no note yet, a note at the end of
    the document to the first such mark before it.
    """
    free: dict[str, list[tuple[int, Anchor]]] = defaultdict(list)
    for passage, block in zip(found, blocks, strict=True):
        if not passage.note:
            for line, piece in zip(block.lines, passage.pieces, strict=True):
                for mark in marks(line):
                    free[mark.sign] += [(piece.page, spot) for spot in _places(passage, piece, mark)]
    linked = (replace(p, anchor=_take(free[p.note], p)) if p.note else p for p in found)
    return spooled(Passage, linked, room=PARTS)


def _take(free: list[tuple[int, Anchor]], note: Passage) -> Anchor | None:
    """Remove the mark of a note from the free ones and return it."""
    page = note.pages[0]
    same = [at for at, (number, _) in enumerate(free) if number == page]
    before = [at for at, (number, _) in enumerate(free) if number < page]
    best = (same or before)[:1]
    return free.pop(best[0])[1] if best else None


def _places(passage: Passage, piece: Piece, mark: Mark) -> Iterator[Anchor]:
    """Yield the place of a line's mark in the text of a passage."""
    inside = [piece.start + at for at, raw in enumerate(piece.places()) if mark.start <= raw < mark.end]
    if inside:
        yield Anchor(passage.number, inside[0], inside[-1] + 1)
