"""Find headings and their levels by their typography and position."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.reading.layout import STARTS_LOW, Layout
from pipeline.reading.margins import MARGIN
from pipeline.reading.numbering import follows, is_cost, is_label, is_reason, letters, scheme, value
from pipeline.reading.outline import Outline, Rank, bookmarked, missed, refined
from pipeline.reading.paragraphs import BULLET, CAPTION, NUMBER, Block
from pipeline.reading.styles import Style, in_black, rank_of, ranked_styles
from pipeline.records import Line

MOST_LINES, MOST_LETTERS = 5, 300
TEXT = 4  # lines of a block that is no entry of a table of contents
FEWEST_LISTED = 10  # entries of one without page numbers
LONGEST_SENTENCE = 120  # letters of a heading that ends with a full stop
QUESTION = re.compile(r"\d{1,3}\. ")  # in answers, numbers are of questions
SHORT_ENTRY = 60  # letters of what stands below a name in capitals
SPACED = 0.1  # font sizes of white space between spaced letters
FEWEST_SPACED, MOST_SPACED = 8, 80  # letters of a line that is spaced
FEWEST_PAIRS, ALWAYS = 3, 0.9  # pairs of headings; share of each of the two styles
CENTRED = 3.0  # points by which the middles of centred lines differ
BELOW = 99  # depth of headings without a number under all that are numbered
CHANCE = 3  # headings over which numbers go on by chance
LETTERHEAD = 8  # blocks at most before a title: sender, place and date, kind of paper
HEADS = 3  # at most so many headings before the title: names of an institution, dates
OPENING, CLOSING = '„“”"»«', tuple('“”«»"')
CLOSED = re.compile(r"[,;]$")
SENTENCE = re.compile(r"[.!:…](?:[\"“”«»’)\]])*$")
ENDED = re.compile(f"{CLOSED.pattern}|{SENTENCE.pattern}")
SPEAKER = re.compile(
    r"^[^!?]{0,90}(?:\([^()]{2,40}\)|[Pp]räsident(?:in)?\b[^:]*|[Mm]inister(?:in)?\b[^:]*"
    r"|[Ss]taatssekretär(?:in)?\b[^:]*|[Bb]erichterstatter(?:in)?\b[^:]*)\s*:$"
)
DATED = re.compile(r"[A-ZÄÖÜ][^\W\d_]+(?:[ /-][^\W\d_]+)*, (?:den|am|im) (?:\d{1,2}\. ?)?[^\W\d_]+ \d{4}$")
NAMES = re.compile(r"(?:Dr\. |Prof\. )*[A-ZÄÖÜ][\w’-]+\.?(?:,? (?:[A-ZÄÖÜ][\w’-]+\.?|und|von|de[rn]?|zu))+$")
# What graphics and boxes print large: »4,2 Mio.«, »„Es geht nur gemeinsam.“«
FIGURE = re.compile(r"\W*\d[\d\W]*(?:(?:Mio|Mrd|Millionen|Milliarden|Prozent|Euro|Cent|Tsd)\b[\W]*)+$")
ASIDE = re.compile(r"\([^()]*\)$")  # »(noch Kapitel 2)«, in minutes the name of who goes on speaking
QUOTE = re.compile(r"[„“\"»«].{30,}[.!?…][“”\"«»]$")
WEB = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+|[\w-]+(?:\.[\w-]+)*\.(?:de|eu|at|ch|org|com|net|info)(?:/\S*)?"
)
NAMELESS = re.compile(r"(?:CIDFont\+)?F\d+$")  # the name does not say whether it is bold or italic


def levels(blocks: Sequence[Block], layout: Layout, outline: Outline | None = None) -> dict[int, int]:
    """Return the levels of the blocks that are headings, by position: 1 for titles, else from 2.

    A rank has a place for the style, for the numbering scheme within it, and for the depth in the outline.
    """
    plain = _standing(blocks, layout)
    found: dict[int, Style] = {}
    topics: set[int] = set()
    before = None
    for at, (block, after) in enumerate(_with_next(blocks)):
        if (
            at in plain or is_heading(block, layout) or _is_division(block) or _is_beside(block)
            or (before and _is_centred(before, block)) or _is_spaced(block, after)
        ):  # fmt: skip
            found[at] = _style(block)
        elif after and _is_topic(block, after):
            found[at] = _style(block)
            topics.add(at)
        before = block if at in found and is_label(block.text) else None
    for at in (*_signatures(blocks), *_sources(blocks), *_announced(blocks), *_names(found, blocks, layout)):
        found.pop(at, None)
    titled = {at for at in found if at + 1 in found and is_numbered_title(blocks[at], blocks[at + 1])}
    found |= {at: found[at + 1] for at in titled}
    texts = {at: blocks[at - 1 if at - 1 in titled else at].text for at in found}
    for first, at in _repeated(found, blocks):
        found[at], texts[at] = found[first], texts[first]
    listed = _listed(found, blocks) | topics
    ranks = ranked_styles({at: in_black(style) for at, style in found.items() if at not in listed}, blocks)
    titles = _titles(found, blocks, ranks)
    marked = bookmarked(blocks, outline or {})
    unlike = missed(marked, found, blocks)
    found = dict(sorted((found | {at: _style(blocks[at]) for at in unlike}).items())) if unlike else found
    found = {at: in_black(style) for at, style in found.items()}
    kinds = _kinds(found, texts | {at: blocks[at].text for at in unlike}, listed)
    looks = _paired(
        {at: (rank_of(style, ranks), kinds[at]) for at, style in found.items() if at not in titles}
    )
    ranked: Mapping[int, Rank] = refined(looks, marked, unlike) if marked else looks
    depths = _depths(ranked) | _depths({at: rank for at, rank in ranked.items() if at not in listed})
    return {at: 1 if at in titles else min(depths[ranked[at]] + 1, 6) for at in found}


def _with_next(blocks: Iterable[Block]) -> Iterator[tuple[Block, Block | None]]:
    """Yield each block with the one after it."""
    ahead = iter(blocks)
    block = next(ahead, None)
    while block is not None:
        after = next(ahead, None)
        yield block, after
        block = after


def _repeated(found: dict[int, Style], blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield headings whose words are repeated by the next one: a title page before its chapter."""
    for before, at in pairwise(sorted(found)):
        if blocks[before].text.casefold() == blocks[at].text.casefold():
            yield before, at


def is_numbered_title(label: Block, title: Block) -> bool:
    """Return whether a heading that is only a number (»§ 4«) has the next one as its title."""
    below = is_label(title.text) or scheme(title.text) > scheme(label.text)  # »Zu Buchstabe a) Kosten«
    return is_label(label.text) and not below and label.pages[-1] == title.pages[0]


def _is_division(block: Block) -> bool:
    """Return whether a block only names a part of a law or of its reasons."""
    if block.contents or block.lines[0].table or len(block.lines) > 2:
        return False
    text = block.text
    return is_label(text) or is_reason(text) or is_cost(text)


def _is_centred(label: Block, title: Block) -> bool:
    """Return whether a block is centred below the number of a section, as in laws, and no sentence."""
    if title.pages[0] != label.pages[0] or len(title.lines) > 3 or ENDED.search(title.text):
        return False
    axis = label.lines[0].x0 + label.lines[0].x1
    return all(abs(line.x0 + line.x1 - axis) < 2 * CENTRED and not line.table for line in title.lines)


def _is_spaced(block: Block, after: Block | None) -> bool:
    """Return whether the letters of a line are spaced and those of the block below it are not."""
    line = block.lines[0]
    if after is None or len(block.lines) > 1 or line.table or len(line.text) > MOST_SPACED:
        return False
    return not ENDED.search(line.text) and _spacing(line) > SPACED > 2 * _spacing(after.lines[0])


def _spacing(line: Line) -> float:
    """Return the usual white space between the letters of a line in font sizes, 0 if they are few."""
    xs = array("f", line.xs)
    gaps = sorted(
        xs[2 * at + 2] - xs[2 * at + 1] for at, (a, b) in enumerate(pairwise(line.text)) if a != " " != b
    )
    return gaps[len(gaps) // 2] / line.size if len(gaps) >= FEWEST_SPACED else 0.0


def _is_topic(block: Block, after: Block) -> bool:
    """Return whether a line in the type of the numbered question below it is a topic of an inquiry."""
    a, b = block.lines[-1], after.lines[0]
    asks = QUESTION.match(b.text) and after.lines[-1].text[-1] == "?" and _type(a) == _type(b)
    if not asks or a.table or len(block.lines) > 2:
        return False
    text = block.text
    return not (ENDED.search(text) or text[-1] == "?" or BULLET.match(text) or NUMBER.match(text))


def _is_beside(block: Block) -> bool:
    """Return whether a block is a heading in the margin."""
    return block.lines[0].block == MARGIN and not SENTENCE.search(block.text)


def _signatures(blocks: Sequence[Block]) -> Iterator[int]:
    """Yield the positions of names below the line with place and date of signing."""
    page = 0
    for at, block in enumerate(blocks):
        if block.lines[-1].text[-1].isdigit() and DATED.match(block.text):  # it ends with the year
            page = block.pages[0]
        elif block.pages[0] == page and NAMES.match(block.text):
            yield at


def _paired(looks: dict[int, Rank]) -> dict[int, Rank]:
    """Return the ranks, the same for two that always follow each other: a motto and the title below it."""
    often = Counter(looks.values())
    pairs = Counter((rank, looks[at + 1]) for at, rank in looks.items() if at + 1 in looks)
    alike = {
        below: above for (above, below), n in pairs.items()
        if above < below and n >= max(FEWEST_PAIRS, ALWAYS * often[above], ALWAYS * often[below])
    }  # fmt: skip
    return {at: alike.get(rank, rank) for at, rank in looks.items()}


def _listed(found: Iterable[int], blocks: Sequence[Block]) -> set[int]:
    """Return the headings of a table of contents without page numbers: before all text, and again in it."""
    text = next((at for at, block in enumerate(blocks) if len(block.lines) >= TEXT), len(blocks))
    if sum(at < text for at in found) < FEWEST_LISTED:
        return set()
    listed: set[int] = set()
    later: set[str] = set()
    for at in sorted(found, reverse=True):
        words = {letters(own) for own in (blocks[at].text, *(line.text for line in blocks[at].lines))}
        if at < text and not words.isdisjoint(later):
            listed.add(at)
        later |= words
    return listed if len(listed) >= FEWEST_LISTED else set()


def _sources(blocks: Sequence[Block]) -> Iterator[int]:
    """Yield the positions of names below a quotation in italics: who said it."""
    for at, (quoted, block) in enumerate(pairwise(blocks), 1):
        line = quoted.lines[-1]
        quotes = line.italic and line.text.endswith(CLOSING)
        if quotes and not NUMBER.match(block.lines[0].text) and block.lines[-1].text[-1] != ":":
            yield at


def _announced(blocks: Sequence[Block]) -> Iterator[int]:
    """Yield the positions of words in quotes that the block above announces: a clause that it proposes."""
    for at, (above, block) in enumerate(pairwise(blocks), 1):
        if above.lines[-1].text[-1] == ":" and block.text[0] in OPENING and block.text[-1] in CLOSING:
            yield at


def _names(found: Container[int], blocks: Sequence[Block], layout: Layout) -> Iterator[int]:
    """Yield the positions of capitals set like the text, but without any below: names in lists, addresses."""
    body = (layout.font, layout.size, layout.color, False)
    for at, (block, after) in enumerate(pairwise(blocks)):
        if at in found and at + 1 not in found and len(after.text) <= SHORT_ENTRY:
            alike = _type(block.lines[0]) == body == _type(after.lines[0])
            told = is_label(block.text) or block.text[-1] == ":" or ENDED.search(after.text)
            if alike and _capitals(block.text) and not told:
                yield at


def _kinds(found: dict[int, Style], texts: dict[int, str], listed: Container[int]) -> dict[int, int]:
    """Return the depth of each heading's numbering among the schemes used at least twice in its style.

    Headings without a number are as high as the highest scheme, or `BELOW` all of them.
    """
    alike: dict[Style, list[int]] = defaultdict(list)
    for at, style in found.items():
        if at not in listed:
            alike[style].append(at)
    kinds = dict.fromkeys(found, 0)
    for own in alike.values():
        schemes = Counter(scheme(texts[at]) for at in own)
        order = sorted(place for place, n in schemes.items() if place and n >= 2)
        kinds |= {at: order.index(place) for at in own if (place := scheme(texts[at])) in order}
        if _go_on([texts[at] for at in own]):
            kinds |= {at: BELOW for at in own if not scheme(texts[at]) and at > _first(own, texts)}
    return kinds


def _first(own: Iterable[int], texts: Mapping[int, str]) -> int:
    """Return the first heading with a number; a foreword before it is on its level."""
    return next(at for at in own if scheme(texts[at]))


def _go_on(texts: Iterable[str]) -> bool:
    """Return whether numbers go on after headings without one (»2. Rente«, »Witwen«, »3. Pflege«).

    They do not if they usually begin again.
    """
    last: dict[int, tuple[int, ...]] = {}
    over, under, between = 0, 0, 0  # headings without a number
    for text in texts:
        place, number = scheme(text), value(text)
        if place and place in last:
            over += between * follows(last[place], number)
            under += between * (number <= last[place])
        last |= {place: number} if place else {}
        between = 0 if place else between + 1
    return over > max(under, CHANCE)


def _depths(ranked: Mapping[int, Rank]) -> dict[Rank, int]:
    """Return for each rank how many headings are usually open at it, including its own.

    It is deeper than one that it stands below half of the time.
    """
    seen: dict[Rank, Counter[int]] = defaultdict(Counter)
    over: dict[Rank, Counter[Rank]] = defaultdict(Counter)
    above: list[Rank] = []
    for rank in ranked.values():
        above = [*(other for other in above if other < rank), rank]
        seen[rank][len(above)] += 1
        over[rank].update(above[-2:-1])
    usual = {rank: max(counts, key=lambda depth: (counts[depth], -depth)) for rank, counts in seen.items()}
    for rank in usual:
        if rank[1] == BELOW:
            higher = (depth for other, depth in usual.items() if other[0] == rank[0] and other[1] != BELOW)
            usual[rank] = max(usual[rank], 1 + max(higher, default=0))
    for rank in sorted(over):
        (parent, n) = over[rank].most_common(1)[0] if over[rank] else (rank, 0)
        if 2 * n >= seen[rank].total():
            usual[rank] = max(usual[rank], 1 + usual[parent])
    return usual


def is_heading(block: Block, layout: Layout) -> bool:
    """Return whether a block looks like a heading: larger, bolder or in capitals."""
    if block.contents or block.lines[0].table or len(block.lines) > MOST_LINES:
        return False
    text, size = block.text, min(line.size for line in block.lines) / layout.size
    bold = all(line.bold for line in block.lines) and not layout.bold
    if len(text) > MOST_LETTERS or size < 0.93 or not (size >= 1.12 or bold or _capitals(text)):
        return False
    if CLOSED.search(text) or BULLET.match(text) or WEB.fullmatch(text) or sum(c.isalpha() for c in text) < 3:
        return False
    if any(pattern.match(text) for pattern in (SPEAKER, CAPTION, FIGURE, QUOTE, ASIDE)):
        return False
    return not (SENTENCE.search(text) and len(text) > LONGEST_SENTENCE)


def _capitals(text: str) -> bool:
    if not text[:8].isupper() and any(map(str.islower, text[:8])):
        return False
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 4 and sum(c.isupper() for c in letters) >= 0.9 * len(letters)


def _standing(blocks: Sequence[Block], layout: Layout) -> set[int]:
    """Return the blocks that are headings by position: alone, short, above a paragraph.

    One such line proves nothing, but a style that is repeatedly used in this way does.
    """
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    total: Counter[tuple[object, ...]] = Counter()
    body = (layout.font, layout.size, layout.color, False)
    for at, (block, after) in enumerate(_with_next(blocks)):
        style = _type(block.lines[0])
        total[style] += 1
        asks = style == body and block.lines[-1].text[-1] == "?"  # of a speaker in minutes, say
        leads = style == body and STARTS_LOW.match(BULLET.sub("", after.text).lstrip()) if after else None
        if after is not None and not asks and not leads and _stands(block, after, layout):
            groups[style].append(at)
    found: set[int] = set()
    for style, places in groups.items():
        enough = 5 if style == body else 3
        if len(places) >= enough and (style == body or len(places) >= 0.4 * total[style]):
            found.update(places)
    return found


def _type(line: Line) -> tuple[object, ...]:
    return line.font, line.size, line.color, line.italic


def _stands(block: Block, after: Block, layout: Layout) -> bool:
    if block.lines[0].table or len(block.lines) > 2 or block.contents or after.contents:
        return False
    text, last, first = block.text, block.lines[-1], after.lines[0]
    if not 4 <= len(text) <= 110:
        return False
    if SENTENCE.search(text) or CLOSED.search(text) or BULLET.match(text) or not text[0].isupper():
        return False
    least = 0.88 if last.bold else 0.93
    if last.size < least * layout.size or STARTS_LOW.match(first.text) or last.text[-1] == "-":
        return False
    apart = first.bottom - last.bottom > 1.18 * layout.lead(layout.size) or (
        last.font != first.font == layout.font
    )
    return len(after.lines) >= 2 and apart and abs(first.x0 - block.lines[0].x0) < 2 * layout.size


def _style(block: Block) -> Style:
    line = max(block.lines, key=lambda line: len(line.text))
    font = line.font if NAMELESS.match(line.font) else ""
    return round(line.size), _capitals(block.lines[0].text), line.bold, line.italic, font, line.color


def _titles(found: dict[int, Style], blocks: Sequence[Block], ranks: dict[Style, int]) -> set[int]:
    """Return the headings of the first page that are larger than every usual heading.

    If there are none, the title of a page that opens with headings is the largest of these, as is one in a
    style of its own below the lines of a letterhead.
    """
    first = blocks[0].pages[0] if blocks else 0
    largest = max((style[0] for style in ranks), default=0)
    front = {at for at, style in found.items() if blocks[at].pages[0] == first}
    big = {at for at in front if found[at][0] > largest}
    if not big and len(found) > 1 and front:
        lead = min(front, key=lambda at: (-found[at][0], at))
        heads = front >= set(range(lead)) and lead <= HEADS
        alone = list(found.values()).count(found[lead]) == 1 and sum(at < lead for at in front) <= HEADS
        short = all(len(block.lines) < HEADS for block in blocks[:lead]) and lead <= LETTERHEAD
        if heads or (alone and short):
            big = {at for at in front if at <= lead} if heads else {lead}
    return big | _subtitles(found, big)


def _subtitles(found: dict[int, Style], titles: set[int]) -> set[int]:
    """Return the headings right below a title in a style that no other heading has."""
    counts = Counter(found.values())
    below: set[int] = set()
    for at in sorted(found):
        if at - 1 in titles | below and at not in titles and counts[found[at]] == 1:
            below.add(at)
    return below
