"""Read Word documents as blocks (paragraphs, cells, notes); the door to python-docx, loaded on first use."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from pipeline.errors import InputError
from pipeline.reading.numerals import numeral
from pipeline.reading.raised import Raised
from pipeline.reading.unpaged import BREAK, Unplaced, mark, numbered, parted
from pipeline.reading.wordlists import Numbers, Place, W

if TYPE_CHECKING:
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

MAX_UNPACKED = 500_000_000  # bytes of a DOCX when unpacked; more is a decompression bomb
BODY_TEXT = 9  # the level that Word's outline gives to what is no heading
OUTLINE = f"{W}pPr/{W}outlineLvl"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
GOES_ON = "\ufdd1"  # a noncharacter: the end of this paragraph was deleted
GONE = ("del", "moveFrom")
OFF = ("0", "false", "off", "none")
CONTENTS = re.compile(
    r"(?:toc|contents|verzeichnis) \d|(?:table of figures|abbildungsverzeichnis)", re.IGNORECASE
)


def blocks(path: Path) -> Iterator[Unplaced]:
    """Yield the paragraphs, cells and text boxes of a Word document in order, then its notes."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    _refuse_bomb(path)
    try:
        document = Document(str(path))
        notes = list(_notes(document))
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, zipfile.BadZipFile):
        raise InputError(path.name, "is a damaged DOCX file", "open and save it again in Word") from None
    state = State(document, Raised(), Numbers(document.styles.element, _numbering(document)), {})
    for block in _merged(_blocks(document.element.body, state)):
        yield from parted(numbered(block))
    yield from notes


class State(NamedTuple):
    """A document, and what is counted while it is read."""

    document: Any
    raised: Raised
    numbers: Numbers
    looks: dict[str | None, Look]


class Look(NamedTuple):
    """What a style says of its paragraphs: its name, and their level as headings in Word's outline, or 0."""

    name: str
    level: int


def _numbering(document: Any) -> Any:  # noqa: ANN401 - lxml has no types
    """Return the lists of a document; one without any keeps none."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml

    parts = (
        own.target_part for own in document.part.rels.values() if own.reltype == RELATIONSHIP_TYPE.NUMBERING
    )
    return next((parse_xml(part.blob) for part in parts), document.styles.element)


def _merged(found: Iterable[Unplaced]) -> Iterator[Unplaced]:
    """Yield the blocks, each with the text of those before it whose end was deleted."""
    before = ""
    for block in found:
        text, before = before + block.text, ""
        if text.endswith(GOES_ON):
            before = text.removesuffix(GOES_ON)
        else:
            yield block._replace(text=text)
    if before:
        yield Unplaced("paragraph", before)


def _blocks(body: Any, state: State, *, in_cell: bool = False) -> Iterator[Unplaced]:  # noqa: ANN401
    """Yield the blocks of the body, a cell or a text box; those of a box follow its paragraph."""
    from docx.text.paragraph import Paragraph

    for element in _elements(body):
        if element.tag.endswith("}tbl"):
            for cell in (cell for row in _parts(element, "tr") for cell in _parts(row, "tc")):
                yield from _blocks(cell, state, in_cell=True)
        else:
            paragraph = Paragraph(element, state.document)
            if not CONTENTS.fullmatch(_look(paragraph, state).name):
                yield _block(paragraph, state, in_cell=in_cell)
            for box in _boxes(element):
                yield from _blocks(box, state)


def _boxes(paragraph: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield the contents of the text boxes of a paragraph, without those inside other boxes.

    Word writes a box twice, the second time for older programs.
    """
    for box in paragraph.iter(BOX):
        above = list(takewhile(lambda element: element is not paragraph, box.iterancestors()))
        older = next((element.getparent() for element in above if element.tag == f"{MC}Fallback"), None)
        twice = older is not None and any(
            next(c.iter(BOX), None) is not None for c in older.iter(f"{MC}Choice")
        )
        if not twice and not any(element.tag in HIDDEN for element in above):
            yield box


def _elements(body: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield paragraphs and tables, also in content controls, but not in a generated table of contents."""
    for element in body:
        if element.tag in (f"{W}p", f"{W}tbl"):
            yield element
        elif element.tag == f"{W}customXml":
            yield from _elements(element)
        elif element.tag == f"{W}sdt" and not any(map(_is_contents, element.iter(f"{W}docPartGallery"))):
            for content in element.iterchildren(f"{W}sdtContent"):
                yield from _elements(content)


def _is_contents(gallery: Any) -> bool:  # noqa: ANN401 - others are cover pages and text blocks
    return bool(gallery.get(f"{W}val") == "Table of Contents")


class Words(NamedTuple):
    """The text of a paragraph, and the name and sign of the note that it is, if an author typed one."""

    text: str
    note: tuple[str, str] | None


def _words(paragraph: Any, raised: Raised) -> Words:  # noqa: ANN401
    """Return the text of a paragraph with the marks of its notes, without deletions and text boxes."""
    shown = (part for part in paragraph.iter(*WRITTEN) if _is_shown(part, paragraph))
    runs = [
        (up, "".join(WRITTEN[part.tag](part) for part in parts))
        for up, parts in groupby(shown, key=_is_raised)
    ]
    text, note = "", None
    for at, (up, words) in enumerate(runs):
        if up and not text.strip() and note is None and (note := raised.opened(words)):
            continue
        after = runs[at + 1][1] if at + 1 < len(runs) else ""
        text += raised.written(text, words, after) if up else words
    return Words(text, note)


def _is_shown(part: Any, paragraph: Any = None) -> bool:  # noqa: ANN401
    """Return whether a part is in the text: not deleted, moved away or hidden, not in a text box below."""
    run = part.getparent()
    above = takewhile(lambda element: element is not paragraph, run.iterancestors())
    return run.tag == f"{W}r" and not _has(run, "vanish") and not any(_hides(element) for element in above)


def _hides(element: Any) -> bool:  # noqa: ANN401
    """Return whether an element hides what is in it: also a field of a form that shows only a hint."""
    hint = element.tag == f"{W}sdt" and element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
    return element.tag in HIDDEN or hint


def _is_raised(part: Any) -> bool:  # noqa: ANN401
    place = part.getparent().find(f"{W}rPr/{W}vertAlign") if part.tag == f"{W}t" else None
    return place is not None and place.get(f"{W}val") == "superscript"


def _has(run: Any, name: str) -> bool:  # noqa: ANN401
    """Return whether a property of a run is switched on."""
    found = run.find(f"{W}rPr/{W}{name}")
    return found is not None and found.get(f"{W}val") not in OFF


def _mark(reference: Any) -> str:  # noqa: ANN401
    return mark(_name(reference, reference.tag.removesuffix("Reference")))


def _name(element: Any, tag: str) -> str:  # noqa: ANN401
    """Return the name of a note; footnotes and endnotes are numbered separately."""
    return f"{tag} {element.get(f'{W}id')}"


BOX = f"{W}txbxContent"
HIDDEN = (BOX, *(f"{W}{gone}" for gone in GONE))
WRITTEN: dict[str, Callable[[Any], str]] = {
    f"{W}t": lambda part: part.text or "", f"{W}tab": lambda _: " ", f"{W}br": lambda _: BREAK,
    f"{W}cr": lambda _: BREAK, f"{W}ptab": lambda _: " ",
    f"{W}noBreakHyphen": lambda _: "-", f"{W}footnoteReference": _mark, f"{W}endnoteReference": _mark,
}  # fmt: skip


def _notes(document: Any) -> Iterator[Unplaced]:  # noqa: ANN401
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml

    signs = _signs(document, "footnote", "decimal") | _signs(document, "endnote", "lowerRoman")
    for relation in document.part.rels.values():
        if relation.reltype in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
            for note in parse_xml(relation.target_part.blob).iter(f"{W}footnote", f"{W}endnote"):
                if f"{W}type" not in note.attrib:  # the others are separators
                    name = _name(note, note.tag)
                    text = " ".join(_words(part, Raised()).text for part in note.iter(f"{W}p"))
                    yield Unplaced("footnote", text, note=name, sign=signs.get(name, ""))


def _signs(document: Any, kind: str, usual: str) -> dict[str, str]:  # noqa: ANN401
    """Return the signs that Word prints for the notes of a kind, by name of the note.

    They number the marks. A sign typed by the author stays in the text, and its note has none; numbering that
    restarts with each page or section is not supported.
    """
    marks = filter(_is_shown, document.element.body.iter(f"{W}{kind}Reference"))
    counted = (each for each in marks if not each.get(f"{W}customMarkFollows"))
    names = dict.fromkeys(_name(each, f"{W}{kind}") for each in counted)
    parts = (document.settings.element, document.element.body)
    styles = (
        style for part in parts for own in part.iter(f"{W}{kind}Pr") for style in own.iter(f"{W}numFmt")
    )
    chosen = next((style.get(f"{W}val") for style in styles), usual)
    return {name: numeral(at, chosen) for at, name in enumerate(names, 1)}


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise InputError(path.name, "is a damaged DOCX file", "open and save it again in Word") from None
    if size > MAX_UNPACKED:
        raise InputError(path.name, f"unpacks to {size // 10**6} MB", "remove its pictures")


def _look(paragraph: Paragraph, state: State) -> Look:
    """Return what the style of a paragraph says; each is looked up once, as python-docx takes long for it."""
    name = paragraph._p.style
    if name not in state.looks:
        style = cast("ParagraphStyle | None", paragraph.style)
        state.looks[name] = Look((style.name or "") if style is not None else "", _outline(style))
    return state.looks[name]


def _outline(style: ParagraphStyle | None) -> int:
    """Return the level in Word's outline of a style, or of the nearest one that it is based on, else 0."""
    met: set[str] = set()
    while style is not None and style.style_id not in met:
        met.add(style.style_id)
        if (found := style.element.find(OUTLINE)) is not None:
            return _level(found)
        style = cast("ParagraphStyle | None", style.base_style)
    return 0


def _level(outline: Any) -> int:  # noqa: ANN401
    level = int(outline.get(f"{W}val", BODY_TEXT))
    return level + 1 if level < BODY_TEXT else 0


def _block(paragraph: Paragraph, state: State, *, in_cell: bool) -> Unplaced:
    (style, outlined), place = _look(paragraph, state), state.numbers.place(paragraph._p)
    text, note = _words(paragraph._p, state.raised)
    if note:
        return Unplaced("footnote", text, note=note[0], sign=note[1])
    if any(paragraph._p.find(f"{W}pPr/{W}rPr/{W}{gone}") is not None for gone in GONE):
        return Unplaced("paragraph", text + GOES_ON)
    sign = state.numbers.number(place) if place else ""
    if in_cell:
        return Unplaced("cell", text, sign=sign)
    heading = re.fullmatch(r"(?:Heading|Überschrift|berschrift) (\d)", style)
    own = paragraph._p.find(OUTLINE)
    level = outlined if own is None else _level(own)
    level = int(heading[1]) if heading else 1 if style in ("Title", "Titel") else level
    if level:
        return Unplaced("heading", text, level, sign=sign)
    if style.startswith(("Caption", "Beschriftung")):
        return Unplaced("caption", text, sign=sign)
    depth = _depth(place, style)
    bold = takewhile(lambda run: run.bold, paragraph.runs)
    lead_in = "".join(run.text for run in bold if not run.font.superscript)
    return Unplaced("item" if depth else "paragraph", text, depth, lead_in, sign=sign)


def _depth(place: Place | None, style: str) -> int:
    """Return the nesting of a list item from 1, or 0 if a paragraph is not a list item."""
    if place and place.list == "0":
        return 0
    named = re.match(r"(?:List|Liste|Aufzählung)[\w ]*?(\d?)$", style)
    return max(place.level + 1 if place else 0, int(named[1] or 1) if named else 0)


def _parts(element: Any, name: str) -> Iterator[Any]:  # noqa: ANN401
    """Yield the rows of a table or the cells of a row, also in content controls."""
    for part in element:
        if part.tag == f"{W}{name}":
            yield part
        elif part.tag == f"{W}customXml":
            yield from _parts(part, name)
        elif part.tag == f"{W}sdt":
            for content in part.iterchildren(f"{W}sdtContent"):
                yield from _parts(content, name)
