"""Find tables without rules on a page by columns of white: runs of rows with the same gaps."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipeline.reading.contents import PLACES, RISING, rises
from pipeline.reading.hyphens import HYPHENS
from pipeline.reading.paragraphs import OPEN
from pipeline.reading.rulings import Cell
from pipeline.reading.spans import Extent, spans
from pipeline.reading.tabular import is_number, is_tabular, showing
from pipeline.records import Line

GUTTER = 6.0  # points of white that separate two columns
SAME = 3.0  # points by which the baselines of one row may differ
NEAR = 2.5  # line heights from one row to the next
FEWEST = 3  # rows
MOST_HEADS = 2  # rows of header cells over several columns
MOST_STACKED = 4  # lines of a header cell
TIGHT = 0.85  # of the usual distance of rows: lines nearer to each other are one row
SOLID = 1.5  # line heights from one line of a header cell to the next
FILLED = 0.6  # least share of cells with text

ENTRIES = 6  # figures of a column from which a table of contents may be told
LEADER = re.compile(r"(?:[.…]\s?){4}")
PLACE = re.compile(r"\d+(?:\.\d+)*\.?(?: [A-D])?")
YEAR = re.compile(r"(?:19|20)\d\d")  # heads a column of figures


class Part(NamedTuple):
    """A stretch of text of a line between wide gaps."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


Row = Sequence[Part]  # from the left; its lines from the top if names or header cells have several


class Entry(NamedTuple):
    """A part with its place in a table."""

    row: int
    column: int
    part: Part
    span: int = 1  # columns


def cells(lines: Sequence[Line]) -> list[Cell]:
    """Return the filled cells of the tables on a page or in its columns of text, row by row."""
    tables = (table for part in showing(lines) for table in _tables(part))
    return [
        Cell(n, row, column, part.x0, part.top, part.x1, part.bottom, span)
        for n, table in enumerate(tables, 1)
        for row, column, part, span in table
    ]


def _tables(lines: Sequence[Line]) -> Iterator[list[Entry]]:
    """Yield the tables of the runs that belong together or, if these are none, of each run alone."""
    for group in _bridged(_runs(_rows(lines))):
        whole = _table(_trimmed([row for run in group for row in run]))
        yield from filter(None, [whole] if whole else map(_table, group if len(group) > 1 else ()))


def _runs(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the rows in runs, each of near rows of several parts after one that may have one part."""
    runs: list[list[Row]] = [[]]
    for parts in rows:
        last = runs[-1][-1] if runs[-1] else parts
        if len(parts) < 2 or not _is_near(last, parts):
            runs.append([])
        runs[-1].append(parts)
    return [run for run in runs if run]


def _is_near(above: Row, below: Row) -> bool:
    return below[0].top - above[0].top <= NEAR * (above[0].bottom - above[0].top)


def _bridged(runs: Iterable[list[Row]]) -> list[list[list[Row]]]:
    """Group the runs that only lines in the first column part, which belong to the names of rows."""
    found: list[list[list[Row]]] = []
    rows: list[Row] = []
    for run in runs:
        if rows and len(run[0]) == 1 and _is_near(rows[-1], run[0]) and _is_name(run, rows):
            found[-1].append(run)
            rows += run
        else:
            found.append([run])
            rows = [*run]
    return found


def _is_name(run: Sequence[Row], above: Sequence[Row]) -> bool:
    """Return whether a run begins with a line that ends before the second column of both runs."""
    several = [parts for parts in (*above, *run) if len(parts) > 1]
    sure = any(len(parts) > 1 for parts in above) or (len(above) == 1 and _goes_on(above[0], run[0]))
    ends = max(above[-1][0].x1 if len(above) == 1 else 0.0, run[0][0].x1) + GUTTER
    inside = all(ends <= parts[1].x0 and parts[0].x0 < ends for parts in several)
    return bool(several) and sure and inside


def _trimmed(run: list[Row]) -> list[Row]:
    """Return a run without the lines at its end that do not continue the name of the last row."""
    while len(run) > 1 and len(run[-1]) == 1 and not _goes_on(run[-2], run[-1]):
        run = run[:-1]
    return run


def _goes_on(above: Row, below: Row) -> bool:
    """Return whether the words show that the first part of a row continues that of another."""
    first, then = above[0].text, below[0].text
    return first[-1] in HYPHENS or then[0].islower() or OPEN.search(first) is not None


def _named(run: Sequence[Row]) -> list[list[Part]]:
    """Return the rows with the lines of a name in one row each, told by its words or by the distance."""
    steps = [below[0].bottom - above[0].bottom for above, below in pairwise(run)]
    plain = [step for step, rows in zip(steps, pairwise(run), strict=True) if min(map(len, rows)) > 1]
    usual = median(plain) if plain else max(steps, default=0.0)
    found = [[*run[0]]]
    n_several = len(run[0]) > 1
    for step, (above, below) in zip(steps, pairwise(run), strict=True):
        one = len(above) == 1 or len(below) == 1
        several = len(below) > 1
        if one and not (n_several and several) and (_goes_on(above, below) or step < TIGHT * usual):
            found[-1] += below
            n_several = n_several or several
        else:
            found.append([*below])
            n_several = several
    return found


def _table(run: Sequence[Row]) -> list[Entry]:
    """Return the entries of a run of rows if it is a table, with header cells over several columns.

    A first row of one part heads the other rows or is no part of the table.
    """
    run = _stacked(_named(run))
    single = len(run[:1]) == 1 and len(run[0]) == 1
    rows = _stacked(run[1:]) if single else run
    if len(rows) < FEWEST:
        return []
    plain = _entries(rows)
    if _is_table(plain):
        return (_headed(run, 1) if single or _is_named_twice(plain) else []) or plain
    tries = [(own, n) for own in ([run, rows] if single else [run]) for n in range(1, MOST_HEADS + 1)]
    return next((table for own, n in tries if (table := _headed(own, n))), [])


def _stacked(run: Sequence[Row]) -> list[Row]:
    """Return the rows with the lines of header cells in one row, if each is over one column of figures."""
    n = next((at for at, row in enumerate(run) if any(_is_figure(part) for part in row[1:])), 0)
    if not 2 <= n <= MOST_STACKED or not any(len(row) > 1 for row in run[:n]):
        return [*run]
    near = all(b[0].bottom - a[0].bottom <= SOLID * (a[0].bottom - a[0].top) for a, b in pairwise(run[:n]))
    columns = _extents(_entries(run[n:]))
    over = [[_over(part, columns) for part in row] for row in run[:n]]
    if not near or any(len(set(own)) < len(own) or -1 in own for own in over):
        return [*run]
    lines = [dict(zip(own, row, strict=True)) for own, row in zip(over, run, strict=False)]
    full = all(len(row) >= len(columns) - 1 for row in run[: n - 1])
    ongoing = all(
        any(at in below and _goes_on([part], [below[at]]) for at, part in above.items())
        for above, below in pairwise(lines)
    )
    return [[part for row in run[:n] for part in row], *run[n:]] if full or ongoing else [*run]


def _is_figure(part: Part) -> bool:
    return (is_number(part.text) or part.text[0].isdigit()) and not YEAR.fullmatch(part.text)


def _over(part: Part, columns: Sequence[Extent]) -> int:
    """Return the one column that a part stands over, or -1 if it is over several."""
    own = [at for at, (x0, x1) in enumerate(columns) if part.x0 < x1 and x0 < part.x1]
    near = own or range(len(columns))
    middle = part.x0 + part.x1
    return min(near, key=lambda at: abs(sum(columns[at]) - middle)) if len(own) < 2 else -1


def _extents(table: Sequence[Entry]) -> list[Extent]:
    """Return left and right edge of the columns."""
    columns = [[e.part for e in table if e.column == at] for at in range(1 + max(e.column for e in table))]
    return [(min(part.x0 for part in own), max(part.x1 for part in own)) for own in columns]


def _is_named_twice(table: Sequence[Entry]) -> bool:
    """Return whether the second row has names of columns above numbers, more than the first row."""
    rows = [{e.column: e.part for e in table if e.row == row and e.column} for row in range(3)]
    named = all(not _is_figure(part) for part in rows[1].values())
    below = [part for column, part in rows[2].items() if column in rows[1]]
    figures = all(map(_is_figure, below))
    return len(rows[0]) < len(rows[1]) and named and figures and len(below) > 1


def _headed(run: Sequence[Row], n: int) -> list[Entry]:
    """Return the entries of a table whose first `n` rows have cells over several columns, or none."""
    body = _entries(run[n:])
    if len(run) < n + FEWEST or not _is_table(body):
        return []
    columns = _extents(body)
    found: list[Entry] = []
    for row, parts in enumerate(run[:n]):
        places = spans([(part.x0, part.x1) for part in parts], columns)
        if not places or (len(parts) == 1 and not places[0][0]):
            return []
        found += [Entry(row, own[0], part, len(own)) for own, part in zip(places, parts, strict=True)]
    return found + [entry._replace(row=entry.row + n) for entry in body]


def _rows(lines: Sequence[Line]) -> list[list[Part]]:
    """Return the rows of a page from the top, each as its parts from the left."""
    rows: list[list[Part]] = []
    parts = [part for line in lines if not line.rotated for part in _parts(line)]
    for part in sorted(parts, key=lambda part: part.bottom):
        if rows and part.bottom - rows[-1][0].bottom <= SAME:
            rows[-1].append(part)
        else:
            rows.append([part])
    return [_joined(sorted(row, key=lambda part: part.x0)) for row in rows]


def _parts(line: Line) -> Iterator[Part]:
    """Yield a line cut at its wide spaces."""
    xs = array("f", line.xs)
    start = 0
    for at, character in enumerate(line.text):
        if character == " " and xs[2 * at + 1] - xs[2 * at] >= GUTTER:
            yield Part(line.text[start:at], xs[2 * start], line.top, xs[2 * at - 1], line.bottom)
            start = at + 1
    yield Part(line.text[start:], xs[2 * start], line.top, xs[-1], line.bottom)


def _joined(row: Row) -> list[Part]:
    """Return the parts of a row, joining those without a gutter between them."""
    found = [row[0]]
    for part in row[1:]:
        last = found[-1]
        if part.x0 - last.x1 < GUTTER:
            top, bottom = min(last.top, part.top), max(last.bottom, part.bottom)
            found[-1] = Part(f"{last.text} {part.text}", last.x0, top, part.x1, bottom)
        else:
            found.append(part)
    return found


def _entries(run: Sequence[Row]) -> list[Entry]:
    """Return the parts of a run of rows with their columns."""
    edges = _columns(part for parts in run for part in parts)
    return [
        Entry(row, sum(part.x0 >= edge for edge in edges) - 1, part)
        for row, parts in enumerate(run)
        for part in parts
    ]


def _columns(parts: Iterable[Part]) -> list[float]:
    """Return where the columns begin; each is a stretch of text without a gutter."""
    edges: list[float] = []
    end = float("-inf")
    for part in sorted(parts, key=lambda part: part.x0):
        if part.x0 - end >= GUTTER:
            edges.append(part.x0)
        end = max(end, part.x1)
    return edges


def _is_table(table: Sequence[Entry]) -> bool:
    """Return whether it is a table, not just text in columns: one text per cell, few empty cells."""
    places = {(row, column) for row, column, *_ in table}
    n_rows, n_columns = 1 + max(row for row, _ in places), 1 + max(column for _, column in places)
    if n_columns < 2 or _clashes(table) or len(places) < FILLED * n_rows * n_columns:
        return False
    values = [part.text for row, column, part, _ in table if row > 0 and column > 0]
    numbers, texts = sum(map(is_number, values)), [part.text for _, _, part, _ in table]
    return is_tabular(texts, numbers, len(values)) and not _is_contents(table, n_columns)


def _clashes(table: Sequence[Entry]) -> bool:
    """Return whether a cell has two texts beside each other."""
    lines = sorted((e.row, e.column, e.part.bottom) for e in table)
    return any(a[:2] == b[:2] and b[2] - a[2] <= SAME for a, b in pairwise(lines))


def _is_contents(table: Sequence[Entry], n_columns: int) -> bool:
    """Return whether it is an index, or a table of contents: it has leaders or pages that never decrease.

    In long tables, no column of figures decreases; in short ones, the last column has page numbers only.
    """
    if sum(LEADER.search(entry.part.text) is not None for entry in table) > 1:
        return True
    columns = [[e.part.text for e in table if e.column == at] for at in range(1, n_columns)]
    if all(map(PLACES.match, columns[-1])) and sum(", " in text for text in columns[-1]) >= FEWEST:
        return True
    figures = [[text for text in own if text[0].isdigit()] for own in columns]
    long = [own for own in figures if len(own) >= FEWEST]
    if max(map(len, long), default=0) >= ENTRIES and all(_rises(own, RISING) for own in long):
        return True
    return n_columns <= 3 and all(map(str.isdecimal, columns[-1])) and _rises(columns[-1], 1)


def _rises(texts: Sequence[str], share: float) -> bool:
    """Return whether numbers of pages and sections (»217 B«, »2.1«) hardly ever decrease."""
    return all(map(PLACE.fullmatch, texts)) and rises(list(map(_place, texts)), share)


def _place(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", text)]
