"""What is trained, how fast, what is hidden, and the average of the weights."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch")

from pipeline.learning.nets import descent  # noqa: E402
from pipeline.learning.recipe import Config, Leg  # noqa: E402

CONFIG = Config(train="none", layer_decay=0.5, weight_decay=0.01)


class Toy(torch.nn.Module):
    """An encoder of three layers with a head, named as the parts of a real one."""

    def __init__(self) -> None:
        super().__init__()
        self.enc = torch.nn.Module()
        self.enc.embeddings = torch.nn.Embedding(8, 2)
        self.enc.layer = torch.nn.ModuleList(torch.nn.Linear(2, 2) for _ in range(3))
        self.enc.get_input_embeddings = lambda: self.enc.embeddings
        self.head = torch.nn.Linear(2, 2)


def names(network):
    return [name for name, _ in descent.trained(network)]


def test_the_lowest_layers_are_frozen_and_the_embeddings_always():
    network = Toy()
    descent.freeze(network, 0)
    assert "enc.embeddings.weight" not in names(network)
    assert "enc.layer.0.weight" in names(network)
    descent.freeze(network, 2)
    assert [name for name in names(network) if name.startswith("enc.")] == [
        "enc.layer.2.weight", "enc.layer.2.bias",
    ]  # fmt: skip


def test_lower_layers_learn_more_slowly_and_biases_do_not_decay(monkeypatch):
    network = Toy()
    monkeypatch.setattr(descent, "layers_of", lambda enc: ("layer", enc.layer))
    descent.freeze(network, 0)
    made = descent.optimizer_of(network, CONFIG, Leg(rate=1e-4, head_rate=1e-3))
    rates = {
        id(one): (group["lr"], group["weight_decay"])
        for group in made.param_groups
        for one in group["params"]
    }
    assert [rates[id(layer.weight)][0] for layer in network.enc.layer] == pytest.approx([2.5e-5, 5e-5, 1e-4])
    assert rates[id(network.head.weight)] == pytest.approx((1e-3, 0.01))
    assert rates[id(network.head.bias)] == pytest.approx((1e-3, 0.0))


def test_the_average_moves_by_the_rest_of_its_decay():
    network = Toy()
    averaged = {name: torch.zeros_like(one) for name, one in descent.trained(network)}
    descent.average(network, averaged, 0.75)
    assert torch.allclose(averaged["head.weight"], network.head.weight / 4)


def test_pieces_are_hidden_but_never_the_frame():
    from pipeline.learning.nets.network import Batch

    pieces = SimpleNamespace(first=1, last=2, pad=0, mask=4)
    ids = torch.tensor([[1, 7, 7, 7, 2, 0]])
    batch = Batch(**dict.fromkeys(Batch._fields))._replace(ids=ids)
    assert descent.hide(batch, 1.0, pieces).ids.tolist() == [[1, 4, 4, 4, 2, 0]]
    assert descent.hide(batch, 0.0, pieces) is batch
    assert descent.hide(batch, 1.0, SimpleNamespace(first=1, last=2, pad=0, mask=None)) is batch
