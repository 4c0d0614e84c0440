"""Find which cells of a table head its columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from pipeline.reading.paragraphs import CAPTION, Block

FIGURE = re.compile(r"(?!(?:19|20)\d\d\W*$)[\W_]*\d[\d\W_]*\w{0,3}\W*$")  # years may head columns
LONGEST = 80  # characters of a header cell
FEWEST = 3  # rows of a table whose first row is its head though it is not set in bold

Table = tuple[int, int]  # page, number of the table on it


class Head(NamedTuple):
    """The row that heads the columns of a table, and its texts by column."""

    row: int
    columns: dict[int, str]


def headers(blocks: Sequence[Block]) -> dict[Table, Head]:
    """Return the heads of the tables that have one: their first rows, captions left out."""
    found = {}
    cells = (b for b in blocks if b.lines[0].table and not CAPTION.match(b.lines[0].text))
    for page, placed in groupby(cells, key=lambda block: block.pages[0]):
        tables: dict[int, list[Block]] = defaultdict(list)
        for block in placed:
            tables[block.lines[0].table].append(block)
        for table, parts in tables.items():
            row = min(part.lines[0].row for part in parts)
            head = [part for part in parts if part.lines[0].row == row]
            if _is_head(head, parts):
                found[page, table] = Head(row, {part.lines[0].column: part.text for part in head})
    return found


def _is_head(head: Sequence[Block], parts: Sequence[Block]) -> bool:
    columns = {part.lines[0].column for part in parts}
    if not head or any(len(part.text) > LONGEST or part.text[-1] in ":;" for part in head):
        return False
    bold = [all(line.bold for line in part.lines) for part in parts]
    if all(line.bold for part in head for line in part.lines) and not all(bold):
        return True
    if any(FIGURE.match(part.text) for part in head):
        return False
    full = {part.lines[0].column for part in head} == columns and len(head) == len(columns)
    return full and len({part.lines[0].row for part in parts}) >= FEWEST
