# ruff: noqa: ANN401 (the arrays of loops that are compiled)
"""Loops over the characters of a page, written so that they run both compiled and in plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np

COLUMNS = 12  # numbers per line in the table that `segment` fills
SEMIBOLD, BOLD = 600, 700


def overprints(  # noqa: C901 (one loop, compiled)
    codes: Any, generated: Any, origins: Any, styles: Any, traits: Any, prints: Any
) -> None:
    """Set `prints` to 2 for a character that is printed again at its place, and to 0 for the repeats.

    Some programs make bold text in this way, with a shift of a fraction of a point. Places are stored in
    a hash table of cells twice the font size wide; neighbouring cells are searched if a character is near
    their edge.
    """
    room = 16
    while room < 4 * len(codes):
        room *= 2
    table = np.full(room, -1, np.int32)
    for i in range(len(codes)):
        code = int(codes[i])
        if generated[i] or code <= 32 or code == 160:
            continue
        size = traits[styles[i], 0] + 0.04
        x, y, reach = origins[i, 0], origins[i, 1], 0.2 * size
        cell = 2 * size
        column, row = int(x / cell), int(y / cell)
        found = free = -1
        for u in range(int((x - reach) / cell), int((x + reach) / cell) + 1):
            for v in range(int((y - reach) / cell), int((y + reach) / cell) + 1):
                at = place(code, u, v) & (room - 1)
                while table[at] >= 0 and found < 0:
                    j = table[at]
                    if codes[j] == code:
                        aside, down = abs(origins[j, 0] - x), abs(origins[j, 1] - y)
                        near = down < reach and aside < (0.125 * size if down < 0.0125 * size else reach)
                        apart = i - j > 3 or origins[j, 0] != x  # parts of a ligature share their origin
                        if near and apart:
                            found = j
                    at = (at + 1) & (room - 1)
                if u == column and v == row:
                    free = at
        if found >= 0:
            prints[found], prints[i] = 2, 0
        else:
            table[free] = i


def place(code: int, column: int, row: int) -> int:
    """Return the hash of a character at a place."""
    return (code * 73856093) ^ (column * 19349663) ^ (row * 83492791)


def spread(codes: Any, along: Any, across: Any, i: int, least: float) -> bool:
    """Return whether a letter is followed by two others of its line and both gaps are wide."""
    for _ in range(2):
        j = i + 1
        while j < len(codes) and codes[j] == 32:
            j += 1
        if j == len(codes) or across[j] != across[i] or along[j, 0] - along[i, 1] < least:
            return False
        if not (is_letter(codes[i]) and is_letter(codes[j])):
            return False
        i = j
    return True


def is_letter(code: int) -> bool:
    """Return whether a character is a Latin letter."""
    return 65 <= code <= 90 or 97 <= code <= 122 or 192 <= code < 592


def segment(  # noqa: C901 (one loop, compiled)
    codes: Any, generated: Any, origin: Any, along: Any, across: Any, xs: Any, ys: Any, styles: Any,
    traits: Any, prints: Any, out_codes: Any, out_xs: Any, out_raised: Any, table: Any,
) -> tuple[int, int]:  # fmt: skip
    """Cut the characters into lines; return the number of lines and of characters written.

    A line continues while the baseline stays the same (raised and lowered smaller characters are
    allowed) and the gap is at most 1.2 em: wider gaps separate columns, margin numbers and bullets, which
    are joined again only if the layout says so (`pipeline.clean`). A gap that PDFium took for a space, or
    that has a space without width, is one if it is wider than the gap between the letters before it and the
    two gaps after it, which excludes spaced letters.
    `out_raised` is set to 1 for characters that are smaller and higher than their line. `traits` holds
    size, turn, weight and kind (1: symbols) of each style. A row of `table`: first character, style, bold
    characters, characters of the first weight, baseline, size, x0, top, x1, bottom, first weight, weight
    after that.
    """
    counts = np.zeros(len(traits), np.int64)
    n_lines, n_out, pending = 0, 0, 0
    base, size, turn, end, kind, leading, parts = 0.0, 0.0, -1.0, 0.0, 0.0, False, 1
    spacing = 0.0  # between the last two letters of a word
    lettered, raised = False, False
    row = table[0]
    for i in range(len(codes)):
        code = codes[i]
        if code == 32 or code == 160 or code == 9 or code == 13 or code == 10 or code == 0x200B:
            pending = max(pending, 1 if generated[i] or code == 0x200B else 2)
            continue
        if code == 2 or code == 0xFFFE:
            code = 45
        elif code < 32 or code > 0x10FFFF or 0xD800 <= code < 0xE000:
            code = 0xFFFD
        if prints[i] == 0:
            pending = 0
            continue
        style = styles[i]
        own, weight = traits[style, 0], traits[style, 2]
        if prints[i] == 2:
            weight = max(weight, BOLD)
        still = n_out > 0 and across[i] == across[i - 1] and origin[i] == origin[i - 1]
        if still and pending == 0 and not generated[i - 1]:
            parts += 1  # several characters of one glyph (a ligature) share its width
            for k in range(parts):
                width = (xs[i, 1] - xs[i, 0]) / parts
                out_xs[n_out + 1 - parts + k, 0] = xs[i, 0] + width * k
                out_xs[n_out + 1 - parts + k, 1] = xs[i, 0] + width * (k + 1)
        else:
            parts = 1
            pending = 1 if still and pending else pending  # a space without width
            gap, shift, big = along[i, 0] - end, across[i] - base, max(own, size)
            same = traits[style, 1] == turn and traits[style, 3] == kind
            same = same and -0.5 * big < gap < 1.2 * min(own, size)
            if same and abs(shift) > 0.2 * big:
                few = n_out - row[0] < 5
                moved = own < 0.95 * size and -0.7 * size < shift < 0.4 * size
                first = out_codes[n_out - 1] if n_out - row[0] == 1 else 0
                if own < 0.45 * size and code > 96 and (65 <= first <= 90 or 192 <= first <= 222):
                    moved = False  # text beside an initial is a line of its own
                same = moved or (few and size < 0.9 * own and -0.4 * own < shift < 0.7 * own)
            if not same:
                if n_lines:
                    row[1] = np.argmax(counts)
                counts[:] = 0
                row = table[n_lines]
                n_lines += 1
                row[0], row[2], row[3], row[10], row[11] = n_out, 0, 0, weight, weight
                row[6], row[7], row[8], row[9] = xs[i, 0], ys[i, 0], xs[i, 1], ys[i, 1]
                base, size, turn, kind, leading = across[i], own, traits[style, 1], traits[style, 3], True
                lettered, raised, spacing = False, False, 0.0
            else:
                raised = own < 0.95 * size and shift < -0.15 * size
                noted = False
                if out_codes[n_out - 1] == 0xAD and gap > -0.1 * big and out_codes[max(n_out - 2, 0)] != 45:
                    out_codes[n_out - 1] = 45  # a soft hyphen that takes room is printed
                if own > 1.1 * size:
                    digit = 48 <= out_codes[n_out - 1] <= 57 and n_out - row[0] <= 3
                    noted = digit and code > 64 and shift > 0.15 * own
                    base, size = across[i], own
                if (
                    noted  # the words of a note right after its raised number
                    or gap > 0.3 * big
                    or (pending == 2 and gap > -0.2 * big)
                    or (
                        pending == 1
                        and gap > 0.1 * big
                        and gap > spacing + 0.05 * big
                        and not (gap < 0.2 * big and spread(codes, along, across, i, gap - 0.05 * big))
                    )
                ):
                    out_codes[n_out], out_raised[n_out] = 32, 0
                    out_xs[n_out, 0], out_xs[n_out, 1] = min(row[8], xs[i, 0]), xs[i, 0]
                    n_out += 1
                else:
                    spacing = gap
            out_xs[n_out] = xs[i]
        if not lettered and is_letter(code):
            row[10], row[11], leading, lettered = weight, weight, True, True  # bullets are ignored
        if leading and weight != row[10]:
            leading = False
            row[11] = weight
        out_codes[n_out], out_raised[n_out] = code, raised
        n_out += 1
        row[2] += weight >= SEMIBOLD
        if leading:
            row[3] = n_out - row[0]
        row[4], row[5] = base, size
        row[6], row[7] = min(row[6], xs[i, 0]), min(row[7], ys[i, 0])
        row[8], row[9] = max(row[8], xs[i, 1]), max(row[9], ys[i, 1])
        counts[style] += 1
        end, pending = along[i, 1], 0
    if n_lines:
        row[1] = np.argmax(counts)
    return n_lines, n_out
