"""Find names set side by side at the end of a paper, each with an office below it."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice, pairwise, takewhile

from msgspec.structs import replace

from pipeline.reading.roles import role_cues
from pipeline.reading.tabular import NEAR, in_rows
from pipeline.records import Line

NAME = re.compile(r"(?=.*[A-ZÄÖÜ])(?:(?:[A-ZÄÖÜ][\w’-]*\.?|von|de[rn]?|zu)(?: |$)){1,6}")
LONGEST = 45  # characters of a line of a signature
APART = 2.5  # font sizes of white space between two names
MOST = 5  # lines of an office


def signed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines of a page with each signature as a table of its own: the name above the office.

    A name alone in its row is one where others are set alike.
    """
    texts = [line.text for line in lines if len(line.text) <= LONGEST]
    if len(list(islice(filter(_is_name, texts), 2))) < 2 or not any(map(_office().search, texts)):
        return tuple(lines)
    rows = [sorted(row, key=lambda line: line.x0) for row in in_rows(lines)]
    cells: dict[Line, tuple[int, int]] = {}
    table = 1 + max(line.table for line in lines)
    types = {_type(name) for row in rows if _are_names(row) for name in row}
    lone = {row[0] for row in rows if len(row) == 1 and _type(row[0]) in types and _is_name(row[0].text)}
    for at, names in enumerate(rows):
        alone = names[0] in lone
        if not (alone or _are_names(names)):
            continue
        under = _below(names, rows[at + 1 :])
        if alone:  # up to the next names
            under = list(takewhile(lambda row: len(row) == 1 and row[0] not in lone, under))
        below = [part for row in under for part in row]
        if any(_office().search(part.text) for part in below):
            edges = _edges(names)
            cells |= {name: (table + person, 0) for person, name in enumerate(names)}
            cells |= {part: (table + bisect(edges, part.x0), 1) for part in below}
            table += len(names)
    marked = ((line, cells.get(line)) for line in lines)
    return tuple(replace(line, table=cell[0], row=cell[1]) if cell else line for line, cell in marked)


@cache
def _office() -> re.Pattern[str]:
    offices = role_cues().offices
    either = "|".join(f"[{word[0].upper()}{word[0]}]{word[1:]}" for word in offices)
    initials = "".join(sorted({word[0].upper() + word[0] for word in offices}))
    return re.compile(f"(?=[{initials}])(?:{either})")  # most letters are no initial, which is told fast


def _type(line: Line) -> tuple[str, float, bool]:
    return line.font, line.size, line.bold


def _are_names(row: Sequence[Line]) -> bool:
    return (
        len(row) > 1
        and all(_is_name(part.text) and not part.table for part in row)
        and all(b.x0 - a.x1 > APART * a.size for a, b in pairwise(row))
    )


def _is_name(text: str) -> bool:
    return len(text) <= LONGEST and NAME.fullmatch(text) is not None and not _office().search(text)


def _below(names: Sequence[Line], rows: Iterable[Sequence[Line]]) -> list[Sequence[Line]]:
    """Return the rows close below names in which each part is under a name; none if there is running text."""
    edges, found = _edges(names), [names]
    for row in rows:
        far = row[0].bottom - found[-1][0].bottom > NEAR * max(row[0].size, found[-1][0].size)
        if far or any(part.table or part.x0 < edge < part.x1 for part in row for edge in edges):
            break
        found.append(row)
    return found[1:] if len(found) <= 1 + MOST else []


def _edges(names: Sequence[Line]) -> list[float]:
    return [(a.x1 + b.x0) / 2 for a, b in pairwise(names)]
