"""Load encoders to start from: checkpoints of transformers, and those of taggers made here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pipeline import store
from pipeline.errors import ModelError, SettingsError
from pipeline.learning import encoder, quantize
from pipeline.learning.nets.dropout import use_cheap_dropout

LAYER = re.compile(r"layers?\.(\d+)\.")  # in the names of an encoder's weights
SPELLING = "ngrams."  # begins the names of arrays that `go_on` does not load
CONFIG = "config.json"  # transformers' name for the file that tells what an encoder is like


class Checkpoint(NamedTuple):
    """An encoder to start from, and the content of its tokenizer file."""

    network: nn.Module
    tokenizer: str


def load_checkpoint(name: str, beside: Path, *, dropout: float) -> Checkpoint:
    """Return an encoder by folder or hub name; 4-bit blocks are converted back to floats.

    Attention has no dropout of its own: it costs time on processors and did not lower held-out losses.

    Raises:
        ModelError: there is no such checkpoint, or it has another structure.
    """
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    place = beside / name
    where = str(place) if place.is_dir() else name
    try:
        settings = AutoConfig.from_pretrained(where, **_dropouts(dropout))
        if (place / "model_q4.safetensors").is_file():
            network = AutoModel.from_config(settings, dtype=torch.float32)
            network.load_state_dict(_from_blocks(place / "model_q4.safetensors", network), strict=False)
        else:
            network = AutoModel.from_pretrained(where, config=settings, dtype=torch.float32)
        _ready(network)
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


def shape_of(folder: Path, *, dropout: float) -> Checkpoint:
    """Return the untrained encoder of a tagger's folder, for the weights that `go_on` loads from there.

    Raises:
        ModelError: the folder does not tell what its encoder is like.
    """
    from transformers import AutoConfig, AutoModel

    card = encoder.verify(folder)
    try:
        settings = AutoConfig.from_pretrained(folder, **_dropouts(dropout))
        network = AutoModel.from_config(settings, dtype=torch.float32)
    except (OSError, ValueError, KeyError) as error:
        what = f"does not tell what its encoder is like ({str(error).splitlines()[0]})"
        remedy = "name in `encoder` the checkpoint that it was made from"
        raise ModelError(str(folder), what, remedy) from error
    return Checkpoint(_ready(network), (folder / card.tokenizer).read_text(encoding="utf-8"))


def write_shape(network: nn.Module, folder: Path) -> None:
    """Write what an encoder is like, without its weights."""
    store.write_bytes(folder / CONFIG, network.config.to_json_string().encode())


def go_on(network: nn.Module, folder: Path, *, heads: bool = True) -> None:
    """Load the weights of a tagger in a model folder, of the same encoder and width, into a network.

    The encoder's weights are the quantised ones (`quantize.weights`), so its score changes slightly. The
    network keeps no more layers than the tagger has (`thin`). Without `heads` only the encoder is loaded.

    Raises:
        ModelError: the folder holds no tagger, or one of another structure.
    """
    encoder.verify(folder)
    try:
        held = {f"enc.{name}": array for name, array in quantize.weights(folder / "encoder.onnx").items()}
    except (KeyError, IndexError, ValueError) as error:
        what = "has an encoder whose weights cannot be read back"
        raise ModelError(str(folder), what, "train anew from the checkpoint, without `start`") from error
    thin(network, len({found.group(1) for name in held if (found := LAYER.search(name))}))
    with np.load(folder / "heads.npz") as arrays:
        held |= {name: arrays[name] for name in arrays.files if not name.startswith(SPELLING)}
    wanted = {name: one for name, one in network.named_parameters() if heads or name.startswith("enc.")}
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


def spelling_of(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Return the tables of the n-gram regressions of a tagger, by their names in `heads.npz`."""
    with np.load(folder / "heads.npz") as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files if name.startswith(SPELLING)}


def thin(network: nn.Module, layers: int) -> None:
    """Keep only `layers` layers of the encoder, evenly spread, with the first and the last; 0 keeps all.

    A student that starts with every other layer of its teacher loses little (Sanh et al. 2019,
    DistilBERT; Shleifer and Rush 2020, "shrink and fine-tune").

    Raises:
        SettingsError: the encoder has fewer layers.
    """
    name, held = layers_of(network.enc)
    if not layers or layers == len(held):
        return
    if not 1 < layers < len(held):
        raise SettingsError(
            "layers", f"{layers} of an encoder of {len(held)}", f"give 2 to {len(held)}, or 0"
        )
    kept = [round(at * (len(held) - 1) / (layers - 1)) for at in range(layers)]
    parent, _, last = name.rpartition(".")
    setattr(network.enc.get_submodule(parent), last, nn.ModuleList(held[at] for at in kept))
    network.enc.config.num_hidden_layers = layers
    if types := getattr(network.enc.config, "layer_types", None):  # local or global attention
        network.enc.config.layer_types = [types[at] for at in kept]


def layers_of(network: nn.Module) -> tuple[str, Sequence[nn.Module]]:
    """Return the name and the layers of an encoder, whatever it calls them; ("", ()) if they are unknown."""
    for name, one in network.named_modules():
        if isinstance(one, nn.ModuleList) and LAYER.search(f"{name}.0."):
            return name, one
    return "", ()


def _dropouts(share: float) -> dict[str, float]:
    return {"hidden_dropout_prob": share, "attention_probs_dropout_prob": 0.0}


def _ready(network: nn.Module) -> nn.Module:
    """Return an encoder that trains as fast as it can."""
    if device() == "cpu":  # where gradients through torch's fused attention are slow
        network.set_attn_implementation("eager")
    use_cheap_dropout(network)
    return network


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


def device() -> str:
    """Return the device to train on: a GPU if torch finds one."""
    return "cuda" if torch.cuda.is_available() else "cpu"
