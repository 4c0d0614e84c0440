"""Lay out trends as small panels with points and intervals, and find the sentences that a point counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, groupby

from pipeline.asking import recount
from pipeline.records import Record
from pipeline.reporting import scales
from pipeline.schema.declare import Row
from pipeline.schema.values import denominator
from pipeline.serving.passages import HOME, Condition
from pipeline.serving.reader import Reader
from pipeline.wording import period_number

MOST = 36  # panels
USUAL = 9  # items shown when none is chosen
LISTED = 60  # items offered, besides the chosen ones
NAMED = 15  # periods that can be named below a panel; of more, every second is
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 320.0, 170.0, 42.0, 24.0, 14.0, 26.0
REACH = 14.0  # around a point, where there is room

Values = tuple[str, str, str, str, list[str], list[str]]  # for the `?` of `ROWS`


class TrendPoint(Record):
    """One share in a panel; y and the ends of the interval are None if there is too little text."""

    x: float
    y: float | None
    low: float | None
    high: float | None
    named: bool  # whether its period is named below
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
    reach: float  # of a point, for mouse and finger


class TrendChoice(Record):
    """The user's choice of trends."""

    basis: str
    unit: str
    slice: str
    items: tuple[str, ...]


class Trends(Record):
    """All panels, on one scale."""

    panels: tuple[Panel, ...]
    more: int  # panels for which there is no room
    offered: list[Row]
    items: tuple[str, ...]
    denominator: str
    periods: tuple[str, ...]  # shown
    others: int  # number of periods that have shares but are not shown
    cut: bool  # whether an interval goes beyond the scale
    weights: str  # what has equal weight in the shares, "none" for sentences


def trends(reader: Reader, choice: TrendChoice) -> Trends:
    """Return the panels for a choice; if it names no items of its unit, those of the most frequent ones."""
    chosen = _chosen(reader, choice)
    _, _, _, _, items, periods = values = _asked(reader, choice, chosen)
    known = {(row["item"], row["slice_value"], row["period_id"]): row for row in reader.rows(ROWS, *values)}
    names, more = fitting(known, items, chosen=bool(chosen))
    top = scale([row for key, row in known.items() if key[:2] in names])
    return Trends(
        panels=tuple(
            panel([known[(*name, one)] for one in periods if (*name, one) in known], periods, top)
            for name in names
        ),
        more=more,
        offered=_listing(reader, choice, chosen),
        items=tuple(items if chosen or not names else dict.fromkeys(item for item, _ in names)),
        denominator=denominator(choice.unit),
        periods=tuple(periods),
        others=others(reader, choice.basis),
        weights=weights(reader),
        cut=any((row["high"] or 0.0) > top for key, row in known.items() if key[:2] in names),
    )


def asked(reader: Reader, choice: TrendChoice) -> Values:
    """Return the values for the `?` of `ROWS`: the most frequent items by default, and all periods."""
    return _asked(reader, choice, _chosen(reader, choice))


def _asked(reader: Reader, choice: TrendChoice, chosen: Sequence[Row]) -> Values:
    usual = reader.kept(_offered, choice.basis, choice.unit)[:USUAL]
    items = [row["item"] for row in chosen or usual]
    periods = main_periods(reader, choice.basis)
    return choice.basis, choice.unit, choice.slice, denominator(choice.unit), items, periods


def fitting(
    known: Collection[tuple[str, str, str]], items: Sequence[str], *, chosen: bool
) -> tuple[list[tuple[str, str]], int]:
    """Return item and slice of the panels, longest series first, and how many find no room.

    If the items were not chosen, only those are kept all of whose slices find room, at least one.
    """
    n = Counter(key[:2] for key in known)
    names = sorted(n, key=lambda key: (items.index(key[0]), -n[key], key[1]))
    if not chosen:
        sizes = Counter(item for item, _ in names)
        ends = accumulate(sizes[item] for item in items)
        room = [item for item, end in zip(items, ends, strict=True) if end <= MOST] or items[:1]
        names = [name for name in names if name[0] in room]
    return names[:MOST], max(0, len(names) - MOST)


def _offered(reader: Reader, basis: str, unit: str) -> list[Row]:
    return reader.rows(_OFFERED, basis, unit, denominator(unit))


def _chosen(reader: Reader, choice: TrendChoice) -> list[Row]:
    """Return the chosen items that have shares, in the order chosen; those of another unit have none."""
    rows = reader.rows(_CHOSEN, choice.basis, choice.unit, denominator(choice.unit), list(choice.items))
    return sorted(rows, key=lambda row: choice.items.index(row["item"]))


def _listing(reader: Reader, choice: TrendChoice, chosen: Sequence[Row]) -> list[Row]:
    """Return the items to choose from: the most frequent ones, behind those chosen that are rarer."""
    usual: list[Row] = reader.kept(_offered, choice.basis, choice.unit)
    names = {row["item"] for row in usual}
    return [*(row for row in chosen if row["item"] not in names), *usual]


def weights(reader: Reader) -> str:
    """Return what has equal weight in all shares of these tables, "none" for sentences."""
    found: str = reader.kept(_weights)
    return found


def _weights(reader: Reader) -> str:
    row = reader.row("select weights from trends limit 1")
    return str(row["weights"]) if row else "none"


def main_periods(reader: Reader, basis: str) -> list[str]:
    """Return the periods with shares, in order, of the parliament with the most documents."""
    found: list[str] = reader.kept(_periods, basis)
    return found


def others(reader: Reader, basis: str) -> int:
    """Return how many periods of other parliaments have shares."""
    found: int = reader.kept(_others, basis)
    return found


def _others(reader: Reader, basis: str) -> int:
    counted = reader.row("select count(distinct period_id) as n from trends where basis = ?", basis)
    return (counted["n"] if counted else 0) - len(main_periods(reader, basis))


def _periods(reader: Reader, basis: str) -> list[str]:
    return [row["period_id"] for row in reader.rows(_PERIODS, basis)]


_ITEMS = """
    select t.item, t.label, coalesce(c.layer, '') as layer,
        sum(if(weights = 'none', n, share * denominator)) as size from trends t
    left join concepts c on c.concept_id = t.item
    where basis = ? and unit = ? and denominator_unit = ? and slice = 'all'"""
_OFFERED = f"""{_ITEMS} and c.is_generic is not true group by all
    order by size desc nulls last, label, item limit {LISTED}"""
_CHOSEN = f"{_ITEMS} and list_contains(?, item) group by all"
_PERIODS = """
    with found as (from periods where period_id in (select period_id from trends where basis = ?))
    select period_id from found where parliament = (
        select f.parliament from found f left join documents d on d.period_published = f.period_id
        group by all order by count(d.document_id) desc, f.parliament limit 1)
    order by number"""
ROWS = """
    select t.*, coalesce(c.layer, '') as layer from trends t
    left join concepts c on c.concept_id = t.item
    where basis = ? and unit = ? and slice = ? and denominator_unit = ?
      and list_contains(?, item) and list_contains(?, period_id)
    order by item, slice_value, t.period_id"""


def scale(rows: Sequence[Row]) -> float:
    """Return the end of a scale that holds all shares and nine in ten of their intervals."""
    shares = [row["share"] or 0.0 for row in rows]
    return scales.scale(shares, [row["high"] or share for row, share in zip(rows, shares, strict=True)])


def panel(rows: Sequence[Row], periods: Sequence[str], top: float) -> Panel:
    """Return the panel for the rows of one item in the order of their periods, on a scale up to `top`."""
    top, at = scales.nice(top), {period: i for i, period in enumerate(periods)}
    points = tuple(_point(row, at[row["period_id"]], len(periods), top) for row in rows)
    room = (WIDTH - LEFT - RIGHT) / len(periods)
    return Panel(
        unit=rows[0]["unit"],
        item=rows[0]["item"],
        label=rows[0]["label"],
        layer=rows[0]["layer"],
        slice_value=rows[0]["slice_value"],
        points=points,
        lines=tuple(_lines(points)),
        ticks=tuple((_y(share, top), share) for share in (0.0, top / 2, top)),
        reach=round(min(REACH, room / 2), 1),
    )


def _lines(points: Sequence[TrendPoint]) -> Iterator[str]:
    """Yield the parts of a line over consecutive periods."""
    known = ((point, period_number(point.row["period_id"])) for point in points if point.y is not None)
    for _, run in groupby(enumerate(known), key=lambda item: item[1][1] - item[0]):
        yield " ".join(f"{point.x:.1f},{point.y:.1f}" for _, (point, _) in run)


def _point(row: Row, at: int, n: int, top: float) -> TrendPoint:
    ends = [None if row[name] is None else _y(row[name], top) for name in ("share", "low", "high")]
    x = LEFT + (WIDTH - LEFT - RIGHT) * ((at + 0.5) / n)
    named = n <= NAMED or (n - 1 - at) % 2 == 0
    return TrendPoint(x=round(x, 1), y=ends[0], low=ends[1], high=ends[2], named=named, row=row)


def _y(share: float, top: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(share / top, 1.0)), 1)


def counted(row: Row) -> Condition:
    """Return the condition for the sentences that a point counts, with the mentions that make them count."""
    condition, values = recount.counted(row)
    only = recount.OF_ITEM.get(row["unit"], "")
    return Condition(
        found=f"{HOME} where {condition}",
        values=tuple(values),
        only=only,
        given=(row["item"],) if only else (),
    )


def point(reader: Reader, choice: TrendChoice, *, period: str, value: str) -> Row | None:
    """Return the row of `trends` behind a point of the one item chosen, or None if there is none."""
    if len(choice.items) != 1:
        return None
    sql = f"""{recount.TRENDS} where basis = ? and unit = ? and item = ? and slice = ?
        and slice_value = ? and period_id = ? and denominator_unit = ?"""
    of, part = denominator(choice.unit), "all" if choice.slice == "all" else value
    return reader.row(sql, choice.basis, choice.unit, choice.items[0], choice.slice, part, period, of)
