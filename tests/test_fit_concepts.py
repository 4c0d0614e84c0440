import numpy as np

from pipeline.knowledge.registry import ConceptEntry, Registry
from pipeline.learning import fit_concepts
from pipeline.learning.fit_concepts import Named, f1, learn, names_of
from pipeline.learning.likeness import project

SIZE = 40  # concepts


def noisy(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Four names a concept: eight parts tell the concept, as many larger ones are noise."""
    rng = np.random.default_rng(seed)
    concepts = np.repeat(np.arange(SIZE), 4)
    told = rng.normal(size=(SIZE, 8))[concepts]
    rows = np.hstack([told, 2 * rng.normal(size=(len(concepts), 8))]).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), concepts


def nearest_is_right(rows: np.ndarray, concepts: np.ndarray) -> float:
    likeness = rows.astype(float) @ rows.T
    np.fill_diagonal(likeness, -np.inf)
    return float((concepts[likeness.argmax(axis=1)] == concepts).mean())


def test_what_is_learned_holds_for_concepts_never_seen():
    weights = learn(*noisy(1))
    rows, concepts = noisy(2)
    assert nearest_is_right(project(rows, weights), concepts) > nearest_is_right(rows, concepts) + 0.2


def test_the_same_names_give_the_same_weights():
    one, other = learn(*noisy(1)), learn(*noisy(1))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_the_gradient_is_that_of_the_loss():
    rows, concepts = noisy(3)
    rows, concepts = rows[:24].astype(np.float64), concepts[:24]
    rng = np.random.default_rng(0)
    matrix, way = np.eye(16), rng.normal(size=(16, 16))

    def loss(at: np.ndarray) -> float:
        unit = rows @ at / np.linalg.norm(rows @ at, axis=1, keepdims=True)
        likeness = unit @ unit.T / fit_concepts.TEMPERATURE
        np.fill_diagonal(likeness, -np.inf)
        chance = likeness - np.log(np.exp(likeness).sum(axis=1, keepdims=True))
        same = concepts[:, None] == concepts
        np.fill_diagonal(same, val=False)
        return float(-np.mean([chance[i, same[i]].mean() for i in range(len(rows))]))

    step = 1e-5
    measured = (loss(matrix + step * way) - loss(matrix - step * way)) / (2 * step)
    assert np.isclose((fit_concepts._gradient(rows, concepts, matrix) * way).sum(), measured, rtol=1e-3)


def test_false_friends_are_names_of_their_own_and_actors_are_left_out():
    entries = (
        ConceptEntry(id="challenge-a", layer="challenge", label="A", aliases=("Aa",), confused=("B", "C")),
        ConceptEntry(id="challenge-b", layer="challenge", label="B"),
        ConceptEntry(id="actor-d", layer="actor", label="D"),
    )
    assert [(one.concept, one.name) for one in names_of(Registry(concept=entries))] == [
        ("challenge-a", "A"), ("challenge-a", "Aa"), ("challenge-b", "B"), ("not C", "C"),
    ]  # fmt: skip


def test_f1_counts_pairs_put_together():
    names = [
        Named("challenge", "a", "Rudern"),
        Named("challenge", "a", "Segeln"),
        Named("challenge", "b", "Tauchen"),
    ]
    near = {"Rudern": np.array([1.0, 0]), "Segeln": np.array([1.0, 0]), "Tauchen": np.array([0, 1.0])}
    assert f1(names, near, 0.5) == 1
    assert f1(names, near, 0.0) == 2 / 4
    assert f1(names, near, 1.5) == 0


def test_f1_counts_what_joins_a_known_name():
    known = [Named("challenge", "a", "Paddeln"), Named("challenge", "b", "Tauchen")]
    names = [Named("challenge", "a", "Rudern"), Named("challenge", "a", "Segeln")]
    near = {"Rudern": [1.0, 0], "Paddeln": [0.7, 0.7], "Segeln": [0, 1.0], "Tauchen": [-0.7, -0.7]}
    vectors = {name: np.array(vector) for name, vector in near.items()}
    assert f1(names, vectors, 0.3) == 0
    assert f1(names, vectors, 0.3, known) == 1


def test_drawn_names_are_none_that_the_registry_knows():
    names = [Named("challenge", f"c{at // 4}", f"Name {at}") for at in range(80)]
    rng = np.random.default_rng(0)
    encoded = {one.name: rng.normal(size=8).astype(np.float32) for one in names}
    draws = list(fit_concepts.partly(names, encoded))
    assert len(draws) == fit_concepts.DRAWS
    for drawn, vectors, known in draws:
        assert drawn and known and not set(drawn) & set(known)
        assert {one.name for one in (*drawn, *known)} <= vectors.keys()
        assert {one.concept for one in drawn} - {one.concept for one in known}
