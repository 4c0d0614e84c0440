"""Turn the blocks of documents without pages into passages: numbered, with headings, notes linked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from pipeline.reading.language import detect_all
from pipeline.records import Anchor, Passage, PassageKind

SPACE = re.compile(r"[ \t\r\f\v\xa0\u2000-\u200a\u202f]+")
INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff]")
BREAK = "\v"  # of a line inside a block, until blocks are parted
FEWEST_ITEMS = 2  # of a list whose bullets somebody typed
MARK = "\ufdd0"  # a noncharacter, which Unicode reserves for internal use
BULLET = re.compile(r"\s*[•▪●‣◦■·]\s*(?=\S)")
DASH = re.compile(r"\s*[-–—*]\s+(?=\S)")  # a list only if there are several
INNER = re.compile(r"\s*o\s+(?=[^\W\d_])")  # Word's bullet of lists inside lists
MARKED = re.compile(f" ?{MARK}([^{MARK}]*){MARK}")


class Unplaced(NamedTuple):
    """A passage before its place in the document is known."""

    kind: PassageKind
    text: str
    level: int = 0
    lead_in: str = ""  # bold words at its start
    note: str = ""  # of a note: its name, which its mark in the text has as well
    sign: str = ""  # the number that a reader sees before an item or heading; of a note its number or sign


def mark(note: str) -> str:
    """Return the mark of a note in the text of a block."""
    return f"{MARK}{note}{MARK}"


def numbered(block: Unplaced) -> Unplaced:
    """Return a block with its number in its text, as a PDF has it; a note keeps its number apart."""
    text = block.text.lstrip()
    if block.kind == "footnote" or not block.sign or not text or text.startswith(block.sign):
        return block
    lead_in = f"{block.sign} {block.lead_in}" if block.lead_in else ""
    return block._replace(text=f"{block.sign} {text}", lead_in=lead_in, sign="")


def joined(lines: list[str]) -> str:
    """Join the lines of a paragraph; a hyphen before a lower-case letter divides a word."""
    text = "\n".join(line.strip() for line in lines)
    return re.sub(r"(?<=[a-zäöüß])-\n(?!(?:und|oder|bzw|sowie|als|wie)\b)(?=[a-zäöüß])", "", text)


def parted(block: Unplaced) -> Iterator[Unplaced]:
    """Yield a block without its line breaks; of a paragraph with a list of typed bullets, each line."""
    lines = block.text.split(BREAK)
    bulleted = sum(BULLET.match(line) is not None or DASH.match(line) is not None for line in lines)
    if block.kind != "paragraph" or bulleted < FEWEST_ITEMS:
        yield block if len(lines) == 1 else block._replace(text=joined(lines))
        return
    parts: list[list[str]] = []
    for line in filter(str.strip, lines):
        if parts and line.strip()[0].islower():  # the line before goes on
            parts[-1].append(line)
        else:
            parts.append([line])
    for at, part in enumerate(parts):
        yield block._replace(text=joined(part), lead_in="" if at else block.lead_in)


def passages(blocks: Iterable[Unplaced]) -> list[Passage]:
    """Number the blocks and add to each the headings above it and its language; notes follow the text."""
    kept = _with_words(_with_headings(_with_items([b for b in blocks if b.text.strip()])))
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
                note=block.sign,
                anchor=anchors.get(block.note),
            )
        )
        if block.kind == "heading":
            path.append((block.level, text))
    return found


Marks = list[tuple[str, int]]  # notes and their places in a text


def _with_words(blocks: Iterable[Unplaced]) -> list[tuple[Unplaced, str, Marks]]:
    """Return the blocks with words, their text and marks; a block of marks belongs to the text before it."""
    kept: list[tuple[Unplaced, str, Marks]] = []
    for block in blocks:
        text, marks = _unmarked(_clean(block.text))
        if text:
            kept.append((block, text, marks))
        elif kept:
            _, before, known = kept[-1]
            known += [(note, len(before)) for note, _ in marks]
    return kept


def _unmarked(marked: str) -> tuple[str, Marks]:
    """Return a text without the marks of notes, and the note and place of each mark."""
    words, notes = MARKED.split(marked)[::2], MARKED.findall(marked)
    whole = "".join(words)
    text = whole.lstrip()
    places = (max(at - len(whole) + len(text), 0) for at in accumulate(map(len, words)))
    return text, list(zip(notes, places, strict=False))


def _with_items(found: list[Unplaced]) -> list[Unplaced]:
    """Take paragraphs that begin with a bullet for items, and several in a row that begin with a dash."""
    dashed = [block.kind == "paragraph" and DASH.match(block.text) is not None for block in found]
    kept: list[Unplaced] = []
    for at, block in enumerate(found):
        in_list = bool(kept) and kept[-1].kind == "item"
        several = dashed[at] and (any(dashed[max(0, at - 1) : at]) or any(dashed[at + 1 : at + 2]))
        bullet = BULLET.match(block.text) or (several and DASH.match(block.text))
        inner = in_list and not bullet and INNER.match(block.text)
        if block.kind == "paragraph" and (sign := bullet or inner):
            lead_in = block.lead_in[sign.end() :] if block.lead_in[: sign.end()] == sign[0] else block.lead_in
            block = block._replace(
                kind="item", text=block.text[sign.end() :], level=2 if inner else 1, lead_in=lead_in
            )
        kept.append(block)
    return kept


def _with_headings(found: list[Unplaced]) -> list[Unplaced]:
    """Take short lines that stand alone for headings if the author has marked none, as in plain text."""
    if any(block.kind == "heading" for block in found):
        return found
    lone = [block.kind == "paragraph" and _is_heading(MARKED.sub("", block.text)) for block in found]
    below = 2 if lone[:1] == [True] else 1  # if a document opens with one, it is the title
    return [
        Unplaced("heading", block.text, below if at else 1) if lone[at] else block
        for at, block in enumerate(found)
    ]


def _lead_in(block: Unplaced, text: str) -> int:
    """Return the length of the bold start of a text that is not entirely bold."""
    lead = _clean(MARKED.sub("", block.lead_in))
    return len(lead) if block.kind in ("item", "paragraph") and lead != text and text.startswith(lead) else 0


def _clean(text: str) -> str:
    return " ".join(SPACE.sub(" ", INVISIBLE.sub("", text)).split())


def _is_heading(text: str) -> bool:
    """Return whether a line has at most twelve words, starts like a heading and ends without a stop."""
    line = text.strip()
    short = bool(line) and "\n" not in line and len(line.split()) <= 12
    return short and line[-1] not in ".;:,!" and bool(re.match(r"[A-ZÄÖÜ\d§]", line))
