"""Take one step of a training: what is trained, how fast, what is hidden, and the average of the weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pipeline.learning.encoder import Pieces
from pipeline.learning.nets.checkpoints import LAYER, layers_of
from pipeline.learning.nets.losses import weighted
from pipeline.learning.nets.network import Batch, Network
from pipeline.learning.recipe import Config, Leg


def freeze(network: Network, layers: int) -> None:
    """Exclude the piece embeddings and the lowest `layers` layers from training."""
    for name, one in network.enc.named_parameters():
        found = LAYER.search(name)
        low = (int(found.group(1)) < layers) if found else layers > 0
        one.requires_grad_(not low)
    network.enc.get_input_embeddings().weight.requires_grad_(False)


def hide(batch: Batch, share: float, pieces: Pieces) -> Batch:
    """Return the batch with a share of its pieces masked, but never the framing pieces."""
    if not share or pieces.mask is None:
        return batch
    framing = torch.isin(batch.ids, torch.tensor([pieces.first, pieces.last, pieces.pad]).to(batch.ids))
    hidden = (torch.rand(batch.ids.shape) < share).to(batch.ids.device) & ~framing
    return batch._replace(ids=batch.ids.masked_fill(hidden, pieces.mask))


def descend(network: Network, optimizer: torch.optim.Optimizer, losses: dict[str, Tensor]) -> None:
    """Change the weights once, so that the losses fall."""
    weighted(losses).backward()
    nn.utils.clip_grad_norm_(network.parameters(), 2.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def trained(network: Network) -> list[tuple[str, nn.Parameter]]:
    """Return the parameters that are trained, with their names."""
    return [(name, one) for name, one in network.named_parameters() if one.requires_grad]


def average(network: Network, averaged: dict[str, Tensor], decay: float) -> None:
    """Move the averaged weights towards the current ones, of which they keep a share of `decay`."""
    with torch.no_grad():
        for name, now in trained(network):
            averaged[name].lerp_(now, 1 - decay)


def optimizer_of(network: Network, config: Config, leg: Leg) -> torch.optim.Optimizer:
    """Return AdamW with a lower rate for lower layers; the piece embeddings are not trained."""
    depth = len(layers_of(network.enc)[1])
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, one in trained(network):
        layer = LAYER.search(name)
        below = depth - (int(layer.group(1)) + 1 if layer else 0)
        rate = leg.rate * config.layer_decay**below if name.startswith("enc.") else leg.head_rate
        rate *= 10 if name.startswith("crf.") else 1
        decay = 0.0 if one.ndim < 2 or name.startswith("crf.") else config.weight_decay
        groups.setdefault((rate, decay), []).append(one)
    given = [{"params": held, "lr": rate, "weight_decay": decay} for (rate, decay), held in groups.items()]
    return torch.optim.AdamW(given, betas=(0.9, 0.98), fused=True)
