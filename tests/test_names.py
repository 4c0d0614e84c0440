"""The network that turns names into vectors, on an encoder of a few weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pipeline.learning.likeness import Weights  # noqa: E402
from pipeline.learning.nets import names as nets  # noqa: E402
from pipeline.learning.nets.names import Name, NameNetwork, batch_of, learn, loss, nearest, vectors_of  # noqa: E402

PAD, WIDTH, ROOTS = 1, 16, 4
CONCEPTS = 30


class Output(NamedTuple):
    last_hidden_state: torch.Tensor


class Encoder(torch.nn.Module):
    """Stand in for a transformer: a vector a piece."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.table = torch.nn.Embedding(100, WIDTH)

    def forward(self, input_ids, attention_mask=None):
        return Output(self.table(input_ids))


def network() -> NameNetwork:
    matrix = np.eye(WIDTH + ROOTS, 8, dtype=np.float32)
    return NameNetwork(Encoder(), Weights(np.zeros(WIDTH + ROOTS, np.float32), matrix))


def some_names(seed: int = 0) -> list[Name]:
    """Four names a concept, each of a piece that tells the concept and three that tell nothing."""
    rng = np.random.default_rng(seed)
    return [
        Name(
            (0, 10 + concept, *rng.integers(50, 100, rng.integers(1, 5)).tolist(), 2),
            np.zeros(ROOTS, np.float32),
            concept,
            concept % 2,
        )
        for concept in range(CONCEPTS)
        for _ in range(4)
    ]


def share_of_right_neighbours(net: NameNetwork, names: list[Name]) -> float:
    vectors = vectors_of(net, names, PAD)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -2)
    concepts = np.array([one.concept for one in names])
    return float((concepts[likeness.argmax(axis=1)] == concepts).mean())


def test_what_is_learned_holds_for_names_never_seen(monkeypatch):
    monkeypatch.setattr(nets, "RATE", 3e-2)
    before, after = network(), learn(some_names(), network(), pad=PAD, epochs=60)
    new = some_names(seed=1)
    assert share_of_right_neighbours(after, new) > share_of_right_neighbours(before, new) + 0.2


def test_the_same_names_give_the_same_weights():
    one, other = (learn(some_names(), network(), pad=PAD, epochs=2).weights() for _ in range(2))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_vectors_are_of_unit_length_and_do_not_depend_on_their_company():
    names = some_names()
    vectors = vectors_of(network(), names, PAD)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors_of(network(), names[:3], PAD), vectors[:3], atol=1e-5)


def test_the_loss_is_that_of_its_definition_and_leaves_other_layers_alone():
    names = some_names()[:12]  # three concepts, the second in a layer of its own
    batch = batch_of(names, PAD, "cpu")
    vectors = torch.nn.functional.normalize(torch.randn(12, 8), dim=1)
    rows = vectors.double().numpy()
    expected = []
    for i, one in enumerate(names):
        others = [j for j in range(12) if j != i and names[j].layer == one.layer]
        chances = rows[others] @ rows[i] / nets.TEMPERATURE
        same = [names[j].concept == one.concept for j in others]
        expected.append(-(chances - np.log(np.exp(chances).sum()))[same].mean())
    assert float(loss(vectors, batch)) == pytest.approx(np.mean(expected), rel=1e-4)


def test_neighbours_are_of_the_same_layer_and_never_the_concept_itself():
    names = some_names()
    near = nearest(vectors_of(network(), names, PAD), names, 5)
    assert near.shape == (CONCEPTS, 5)
    for concept, others in enumerate(near):
        assert concept not in others
        assert all(other % 2 == concept % 2 for other in others)


def test_an_exported_encoder_gives_the_same_vectors(tmp_path):
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("onnx_ir")
    from pipeline.learning.encoder import _session, padded

    torch.manual_seed(0)
    shape = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    encoder = transformers.BertModel(transformers.BertConfig(vocab_size=200, **shape)).eval()
    ids, mask = padded([[0, 5, 6, 7, 2], [0, 9, 2]], PAD)
    with torch.no_grad():
        given = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        floats = encoder(**given).last_hidden_state.numpy()
    nets.export(encoder, tmp_path / "encoder.onnx")
    session = _session(tmp_path / "encoder.onnx", exact=True)
    found = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    there = mask.astype(bool)
    assert np.abs(found - floats)[there].max() < 0.1
    alone = session.run(None, {"input_ids": ids[1:, :3], "attention_mask": mask[1:, :3]})[0]
    assert np.allclose(alone[0], found[1, :3], atol=1e-4)
    assert not (tmp_path / "encoder.floats").exists()


def test_learning_begins_with_the_main_directions_of_the_names():
    names = some_names()
    weights = nets.unlearned(Encoder(), names, PAD, width=8)
    assert weights.matrix.shape == (WIDTH + ROOTS, 8)
    assert np.allclose(weights.matrix.T @ weights.matrix, np.eye(8), atol=1e-5)
    rows = nets.described(Encoder(), batch_of(names, PAD, "cpu")).detach().numpy()
    assert np.allclose(weights.mean, rows.mean(0), atol=1e-5)
    spread = ((rows - weights.mean) @ weights.matrix).var(0)
    assert (np.diff(spread) < 1e-6).all() and spread.sum() > 0.7 * rows.var(0).sum()
