"""Use the bookmarks of a PDF (its outline) as evidence for headings and their levels.

Many outlines are flat, partial or made by a program, so they never take a heading away and decide a
level only between headings that look alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipeline.reading.paragraphs import Block
from pipeline.records import Bookmark

SIGNS = re.compile(r"[\W_]+")
SHORTEST, MOST_LINES = 4, 5  # letters of an entry: shorter ones are letters of an index; lines of a heading
FEWEST, SHARE = 3, 0.1  # of the bookmarks of headings that look alike: a depth that is rarer is a slip

Outline = Mapping[int, Sequence[Bookmark]]  # by page
Rank = tuple[int, ...]


def bookmarked(blocks: Iterable[Block], outline: Outline) -> dict[int, int]:
    """Return the positions of the blocks that read as a bookmark of their page, and its depth from 0."""
    known = {page: {_letters(mark.title): mark.depth for mark in marks} for page, marks in outline.items()}
    found: dict[int, int] = {}
    for at, block in enumerate(blocks) if known else ():
        titles = known.get(block.pages[0], {})
        if titles and len(block.lines) <= MOST_LINES and not (block.contents or block.lines[0].table):
            words = _letters(block.text)
            if len(words) >= SHORTEST and words in titles:
                found[at] = titles[words]
    return found


def _letters(text: str) -> str:
    return SIGNS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def missed(depths: Mapping[int, int], headings: Iterable[int], blocks: Sequence[Block]) -> list[int]:
    """Return the blocks that read as a bookmark for which no heading of their page stands yet."""
    there = {(blocks[at].pages[0], _letters(blocks[at].text)) for at in {*headings} & {*depths}}
    return [at for at in depths if (blocks[at].pages[0], _letters(blocks[at].text)) not in there]


def refined(ranked: Mapping[int, Rank], depths: Mapping[int, int], plain: Iterable[int]) -> dict[int, Rank]:
    """Return the ranks of headings, divided by depth where headings that look alike have several.

    Those in `plain`, which do not look like headings, have the rank of most that are as deep, or follow the
    lowest one that is less deep.
    """
    plain = set(plain)
    counts: dict[Rank, Counter[int]] = defaultdict(Counter)
    for at, rank in ranked.items():
        if at in depths and at not in plain:
            counts[rank][depths[at]] += 1
    found: dict[int, Rank] = {}
    for at, rank in ranked.items():
        own = counts[rank]
        often = [depth for depth, n in own.items() if n >= max(FEWEST, SHARE * own.total())]
        usual = max(often, key=lambda depth: own[depth], default=0)
        depth = depths.get(at, usual)
        found[at] = (*rank, depth if depth in often else usual)
    for at in plain & {*ranked}:
        alike = Counter(found[k] for k in found if k not in plain and depths.get(k) == depths[at])
        above = [found[k] for k in found if k not in plain and depths.get(k, depths[at]) < depths[at]]
        found[at] = alike.most_common(1)[0][0] if alike else (*max(above, default=found[at]), depths[at])
    return found
