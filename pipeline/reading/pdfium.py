# ruff: noqa: ANN401 (handles of a C library have no type in Python)
"""Read characters, boxes, fonts and pictures of pages; the only door to PDFium (through pypdfium2)."""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache, cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
from numpy.typing import NDArray

from pipeline.errors import InputError, why
from pipeline.records import Bookmark, Record

Array = NDArray[Any]

ITALIC, FORCE_BOLD = 1 << 6, 1 << 18  # font descriptor flags, ISO 32000-1, table 123
# Weights by words in font names; the first match counts. PDFium's own weight does not help: if the
# name says nothing, it is guessed from the stem width (Georgia: 836, Times-Roman: 695).
WEIGHTS = (
    ("semilight", 350), ("demilight", 350), ("extralight", 200), ("ultralight", 200),
    ("semi", 600), ("demi", 600), ("halbfett", 600), ("extrab", 800), ("ultrab", 800), ("extrabd", 800),
    ("bold", 700), ("fett", 700), ("-bd", 700), ("boldmt", 700), ("heavy", 800), ("-hv", 800),
    ("black", 900), ("-blk", 900), ("-xblk", 900), ("medium", 500), ("-md", 500),
    ("thin", 200), ("light", 300),
)  # fmt: skip
REGULAR, BOLD = 400, 700
FILL_STROKE, INVISIBLE = 2, 3  # text render modes
PASSWORD, SECURITY = raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY
MAX_STYLES = 512  # on one page; the richest page of 95 documents has fewer than 100
FUNCTIONS = (
    raw.FPDFText_GetUnicode, raw.FPDFText_IsGenerated, raw.FPDFText_GetCharOrigin,
    raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetTextObject, raw.FPDFText_GetMatrix,
    raw.FPDFTextObj_GetFontSize, raw.FPDFTextObj_GetFont, raw.FPDFText_GetFillColor,
    raw.FPDFTextObj_GetTextRenderMode,
)  # fmt: skip
OUTLINE = (raw.FPDFPage_GetObject, raw.FPDFPageObj_GetType, raw.FPDFPageObj_GetBounds)
MAX_PATHS = 5000  # of one page; maps and charts have more
MOST_BOOKMARKS, LONGEST_TITLE = 5000, 1000  # of one file; bytes of a title
MAX_PIXELS = 40_000_000  # of a picture: A3 at 400 dpi; larger ones only need more memory
LARGEST = 15_000  # points: ISO 32000-1, annex C, allows 14,400
# Pages read before a file is reopened, as PDFium keeps what it has parsed until it is closed. It then parses
# the list of pages up to the next one again, so a long file is reopened after a share of its pages.
RENEWED, SHARE = 100, 10


class Style(Record):
    """The typographic style of a run of characters."""

    font: str
    size: float  # points, with the text matrix applied
    weight: int  # 400 is regular, 700 bold
    italic: bool
    color: int  # 0xRRGGBB
    hidden: bool  # render mode "invisible": the text layer of a scan
    angle: int  # degrees of the writing direction on the upright page, in steps of 1


class Glyphs(Record):
    """The characters of one page in the order of the file; boxes are in points of the upright page.

    A page larger than PDF allows has none, because PDFium would allocate memory by its width.
    """

    width: float
    height: float
    codes: Array  # uint32 [n]
    generated: Array  # bool [n]: spaces and line ends that PDFium inserted
    origins: Array  # float64 [n, 2]: x, y of the baseline
    boxes: Array  # float64 [n, 4]: x0, top, x1, bottom
    styles: Array  # int32 [n]: positions in `style`
    style: tuple[Style, ...]
    paths: Array  # float64 [k, 4]: x0, top, x1, bottom of what is drawn
    pictures: Array  # float64 [m, 4]: the same of pictures


class Document:
    """An open PDF; use it as a context manager."""

    n_open, drawn = 0, False  # in this process, and whether it has drawn a picture

    def __init__(self, path: Path, *, password: str = "") -> None:
        self.path, self.password = path, password
        self._pdf = self._opened()
        self.n_pages = len(self._pdf)
        self._n_read = 0

    def __enter__(self) -> Document:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    @cached_property
    def is_form(self) -> bool:
        """Whether this is a dynamic form (XFA), whose pages are built by the program that shows it."""
        if self._pdf.get_formtype() in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
            return True
        with self.path.open("rb") as file:
            return any(b"/NeedsRendering true" in line for line in file)

    def glyphs(self, number: int) -> Glyphs:
        """Return the characters of page `number` (from 1)."""
        if self._n_read >= max(RENEWED, number // SHARE):
            self._close()
            self._pdf, self._n_read = self._opened(), 0
        self._n_read += 1
        page = raw.FPDF_LoadPage(self._pdf, number - 1)
        if not page:
            raise InputError(f"{self.path.name} page {number}", "the page is damaged", "repair the file")
        try:
            return _glyphs(page)
        finally:
            raw.FPDF_ClosePage(page)

    def outline(self) -> dict[int, list[Bookmark]]:
        """Return the bookmarks by the page they lead to; of an endless outline only the first."""
        found: dict[int, list[Bookmark]] = {}
        for depth, mark in islice(_bookmarks(self._pdf), MOST_BOOKMARKS):
            length = raw.FPDFBookmark_GetTitle(mark, None, 0)  # bytes of UTF-16 and a zero
            if length > LONGEST_TITLE:
                continue
            page = raw.FPDFDest_GetDestPageIndex(self._pdf, raw.FPDFBookmark_GetDest(self._pdf, mark))
            title = ctypes.create_string_buffer(length + 2)
            raw.FPDFBookmark_GetTitle(mark, title, length)
            said = title.raw[: max(length - 2, 0)].decode("utf-16-le", "replace")
            found.setdefault(page + 1, []).append(Bookmark(depth, said))
        return found

    def _opened(self) -> pypdfium2.PdfDocument:
        """Open the file, with a fresh PDFium if a picture has changed its fonts for those that files lack."""
        if Document.drawn and Document.n_open < 1:
            raw.FPDF_DestroyLibrary()
            raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(version=2))
            Document.drawn = False
        pdf = _open(self.path, self.password)
        Document.n_open += 1
        return pdf

    def _close(self) -> None:
        Document.n_open -= 1
        self._pdf.close()
        if self._n_read >= RENEWED:
            _trim()

    def alone(self, number: int) -> io.BytesIO:
        """Return a PDF of page `number` alone."""
        made = io.BytesIO()
        with pypdfium2.PdfDocument.new() as single:
            single.import_pages(self._pdf, [number - 1])
            single.save(made)
        return made

    def picture(self, number: int, *, dpi: float) -> tuple[Any, float]:
        """Return page `number` as a Pillow image, and its dpi: fewer than asked for if the page is so large.

        Raises:
            InputError: the page is damaged or has an impossible size.
        """
        where, Document.drawn = f"{self.path.name} page {number}", True
        try:
            with closing(self._pdf[number - 1]) as page:
                width, height = page.get_size()
                if not is_possible(width, height):
                    raise InputError(where, "the page has an impossible size", "repair the file")
                dpi = min(dpi, 72 * math.sqrt(MAX_PIXELS / (width * height)))
                return page.render(scale=dpi / 72).to_pil(), dpi
        except pypdfium2.PdfiumError as error:
            raise InputError(where, "the page is damaged", "repair the file") from error


def render(path: Path, number: int, *, dpi: float = 150, password: str = "") -> tuple[Any, float]:
    """Return page `number` (from 1) of a PDF as a Pillow image, and its dpi."""
    with Document(path, password=password) as document:
        return document.picture(number, dpi=dpi)


def _open(path: Path, password: str) -> pypdfium2.PdfDocument:
    where = path.name
    try:
        if path.stat().st_size == 0:
            raise InputError(where, "the file is empty (0 bytes)", "fetch it again")
        return pypdfium2.PdfDocument(path, password=password or None)
    except OSError as error:
        raise InputError(where, f"cannot be opened ({why(error)})", "check path and rights") from error
    except pypdfium2.PdfiumError as error:
        raise _refusal(path, error, password) from error


def _bookmarks(pdf: Any) -> Iterator[tuple[int, Any]]:
    """Yield the bookmarks of a file in their order, each once, as some form circles, with its depth."""
    seen: set[int] = set()
    waiting = [(0, raw.FPDFBookmark_GetFirstChild(pdf, None))]
    while waiting:
        depth, mark = waiting.pop()
        place = ctypes.cast(mark, ctypes.c_void_p).value
        if place and place not in seen:
            seen.add(place)
            yield depth, mark
            waiting.append((depth, raw.FPDFBookmark_GetNextSibling(pdf, mark)))
            waiting.append((depth + 1, raw.FPDFBookmark_GetFirstChild(pdf, mark)))


def _trim() -> None:
    """Return freed memory to the system if the C library would keep it (glibc)."""
    getattr(ctypes.CDLL(None), "malloc_trim", int)(0)


def _refusal(path: Path, error: pypdfium2.PdfiumError, password: str) -> InputError:
    code = getattr(error, "err_code", None)
    if code == PASSWORD and password:
        return InputError(path.name, "the password does not open it", "give another with --password")
    if code == PASSWORD:
        return InputError(path.name, "is encrypted and needs a password", "give it with --password")
    if code == SECURITY:
        return InputError(path.name, "uses an encryption that is not supported", "save it unencrypted")
    with path.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    if not is_pdf:
        return InputError(path.name, "is not a PDF", "check where it came from")
    return InputError(path.name, "is damaged beyond repair", "fetch it again or repair it")


def is_possible(width: float, height: float) -> bool:
    """Return whether a page may have this size in points."""
    return 0 < width < LARGEST and 0 < height < LARGEST


def _glyphs(page: Any) -> Glyphs:
    geometry = _geometry(page)
    text = raw.FPDFText_LoadPage(page) if is_possible(*geometry[:2]) else None
    try:
        n = max(raw.FPDFText_CountChars(text), 0) if text else 0
        return _read(page, text, n, *geometry)
    finally:
        if text:
            raw.FPDFText_ClosePage(text)


def _read(page: Any, text: Any, n: int, width: float, height: float, matrix: tuple[float, ...]) -> Glyphs:
    codes, generated, styles = np.empty(n, np.uint32), np.empty(n, np.bool_), np.empty(n, np.int32)
    origins, boxes, table = np.empty((2, n)).T, np.empty((n, 4)), np.empty((MAX_STYLES, 5), np.int64)
    arrays = codes, generated, origins, boxes, styles, table
    used = _collector()(text, np.array(matrix, np.float64), *arrays) if n else 0
    turn = math.degrees(math.atan2(-matrix[1], matrix[0]))
    n_objects = max(raw.FPDFPage_CountObjects(page), 0)
    paths, pictures = np.empty((2, min(n_objects, MAX_PATHS), 4))
    n_paths, n_pictures = _outliner()(page, n_objects, np.array(matrix, np.float64), paths, pictures)
    fonts = {pointer: _font(pointer) for pointer in set(table[:used, 0].tolist())}
    return Glyphs(
        width=width, height=height, codes=codes, generated=generated,
        origins=origins, boxes=boxes, styles=styles,
        style=tuple(_style(row, fonts, turn) for row in table[:used].tolist()),
        paths=paths[:n_paths], pictures=pictures[:n_pictures],
    )  # fmt: skip


def _geometry(page: Any) -> tuple[float, float, tuple[float, ...]]:
    """Return width, height and the affine map (a, b, c, d, e, f) to the upright page."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    maps = (
        (1, 0, 0, -1, -left, top), (0, 1, 1, 0, -bottom, -left),
        (-1, 0, 0, 1, right, -bottom), (0, -1, -1, 0, top, right),
    )  # fmt: skip
    turns = max(raw.FPDFPage_GetRotation(page), 0) % 4
    sides = (right - left, top - bottom)
    return *(sides[::-1] if turns % 2 else sides), maps[turns]


def _upright(points: Array, matrix: tuple[float, ...]) -> Array:
    a, b, c, d, e, f = matrix
    x, y = points[:, 0], points[:, 1]
    with np.errstate(invalid="ignore", over="ignore"):  # damaged files contain any number
        return np.stack((x * a + y * c + e, x * b + y * d + f), 1)


def _boxes(boxes: Array, matrix: tuple[float, ...]) -> Array:
    """Convert pairs of opposite corners in PDF's own space to (x0, top, x1, bottom) of the upright page."""
    one, two = _upright(boxes[:, :2], matrix), _upright(boxes[:, 2:], matrix)
    return np.concatenate((np.minimum(one, two), np.maximum(one, two)), 1)


def _font(pointer: int) -> tuple[str, int, bool]:
    """Return name, weight and slant of a font."""
    font = ctypes.cast(pointer, raw.FPDF_FONT)
    buffer = ctypes.create_string_buffer(200)
    length = raw.FPDFFont_GetBaseFontName(font, buffer, 200)
    return _named(buffer.raw[: min(max(length - 1, 0), 199)], raw.FPDFFont_GetFlags(font))


@lru_cache(maxsize=1024)
def _named(name: bytes, flags: int) -> tuple[str, int, bool]:
    """Return name, weight and slant of a font from its name and flags in the file."""
    full = name.decode("utf-8", "replace")
    full = full[7:] if full[6:7] == "+" else full
    lower = full.lower()
    weight = next((weight for word, weight in WEIGHTS if word in lower), REGULAR)
    italic = "italic" in lower or "oblique" in lower or bool(flags & ITALIC)
    return full, max(weight, BOLD) if flags & FORCE_BOLD else weight, italic


def _style(row: list[int], fonts: dict[int, tuple[str, int, bool]], turn: float) -> Style:
    pointer, tenths, angle, color, mode = row
    name, weight, italic = fonts[pointer]
    weight = max(weight, BOLD) if mode == FILL_STROKE else weight
    return Style(
        font=name, size=tenths / 10, weight=weight, italic=italic, color=color,
        hidden=mode == INVISIBLE, angle=round(angle + turn) % 360,
    )  # fmt: skip


@cache
def _collector() -> Callable[..., int]:
    """Return the compiled loop, or the same loop over ctypes if numba is missing."""
    try:
        from pipeline.reading import compiled
    except ImportError:
        return _collect
    at = np.array([ctypes.cast(function, ctypes.c_void_p).value for function in FUNCTIONS], np.int64)
    return lambda text, *arrays: compiled.collect(ctypes.cast(text, ctypes.c_void_p).value, at, *arrays)


@cache
def _outliner() -> Callable[..., tuple[int, int]]:
    """Return the loop over what is drawn on a page, compiled, or over ctypes if numba is missing."""
    try:
        from pipeline.reading import compiled
    except ImportError:
        return _outline
    at = np.array([ctypes.cast(function, ctypes.c_void_p).value for function in OUTLINE], np.int64)
    return lambda page, n, *arrays: compiled.outline(ctypes.cast(page, ctypes.c_void_p).value, n, at, *arrays)


def _outline(page: Any, n: int, matrix: Array, paths: Array, pictures: Array) -> tuple[int, int]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    kinds = {raw.FPDF_PAGEOBJ_PATH: paths, raw.FPDF_PAGEOBJ_IMAGE: pictures}
    found = dict.fromkeys(kinds, 0)
    for i in range(n):
        piece = raw.FPDFPage_GetObject(page, i)
        kind = raw.FPDFPageObj_GetType(piece)
        if kind in kinds and found[kind] < len(kinds[kind]):
            raw.FPDFPageObj_GetBounds(piece, left, bottom, right, top)
            kinds[kind][found[kind]] = left.value, bottom.value, right.value, top.value
            found[kind] += 1
    for kind, n_found in found.items():
        kinds[kind][:n_found] = _boxes(kinds[kind][:n_found], tuple(matrix))
    return found[raw.FPDF_PAGEOBJ_PATH], found[raw.FPDF_PAGEOBJ_IMAGE]


def _collect(
    text: Any, matrix: Array, codes: Array, generated: Array, origins: Array, boxes: Array,
    styles: Array, table: Array,
) -> int:  # fmt: skip
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    last, rows = None, {}  # type: ignore[var-annotated]
    style = 0
    for i in range(len(codes)):
        codes[i] = raw.FPDFText_GetUnicode(text, i)
        generated[i] = raw.FPDFText_IsGenerated(text, i) == 1
        raw.FPDFText_GetCharOrigin(text, i, x, y)
        origins[i] = x.value, y.value
        raw.FPDFText_GetLooseCharBox(text, i, box)
        boxes[i] = box.left, box.top, box.right, box.bottom
        owner = raw.FPDFText_GetTextObject(text, i)
        address = ctypes.cast(owner, ctypes.c_void_p).value
        if address and address != last:
            last = address
            style = rows.setdefault(_describe(text, i, owner), min(len(rows), MAX_STYLES - 2))
        styles[i] = style
    for row, at in rows.items():
        table[at] = row
    origins[:], boxes[:] = _upright(origins, tuple(matrix)), _boxes(boxes, tuple(matrix))
    return len(rows)


def _describe(text: Any, i: int, owner: Any) -> tuple[int, ...]:
    matrix, size = raw.FS_MATRIX(), ctypes.c_float()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFText_GetMatrix(text, i, matrix)
    raw.FPDFTextObj_GetFontSize(owner, size)
    raw.FPDFText_GetFillColor(text, i, red, green, blue, alpha)
    font = ctypes.cast(raw.FPDFTextObj_GetFont(owner), ctypes.c_void_p).value or 0
    tenths = round(size.value * math.hypot(matrix.c, matrix.d) * 10)
    angle = round(math.degrees(math.atan2(matrix.b, matrix.a)))
    color = red.value % 256 * 65536 + green.value % 256 * 256 + blue.value % 256
    return font, tenths, angle, color, raw.FPDFTextObj_GetTextRenderMode(owner)
