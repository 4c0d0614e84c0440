"""Split cleaned pages into passages (headings, paragraphs, items, footnotes, captions) and sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count, islice, takewhile
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.reading import language, notes
from pipeline.reading.assemble import assemble
from pipeline.reading.continued import over_pages
from pipeline.reading.headers import Head, Table, headers
from pipeline.reading.headings import QUESTION, is_numbered_title, levels
from pipeline.reading.hyphens import HYPHENS, WORD, Vocabulary
from pipeline.reading.layout import Layout, measure
from pipeline.reading.paragraphs import BULLET, CAPTION, NUMBER, Block, blocks, is_aside
from pipeline.reading.roles import roles
from pipeline.reading.sentences import boundaries
from pipeline.reading.spool import PARTS, SENTENCES, spooled
from pipeline.records import Cleaned, Page, PageLedger, Passage, PassageKind, Sentence, Text

NESTED = 0.6  # em: lists inside lists are indented by 0.8 em or more
MOST_CAPTION = 5  # lines
RUNNING = 60  # characters: shorter passages are headings, cells and names as often as sentences
# Sentences about a section: »§ 6 regelt …«, »§ 17 Absatz 2 des Gesetzes …«, »§ 6 NetzG regelt …«; a remark.
NO_ITEM = re.compile(
    r"§+\s?\d+\w?(?:\s(?:Absatz|Abs\.|Satz|Nummer|Nr\.)\s\d+\w?)*"
    r"(?:\s[a-zäöü]|,|\s[A-ZÄÖÜ]\w*[A-ZÄÖÜ]\w*,?\s.*\.$)|\([^()]*\)$"
)
OPENED = re.compile("„[^“”]*$")  # the heading of a section that a bill inserts
CLOSING = ("“", "”")
PREFACE = re.compile("Vorbemerkung ")
SAMPLE = 4000  # characters from which the language of a document is told


class Indent(NamedTuple):
    """How far the items of a list are indented, in points, where the last one is, and their bullet."""

    width: float
    column: tuple[int, int]  # page, column of text
    sign: str


def split(cleaned: Cleaned) -> Text:
    """Return a document's passages and sentences, and the ledger of its pages."""
    plain = passages(cleaned)
    whole = _spoken(plain)
    spoken = (replace(p, language=language.detect(p.text, inherited=whole)) for p in plain)
    found = spooled(Passage, spoken, room=PARTS)
    return Text(
        language=whole, pages=_ledger(cleaned, found), dropped=cleaned.dropped,
        passages=found, sentences=spooled(Sentence, _sentences(found), room=SENTENCES),
    )  # fmt: skip


def from_passages(found: Sequence[Passage]) -> Text:
    """Return a document of a format other than PDF from its passages, adding roles and sentences."""
    whole = _spoken(found)
    spoken = [replace(p, language=language.detect(p.text, inherited=whole)) for p in roles(found)]
    return Text(language=whole, passages=tuple(spoken), sentences=tuple(_sentences(spoken)))


def _spoken(found: Sequence[Passage]) -> str:
    """Return the language of a document by its running text, or by all its text if it has none."""
    running = (p.text for p in found if len(p.text) > RUNNING)
    sample = list(islice(running, SAMPLE // RUNNING)) or [p.text for p in found]
    return language.detect(" ".join(sample)[:SAMPLE])


def passages(cleaned: Cleaned) -> Sequence[Passage]:
    """Return the passages of a document in reading order, with roles and the headings above them."""
    layout = measure(cleaned.pages)
    parts = spooled(Block, over_pages(blocks(cleaned.pages, layout), layout), room=PARTS)
    small = notes.footnotes(parts, layout)
    found, origins = _passages(cleaned, parts, layout, small)
    linked = notes.link(found, (parts[at] for at in origins)) if small else found
    return roles(linked)


def _passages(
    cleaned: Cleaned, parts: Sequence[Block], layout: Layout, small: Mapping[int, str]
) -> tuple[Sequence[Passage], Sequence[int]]:
    """Return the passages without roles, and the position of the block that each was made from."""
    origins: list[int] = []

    def noted() -> Iterator[Passage]:
        for at, passage in _placed(cleaned, parts, layout, small):
            origins.append(at)
            yield passage

    return spooled(Passage, noted(), room=PARTS), origins


def _placed(
    cleaned: Cleaned, parts: Sequence[Block], layout: Layout, small: Mapping[int, str]
) -> Iterator[tuple[int, Passage]]:
    """Yield the passages without roles, each after the position of its block; some blocks have no text."""
    numbers = count()
    known = _vocabulary(cleaned.pages)
    outline = {page.number: page.outline for page in cleaned.pages if page.outline}
    ranks, heads = levels(parts, layout, outline), headers(parts, layout)
    path: list[tuple[int, str]] = []
    indents: list[Indent] = []
    before = ""
    for at, block in enumerate(parts):
        passage = _passage(block, ranks.get(at, 0), small.get(at, ""), known, aside=is_aside(parts, at))
        if not passage.text:
            continue
        level = _nesting(passage, block, layout, indents)
        if passage.kind == "heading":
            path = [(higher, text) for higher, text in path if higher < level]
        elif passage.kind == "item" and QUESTION.match(passage.text):
            path = list(takewhile(lambda above: not PREFACE.match(above[1]), path))
        above = tuple(text for higher, text in path if higher > 1)  # the title is not a section
        own_level, headings = _under(level, block, heads, above)
        yield at, replace(passage, number=next(numbers), level=own_level, heading_path=headings)
        if passage.kind == "heading":
            numbered = at - 1 in ranks and is_numbered_title(parts[at - 1], block)
            path.append((level, f"{before} {passage.text}" if numbered else passage.text))
        elif _closes(passage.text):
            path = list(takewhile(lambda above: not OPENED.match(above[1]), path))
        before = passage.text


def _closes(text: str) -> bool:
    """Return whether a quotation ends with this text that began before it."""
    return text.rstrip(".,;‘’ ")[-1:] in CLOSING and text.count("„") < sum(map(text.count, CLOSING))


def _vocabulary(pages: Sequence[Page]) -> Callable[[], Vocabulary]:
    """Return a function that returns the words not broken at line ends, collected on first use."""

    @cache
    def known() -> set[str]:
        tokens: set[str] = set()
        for page in pages:  # page by page, because all words of a long document at once take much memory
            texts = [line.text for line in page.lines]
            whole = [text.rpartition(" ")[0] if text[-1] in HYPHENS else text for text in texts]
            tokens.update("\n".join(whole).casefold().split())
        words = set(filter(str.isalnum, tokens))  # most
        return words.union(WORD.findall(" ".join(tokens - words)))

    return known


def _passage(block: Block, level: int, note: str, known: Callable[[], Vocabulary], *, aside: bool) -> Passage:
    first = block.lines[0].text
    bullet = None if aside else BULLET.match(first)
    skip = len(first) - len(first[bullet.end() :].lstrip()) if bullet and level == 0 else 0
    text, pieces, lead_in = assemble(block, known, skip=skip)
    kind = _kind(block, level, bullet is not None, note)
    return Passage(
        number=0, kind=kind, text=text, level=level, pieces=pieces,
        lead_in=lead_in if kind in ("paragraph", "item") else 0,
        pages=tuple(sorted(set(block.pages))), role="contents" if block.contents else "",
        note=note if kind == "footnote" else "",
    )  # fmt: skip


def _nesting(passage: Passage, block: Block, layout: Layout, indents: list[Indent]) -> int:
    """Return the level of a passage; that of an item is its depth in the list, told by its indent.

    In another column or on another page, where indents may differ, the same bullet shows the same depth,
    as it does after another bullet.
    """
    if passage.kind != "item":
        indents.clear()
        return passage.level
    line, column = block.lines[0], (block.pages[0], block.lines[0].block)
    indent, sign = line.x0 - layout.edges[column].left, _sign(line.text)
    alike = [at for at, other in enumerate(indents) if other.sign == sign != ""]
    deeper = bool(indents) and indent > indents[-1].width + NESTED * line.size
    if len(alike) == 1 and (indents[-1].column != column or (indents[-1].sign != sign and not deeper)):
        del indents[alike[0] :]
    else:
        while indents and indent < indents[-1].width - NESTED * line.size:
            indents.pop()
        if indents and indent <= indents[-1].width + NESTED * line.size:
            indents[-1] = indents[-1]._replace(column=column)
            return len(indents)
    indents.append(Indent(indent, column, sign))
    return len(indents)


def _sign(text: str) -> str:
    """Return the bullet before a text, if any."""
    bullet = BULLET.match(text)
    return bullet[0] if bullet else ""


def _under(
    level: int, block: Block, heads: dict[Table, Head], above: tuple[str, ...]
) -> tuple[int, tuple[str, ...]]:
    """Return level and headings of a passage; the innermost of a cell are the header cells above it."""
    line = block.lines[0]
    head = heads.get((block.pages[0], line.table)) if line.table else None
    if head and line.row in head.rows:
        return 1, above
    inner = head.columns.get(line.column, ()) if head and line.row > max(head.rows, default=-1) else ()
    return level, above + inner


def _kind(block: Block, level: int, bullet: bool, note: str) -> PassageKind:
    text = block.lines[0].text
    if level:
        return "heading"
    if CAPTION.match(text) and len(block.lines) <= MOST_CAPTION:
        return "caption"
    if block.lines[0].table:
        return "cell"
    if note:
        return "footnote"
    return "item" if bullet or (NUMBER.match(text) and not NO_ITEM.match(block.text)) else "paragraph"


def _sentences(found: Sequence[Passage]) -> Iterator[Sentence]:
    for passage in found:
        for start, end in boundaries(passage.text):
            yield Sentence(passage.number, start, end)


def _ledger(cleaned: Cleaned, found: Sequence[Passage]) -> tuple[PageLedger, ...]:
    """Return how every page was read, and in which language most of it is."""
    spoken: dict[int, Counter[str]] = {page.number: Counter() for page in cleaned.pages}
    for passage in found:
        for number in passage.pages:
            spoken[number][passage.language] += len(passage.text)
    return tuple(_page_ledger(page, spoken[page.number]) for page in cleaned.pages)


def _page_ledger(page: Page, spoken: Counter[str]) -> PageLedger:
    return PageLedger(
        number=page.number, width=page.width, height=page.height, text_source=page.text_source,
        n_chars=page.n_chars, n_replaced=page.n_replaced,
        language=max(spoken, key=lambda code: (spoken[code], code)) if spoken else "und",
        quality=page.quality, status=page.status, reason=page.reason,
    )  # fmt: skip


def page_text(found: Sequence[Passage], page: int) -> str:
    """Return the text of one page: its part of each passage of a document, separated by blank lines."""
    parts = []
    for passage in found:
        if page in passage.pages:
            own = [piece for piece in passage.pieces if piece.page == page]
            cut = own[-1].end < len(passage.text) and passage.text[own[-1].end] != " "
            hyphen = (
                "-" if cut and own[-1].raw[-1] in HYPHENS and passage.text[own[-1].end - 1] != "-" else ""
            )
            parts.append(passage.text[own[0].start : own[-1].end] + hyphen)
    return "\n\n".join(part for part in parts if part.strip())
