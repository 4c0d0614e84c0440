"""Turn text into pieces and pieces into vectors; the only door to ONNX Runtime and the tokenizer.

A model is a folder with `card.toml`, `tokenizer.json` and `encoder.onnx`; the hashes in the
card are checked once per process, before anything in the folder is used. Instead of its own tokenizer,
a card may name that of another model ("../tagger/tokenizer.json").
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pipeline.cards import CARD, find
from pipeline.errors import ModelError, why
from pipeline.learning import windows
from pipeline.records import Record
from pipeline.versions import file_sha256

REMEDY = "install the package again, or train the model anew with `politikspur train`"
PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
# On one core this fused step takes 14 % of the time, and the steps that it replaces 4 %.
SLOWER_FUSED = ["SkipLayerNormFusion"]
TOKENIZER = "tokenizer.json"
NAMEABLE = re.compile(r"(\.\./[\w-]+/)?[\w.-]+")  # in a card: files of its folder or of one beside it
PROBE = Path(__file__).with_name("products.onnx")  # multiplies rows by 127 in 8 bits: `quantize.write_probe`
PROBE_SIZE = 64
BATCH = 2048  # pieces in one batch of short texts; larger batches are no faster on one core


class Card(Record, frozen=True, kw_only=True):
    """The files of a model; the rest of `card.toml` is for people."""

    name: str
    files: dict[str, str]  # file name -> SHA-256
    bits: int = 8  # of the encoder's weights if they are multiplied in 8 bits (`quantize.py`)

    @property
    def tokenizer(self) -> str:
        """The tokenizer's file, from the model's folder."""
        return next((name for name in self.files if Path(name).name == TOKENIZER), TOKENIZER)


class Pieces:
    """A tokenizer, which splits texts into pieces with offsets, and the pieces that frame an input."""

    def __init__(self, path: Path) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the Rust library raises the base class
            raise ModelError(str(path), str(error), REMEDY) from error
        self._tokenizer.no_padding()  # some checkpoints pad or cut at a length of their own
        self._tokenizer.no_truncation()
        self._where = str(path)
        self.n = self._tokenizer.get_vocab_size()
        self.first = self._framing("<s>", "[CLS]")
        self.last = self._framing("</s>", "[SEP]")
        self.pad = self._framing("<pad>", "[PAD]")
        self.mask = self._special("<mask>", "[MASK]")

    def __call__(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """Return the pieces of each text and their offsets in it, without special pieces."""
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [(one.ids, one.offsets) for one in found]

    def _special(self, *names: str) -> int | None:
        known = (self._tokenizer.token_to_id(name) for name in names)
        return next((int(piece) for piece in known if piece is not None), None)

    def _framing(self, *names: str) -> int:
        piece = self._special(*names)
        if piece is None:
            raise ModelError(self._where, f"has none of {', '.join(names)}", REMEDY)
        return piece


class Model:
    """A loaded model: its folder, its hash, its tokenizer and its ONNX session."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.card = verify(folder)
        self.digest = hashlib.sha256("".join(sorted(self.card.files.values())).encode()).hexdigest()[:12]
        self.pieces = Pieces(folder / self.card.tokenizer)
        exact = self.card.bits < 8 or multiplies_exactly()
        self._session = _session(folder / "encoder.onnx", exact=exact)
        self._inputs = {one.name for one in self._session.get_inputs()}

    def hidden(self, ids: NDArray[np.int64], mask: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the last layer's vectors, (texts, pieces, width); without a mask, all pieces count."""
        fed = {"input_ids": ids}
        if "attention_mask" in self._inputs:
            fed["attention_mask"] = np.ones_like(ids) if mask is None else mask
        return np.asarray(self._session.run(None, fed)[0], dtype=np.float32)


@cache
def load(name: str) -> Model:
    """Return a model, loaded once per process; raise ModelError if it is damaged."""
    return Model(find(name))


def verify(folder: Path) -> Card:
    """Return the card of a model folder after checking the hash of every file.

    Raises:
        ModelError: a file is missing or another, or the card names one that is not of a model.
    """
    path = folder / CARD
    try:
        card = msgspec.toml.decode(path.read_bytes(), type=Card)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ModelError(str(path), f"cannot be read ({why(error)})", REMEDY) from error
    for name, expected in sorted(card.files.items()):
        if not NAMEABLE.fullmatch(name):
            raise ModelError(str(path), f"names {name!r}, a file outside of models", REMEDY)
        if file_sha256(folder / name) != expected:
            raise ModelError(str(folder / name), "is missing or not the file its card names", REMEDY)
    return card


def embed(
    texts: Sequence[str], *, model: str = "e5-small-de", prefix: str = "query: "
) -> NDArray[np.float32]:
    """Return one vector of unit length per text, (texts, 384): the mean of its pieces' vectors.

    The prefix is one with which E5 was trained (Wang et al. 2024, "Multilingual E5"): "query: " for
    the similarity of short texts, "passage: " for texts to be searched. Equal texts are computed once;
    a text of more than 510 pieces is truncated, and an empty one also gives a vector.
    """
    loaded = load(model)
    unique = sorted(set(texts))
    rows = np.zeros((len(unique), 384), dtype=np.float32)
    for at, vectors in _embedded(loaded, [prefix + text for text in unique]):
        rows[at] = vectors
    place = {text: i for i, text in enumerate(unique)}
    return rows[[place[text] for text in texts]]


def _embedded(model: Model, texts: Sequence[str]) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
    inputs = [[model.pieces.first, *ids[:510], model.pieces.last] for ids, _ in model.pieces(texts)]
    lengths = [len(ids) for ids in inputs]
    by_length = sorted(range(len(inputs)), key=lengths.__getitem__)
    for batch in windows.batches(by_length, lengths, pieces=BATCH):
        ids, mask = padded([inputs[i] for i in batch], model.pieces.pad)
        hidden = model.hidden(ids, mask)
        summed = (hidden * mask[:, :, None]).sum(axis=1)
        yield batch, summed / np.linalg.norm(summed, axis=1, keepdims=True)


def padded(inputs: Sequence[Sequence[int]], pad: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pieces as one array padded with `pad`, and the mask of what is not padding."""
    width = max(map(len, inputs))
    ids = np.full((len(inputs), width), pad, dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, pieces in enumerate(inputs):
        ids[row, : len(pieces)] = pieces
        mask[row, : len(pieces)] = 1
    return ids, mask


@cache
def multiplies_exactly() -> bool:
    """Return whether this processor adds products of 8-bit numbers without overflow.

    With VNNI it does; with AVX2 alone, sums of two products are cut off at 16 bits.
    """
    session = _session(PROBE, exact=True)
    largest = np.full((PROBE_SIZE, PROBE_SIZE), 255, dtype=np.uint8)
    return bool((session.run(None, {"rows": largest})[0] == 255 * 127 * PROBE_SIZE).all())


def _session(path: Path, *, exact: bool) -> onnxruntime.InferenceSession:
    """Open a network; unless products are `exact`, its signed 8-bit weights are turned into unsigned ones.

    These never overflow and give the same numbers, but processors with VNNI multiply them two and a half
    times slower.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # a run has a process per processor
    options.log_severity_level = 3
    options.add_session_config_entry("session.x64quantprecision", "0" if exact else "1")
    there = [name for name in PROVIDERS if name in onnxruntime.get_available_providers()]
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=there, disabled_optimizers=SLOWER_FUSED
        )
    except Exception as error:  # ONNX Runtime raises undocumented classes
        raise ModelError(str(path), f"cannot be loaded ({why(error)})", REMEDY) from error
