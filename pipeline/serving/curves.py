"""Lay out trends as small panels with points and intervals, and find the sentences that a point counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.schema.values import denominator
from pipeline.serving.passages import HOME, Condition, SentenceList, listed
from pipeline.serving.reader import Reader
from pipeline.wording import period_number

MOST = 24  # panels
USUAL = 9  # items shown when none is chosen
PERIODS = 8  # the latest periods shown
LISTED = 60  # items offered
WITHIN = 0.9  # of the intervals that fit the scale; one very wide one would flatten every curve
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 320.0, 170.0, 42.0, 14.0, 26.0


class TrendPoint(Record):
    """One share in a panel; y and the ends of the interval are None if there is too little text."""

    x: float
    y: float | None
    low: float | None
    high: float | None
    row: Row


class Panel(Record):
    """One item, and one slice of it."""

    unit: str
    item: str
    label: str
    layer: str  # of a concept, else ""
    slice_value: str
    points: tuple[TrendPoint, ...]
    lines: tuple[str, ...]  # SVG `points` of the line, interrupted where periods are missing
    ticks: tuple[tuple[float, float], ...]  # y in the drawing, share


class TrendChoice(Record):
    """The user's choice of trends."""

    basis: str
    unit: str
    slice: str
    items: tuple[str, ...]


class Trends(Record):
    """All panels, on one scale."""

    panels: tuple[Panel, ...]
    offered: list[Row]
    items: tuple[str, ...]
    denominator: str
    periods: tuple[str, ...]  # shown
    others: int  # number of periods that have shares but are not shown
    cut: bool  # whether an interval goes beyond the scale


def trends(reader: Reader, choice: TrendChoice) -> Trends:
    """Return the panels for a choice; if it names no items, those of the most frequent ones."""
    offered = reader.kept(_offered, choice.basis, choice.unit)
    _, _, _, _, items, periods = values = asked(reader, choice)
    rows = reader.rows(ROWS, *values)
    top = scale(rows)
    return Trends(
        panels=tuple(_panels(rows, items, periods, top)),
        offered=offered,
        items=tuple(items),
        denominator=denominator(choice.unit),
        periods=tuple(periods),
        others=others(reader, choice.basis),
        cut=any((row["high"] or 0.0) > top for row in rows),
    )


def asked(reader: Reader, choice: TrendChoice) -> tuple[str, str, str, str, list[str], list[str]]:
    """Return the values for the `?` of `ROWS`: the most frequent items by default, and the latest periods."""
    usual = [row["item"] for row in reader.kept(_offered, choice.basis, choice.unit)[:USUAL]]
    periods = latest(reader, choice.basis)
    items = list(choice.items) or usual
    return choice.basis, choice.unit, choice.slice, denominator(choice.unit), items, periods


def _offered(reader: Reader, basis: str, unit: str) -> list[Row]:
    return reader.rows(_OFFERED, basis, unit, denominator(unit))


def latest(reader: Reader, basis: str) -> list[str]:
    """Return the latest periods with shares, of the parliament with the most documents."""
    found: list[str] = reader.kept(_periods, basis)
    return found


def others(reader: Reader, basis: str) -> int:
    """Return how many periods other than the latest have shares."""
    found: int = reader.kept(_others, basis)
    return found


def _others(reader: Reader, basis: str) -> int:
    counted = reader.row("select count(distinct period_id) as n from trends where basis = ?", basis)
    return (counted["n"] if counted else 0) - len(latest(reader, basis))


def _periods(reader: Reader, basis: str) -> list[str]:
    return [row["period_id"] for row in reader.rows(_PERIODS, basis)][::-1]


_OFFERED = f"""
    select t.item, t.label, coalesce(c.layer, '') as layer,
        sum(n)::int as n from trends t
    left join concepts c on c.concept_id = t.item
    where basis = ? and unit = ? and denominator_unit = ? and slice = 'all' and c.is_generic is not true
    group by all order by n desc, label, item limit {LISTED}"""
_PERIODS = f"""
    select period_id from periods
    join (select distinct period_id from trends where basis = ?) using (period_id)
    where parliament = (select mode(p.parliament) from documents d join periods p
        on p.period_id = d.period_published)
    order by number desc limit {PERIODS}"""
ROWS = """
    select t.*, coalesce(c.layer, '') as layer from trends t
    left join concepts c on c.concept_id = t.item
    where basis = ? and unit = ? and slice = ? and denominator_unit = ?
      and list_contains(?, item) and list_contains(?, period_id)"""


def scale(rows: Sequence[Row]) -> float:
    """Return the end of a scale that holds all shares and nine in ten of their intervals."""
    highs = sorted(row["high"] or row["share"] or 0.0 for row in rows)
    usual = highs[int(WITHIN * (len(highs) - 1))] if highs else 0.0
    return nice(max([usual, *(row["share"] or 0.0 for row in rows)]) or 0.01)


def _panels(rows: Sequence[Row], items: Sequence[str], periods: Sequence[str], top: float) -> list[Panel]:
    known = {(row["item"], row["slice_value"], row["period_id"]): row for row in rows}
    names = sorted({key[:2] for key in known}, key=lambda key: (items.index(key[0]), key[1]))[:MOST]
    return [
        panel([known[(*name, one)] for one in periods if (*name, one) in known], periods, top)
        for name in names
    ]


def panel(rows: Sequence[Row], periods: Sequence[str], top: float) -> Panel:
    """Return the panel for the rows of one item in the order of their periods, on a scale up to `top`."""
    top, at = nice(top), {period: i for i, period in enumerate(periods)}
    points = tuple(_point(row, at[row["period_id"]], len(periods), top) for row in rows)
    return Panel(
        unit=rows[0]["unit"],
        item=rows[0]["item"],
        label=rows[0]["label"],
        layer=rows[0]["layer"],
        slice_value=rows[0]["slice_value"],
        points=points,
        lines=tuple(_lines(points)),
        ticks=tuple((_y(share, top), share) for share in (0.0, top / 2, top)),
    )


def _lines(points: Sequence[TrendPoint]) -> Iterator[str]:
    """Yield the parts of a line over consecutive periods."""
    known = ((point, period_number(point.row["period_id"])) for point in points if point.y is not None)
    for _, run in groupby(enumerate(known), key=lambda item: item[1][1] - item[0]):
        yield " ".join(f"{point.x:.1f},{point.y:.1f}" for _, (point, _) in run)


def nice(value: float) -> float:
    """Return the next round share above a value: 1, 2, 4, 5 or 8 times a power of ten."""
    power = 0.001
    while True:
        for factor in (1, 2, 4, 5, 8):
            if factor * power >= value:
                return factor * power
        power *= 10


def _point(row: Row, at: int, n: int, top: float) -> TrendPoint:
    ends = [None if row[name] is None else _y(row[name], top) for name in ("share", "low", "high")]
    x = LEFT + (WIDTH - LEFT - 24) * ((at + 0.5) / n)
    return TrendPoint(x=round(x, 1), y=ends[0], low=ends[1], high=ends[2], row=row)


def _y(share: float, top: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(share / top, 1.0)), 1)


def behind(reader: Reader, choice: TrendChoice, *, period: str, value: str, page: int) -> SentenceList:
    """Return the sentences that a point counts, with the mentions that make them count."""
    return listed(reader, counted(choice, period, value), page=page)


def counted(choice: TrendChoice, period: str, value: str) -> Condition:
    """Return the condition for the sentences that a point counts: one item, one period, one slice."""
    only = _ONLY.get(choice.unit, "")
    (item,) = choice.items
    has = (
        f"exists (select 1 from mentions m where m.sentence_id = s.sentence_id and {only})"
        if only
        else _THEME
    )
    when = (
        "d.period_published = ?" if choice.basis == "published" else "list_contains(s.periods_addressed, ?)"
    )
    part = f"and coalesce(d.{choice.slice}, '') = ?" if choice.slice in ("document_type", "issuer") else ""
    return Condition(
        found=f"{HOME} where s.counted and {has} and {when} {part}",
        values=(item, period, value) if part else (item, period),
        only=only,
        given=(item,) if only else (),
    )


_THEME = "exists (select 1 from sentence_themes f where f.sentence_id = s.sentence_id and f.theme = ?)"
_ONLY = {
    "layer": "m.layer = ?",
    "concept": "m.concept_id = ?",
    "actor": "m.concept_id = ?",
    "kind": "m.layer = 'instrument' and m.kind = ?",
    "actor_kind": "m.layer = 'actor' and m.kind = ?",
    "status": "m.layer <> 'actor' and m.status = ?",
}  # must count as pipeline/tracking/counts.py does


def point(reader: Reader, choice: TrendChoice, *, period: str, value: str) -> Row | None:
    """Return the row of `trends` behind a point."""
    sql = """select * from trends where basis = ? and unit = ? and item = ? and slice = ?
        and slice_value = ? and period_id = ? and denominator_unit = ?"""
    of = denominator(choice.unit)
    return reader.row(sql, choice.basis, choice.unit, choice.items[0], choice.slice, value, period, of)
