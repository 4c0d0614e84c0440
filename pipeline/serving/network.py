"""Lay out the network of one period, who stands for what and with whom: nodes in three columns, and ties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from pipeline.records import Record
from pipeline.schema.declare import Row
from pipeline.schema.values import OPPOSING_TIES
from pipeline.serving.reader import Reader

MOST = 45  # edges drawn: more would be a tangle; the user can raise the least weight instead
COLUMNS = {"actor": 0.0, "instrument": 350.0, "challenge": 720.0}  # left edge of each column's names
MIDDLES = {"actor": (230.0, 230.0), "instrument": (342.0, 600.0), "challenge": (712.0, 712.0)}
GAP = 8.0  # between a name of the first column and its ties
ROUNDS = 4  # sweeps over the columns; more changed nothing in the sample
STEP, TOP, LETTERS = 24.0, 26.0, 34
LETTERS_TO_EDGE = 80  # of an instrument without a column of challenges to its right


class Node(Record):
    """A concept in its column, or an issuer that is not a concept."""

    node: str
    known: bool  # whether it is a concept
    label: str
    layer: str
    x: float
    y: float
    first: bool = False  # whether it is in the first column, whose names end at `x`, where the ties begin


class Edge(Record):
    """A tie between two nodes, and the path of its curve."""

    row: Row
    source: Node
    target: Node
    path: str
    dashed: bool


class NetworkChoice(Record):
    """The user's choice of a network."""

    basis: str  # whether the period is that of publication or one spoken about
    period: str
    network: str  # one of NETWORKS
    least: int = 1  # least number of documents for a tie
    about: str = ""  # node that every tie must have, in any network; "" for all


class NetworkView(Record):
    """The ties of one network in one period."""

    choice: NetworkChoice
    periods: tuple[str, ...]
    measures: Row | None  # of the whole network; None if the period has none
    n: int  # ties in the tables with at least that many documents
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left: float  # where the first column begins
    height: float


def network(reader: Reader, asked: NetworkChoice) -> NetworkView:
    """Return the strongest ties of a period; if it is unknown, of the main parliament's last period.

    If ties of one node are asked for, it is the last period in which it has any.
    """
    periods = reader.kept(_periods, asked.basis)
    period = asked.period if asked.period in periods else _latest(periods)
    if asked.about and asked.period not in periods:
        tied = {row["period_id"] for row in reader.rows(_TIED, asked.basis, asked.about, asked.about)}
        period = _latest({name: periods[name] for name in periods if name in tied}) or period
    choice = msgspec.structs.replace(asked, period=period)
    rows = reader.rows(EDGES, *values(choice))
    drawn = _strongest(rows)
    nodes = _placed(drawn)
    return NetworkView(
        choice=choice,
        periods=tuple(periods),
        measures=reader.row(_MEASURES, choice.basis, period, choice.network),
        n=len(rows),
        nodes=tuple(nodes.values()),
        edges=tuple(_edge(row, nodes) for row in drawn),
        left=min((COLUMNS[node.layer] for node in nodes.values()), default=0.0),
        height=max((node.y for node in nodes.values()), default=TOP) + STEP,
    )


def _strongest(rows: Sequence[Row]) -> list[Row]:
    """Return the strongest ties: as many of each network as there are, if a node's are asked for."""
    seen: Counter[str] = Counter()
    turns = []
    for at, row in enumerate(rows):
        turns.append((seen[row["network"]], at))
        seen[row["network"]] += 1
    return [rows[at] for at in sorted(at for _, at in sorted(turns)[:MOST])]


def values(choice: NetworkChoice) -> tuple[object, ...]:
    """Return the values for the `?` of `EDGES`."""
    about = choice.about
    return choice.basis, choice.period, about, choice.network, choice.least, about, about, about


def _periods(reader: Reader, basis: str) -> dict[str, str]:
    """Return the periods with ties, and their parliaments; the parliament with most documents comes first."""
    return {row["period_id"]: row["parliament"] for row in reader.rows(_PERIODS, basis)}


def _latest(periods: dict[str, str]) -> str:
    """Return the last period of the parliament that comes first, or ""."""
    front = next(iter(periods.values()), "")
    return next((name for name, parliament in reversed(periods.items()) if parliament == front), "")


_TIED = "select distinct period_id from edges where basis = ? and (source = ? or target = ?)"
_PERIODS = """
    select period_id, parliament from periods
    left join (select parliament, count(*) as n from documents group by all) using (parliament)
    where period_id in (select period_id from edges where basis = ?)
    order by n desc nulls last, parliament, number"""
_MEASURES = "select * from networks where basis = ? and period_id = ? and network = ?"
EDGES = """
    with own as (select * from edges where basis = ? and period_id = ?
        and (? <> '' or network = ?) and n_documents >= ? and (? = '' or source = ? or target = ?))
    select own.*, a.label as source_label, a.layer as source_layer, c.concept_id is not null as source_known,
        b.label as target_label, b.layer as target_layer, d.concept_id is not null as target_known
    from own join nodes a on a.node = own.source and (a.basis, a.period_id, a.network)
            = (own.basis, own.period_id, own.network)
    join nodes b on b.node = own.target and (b.basis, b.period_id, b.network)
            = (own.basis, own.period_id, own.network)
    left join concepts c on c.concept_id = own.source left join concepts d on d.concept_id = own.target
    order by own.network, own.weight desc, own.n_sentences desc, own.source, own.target, own.tie"""


def _placed(rows: Sequence[Row]) -> dict[str, Node]:
    """Return the nodes of some edges, each column ordered by the places of the nodes it is tied to."""
    found = {
        row[end]: (row[f"{end}_label"], row[f"{end}_layer"], row[f"{end}_known"])
        for row in rows
        for end in ("source", "target")
    }
    order = list(found)
    ties: dict[str, list[str]] = {name: [] for name in order}
    for row in rows:
        ties[row["source"]].append(row["target"])
        ties[row["target"]].append(row["source"])
    columns = {layer: [name for name in order if found[name][1] == layer] for layer in COLUMNS}
    for _ in range(ROUNDS):
        for layer in COLUMNS:
            columns[layer] = _sorted(columns[layer], ties, columns)
    tallest = max(map(len, columns.values()), default=0)
    first = next((layer for layer, column in columns.items() if column), "")
    at = COLUMNS | {first: MIDDLES[first][1] - GAP} if first else COLUMNS
    return {
        name: Node(name, found[name][2], found[name][0], layer, at[layer], y, layer == first)
        for layer, column in columns.items()
        for name, y in zip(column, _spread(len(column), tallest), strict=True)
    }


def _sorted(column: Sequence[str], ties: dict[str, list[str]], columns: dict[str, list[str]]) -> list[str]:
    """Sort a column so that names are near those they are tied to (barycentre; Sugiyama et al. 1981)."""
    at = {name: (i + 0.5) / len(names) for names in columns.values() for i, name in enumerate(names)}
    return sorted(column, key=lambda name: (_mean([at[one] for one in ties[name]]), name))


def _spread(n: int, tallest: int) -> list[float]:
    """Return places for n names, spread over the height of the tallest column."""
    return [round(TOP + STEP * tallest * (i + 0.5) / n, 1) for i in range(n)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _edge(row: Row, nodes: dict[str, Node]) -> Edge:
    source, target = nodes[row["source"]], nodes[row["target"]]
    left, right = sorted((source, target), key=lambda node: node.x)
    start, end = MIDDLES[left.layer][1], MIDDLES[right.layer][0]
    if left.layer == right.layer:
        start = end = MIDDLES[left.layer][1]
    bend = (start + end) / 2 if end > start else start + 40 + abs(left.y - right.y) / 2
    path = (
        f"M{start:.0f},{left.y:.0f} C{bend:.0f},{left.y:.0f} {bend:.0f},{right.y:.0f} {end:.0f},{right.y:.0f}"
    )
    return Edge(row=row, source=source, target=target, path=path, dashed=row["tie"] in OPPOSING_TIES)


def short(node: Node, nodes: Sequence[Node]) -> str:
    """Return the name of a node shortened to the width of its column."""
    is_last = (
        node.layer == "instrument" and not node.first and all(other.layer != "challenge" for other in nodes)
    )
    most = LETTERS_TO_EDGE if is_last else LETTERS
    return node.label if len(node.label) <= most else node.label[: most - 1].rstrip() + "…"
