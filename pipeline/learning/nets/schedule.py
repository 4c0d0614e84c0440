"""Let the learning rate rise briefly and then fall linearly, as everything here is trained."""

from __future__ import annotations

from functools import partial

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

LEAST = 0.02  # share of the highest rate, at the end


def share_of_rate(step: int, *, steps: int, warmup: float) -> float:
    """Return the share of the highest rate at a step, counted from 0; `warmup` is a share of the steps."""
    return min(1.0, (step + 1) / max(1.0, warmup * steps)) * max(LEAST, 1 - step / steps)


def scheduled(optimizer: Optimizer, *, steps: int, warmup: float) -> LambdaLR:
    """Return the schedule of an optimizer; call its `step` after each step of the optimizer."""
    return LambdaLR(optimizer, partial(share_of_rate, steps=steps, warmup=warmup))
