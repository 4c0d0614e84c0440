"""Read the configuration of a training, and the sentences that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from pipeline import cards
from pipeline.errors import InputError, SettingsError, why
from pipeline.learning import jsonl, readings
from pipeline.learning.jsonl import Example
from pipeline.plain import counted
from pipeline.records import Record
from pipeline.versions import digest

Share = Annotated[float, Meta(ge=0, le=1)]
Number = Annotated[int, Meta(ge=0)]
Some = Annotated[int, Meta(ge=1)]
Rate = Annotated[float, Meta(ge=0)]
DIGITS = 16  # kept of the hash of a document's name


class Shares(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The share of each source of sentences that is drawn, run by run."""

    train: Share = 1.0
    seen: Share = 1.0  # of the readings that `start` was trained on
    readings: Share = 1.0  # of the other readings
    plain: Share = 1.0  # of the sentences without labels (`Teaching`)


class Teaching(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a tagger learns from others, by default those of a cross-validation.

    Each of these teaches the labelled sentences that it has not seen, and all sentences without labels.
    """

    by: tuple[str, ...] = ()  # other taggers' folders beside the config, which teach all sentences
    share: Share = 0.4  # weight of an opinion beside a label
    tables: str = ""  # tables of a run, whose other sentences are learned from opinions alone


class Leg(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a training, in which the learning rate rises briefly and then falls linearly.

    A leg continues from the averaged weights of the previous one.
    """

    epochs: Some = 8
    planned: Number = 0  # epochs over which the rate falls, if the leg is stopped early
    rate: Rate = 1.5e-4  # of the encoder's top layer
    head_rate: Rate = 1e-3
    frozen: Number = 0  # lowest layers that are not trained, nor the embeddings below them
    rounded: bool = False  # whether the encoder rounds to 8 bits in training, too (`nets/rounding.py`)
    masked: Share = 0.0  # share of pieces that are masked, so that the model must use their context
    average: Share = 0.998  # decay of the averaged weights
    shares: Shares = Shares()  # drawn in each epoch
    seed: int = 1


class Config(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The configuration of a training; `models/tagger/train.toml` is that of the shipped model."""

    train: str  # a file of labelled sentences beside the config
    encoder: str = ""  # a folder beside the config, or a checkpoint's name on the hub; without one: …
    start: str = ""  # … that of a tagger to continue from: a folder beside the config, or a shipped one
    readings: str = ""  # labels without their sentences (`readings.py`), to be trained on as well …
    tables: str = ""  # … and the tables of a run over their documents
    seen: Number = 0  # number of first readings that `start` was trained on
    judge: str = ""  # labelled sentences for evaluation only, whose scores are stated in the card
    # The card's description: what, from, licence, weaknesses.
    about: dict[str, str | list[str]] = msgspec.field(default_factory=dict)
    held_out: tuple[str, ...] = ()  # documents kept for calibration, not trained on
    folds: Number = 0  # folds of a cross-validation by document, of the documents that are not held out
    fold_legs: tuple[Leg, ...] = ()  # how the taggers of the folds are trained, if not by `legs`
    teaching: Teaching | None = None
    legs: tuple[Leg, ...] = (Leg(),)
    layers: Number = 0  # layers of the encoder to keep, evenly spread; 0 for all
    layer_decay: Rate = 0.9  # factor of the learning rate from each layer to the next lower one
    warmup: Share = 0.06
    dropout: Share = 0.1
    head_dropout: Share = 0.2
    head_width: Some = 256
    weight_decay: Rate = 0.01
    smoothing: Share = 0.05  # of kinds and statuses
    batch: Some = 1400  # pieces
    budget: Some = 160  # pieces of a window when tagging
    bits: Literal[7, 8] = 8  # of the encoder's weights in the model folder (`quantize.py`)
    threads: Some = 2

    @property
    def described(self) -> dict[str, str | list[str] | int]:
        """What the model's card says of it, and what `encoder.Card` must know."""
        return {**self.about, "bits": self.bits}


class Material(NamedTuple):
    """The sentences for one tagger: those to train on, and those to monitor it with."""

    known: Sequence[Example]
    unknown: Sequence[Example]
    lost: int = 0  # readings whose sentence is not in the tables


def read_config(path: Path) -> Config:
    """Return the configuration in a TOML file."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Config)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            str(path), f"cannot be read ({why(error)})", "models/tagger/train.toml is an example"
        ) from error


def start(config: Config, beside: Path) -> Path:
    """Return the folder of the tagger to go on from: beside the configuration, or a shipped one."""
    place = beside / config.start
    return place if (place / cards.CARD).is_file() else cards.find(config.start)


def examples(config: Config, beside: Path, *, folds: int) -> tuple[Material, list[Example]]:
    """Return the sentences to train on and those held out, and those for evaluation."""
    if not (config.encoder or config.start):
        raise SettingsError("encoder", "is not given", "name a checkpoint, or a tagger in `start`")
    path = beside / config.train
    told, lost = list(jsonl.labelled(path)), 0
    if config.readings:
        joined = list(readings.read(beside / config.readings, beside / config.tables))
        lost = sum(1 for _ in jsonl.lines(beside / config.readings)) - len(joined)
        told += joined
    unheard = set(config.held_out) - {one.doc for one in told}
    if unheard:
        what = f"{min(unheard)!r} is no document to train on"
        raise SettingsError("held_out", what, f"write it as `doc` in {path}")
    known: list[Example] = []
    unknown: list[Example] = []
    for one in told:
        (unknown if one.doc in config.held_out else known).append(one)
    if not known:
        raise InputError(str(path), "leaves no sentence to train on", "hold out fewer documents")
    n = len({one.doc for one in known})
    if folds == 1 or folds > n:
        raise SettingsError(
            "folds", f"{folds} folds of {n} documents", "give 0, or 2 to the number of documents"
        )
    if config.teaching:
        _refuse_missing(config.teaching, beside, folds=folds)
    judge = list(jsonl.labelled(beside / config.judge)) if config.judge else []
    return Material(known, unknown, lost), judge


def _refuse_missing(teaching: Teaching, beside: Path, *, folds: int) -> None:
    """Raise SettingsError if what teaches is not there, which would only be noticed after all folds."""
    if not (folds or teaching.by):
        raise SettingsError("teaching", "has no taggers to learn from", "give folds, or name taggers in `by`")
    for one in teaching.by:
        if not (beside / one / cards.CARD).is_file():
            raise SettingsError("teaching.by", f"{one!r} is no tagger", f"name a folder beside {beside}")
    if teaching.tables and not (beside / teaching.tables / "sentences.parquet").is_file():
        what = f"{teaching.tables!r} holds no tables of a run"
        raise SettingsError("teaching.tables", what, "run the documents first")


def trained_on(config: Config, beside: Path, given: Material, *, unlabelled: int) -> dict[str, Any]:
    """Return what a card says of the sentences that its tagger has learned, and `start` before it."""
    names = {_hash(one.doc) for one in given.known if one.doc}
    return {
        "sentences": len(given.known),
        "documents": len({one.doc for one in given.known}),
        "unlabelled": unlabelled,
        "lost": given.lost,
        "names": sorted(names | _learned_before(config, beside)),
    }


def doubts(
    config: Config, beside: Path, given: Material, judge: Sequence[Example], *, folds: int
) -> Iterator[str]:
    """Yield a line for each reason to doubt the thresholds and scores of a tagger that is to be trained."""
    if not (folds or given.unknown):
        told = "the thresholds of `start` stay" if config.start else "no thresholds are chosen"
        yield f"nothing held out: {told}, and the card has no scores of held-out documents"
    before = _learned_before(config, beside)
    judged = [*(given.known if folds else ()), *given.unknown, *judge]
    seen = sorted({one.doc for one in judged if one.doc and _hash(one.doc) in before})
    if seen:
        yield (
            f"`start` has learned {counted(len(seen), 'document')} of those that judge this tagger"
            f" (first {seen[0]!r}): thresholds and scores will look better than they are"
        )


def _learned_before(config: Config, beside: Path) -> set[str]:
    """Return the hashed names of the documents that `start` has learned, if its card tells them."""
    card = cards.read(str(start(config, beside))) if config.start else {}
    told = card.get("trained_on")
    return set(told.get("names", ())) if isinstance(told, dict) else set()


def _hash(document: str) -> str:
    return digest(document)[:DIGITS]


def summary(config: Config, given: Material) -> str:
    """Return one line on what is trained on."""
    n = len({one.doc for one in given.known})
    told = f"{counted(len(given.known), 'sentence')} of {counted(n, 'document')} to train on"
    told += f", {len(given.unknown):,} held out" if given.unknown else ""
    lost = counted(given.lost, "reading")
    return told + (f"; {lost} left out: no such sentence in {config.tables}" if given.lost else "")


def plain(config: Config, beside: Path, known: Sequence[Example]) -> list[Example]:
    """Return the sentences without labels, none of a document that is kept for evaluation."""
    if config.teaching is None or not config.teaching.tables:
        return []
    judged = {one.doc for one in jsonl.read(beside / config.judge)} if config.judge else set()
    return list(
        readings.plain(
            beside / config.teaching.tables,
            without=judged | set(config.held_out),
            labelled={one.text for one in known},
        )
    )


def share(shares: Shares, seen: int, one: Example) -> float:
    """Return the share for a sentence's source; the first `seen` readings are a source of their own."""
    if readings.is_plain(one):
        return shares.plain
    number = readings.number(one)
    if number is None:
        return shares.train
    return shares.seen if number < seen else shares.readings
