"""Eight bits: large inputs apart, and training that feels the rounding."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

import numpy as np  # noqa: E402

from pipeline.learning.nets import rounding  # noqa: E402

LARGE = torch.tensor([3, 7])


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return torch.nn.Linear(32, 8)


@pytest.fixture
def rows():
    torch.manual_seed(1)
    given = torch.randn(2, 5, 32)
    given[..., 3] *= 100.0
    return given


def test_a_split_layer_gives_what_the_layer_gave(layer, rows):
    before = layer(rows).detach()
    split = rounding._Split(layer, LARGE)
    assert np.allclose(before, split(rows).detach(), atol=1e-4)
    assert not split.layer.weight[:, LARGE].any()  # they would widen the range of the others


def test_rounding_is_small_where_large_inputs_are_apart_and_gradients_pass(layer, rows):
    whole = layer(rows).detach()
    near, far = rounding._Rounded(layer, LARGE), rounding._Rounded(layer, torch.tensor([0]))
    error = [float((one(rows).detach() - whole).abs().max()) for one in (near, far)]
    assert 0 < error[0] < error[1] / 5
    near(rows).sum().backward()
    assert torch.allclose(layer.weight.grad, rows.sum((0, 1)).expand(8, -1), rtol=0.05, atol=0.5)


def test_values_are_rounded_as_onnx_runtime_does():
    """DynamicQuantizeLinear (ONNX, opset 11): 256 steps from the least to the greatest value, with zero."""
    values = torch.tensor([[-1.0, 0.0, 0.3, 2.0]])
    scale = 3.0 / 255
    zero = round(1.0 / scale)
    expected = [(round(one / scale) + zero - zero) * scale for one in values[0].tolist()]
    assert rounding._rounded(values, (-1,))[0].tolist() == pytest.approx(expected, abs=1e-6)


def test_a_network_rounds_only_inside(layer):
    class Toy(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.first = torch.nn.Embedding(5, 32), layer

        def forward(self, input_ids):
            return self.first(self.table(input_ids))

    toy, ids = Toy(), torch.tensor([[1, 2, 4]])
    before = toy(ids).detach()
    with rounding.rounding(toy, [[1, 2], [3]]):
        assert not torch.equal(toy(ids), before)
        assert [name for name, _ in toy.named_parameters()][1:] == ["first.layer.weight", "first.layer.bias"]
    assert torch.equal(toy(ids), before)
    assert toy.first is layer
