"""Find communities in a weighted network, and how separate they are; the only door to networkx."""

from __future__ import annotations

from collections.abc import Sequence

import networkx

Pair = tuple[str, str, float]  # source, target, weight above 0
SEED = 1  # Louvain visits nodes in random order; a fixed seed gives the same communities each time


def communities(pairs: Sequence[Pair]) -> tuple[dict[str, int], float | None]:
    """Return the community of each node, 1 for the largest, and the modularity of them all.

    Louvain (Blondel et al. 2008) on the undirected weighted network; modularity after Newman (2004).
    Without pairs there are no communities, and the modularity is None.
    """
    if not pairs:
        return {}, None
    names = sorted({name for source, target, _ in pairs for name in (source, target)})
    place = {name: at for at, name in enumerate(names)}  # in sets, numbers have the same order in every run
    graph = networkx.Graph()
    graph.add_weighted_edges_from(sorted((place[a], place[b], weight) for a, b, weight in pairs))
    groups = networkx.community.louvain_communities(graph, seed=SEED)
    ordered = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))
    known = {names[node]: at for at, group in enumerate(ordered, 1) for node in group}
    return known, float(networkx.community.modularity(graph, groups))
