"""Torch's side against the decoder's: the same chain, the same layers after the split."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

import numpy as np  # noqa: E402

from pipeline.learning import decode, network  # noqa: E402
from pipeline.learning.labels import LAYERS  # noqa: E402


def test_the_likelihood_of_the_best_path_is_that_of_the_decoder():
    torch.manual_seed(0)
    crf = network.Crf()
    torch.nn.init.normal_(crf.start)
    torch.nn.init.normal_(crf.trans)
    scores, lengths = torch.randn(2, 4, len(LAYERS), 3), torch.tensor([4, 2])
    weights = {
        "crf.start": crf.start,
        "crf.trans": crf.trans,
        "bio.weight": torch.eye(9),
        "bio.bias": torch.zeros(9),
    }
    heads = decode.Heads({name: one.detach().numpy() for name, one in weights.items()})
    flat = torch.cat((scores[0], scores[1, :2])).reshape(-1, 9).numpy()
    made = decode.chain(heads, flat, [4, 2], offsets=[0, 0, 0])
    tags = torch.tensor(decode.best_path(made))
    mask = torch.arange(4) < lengths[:, None]
    best = crf(scores, mask, tags)
    for _ in range(20):
        other = torch.where(torch.rand(tags.shape) < 0.3, torch.tensor(0), tags)
        assert (crf(scores, mask, other) >= best - 1e-4).all()
    assert (best >= -1e-4).all()


def test_a_split_layer_gives_what_the_layer_gave():
    torch.manual_seed(0)
    layer = torch.nn.Linear(16, 8)
    rows = torch.randn(3, 16)
    before = layer(rows)
    split = network._Split(layer, torch.tensor([3, 7]))
    assert np.allclose(before.detach(), split(rows).detach(), atol=1e-6)
    assert not split.rest[3]


def test_a_checkpoint_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(network.ModelError, match="none"):
        network.load_checkpoint("none", tmp_path, dropout=0.1)
