"""Dropout that is cheap on a processor."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from pipeline.learning.nets.dropout import Dropout, use_cheap_dropout  # noqa: E402


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_dropout_drops_its_share_and_keeps_the_mean(share):
    torch.manual_seed(1)
    given = torch.ones(333, 301, requires_grad=True)
    found = Dropout(share)(given)
    dropped = found == 0
    assert float(dropped.float().mean()) == pytest.approx(share, abs=0.005)
    assert found[~dropped].unique().numel() == 1
    assert float(found.detach().mean()) == pytest.approx(1, rel=0.15 if share > 0.9 else 0.01)
    assert (torch.autograd.grad(found.sum(), given)[0] == found).all()  # what is dropped learns nothing
    torch.manual_seed(1)
    assert (Dropout(share)(given) == found).all() and (Dropout(share).eval()(given) == given).all()


def test_dropouts_are_replaced_at_any_depth():
    made = torch.nn.Sequential(torch.nn.Sequential(torch.nn.Dropout(0.2)), torch.nn.Linear(2, 2))
    use_cheap_dropout(made)
    assert type(made[0][0]) is Dropout and made[0][0].p == 0.2
