# ruff: noqa: ANN401 (compiled code has types of its own)
"""Compile loops over the characters of a page on first use and cache them; the only door to numba.

PDFium's functions are called through their addresses, which are passed in as integers, so that a
cached loop stays valid in later runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.extending import intrinsic, register_jitable

from pipeline.reading import loops

OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy"}


register_jitable(loops.place)
register_jitable(loops.is_letter)
register_jitable(loops.spread)
overprints = njit(loops.overprints, **OPTIONS)
segment = njit(loops.segment, **OPTIONS)


def _emit(result: ir.Type) -> Callable[..., Any]:
    """Build the code of a call `f(word, word, word, word, word, word)` to an address.

    A function with fewer parameters ignores the rest under every C calling convention that numba
    supports (System V, Windows x64, AAPCS64), and an `int` is read from the lower half of a word.
    """
    word = ir.IntType(64)
    kind = ir.FunctionType(result, [word] * 6)

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.call(builder.inttoptr(args[0], kind.as_pointer()), list(args[1:]))

    return generate


@intrinsic  # type: ignore[untyped-decorator]
def call(_typing: Any, address: Any, p: Any, q: Any, r: Any, s: Any, t: Any, u: Any) -> Any:
    """Call a function that returns an `int`."""
    return types.int32(*[types.int64] * 7), _emit(ir.IntType(32))


@intrinsic  # type: ignore[untyped-decorator]
def call_pointer(_typing: Any, address: Any, p: Any, q: Any, r: Any, s: Any, t: Any, u: Any) -> Any:
    """Call a function that returns a pointer."""
    return types.int64(*[types.int64] * 7), _emit(ir.IntType(64))


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def describe(text: int, i: int, owner: int, at: Any, scratch: Any, spot: int, row: Any) -> None:
    """Write font, size, angle, colour and render mode of character `i` into `row`."""
    floats, numbers = scratch.view(np.float32), scratch.view(np.uint32)
    call(at[5], text, i, spot, 0, 0, 0)
    a, b, c, d = floats[0], floats[1], floats[2], floats[3]
    call(at[6], owner, spot, 0, 0, 0, 0)
    row[0] = call_pointer(at[7], owner, 0, 0, 0, 0, 0)
    row[1] = round(floats[0] * math.hypot(c, d) * 10)
    row[2] = round(math.degrees(math.atan2(b, a)))
    call(at[8], text, i, spot, spot + 4, spot + 8, spot + 12)
    row[3] = (numbers[0] & 255) * 65536 + (numbers[1] & 255) * 256 + (numbers[2] & 255)
    row[4] = call(at[9], owner, 0, 0, 0, 0, 0)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def upright(matrix: Any, x: float, y: float) -> tuple[float, float]:
    """Return a point in PDF's own space as a place on the upright page."""
    return x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def bounds(matrix: Any, corners: Any, box: Any) -> None:
    """Write x0, top, x1, bottom of two opposite corners on the upright page into `box`."""
    x0, y0 = upright(matrix, corners[0], corners[1])
    x1, y1 = upright(matrix, corners[2], corners[3])
    box[0], box[1], box[2], box[3] = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def place(table: Any, n: int) -> int:
    """Return the position of an earlier row equal to row `n`, or `n` if it is new."""
    for i in range(n):
        if (table[i] == table[n]).all():
            return i
    return n


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def outline(page: int, n: int, at: Any, matrix: Any, paths: Any, pictures: Any) -> tuple[int, int]:
    """Fill the arrays with the bounds of a page's paths and pictures; return how many there are of each."""
    scratch = np.zeros(2)
    spot = scratch.ctypes.data
    floats = scratch.view(np.float32)
    n_paths, n_pictures = 0, 0
    for i in range(n):
        piece = call_pointer(at[0], page, i, 0, 0, 0, 0)
        kind = call(at[1], piece, 0, 0, 0, 0, 0)
        if kind == 2 and n_paths < len(paths):
            call(at[2], piece, spot, spot + 4, spot + 8, spot + 12, 0)
            bounds(matrix, floats, paths[n_paths])
            n_paths += 1
        elif kind == 3 and n_pictures < len(pictures):
            call(at[2], piece, spot, spot + 4, spot + 8, spot + 12, 0)
            bounds(matrix, floats, pictures[n_pictures])
            n_pictures += 1
    return n_paths, n_pictures


@njit(**OPTIONS)  # type: ignore[untyped-decorator]
def collect(
    text: int,
    at: Any,
    matrix: Any,
    codes: Any,
    generated: Any,
    origins: Any,
    boxes: Any,
    styles: Any,
    table: Any,
) -> int:
    """Fill the arrays of a page's characters; return the number of styles in `table`.

    `at` holds the addresses of PDFium's functions in the order of `pdfium.FUNCTIONS`.
    """
    scratch = np.zeros(8)
    spot = scratch.ctypes.data
    floats = scratch.view(np.float32)
    last, style, n = 0, 0, 0
    for i in range(len(codes)):
        codes[i] = call(at[0], text, i, 0, 0, 0, 0)
        generated[i] = call(at[1], text, i, 0, 0, 0, 0) == 1
        call(at[2], text, i, spot, spot + 8, 0, 0)
        origins[i, 0], origins[i, 1] = upright(matrix, scratch[0], scratch[1])
        call(at[3], text, i, spot, 0, 0, 0)
        bounds(matrix, floats, boxes[i])
        owner = call_pointer(at[4], text, i, 0, 0, 0, 0)
        if owner != 0 and owner != last:
            last = owner
            describe(text, i, owner, at, scratch, spot, table[n])
            style = place(table, n)
            n = min(max(n, style + 1), len(table) - 1)
        styles[i] = style
    return n
