"""The learning rate rises in the warm-up, is highest at its end, and never falls to nothing."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from pipeline.learning.nets.schedule import LEAST, scheduled, share_of_rate  # noqa: E402


def test_the_rate_rises_and_falls():
    shares = [share_of_rate(step, steps=100, warmup=0.1) for step in range(100)]
    assert shares[:3] == pytest.approx([0.1, 0.2 * 0.99, 0.3 * 0.98])
    assert max(shares) == shares[9] == pytest.approx(0.91)
    assert shares[50] == pytest.approx(0.5) and shares[-1] == LEAST


@pytest.mark.parametrize("warmup", [0.0, 0.1])
def test_a_training_of_a_few_steps_begins_at_the_full_rate(warmup):
    assert share_of_rate(0, steps=4, warmup=warmup) == 1.0


def test_each_group_of_weights_keeps_its_own_rate():
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": rate} for rate in (1.0, 0.5)]
    optimizer = torch.optim.SGD(groups)
    rates = scheduled(optimizer, steps=10, warmup=0.5)
    seen = []
    for _ in range(3):
        seen.append([group["lr"] for group in optimizer.param_groups])
        optimizer.step()
        rates.step()
    assert seen == [pytest.approx([share, share / 2]) for share in (0.2, 0.4 * 0.9, 0.6 * 0.8)]
