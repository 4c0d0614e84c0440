"""Draw figures as SVG and PNG; the only door to Altair and vl-convert.

All colours come from a small named set, so that the page around a figure can replace them in dark mode.
Shapes, lightness and direct labels repeat what colours say, for readers who cannot distinguish these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import altair as alt
import vl_convert

from pipeline.records import Record
from pipeline.reporting import scales

INK, SOFT, LINE, PAPER = "#1c2024", "#5b6470", "#d9dde2", "#fefefe"
MAIN, BAND, WARM = "#0b5c8f", "#a9cbe2", "#c04a00"
# Lightness 32, 49, 88 and 66 of 100: distinguishable as greys; white or dark letters are legible on each.
STATUS_COLOURS = {"existing": "#154a6e", "planned": "#3d7fb0", "demanded": "#cfe1ee", "rejected": "#e58a4e"}
STATUS_LETTERS = {"existing": PAPER, "planned": PAPER, "demanded": INK, "rejected": INK}
SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)
TONES = (MAIN, WARM, SOFT)
WIDEST = 720  # points; wider charts cannot be read when they are fitted into a page
SLOPE_NAMES = 200  # points at least that the names beside a slope chart need
SLOPE_HEIGHT, LABEL = 360, 13  # points: height of the chart, and of one line of its labels
LETTER = 6.2  # points wide, on average, in a note of 11 points
AIR = 1.05  # of the scale of a panel: what touches its edge would push its name up
PANEL = 262  # points wide, so that the longest name of a policy field fits
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
Spec = dict[str, Any]


class Point(Record):
    """A share of one item in one period, in percent; None if there is too little text."""

    item: str
    period: str
    share: float | None
    low: float | None
    high: float | None
    n: int
    denominator: int


class Bar(Record):
    """A difference between two periods in percentage points, with its interval."""

    label: str
    difference: float
    low: float | None
    high: float | None


class Slice(Record):
    """A part of a whole in one period, in percent."""

    period: str
    part: str
    name: str
    share: float
    n: int


class Words(Record):
    """Words in a figure, in the reader's language."""

    share: str = "Anteil (%)"
    difference: str = "Differenz (Prozentpunkte)"
    period: str = "Wahlperiode"
    interval: str = "95-%-Intervall"
    beyond: str = "am oberen Rand: reicht darüber hinaus"  # of an interval
    doubted: str = "mit Vorbehalt"
    agree: str = "durchgezogen: einig"
    disagree: str = "gestrichelt: uneinig"
    width: str = "Strichstärke: Zahl der Instrumente"
    of_sentences: str = "Anteil an den Sätzen in %"
    of_sampled: str = "Anteil an den gezogenen Sätzen in %"
    of_instruments: str = "Anteil an den Nennungen von Instrumenten in %"
    of_actors: str = "Anteil an den Nennungen von Akteuren in %"
    changed: str = "Anteil an den Sätzen: spätere minus frühere Wahlperiode"
    published: str = "nach Wahlperiode der Veröffentlichung"
    addressed: str = "nach Wahlperiode, über die sie sprechen"
    weighted: str = "gewichtet"
    said: tuple[str, ...] = ()  # what the shares of one figure are of, told below it


def svg(spec: Spec) -> str:
    """Return a specification as SVG text without declaration, ids or links of its own."""
    drawn = vl_convert.vegalite_to_svg(spec)
    drawn = re.sub(r"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>", "", drawn).strip()
    return drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def png(spec: Spec, *, scale: float = 2.0) -> bytes:
    """Return a specification as PNG, on white: dark letters would vanish on a viewer's dark background."""
    drawn: bytes = vl_convert.vegalite_to_png(spec | {"background": "white"}, scale=scale)
    return drawn


def localised(spec: Spec, *, decimal: str) -> Spec:
    """Return a specification whose axes write numbers with this decimal mark, »,« or ».«."""
    numbers = {"decimal": decimal, "thousands": "", "grouping": [3], "currency": ["", ""]}
    return spec | {"config": spec["config"] | {"locale": {"number": numbers}}}


def shares(points: Sequence[Point], *, words: Words = Words(), columns: int = 3) -> Spec:  # noqa: B008
    """Draw one small panel per item: share by period with its 95 % interval, all on one scale.

    Lines join consecutive periods and are interrupted at a period without texts.

    Args:
        points: points in the order of panels and periods.
        words: words below the panels.
        columns: panels per row.
    """
    items = list(dict.fromkeys(point.item for point in points))
    periods = list(dict.fromkeys(point.period for point in points))
    x = alt.X("period:O", sort=periods, title=None, axis=alt.Axis(labelAngle=0, tickSize=0, labelPadding=6))
    top = scales.scale(
        [point.share or 0.0 for point in points], [point.high or point.share or 0.0 for point in points]
    )
    axis = alt.Axis(values=[0, top / 2, top], format=".2~r")
    y = alt.Y("share:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, AIR * top]))
    base = alt.Chart(width=PANEL, height=84).encode(x=x)
    layers = (
        base.mark_rule(color=BAND, strokeWidth=5, strokeCap="round").encode(y="low:Q", y2="high:Q")
        + base.mark_line(color=MAIN, strokeWidth=1.5).encode(y=y, detail="run:O")
        + base.mark_point(color=MAIN, filled=True, opacity=1, size=34).encode(y=y)
    )
    cut = any((point.high or 0.0) > top for point in points)
    rows = [row | {"high": row["high"] and min(row["high"], top)} for row in _rows(points)]
    chart = layers.facet(
        facet=alt.Facet("item:N", sort=items, title=None, header=_header(PANEL)),
        columns=columns,
        spacing={"row": 18, "column": 22},
        data=data(rows),
    )
    signs = [*words.said, f"▌ {words.interval}", *([words.beyond] if cut else [])]
    return finished(chart.properties(title=note(signs, PANEL * min(columns, len(items)))))


def ranking(points: Sequence[Point], *, words: Words = Words()) -> Spec:  # noqa: B008
    """Draw one row per item: the last period as a point with interval, the one before as a ring."""
    items = list(dict.fromkeys(point.item for point in points))
    periods = list(dict.fromkeys(point.period for point in points))
    y = alt.Y("item:N", sort=items, title=None, axis=alt.Axis(labelLimit=230, tickSize=0, labelPadding=8))
    base = alt.Chart(data(_rows(points))).encode(y=y)
    last = alt.datum.period == periods[-1]
    chart = (
        base.transform_filter(last).mark_rule(color=BAND, strokeWidth=5, strokeCap="round")
        .encode(x=alt.X("low:Q", title=words.share, scale=alt.Scale(domainMin=0)), x2="high:Q")
        + base.transform_filter(~last).mark_point(
            color=WARM, filled=False, opacity=1, size=46, strokeWidth=1.5)
        .encode(x="share:Q")
        + base.transform_filter(last).mark_point(color=MAIN, filled=True, opacity=1, size=56)
        .encode(x="share:Q")
    )  # fmt: skip
    rings = [f"○ {period}" for period in periods[:-1]]
    signs = [*words.said, f"● ▬ {periods[-1]}, {words.interval}", *rings]
    return finished(chart.properties(width=420, height=24 * len(items), title=note(signs, 420)))


def differences(bars: Sequence[Bar], *, words: Words = Words()) -> Spec:  # noqa: B008
    """Draw differences with intervals around a line of no change, in the given order."""
    rows = [
        {"label": bar.label, "difference": bar.difference, "low": bar.low, "high": bar.high} for bar in bars
    ]
    labels = [bar.label for bar in bars]
    y = alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(labelLimit=330, tickSize=0, labelPadding=8))
    base = alt.Chart(data(rows)).encode(y=y)
    x = alt.X("low:Q", title=words.difference, axis=alt.Axis(labelFlush=False))
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(color=SOFT).encode(x="zero:Q")
    sign = alt.condition(alt.datum.difference > 0, alt.value("triangle-right"), alt.value("triangle-left"))
    tone = alt.condition(alt.datum.difference > 0, alt.value(MAIN), alt.value(WARM))
    chart = (
        zero
        + base.mark_rule(color=BAND, strokeWidth=5, strokeCap="round").encode(x=x, x2="high:Q")
        + base.mark_point(filled=True, opacity=1, size=70).encode(x="difference:Q", shape=sign, color=tone)
    )
    below = note([*words.said, f"▬ {words.interval}"], 360)
    return finished(chart.properties(width=360, height=24 * len(bars), title=below))


def parts(slices: Sequence[Slice], *, order: Sequence[str], words: Words = Words()) -> Spec:  # noqa: B008
    """Draw one bar per period, divided into parts that add up to 100 %, with the share written in each."""
    periods = list(dict.fromkeys(piece.period for piece in slices))
    rows = [
        {
            "period": piece.period, "part": piece.part, "name": piece.name, "share": piece.share,
            "rank": order.index(piece.part), "said": f"{piece.share:.0f}" if piece.share >= 5 else "",
        }
        for piece in slices
    ]  # fmt: skip
    names = {piece.part: piece.name for piece in slices}
    present = [part for part in order if part in names]
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("period:O", sort=periods, title=None, axis=alt.Axis(tickSize=0, labelPadding=8)),
        x=alt.X(
            "share:Q",
            stack="zero",
            title=words.share,
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(grid=False, values=[0, 25, 50, 75, 100]),
        ),
        order="rank:O",
    )
    bars = base.mark_bar(stroke=PAPER, strokeWidth=1, height=22).encode(
        color=status_colour("name", names, present)
    )
    letters = [_letters(base, part) for part in present]
    chart = alt.layer(bars, *letters).properties(width=520, height=32 * len(periods))
    return finished(chart.properties(title=note(words.said, 520)))


def _letters(base: Any, part: str) -> Any:  # noqa: ANN401 - Altair's chart types have no common base
    """Write the share into the middle of each bar of one part, in letters that contrast with its colour."""
    stacked = base.transform_stack(
        stack="share", as_=["from", "to"], groupby=["period"], sort=[alt.SortField("rank")]
    )
    return (
        stacked.transform_filter(alt.datum.part == part)
        .transform_calculate(middle="(datum.from + datum.to) / 2")
        .mark_text(fontSize=11, color=STATUS_LETTERS[part])
        .encode(x=alt.X("middle:Q"), text="said:N")
    )


def status_colour(field: str, names: dict[str, str], present: Sequence[str]) -> alt.Color:
    """Return the colours of the statuses that are present, with their legend."""
    shown = [names[part] for part in present]
    return alt.Color(
        f"{field}:N",
        sort=shown,
        scale=alt.Scale(domain=shown, range=[STATUS_COLOURS[part] for part in present]),
        legend=alt.Legend(title=None, orient="top", direction="horizontal", symbolType="square"),
    )


def slopes(points: Sequence[Point], *, words: Words = Words()) -> Spec:  # noqa: B008
    """Draw each item as a line over the periods with its name at the right end; for up to a dozen items.

    Shapes and tones of the points show which line is whose where lines cross.
    """
    periods = list(dict.fromkeys(point.period for point in points))
    items = list(dict.fromkeys(point.item for point in points))
    shapes, tones = ([kind[at % len(kind)] for at in range(len(items))] for kind in (SHAPES, TONES))
    shape = alt.Shape("item:N", scale=alt.Scale(domain=items, range=shapes), legend=None)
    tone = alt.Color("item:N", scale=alt.Scale(domain=items, range=tones), legend=None)
    x = alt.X("period:O", sort=periods, title=words.period, axis=alt.Axis(labelAngle=0, tickSize=0))
    y = alt.Y("share:Q", title=words.share, scale=alt.Scale(domainMin=0))
    lines = alt.Chart(data(_rows(points))).encode(x=x, y=y, detail=["item:N", "run:O"])
    labels = alt.Chart(data(_labels(points, periods[-1]))).encode(x=x, y=alt.Y("place:Q"))
    chart = (
        lines.mark_line(strokeWidth=1.5).encode(color=tone)
        + lines.mark_point(filled=True, opacity=1, size=60).encode(shape=shape, color=tone)
        + labels.mark_rule(color=SOFT, x2Offset=16).encode(x2="period:O", y="share:Q", y2="place:Q")
        + labels.mark_point(filled=True, opacity=1, size=60, xOffset=23).encode(shape=shape, color=tone)
        + labels.mark_text(align="left", dx=31, fontSize=11, color=INK).encode(text="item:N")
    )
    width = min(90 * len(periods), WIDEST)
    below = note(words.said, width + SLOPE_NAMES)
    return finished(chart.properties(width=width, height=SLOPE_HEIGHT, title=below))


def _labels(points: Sequence[Point], period: str) -> list[dict[str, Any]]:
    """Return the place of each item's name: at its last share, moved up so that none overlap."""
    last = {point.item: point.share for point in points if point.share is not None}
    most = max((point.share or 0.0 for point in points), default=1.0)
    lowest = 0.0
    labels = []
    for item, share in sorted(last.items(), key=lambda entry: (entry[1], entry[0])):
        place = max(share, lowest)
        labels.append({"item": item, "period": period, "share": share, "place": place})
        lowest = place + most * LABEL / SLOPE_HEIGHT
    return labels


def learning(curve: Sequence[Mapping[str, float]], *, broken: str) -> Spec:
    """Draw one small panel per loss: its value after each epoch.

    Args:
        curve: losses by name, one entry per epoch.
        broken: prefix of names that are drawn as a dashed line in the panel of the name without it.
    """
    rows = [
        {
            "epoch": epoch,
            "loss": name.removeprefix(broken),
            "value": value,
            "beside": name.startswith(broken),
        }
        for epoch, entry in enumerate(curve, 1)
        for name, value in entry.items()
    ]
    base = alt.Chart(width=PANEL, height=84).encode(
        x=alt.X("epoch:Q", title=None, axis=alt.Axis(tickMinStep=1, format="d", grid=False)),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=3), scale=alt.Scale(zero=False)),
    )
    layers = base.transform_filter(~alt.datum.beside).mark_line(color=MAIN) + base.transform_filter(
        alt.datum.beside
    ).mark_line(color=WARM, strokeDash=[5, 3])
    facet = alt.Facet("loss:N", title=None, header=_header(PANEL))
    return finished(layers.facet(facet=facet, columns=3, data=data(rows)).resolve_scale(y="independent"))


def reliability(bins: Mapping[str, Sequence[tuple[float, float, int]]]) -> Spec:
    """Draw one panel per layer: the share of right spans against their mean score, ideally on the diagonal.

    Args:
        bins: by layer: mean score, share of right spans, number of spans.
    """
    rows = [
        {"layer": layer, "score": score, "right": right, "n": n}
        for layer, found in bins.items()
        for score, right, n in found
    ]
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(width=PANEL, height=PANEL).encode(
        x=alt.X("score:Q", title="score", scale=scale), y=alt.Y("right:Q", title="share right", scale=scale)
    )
    layers = base.mark_line(color=LINE).encode(y=alt.Y("score:Q", scale=scale)) + base.mark_point(
        color=MAIN, filled=True, opacity=1
    ).encode(size=alt.Size("n:Q", legend=None))
    facet = alt.Facet("layer:N", title=None, header=_header(PANEL))
    return finished(layers.facet(facet=facet, columns=3, data=data(rows)))


def data(rows: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - Altair leaves its data untyped
    """Return rows as the data of a chart."""
    return alt.InlineData(values=rows)


def note(signs: Sequence[str], width: float) -> alt.TitleParams:
    """Return lines below a figure `width` points wide that explain its signs, so that it can stand alone."""
    whole = " · ".join(sign.replace(" ", "\N{NO-BREAK SPACE}") for sign in signs)
    lines = [line.removesuffix(" ·") for line in wrap(whole, int(width / LETTER))]
    return alt.TitleParams(
        text=lines, orient="bottom", anchor="start", frame="bounds", offset=14, fontSize=11,
        fontWeight="normal", color=SOFT,
    )  # fmt: skip


def _rows(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Return points as rows; `run` is equal for periods without a gap between them."""
    numbers = sorted({_number(point.period) for point in points})
    return [
        {
            "item": point.item, "period": point.period, "share": point.share, "low": point.low,
            "high": point.high, "run": _number(point.period) - numbers.index(_number(point.period)),
        }
        for point in points
    ]  # fmt: skip


def _number(period: str) -> int:
    return int(period.split()[-1])  # »20«, »BW 17«


def _header(width: int) -> alt.Header:
    return alt.Header(
        labelFontSize=12, labelFontWeight=600, labelColor=INK, labelAnchor="start", labelLimit=width + 12,
        labelPadding=4,
    )  # fmt: skip


def finished(chart: Any) -> Spec:  # noqa: ANN401 - Altair's chart types have no common base
    """Return a chart in the style of the report."""
    configured = (
        chart.configure(font=FONT, background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=SOFT, titleColor=SOFT, labelFontSize=11, titleFontSize=11, titleFontWeight="normal",
            gridColor=LINE, domainColor=LINE, tickColor=LINE, titlePadding=8,
        )
        .configure_axisY(domain=False, ticks=False)
        .configure_legend(labelColor=INK, labelFontSize=12, symbolSize=110)
    )  # fmt: skip
    spec: Spec = configured.to_dict(validate=False)
    return spec
