"""Concepts whose names teach, and the draws that choose the threshold."""

import types

import numpy as np
import pytest

pytest.importorskip("torch")

from pipeline.knowledge.registry import ConceptEntry, Registry
from pipeline.learning import fit_concepts
from pipeline.learning.fit_concepts import Named, f1, names_of

NAMES = [Named("challenge", f"c{at // 4}", f"Name {at}") for at in range(80)]


def random_vectors(teachers, names):
    """Stand in for learning."""
    rng = np.random.default_rng(len(teachers))
    return {one.name: rng.normal(size=8).astype(np.float32) for one in names}


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
    draws = list(fit_concepts.partly(NAMES, random_vectors))
    assert len(draws) == fit_concepts.DRAWS
    for drawn, vectors, known in draws:
        assert drawn and known and not set(drawn) & set(known)
        assert {one.name for one in (*drawn, *known)} <= vectors.keys()
        assert {one.concept for one in drawn} - {one.concept for one in known}


def test_halves_are_never_judged_by_what_they_taught():
    taught = []

    def teach(teachers, names):
        taught.append({one.concept for one in teachers})
        return random_vectors(teachers, names)

    for drawn, vectors in fit_concepts.crossed(NAMES, teach):
        assert {one.name for one in drawn} <= vectors.keys()
        assert not {one.concept for one in drawn} & taught[-1]
    assert len(taught) == 2


def test_each_learning_begins_with_nothing_but_its_own_names(monkeypatch):
    """A matrix that has seen all of the registry would make its cross-validation too kind."""
    begun = []
    start = fit_concepts.Start("checkpoint", None, types.SimpleNamespace(pad=1))
    monkeypatch.setattr(fit_concepts.Start, "read", lambda self, names: [one.name for one in names])
    monkeypatch.setattr(
        fit_concepts, "load_checkpoint", lambda *_, **__: types.SimpleNamespace(network="encoder")
    )
    monkeypatch.setattr(fit_concepts.nets, "unlearned", lambda encoder, names, pad: begun.append(names))
    monkeypatch.setattr(fit_concepts, "NameNetwork", lambda encoder, weights: encoder)
    monkeypatch.setattr(fit_concepts.nets, "learn", lambda names, network, **_: network)
    assert fit_concepts.taught(NAMES[:3], start) == "encoder"
    assert begun == [["Name 0", "Name 1", "Name 2"]]
