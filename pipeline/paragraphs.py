"""Put lines together into blocks: paragraphs, items and what will be found to be headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.layout import Edges, Layout
from pipeline.records import Line, Page, Record

BULLET = re.compile(
    r"^[•▪■►▶‣●○◆◇◦∙·□❑❒➢➔→*\u2013\u2014\u2212\ue000-\uf8ff-](?=\s)|^[•▪■►‣●○\ue000-\uf8ff](?=\S)"
)
DASH = re.compile(r"^[\u2013\u2014\u2212*-]\s")
NUMBER = re.compile(
    r"^(?:\(?\d{1,3}[.)]|\(?[a-zA-Z]{1,2}[.)]|\(?[ivxIVX]{1,5}[.)]|\d{1,2}(?:\.\d{1,2})+\.?|\(\d+\)|§+\s?\d+\w?)(?=\s)"
)
ENDED = re.compile(r"[.!?:;…][\"“”«»’)\]]*\d{0,2}$|[)\]]$")
STARTS_LOW = re.compile(r"^[a-zäöüß]")


class Block(Record):
    """Lines that belong together, with the page each stands on."""

    pages: tuple[int, ...]
    lines: tuple[Line, ...]
    opened: str  # what began it: "gap", "style", "bullet", "number", "indent", "short", "column", "start"


def blocks(pages: Sequence[Page], layout: Layout) -> list[Block]:
    """Return the blocks of a document in reading order."""
    flow = [(page.number, line) for page in pages for line in page.lines]
    found: list[Block] = []
    start, opened = 0, "start"
    for i in range(1, len(flow) + 1):
        why = _opens(flow, i, start, layout) if i < len(flow) else "end"
        if why:
            part = flow[start:i]
            numbers, lines = zip(*part, strict=True) if part else ((), ())
            if lines:
                found.append(Block(pages=numbers, lines=lines, opened=opened))
            start, opened = i, why
    return found


Flow = Sequence[tuple[int, Line]]


def _opens(flow: Flow, i: int, start: int, layout: Layout) -> str:
    """Return why line `i` begins a new block, or "" where it goes on with the one before."""
    (page_a, a), (page_b, b) = flow[i - 1], flow[i]
    if _restyled(a, b, layout):
        return "style"
    if page_a != page_b or a.block != b.block or b.bottom < a.bottom - 0.5 * a.size:
        return (
            ""
            if _carries_on(a, b, layout.edges[page_a, a.block], layout.edges[page_b, b.block], layout)
            else "column"
        )
    if abs(a.bottom - b.bottom) < 0.3 * a.size:
        return "cell"
    edges = layout.edges[page_b, b.block]
    following = flow[i + 1][1] if i + 1 < len(flow) and flow[i + 1][0] == page_b else None
    return _marked(a, b, following, edges) or _spaced(a, b, layout) or _bolder(a, b, edges) or _shifted(
        a, b, following, first=i - 1 == start, edges=edges, layout=layout
    )  # fmt: skip


def _restyled(a: Line, b: Line, layout: Layout) -> bool:
    if abs(a.size - b.size) > 0.06 * max(a.size, b.size):
        return True
    return a.color != b.color and a.font != b.font and a.bold != b.bold


def _room(a: Line, b: Line, edges: Edges) -> float:
    """Return the room that the first word of `b` would have left after `a`, in em."""
    words = b.text.split(" ", 1)
    width = (b.x1 - b.x0) * len(words[0]) / max(len(b.text), 1)
    return (edges.right - a.x1 - width) / max(a.size, 1.0)


def is_short(a: Line, b: Line, edges: Edges) -> bool:
    """Tell whether a line ends although the next word would have fitted: the writer ended it."""
    return _room(a, b, edges) > 1.0


def _marked(a: Line, b: Line, c: Line | None, edges: Edges) -> str:
    """Return "bullet" or "number" where a line begins an item."""
    if BULLET.match(b.text):
        if not DASH.match(b.text) or ENDED.search(a.text) or is_short(a, b, edges) or _hangs(b, c):
            return "bullet"
    elif NUMBER.match(b.text) and (is_short(a, b, edges) or ENDED.search(a.text)) and (
        _hangs(b, c) or is_short(a, b, edges) or b.bottom - a.bottom > 1.3 * b.size + 2
    ):  # fmt: skip
        return "number"
    return ""


def _hangs(b: Line, c: Line | None) -> bool:
    return (
        c is not None and 0.6 * b.size < c.x0 - b.x0 < 6 * b.size and 0 < c.bottom - b.bottom < 2.5 * b.size
    )


def _spaced(a: Line, b: Line, layout: Layout) -> str:
    step, lead = b.bottom - a.bottom, layout.lead(b.size)
    if step > 1.75 * lead:
        return "gap"
    goes_on = STARTS_LOW.match(b.text) and not ENDED.search(a.text)
    return "gap" if step > 1.18 * lead + 0.5 and not goes_on else ""


def _bolder(a: Line, b: Line, edges: Edges) -> str:
    """Return "style" where a line all bold meets one that is not."""
    if a.bold == b.bold:
        return ""
    if a.bold and not b.bold:
        return "style" if not b.bold_until and is_short(a, b, edges) else ""
    return "style" if is_short(a, b, edges) or ENDED.search(a.text) else ""


def _shifted(a: Line, b: Line, c: Line | None, *, first: bool, edges: Edges, layout: Layout) -> str:
    """Return "indent" or "short" where indent or a line ended early show a new paragraph."""
    shift = (b.x0 - a.x0) / b.size
    ended = bool(ENDED.search(a.text))
    if shift > 0.6 and not (first and _is_item(a)):
        returns = c is not None and a.x0 - 0.5 * b.size < c.x0 < b.x0 - 0.6 * b.size and c.bottom > b.bottom
        if is_short(a, b, edges) or (returns and (ended or not STARTS_LOW.match(b.text))):
            return "indent"
    if shift < -0.6 and not first and (ended or is_short(a, b, edges)):
        return "indent"
    heading = (a.bold and b.bold and not layout.bold) or a.size > 1.1 * layout.size
    if not heading and is_short(a, b, edges) and (ended or not STARTS_LOW.match(b.text)):
        return "short"
    return ""


def _is_item(line: Line) -> bool:
    return bool(BULLET.match(line.text) or NUMBER.match(line.text))


def _carries_on(a: Line, b: Line, left: Edges, right: Edges, layout: Layout) -> bool:
    """Tell whether a paragraph goes on over the end of a column or page."""
    if BULLET.match(b.text) or a.bold != b.bold or is_short(a, b, left):
        return bool(STARTS_LOW.match(b.text)) and not ENDED.search(a.text) and a.bold == b.bold
    if a.text[-1] in "-\u00ad" or not ENDED.search(a.text):
        return not NUMBER.match(b.text)
    return False
