"""Build networks from ties: the strongest edges of every period with intervals, their nodes, and measures.

Actor x instrument and instrument x challenge count documents; actor x actor counts the instruments on which
two actors agree or disagree, divided by their average activity (Leifeld 2017).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from pipeline.config import Track
from pipeline.knowledge import actors
from pipeline.phrases import SEPARATOR
from pipeline.schema.declare import Row
from pipeline.schema.values import BASES, NETWORKS
from pipeline.tracking import cells, resample, statements
from pipeline.tracking.cells import Cell, Floats
from pipeline.tracking.communities import communities
from pipeline.tracking.counts import Corpus, Ints
from pipeline.tracking.positions import Positions
from pipeline.tracking.ties import KEPT, PLACES, SHARED, Pairs, Window, of, tie
from pipeline.tracking.views import Rows

MOST_PAIRS = 5_000  # strongest pairs used to find communities, in less than a second
ENDS = {"actor_instrument": ("actor", "instrument"), "actor_actor": ("actor", "actor"),
        "instrument_challenge": ("instrument", "challenge")}  # fmt: skip


class Network(NamedTuple):
    """A network of one period, whose communities are still being computed."""

    window: Window
    nodes: list[Row]
    measures: Row
    communities: Future[tuple[dict[str, int], float | None]]


class Unfinished(NamedTuple):
    """The strongest edges of all periods as rows, and the networks they belong to."""

    edges: Rows
    networks: list[Network]


def begin(base: duckdb.DuckDBPyConnection, corpus: Corpus, settings: Track, beside: Executor) -> Unfinished:
    """Return the networks of every period; call `counts.prepare` first.

    Communities are half of the work; they are computed in the executor `beside`, so other parts can go on.
    """
    tie(base, settings)
    labels = dict(base.execute("select concept_id, label from concepts").fetchall())
    begun = Unfinished(defaultdict(list), [])
    for basis in BASES:
        for cell in cells.whole(base, corpus, basis, resamples=settings.resamples, seed=settings.seed):
            window = Window(base, corpus, basis, cell, settings.duplicates == "period")
            begun.networks.extend(_period(window, labels, begun.edges, beside))
    return begun


def finish(base: duckdb.DuckDBPyConnection, begun: Unfinished) -> dict[str, Rows | pa.Table]:
    """Return the rows of `statements`, `edges`, `nodes` and `networks` when all communities are known."""
    nodes: Rows = defaultdict(list)
    networks: Rows = defaultdict(list)
    for network in begun.networks:
        known, modularity = network.communities.result()
        for node in network.nodes:
            _add(nodes, network.window, node | {"community": known.get(node["node"])})
        grouped = {"communities": max(known.values(), default=0), "modularity": modularity}
        _add(networks, network.window, network.measures | grouped)
    return {"statements": statements.rows(base), "edges": begun.edges, "nodes": nodes, "networks": networks}


def _period(window: Window, labels: dict[str, str], rows: Rows, beside: Executor) -> Iterator[Network]:
    """Add the strongest ties of a period to the rows, and yield its networks."""
    positions = Positions(window)
    edges = _edges(window, positions)
    for edge in edges:
        _add(rows, window, edge)
    for network in NETWORKS:
        kept = [edge for edge in edges if edge["network"] == network]
        pairs = window.pairs(network)
        if not pairs.n:
            continue
        grouped = beside.submit(communities, window.strongest(MOST_PAIRS))
        opposed = _polarisation(window.cell, positions) if network == "actor_actor" else NO_POLARISATION
        measures = _measures(window, network, kept, pairs) | opposed
        yield Network(window, _nodes(window, network, kept, labels), measures, grouped)


def _add(rows: Rows, window: Window, row: Row) -> None:
    for name, value in {
        "basis": window.basis,
        "period_id": window.corpus.periods[window.cell.period],
        **row,
    }.items():
        rows[name].append(value)


def _edges(window: Window, positions: Positions) -> list[Row]:
    """Return the strongest ties of a period as rows."""
    where, shared = window.arrays(PLACES), window.arrays(SHARED)
    drawn: dict[bytes, Drawn] = {}
    edges = []
    for edge, network, kind, source, target, weight, n_sentences, evidence in window.rows(KEPT):
        likeness = network == "actor_actor"
        if likeness:
            rows = of(shared["owner"], edge)
            one, other = shared["one"][rows], shared["other"][rows]
            documents = positions.documents(np.union1d(one, other))
            low, high = _likely(window.cell, weight, positions.likeness(one, other, source, target))
        else:
            atoms = where["atom"][of(where["owner"], edge)]
            documents = np.unique(window.corpus.atom_document[atoms])
            low, high = _ends(window, atoms, weight, drawn)
        edges.append({
            "network": network, "tie": kind, "source": source, "target": target, "weight": weight,
            "low": low, "high": high, "level": window.cell.level, "n_sentences": n_sentences,
            "n_documents": len(documents), "evidence": evidence,
        })  # fmt: skip
    return edges


def _places(window: Window, atoms: Ints) -> Ints:
    """Return where two nodes are tied: pairs of a document (0 if a tie counts once) and a cluster."""
    unit = 0 if window.once else window.cell.document_of[atoms]
    return np.unique(unit * window.cell.clusters + window.cell.cluster_of[atoms])


def _counted(window: Window, places: Ints) -> Floats:
    """Return for each resample how many documents tie two nodes, or whether any does."""
    unit, cluster = np.divmod(places, window.cell.clusters)
    drawn = window.cell.weights[:, cluster]
    if window.once or window.cell.level != "documents":
        drawn = np.minimum(drawn, 1)
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    total: Floats = np.maximum.reduceat(drawn, starts, axis=1).sum(axis=1)
    return total


Drawn = tuple[Floats, Floats]
Ends = tuple[float | None, float | None]


def _ends(window: Window, atoms: Ints, value: float, drawn: dict[bytes, Drawn]) -> Ends:
    """Return the interval of a number of documents, None if nothing is resampled.

    If documents are resampled, it is at least as wide as Wilson's for a share of them; else a tie in all of
    them would seem certain. `drawn` caches resamples, since many ties are in the same places.
    """
    cell = window.cell
    if cell.level == "none":
        return None, None
    places = _places(window, atoms)
    if (key := places.tobytes()) not in drawn:
        drawn[key] = resample.expanded_interval(_counted(window, places)[:, None], cell.clusters)
    low, high = (float(end[0]) for end in drawn[key])
    if cell.level == "documents" and not window.once:
        documents = float(len(cell.documents))
        least, most = resample.wilson(np.array([value]), np.array([documents]))
        low, high = min(low, float(least[0]) * documents), max(high, float(most[0]) * documents)
    return min(low, value), max(high, value)


def _likely(cell: Cell, value: float, without: Floats) -> Ends:
    """Return the interval of a similarity or polarisation, 0 to 1, from its values without each cluster."""
    if cell.level == "none":
        return None, None
    low, high = resample.jackknife_interval(value, without)
    return max(0.0, low), min(1.0, high)


NO_POLARISATION: Row = {"polarisation": None, "polarisation_low": None, "polarisation_high": None}


def _polarisation(cell: Cell, positions: Positions) -> Row:
    value, without = positions.disagreement()
    if value is None:
        return NO_POLARISATION
    low, high = _likely(cell, value, without)
    return {"polarisation": value, "polarisation_low": low, "polarisation_high": high}


def _measures(window: Window, network: str, kept: list[Row], pairs: Pairs) -> Row:
    n = pairs.nodes
    possible = n * (n - 1) / 2 if network == "actor_actor" else pairs.sources * pairs.targets
    return {
        "network": network, "n_documents": len(window.cell.documents), "n_nodes": n, "n_ties": pairs.n,
        "density": pairs.n / possible, "n_edges": len(kept),
        "least_weight": min((edge["weight"] for edge in kept), default=None),
        "coverage_warning": SEPARATOR.join(window.cell.coverage) or None,
    }  # fmt: skip


def _nodes(window: Window, network: str, kept: list[Row], labels: dict[str, str]) -> list[Row]:
    """Return the nodes of the strongest ties, with degree and strength in the whole network."""
    layers = {
        edge[end]: layer
        for edge in kept
        for end, layer in zip(("source", "target"), ENDS[network], strict=True)
    }
    degrees = window.degrees(sorted(layers))
    return [
        {
            "network": network, "node": node, "label": labels.get(node) or _name(node), "layer": layer,
            "degree": degrees[node][0], "strength": degrees[node][1],
        }
        for node, layer in sorted(layers.items())
    ]  # fmt: skip


def _name(node: str) -> str:
    """Return the name of an issuer that is never mentioned in the corpus."""
    known = actors.get(node.removeprefix("actor-"))
    return known.label if known else node
