"""Who acts on what, in one period: concepts in three columns and the relations between them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import Record
from pipeline.serving.reader import Reader, Row

MOST = 45  # edges drawn: more are a tangle; the least weight can be raised instead
COLUMNS = {"actor": 0.0, "instrument": 350.0, "challenge": 720.0}  # left edge of each column's names
MIDDLES = {"actor": (230.0, 230.0), "instrument": (342.0, 600.0), "challenge": (712.0, 712.0)}
ROUNDS = 4  # sweeps over the columns; more change nothing on the sample
STEP, TOP, LETTERS = 24.0, 26.0, 34
SOFTENED = ("rejects", "worsens")  # drawn with dashes


class Node(Record):
    """A concept in its column."""

    concept_id: str
    label: str
    layer: str
    x: float
    y: float


class Edge(Record):
    """A relation between two concepts, and the way of its curve."""

    kind: str
    source: Node
    target: Node
    n: int  # sentences
    mentions: tuple[str, ...]  # evidence: up to three, the surest first
    path: str
    dashed: bool


class Network(Record):
    """The relations of one period."""

    period: str
    periods: tuple[str, ...]
    least: int
    n: int  # edges of the period with at least that many sentences
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    height: float


def network(reader: Reader, *, period: str, least: int, about: str) -> Network:
    """Return the strongest relations of a period.

    Args:
        reader: the tables.
        period: of publication; the last one where it is unknown.
        least: fewest sentences of a relation.
        about: concept that every relation must touch, "" for all.
    """
    periods = reader.kept(_periods)
    period = period if period in periods else (periods[-1] if periods else "")
    rows = reader.kept(_edges, period, least, about)
    shown = rows[:MOST]
    nodes = _placed(shown)
    height = max((node.y for node in nodes.values()), default=TOP) + STEP
    return Network(
        period=period,
        periods=periods,
        least=least,
        n=len(rows),
        nodes=tuple(nodes.values()),
        edges=tuple(_edge(row, nodes) for row in shown),
        height=height,
    )


def _periods(reader: Reader) -> tuple[str, ...]:
    return tuple(row["period_id"] for row in reader.rows(_PERIODS))


def _edges(reader: Reader, period: str, least: int, about: str) -> list[Row]:
    return reader.rows(EDGES, period, least, about, about, about)


_PERIODS = """
    select distinct m.period_published as period_id, p.parliament, p.number from relations r
    join mentions m on m.mention_id = r.from_mention join periods p on p.period_id = m.period_published
    order by p.parliament, p.number"""
EDGES = """
    select r.kind, a.concept_id as source, b.concept_id as target, c.label as source_label,
        d.label as target_label, c.layer as source_layer, d.layer as target_layer,
        count(distinct r.sentence_id) as n,
        list(r.from_mention order by r.score desc, r.relation_id)[1:3] as mentions
    from relations r join mentions a on a.mention_id = r.from_mention
    join mentions b on b.mention_id = r.to_mention join sentences s on s.sentence_id = r.sentence_id
    join concepts c on c.concept_id = a.concept_id join concepts d on d.concept_id = b.concept_id
    where s.counted and a.period_published = ?
    group by r.kind, a.concept_id, b.concept_id, c.label, d.label, c.layer, d.layer,
        c.n_mentions, d.n_mentions
    having n >= ? and (? = '' or a.concept_id = ? or b.concept_id = ?)
    order by n desc, c.n_mentions + d.n_mentions desc, source, target, r.kind"""


def _placed(rows: Sequence[Row]) -> dict[str, Node]:
    """Return the concepts of some edges, each column in the order of what it is tied to."""
    found = {
        row[end]: (row[f"{end}_label"], row[f"{end}_layer"]) for row in rows for end in ("source", "target")
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
    return {
        name: Node(concept_id=name, label=found[name][0], layer=layer, x=COLUMNS[layer], y=y)
        for layer, column in columns.items()
        for name, y in zip(column, _spread(len(column), tallest), strict=True)
    }


def _sorted(column: Sequence[str], ties: dict[str, list[str]], columns: dict[str, list[str]]) -> list[str]:
    """Return a column with each name beside what it is tied to (barycentre; Sugiyama et al. 1981)."""
    at = {name: (i + 0.5) / len(names) for names in columns.values() for i, name in enumerate(names)}
    return sorted(column, key=lambda name: (_mean([at[one] for one in ties[name]]), name))


def _spread(n: int, tallest: int) -> list[float]:
    """Return places for n names over the height of the tallest column."""
    return [round(TOP + STEP * tallest * (i + 0.5) / n, 1) for i in range(n)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _edge(row: Row, nodes: dict[str, Node]) -> Edge:
    source, target = nodes[row["source"]], nodes[row["target"]]
    left, right = sorted((source, target), key=lambda node: node.x)
    start, end = MIDDLES[left.layer][1], MIDDLES[right.layer][0]
    if left.layer == right.layer:
        start = end = MIDDLES[left.layer][1]
    bend = (start + end) / 2 if end > start else start + 40
    path = (
        f"M{start:.0f},{left.y:.0f} C{bend:.0f},{left.y:.0f} {bend:.0f},{right.y:.0f} {end:.0f},{right.y:.0f}"
    )
    return Edge(
        kind=row["kind"],
        source=source,
        target=target,
        n=row["n"],
        mentions=tuple(row["mentions"]),
        path=path,
        dashed=row["kind"] in SOFTENED,
    )


def short(label: str) -> str:
    """Return a name as long as its column."""
    return label if len(label) <= LETTERS else label[: LETTERS - 1].rstrip() + "…"
