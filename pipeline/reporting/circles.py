"""Draw networks as circles of names, one per period, with lines for agreement and dashes for disagreement."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin
from typing import Any, Literal

import altair as alt

from pipeline.records import Record
from pipeline.reporting.plots import INK, MAIN, WARM, Spec, Words, data, finished, note

SIZE, ROOM = 150, 175  # points: diameter of a circle, and room beside it for names
LETTERS = 26
SIDES: tuple[tuple[bool, Literal["left", "right"], int], ...] = ((True, "left", 8), (False, "right", -8))
WIDEST = 5.0  # points: line width of the strongest tie


class Line(Record):
    """Two names that are tied in one period."""

    period: str
    source: str
    target: str
    conflict: bool
    strength: float


def circles(
    lines: Sequence[Line],
    *,
    words: Words = Words(),  # noqa: B008
) -> Spec:
    """Draw one circle per period, in the order of the lines; the width of a line is its strength.

    Names are arranged in the order in which they first occur, so that strongly tied names are neighbours.
    """
    most = max(line.strength for line in lines)
    periods = dict.fromkeys(line.period for line in lines)
    drawn = [_circle([line for line in lines if line.period == period], period, most) for period in periods]
    kinds = {words.agree: False, words.disagree: True}
    signs = [word for word, conflict in kinds.items() if any(line.conflict == conflict for line in lines)]
    below = note([*signs, words.width], SIZE + 2 * ROOM)
    chart = alt.concat(*drawn, columns=2, spacing={"row": 24, "column": 8}, title=below)
    return finished(chart)


def _circle(lines: Sequence[Line], period: str, most: float) -> Any:  # noqa: ANN401 - Altair's types
    names = list(dict.fromkeys(name for line in lines for name in (line.source, line.target)))
    place = {
        name: (sin(2 * pi * (at + 0.5) / len(names)), cos(2 * pi * (at + 0.5) / len(names)))
        for at, name in enumerate(names)
    }
    rows = [
        {
            "x": place[line.source][0], "y": place[line.source][1], "x2": place[line.target][0],
            "y2": place[line.target][1], "conflict": line.conflict,
            "width": max(0.8, WIDEST * line.strength / most),
        }
        for line in lines
    ]  # fmt: skip
    wide = 1 + ROOM / (SIZE / 2)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-wide, wide]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-1.2, 1.2]))
    base = alt.Chart(data(rows)).encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q", strokeWidth=alt.StrokeWidth("width:Q", scale=None, legend=None)
    )
    layers = [
        base.transform_filter(~alt.datum.conflict).mark_rule(color=MAIN, opacity=0.75),
        base.transform_filter(alt.datum.conflict).mark_rule(color=WARM, strokeDash=[5, 3]),
    ]
    points = [
        {"x": at[0], "y": at[1], "name": _short(name), "right": at[0] >= 0} for name, at in place.items()
    ]
    dots = alt.Chart(data(points)).encode(x=x, y=y)
    layers.append(dots.mark_point(color=INK, filled=True, opacity=1, size=40))
    for right, align, dx in SIDES:
        side = dots.transform_filter(alt.datum.right == right)
        layers.append(side.mark_text(align=align, dx=dx, fontSize=11, color=INK).encode(text="name:N"))
    title = alt.TitleParams(text=period, anchor="middle", fontSize=12, color=INK)
    return alt.layer(*layers).properties(width=SIZE + 2 * ROOM, height=SIZE * 1.2, title=title)


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else name[: LETTERS - 1].rstrip() + "…"
