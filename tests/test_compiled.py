"""Compiled loops do what the plain ones do, and call functions by their addresses."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from pipeline.reading import pdfium
from tests.builders_glyphs import glyphs, overprinted, segmented
from tests.pdf_writer import Text, paragraph, write

compiled = pytest.importorskip("pipeline.reading.compiled")

WORD = ctypes.c_int64
PATH, TEXT, PICTURE = 2, 1, 3


@pytest.mark.parametrize(
    "parts",
    [
        glyphs("Netze") + glyphs("Netze", x=70.3) + glyphs("Bahn", y=112, style=1),
        glyphs("CO") + glyphs("2", x=80, y=102, style=2) + glyphs("-Preis", x=83),
        [*glyphs("o"), *glyphs("ffi", x=75, step=0), *glyphs("z\x02", x=80)],
        [*glyphs("Netze"), *glyphs(" ", x=95, generated=True), *glyphs("werk", x=96.5, style=3)],
    ],
)
def test_loops_over_characters_find_the_same_compiled(parts):
    prints = overprinted(parts)
    assert overprinted(parts, compiled.overprints) == prints
    assert segmented(parts, prints=prints, segment=compiled.segment) == segmented(parts, prints=prints)


@pytest.mark.parametrize(
    "texts",
    [
        [*paragraph(70, 100, ["Länder und Kommunen"] * 3), Text(70, 200, "Wohnen", 14, "bold")],
        [Text(20, 400, "Seitenleiste", angle=90), Text(70, 100, "n", 8, "dingbats")],
        [],
    ],
)
@pytest.mark.parametrize("rotate", [0, 90])
def test_characters_of_a_page_are_collected_alike_over_addresses_and_ctypes(
    tmp_path, monkeypatch, texts, rotate
):
    with pdfium.Document(write(tmp_path / "a.pdf", [texts], rotate=rotate)) as document:
        fast = document.glyphs(1)
        monkeypatch.setattr(pdfium, "_collector", lambda: pdfium._collect)
        slow = document.glyphs(1)
    assert fast.style == slow.style
    for name in ("codes", "generated", "origins", "boxes", "styles", "paths", "pictures"):
        assert np.array_equal(getattr(fast, name), getattr(slow, name)), name


@pytest.mark.parametrize(
    ("kinds", "room", "found"),
    [
        ([PATH, TEXT, PICTURE, PATH], 4, (2, 1)),
        ([PATH] * 3, 2, (2, 0)),  # no more than there is room for
        ([TEXT, PICTURE, PICTURE], 3, (0, 2)),
        ([PICTURE, PICTURE], 1, (0, 1)),
        ([], 1, (0, 0)),
    ],
)
def test_paths_and_pictures_are_outlined(kinds, room, found):
    @ctypes.CFUNCTYPE(WORD, WORD, WORD)
    def piece(page, i):
        return page + i

    @ctypes.CFUNCTYPE(ctypes.c_int32, WORD)
    def kind(at):
        return kinds[at - 1000]

    @ctypes.CFUNCTYPE(ctypes.c_int32, WORD, *[ctypes.POINTER(ctypes.c_float)] * 4)
    def bounds(at, *sides):
        for k, side in enumerate(sides):
            side[0] = at - 1000 + k / 4
        return 1

    at = np.array([ctypes.cast(f, ctypes.c_void_p).value for f in (piece, kind, bounds)], np.int64)
    paths, pictures = np.zeros((2, room, 4))
    upright = np.array((1, 0, 0, 1, 0, 0), np.float64)
    assert compiled.outline(1000, len(kinds), at, upright, paths, pictures) == found
    for wanted, boxes in ((PATH, paths), (PICTURE, pictures)):
        places = [i for i, one in enumerate(kinds) if one == wanted][:room]
        assert boxes[: len(places)].tolist() == [[i + k / 4 for k in range(4)] for i in places]


@pytest.mark.parametrize(
    ("matrix", "place"),
    [
        ((1, 0, 0, -1, 0, 842), (70, 742)),
        ((0, 1, 1, 0, 0, 0), (100, 70)),
        ((-1, 0, 0, 1, 595, 0), (525, 100)),
    ],
)
def test_points_are_turned_upright(matrix, place):
    assert compiled.upright(np.array(matrix, np.float64), 70.0, 100.0) == place


def test_a_style_is_found_among_the_rows_before_it():
    table = np.array([[1, 100, 0, 0, 0], [2, 100, 0, 0, 0], [1, 100, 0, 0, 0], [1, 120, 0, 0, 0]], np.int64)
    assert [compiled.place(table, n) for n in range(4)] == [0, 1, 0, 3]
