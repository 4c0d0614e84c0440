from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise

import msgspec
import pytest
from PIL import Image

from pipeline.reporting import plots
from pipeline.reporting.plots import Bar, Point, Slice

POINTS = [
    Point(item=item, period=period, share=share, low=share - 1, high=share + 2, n=5, denominator=100)
    for item in ("Energie", "Wohnen & Bauen <script>")
    for period, share in (("20", 4.0), ("21", 9.0))
]
SPECS = {
    "shares": plots.shares(POINTS),
    "ranking": plots.ranking(POINTS),
    "differences": plots.differences([
        Bar(label="Energie", difference=3.0, low=1.0, high=5.0),
        Bar(label="Wohnen", difference=-2.0, low=None, high=None),
    ]),
    "slopes": plots.slopes(POINTS),
    "learning": plots.learning([{"spans": 3.0, "held-out spans": 4.0}] * 2, broken="held-out "),
    "reliability": plots.reliability({"actor": [(0.2, 0.25, 4), (0.9, 0.8, 20)]}),
    "parts": plots.parts(
        [
            Slice(period="21", part="planned", name="geplant", share=60, n=6),
            Slice(period="21", part="demanded", name="gefordert", share=40, n=4),
        ],
        order=("existing", "planned", "demanded", "rejected"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPECS)
def test_figures_are_drawn_the_same_twice_and_need_nothing_from_elsewhere(name):
    drawn = plots.svg(SPECS[name])
    assert drawn == plots.svg(SPECS[name])
    assert drawn.startswith("<svg ")
    assert "<script" not in drawn
    assert "url(" not in drawn.replace("url(#", "")


@pytest.mark.parametrize("name", SPECS)
def test_figures_are_drawn_as_png_on_white_too(name):
    drawn = plots.png(SPECS[name], scale=1)
    assert drawn.startswith(b"\x89PNG")
    assert Image.open(BytesIO(drawn)).convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_words_of_documents_are_escaped():
    assert "Wohnen &amp; Bauen &lt;script" in plots.svg(SPECS["shares"])


def test_point_and_ring_are_explained_in_the_figure():
    drawn = re.sub(r"\s", " ", plots.svg(SPECS["ranking"]))
    assert "● ▬ 21, 95-%-Intervall · ○ 20" in drawn


def test_lines_of_a_slope_chart_can_be_told_apart_by_their_points():
    points = [
        msgspec.structs.replace(POINTS[0], item=f"Thema {at}", period=p)
        for at in range(8)
        for p in ("20", "21")
    ]
    lines = re.findall(r'd="([^"]+)" fill="#', plots.svg(plots.slopes(points)))
    assert len(set(lines)) == 8 and len(lines) == 8 * 3


def test_one_very_wide_interval_does_not_flatten_the_panels():
    point = msgspec.structs.replace(POINTS[0], share=4.0, low=2.0, high=8.0)
    wide = [msgspec.structs.replace(point, period=str(n)) for n in range(12)]
    spec = plots.shares(wide)
    wide[5] = msgspec.structs.replace(wide[5], high=97.0)
    cut = plots.shares(wide)
    beyond = "am\xa0oberen\xa0Rand"
    assert ">8<" in plots.svg(spec) and beyond not in plots.svg(spec)
    assert ">8<" in plots.svg(cut) and ">100<" not in plots.svg(cut) and beyond in plots.svg(cut)
    [rows] = cut["datasets"].values()
    assert max(row["high"] for row in rows) == 8


def test_a_scale_names_its_middle_exactly():
    point = msgspec.structs.replace(POINTS[0], share=40.0, high=50.0)
    assert ">25<" in plots.svg(plots.shares([point]))


def test_an_item_without_share_keeps_its_place():
    empty = Point(item="Energie", period="20", share=None, low=None, high=None, n=1, denominator=9)
    full = Point(item="Energie", period="21", share=4, low=3, high=6, n=4, denominator=100)
    drawn = plots.svg(plots.shares([empty, full]))
    assert ">20<" in drawn
    assert ">21<" in drawn


def test_no_line_joins_periods_with_a_gap_between_them():
    points = [msgspec.structs.replace(POINTS[0], period=period) for period in ("8", "12", "13")]
    paths = [
        len(re.findall(r"[ML]", path))
        for path in re.findall(r'd="([^"]+)"[^>]*stroke="#0b5c8f"', plots.svg(plots.shares(points)))
    ]
    assert sorted(paths) == [1, 2]


def luminance(colour):
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_parts_can_be_told_apart_in_grey_and_their_letters_be_read():
    ordered = sorted(plots.STATUS_COLOURS.values(), key=luminance)
    assert all(contrast(a, b) >= 1.5 for a, b in pairwise(ordered))
    for status, colour in plots.STATUS_COLOURS.items():
        assert contrast(colour, plots.STATUS_LETTERS[status]) >= 4


@pytest.mark.parametrize("mark", [",", "."])
def test_axes_write_numbers_as_the_reader_does(mark):
    bars = [Bar(label="Energie", difference=0.3, low=0.1, high=0.5)]
    drawn = plots.svg(plots.localised(plots.differences(bars), decimal=mark))
    ticks = re.findall(r">(0\D\d+)<", drawn)
    assert ticks and all(tick[1] == mark for tick in ticks)
