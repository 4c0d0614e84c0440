"""Rank the styles of headings: which of them are levels of a document, and which is the higher."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.reading.numbering import follows, scheme, value
from pipeline.reading.paragraphs import Block

TONES = 0xC0C0C0  # bits of a colour that black has not
Style = tuple[float, bool, bool, bool, str, int]  # size, capitals, bold, italic, nameless font, colour


def in_black(style: Style) -> Style:
    """Return a style with one black for all, since a paper may be printed in two."""
    return style if style[5] & TONES else (*style[:5], 0)


def ranked_styles(found: dict[int, Style], blocks: Sequence[Block]) -> dict[Style, int]:
    """Rank the styles that are used repeatedly or count (»Teil 1«, »Teil 2«).

    Larger, capitals, bold, and rarer ones come first.
    """
    counts = Counter(found.values())
    enough = 3 if blocks and blocks[-1].pages[-1] > 6 else 1
    inside = Counter(style for at, style in found.items() if blocks[at].pages[0] > 1)
    counted = _counted(found, blocks) if enough > 1 else set()
    usual = [style for style in counts if inside[style] >= enough or style in counted] or list(counts)
    usual.sort(key=lambda s: (-s[0], -s[1], -s[2], counts[s], s))
    return {style: rank for rank, style in enumerate(usual, 1)}


def _counted(found: Mapping[int, Style], blocks: Sequence[Block]) -> set[Style]:
    """Return the styles of two or more headings all of which have a number, each the next one."""
    texts: dict[Style, list[str]] = defaultdict(list)
    for at, style in found.items():
        texts[style].append(blocks[at].text)
    return {
        style for style, own in texts.items()
        if len(own) > 1
        and all(scheme(a) == scheme(b) and follows(value(a), value(b)) for a, b in pairwise(own))
    }  # fmt: skip


def rank_of(style: Style, ranks: dict[Style, int]) -> int:
    """Return the rank of a style; that of a rare style is the rank of the next smaller usual one."""
    if style in ranks:
        return ranks[style]
    smaller = [rank for other, rank in ranks.items() if other[0] <= style[0]]
    return min(smaller, default=max(ranks.values(), default=1))
