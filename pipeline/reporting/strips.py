"""Draw life stories as strips: a row per concept, a tile per period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from pipeline.records import Record
from pipeline.reporting.plots import (
    PAPER,
    SOFT,
    STATUS_COLOURS,
    STATUS_LETTERS,
    WIDEST,
    Spec,
    Words,
    data,
    finished,
    note,
    status_colour,
)

# Signs for the state of a concept compared with the previous period, which colour does not show; all are in
# common fonts, or a renderer would set the line that explains them in another.
SIGNS = {
    "at_start": "□",
    "new": "●",
    "continued": "=",
    "grown": "▲",
    "faded": "▼",
    "dropped": "○",
    "revived": "◊",
}
DOUBTED = "*"
TILE = (74, 26)  # points: width and height, if there is room
NAMES = 180  # points: room for names, on average


class Stop(Record):
    """The state of one concept in one period."""

    concept: str
    period: str
    state: str  # one of LINEAGE_STATES or AT_START
    status: str  # of instruments; empty if it is not mentioned
    n: int
    doubted: bool = False  # whether something else could explain the state


def lives(stops: Sequence[Stop], *, names: Mapping[str, str], words: Words = Words()) -> Spec:  # noqa: B008
    """Draw one row per concept: one tile per period in the colour of its status, with the sign of its state.

    A star marks the sign of a doubtful state. The signs that occur are explained below.

    Args:
        stops: stops in the order of concepts and periods.
        names: readable names of the statuses and states.
        words: titles of the axes, and what the star means.
    """
    concepts = list(dict.fromkeys(stop.concept for stop in stops))
    periods = sorted({stop.period for stop in stops}, key=lambda name: (len(name), name))
    rows = [
        {
            "concept": stop.concept, "period": stop.period, "status": names.get(stop.status, ""),
            "sign": SIGNS[stop.state] + DOUBTED * stop.doubted, "part": stop.status,
        }
        for stop in stops
    ]  # fmt: skip
    present = [part for part in STATUS_COLOURS if any(stop.status == part for stop in stops)]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("period:O", sort=periods, title=words.period, axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("concept:N", sort=concepts, title=None, axis=alt.Axis(labelLimit=260, tickSize=0)),
    )
    tiles = (
        base.transform_filter(alt.datum.part != "")
        .mark_rect(stroke=PAPER, strokeWidth=2)
        .encode(color=status_colour("status", dict(names), present))
    )
    letters = [
        base.transform_filter(alt.datum.part == part)
        .mark_text(fontSize=11, color=letter)
        .encode(text="sign:N")
        for part, letter in (*STATUS_LETTERS.items(), ("", SOFT))
    ]
    width, height = min(TILE[0] * len(periods), WIDEST), TILE[1] * len(concepts)
    signs = [
        f"{sign} {names[state]}" for state, sign in SIGNS.items() if any(s.state == state for s in stops)
    ]
    signs += [f"{DOUBTED} {words.doubted}"] * any(stop.doubted for stop in stops)
    chart = alt.layer(tiles, *letters)
    return finished(chart.properties(width=width, height=height, title=note(signs, width + NAMES)))
