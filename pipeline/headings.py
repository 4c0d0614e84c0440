"""Find which blocks are headings and of which level, by how they are set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.layout import Layout
from pipeline.paragraphs import BULLET, Block

MOST_LINES, MOST_LETTERS = 5, 300
CLOSED = re.compile(r"[,;]$")
NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*)\.?\s+\S")
Style = tuple[float, bool, bool]  # size, bold, capitals


def levels(blocks: Sequence[Block], layout: Layout) -> dict[int, int]:
    """Return the level (from 1) of each block that is a heading, by its position."""
    found = {at: _style(block) for at, block in enumerate(blocks) if is_heading(block, layout)}
    ranks = _ranks(found, blocks)
    return {at: ranks.get(style, 1) for at, style in found.items()}


def is_heading(block: Block, layout: Layout) -> bool:
    """Tell whether a block is set as a heading: larger, bolder, in capitals or in another colour."""
    text = " ".join(line.text for line in block.lines)
    if len(block.lines) > MOST_LINES or len(text) > MOST_LETTERS or CLOSED.search(text):
        return False
    if BULLET.match(text) or sum(c.isalpha() for c in text) < 3:
        return False
    size = min(line.size for line in block.lines) / layout.size
    if size >= 1.12:
        return True
    if size < 0.93:
        return False
    if all(line.bold for line in block.lines) and not layout.bold:
        return True
    return _capitals(text) or _coloured(block, layout)


def _capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 4 and sum(c.isupper() for c in letters) >= 0.9 * len(letters)


def _coloured(block: Block, layout: Layout) -> bool:
    """Tell whether all lines are of another colour and font than the text and end no sentence."""
    other = all(line.color != layout.color and line.font != layout.font for line in block.lines)
    return other and block.lines[-1].text[-1] not in ".!" and len(block.lines) <= 3


def _style(block: Block) -> Style:
    text = " ".join(line.text for line in block.lines)
    line = max(block.lines, key=lambda line: len(line.text))
    return round(line.size), line.bold, _capitals(text)


def _ranks(found: dict[int, Style], blocks: Sequence[Block]) -> dict[Style, int]:
    """Rank the styles of headings: larger, then capitals, then bold first; those of a cover left out."""
    inside = Counter(style for at, style in found.items() if blocks[at].pages[0] > 2)
    styles = set(inside) or set(found.values())
    order = sorted(styles, key=lambda s: (-s[0], -s[2], -s[1]))
    return {style: min(rank, 6) for rank, style in enumerate(order, 1)}
