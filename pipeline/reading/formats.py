"""Text, Markdown, HTML and DOCX files to passages. The door to markdown-it, beautifulsoup4 and python-docx.

The libraries are loaded only for a file that needs them: finding out a file's format needs none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import InputError
from pipeline.reading.language import detect_all
from pipeline.records import Format, Passage, PassageKind

if TYPE_CHECKING:
    from bs4 import Tag
    from docx.table import Table
    from docx.text.paragraph import Paragraph

HEAD = 4096
MAX_BYTES = 100_000_000  # a book of 1,000 pages has 3 MB of text
MAX_UNPACKED = 500_000_000  # of a DOCX: beyond it is a decompression bomb
HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\s*[-*] \[.\] |\|.+\|\s*$|\[[^\]]+\]\([^)]+\))", re.MULTILINE)
SUFFIXES: dict[str, Format] = {".md": "md", ".markdown": "md", ".txt": "txt", ".text": "txt"}
SUFFIXES |= {".html": "html", ".htm": "html", ".xhtml": "html"}
SPACE = re.compile(r"[ \t\r\f\v\xa0\u2000-\u200a\u202f]+")
INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff]")
BULLET = re.compile(r"(?P<space>\s*)(?:[-*•▪●‣◦■–]|\(?(?:\d{1,3}|[a-z])[.)])\s+(?=\S)")


class Block(NamedTuple):
    """A passage before its place in the document is known."""

    kind: PassageKind
    text: str
    level: int = 0
    lead_in: str = ""  # bold words at its start


def detect_format(path: Path) -> Format:
    """Return what a file is by its content; its suffix decides only between kinds of plain text."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return "unknown"
    if b"%PDF-" in head[:1024] or (not head and path.suffix.lower() == ".pdf"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "docx" if _is_docx(path) else "unknown"
    return _text_format(head, path.suffix.lower())


def _is_docx(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _text_format(head: bytes, suffix: str) -> Format:
    if suffix == ".pdf":
        return "pdf"  # damaged beyond its first bytes: the reader says so
    text = decode(head)
    if not text.strip() or _is_binary(text):
        return SUFFIXES.get(suffix, "unknown") if not head else "unknown"
    if HTML.match(text):
        return "html"
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    return "unknown" if suffix else ("md" if MARKDOWN.search(text) else "txt")


def _is_binary(text: str) -> bool:
    """Tell text from data: more than one control or replacement character in fifty."""
    odd = len(re.findall("[\x00-\x08\x0e-\x1f\ufffd]", text))
    return "\x00" in text or odd * 50 > len(text)


def decode(raw: bytes) -> str:
    """Return bytes as text: by their byte order mark, as UTF-8, else as Windows writes German (cp1252)."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(raw) - 3 and len(raw) == HEAD:  # a character cut by the end of the head
            return raw[: error.start].decode("utf-8-sig")
        return raw.decode("cp1252", "replace")


def read_document(path: Path, *, format: Format) -> list[Passage]:
    """Return the passages of a text, Markdown, HTML or DOCX file; they have no pages and no boxes.

    Raises:
        InputError: the file cannot be read, is too large, damaged, or of no such format.
    """
    readers: dict[str, Callable[[Path], Iterable[Block]]] = {
        "txt": lambda place: _plain(_text(place)),
        "md": lambda place: _markdown(_text(place)),
        "html": lambda place: _html(_text(place)),
        "docx": _docx,
    }
    if format not in readers:
        raise InputError(path.name, f"cannot be read as {format}", "give PDF, DOCX, HTML, Markdown or text")
    try:
        return _passages(readers[format](path))
    except (OSError, RecursionError, MemoryError) as error:
        what = f"cannot be read ({type(error).__name__})"
        raise InputError(path.name, what, "check the file or save it again") from None


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise InputError(path.name, f"has {size // 10**6} MB of text", "split it into files below 100 MB")
    text = decode(path.read_bytes())
    if _is_binary(text[:HEAD]):
        raise InputError(path.name, "is no text", "save it as UTF-8 text")
    return text


def _passages(blocks: Iterable[Block]) -> list[Passage]:
    """Number the blocks and give each the headings above it and its language."""
    kept = [(block, text) for block in _with_headings(blocks) if (text := _clean(block.text))]
    languages = detect_all([text for _, text in kept])
    found: list[Passage] = []
    path: list[tuple[int, str]] = []
    for (block, text), language in zip(kept, languages, strict=True):
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
            )
        )
        if block.kind == "heading":
            path.append((block.level, text))
    return found


def _with_headings(blocks: Iterable[Block]) -> list[Block]:
    """Take lines that stand alone for headings where an author marked none (as the seed's text does)."""
    found = list(blocks)
    if any(block.kind == "heading" for block in found):
        return found
    lone = [block.kind == "paragraph" and _is_heading(block.text) for block in found]
    below = 2 if lone[:1] == [True] else 1  # a document that opens with one has its title there
    return [
        Block("heading", block.text, below if at else 1) if lone[at] else block
        for at, block in enumerate(found)
    ]


def _lead_in(block: Block, text: str) -> int:
    """Return the length of a bold start of a text that is not bold as a whole."""
    lead = _clean(block.lead_in)
    return len(lead) if block.kind in ("item", "paragraph") and lead != text and text.startswith(lead) else 0


def _clean(text: str) -> str:
    return " ".join(SPACE.sub(" ", INVISIBLE.sub("", text)).split())


def _plain(text: str) -> Iterator[Block]:
    """Yield the paragraphs and items of plain text: blank lines and bullets part them."""
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line for line in part.split("\n") if line.strip()]
        items = _items(lines)
        yield from items or _paragraph(lines)


def _paragraph(lines: list[str]) -> Iterator[Block]:
    if lines:
        yield Block("paragraph", _joined(lines))


def _joined(lines: list[str]) -> str:
    """Join the lines of a paragraph; a hyphen before a small letter is one of the line end."""
    text = "\n".join(line.strip() for line in lines)
    return re.sub(r"(?<=[a-zäöüß])-\n(?!(?:und|oder|bzw|sowie|als|wie)\b)(?=[a-zäöüß])", "", text)


def _is_heading(text: str) -> bool:
    """Tell a line alone of at most twelve words that starts like a heading and ends without a stop."""
    line = text.strip()
    short = bool(line) and "\n" not in line and len(line.split()) <= 12
    return short and line[-1] not in ".;:,!" and bool(re.match(r"[A-ZÄÖÜ\d§]", line))


def _items(lines: list[str]) -> list[Block]:
    """Return the items of a block whose first line is one; empty where it is none."""
    if not lines or not BULLET.match(lines[0]):
        return []
    blocks: list[tuple[int, list[str]]] = []
    for line in lines:
        match = BULLET.match(line)
        if match:
            blocks.append((len(match["space"].expandtabs(4)), [line[match.end() :]]))
        else:
            blocks[-1][1].append(line)
    depths = sorted({depth for depth, _ in blocks})
    return [Block("item", _joined(part), depths.index(depth) + 1) for depth, part in blocks]


def _markdown(text: str) -> Iterator[Block]:
    """Yield the blocks of Markdown by way of HTML, so that both mean the same; front matter is left out."""
    from markdown_it import MarkdownIt

    text = re.sub(r"\A---\n.*?\n---\n", "", text.replace("\r\n", "\n"), flags=re.DOTALL)
    return _html(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADINGS = {f"h{level}": level for level in range(1, 7)}
SILENT = ("script", "style", "template", "noscript", "svg", "form", "iframe", "object", "button", "select")
FURNITURE = ("nav", "aside")
BLOCKS = frozenset({
    "p", "li", "td", "th", "blockquote", "dd", "dt", "pre", "caption", "figcaption", "div", "section",
    "article", "main", "header", "footer", "body", "ul", "ol", "dl", "table", "tbody", "thead", "tfoot", "tr",
    "figure", "address", "details", "summary", "center", "hr", "html", "hgroup",
})  # fmt: skip
BOLD = ("b", "strong")


def _html(text: str) -> Iterator[Block]:
    """Yield the blocks of an HTML page; scripts, forms and navigation are no text of the document."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(text, "lxml")
    for tag in soup.find_all([*SILENT, *FURNITURE]):
        tag.decompose()
    for tag in soup.find_all("br"):
        tag.replace_with(" ")
    body = soup.body or soup
    return _walk(body)


def _walk(root: Tag) -> Iterator[Block]:
    """Walk the tree without recursion: hostile pages nest tags tens of thousands deep."""
    from bs4.element import NavigableString, PreformattedString, Tag

    block, above = Block("paragraph", ""), list[Block]()
    stack: list[Iterator[Any]] = [iter([root])]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif isinstance(node, Block):  # the end of a block: what was around it goes on
            yield block
            block = above.pop()
        elif isinstance(node, Tag) and (node.name in BLOCKS or node.name in HEADINGS):
            yield block
            above.append(block._replace(text="", lead_in=""))
            block = _block(node, block)
            stack.append(iter([*node.children, block]))
        elif isinstance(node, Tag):
            block = _with_lead_in(block, node)
            stack.append(iter(list(node.children)))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            block = block._replace(text=block.text + str(node))
    yield block


def _with_lead_in(block: Block, tag: Tag) -> Block:
    """Note the text of a bold tag at the very start of a block."""
    starts = tag.name in BOLD and not block.text.strip()
    return block._replace(lead_in=tag.get_text()) if starts else block


def _block(tag: Tag, above: Block) -> Block:
    """Return the kind of block that a tag opens inside another one."""
    if tag.name in HEADINGS:
        return Block("heading", "", HEADINGS[tag.name])
    if tag.name in ("ul", "ol"):
        return Block(above.kind, "", above.level + 1 if above.kind == "item" else 0)
    if tag.name == "li":
        return Block("item", "", max(above.level, 1) if above.kind == "item" else 1)
    if tag.name in ("td", "th"):
        return Block("cell", "")
    if tag.name in ("caption", "figcaption"):
        return Block("caption", "")
    return Block(above.kind, "", above.level) if above.kind in ("item", "cell") else Block("paragraph", "")


def _docx(path: Path) -> Iterator[Block]:
    """Yield the paragraphs, table cells and footnotes of a Word document in their order."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from docx.text.paragraph import Paragraph
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    _refuse_bomb(path)
    try:
        document = Document(str(path))
        notes = list(_docx_notes(document))
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, zipfile.BadZipFile):
        raise InputError(path.name, "is a damaged DOCX file", "open and save it again in Word") from None
    for element in _docx_elements(document.element.body):
        if element.tag.endswith("}tbl"):
            yield from _docx_cells(Table(element, document))
        else:
            yield _docx_block(Paragraph(element, document))
    yield from notes


def _docx_elements(body: Any) -> Iterator[Any]:  # noqa: ANN401 - lxml has no types
    """Yield paragraphs and tables, in content controls, too, but not in a generated table of contents."""
    for element in body:
        if element.tag in (f"{W}p", f"{W}tbl"):
            yield element
        elif element.tag == f"{W}sdt" and next(element.iter(f"{W}docPartGallery"), None) is None:
            for content in element.iterchildren(f"{W}sdtContent"):
                yield from _docx_elements(content)


def _docx_text(element: Any) -> str:  # noqa: ANN401
    """Return the words of a paragraph with tracked insertions, without deletions and text boxes."""
    marks = {f"{W}tab": " ", f"{W}br": " ", f"{W}noBreakHyphen": "-"}
    parts = (part for part in element.iter(f"{W}t", *marks) if part.getparent().tag == f"{W}r")
    own = (part for part in parts if next(part.iterancestors(f"{W}txbxContent"), None) is None)
    return "".join(marks.get(part.tag, part.text or "") for part in own)


def _docx_notes(document: Any) -> Iterator[Block]:  # noqa: ANN401
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES:
            for note in parse_xml(relation.target_part.blob).iter(f"{W}footnote"):
                if f"{W}type" not in note.attrib:  # the others are rulers
                    yield Block("footnote", _docx_text(note))


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise InputError(path.name, "is a damaged DOCX file", "open and save it again in Word") from None
    if size > MAX_UNPACKED:
        raise InputError(path.name, f"unpacks to {size // 10**6} MB", "remove its pictures")


def _docx_block(paragraph: Paragraph) -> Block:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    text = _docx_text(paragraph._p)
    heading = re.fullmatch(r"(?:Heading|Überschrift|berschrift) (\d)", style)
    if heading or style in ("Title", "Titel"):
        return Block("heading", text, int(heading[1]) if heading else 1)
    if style.startswith(("Caption", "Beschriftung")):
        return Block("caption", text)
    depth = _docx_depth(paragraph, style)
    bold = "".join(run.text for run in takewhile(lambda run: run.bold, paragraph.runs))
    return Block("item" if depth else "paragraph", text, depth, bold)


def _docx_depth(paragraph: Paragraph, style: str) -> int:
    """Return the nesting of a list item from 1, 0 for a paragraph that is none."""
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    if numbered:
        level = properties.numPr.ilvl
        return int(level.val) + 1 if level is not None else 1
    named = re.match(r"(?:List|Liste|Aufzählung)[\w ]*?(\d?)$", style)
    return int(named[1] or 1) if named else 0


def _docx_cells(table: Table) -> Iterator[Block]:
    """Yield the cells row by row; a merged cell comes once."""
    seen = set()
    for row in table.rows:
        for cell in row.cells:
            if cell._tc not in seen:
                seen.add(cell._tc)
                yield Block("cell", " ".join(_docx_text(paragraph._p) for paragraph in cell.paragraphs))
