"""Read HTML pages as blocks; the door to beautifulsoup4, loaded on first use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from pipeline.reading.numerals import numeral
from pipeline.reading.raised import Raised, signs_in
from pipeline.reading.unpaged import BREAK, MARK, MARKED, Unplaced, mark, numbered, parted

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import NavigableString

HEADINGS = {f"h{level}": level for level in range(1, 7)}
LEVELS, DEFAULT_LEVEL = tuple("123456"), 2  # of headings by their role, as the rules for browsers say
SILENT = (
    "script", "style", "template", "noscript", "svg", "iframe", "object", "button", "select", "textarea",
    "video", "audio", "canvas",
    "del",  # what an edited text no longer says
)  # fmt: skip
FURNITURE = ("nav", "aside")
ROLES = ("navigation", "search", "dialog", "alertdialog")
BANNER = re.compile(r"(?<![a-z])(?<!tag-)(?<!category-)(?:cookie|consent|breadcrumb)", re.IGNORECASE)
SKIP = re.compile(r"(?<![a-z])skip", re.IGNORECASE)  # links over the navigation to the text
LONGEST_SKIP = 200  # letters of such links
FEWEST_ENTRIES = 3  # of a table of contents
BACK = re.compile(r"^\W*(?:\w{0,2}|\d{3})\W*$|zurück|nach oben|\bback\b", re.I)  # from a note to its mark
INSIDE = re.compile("^#.")  # addresses of places on the page
SECTIONS = ("article", "section", "main")  # a footer outside of them is that of the page: imprint, links
BLOCKS = frozenset({
    "p", "li", "td", "th", "blockquote", "dd", "dt", "pre", "caption", "figcaption", "div", "section",
    "article", "main", "header", "footer", "body", "ul", "ol", "dl", "table", "tbody", "thead", "tfoot", "tr",
    "figure", "address", "details", "summary", "center", "hr", "html", "hgroup", "form", "fieldset", "legend",
    "aside",
})  # fmt: skip
BOLD = ("b", "strong")
STYLES = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}  # of numbers, as in Word
UNNUMBERED = re.compile(r"list-style(?:-type)?\s*:[^;]*\b(?:none|disc|circle|square)\b", re.IGNORECASE)
LONGEST_STYLE = 400  # letters of a style that are looked at
LONGEST_NOTE = 3000  # letters: a longer block that a mark leads to holds more than a note
AHEAD = 8  # letters behind raised characters that tell what they are

Notes = dict[int, tuple[str, str]]  # name and sign of a note by the identity of its tag


def blocks(text: str) -> Iterator[Unplaced]:
    """Yield the blocks of an HTML page without scripts, forms, navigation, banners and the page's footer."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(text, "lxml")
    _remove_furniture(soup)
    _remove_contents(soup)
    for tag in soup.find_all("br"):
        tag.replace_with(BREAK)
    for tag in soup.find_all("q"):  # browsers draw the quotation marks
        tag.insert(0, "„")
        tag.append("“")
    notes = _linked_notes(soup)
    for block in _walk(soup.body or soup, notes, _numbers(soup)):
        yield from parted(numbered(block))


def _remove_furniture(soup: BeautifulSoup) -> None:
    for tag in soup.find_all([*SILENT, *FURNITURE]):
        if not (tag.name == "aside" and "note" in str(tag.get("role"))):  # »doc-footnote«
            tag.decompose()
    letters = len(soup.get_text())
    for tag in soup.find_all(_may_be_furniture):
        # some servers put the whole page into one form
        if not tag.decomposed and 2 * len(tag.get_text()) <= letters:
            tag.decompose()
    for tag in soup.find_all("footer"):
        if tag.find_parent(SECTIONS) is None:
            tag.decompose()


def _may_be_furniture(tag: Tag) -> bool:
    """Return whether a tag is a form, a dialogue, navigation or a banner that asks about cookies."""
    if tag.name in ("form", "dialog") or tag.get("role") in ROLES:
        return True
    named = " ".join([str(tag.get("id") or ""), *(tag.get_attribute_list("class") or [])])
    if SKIP.search(named):
        return _leads_inside(tag) and len(tag.get_text()) <= LONGEST_SKIP
    return tag.name in ("div", "section", "ul", "ol") and BANNER.search(named) is not None


def _leads_inside(tag: Tag) -> bool:
    """Return whether all words of a tag are links to places on the page."""
    links = [tag] if tag.name == "a" else tag.find_all("a")
    inside = [link.get_text() for link in links if INSIDE.match(str(link.get("href") or ""))]
    return bool(inside) and "".join("".join(inside).split()) == "".join(tag.get_text().split())


def _remove_contents(soup: BeautifulSoup) -> None:
    """Remove lists of links to the page's sections, and the signs by which headings link to themselves."""
    lists: dict[int, tuple[int, Tag]] = {}
    for link in soup.find_all("a", href=INSIDE):
        if link.find_parent(list(HEADINGS)) is not None and not any(map(str.isalnum, link.get_text())):
            link.decompose()
        elif (listed := link.find_parent(["ul", "ol"])) is not None:
            count, _ = lists.get(id(listed), (0, listed))
            lists[id(listed)] = (count + 1, listed)
    for count, listed in lists.values():
        if count >= FEWEST_ENTRIES and not listed.decomposed and _leads_inside(listed):
            listed.decompose()


class Call(NamedTuple):
    """A link that is the mark of a note."""

    link: Tag
    note: Tag  # the block that it leads to
    name: str
    sign: str


def _linked_notes(soup: BeautifulSoup) -> Notes:
    """Put marks for the links that lead to notes, and return the notes' tags."""
    calls = list(_calls(soup))
    for call in calls:
        _whole(call.link).replace_with(mark(call.name))
    for call in {id(call.note): call for call in calls}.values():
        for link in call.note.find_all("a", href=INSIDE):
            if BACK.search(link.get_text()):
                _whole(link).decompose()
    return {id(call.note): (call.name, call.sign) for call in reversed(calls)}


def _calls(soup: BeautifulSoup) -> Iterator[Call]:
    """Yield the links to a block below them whose text is the sign of a note."""
    places: dict[str, tuple[int, Tag]] = {}
    links: list[tuple[int, Tag]] = []
    for at, tag in enumerate(soup.find_all(True)):
        for name in filter(None, (tag.get("id"), tag.get("name"))):
            places.setdefault(str(name), (at, tag))
        if tag.name == "a" and str(tag.get("href") or "").startswith("#"):
            links.append((at, tag))
    known: dict[int, Tag | None] = {}
    for at, link in links:
        to, target = places.get(unquote(str(link["href"])[1:]), (0, link))
        signs = signs_in(link.get_text().strip(), behind_word=True)
        if to > at and len(signs) == 1 and _is_call(link):
            block = known[to] if to in known else known.setdefault(to, _note_at(target))
            if block is not None and all(above is not block for above in link.parents):
                yield Call(link, block, f"linked {to}", signs[0])


def _note_at(target: Tag) -> Tag | None:
    """Return the block that a link leads to, unless it holds more than a note."""
    block = target if target.name in BLOCKS else target.find_parent(list(BLOCKS))
    return block if block is not None and len(block.get_text()) <= LONGEST_NOTE else None


def _is_call(link: Tag) -> bool:
    """Return whether a link whose text is a sign is the mark of a note and no entry of a list of sections."""
    raised = link.find_parent("sup") is not None or link.find("sup") is not None
    return raised or link.get("role") == "doc-noteref" or link.get_text().strip()[0] in "[("


def _whole(link: Tag) -> Tag:
    """Return a link or, if it is all that is raised there, the tag that raises it."""
    above = link.parent
    alone = above is not None and above.name == "sup" and above.get_text() == link.get_text()
    return above if above is not None and alone else link


def _numbers(soup: BeautifulSoup) -> dict[int, str]:
    """Return the numbers that browsers print before the items of lists, by the identity of their tags."""
    found: dict[int, str] = {}
    for listed in soup.find_all("ol"):
        items = listed.find_all("li", recursive=False)
        style, step = STYLES.get(str(listed.get("type")), "decimal"), -1 if listed.has_attr("reversed") else 1
        number = _integer(listed.get("start"), len(items) if step < 0 else 1)
        for item in items:
            number = _integer(item.get("value"), number)
            if not any(
                UNNUMBERED.search(str(tag.get("style") or "")[:LONGEST_STYLE]) for tag in (listed, item)
            ):
                found[id(item)] = f"{numeral(number, style)}."
            number += step
    return found


def _integer(value: Any, default: int) -> int:  # noqa: ANN401 - of an attribute
    text = str(value or "").strip()
    return int(text) if text.isdecimal() and len(text) < 6 else default


def _walk(root: Tag, notes: Notes, numbers: dict[int, str]) -> Iterator[Unplaced]:
    """Walk the tree without recursion, as hostile pages nest tags tens of thousands deep."""
    from bs4.element import NavigableString, PreformattedString, Tag

    block, above, raised = Unplaced("paragraph", ""), list[Unplaced](), Raised()
    stack: list[Iterator[Any]] = [iter([root])]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif isinstance(node, Unplaced):  # the end of a block: the outer one continues
            yield block
            block = above.pop()
        elif isinstance(node, Tag) and (node.name in BLOCKS or node.name in HEADINGS):
            yield block
            sign = numbers.get(id(node)) or ("" if block.text.strip() else block.sign)
            above.append(_rest(block))
            block = _noted(notes[id(node)]) if id(node) in notes else _numbered(_block(node, block), sign)
            stack.append(iter([*node.children, block]))
        elif isinstance(node, Tag) and not _is_raised(node):
            block = _with_lead_in(block, node)
            stack.append(iter(list(node.children)))
        elif isinstance(node, (Tag, NavigableString)) and not isinstance(node, PreformattedString):
            *done, block = _with(block, node, raised)
            yield from done
    yield block


def _is_raised(tag: Tag) -> bool:
    if tag.name != "sup":
        return False
    text = tag.get_text()
    return len(text) <= AHEAD or (MARK in text and not any(map(str.isalnum, MARKED.sub("", text))))


def _with(block: Unplaced, node: Tag | NavigableString, raised: Raised) -> Iterator[Unplaced]:
    """Yield a block with words or raised characters added; if they begin another block, both."""
    from bs4.element import Tag

    words = node.get_text()
    if isinstance(node, Tag) and _may_open_note(block) and (note := raised.opened(words)):
        yield block
        yield _noted(note)
    elif isinstance(node, Tag):
        yield block._replace(text=block.text + raised.written(block.text, words, _after(node)))
    elif words == BREAK and _ends(block):
        yield block
        yield _rest(block)
    else:
        yield block._replace(text=block.text + words)


def _rest(block: Unplaced) -> Unplaced:
    """Return what follows the words of a block in the same tag; a note keeps its number."""
    return block._replace(text="", lead_in="", sign=block.sign if block.kind == "footnote" else "")


def _numbered(block: Unplaced, sign: str) -> Unplaced:
    """Return the first block of an item with the number of the item."""
    return block._replace(sign=sign) if block.kind in ("item", "heading", "paragraph") else block


def _noted(note: tuple[str, str]) -> Unplaced:
    return Unplaced("footnote", "", note=note[0], sign=note[1])


def _may_open_note(block: Unplaced) -> bool:
    """Return whether a note may begin here: at the start of a block, or of a line below another note."""
    if block.text[-1:].strip():
        return False  # so that work stays linear on hostile text
    line = block.text.rsplit(BREAK, 1)
    below = len(line) > 1 and block.kind == "footnote"
    return block.kind != "heading" and not line[-1].strip() and (below or not block.text.strip())


def _ends(block: Unplaced) -> bool:
    """Return whether a paragraph ends with a second line break in a row."""
    return block.kind in ("paragraph", "item", "cell") and block.text.rstrip(" \t\r\n\xa0").endswith(BREAK)


def _after(tag: Tag) -> str:
    """Return some letters that follow a tag in its block."""
    from bs4.element import Tag

    text = ""
    for node in islice(tag.next_siblings, AHEAD):
        if len(text) >= AHEAD or (isinstance(node, Tag) and node.name in BLOCKS):
            break
        text += node.get_text() if isinstance(node, Tag) else str(node)
    return text


def _with_lead_in(block: Unplaced, tag: Tag) -> Unplaced:
    """Record the text of a bold tag at the very start of a block as its lead-in."""
    if tag.name not in BOLD or block.text.strip():
        return block
    raised = {id(text) for sup in tag.find_all("sup") for text in sup.find_all(string=True)}
    texts = (str(text) for text in tag.find_all(string=True) if id(text) not in raised)
    return block._replace(lead_in="".join(texts))


def _block(tag: Tag, above: Unplaced) -> Unplaced:
    """Return the block that a tag opens inside another one."""
    if tag.name in HEADINGS:
        return Unplaced("heading", "", HEADINGS[tag.name])
    if tag.get("role") == "heading":
        level = str(tag.get("aria-level") or "")
        return Unplaced("heading", "", int(level) if level in LEVELS else DEFAULT_LEVEL)
    if above.kind == "footnote":
        return above._replace(text="", lead_in="")
    if tag.name in ("ul", "ol"):
        return Unplaced(above.kind, "", above.level + 1 if above.kind == "item" else 0)
    if tag.name == "li":
        return Unplaced("item", "", max(above.level, 1) if above.kind == "item" else 1)
    if tag.name in ("td", "th"):
        return Unplaced("paragraph" if _is_of_layout(tag) else "cell", "")
    if tag.name in ("caption", "figcaption"):
        return Unplaced("caption", "")
    return (
        Unplaced(above.kind, "", above.level) if above.kind in ("item", "cell") else Unplaced("paragraph", "")
    )


def _is_of_layout(cell: Tag) -> bool:
    """Return whether a cell is a part of the page: with headings or a table in it, or as its table says."""
    table = cell.find_parent("table")
    return cell.find([*HEADINGS, "table"]) is not None or (
        table is not None and table.get("role") in ("presentation", "none")
    )
