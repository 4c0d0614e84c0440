"""Join lines into blocks: paragraphs, items and those that will turn out to be headings."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.reading.contents import contents
from pipeline.reading.dates import MONTH
from pipeline.reading.hyphens import HYPHENS
from pipeline.reading.layout import STARTS_LOW, WIDE, Edges, Layout, room
from pipeline.reading.margins import MARGIN, goes_on
from pipeline.reading.numbering import is_label
from pipeline.records import Line, Page, Record

BULLET = re.compile(
    r"^(?![-\u2013\u2014]\s.*\s[-\u2013\u2014]$)[•▪■►▶‣●○◆◇◦∙·□☐☑☒✓✔✗✘❑❒➢➔→*\u2013\u2014\u2212\ue000-\uf8ff\ufffdo-](?=\s)|^[•▪■►‣●○\ue000-\uf8ff](?=\S)"
)
DASH = re.compile(r"^[\u2013\u2014\u2212*·∙-]\s")  # signs that also stand within lines
ORDINAL = rf"\d{{1,2}}\.\s(?:{MONTH}|(?:wahl|legislatur)periode|jahrhundert)\b"
NUMBER = re.compile(
    rf"^(?!(?i:{ORDINAL}))"
    r"(?:\(?\d{1,3}[a-z]?[.)]|\(?[a-zA-Z]{1,2}\)|[a-zA-Z]\.(?!\s?[a-zA-Z]\.)|\(?[ivxIVX]{1,5}[.)]"
    r"|(?:[IVX]{1,5}|\d{1,2})(?:\.\d{1,2})+\.?|\(\d+\)|§+\s?\d+\w?)(?=\s)"
)
CAPTION = re.compile(
    r"^(?:(?:Abb(?:ildung|\.)|Tab(?:elle|\.)|(?:Info)?Grafik|Schaubild|Diagramm)(?:\s?\d+(?:[.-]\d+)*[a-z]?)?"
    r"\s?[:.|–]|Quellen?\s?:)(?=\s|$)",
    re.I,
)
# Remarks in minutes within a speech: »(Beifall bei …«, »(Anna Berger (ABC): Hört, hört!)«.
REMARK = re.compile(
    r"\((?:(?:\w+er )?Beifall|Zurufe?|Heiterkeit|Lachen|Widerspruch|Unruhe|Zustimmung)\b"
    r"|\([^()\[\]]{4,60}[(\[][^()\[\]]{2,30}[)\]]:"
)
ENDED = re.compile(r"[.!?:;…][\"“”«»’)\]]*\d{0,2}$|[)\]]$")
# Words with which no sentence ends.
OPEN = re.compile(
    r"\s(?:de[mnrs]|die|das|dessen|deren|(?:k?ein|unser|ihr|sein|dies|jed)e[mnrs]?|kein|und|oder|sowie"
    r"|für|vo[mn]|zu[mr]?|beim|ins?|[ai]m|ohne|gegen|zwischen|dass|als|wie|bis)$",
    re.I,
)
# Words at the end of a long line that belong to the next: adjectives that no verb is like, prepositions.
BOUND_ON = re.compile(
    r"\s(?:(?!ver|er|be|ent)[a-zäöüß]*"
    r"(?:isch|deutsch|lich|al|iv|los|haft|sam|(?:welt|europa|bundes|landes)weit)e[mnrs]?"
    r"|[a-zäöüß]+(?:ig|bar|ell)e[mrs]?|(?i:auf|über|bei|mit|nach|aus|unter|durch|seit|während|wegen))$"
)
BRACKETS = re.compile(r"\w \([^()]*[^().!?…]\)$")  # words after which a sentence may go on
UNFILLED = 0.35  # most of a column that a line broken by hand leaves
RUN_IN = re.compile(r"\w: \w")  # words of the text after a heading on the same line
# Ends of entries in contents and indexes: »17«, »191f«, »24309 B«; »W« is alone above the words with W.
ENTRY_END = re.compile(r"\d(?:\s?(?:ff?\.?|[A-D]))?$|^\w$")
LONG, FLUSH, FLUSH_LINES = 30, 0.8, 3  # characters of justified lines, points by which ends differ, lines
NOTE_SIZE = 0.92  # of the body's size: footnotes are at least 8 % smaller


class Block(Record):
    """Lines that belong together, with the page of each."""

    pages: tuple[int, ...]
    lines: tuple[Line, ...]
    contents: bool = False  # of a table of contents or an index

    @property
    def text(self) -> str:
        """The text, line by line, as printed."""
        return " ".join(line.text for line in self.lines)


class Place(NamedTuple):
    """A line and its position."""

    page: int
    line: Line
    contents: bool
    following: Line | None  # the next line on the page


def blocks(pages: Sequence[Page], layout: Layout) -> Iterator[Block]:
    """Yield the blocks of a document in reading order."""
    return _over_notes(_cut(_flow(pages), layout), layout)


def _flow(pages: Sequence[Page]) -> Iterator[Place]:
    listed = contents(pages)
    for page in pages:
        for at, (line, below) in enumerate(zip_longest(page.lines, page.lines[1:])):
            yield Place(page.number, line, at in listed[page.number], below)


def _cut(flow: Iterable[Place], layout: Layout) -> Iterator[Block]:
    own: list[Place] = []
    for place in flow:
        if own and _opens(own, place, layout):
            yield _block(own)
            own = []
        own.append(place)
    if own:
        yield _block(own)


def _block(own: Sequence[Place]) -> Block:
    numbers, lines, flags, _ = zip(*own, strict=True)
    return Block(numbers, lines, flags[0])


def is_aside(found: Sequence[Block], at: int) -> bool:
    """Return whether a paragraph begins with a dash but is not an item: alone, its lines not indented.

    In minutes, speakers answer hecklers in this form (»– Meine Herren, …«).
    """
    block = found[at]
    if not DASH.match(block.lines[0].text) or len(block.lines) < 2:
        return False
    beside = (*found[max(at - 1, 0) : at], *found[at + 1 : at + 2])
    hangs = any(line.x0 > block.lines[0].x0 + 0.6 * line.size for line in block.lines[1:2])
    return not hangs and not any(DASH.match(other.lines[0].text) for other in beside)


def _over_notes(found: Iterable[Block], layout: Layout) -> Iterator[Block]:
    """Join paragraphs that continue after the footnotes at the foot of a column or page."""
    held: list[Block] = []  # a block and the small ones after it, which may be footnotes
    for block in found:
        at = _continued(held, block, layout)
        if at >= 0:
            first = held[at]
            held[at] = Block(pages=first.pages + block.pages, lines=first.lines + block.lines)
        elif held and is_small(block, layout):
            held.append(block)
        else:
            yield from held
            held = [block]
    yield from held


def _continued(held: Sequence[Block], block: Block, layout: Layout) -> int:
    """Return the position of the last block set like another, before footnotes, if it continues there."""
    for at in range(len(held) - 2, -1, -1):
        if held[at].pages[-1] < block.pages[0] - 1:
            return -1
        last, first = held[at].lines[-1], block.lines[0]
        if not at or (last.size, last.font) == (first.size, first.font):
            return at if _goes_on(held[at], block, layout) else -1
    return -1


def is_small(block: Block, layout: Layout) -> bool:
    """Return whether a block is set as small as footnotes are."""
    return block.lines[0].size <= NOTE_SIZE * layout.size


def _goes_on(before: Block, block: Block, layout: Layout) -> bool:
    """Return whether a paragraph of the text continues in a block of the next column or page."""
    a, b, page = before.lines[-1], block.lines[0], before.pages[-1]
    if before.contents or block.contents or a.table or b.table:
        return False
    edges = layout.edges[page, a.block]
    over = block.pages[0] == page + 1
    near = over or (block.pages[0] == page and a.block != b.block)
    low = _runs_on(a, b) and not is_small(before, layout)
    full = over and len(before.lines) > 1 and a.x1 > edges.right - FLUSH and a.font == b.font
    return near and (low or full) and not _restyled(a, b) and carries_on(a, b, edges)


def _opens(own: Sequence[Place], place: Place, layout: Layout) -> bool:
    """Return whether a line begins a new block and does not continue the `own` lines."""
    (page_a, a, listed, _), (page_b, b, also, following) = own[-1], place
    if listed or also:
        return listed != also or ENTRY_END.search(a.text) is not None
    if MARGIN in (a.block, b.block):
        return page_a != page_b or a.block != b.block or not goes_on(a, b)
    if a.text[-1] == ":" and CAPTION.fullmatch(a.text) and _titles(a, b):
        return False
    if _restyled(a, b) or a.table != b.table or a.row != b.row or a.column != b.column:
        return True
    before, edges = layout.edges[page_a, a.block], _measure(own, place, layout.edges[page_b, b.block])
    if page_a != page_b or b.bottom < a.bottom - 0.5 * a.size:
        first, x0 = own[0].line, b.x0 - edges.left + before.left  # columns and pages may be shifted
        left = BULLET.match(first.text) is not None and x0 < first.x0 - 0.6 * first.size
        return not carries_on(a, b, before) or ((left or _is_headline(own, layout)) and not _runs_on(a, b))
    if a.block != b.block:
        return b.bottom - a.bottom > 1.75 * layout.lead(b.size, page_b) or not carries_on(a, b, before)
    if _is_note(a, b, page_b, layout) or (
        _inside(own) and b.bottom - a.bottom < 1.6 * layout.lead(b.size, page_b)
    ):
        return False
    return (
        abs(a.bottom - b.bottom) < 0.3 * a.size
        or _captions(a, b)
        or (ended(a) and REMARK.match(b.text) is not None)
        or _marked(a, b, following, edges)
        or _spaced(a, b, page_b, layout)
        or _bolder(a, b, edges)
        or (
            _shifted(a, b, following, first=len(own) == 1, edges=edges, layout=layout)
            and not _hangs_on(own, b, edges)
        )
    )


def _hangs_on(own: Sequence[Place], b: Line, edges: Edges) -> bool:
    """Return whether a line goes on in an item whose lines were broken by hand, below its words."""
    first, a = own[0].line, own[-1].line
    bullet = BULLET.match(first.text)
    if bullet is None or ended(a) or room(a, b, edges) * a.size > UNFILLED * (edges.right - edges.left):
        return False
    words = bullet.end() + first.text[bullet.end()].isspace()  # a symbol may touch its word
    start = own[1].line.x0 if len(own) > 1 else array("f", first.xs[8 * words :] or first.xs)[0]
    return abs(b.x0 - start) < 1


def _measure(own: Sequence[Place], place: Place, edges: Edges) -> Edges:
    """Return the edges of a column, the right one where lines end that a box or picture makes narrower."""
    a = own[-1].line
    if a.x1 > edges.right - 2 * a.size or len(a.text) < LONG:
        return edges
    above = _n_flush(a, [before.line for before in own[-2:-4:-1]])
    n = 1 + above + _n_flush(a, (place.line, place.following))
    flush = n >= FLUSH_LINES + 2 * ended(a) and not _is_item(place.line)
    return replace(edges, right=a.x1) if flush else edges


def _n_flush(a: Line, others: Iterable[Line | None]) -> int:
    """Return how many of the lines next to a long one are long, too, and end right below or above it."""
    n = 0
    for other in others:
        if other is None or abs(other.x1 - a.x1) >= FLUSH or len(other.text) < LONG:
            break
        n += 1
    return n


def _is_note(a: Line, b: Line, page: int, layout: Layout) -> bool:
    """Return whether two small lines follow each other beside the text, where no line is full."""
    if b.size > NOTE_SIZE * layout.size or not goes_on(a, b):
        return False
    edges = layout.edges[page, b.block]
    return max(a.x1, b.x1) < edges.left or min(a.x0, b.x0) > edges.right


def _captions(a: Line, b: Line) -> bool:
    """Return whether a line begins the caption of a table or picture and is not the rest of a sentence."""
    caption = CAPTION.match(b.text)
    return caption is not None and (caption[0].endswith(":") or ended(a))


def _titles(label: Line, b: Line) -> bool:
    """Return whether a line right below »Tabelle 2:« is its title."""
    return not label.table and not b.table and 0 < b.bottom - label.bottom < 2 * b.size


def _inside(own: Sequence[Place]) -> bool:
    """Return whether a remark in brackets on lines of its own (»(Beifall bei …«) is still open."""
    if len(own) > 6 or own[0].line.text[0] != "(":
        return False
    text = " ".join(place.line.text for place in own)
    return text.count("(") > text.count(")")


def ended(line: Line) -> bool:
    """Return whether a line ends like a sentence."""
    return not line.text[-1].isalpha() and ENDED.search(line.text[-8:]) is not None


def _restyled(a: Line, b: Line) -> bool:
    if a.size != b.size:
        cut = STARTS_LOW.match(b.text) and (a.text[-1] in HYPHENS or RUN_IN.search(a.text))
        if abs(a.size - b.size) > (0.12 if cut else 0.06) * max(a.size, b.size):
            return True
    return a.color != b.color and a.bold != b.bold and not _runs_on(a, b)  # stressed words may go on plainly


def is_short(a: Line, b: Line, edges: Edges) -> bool:
    """Return whether a line ends although the next word would have fitted, so that the writer ended it."""
    return room(a, b, edges) > edges.slack


def _marked(a: Line, b: Line, c: Line | None, edges: Edges) -> bool:
    """Return whether a line begins an item with a bullet or a number."""
    bullet = BULLET.match(b.text)
    if not bullet and (not NUMBER.match(b.text) or (b.text[0] == "§" and _runs_on(a, b))):
        return False
    short = room(a, b, edges) > 1
    over = ended(a) or short
    if bullet:
        return over or _hangs(b, c) or not DASH.match(b.text)
    apart = short or b.bottom - a.bottom > 1.3 * b.size + 2
    return over and (apart or _hangs(b, c))


def _hangs(b: Line, c: Line | None) -> bool:
    return (
        c is not None and 0.6 * b.size < c.x0 - b.x0 < 6 * b.size and 0 < c.bottom - b.bottom < 2.5 * b.size
    )


def _spaced(a: Line, b: Line, page: int, layout: Layout) -> bool:
    step, lead = b.bottom - a.bottom, layout.lead(b.size, page)
    prose = a.text[-1] == "." and len(b.text) >= LONG  # may be larger than most text if that is in tables
    if a.size > 1.12 * layout.size and not NUMBER.match(b.text) and not prose:
        return step > 1.6 * lead  # lines of one heading are often widely spaced
    if step > 1.75 * lead:
        return True
    return step > WIDE * lead + 0.5 and _begins(a, b)


def _bolder(a: Line, b: Line, edges: Edges) -> bool:
    """Return whether one of two lines is all bold and the other not, and neither continues into the other."""
    if a.bold == b.bold or (len(a.text) >= LONG and STARTS_LOW.match(b.text)):
        return False
    if a.bold:
        return not b.bold_until and is_short(a, b, edges)
    return is_short(a, b, edges) or ended(a)


def _shifted(a: Line, b: Line, c: Line | None, *, first: bool, edges: Edges, layout: Layout) -> bool:
    """Return whether an indent or a line that ended early shows a new paragraph."""
    shift = (b.x0 - a.x0) / b.size
    if abs(shift) <= 0.6 and not ended(a) and STARTS_LOW.match(b.text):
        return False  # true of most lines
    short = is_short(a, b, edges)
    if _centred(a, b, layout) and not ended(a):
        return False
    continues = _runs_on(a, b) or (first and a.text[-1] == ",")
    if (_on_axis(a, b) and continues and not ended(a)) or (first and not short and _is_under(a, b)):
        return False
    heading = (a.bold and b.bold and not layout.bold) or a.size > 1.1 * layout.size
    hangs = first and (_is_item(a) or (heading and _runs_on(a, b)))  # »IV.3 Starke Städte und | ihr Umland«
    if shift > 0.6 and not hangs:
        returns = c is not None and a.x0 - 0.5 * b.size < c.x0 < b.x0 - 0.6 * b.size and c.bottom > b.bottom
        if (short or returns) and _begins(a, b):
            return True
    if shift < -0.6 and not first and (short or ended(a)):
        return True
    return short and not heading and _begins(a, b)


def _begins(a: Line, b: Line) -> bool:
    """Return whether the words allow a new beginning: a sentence has ended, or none continues."""
    return ended(a) or not _runs_on(a, b)


def _runs_on(a: Line, b: Line) -> bool:
    """Return whether the words show that a sentence continues from one line to the next."""
    if STARTS_LOW.match(b.text):
        return True
    is_open = OPEN.search(a.text[-10:]) is not None or a.text.count("(") > a.text.count(")")
    is_open = is_open or (len(a.text) >= LONG and BOUND_ON.search(a.text, a.text.rfind(" ")) is not None)
    return is_open and (b.text[0] == "§" or not _is_item(b))


def _centred(a: Line, b: Line, layout: Layout) -> bool:
    """Return whether two lines are centred on the same axis in the type of headings."""
    if a.font == layout.font or not _on_axis(a, b):
        return False
    return a.font == b.font and (a.bold, a.color) == (b.bold, b.color) and not is_label(a.text)


def _on_axis(a: Line, b: Line) -> bool:
    return abs(a.x0 - b.x0) > 1 and abs(a.x0 + a.x1 - b.x0 - b.x1) < 3


def _is_under(a: Line, b: Line) -> bool:
    """Return whether a line begins below words of another that a wide space sets off: »Ort:     Rathaus«."""
    if b.x0 < a.x0 + 2 * a.size:
        return False
    xs = array("f", a.xs)
    places = (at for at, sign in enumerate(a.text) if sign == " " and xs[2 * at + 1] - xs[2 * at] > a.size)
    return any(abs(xs[2 * at + 2] - b.x0) < 1 for at in places)


def _is_item(line: Line) -> bool:
    return bool(BULLET.match(line.text) or NUMBER.match(line.text))


def carries_on(a: Line, b: Line, edges: Edges) -> bool:
    """Return whether a paragraph continues over the end of a column or page; `edges` are those of `a`."""
    restyled = a.bold != b.bold and not _runs_on(a, b)  # a stressed sentence may go on plainly
    if BULLET.match(b.text) or (b.text[0].islower() and NUMBER.match(b.text)):
        return False
    if restyled or (ended(a) and not (STARTS_LOW.match(b.text) and BRACKETS.search(a.text))):
        return False
    return _runs_on(a, b) or not (NUMBER.match(b.text) or is_short(a, b, edges))


def _is_headline(own: Sequence[Place], layout: Layout) -> bool:
    """Return whether lines are few, and larger or bolder than the text, so not a paragraph to continue."""
    lines = [place.line for place in own]
    bold = all(line.bold for line in lines) and not layout.bold
    return len(lines) <= 2 and (bold or min(line.size for line in lines) > 1.1 * layout.size)
