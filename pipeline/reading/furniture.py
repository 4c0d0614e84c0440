"""Find page furniture (what is printed on pages but not part of the text) by its repetition and place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

import numpy as np

from pipeline.reading.numbering import counted
from pipeline.records import Line, Page, Why

ZONE = 0.16  # of the height: heads and feet of 95 documents lie within it
NEAR = 6  # pages: a running head may change with the chapter
FEW = 4  # pages of a document that is too short for repetition to say much
CLOSING = ".:;!?"
LONGEST_HEAD = 90  # characters of a row of heads that does not occur on other pages
SIGNS = r"[-\u00ad–—|·\s]*"  # some fonts encode the hyphen after a number as a soft one
NUMBER = re.compile(
    rf"^{SIGNS}(?:seite|s\.|page)?\s*((?a:\d{{1,5}}|[ivxl]{{1,6}}))(?:\s*(?:von|/|of)\s*\d+)?{SIGNS}$", re.I
)
DASHED = re.compile(r"[-–—]\s?\d+\s?[-–—]")  # of a letter; OCR misses some of them
SOLID = 1.7  # font sizes from one line of a paragraph to the next
SHORTEST = 20  # characters of such a line
LONGEST_NOISY = 60  # characters of a head that OCR may read in different ways
ALIKE = 0.8  # similarity of two readings of one head, 0..1: »WIRTSCHAFT« was read as »WIRISCHAFT -«
SHIFT = 15.0  # points by which scanned pages are shifted against each other
MARK = re.compile(r"^\(?[A-D]\)$")
DIGITS = re.compile(r"\d+")
LETTERS = re.compile(r"[^\W\d_]{2}")

Found = dict[int, dict[int, Why]]  # page -> line position -> reason


def furniture(pages: Sequence[Page]) -> Found:
    """Return the positions of the lines that are furniture, with reasons, by page number."""
    found: Found = {page.number: dict(_outside(page)) for page in pages}
    for page in pages:
        found[page.number].update(_rotated(page))
        found[page.number].update(_marks(page, found[page.number]))
    _add(found, _line_numbers(pages, found))
    _add(found, _watermarks(pages, found))
    _add(found, _running(pages, found))
    return found


def _add(found: Found, more: Iterable[tuple[int, int, Why]]) -> None:
    for number, at, why in more:
        found[number].setdefault(at, why)


def _outside(page: Page) -> Iterable[tuple[int, Why]]:
    for at, line in enumerate(page.lines):
        x, y = (line.x0 + line.x1) / 2, (line.top + line.bottom) / 2
        if not (-1 <= x <= page.width + 1 and -1 <= y <= page.height + 1):
            yield at, "outside_page"


def _rotated(page: Page) -> Iterable[tuple[int, Why]]:
    turned = [at for at, line in enumerate(page.lines) if line.rotated]
    n = sum(len(page.lines[at].text) for at in turned)
    if n * 2 > sum(len(line.text) for line in page.lines):
        return ()  # the whole page is rotated, so this is its text
    return ((at, "turned_text") for at in turned)


def _marks(page: Page, known: Container[int]) -> Iterable[tuple[int, Why]]:
    """Find the marks (A) to (D) of plenary protocols, which are alone in the margin."""
    marks = [at for at, line in enumerate(page.lines) if len(line.text) < 4 and MARK.match(line.text)]
    if len(marks) < 2:
        return ()
    rest = [
        line for at, line in enumerate(page.lines)
        if at not in marks and at not in known and len(line.text) > 20
    ]  # fmt: skip
    left = min((line.x0 for line in rest), default=0.0)
    right = max((line.x1 for line in rest), default=0.0)
    lines = page.lines
    return ((at, "column_mark") for at in marks if lines[at].x1 < left + 3 or lines[at].x0 > right - 3)


def _line_numbers(pages: Sequence[Page], found: Found) -> Iterable[tuple[int, int, Why]]:
    """Find line numbers in a margin: they rise steadily and are beside the text."""
    groups = {page.number: _rising(page, found[page.number]) for page in pages}
    if 3 * sum(map(bool, groups.values())) < len(pages):
        return ()
    edges = {round(page.lines[at].x1) for page in pages for at in groups[page.number]}
    for page in pages:
        groups[page.number] = groups[page.number] or _in_margin(page, edges)
    return ((number, at, "line_number") for number, group in groups.items() for at in group)


def _in_margin(page: Page, edges: set[int]) -> list[int]:
    """Return the numbers of a page with too few lines to judge, if they end where those of others do."""
    short = [at for at, line in enumerate(page.lines) if len(line.text) <= 5 and line.text.isdecimal()]
    left, right = _text_edges(page, set(short))
    return [
        at for at in short
        if any(abs(page.lines[at].x1 - edge) <= 1 for edge in edges)
        and (page.lines[at].x1 <= left or page.lines[at].x0 >= right)
    ]  # fmt: skip


def _rising(page: Page, known: Container[int]) -> list[int]:
    numbers = [
        at for at, line in enumerate(page.lines)
        if at not in known and len(line.text) <= 5 and line.text.isdecimal() and not line.table
    ]  # fmt: skip
    if len(numbers) < 3:
        return []
    left, right = _text_edges(page, set(numbers))
    margin = [at for at in numbers if page.lines[at].x1 <= left or page.lines[at].x0 >= right]
    margin.sort(key=lambda at: page.lines[at].top)
    values = [int(page.lines[at].text) for at in margin]
    steps = Counter(b - a for a, b in pairwise(values))
    step, n = steps.most_common(1)[0] if steps else (0, 0)
    return margin if step in (1, 2, 5, 10) and n >= 0.8 * (len(margin) - 1) and n >= 2 else []


def _text_edges(page: Page, numbers: set[int]) -> tuple[float, float]:
    """Return left and right edge of the lines that are not numbers, ignoring outliers."""
    rest = [line for at, line in enumerate(page.lines) if at not in numbers and not line.rotated]
    if not rest:
        return page.width, 0.0
    lefts, rights = sorted(line.x0 for line in rest), sorted(line.x1 for line in rest)
    skip = len(rest) // 20
    return lefts[skip] - 2, rights[-1 - skip] + 2


def _watermarks(pages: Sequence[Page], found: Found) -> Iterable[tuple[int, int, Why]]:
    """Find words that recur at the same place on most pages, outside heads and feet."""
    enough = max(3, 0.6 * len(pages))
    spots = (_spot(line) for page in pages for line in page.lines)
    hashes, counts = np.unique(np.fromiter(spots, np.int64), return_counts=True)
    often = set(hashes[counts >= enough].tolist())
    for page in pages if often else ():
        for at, line in enumerate(page.lines):
            if len(line.text) > 3 and _spot(line) in often and not line.table and not _in_zone(page, line):
                yield page.number, at, "watermark"


def _spot(line: Line) -> int:
    """Return a hash of the words and the place of a line; the words of a long document take much memory."""
    return hash((line.text, round(line.x0 / 4), round(line.top / 4)))


def _in_zone(page: Page, line: Line) -> bool:
    return line.bottom < ZONE * page.height or line.top > (1 - ZONE) * page.height


@lru_cache(maxsize=4096)
def _shape(text: str) -> str:
    return "".join(DIGITS.sub("#", text).split()).casefold()


def _running(pages: Sequence[Page], found: Found) -> Iterable[tuple[int, int, Why]]:
    """Find running heads and feet, which repeat or count, from the edge of the page inwards."""
    zones = {page.number: _zone(page, found[page.number]) for page in pages}
    sure = _repeated(pages, zones) | _page_numbers(pages, zones)
    sure |= _slots(pages, zones)
    for page in pages:
        middle = page.height / 2
        zone = sorted(zones[page.number], key=lambda at: page.lines[at].bottom)
        head = [at for at in zone if page.lines[at].bottom < middle]
        foot = [at for at in reversed(zone) if page.lines[at].bottom >= middle]
        for rows in (_rows(page, head), _rows(page, foot)):
            for at in _peel(page, rows, sure):
                is_number = NUMBER.match(page.lines[at].text)
                yield page.number, at, "page_number" if is_number else "head_or_foot"


def _zone(page: Page, known: Container[int]) -> list[int]:
    free = (at for at, line in enumerate(page.lines) if at not in known and not line.table)
    return [at for at in free if _in_zone(page, page.lines[at])]


def _same_row(a: Line, b: Line) -> bool:
    return abs(a.bottom - b.bottom) < 0.4 * max(a.size, b.size) + 1


def _rows(page: Page, order: Sequence[int]) -> list[list[int]]:
    rows: list[list[int]] = []
    for at in order:
        if rows and _same_row(page.lines[rows[-1][0]], page.lines[at]):
            rows[-1].append(at)
        else:
            rows.append([at])
    return rows


def _peel(page: Page, rows: list[list[int]], sure: set[Site]) -> list[int]:
    """Return the lines of the rows up to the innermost sure one; one unsure short row may lie between.

    Of a row that a head in the margin shares with the text, only the head is returned.
    """
    depth, unsure = 0, 0
    for i, row in enumerate(rows):
        heads = [at for at in row if (page.number, at) in sure]
        if heads and _begin_text(page, [at for at in row if at not in heads], rows[i + 1 : i + 2]):
            return [at for outer in rows[:depth] for at in outer] + heads
        if heads:
            depth = i + 1
        elif unsure or sum(len(page.lines[at].text) for at in row) > LONGEST_HEAD:
            break
        else:
            unsure += 1
    return [at for row in rows[:depth] for at in row]


def _begin_text(page: Page, beside: Iterable[int], inwards: Iterable[Iterable[int]]) -> bool:
    """Return whether a line beside a head goes on in the row next to it, as those of the text do."""
    lines = [page.lines[at] for at in beside]
    others = [page.lines[at] for row in inwards for at in row]
    return any(
        _style(a) == _style(b) and abs(a.x0 - b.x0) < 1 and abs(a.bottom - b.bottom) < SOLID * a.size
        for a in lines if len(a.text) > SHORTEST for b in others
    )  # fmt: skip


Site = tuple[int, int]


def _repeated(pages: Sequence[Page], zones: dict[int, list[int]]) -> set[Site]:
    """Return the lines whose words recur at the same height on nearby pages.

    Words that occur as often in the middle of pages (»Zu Absatz 2«) are headings and phrases of the text.
    """
    places: dict[tuple[str, int], list[Site]] = defaultdict(list)
    met: dict[tuple[str, int], tuple[int, float]] = {}  # for OCR: where a shape was last seen
    for page in pages:
        met = {place: last for place, last in met.items() if page.number - last[0] <= NEAR}
        for at in zones[page.number]:
            line = page.lines[at]
            place = _shape(line.text), round(line.top / 6)
            if page.text_source == "ocr" and len(place[0]) <= LONGEST_NOISY:
                place = _alike(place, line.top, met)
                met[place] = page.number, line.top
            places[place].append((page.number, at))
    found: dict[str, set[Site]] = defaultdict(set)
    for (shape, _), sites in places.items():
        chance = len(sites) == 2 and shape[-1] in CLOSING  # a sentence or note that occurs twice by chance
        if LETTERS.search(shape) and not (chance and len(pages) > FEW):
            found[shape].update(_near(sites, len(pages)))
    inside = _inside(pages, {shape for shape, sites in found.items() if sites})
    return {site for shape, sites in found.items() if 2 * inside[shape] < len(sites) for site in sites}


def _alike(
    place: tuple[str, int], top: float, met: dict[tuple[str, int], tuple[int, float]]
) -> tuple[str, int]:
    """Return a shape and height seen nearby that differ only by errors of OCR, else `place`.

    Of several, the first one seen is returned; a later one, even if more similar, may be a single misreading.
    """
    matcher = SequenceMatcher(b=place[0], autojunk=False)
    for other, (_, height) in met.items():
        if abs(height - top) <= SHIFT:
            matcher.set_seq1(other[0])
            if matcher.real_quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                return other
    return place


def _inside(pages: Sequence[Page], shapes: set[str]) -> Counter[str]:
    """Return how often lines of these shapes occur outside the heads and feet of pages."""
    initials = {shape[0] for shape in shapes}
    met = (
        _shape(line.text) for page in pages for line in page.lines
        if _initial(line.text) in initials and not _in_zone(page, line)
    )  # fmt: skip
    return Counter(shape for shape in met if shape in shapes)


def _initial(text: str) -> str:
    first = text[:1]
    return "#" if first.isdecimal() else first.casefold()


def _near(sites: list[Site], n_pages: int) -> list[Site]:
    """Return the sites that have another on a nearby page, if there are enough of them."""
    numbers = sorted({number for number, _ in sites})
    if len(numbers) < (2 if n_pages <= FEW else 3) and not (
        len(numbers) == 2 and numbers[1] - numbers[0] <= 2
    ):
        return []
    near = {a for a, b in pairwise(numbers) if b - a <= NEAR}
    near |= {b for a, b in pairwise(numbers) if b - a <= NEAR}
    return [site for site in sites if site[0] in near]


def _page_numbers(pages: Sequence[Page], zones: dict[int, list[int]]) -> set[Site]:
    """Return the lines that are numbers and increase with the pages, or that of the page between dashes."""
    offsets: dict[int, list[Site]] = defaultdict(list)
    sure: set[Site] = set()
    for page in pages:
        for at in zones[page.number]:
            match = NUMBER.match(page.lines[at].text)
            if match:
                value = counted(match[1])
                for step in (1, 2):  # spreads have two numbers per sheet
                    offsets[10_000 * step + value - step * page.number].append((page.number, at))
                if value == page.number and DASHED.fullmatch(page.lines[at].text):
                    sure.add((page.number, at))
    if len(pages) == 1:
        return set(offsets[10_000])  # the number of the page in the file
    enough = 2 if len(pages) <= FEW else 3
    return sure.union(*(sites for sites in offsets.values() if len({n for n, _ in sites}) >= enough))


def _slots(pages: Sequence[Page], zones: dict[int, list[int]]) -> set[Site]:
    """Return the lines in a style that is used almost only in one row of heads.

    This finds names of speakers and chapters even if each is on few pages.
    """
    slots: dict[tuple[Style, int], list[Site]] = defaultdict(list)
    for page in pages:
        for at in zones[page.number]:
            line = page.lines[at]
            slots[_style(line), round(line.bottom / 5)].append((page.number, at))
    enough = max(4, 0.25 * len(pages))
    filled = {slot: sites for slot, sites in slots.items() if len({n for n, _ in sites}) >= enough}
    if not filled:
        return set()
    total = Counter(_style(line) for page in pages for line in page.lines)
    most = 1.05 * body_size(pages)  # larger ones are chapter headings at the top of a page
    return {
        site for (style, _), sites in filled.items()
        if style[1] <= most and len(sites) >= 0.6 * total[style] for site in sites
    }  # fmt: skip


Style = tuple[str, float, int]  # font, size, colour


def _style(line: Line) -> Style:
    return line.font, line.size, line.color


def body_size(pages: Sequence[Page]) -> float:
    """Return the most frequent font size, by characters, in points."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0
