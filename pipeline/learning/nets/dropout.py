"""Drop values in training without drawing a random number for each.

On a processor torch draws them one after another, which took an eighth of a training step.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

PARTS = 8  # bytes of a random number, each of which decides about one value
VALUES = 256  # of a byte


class Dropout(nn.Dropout):  # type: ignore[misc]
    """torch's dropout; on a processor its probability is rounded to 256ths."""

    def forward(self, given: Tensor) -> Tensor:
        """Return the values, in training some as 0 and the others larger, so that their mean stays."""
        if given.is_cuda or not (self.training and self.p):
            kept: Tensor = super().forward(given)
            return kept
        dropped = round(self.p * VALUES)
        drawn = torch.empty(-(-given.numel() // PARTS), dtype=torch.int64).random_(-(2**63), None)
        stays = drawn.view(torch.uint8)[: given.numel()].view(given.shape) >= dropped
        return given * stays.to(given.dtype).mul_(VALUES / max(1, VALUES - dropped))


def use_cheap_dropout(network: nn.Module) -> None:
    """Replace the dropouts of a network."""
    for name, one in list(network.named_children()):
        if isinstance(one, nn.Dropout):
            setattr(network, name, Dropout(one.p))
        else:
            use_cheap_dropout(one)
