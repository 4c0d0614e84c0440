"""Cluster vectors of unit length by direction: spherical k-means (Dhillon & Modha 2001), in plain numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS = 50  # 2,000 sentences settle in about 20


def unit(vectors: Floats) -> Floats:
    """Return vectors scaled to length 1; those of length 0 stay unchanged."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return scaled


def cluster(
    vectors: Floats, *, n: int, start: Floats, fixed: int = 0, least: int = 1, rng: np.random.Generator
) -> tuple[Floats, Ints]:
    """Return centroids (clusters, dimensions) and the cluster of each vector.

    Args:
        vectors: (n, dimensions), of unit length.
        n: number of clusters wanted; there may be fewer.
        start: centroids to start with, e.g. those of an earlier run; more are drawn as in k-means++.
        fixed: so many centroids at the beginning of `start` do not move and are kept even if empty.
        least: smaller clusters are dissolved, and their members join the nearest other cluster.
        rng: draws further centroids.
    """
    centroids = _settled(vectors, _seeded(vectors, start, n, rng), fixed)
    sizes = np.bincount(nearest(vectors, centroids), minlength=len(centroids))
    kept = (sizes >= least) | (np.arange(len(centroids)) < fixed)
    centroids = _settled(vectors, centroids[kept], fixed)
    return centroids, nearest(vectors, centroids)


def nearest(vectors: Floats, centroids: Floats) -> Ints:
    """Return for each vector the position of the most similar centroid."""
    return np.asarray((vectors @ centroids.T).argmax(axis=1), dtype=np.int64)


def _seeded(vectors: Floats, start: Floats, n: int, rng: np.random.Generator) -> Floats:
    """Add vectors far from the centroids until there are n (k-means++, Arthur & Vassilvitskii 2007)."""
    centroids = [*start]
    while len(centroids) < n:
        if centroids:
            far = np.clip(1 - (vectors @ np.array(centroids).T).max(axis=1), 0, None)
        else:
            far = np.ones(len(vectors))
        if far.sum() <= 1e-9:
            break
        centroids.append(vectors[rng.choice(len(vectors), p=far / far.sum())])
    return np.array(centroids)


def _settled(vectors: Floats, centroids: Floats, fixed: int) -> Floats:
    """Move centroids to the mean direction of their members until no vector changes its cluster."""
    before = np.full(len(vectors), -1)
    for _ in range(ROUNDS):
        now = nearest(vectors, centroids)
        if np.array_equal(now, before):
            break
        sums = np.zeros_like(centroids)
        np.add.at(sums, now, vectors)
        moved = unit(sums)
        moved[:fixed] = centroids[:fixed]
        empty = np.bincount(now, minlength=len(centroids)) == 0
        moved[empty] = centroids[empty]
        centroids, before = moved, now
    return centroids
