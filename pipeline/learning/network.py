"""Define the tagger in torch: an encoder, its heads, and their export.

Together with `train.py` the only door to torch and to transformers' models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pipeline.errors import ModelError, SettingsError
from pipeline.learning import encoder, quantize
from pipeline.learning.labels import KINDS, LAYERS, NAMED, STATUSES, THEMES
from pipeline.learning.samples import Labelled

LARGE = 16  # channels of a linear layer that stay in floats
NEVER = -1e4  # the score of a transition that BIO forbids
LAYER = re.compile(r"layers?\.(\d+)\.")  # in the names of an encoder's weights


class Checkpoint(NamedTuple):
    """An encoder to start from, and the content of its tokenizer file."""

    network: nn.Module
    tokenizer: str


class Batch(NamedTuple):
    """Windows as tensors, with the places of their words, sentences and labels."""

    ids: Tensor
    mask: Tensor
    pieces: Tensor  # the pieces of all words, in the flattened windows
    words: Tensor  # the word of each of them
    ends: Tensor  # the closing piece of each sentence
    owner: Tensor  # the sentence of each word
    tags: Tensor  # (words, layers)
    spans: tuple[tuple[tuple[int, int, int, Labelled], ...], ...]  # by layer: first, end, sentence
    themes: Tensor


class Crf(nn.Module):  # type: ignore[misc]
    """A linear-chain CRF over B, I, O for each layer."""

    def __init__(self) -> None:
        super().__init__()
        self.start = nn.Parameter(torch.zeros(len(LAYERS), 3))
        self.trans = nn.Parameter(torch.zeros(len(LAYERS), 3, 3))
        self.register_buffer("ban", torch.tensor([[0, 0, NEVER], [0, 0, 0], [0, 0, 0]]), persistent=False)
        self.register_buffer("no_start", torch.tensor([0, 0, NEVER]), persistent=False)

    def forward(self, scores: Tensor, mask: Tensor, tags: Tensor) -> Tensor:
        """Return the negative log likelihood, (sentences, layers)."""
        moves, start = self.trans + self.ban, self.start + self.no_start
        total = start + scores[:, 0]
        for at in range(1, scores.shape[1]):
            following = torch.logsumexp(total.unsqueeze(-1) + moves, 2) + scores[:, at]
            total = torch.where(mask[:, at, None, None], following, total)
        layer = torch.arange(len(LAYERS), device=scores.device)
        given = (scores.gather(-1, tags[..., None])[..., 0] * mask[..., None]).sum(1) + start[
            layer, tags[:, 0]
        ]
        steps = moves[layer, tags[:, :-1], tags[:, 1:]] * mask[:, 1:, None]
        found: Tensor = torch.logsumexp(total, -1) - given - steps.sum(1)
        return found


class Network(nn.Module):  # type: ignore[misc]
    """The encoder and its heads, which are named as in `heads.npz`."""

    def __init__(self, network: nn.Module, *, width: int, dropout: float) -> None:
        super().__init__()
        self.enc = network
        size = int(network.config.hidden_size)
        self.drop = nn.Dropout(dropout)
        self.bio = nn.Linear(size, 3 * len(LAYERS))
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

    def span_vectors(self, layer: int, words: Tensor, means: Tensor, spans: Sequence[Any]) -> Tensor:
        """Return the inputs of the kind and status heads of a layer."""
        first, end, sentence = (
            torch.tensor([one[i] for one in spans], device=words.device) for i in range(3)
        )
        inside = torch.cat([torch.arange(one[0], one[1], device=words.device) for one in spans])
        owner = torch.repeat_interleave(torch.arange(len(spans), device=words.device), end - first)
        mean = means_of(words[inside], owner, len(spans))
        rows = torch.cat((mean, words[first], words[end - 1], means[sentence]), 1)
        return self._hidden(self.span[layer], rows)

    def theme_logits(self, means: Tensor, ends: Tensor) -> Tensor:
        """Return the logits of the themes."""
        found: Tensor = self.theme2(self._hidden(self.theme1, torch.cat((means, ends), 1)))
        return found

    def _hidden(self, layer: nn.Module, rows: Tensor) -> Tensor:
        found: Tensor = self.drop(functional.gelu(layer(self.drop(rows)), approximate="tanh"))
        return found


class _Hidden(nn.Module):  # type: ignore[misc]
    """The encoder with one input and one output, as needed for the export."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor) -> Tensor:
        """Return the last layer's vectors."""
        found: Tensor = self.network(input_ids=input_ids).last_hidden_state
        return found


def load_checkpoint(name: str, beside: Path, *, dropout: float) -> Checkpoint:
    """Return an encoder by folder or hub name; 4-bit blocks are converted back to floats.

    Raises:
        ModelError: there is no such checkpoint, or it has another structure.
    """
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    place = beside / name
    where = str(place) if place.is_dir() else name
    try:
        settings = AutoConfig.from_pretrained(
            where, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout
        )
        if (place / "model_q4.safetensors").is_file():
            network = AutoModel.from_config(settings, dtype=torch.float32)
            network.load_state_dict(_from_blocks(place / "model_q4.safetensors", network), strict=False)
        else:
            network = AutoModel.from_pretrained(where, config=settings, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(where).backend_tokenizer.to_str()
    except (OSError, ValueError, KeyError, RuntimeError, AttributeError) as error:
        told = str(error).splitlines()[0]
        what = (
            f"cannot be loaded ({told})"
            if place.is_dir()
            else f"is neither a folder nor available from the hub ({told})"
        )
        raise ModelError(
            where, what, "name a folder beside the configuration, or a checkpoint of the hub"
        ) from error
    return Checkpoint(network, tokenizer)


def go_on(network: Network, folder: Path) -> None:
    """Load the weights of a tagger in a model folder, of the same encoder and width, into a network.

    The encoder's weights are the quantised ones (`quantize.weights`), so its score changes slightly. The
    network keeps no more layers than the tagger has (`thin`).

    Raises:
        ModelError: the folder holds no tagger, or one of another structure.
    """
    encoder.verify(folder)
    held = {f"enc.{name}": array for name, array in quantize.weights(folder / "encoder.onnx").items()}
    thin(network, len({found.group(1) for name in held if (found := LAYER.search(name))}))
    with np.load(folder / "heads.npz") as heads:
        held |= {name: heads[name] for name in heads.files if not name.startswith("ngrams.")}
    wanted = dict(network.named_parameters())
    table = held.pop("enc.pieces", None)
    if table is not None:
        held |= {name: table for name, one in wanted.items() if name not in held and one.shape == table.shape}
    unlike = [
        name
        for name, one in wanted.items()
        if ".pooler." not in name and (name not in held or tuple(held[name].shape) != tuple(one.shape))
    ]
    if unlike:
        what = f"is not a tagger of this encoder and width: {unlike[0]} is missing or of another shape"
        raise ModelError(str(folder), what, "name the encoder and head width that it was trained with")
    given = {name: torch.from_numpy(np.float32(held[name])) for name in wanted if name in held}
    network.load_state_dict(given, strict=False)


def thin(network: Network, layers: int) -> None:
    """Keep only `layers` layers of the encoder, evenly spread, with the first and the last; 0 keeps all.

    A student that starts with every other layer of its teacher loses little (Sanh et al. 2019,
    DistilBERT; Shleifer and Rush 2020, "shrink and fine-tune").

    Raises:
        SettingsError: the encoder has fewer layers.
    """
    held = network.enc.encoder.layer
    if not layers or layers == len(held):
        return
    if not 1 < layers < len(held):
        raise SettingsError(
            "layers", f"{layers} of an encoder of {len(held)}", f"give 2 to {len(held)}, or 0"
        )
    kept = [round(at * (len(held) - 1) / (layers - 1)) for at in range(layers)]
    network.enc.encoder.layer = nn.ModuleList(held[at] for at in kept)
    network.enc.config.num_hidden_layers = layers


def _from_blocks(path: Path, network: nn.Module) -> dict[str, Tensor]:
    """Return weights that are stored as 4-bit numbers in blocks of 32 with one scale per block."""
    from safetensors.torch import load_file

    held = load_file(path)
    found = {}
    for name, like in network.state_dict().items():
        if f"{name}.q4" in held:
            packed = held[f"{name}.q4"]
            numbers = torch.cat((packed & 15, packed >> 4), dim=1).float() - 8
            found[name] = (numbers * held[f"{name}.scale"].float()[:, None]).reshape(like.shape)
        elif name in held:
            found[name] = held[name].float()
    return found


class _Split(nn.Module):  # type: ignore[misc]
    """A linear layer that treats its few largest inputs separately, so that 8 bits suffice for the others."""

    def __init__(self, layer: nn.Linear, large: Tensor) -> None:
        super().__init__()
        self.large = large
        self.rest = nn.Parameter(torch.ones(layer.in_features).index_fill(0, large, 0.0))
        self.layer = layer
        self.few = nn.Linear(len(large), layer.out_features, bias=False)
        self.few.weight = nn.Parameter(layer.weight.detach()[:, large])

    def forward(self, rows: Tensor) -> Tensor:
        """Return the same as the original layer."""
        found: Tensor = self.layer(rows * self.rest) + self.few(rows.index_select(-1, self.large))
        return found


def split_large(network: nn.Module, inputs: Sequence[Sequence[int]]) -> None:
    """Separate the largest inputs of all linear layers of an encoder, in place.

    One or two channels of a transformer are ten to a hundred times larger than the others at the
    pieces that frame an input; with one scale per tensor, they leave the others two or three steps.
    The first fine-tuned encoder's vectors were 16 % off in 8 bits, and 4 % if four channels per layer
    stayed in floats (the idea of LLM.int8, Dettmers et al. 2022); with sixteen, its labels agree with
    the floats' at F1 .975 instead of .964, at the same speed and with 2 MB more.
    """
    largest: dict[str, Tensor] = {}
    layers = {name: one for name, one in network.named_modules() if isinstance(one, nn.Linear)}

    def note(name: str, given: tuple[Tensor, ...]) -> None:
        size = given[0].detach().abs().flatten(0, -2).amax(0)
        largest[name] = torch.maximum(largest.get(name, size), size)

    hooks = [
        one.register_forward_pre_hook(lambda _, given, name=name: note(name, given))
        for name, one in layers.items()
    ]
    with torch.no_grad():
        for ids in inputs:
            network(input_ids=torch.tensor([list(ids)]))
    for hook in hooks:
        hook.remove()
    for name, size in largest.items():
        parent, _, last = name.rpartition(".")
        setattr(network.get_submodule(parent), last, _Split(layers[name], size.topk(LARGE).indices))


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
    split_large(network.enc, inputs)
    # Windows are tagged one at a time, so there is no padding and no mask; and torch's fused
    # attention is exported with checks for empty rows that take a tenth of the time.
    network.enc.set_attn_implementation("eager")
    axes = {0: "texts", 1: "pieces"}
    torch.onnx.export(
        _Hidden(network.enc),
        (torch.tensor([[0, 5, 6, 2]]),),
        str(folder / "encoder.onnx"),
        input_names=["input_ids"],
        output_names=["hidden"],
        dynamic_axes={"input_ids": axes, "hidden": axes},
        opset_version=17,
        dynamo=False,
    )


def means_of(rows: Tensor, owner: Tensor, n: int) -> Tensor:
    """Return the mean of the rows that belong to each of `n` owners."""
    sums = torch.zeros(n, rows.shape[1], device=rows.device).index_add_(0, owner, rows)
    return sums / torch.bincount(owner, minlength=n).clamp(min=1)[:, None]


def device() -> str:
    """Return the device to train on: a GPU if torch finds one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def _has_bfloat16() -> bool:
    """Return whether bfloat16 doubles the speed, which is so if the processor supports it."""
    return torch.cuda.is_available() or bool(torch.cpu._is_avx512_bf16_supported())
