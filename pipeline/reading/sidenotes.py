"""Find notes in the margin that repeat the text beside them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.reading.layout import Type
from pipeline.reading.margins import grouped
from pipeline.records import Line, Page

WORD = re.compile(r"[^\W\d_]{4,}")
SMALLER = 0.88  # of the size of the text
SAME = 0.7  # share of a note's words that are in the text of its page, and share of such notes
ENOUGH = 5  # notes needed to judge a style of note


Note = tuple[int, list[int]]  # page, positions of its lines


def sidenotes(pages: Sequence[Page], body: Type, known: Mapping[int, Iterable[int]]) -> list[Note]:
    """Return the notes that repeat the text; `known` holds positions that are already left out.

    If most notes of one style repeat it, the others of this style are taken to do so in other words.
    """
    styles: dict[tuple[object, ...], list[tuple[Note, bool]]] = defaultdict(list)
    for page in pages:
        for note, repeats in _notes(page, body, set(known[page.number])):
            line = page.lines[note[0]]
            styles[line.font, line.size, line.color].append(((page.number, note), repeats))
    found: list[Note] = []
    for notes in styles.values():
        same = sum(repeats for _, repeats in notes)
        all_of_them = same >= ENOUGH and same >= SAME * len(notes)
        found += [note for note, repeats in notes if repeats or all_of_them]
    return found


def _notes(page: Page, body: Type, gone: set[int]) -> Iterator[tuple[list[int], bool]]:
    small = [at for at, line in enumerate(page.lines) if at not in gone and _is_note(line, body)]
    if len(small) < 2:
        return
    others = [line for at, line in enumerate(page.lines) if at not in gone and line.size == body.size]
    if len(others) < 5:
        return
    text = "".join(line.text.rstrip("-\u00ad") for line in others).casefold()
    for note in grouped(small, page.lines):
        lines = [page.lines[at] for at in note]
        if _beside(lines[0], others):  # its end may stand below the text
            yield note, _repeats(lines, text)


def _is_note(line: Line, body: Type) -> bool:
    if line.size > SMALLER * body.size or line.rotated:
        return False
    return line.font != body.font or line.italic or line.color != body.color


def _beside(line: Line, others: Sequence[Line]) -> bool:
    """Return whether a line is outside all lines of the text, at the height of some of them."""
    level = [other for other in others if abs(other.bottom - line.bottom) < 40]
    return bool(level) and all(line.x1 < other.x0 or line.x0 > other.x1 for other in level)


def _repeats(note: Sequence[Line], text: str) -> bool:
    joined = "".join(line.text[:-1] if line.text[-1] in "-\u00ad" else line.text + " " for line in note)
    words = WORD.findall(joined.casefold())
    return len(words) >= 3 and sum(word in text for word in words) >= SAME * len(words)
