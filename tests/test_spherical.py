import numpy as np

from pipeline.tracking.spherical import _seeded, cluster, unit


def cones(rng, n=60):
    """Three bundles of directions, and which bundle each is of."""
    centres = np.eye(5)[:3]
    of = np.repeat(np.arange(3), n)
    return unit(centres[of] + rng.normal(0, 0.1, (3 * n, 5))), of


def none():
    return np.zeros((0, 5))


def test_bundles_of_directions_are_found():
    vectors, of = cones(np.random.default_rng(1))
    centroids, member = cluster(vectors, n=3, start=none(), rng=np.random.default_rng(2))
    assert centroids.shape == (3, 5)
    assert len({(a, b) for a, b in zip(of, member, strict=True)}) == 3
    means = [vectors[member == at].mean(axis=0) for at in range(3)]
    assert np.allclose(centroids, unit(np.array(means)))


def test_an_accident_is_dissolved():
    vectors, _ = cones(np.random.default_rng(1))
    odd = unit(np.array([[0, 0, 0, 0, -1.0]]))
    centroids, member = cluster(
        np.vstack([vectors, odd]), n=4, start=np.vstack([odd, np.eye(5)[:3]]), least=2,
        rng=np.random.default_rng(2),
    )  # fmt: skip
    assert len(centroids) == len(set(member)) == 3


def test_what_is_fixed_neither_moves_nor_goes():
    vectors, _ = cones(np.random.default_rng(1))
    odd = np.array([[0, 0, 0, 0, -1.0]])
    centroids, member = cluster(vectors, n=4, start=odd, fixed=1, least=5, rng=np.random.default_rng(2))
    assert np.array_equal(centroids[0], odd[0])
    assert 0 not in member


def test_no_more_clusters_than_different_vectors():
    vectors = np.repeat(np.eye(5)[:2], 10, axis=0)
    assert len(cluster(vectors, n=6, start=none(), rng=np.random.default_rng(1))[0]) == 2


def test_what_is_hardly_apart_is_still_apart():
    vectors = unit(np.array([[1.0, 0, 0, 0, 0]] * 9 + [[1.0, 0.1, 0, 0, 0]]))
    centroids, _ = cluster(vectors, n=3, start=none(), rng=np.random.default_rng(1))
    assert np.array_equal(np.unique(centroids, axis=0), np.unique(vectors, axis=0))


def test_more_centroids_are_drawn_only_where_none_is_near():
    vectors = np.repeat(np.eye(5)[:3], 10, axis=0)
    assert len(_seeded(vectors, np.eye(5)[:1], 6, np.random.default_rng(1))) == 3
