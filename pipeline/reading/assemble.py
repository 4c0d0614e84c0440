"""Assemble the lines of a block into one string that can be traced back to the characters on the page."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipeline.reading.hyphens import ADDRESS, HYPHENS, Vocabulary, decide
from pipeline.reading.paragraphs import Block
from pipeline.records import Line, Piece

LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "Ĳ": "IJ", "ĳ": "ij",
}  # fmt: skip
SPACES = dict.fromkeys(
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000", " "
)
NOTHING = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffd", "")
MAP = {**LIGATURES, **SPACES, **NOTHING, "\u2010": "-", "\u2011": "-", "\uf0b7": "•"}
TRIPLE = "-\u00ad\u2010"  # how some fonts encode one printed hyphen
ODD = re.compile("[" + "".join(MAP) + "\ue000-\uf8ff]")
LOOSE = re.compile(r" (?: |[.,;:!?)](?=\s|$)|\w \w \w(?!\w))")  # begins with a space, so the search is fast
STRAY = re.compile(r"(?<=[\w)\]]) (?=[.,;!?)](?:\s|$))")
SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){3,}[^\W\d_](?![^\W\d_])")


class Assembled(NamedTuple):
    """A block's text, its pieces, and how many characters at its start are bold."""

    text: str
    pieces: tuple[Piece, ...]
    lead_in: int


def assemble(block: Block, known: Callable[[], Vocabulary], *, skip: int = 0) -> Assembled:
    """Return the text of a block without the first `skip` characters of its first line (a bullet)."""
    parts: list[str] = []
    pieces: list[Piece] = []
    at, lead_in, leading = 0, 0, True
    last = len(block.lines) - 1
    plain = _is_plain("\n".join(line.text for line in block.lines))
    for i, (page, line) in enumerate(zip(block.pages, block.lines, strict=True)):
        cut = skip if i == 0 else 0
        end, gap = len(line.text), ""
        if i < last:
            end, gap = _seam(line.text, block.lines[i + 1].text, known)
        text, kept = (line.text[cut:end], None) if plain else _normal(line.text[cut:end])
        offsets: Sequence[int] | None = None
        if kept is not None:
            offsets = [k + cut for k in kept]
        elif cut:
            offsets = range(cut, cut + len(text))
        pieces.append(_piece(at, text, page, line, offsets))
        if leading:
            bold = line.bold_until or (len(line.text) if line.bold else 0)
            reach = min(bold, len(text)) if offsets is None else bisect_left(offsets, bold)
            lead_in, leading = at + reach, reach >= len(text)
        parts.append(text + gap)
        at += len(text) + len(gap)
    return Assembled("".join(parts), tuple(pieces), lead_in if lead_in < at else 0)


def _seam(a: str, b: str, known: Callable[[], Vocabulary]) -> tuple[int, str]:
    """Return how many characters of line `a` to keep and what to put between it and line `b`."""
    if a[-1] in HYPHENS:
        verdict = decide(a, b, known)
        if verdict == "join":
            return len(a.rstrip(HYPHENS)), ""
        return len(a), " " if verdict == "space" else ""
    if a[-1] == "–" and a[-2:-1].isdigit() and b[0].isdigit():
        return len(a), ""
    if a[-1] == "/" and a[-2:-1] != " ":
        return len(a), ""
    in_address = a[-1] in "._=&?" and ADDRESS.search(a.rsplit(" ", 1)[-1]) is not None and _goes_on(a, b)
    return len(a), "" if in_address else " "


def _goes_on(a: str, b: str) -> bool:
    """Return whether a web address that was cut after a full stop continues in the next line."""
    first = b.split(" ", 1)[0]
    return bool(re.match(r"[a-z0-9]", first)) and (
        a.endswith("www.") or "." in first[:-1] or "/" in first or "-" in first
    )


def _is_plain(text: str) -> bool:
    """Return whether there is nothing to normalise."""
    return not LOOSE.search(text) and not ODD.search(text)


def _normal(text: str) -> tuple[str, list[int] | None]:
    """Return the normalised text and, if it differs, the offset of each character in `text`."""
    if _is_plain(text):
        return text, None
    out: list[str] = []
    kept: list[int] = []
    for at, character in enumerate(text):
        new = MAP.get(character, character)
        if "\ue000" <= new <= "\uf8ff" or text.endswith(TRIPLE, 0, at + 1):
            new = ""
        out += new
        kept += [at] * len(new)
    return _drop_spaces("".join(out), kept)


def _drop_spaces(text: str, kept: list[int]) -> tuple[str, list[int]]:
    """Remove doubled spaces, spaces before punctuation and those inside letter-spaced words."""
    gone = {m.start() for m in STRAY.finditer(text)}
    gone |= {at for at in range(1, len(text)) if text[at] == text[at - 1] == " "}
    for match in SPACED.finditer(text):
        gone |= {at for at in range(match.start(), match.end()) if text[at] == " "}
    stay = [at for at in range(len(text)) if at not in gone]
    return "".join(text[at] for at in stay), [kept[at] for at in stay]


def _piece(at: int, text: str, page: int, line: Line, offsets: Sequence[int] | None) -> Piece:
    """Return the piece for a line; characters made from one glyph share its box."""
    raw_at = b"" if offsets is None else array("H", [min(k, 65535) for k in offsets]).tobytes()
    return Piece(at, at + len(text), page, line.top, line.bottom, line.xs, line.text, raw_at)
