"""Show patterns over periods: lasting trends, changes, spread, novelty, distinctive words, open themes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request

from pipeline.records import Record
from pipeline.reporting import scales
from pipeline.reporting.digest import CLEAREST
from pipeline.schema.declare import Row
from pipeline.schema.labels import LAYERS
from pipeline.schema.values import BASES, SLICES, SPREAD_OVER, UNITS, denominator
from pipeline.serving import curves
from pipeline.serving.frame import Missing, asked, text
from pipeline.serving.passages import Told, told
from pipeline.serving.reader import Reader

Select = tuple[str, Sequence[object]]  # SQL, and what its `?` stand for
MOST = 100  # rows of a table
SPOTS = 500  # documents in a plot
OVERS = (*LAYERS, "lemma")
PARTS = ("period", "document_type", "issuer")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480.0, 360.0, 44.0, 14.0, 14.0, 40.0  # of the plot of documents


class PatternChoice(Record):
    """The choices in an address; each view reads those that concern it."""

    basis: str
    unit: str
    slice: str  # of slopes
    over: str  # what novelty is measured on
    part: str  # what distinctive words belong to
    value: str  # the part itself, "" for the last
    theme: str  # open theme whose sentences are listed, "" for none
    period: str  # of open themes; of changes, the later one


class Spot(Record):
    """A document in the plot of novelty (x) and transience (y)."""

    x: float
    y: float
    row: Row


class Plot(Record):
    """Documents by novelty and transience on one scale; on the diagonal, new things fade as fast."""

    spots: tuple[Spot, ...]
    ticks: tuple[tuple[float, float, float], ...]  # x, y, bits


def choice(request: Request) -> PatternChoice:
    """Return the choices in an address."""
    return PatternChoice(
        basis=asked(request, "basis", BASES, "published"),
        unit=asked(request, "unit", UNITS, "theme"),
        slice=asked(request, "slice", SLICES, "all"),
        over=asked(request, "over", ("theme", "concept"), "theme"),
        part=asked(request, "part", PARTS, "period"),
        value=text(request, "value"),
        theme=text(request, "theme"),
        period=text(request, "period"),
    )


def shown(reader: Reader, name: str, chosen: PatternChoice) -> dict[str, Any]:
    """Return the values for the page of a view.

    Raises:
        Missing: there is no view of this name.
    """
    if name not in VIEWS:
        raise Missing
    question, arranged = VIEWS[name]
    sql, values = question(reader, chosen)
    return arranged(reader, chosen, reader.rows(sql, *values))


def _slopes(reader: Reader, chosen: PatternChoice) -> Select:
    return _SLOPES, (chosen.basis, chosen.unit, chosen.slice)


_SLOPES = f"""
    select * from slopes x where basis = ? and unit = ? and slice = ?
    order by {CLEAREST.format(size="slope")}, n desc, item, slice_value"""


def _lasting(reader: Reader, chosen: PatternChoice, rows: list[Row], size: str = "slope") -> dict[str, Any]:
    notes = list(dict.fromkeys(row["drift_warning"] for row in rows[:MOST] if row["drift_warning"]))
    ends = [max(abs(row["low"] or 0.0), abs(row["high"] or 0.0)) for row in rows[:MOST]]
    scale = scales.scale([abs(row[size] or 0.0) for row in rows[:MOST]], ends)
    found = {"rows": rows[:MOST], "n": len(rows), "notes": notes, "scale": scale}
    return found | {"cut": any(end > scale for end in ends), "weights": curves.weights(reader)}


def _changes(reader: Reader, chosen: PatternChoice) -> Select:
    ends = list(steps(reader, chosen.basis))
    usual = [end for end in ends if end in curves.main_periods(reader, chosen.basis)] or ends
    end = chosen.period if chosen.period in ends else "".join(usual[-1:])
    of = denominator(chosen.unit)
    return _CHANGES, (of, of, chosen.basis, chosen.unit, chosen.slice, end)


def steps(reader: Reader, basis: str) -> dict[str, str]:
    """Return the periods that are compared with the one before, and that one."""
    found: dict[str, str] = reader.kept(_steps, basis)
    return found


def _steps(reader: Reader, basis: str) -> dict[str, str]:
    sql = """select period_to, any_value(period_from) as period_from from changes x
        join periods p on p.period_id = period_to where basis = ? and slice = 'all'
        group by period_to, p.parliament, p.number order by p.parliament, p.number"""
    return {row["period_to"]: row["period_from"] for row in reader.rows(sql, basis)}


_SHARE = """left join trends {0} on ({0}.basis, {0}.unit, {0}.item, {0}.slice, {0}.slice_value) =
        (x.basis, x.unit, x.item, x.slice, x.slice_value)
        and {0}.period_id = x.{1} and {0}.denominator_unit = ?"""
_CHANGES = f"""
    select x.*, a.n as n_from, a.share as share_from, b.n as n_to, b.share as share_to
    from changes x {_SHARE.format("a", "period_from")} {_SHARE.format("b", "period_to")}
    where x.basis = ? and x.unit = ? and x.slice = ? and x.period_to = ?
    order by {CLEAREST.format(size="difference")}, x.item, x.slice_value"""


def _compared(reader: Reader, chosen: PatternChoice, rows: list[Row]) -> dict[str, Any]:
    end = rows[0]["period_to"] if rows else chosen.period
    return _lasting(reader, chosen, rows, "difference") | {"steps": steps(reader, chosen.basis), "end": end}


def _attention(reader: Reader, chosen: PatternChoice) -> Select:
    return _ATTENTION, (chosen.basis,)


_ATTENTION = """
    select t.*, over as unit, over as item, over as label, '' as layer, effective as share
    from attention t join periods p using (period_id)
    where basis = ? and slice = 'all' order by p.parliament, p.number, over"""


def _spread(reader: Reader, chosen: PatternChoice, rows: list[Row]) -> dict[str, Any]:
    """Return one panel for each set of items that attention is spread over, on a scale of its own."""
    periods = curves.main_periods(reader, chosen.basis)
    drawn = [row | {"low": row["effective_low"], "high": row["effective_high"]} for row in rows]
    found = [
        [row for row in drawn if (row["over"], row["period_id"] in periods) == (over, True)]
        for over in SPREAD_OVER
    ]
    return {
        "rows": [row for own in found for row in own],
        "panels": [curves.panel(own, periods, _top(own)) for own in found if own],
        "periods": periods,
        "others": curves.others(reader, chosen.basis),
    }


def _top(rows: Sequence[Row]) -> float:
    return max((row["high"] or row["share"] or 0.0 for row in rows), default=0.0) or 1.0


def _novelty(reader: Reader, chosen: PatternChoice) -> Select:
    return _NOVELTY, (chosen.over,)


_NOVELTY = """
    select n.*, coalesce(d.title, d.path) as title, d.issuer, d.document_type,
        d.published::varchar as published
    from novelty n left join documents d on d.document_id = n.item
    left join periods p on p.period_id = n.period_id
    where basis = 'published' and over = ?
    order by kind desc, if(kind = 'period', (p.parliament, p.number), null), resonance desc nulls last,
        novelty desc nulls last, item"""


def _new(reader: Reader, chosen: PatternChoice, rows: list[Row]) -> dict[str, Any]:
    documents = [row for row in rows if row["kind"] == "document"]
    periods = [row for row in rows if row["kind"] == "period"]
    placed = [row for row in documents if row["resonance"] is not None]
    return {
        "rows": periods,
        "documents": documents[:MOST],
        "n": len(documents),
        "plot": _plot(_evenly(placed)),
        "placed": len(placed),
        "widest": [_widest(found) for found in (periods, documents[:MOST])],
    }


def _widest(rows: Sequence[Row]) -> float:
    ends = (abs(row[end] or 0.0) for row in rows for end in ("resonance_low", "resonance_high"))
    return max(ends, default=0.0) or 1.0


def _evenly(rows: Sequence[Row]) -> Sequence[Row]:
    """Return at most `SPOTS` rows, from the first to the last at equal distances."""
    if len(rows) <= SPOTS:
        return rows
    return [rows[at * (len(rows) - 1) // (SPOTS - 1)] for at in range(SPOTS)]


def _plot(rows: Sequence[Row]) -> Plot:
    top = scales.nice(max((max(row["novelty"], row["transience"]) for row in rows), default=0.0) or 1.0)

    def x(bits: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * bits / top, 1)

    def y(bits: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * bits / top, 1)

    return Plot(
        spots=tuple(Spot(x(row["novelty"]), y(row["transience"]), row) for row in rows),
        ticks=tuple((x(bits), y(bits), bits) for bits in (0.0, top / 2, top)),
    )


def _distinctive(reader: Reader, chosen: PatternChoice) -> Select:
    values = parts(reader, chosen.part)
    usual = [value for value in curves.main_periods(reader, "published") if value in values] or values
    value = chosen.value if chosen.value in values else "".join(usual[-1:])
    return _DISTINCTIVE, (chosen.part, value)


_DISTINCTIVE = """
    select * from distinctive where slice = ? and slice_value = ? order by over, rank"""


def parts(reader: Reader, part: str) -> list[str]:
    """Return the periods, kinds of documents or issuers that have distinctive words."""
    found: list[str] = reader.kept(_parts, part)
    return found


def _parts(reader: Reader, part: str) -> list[str]:
    sql = """select slice_value from distinctive left join periods p on p.period_id = slice_value
        where slice = ? group by slice_value, p.parliament, p.number
        order by p.parliament, p.number, slice_value"""
    return [row["slice_value"] for row in reader.rows(sql, part)]


def _own_words(reader: Reader, chosen: PatternChoice, rows: list[Row]) -> dict[str, Any]:
    return {
        "rows": rows,
        "groups": [(over, own) for over in OVERS if (own := [row for row in rows if row["over"] == over])],
        "values": parts(reader, chosen.part),
        "value": rows[0]["slice_value"] if rows else "",
        "scale": max((abs(row["high"] or row["log_odds"]) for row in rows), default=1.0),
    }


def _open_themes(reader: Reader, chosen: PatternChoice) -> Select:
    return _OPEN, (chosen.theme,)


_OPEN = """
    select t.*, theme_id as unit, theme_id as item, '' as layer, 'all' as slice_value
    from open_themes t join periods p using (period_id) where ? in ('', theme_id)
    order by sum(t.n) over (partition by theme_id) desc, theme_id, p.parliament, p.number"""


def _suggested(reader: Reader, chosen: PatternChoice, rows: list[Row]) -> dict[str, Any]:
    """Return a panel for each open theme on a scale of its own, and the sentences of the chosen one."""
    periods = curves.main_periods(reader, "published")
    rows = [row for row in rows if row["period_id"] in periods]
    of_theme = {
        item: [row for row in rows if row["item"] == item]
        for item in dict.fromkeys(row["item"] for row in rows)
    }
    listed = [row for row in rows if chosen.theme and chosen.period in ("", row["period_id"])]
    sentences: list[tuple[Row, tuple[Told, ...]]] = [(row, told(reader, row["sentences"])) for row in listed]
    return {
        "rows": rows,
        "panels": [curves.panel(own, periods, curves.scale(own)) for own in of_theme.values()],
        "sentences": sentences,
    }


VIEWS: dict[str, tuple[Callable[..., Select], Callable[..., dict[str, Any]]]] = {
    "slopes": (_slopes, _lasting),
    "changes": (_changes, _compared),
    "attention": (_attention, _spread),
    "novelty": (_novelty, _new),
    "distinctive": (_distinctive, _own_words),
    "open_themes": (_open_themes, _suggested),
}
