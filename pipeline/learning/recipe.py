"""What a tagger is trained on, and how: the configuration of a training and the sentences it names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from pipeline.errors import InputError, SettingsError, why
from pipeline.learning import jsonl, readings
from pipeline.learning.jsonl import Example
from pipeline.records import Record


class Shares(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of each source of sentences is drawn, run by run."""

    train: float = 1.0
    seen: float = 1.0  # of the readings that the start has seen
    readings: float = 1.0  # of the others


class Leg(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One run through the learning rate: up for a moment, then down in a straight line.

    A leg goes on from the averaged weights of the one before.
    """

    epochs: int = 8
    planned: int = 0  # epochs that the rate falls over, where the leg is stopped before its end
    rate: float = 1.5e-4  # of the encoder's top layer
    head_rate: float = 1e-3
    frozen: int = 0  # layers from below, with what is under them, that stay as they are
    masked: float = 0.0  # share of pieces that are hidden: the model has to use their context
    average: float = 0.998  # decay of the averaged weights that are kept
    shares: Shares = Shares()  # drawn in each epoch
    seed: int = 1


class Config(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is trained, on what and how; `models/tagger/train.toml` is the shipped model's."""

    encoder: str  # a folder beside the config, or a checkpoint's name on the hub
    train: str  # a file of labelled sentences beside the config
    start: str = ""  # a tagger's folder beside the config to go on from; `encoder` is what it was made from
    readings: str = ""  # labels without their sentences (`readings.py`), to be trained on as well …
    tables: str = ""  # … and the tables of a run over their documents
    seen: int = 0  # readings, the first ones, that `start` was trained on
    judge: str = ""  # labelled sentences whose scores stand on the card and decide nothing
    # What the card says: what, from, licence, weaknesses.
    about: dict[str, str | list[str]] = msgspec.field(default_factory=dict)
    held_out: tuple[str, ...] = ()  # documents that are not trained on: they calibrate
    folds: int = 0  # parts of a cross-validation by document in place of held-out documents
    legs: tuple[Leg, ...] = (Leg(),)
    layers: int = 0  # of the encoder, evenly spread, that are kept after the start; 0 for all
    layer_decay: float = 0.9  # each layer below learns that much slower
    warmup: float = 0.06
    dropout: float = 0.1
    head_dropout: float = 0.2
    head_width: int = 256
    weight_decay: float = 0.01
    smoothing: float = 0.05  # of kinds and statuses
    batch: int = 1400  # pieces
    budget: int = 160  # pieces of a window when tagging
    bits: Literal[7, 8] = 8  # of the encoder's weights as they are shipped (`quantize.py`)
    threads: int = 2


class Given(NamedTuple):
    """Sentences of one tagger: to train on and to watch it."""

    known: Sequence[Example]
    unknown: Sequence[Example]


def read_config(path: Path) -> Config:
    """Return the configuration of a TOML file."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Config)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            str(path), f"cannot be read ({why(error)})", "models/tagger/train.toml is an example"
        ) from error


def examples(config: Config, beside: Path, *, folds: int) -> tuple[Given, list[Example]]:
    """Return the sentences to train on and those held out (none with folds), and those that only judge."""
    path = beside / config.train
    told = list(jsonl.read(path))
    if config.readings:
        told += readings.read(beside / config.readings, beside / config.tables)
    known: list[Example] = []
    unknown: list[Example] = []
    for one in told:
        (unknown if one.doc in config.held_out and not folds else known).append(one)
    if not known:
        raise InputError(str(path), "leaves no sentence to train on", "hold out fewer documents")
    n = len({one.doc for one in known})
    if folds == 1 or folds > n:
        raise SettingsError(
            "folds", f"{folds} folds of {n} documents", "give 0, or 2 to the number of documents"
        )
    judge = list(jsonl.read(beside / config.judge)) if config.judge else []
    return Given(known, unknown), judge


def share(shares: Shares, seen: int, one: Example) -> float:
    """Return the share of a sentence's source, of which the first readings are one of their own."""
    number = readings.number(one)
    if number is None:
        return shares.train
    return shares.seen if number < seen else shares.readings
