"""A linear-chain CRF over B, I, O for each layer, in torch (Lafferty et al. 2001).

A sentence's tags are told by pairs: for each word, the probability of every tag of the word before and its
own. Known tags give pairs of 0 and 1; a tagger's opinion of a sentence gives those in between, which another
can learn from (structure-level distillation: Wang et al. 2020, ACL, eq. 8).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pipeline.learning.decode import OUT, TAGS
from pipeline.schema.labels import LAYERS

NEVER = -1e4  # the score of a transition that BIO forbids


class Crf(nn.Module):  # type: ignore[misc]
    """The scores of a sentence's first tag and of the steps from tag to tag, by layer."""

    def __init__(self) -> None:
        super().__init__()
        self.start = nn.Parameter(torch.zeros(len(LAYERS), TAGS))
        self.trans = nn.Parameter(torch.zeros(len(LAYERS), TAGS, TAGS))
        self.register_buffer("ban", torch.tensor([[0, 0, NEVER], [0, 0, 0], [0, 0, 0]]), persistent=False)
        self.register_buffer("no_start", torch.tensor([0, 0, NEVER]), persistent=False)

    def forward(self, scores: Tensor, mask: Tensor, pairs: Tensor) -> Tensor:
        """Return the expected negative log likelihood of tags, (sentences, layers).

        Args:
            scores: (sentences, words, layers, tags).
            mask: (sentences, words), true where there is a word.
            pairs: (sentences, words, layers, tags, tags), the probabilities of the tags of the word before
                and of the word; 0 where there is no word. Before the first word all is OUT.
        """
        steps = self._steps(scores)
        return _log_sum_of_paths(steps, mask) - (steps * pairs).sum((1, 3, 4))

    def pairs(self, scores: Tensor, mask: Tensor) -> Tensor:
        """Return the probabilities of pairs of tags, shaped as in `forward`."""
        with torch.enable_grad():
            steps = self._steps(scores.detach()).detach().requires_grad_()
            (found,) = torch.autograd.grad(_log_sum_of_paths(steps, mask).sum(), steps)
        return found * mask[:, :, None, None, None]

    def _steps(self, scores: Tensor) -> Tensor:
        """Return the score of every step: (sentences, words, layers, tag before, tag)."""
        later = (self.trans + self.ban).expand(*scores.shape[:2], -1, -1, -1)
        first = torch.full_like(self.trans, NEVER)
        first[:, OUT] = self.start + self.no_start
        here = torch.zeros(scores.shape[1], dtype=torch.bool, device=scores.device)
        here[:1] = True
        moves: Tensor = torch.where(here[None, :, None, None, None], first, later)
        return moves + scores.unsqueeze(-2)


def _log_sum_of_paths(steps: Tensor, mask: Tensor) -> Tensor:
    """Return the log sum over all paths, (sentences, layers).

    Neighbouring steps are joined two by two, so that a sentence takes as many rounds as its length has
    binary digits.
    """
    still = torch.full((TAGS, TAGS), NEVER, device=steps.device).fill_diagonal_(0)
    steps = torch.where(mask[:, :, None, None, None], steps, still).permute(3, 4, 0, 2, 1)
    while steps.shape[-1] > 1:
        if steps.shape[-1] % 2:
            steps = torch.cat((steps, still[:, :, None, None, None].expand_as(steps[..., :1])), -1)
        left, right = steps[..., ::2], steps[..., 1::2]
        steps = torch.logsumexp(left[:, :, None] + right[None], 1)
    return torch.logsumexp(steps[OUT, ..., 0], 0)
