"""Define the tagger in torch: an encoder, its heads, and their export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pipeline.learning import encoder
from pipeline.learning.decode import TAGS
from pipeline.learning.nets.crf import Crf
from pipeline.learning.nets.dropout import Dropout
from pipeline.learning.nets.rounding import split_large
from pipeline.learning.samples import Samples, SpanTarget, Target, label_sets
from pipeline.learning.windows import Window
from pipeline.schema.labels import KINDS, LAYERS, NAMED, STATUSES, THEMES


class Spans(NamedTuple):
    """The spans of a layer in a batch: words from `first` to `last`."""

    first: Tensor
    last: Tensor
    sentence: Tensor
    inside: Tensor  # the words of all spans
    owner: Tensor  # the span of each of them
    labels: Mapping[str, Tensor]  # probabilities of each kind, status or named, (spans, labels)


class Batch(NamedTuple):
    """Windows as tensors, with the places of their words, sentences and labels."""

    ids: Tensor
    mask: Tensor
    pieces: Tensor  # the pieces of all words, in the flattened windows
    words: Tensor  # the word of each of them
    ends: Tensor  # the closing piece of each sentence
    owner: Tensor  # the sentence of each word
    place: Tensor  # of each word in a table of sentences and words
    longest: int  # words of the longest sentence
    pairs: Tensor  # (words, layers, tags, tags)
    spans: tuple[Spans | None, ...]  # by layer
    themes: Tensor


class Network(nn.Module):  # type: ignore[misc]
    """The encoder and its heads, which are named as in `heads.npz`."""

    def __init__(self, network: nn.Module, *, width: int, dropout: float) -> None:
        super().__init__()
        self.enc = network
        size = int(network.config.hidden_size)
        self.drop = Dropout(dropout)
        self.bio = nn.Linear(size, TAGS * len(LAYERS))
        self.crf = Crf()
        self.span = nn.ModuleList(nn.Linear(4 * size, width) for _ in LAYERS)
        self.kind = nn.ModuleList(nn.Linear(width, max(1, len(KINDS[one]))) for one in LAYERS)
        self.status = nn.ModuleList(nn.Linear(width, max(1, len(STATUSES[one]))) for one in LAYERS)
        self.named = nn.Linear(width, len(NAMED))
        self.theme1 = nn.Linear(2 * size, width)
        self.theme2 = nn.Linear(width, len(THEMES))

    def vectors(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the vectors of words, and the means and closing pieces of sentences."""
        with torch.autocast(batch.ids.device.type, torch.bfloat16, enabled=_has_bfloat16()):
            hidden = self.enc(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        flat = hidden.float().flatten(0, 1)
        words = means_of(flat[batch.pieces], batch.words, len(batch.owner))
        return words, means_of(words, batch.owner, len(batch.ends)), flat[batch.ends]

    def tag_scores(self, batch: Batch, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return the scores of tags, (sentences, words, layers, tags), and where there are words."""
        scores = self.bio(self.drop(words)).view(-1, len(LAYERS), TAGS)
        there = torch.ones(len(words), dtype=torch.bool, device=words.device)
        return self.in_table(batch, scores), self.in_table(batch, there)

    @staticmethod
    def in_table(batch: Batch, rows: Tensor) -> Tensor:
        """Return what is told of each word in a table of sentences and words, blank where there is none."""
        shape = (len(batch.ends), batch.longest)
        found = torch.zeros(shape[0] * shape[1], *rows.shape[1:], dtype=rows.dtype, device=rows.device)
        return found.index_copy(0, batch.place, rows).view(*shape, *rows.shape[1:])

    def span_vectors(self, layer: int, words: Tensor, means: Tensor, spans: Spans) -> Tensor:
        """Return the inputs of the kind and status heads of a layer."""
        mean = means_of(words[spans.inside], spans.owner, len(spans.first))
        rows = torch.cat((mean, words[spans.first], words[spans.last], means[spans.sentence]), 1)
        return self._hidden(self.span[layer], rows)

    def label_logits(self, layer: int, rows: Tensor) -> dict[str, Tensor]:
        """Return the logits of kind, status or named, whichever the layer has."""
        heads = {"kind": self.kind[layer], "status": self.status[layer], "named": self.named}
        return {what: heads[what](rows) for what, _ in label_sets(LAYERS[layer])}

    def theme_logits(self, means: Tensor, ends: Tensor) -> Tensor:
        """Return the logits of the themes."""
        found: Tensor = self.theme2(self._hidden(self.theme1, torch.cat((means, ends), 1)))
        return found

    def _hidden(self, layer: nn.Module, rows: Tensor) -> Tensor:
        found: Tensor = self.drop(functional.gelu(layer(self.drop(rows)), approximate="tanh"))
        return found


class _Hidden(nn.Module):  # type: ignore[misc]
    """The encoder with one output, as needed for the export."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """Return the last layer's vectors."""
        found: Tensor = self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return found


def export(
    network: Network,
    folder: Path,
    *,
    inputs: Sequence[Sequence[int]] = (),
    more: Mapping[str, NDArray[np.float32]] | None = None,
) -> None:
    """Write the encoder as float ONNX, and the heads as arrays by name.

    `inputs` are windows that show which channels are large; without any, all are treated alike.
    `more` are further arrays to store with the heads.
    """
    network = network.cpu().eval()
    heads: dict[str, Any] = dict(more or {})
    heads |= {name: one.numpy() for name, one in network.state_dict().items() if not name.startswith("enc.")}
    np.savez(folder / "heads.npz", **heads)
    write_encoder(network.enc, folder / "encoder.onnx", inputs)


def write_encoder(network: nn.Module, path: Path, inputs: Sequence[Sequence[int]]) -> None:
    """Write an encoder as float ONNX; it changes and is of no further use (`split_large`)."""
    split_large(network, inputs)
    write_floats(network, path)  # windows are tagged one at a time: no padding, so no mask


def write_floats(network: nn.Module, path: Path, *, with_mask: bool = False) -> None:
    """Write an encoder as float ONNX, with a second input that tells pieces from padding if asked for."""
    # Torch's fused attention is exported with checks for empty rows that take a tenth of the time.
    network.set_attn_implementation("eager")
    # A shorter example than an encoder's local attention (ModernBERT) would be exported as if it had none.
    given = {"input_ids": torch.zeros(1, _longest(network), dtype=torch.int64)}
    if with_mask:
        given["attention_mask"] = torch.ones_like(given["input_ids"])
    axes = {0: "texts", 1: "pieces"}
    torch.onnx.export(
        _Hidden(network),
        tuple(given.values()),
        str(path),
        input_names=list(given),
        output_names=["hidden"],
        dynamic_axes={name: axes for name in (*given, "hidden")},
        opset_version=17,
        dynamo=False,
    )


def _longest(network: nn.Module) -> int:
    """Return the length of an input that the encoder can read, at most 512 pieces."""
    return min(512, int(getattr(network.config, "max_position_embeddings", 512)) - 2)


def tensors(made: Samples, windows: Sequence[Window], pad: int, where: str = "cpu") -> Batch:
    """Return windows as tensors on the device `where`."""
    ids, mask = encoder.padded([one.ids for one in windows], pad)
    held: list[int] = []
    ends, pieces = [], []
    for row, window in enumerate(windows):
        for at, start in zip(window.sentences, window.starts, strict=True):
            origin = row * ids.shape[1] + start
            pieces.append(made.pooled[at][0] + origin)
            ends.append(origin + len(made.encoded[at].ids))
            held.append(at)
    targets = [made.targets[at] for at in held]
    sizes = np.array([len(one.pairs) for one in targets], dtype=np.int64)
    before = np.cumsum(sizes) - sizes
    words = [made.pooled[at][1] + first for at, first in zip(held, before, strict=True)]
    owner = np.repeat(np.arange(len(held)), sizes)
    longest = max(1, int(sizes.max(initial=0)))
    place = owner * longest + np.arange(len(owner)) - before[owner]
    put = partial(_put, where=where)
    return Batch(
        ids=put(ids),
        mask=put(mask),
        pieces=put(np.concatenate(pieces)),
        words=put(np.concatenate(words)),
        ends=put(np.array(ends)),
        owner=put(owner),
        place=put(place),
        longest=longest,
        pairs=put(np.concatenate([one.pairs for one in targets])).float(),
        spans=tuple(spans_in(targets, where)),
        themes=put(np.stack([one.themes for one in targets])),
    )


def spans_in(targets: Sequence[Target], where: str) -> Iterator[Spans | None]:
    """Yield the spans of each layer in the sentences of a batch, None if there are none."""
    words = np.cumsum([0, *(len(one.pairs) for one in targets)])
    for layer in range(len(LAYERS)):
        found = [(at, one) for at, target in enumerate(targets) for one in target.spans if one.layer == layer]
        yield _spans(found, words, where) if found else None


def _spans(found: Sequence[tuple[int, SpanTarget]], words: NDArray[np.int64], where: str) -> Spans:
    """Return spans with their sentences as tensors; `words` are the places of each sentence's first word."""
    sentence = np.array([at for at, _ in found])
    first = words[sentence] + [one.first for _, one in found]
    sizes = np.array([one.end - one.first for _, one in found])
    owner = np.repeat(np.arange(len(found)), sizes)
    inside = np.arange(len(owner)) - (np.cumsum(sizes) - sizes)[owner] + first[owner]
    put = partial(_put, where=where)
    labels = {what: put(np.stack([one.labels[what] for _, one in found])) for what in found[0][1].labels}
    return Spans(put(first), put(first + sizes - 1), put(sentence), put(inside), put(owner), labels)


def _put(array: NDArray[Any], where: str) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array)).to(where, non_blocking=True)


def means_of(rows: Tensor, owner: Tensor, n: int) -> Tensor:
    """Return the mean of the rows that belong to each of `n` owners."""
    sums = torch.zeros(n, rows.shape[1], device=rows.device).index_add_(0, owner, rows)
    sizes = torch.zeros(n, device=rows.device).index_add_(0, owner, torch.ones_like(rows[:, 0]))
    return sums / sizes.clamp(min=1)[:, None]


def _has_bfloat16() -> bool:
    """Return whether bfloat16 doubles the speed, which is so if the processor supports it."""
    return torch.cuda.is_available() or bool(torch.cpu._is_avx512_bf16_supported())
