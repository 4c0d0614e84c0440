"""Read text, Markdown, HTML and DOCX files as passages; the door to markdown-it.

The libraries are loaded only for files that need them; detecting a file's format needs none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pipeline.errors import InputError, unread
from pipeline.reading import docx, html
from pipeline.reading.unpaged import Unplaced, joined, passages
from pipeline.records import Format, Passage

HEAD = 4096
MAX_BYTES = 100_000_000  # a book of 1,000 pages has 3 MB of text
HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\s*[-*] \[.\] |\|.+\|\s*$|\[[^\]]+\]\([^)]+\))", re.MULTILINE)
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?=[\w-]+[ \t]*:).*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
CALL = re.compile(r"(?<=\S)\[\^(\d{1,3})\](?!:)")  # of a note, which commonmark does not know
NOTE = re.compile(r"^\[\^(\d{1,3})\]:[ \t]*", re.MULTILINE)
SUFFIXES: dict[str, Format] = {".md": "md", ".markdown": "md", ".txt": "txt", ".text": "txt"}
SUFFIXES |= {".html": "html", ".htm": "html", ".xhtml": "html"}
RULE = re.compile(r"\s*([=_*~-])\1{2,}\s*")
WRAPPED = 120  # characters: lines of text that an editor wrapped are shorter
BULLET = re.compile(r"(?P<space>\s*)(?:[-*•▪●‣◦■–]|(?P<number>\(?(?:\d{1,3}|[a-z])[.)]))\s+(?=\S)")


def detect_format(path: Path) -> Format:
    """Return the format of a file by its content; the suffix decides only between kinds of plain text."""
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
        return "pdf"  # damaged after its first bytes, which the reader will report
    text = decode(head)
    if not text.strip() or _is_binary(text):
        return SUFFIXES.get(suffix, "unknown") if not head else "unknown"
    if HTML.match(text):
        return "html"
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    return "unknown" if suffix else ("md" if MARKDOWN.search(text) else "txt")


def _is_binary(text: str) -> bool:
    """Return whether a text is binary data: more than one control or replacement character in fifty."""
    odd = len(re.findall("[\x00-\x08\x0e-\x1f\ufffd]", text))
    return "\x00" in text or odd * 50 > len(text)


def decode(raw: bytes) -> str:
    """Decode bytes by their byte order mark, as UTF-8, or else as cp1252 (German Windows)."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(raw) - 3 and len(raw) == HEAD:  # a character cut at the end of the sample
            return raw[: error.start].decode("utf-8-sig")
        return raw.decode("cp1252", "replace")


def read_document(path: Path, *, format: Format) -> list[Passage]:
    """Return the passages of a text, Markdown, HTML or DOCX file; they have no pages and no boxes.

    Raises:
        InputError: the file cannot be read, is too large, damaged, or of another format.
    """
    readers: dict[str, Callable[[Path], Iterable[Unplaced]]] = {
        "txt": lambda place: _plain(_text(place)),
        "md": lambda place: _markdown(_text(place)),
        "html": lambda place: html.blocks(_text(place)),
        "docx": docx.blocks,
    }
    try:
        if path.stat().st_size == 0 and format not in readers:
            raise InputError(path.name, "the file is empty (0 bytes)", "fetch it again")
        if format not in readers:
            what = "is of no format that can be read"
            raise InputError(path.name, what, "give PDF, DOCX, HTML, Markdown or text")
        return passages(readers[format](path))
    except (OSError, RecursionError, MemoryError) as error:
        what = unread(error) if isinstance(error, MemoryError) else f"cannot be read ({type(error).__name__})"
        raise InputError(path.name, what, "check the file or save it again") from error


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise InputError(path.name, f"has {size // 10**6} MB of text", "split it into files below 100 MB")
    text = decode(path.read_bytes())
    if _is_binary(text[:HEAD]):
        raise InputError(path.name, "is not text", "save it as UTF-8 text")
    return text


def _plain(text: str) -> Iterator[Unplaced]:
    """Yield the paragraphs and items of plain text."""
    for lines in _parts(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        words = [line for line in lines if not RULE.fullmatch(line)]  # without lines below headings
        if words:
            yield from _items(words) or [Unplaced("paragraph", joined(words))]


def _parts(lines: list[str]) -> Iterator[list[str]]:
    """Yield the lines of each paragraph or list, which end at a blank line and where a colon opens a list.

    Word saves each paragraph as one long line, without blank lines between them.
    """
    unwrapped = 3 * sum(len(line) for line in lines if len(line) > WRAPPED) > sum(map(len, lines))
    part: list[str] = []
    for line in lines:
        if part and (not line.strip() or _parts_from(part, line, unwrapped=unwrapped)):
            yield part
            part = []
        if line.strip():
            part.append(line)
    if part:
        yield part


def _parts_from(part: list[str], line: str, *, unwrapped: bool) -> bool:
    item, listed = BULLET.match(line) is not None, BULLET.match(part[0]) is not None
    opened = item and not listed and part[-1].rstrip().endswith(":")
    return opened or (unwrapped and not (item and listed))


def _items(lines: list[str]) -> list[Unplaced]:
    """Return the items of a block whose first line is an item, else an empty list."""
    if not lines or not BULLET.match(lines[0]):
        return []
    blocks: list[tuple[int, list[str]]] = []
    for line in lines:
        match = BULLET.match(line)
        if match:
            words = line if match["number"] else line[match.end() :]
            blocks.append((len(match["space"].expandtabs(4)), [words]))
        else:
            blocks[-1][1].append(line)
    depths = sorted({depth for depth, _ in blocks})
    return [Unplaced("item", joined(part), depths.index(depth) + 1) for depth, part in blocks]


def _markdown(text: str) -> Iterator[Unplaced]:
    """Yield the blocks of Markdown, converted to HTML so that both are read alike, without front matter."""
    from markdown_it import MarkdownIt

    text = FRONT_MATTER.sub("", text.replace("\r\n", "\n"))
    text = NOTE.sub(r"\n<sup>\1</sup> ", text)
    text = CALL.sub(r"<sup>\1</sup>", text)
    return html.blocks(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
