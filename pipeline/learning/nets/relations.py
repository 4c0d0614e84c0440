"""Define in torch the network that judges pairs of mentions, train it, and export it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pipeline.learning import windows
from pipeline.learning.encoder import padded
from pipeline.learning.marks import GAPS, MARKS, Marked
from pipeline.learning.nets.checkpoints import device, go_on, load_checkpoint
from pipeline.learning.nets.dropout import Dropout
from pipeline.learning.nets.network import write_encoder
from pipeline.learning.nets.schedule import scheduled
from pipeline.learning.pairs import KINDS as RELATIONS
from pipeline.learning.pairs import PLACES
from pipeline.records import Record
from pipeline.schema.labels import KINDS, LAYERS, NAMED, STATUSES

WIDTH = 384  # of the hidden layer
DROPOUT = 0.1  # in the encoder
CLASS_WIDTH = 32  # of the vectors of place, gap and kind of pair
AT_ONCE = 2000  # sentences sorted by length before they are batched
LONGEST_LEARNED = 500  # pieces and marks of a sentence to learn from

# What marks say, each with the column of `Mark` that says it.
PARTS = (
    *((0, layer) for layer in LAYERS),
    *((1, kind) for kind in dict.fromkeys(("", *(one for layer in LAYERS for one in KINDS[layer])))),
    *((2, status) for status in dict.fromkeys(("", *(one for layer in LAYERS for one in STATUSES[layer])))),
    *((3, named) for named in ("", *NAMED)),
)


class Recipe(Record):
    """How the network is trained."""

    epochs: float = 10
    rate: float = 5e-5  # of the encoder
    head_rate: float = 5e-4
    batch: int = 6000  # pieces
    warmup: float = 0.1  # share of the steps
    weight_decay: float = 0.01
    seed: int = 1


class Sentence(NamedTuple):
    """A sentence to learn from or to judge."""

    marked: Marked
    rows: NDArray[np.int64]  # (pairs, 7), see `marks.rows`
    gold: NDArray[np.int64]  # (pairs,): numbers of the kinds of relations


class Batch(NamedTuple):
    """Sentences as tensors; the rows of all pairs point into the flattened sentences."""

    ids: Tensor
    mask: Tensor
    first: Tensor  # the first piece of each pair's sentence
    rows: Tensor
    gold: Tensor


class RelationNetwork(nn.Module):  # type: ignore[misc]
    """The encoder, the vectors of the marks' parts, and the heads."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.enc = network
        size = int(network.config.hidden_size)
        self.mark = nn.Parameter(torch.randn(len(PARTS), size) * 0.02)
        self.close = nn.Parameter(torch.randn(len(LAYERS), size) * 0.02)
        self.place = nn.Embedding(len(PLACES), CLASS_WIDTH)
        self.gap = nn.Embedding(GAPS, CLASS_WIDTH)
        self.kind = nn.Embedding(len(RELATIONS), CLASS_WIDTH)
        self.h1 = nn.Linear(6 * size + 3 * CLASS_WIDTH, WIDTH)
        self.h2 = nn.ModuleList(nn.Linear(WIDTH, len(kinds)) for kinds in RELATIONS.values())
        self.drop = Dropout(0.15)
        says = [[float(one[column] == value) for column, value in PARTS] for one in MARKS]
        self.register_buffer("says", torch.tensor(says), persistent=False)

    def table(self) -> Tensor:
        """Return the vectors of pieces, opening marks (each the sum of its parts') and closing marks."""
        return torch.cat((self.enc.get_input_embeddings().weight, self.says @ self.mark, self.close))

    def forward(self, batch: Batch) -> list[Tensor]:
        """Return for each kind of pair the logits of its relations, (all pairs, relations)."""
        given = functional.embedding(batch.ids, self.table())
        place = batch.ids.device.type
        with torch.autocast(place, torch.bfloat16, enabled=place == "cuda"):
            hidden = self.enc(inputs_embeds=given, attention_mask=batch.mask).last_hidden_state
        flat = hidden.float().flatten(0, 1)
        a, b, end_a, end_b = (flat[batch.rows[:, at]] for at in range(4))
        classes = (one(batch.rows[:, 4 + at]) for at, one in enumerate((self.place, self.gap, self.kind)))
        rows = torch.cat((a, b, end_a, end_b, a * b, flat[batch.first], *classes), 1)
        inner = self.drop(functional.gelu(self.h1(self.drop(rows)), approximate="tanh"))
        return [head(inner) for head in self.h2]


def untrained(checkpoint: Path, tagger: Path, *, seed: int) -> RelationNetwork:
    """Return a network whose encoder has the structure of a checkpoint and the weights of a tagger.

    Raises:
        ModelError: there is no such checkpoint, or the tagger has another structure.
    """
    torch.manual_seed(seed)
    network = RelationNetwork(load_checkpoint(str(checkpoint), Path(), dropout=DROPOUT).network)
    go_on(network, tagger, heads=False)
    return network


def train(network: RelationNetwork, sentences: Sequence[Sentence], recipe: Recipe) -> None:
    """Train a network in place; the vectors of pieces stay as they are.

    Parts of marks that occur in no sentence count as zero. On one machine, the same sentences and seed
    give the same weights.
    """
    network.to(device()).train()
    network.enc.get_input_embeddings().weight.requires_grad_(False)
    _forget(network, sentences)
    rng = np.random.default_rng(recipe.seed)
    known = [one for one in sentences if len(one.rows) and len(one.marked.ids) <= LONGEST_LEARNED]
    total = max(4, int(recipe.epochs * len(list(_batches(known, recipe.batch, rng)))))
    optimizer = _optimizer(network, recipe)
    rates = scheduled(optimizer, steps=total, warmup=recipe.warmup)
    for chosen in _endless(known, recipe.batch, rng, total):
        _loss(network, tensors([known[at] for at in chosen])).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        rates.step()


def chances(
    network: RelationNetwork, sentences: Sequence[Sentence], *, pieces: int = 12_000
) -> list[list[list[float]]]:
    """Return for each sentence and pair the probabilities of its kinds of relations."""
    network.to(device()).eval()
    found: list[list[list[float]]] = [[] for _ in sentences]
    for chosen in _batches(sentences, pieces):
        held = [at for at in chosen if len(sentences[at].rows)]
        if not held:
            continue
        with torch.no_grad():
            logits = network(tensors([sentences[at] for at in held]))
        judged = [one.softmax(1).tolist() for one in logits]
        pair = 0
        for at in held:
            for kind in sentences[at].rows[:, 6]:
                found[at].append(judged[int(kind)][pair])
                pair += 1
    return found


def export(network: RelationNetwork, folder: Path, inputs: Sequence[Sequence[int]]) -> None:
    """Write `encoder.onnx` (float), whose table holds the marks, too, and `heads.npz`.

    `inputs` are sentences with marks that show which channels are large. The network changes and is of no
    further use.
    """
    network = network.cpu().eval()
    inside = ("enc.", "mark", "close")
    heads = {name: one.numpy() for name, one in network.state_dict().items() if not name.startswith(inside)}
    np.savez(folder / "heads.npz", **heads)
    network.enc.set_input_embeddings(nn.Embedding.from_pretrained(network.table().detach()))
    write_encoder(network.enc, folder / "encoder.onnx", inputs)


def tensors(sentences: Sequence[Sentence]) -> Batch:
    """Return sentences as tensors on the device that trains."""
    ids, mask = padded([one.marked.ids for one in sentences], 0)
    width = ids.shape[1]
    rows, first = [], []
    for at, one in enumerate(sentences):
        rows.append(one.rows + np.array([at * width] * 4 + [0] * 3))
        first += [at * width] * len(one.rows)
    gold = np.concatenate([one.gold for one in sentences])
    given = (ids, mask, np.array(first, dtype=np.int64), np.concatenate(rows), gold)
    return Batch(*(torch.from_numpy(one).to(device()) for one in given))


def _forget(network: RelationNetwork, sentences: Sequence[Sentence]) -> None:
    """Set the vectors of parts that occur in no sentence to zero, where they stay."""
    first = int(network.enc.get_input_embeddings().num_embeddings)
    seen = {piece - first for one in sentences for piece in one.marked.ids if piece >= first}
    told = {(column, value) for at in seen if at < len(MARKS) for column, value in enumerate(MARKS[at])}
    with torch.no_grad():
        for at, part in enumerate(PARTS):
            if part not in told:
                network.mark[at] = 0.0


def _loss(network: RelationNetwork, batch: Batch) -> Tensor:
    """Return the mean cross-entropy of the pairs."""
    kinds = batch.rows[:, 6]
    losses = [
        functional.cross_entropy(logits[kinds == at], batch.gold[kinds == at], reduction="sum")
        for at, logits in enumerate(network(batch))
    ]
    return sum(losses, torch.zeros((), device=kinds.device)) / len(batch.gold)


def _optimizer(network: RelationNetwork, recipe: Recipe) -> torch.optim.Optimizer:
    trained = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    inner = [one for name, one in trained if name.startswith("enc.")]
    outer = [one for name, one in trained if not name.startswith("enc.")]
    return torch.optim.AdamW(
        [{"params": inner, "lr": recipe.rate}, {"params": outer, "lr": recipe.head_rate}],
        weight_decay=recipe.weight_decay,
        fused=True,
    )


def _endless(
    sentences: Sequence[Sentence], pieces: int, rng: np.random.Generator, steps: int
) -> Iterator[list[int]]:
    """Yield as many batches as there are steps, epoch after epoch."""
    while steps > 0:
        for chosen in list(_batches(sentences, pieces, rng))[:steps]:
            yield chosen
            steps -= 1


def _batches(
    sentences: Sequence[Sentence], pieces: int, rng: np.random.Generator | None = None
) -> Iterator[list[int]]:
    """Yield positions of sentences of about one length, in the order of the text or in any order."""
    lengths = [len(one.marked.ids) for one in sentences]
    order = rng.permutation(len(sentences)) if rng else np.arange(len(sentences))
    for start in range(0, len(order), AT_ONCE):
        by_length = sorted(order[start : start + AT_ONCE].tolist(), key=lengths.__getitem__)
        found = list(windows.batches(by_length, lengths, pieces=pieces))
        for number in rng.permutation(len(found)) if rng else range(len(found)):
            yield found[number]
