"""Recognise the lines on a picture of a page; the only door to Tesseract (tesserocr or the command line).

Both ways return Tesseract's TSV (words with boxes and confidences), so that the rest is shared.
"""

from __future__ import annotations

import io
import math
import os
import shutil
import subprocess
import sys
from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from pipeline.errors import of_machine
from pipeline.reading.hyphens import HYPHENS
from pipeline.reading.layout import STARTS_LOW
from pipeline.reading.paragraphs import OPEN, ended
from pipeline.records import Line, Page

if TYPE_CHECKING:
    from PIL.Image import Image, Resampling

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # Tesseract's threads would compete with the worker processes

FOLDERS = (  # where Python wheels, Debian, Fedora, Homebrew and a build from source put the data
    Path(sys.prefix) / "share" / "tessdata",
    *(Path("/usr/share/tesseract-ocr") / version / "tessdata" for version in ("5", "4.00")),
    Path("/usr/share/tessdata"),
    Path("/usr/share/tesseract/tessdata"),
    Path("/opt/homebrew/share/tessdata"),
    Path("/usr/local/share/tessdata"),
)
LANGUAGE = "deu"  # Tesseract's code
SECONDS = 300  # for one call of the command line
MIN_CONFIDENCE = 0.3  # words below are specks and stamps
SURE = 0.6  # confidence from which a word counts as read
UPRIGHT = (
    0.5  # share of letters in sure words below which other orientations are tried: scans have .6 and more
)
STRAIGHT = 0.3  # degrees of skew that Tesseract can handle itself
EVEN = 0.2  # on eight scanned pages nearly all lines of running text were within a fifth, unlike headings
MISJUDGED = 1.6  # of the size: estimates for lines of a paragraph are hardly larger
CROWDED = 0.9  # of the size: lines are set no closer
ANGLES = tuple(at / 4 for at in range(-20, 21))


class Word(NamedTuple):
    """A word as Tesseract found it, in pixels."""

    line: tuple[int, int, int]  # block, paragraph, line
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float
    text: str


class Turn(NamedTuple):
    """How a picture was rotated before reading: quarter turns, then degrees, both counter-clockwise."""

    quarters: int
    degrees: float
    size: tuple[int, int]  # of the original picture
    turned: tuple[int, int]  # of the rotated picture


@cache
def available() -> bool:
    """Return whether Tesseract and its data for German are installed."""
    return bool(_data()) and (_has_tesserocr() or shutil.which("tesseract") is not None)


def ocr_page(image: Image, *, page: int, width: float, height: float) -> Page:
    """Read a picture of a whole page.

    Args:
        image: the upright page, at 200 to 400 dpi.
        page: its number from 1.
        width: width of the page, in points.
        height: height of the page, in points.

    Returns:
        The lines in reading order with a box for every character (words are measured, the
        characters of a word share its width) and the mean confidence as quality. Without
        Tesseract, or without a word on the page, `text_source` is "none".
    """
    empty = Page(number=page, width=width, height=height, text_source="none", quality=0.0)
    if not available():
        return replace(empty, status="partial", reason="no text layer, and no OCR engine is installed")
    gray = image.convert("L")
    turn, words = _best(gray)
    scale = (width / gray.width, height / gray.height)
    lines = _even([_line(list(group), turn, scale) for _, group in groupby(words, lambda word: word.line)])
    if not lines:
        return replace(empty, reason="no text on the page")
    return replace(empty, lines=lines, text_source="ocr", quality=round(_sure(words), 3))


def _best(image: Image) -> tuple[Turn, list[Word]]:
    """Read upright; if that gives no certain words, try the other orientations on a small picture."""
    tried = _read(image, 0)
    if not tried[1] or _weight(tried[1]) >= UPRIGHT * sum(len(word.text) for word in tried[1]):
        return tried
    small = image.copy()
    small.thumbnail((2000, 2000))
    sure = {quarters: _weight(_read(small, quarters)[1]) for quarters in range(4)}
    quarters = max(sure, key=lambda at: (sure[at], -at))
    return _read(image, quarters) if quarters and sure[quarters] > 1.5 * sure[0] else tried


def _sure(words: Sequence[Word]) -> float:
    """Return the mean confidence of a page's characters, 0..1."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def _weight(words: Sequence[Word]) -> int:
    """Return the number of letters in certain horizontal words, as Tesseract also reads vertical ones."""
    long = (word for word in words if word.confidence > SURE and len(word.text) > 2)
    return sum(len(word.text) for word in long if word.x1 - word.x0 > word.bottom - word.top)


def _read(image: Image, quarters: int) -> tuple[Turn, list[Word]]:
    upright = image.rotate(90 * quarters, expand=True) if quarters else image
    degrees = skew(upright)
    straight = (
        upright.rotate(-degrees, fillcolor=255, resample=_bilinear()) if abs(degrees) > STRAIGHT else upright
    )
    turn = Turn(quarters, -degrees if straight is not upright else 0.0, image.size, straight.size)
    return turn, _words(_tsv(straight))


def _bilinear() -> Resampling:
    from PIL.Image import Resampling

    return Resampling.BILINEAR


def skew(image: Image) -> float:
    """Return by how many degrees the lines of a page rise to the right, at most 5, by projection profiles.

    Rows of pixels differ most between text and white if the lines are horizontal (Postl 1986).
    """
    import numpy as np

    small = image.copy()
    small.thumbnail((800, 800))
    ink = small.point(lambda value: 255 if value < 128 else 0)

    def contrast(angle: float) -> float:
        rows = np.asarray(ink.rotate(-angle)).sum(axis=1, dtype=np.float64)
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    return max(ANGLES, key=lambda angle: (contrast(angle), -abs(angle)))


def _words(tsv: str) -> list[Word]:
    found = []
    for row in tsv.splitlines():
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        block, paragraph, line = (int(cells[at]) for at in (2, 3, 4))
        x0, top, width, height = (float(cells[at]) for at in (6, 7, 8, 9))
        confidence = float(cells[10]) / 100
        if confidence >= MIN_CONFIDENCE:
            place = (x0, top, x0 + width, top + height)
            found.append(Word((block, paragraph, line), *place, confidence, cells[11].strip()))
    return found


def _line(words: Sequence[Word], turn: Turn, scale: tuple[float, float]) -> Line:
    """Return the words of one line as a line of the page, in points."""
    cells: list[tuple[str, tuple[float, float, float, float]]] = []
    for word in words:
        if cells:
            cells.append((" ", (cells[-1][1][2], word.top, word.x0, word.bottom)))
        step = (word.x1 - word.x0) / len(word.text)
        for at, letter in enumerate(word.text):
            cells.append((letter, (word.x0 + at * step, word.top, word.x0 + (at + 1) * step, word.bottom)))
    placed = [(letter, _turned_back(box, turn, scale)) for letter, box in cells]
    inked = [box for letter, box in placed if letter != " "]
    return Line(
        text="".join(letter for letter, _ in cells),
        x0=min(box[0] for box in inked),
        top=min(box[1] for box in inked),
        x1=max(box[2] for box in inked),
        bottom=max(box[3] for box in inked),
        size=_size(words, scale[1]),
        xs=_pairs(box if letter != " " else (0.0, 0.0, 0.0, 0.0) for letter, box in placed),
        font="ocr",
        block=words[0].line[0],
        rotated=turn.quarters % 2 == 1,
    )


def _even(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Set lines of about the page's usual size to exactly that size, as estimates vary by a point.

    So are larger ones that would not fit below a line of the usual size, and those that go on with its words.
    """
    sizes = sorted(line.size for line in lines for _ in line.text)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    found: list[Line] = []
    for line in lines:
        above = found[-1] if found and found[-1].size == usual else None
        same = above is not None and (_is_crowded(above, line) or _goes_on(above, line))
        found.append(replace(line, size=usual) if same or _is_about(line, usual) else line)
    return tuple(found)


def _is_about(line: Line, usual: float) -> bool:
    return abs(line.size - usual) <= EVEN * usual


def _goes_on(before: Line, line: Line) -> bool:
    """Return whether the words of a line go on with those of the one above it in its block."""
    if before.block != line.block or line.size > MISJUDGED * before.size:
        return False
    cut = before.text[-1] in HYPHENS or OPEN.search(before.text[-10:]) is not None
    return cut or (not ended(before) and STARTS_LOW.match(line.text) is not None)


def _is_crowded(before: Line, line: Line) -> bool:
    """Return whether a line is nearer to the one above it in its block than its size allows."""
    if before.block != line.block or min(before.x1, line.x1) < max(before.x0, line.x0):
        return False
    return before.size < line.size and 0.5 * line.size < line.bottom - before.bottom < CROWDED * line.size


def _pairs(boxes: Iterable[tuple[float, float, float, float]]) -> bytes:
    return array("f", (edge for box in boxes for edge in (box[0], box[2]))).tobytes()


def _size(words: Sequence[Word], scale: float) -> float:
    """Estimate the font size from the height of the words and the letters in them.

    Lower-case letters are about half the font size; capitals and ascenders add a fifth, and so do descenders.
    """
    sizes = []
    for word in words:
        tall = any(letter.isupper() or letter.isdigit() or letter in "bdfhkltßäöü" for letter in word.text)
        deep = any(letter in "gjpqy,;()" for letter in word.text)
        share = (0.72 if tall else 0.5) + (0.2 if deep else 0.0)
        sizes.append((word.bottom - word.top) * scale / share)
    return round(sorted(sizes)[len(sizes) // 2] * 2) / 2


def _turned_back(
    box: tuple[float, float, float, float], turn: Turn, scale: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Return a box of the rotated picture as a box of the page."""
    x0, top, x1, bottom = _level(box, turn) if turn.degrees else box
    width, height = turn.turned
    for _ in range(turn.quarters):  # undo one quarter turn: counter-clockwise was applied
        x0, top, x1, bottom = height - bottom, x0, height - top, x1
        width, height = height, width
    return x0 * scale[0], top * scale[1], x1 * scale[0], bottom * scale[1]


def _level(box: tuple[float, float, float, float], turn: Turn) -> tuple[float, float, float, float]:
    """Rotate the centre of a box about the centre of the picture; the box keeps its size."""
    x0, top, x1, bottom = box
    middle_x, middle_y = turn.turned[0] / 2, turn.turned[1] / 2
    x, y = (x0 + x1) / 2 - middle_x, (top + bottom) / 2 - middle_y
    angle = math.radians(turn.degrees)
    new_x = x * math.cos(angle) - y * math.sin(angle) + middle_x
    new_y = x * math.sin(angle) + y * math.cos(angle) + middle_y
    half_x, half_y = (x1 - x0) / 2, (bottom - top) / 2
    return new_x - half_x, new_y - half_y, new_x + half_x, new_y + half_y


@cache
def _data() -> str:
    """Return the folder that holds Tesseract's data for German, "" if there is none."""
    return next((str(path) for path in FOLDERS if (path / f"{LANGUAGE}.traineddata").is_file()), "")


@cache
def _has_tesserocr() -> bool:
    try:
        import tesserocr  # noqa: F401
    except ImportError:
        return False
    return True


def _tsv(image: Image) -> str:
    return _by_library(image) if _has_tesserocr() else _by_command(image)


def _by_library(image: Image) -> str:
    engine = _engine()
    engine.SetImage(image)
    engine.SetSourceResolution(300)
    text = str(engine.GetTSVText(0))
    engine.Clear()
    return text


@cache
def _engine() -> Any:  # noqa: ANN401 - tesserocr has no types
    from tesserocr import OEM, PSM, LeptLogLevel, PyTessBaseAPI, set_leptonica_log_level

    set_leptonica_log_level(LeptLogLevel.NONE)  # its remarks about a scan would break the progress bar
    return PyTessBaseAPI(path=_data(), lang=LANGUAGE, psm=PSM.AUTO, oem=OEM.LSTM_ONLY)


def _by_command(image: Image) -> str:
    """Call the system's Tesseract; an error of its own or a timeout gives no words."""
    file = io.BytesIO()
    image.save(file, "PNG")
    command = ["tesseract", "-", "-", "-l", LANGUAGE, "--psm", "3", "--tessdata-dir", _data(), "tsv"]
    try:
        done = subprocess.run(
            command, input=file.getvalue(), capture_output=True, check=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        if of_machine(error):
            raise
        return ""
    return done.stdout.decode("utf-8", "replace")
