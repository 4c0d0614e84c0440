"""Define in torch the network that turns names into vectors, its loss and its export (`models/concepts`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pipeline.learning import quantize
from pipeline.learning.encoder import padded
from pipeline.learning.likeness import Weights
from pipeline.learning.nets.checkpoints import device
from pipeline.learning.nets.network import write_floats
from pipeline.learning.nets.schedule import scheduled

TEMPERATURE = 0.07
EPOCHS = 15
RATE, RATE_OF_MATRIX = 5e-5, 2e-4  # with 1.5e-4 the encoder learns the registry by heart: F1 falls by .008
DECAY, WARMUP = 0.01, 0.1  # of the weights; share of the steps
DRAWN, NAMES = 96, 3  # concepts drawn for a batch, and names of each concept
NEIGHBOURS, OF_NEAREST = 3, 12  # neighbours beside each concept that is drawn, of its nearest
RENEWED = 2  # epochs after which neighbours are found anew
SEED = 20211026
DROPOUT = 0.1
WIDTH = 256  # of a vector
AT_ONCE = 1024  # names, or concepts, where all are gone through
PARTS = 4  # of a batch, each padded to its own longest name

Floats = NDArray[np.float32]


class Name(NamedTuple):
    """A name as the network sees it."""

    pieces: tuple[int, ...]  # with prefix and framing
    roots: NDArray[np.float32]  # (300,), in the length of `likeness.COMPANY`
    concept: int
    layer: int


class Batch(NamedTuple):
    """Names as tensors; the parts are in the order of the names."""

    parts: tuple[tuple[Tensor, Tensor, Tensor], ...]  # pieces, mask, roots
    concepts: Tensor  # (names,)
    layers: Tensor  # (names,)


class NameNetwork(nn.Module):  # type: ignore[misc]
    """An encoder and the matrix over its vectors and those of the names' roots."""

    def __init__(self, encoder: nn.Module, weights: Weights) -> None:
        super().__init__()
        self.enc = encoder
        self.mean = nn.Parameter(torch.from_numpy(weights.mean.copy()))
        self.matrix = nn.Parameter(torch.from_numpy(weights.matrix.copy()))

    def forward(self, batch: Batch) -> Tensor:
        """Return the unit vectors of names, (names, 256)."""
        rows = functional.dropout(described(self.enc, batch) - self.mean, DROPOUT, self.training)
        return functional.normalize(rows @ self.matrix, dim=1)

    def weights(self) -> Weights:
        """Return mean and matrix in the precision of the shipped file."""
        halves = (part.detach().cpu().numpy().astype(np.float16) for part in (self.mean, self.matrix))
        return Weights(*(part.astype(np.float32) for part in halves))


def described(encoder: nn.Module, batch: Batch) -> Tensor:
    """Return the input vectors of names, (names, 684), as `likeness.described` does."""
    found = []
    for ids, mask, roots in batch.parts:
        with torch.autocast(ids.device.type, torch.bfloat16, enabled=ids.is_cuda):
            hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        pooled = functional.normalize((hidden.float() * mask[:, :, None]).sum(1), dim=1)
        found.append(torch.cat((pooled, roots), 1))
    return torch.cat(found)


@torch.no_grad()  # type: ignore[untyped-decorator]
def unlearned(encoder: nn.Module, names: Sequence[Name], pad: int, *, width: int = WIDTH) -> Weights:
    """Return the mean of the names' vectors and their main directions, to begin learning with.

    They depend on these names alone, and not on which of them mean the same.
    """
    where = device()
    encoder = encoder.to(where).eval()
    held = sorted(names, key=lambda one: len(one.pieces))
    batches = (batch_of([held[at] for at in chunk], pad, where) for chunk in _chunks(range(len(held))))
    rows = np.concatenate([described(encoder, one).cpu().numpy() for one in batches]).astype(np.float64)
    _, directions = np.linalg.eigh(np.cov(rows.T))  # the widest last
    return Weights(rows.mean(0).astype(np.float32), directions[:, ::-1][:, :width].astype(np.float32))


def batch_of(names: Sequence[Name], pad: int, where: str) -> Batch:
    """Return names as tensors on the device `where`; sort them by length before, so that little is padded."""
    size = max(1, -(-len(names) // PARTS))
    parts = []
    for held in (names[at : at + size] for at in range(0, len(names), size)):
        ids, mask = padded([one.pieces for one in held], pad)
        roots = np.stack([one.roots for one in held])
        parts.append(tuple(torch.from_numpy(part).to(where) for part in (ids, mask, roots)))
    numbers = (torch.tensor([one[at] for one in names], device=where) for at in (2, 3))
    return Batch(tuple(parts), *numbers)


def loss(vectors: Tensor, batch: Batch) -> Tensor:
    """Return how badly names of one concept attract each other and repel the others of their layer.

    Multi-positive InfoNCE (Khosla et al. 2020, "Supervised Contrastive Learning", equation 2). Names of
    two layers are never compared in use, so they do not repel each other.
    """
    same = batch.concepts[:, None] == batch.concepts
    same.fill_diagonal_(False)
    apart = batch.layers[:, None] != batch.layers
    apart.fill_diagonal_(True)
    likeness = (vectors @ vectors.T / TEMPERATURE).masked_fill(apart, -1e4)
    chances = likeness - likeness.logsumexp(1, keepdim=True)
    many = same.sum(1)
    found: Tensor = -((chances * same).sum(1) / many.clamp(min=1))[many > 0].mean()
    return found


def learn(names: Sequence[Name], network: NameNetwork, *, pad: int, epochs: int = EPOCHS) -> NameNetwork:
    """Teach a network names and return it, on the device where it learned."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    where = device()
    network = network.to(where).train()
    by_concept = defaultdict(list)
    for one in names:
        by_concept[one.concept].append(one)
    size = DRAWN * (1 + NEIGHBOURS) * NAMES
    an_epoch = max(1, len(names) // size)
    total = epochs * an_epoch
    optimizer = _optimizer(network)
    rates = scheduled(optimizer, steps=total, warmup=WARMUP)
    near = np.zeros((0, 0), dtype=np.int64)
    for step in range(total):
        if step % (RENEWED * an_epoch) == 0:
            near = nearest(vectors_of(network, names, pad), names, OF_NEAREST)
        batch = batch_of(_drawn(by_concept, near, rng), pad, where)
        optimizer.zero_grad(set_to_none=True)
        loss(network(batch), batch).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        rates.step()
    return network


def _drawn(
    by_concept: Mapping[int, Sequence[Name]], near: NDArray[np.int64], rng: np.random.Generator
) -> list[Name]:
    """Return some names of drawn concepts and of some of their neighbours, ordered by length."""
    drawn = rng.permutation(len(by_concept))[:DRAWN]
    beside = (rng.permutation(near[concept])[:NEIGHBOURS] for concept in drawn)
    found: list[Name] = []
    for concept in sorted({*drawn.tolist(), *(at for row in beside for at in row.tolist())}):
        pool = by_concept[concept]
        found += (pool[at] for at in rng.permutation(len(pool))[:NAMES])
    return sorted(found, key=lambda one: len(one.pieces))


def _optimizer(network: NameNetwork) -> torch.optim.Optimizer:
    parts = dict(network.named_parameters())
    matrix = [parts.pop(name) for name in ("mean", "matrix")]
    tables = [one for name, one in parts.items() if "word_embeddings" in name]
    others = [one for name, one in parts.items() if ".pooler." not in name and "word_embeddings" not in name]
    return torch.optim.AdamW(
        [
            {"params": others, "lr": RATE, "weight_decay": DECAY},
            {"params": tables, "lr": RATE, "weight_decay": 0.0},
            {"params": matrix, "lr": RATE_OF_MATRIX, "weight_decay": 0.0},
        ]
    )


@torch.no_grad()  # type: ignore[untyped-decorator]
def vectors_of(network: NameNetwork, names: Sequence[Name], pad: int) -> Floats:
    """Return the vectors of names as they are after learning, (names, 256)."""
    where = str(network.mean.device)
    order = sorted(range(len(names)), key=lambda at: len(names[at].pieces))
    found = np.zeros((len(names), network.matrix.shape[1]), dtype=np.float32)
    network.eval()
    for chunk in _chunks(order):
        found[chunk] = network(batch_of([names[at] for at in chunk], pad, where)).cpu().numpy()
    network.train()
    return found


def nearest(vectors: Floats, names: Sequence[Name], many: int) -> NDArray[np.int64]:
    """Return for each concept, (concepts, many), those of its layer whose mean vectors are nearest."""
    concepts = np.array([one.concept for one in names])
    means = np.zeros((concepts.max() + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(means, concepts, vectors)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    layers = np.zeros(len(means), dtype=np.int64)
    layers[concepts] = [one.layer for one in names]
    found = []
    for chunk in _chunks(range(len(means))):
        likeness = means[chunk] @ means.T
        likeness[layers[chunk][:, None] != layers] = -2
        likeness[np.arange(len(chunk)), chunk] = -3
        found.append(np.argsort(-likeness, axis=1, kind="stable")[:, :many])
    return np.concatenate(found)


def _chunks(order: Sequence[int]) -> Iterator[list[int]]:
    for at in range(0, len(order), AT_ONCE):
        yield list(order[at : at + AT_ONCE])


def export(network: nn.Module, path: Path) -> None:
    """Write an encoder as ONNX with 8-bit weights in blocks: a vector does not depend on its batch."""
    floats = path.with_suffix(".floats")
    write_floats(network.cpu().eval(), floats, with_mask=True)
    quantize.quantize(floats, path, way="blocks", bits=8)
    floats.unlink()
