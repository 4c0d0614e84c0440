"""The blocks of documents without pages to passages: numbered, under their headings, notes linked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from pipeline.reading.language import detect_all
from pipeline.records import Anchor, Passage, PassageKind

SPACE = re.compile(r"[ \t\r\f\v\xa0\u2000-\u200a\u202f]+")
INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff]")
MARK = "\ufdd0"  # a noncharacter, which Unicode keeps for use inside of programs
MARKED = re.compile(f" ?{MARK}([^{MARK}]*){MARK}")


class Block(NamedTuple):
    """A passage before its place in the document is known."""

    kind: PassageKind
    text: str
    level: int = 0
    lead_in: str = ""  # bold words at its start
    note: str = ""  # of a note: the name that its mark in the text has, too


def mark(note: str) -> str:
    """Return what stands in the text of a block where a note belongs."""
    return f"{MARK}{note}{MARK}"


def passages(blocks: Iterable[Block]) -> list[Passage]:
    """Number the blocks and give each the headings above it and its language.

    Notes come after the text; they are numbered in the order of their marks.
    """
    kept = [(block, *_unmarked(text)) for block in _with_headings(blocks) if (text := _clean(block.text))]
    languages = detect_all([text for _, text, _ in kept])
    found: list[Passage] = []
    path: list[tuple[int, str]] = []
    anchors: dict[str, Anchor] = {}
    for (block, text, marks), language in zip(kept, languages, strict=True):
        for note, at in marks:
            anchors.setdefault(note, Anchor(len(found), at, at))
        if block.kind == "heading":
            path = [above for above in path if above[0] < block.level]
        found.append(
            Passage(
                number=len(found),
                kind=block.kind,
                text=text,
                level=block.level,
                heading_path=tuple(name for _, name in path),
                language=language,
                lead_in=_lead_in(block, text),
                note=str(list(anchors).index(block.note) + 1) if block.note in anchors else "",
                anchor=anchors.get(block.note),
            )
        )
        if block.kind == "heading":
            path.append((block.level, text))
    return found


def _unmarked(text: str) -> tuple[str, list[tuple[str, int]]]:
    """Return a text without the marks of notes, and the note and place of each."""
    words, notes = MARKED.split(text)[::2], MARKED.findall(text)
    places = accumulate(map(len, words))
    return "".join(words), list(zip(notes, places, strict=False))


def _with_headings(blocks: Iterable[Block]) -> list[Block]:
    """Take lines that stand alone for headings where an author marked none (as the seed's text does)."""
    found = list(blocks)
    if any(block.kind == "heading" for block in found):
        return found
    lone = [block.kind == "paragraph" and _is_heading(MARKED.sub("", block.text)) for block in found]
    below = 2 if lone[:1] == [True] else 1  # a document that opens with one has its title there
    return [
        Block("heading", block.text, below if at else 1) if lone[at] else block
        for at, block in enumerate(found)
    ]


def _lead_in(block: Block, text: str) -> int:
    """Return the length of a bold start of a text that is not bold as a whole."""
    lead = _clean(block.lead_in)
    return len(lead) if block.kind in ("item", "paragraph") and lead != text and text.startswith(lead) else 0


def _clean(text: str) -> str:
    return " ".join(SPACE.sub(" ", INVISIBLE.sub("", text)).split())


def _is_heading(text: str) -> bool:
    """Tell a line alone of at most twelve words that starts like a heading and ends without a stop."""
    line = text.strip()
    short = bool(line) and "\n" not in line and len(line.split()) <= 12
    return short and line[-1] not in ".;:,!" and bool(re.match(r"[A-ZÄÖÜ\d§]", line))
