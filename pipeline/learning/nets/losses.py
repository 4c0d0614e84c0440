"""Tell how far a tagger is from what it is to learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from pipeline.learning.nets.network import Batch, Network
from pipeline.schema.labels import LAYERS, THEMES

# Weights of the losses in their sum, chosen so that each falls to about the same size; doubling the
# weight of themes cost the layers more than it gained.
WEIGHTS = {
    "spans": 0.5, "themes": 0.7, "instrument kind": 0.6, "instrument status": 0.6,
    "actor kind": 0.4, "actor named": 0.2, "challenge status": 0.1,
}  # fmt: skip


class Sums:
    """Losses added up where they are, so that a GPU is not waited for at each step."""

    def __init__(self) -> None:
        self._held: dict[str, Tensor] = {}
        self._n: Counter[str] = Counter()

    def add(self, losses: Mapping[str, Tensor]) -> None:
        """Add the losses of a batch."""
        for name, one in losses.items():
            self._held[name] = self._held.get(name, torch.zeros_like(one)) + one.detach()
            self._n[name] += 1

    def means(self, *, prefix: str = "") -> dict[str, float]:
        """Return the losses by name, each averaged over the batches that have it."""
        return {
            f"{prefix}{name}": round(float(one) / self._n[name], 4)
            for name, one in sorted(self._held.items())
        }


def losses_of(network: Network, batch: Batch, *, smoothing: float) -> dict[str, Tensor]:
    """Return the losses, averaged over sentences or spans; those of spans' tags are summed over layers."""
    words, means, ends = network.vectors(batch)
    themes = network.theme_logits(means, ends)
    scores, mask = network.tag_scores(batch, words)
    losses = {
        "spans": network.crf(scores, mask, network.in_table(batch, batch.pairs)).sum() / len(batch.ends),
        "themes": functional.binary_cross_entropy_with_logits(themes, batch.themes) * len(THEMES),
    }
    for number, spans in enumerate(batch.spans):
        if spans is None:
            continue
        rows = network.span_vectors(number, words, means, spans)
        for what, logits in network.label_logits(number, rows).items():
            wanted = spans.labels[what]
            told = wanted.any(1)  # not every reader says of every span of what kind it is
            if told.any():
                losses[f"{LAYERS[number]} {what}"] = functional.cross_entropy(
                    logits[told], wanted[told], label_smoothing=smoothing
                )
    return losses


def weighted(losses: Mapping[str, Tensor]) -> Tensor:
    """Return the sum of losses, each with its weight."""
    return sum((WEIGHTS[name] * one for name, one in losses.items()), torch.zeros(()))
