"""Prepare a network for its sentences and train it, stage by stage (leg by leg).

What is here, and what it imports, decides the weights: the key of a finished fold depends on its version.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch

from pipeline.learning import encoder, recipe, samples
from pipeline.learning.nets import halfway
from pipeline.learning.nets.checkpoints import device, go_on, load_checkpoint, shape_of, thin
from pipeline.learning.nets.descent import average, descend, freeze, hide, optimizer_of, trained
from pipeline.learning.nets.halfway import Halfway
from pipeline.learning.nets.losses import Sums, losses_of
from pipeline.learning.nets.network import Network, tensors
from pipeline.learning.nets.rounding import rounding
from pipeline.learning.nets.schedule import scheduled
from pipeline.learning.recipe import Config, Leg, Material
from pipeline.learning.samples import Samples

AVERAGED_EVERY = 4  # steps
EVERY = 50  # windows: one in so many is used to find the large channels of the encoder

Observer = Callable[[float], None]  # called with the share of the work that is done


class Learner(NamedTuple):
    """A network in training, with the sentences it learns from and those it is watched with."""

    config: Config
    network: Network
    made: Samples
    unseen: Samples
    pieces: encoder.Pieces
    tokenizer: str  # the content of its file
    start: Path | None = None  # the folder of the tagger that it goes on from
    opinions: str = ""  # a digest of the taggers that teach it, if there are any


def prepare(config: Config, beside: Path, given: Material) -> Learner:
    """Return a network as it is before training, with its sentences and their pieces."""
    torch.manual_seed(config.legs[0].seed if config.legs else 0)
    network, tokenizer = untrained(config, beside)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "tokenizer.json"
        path.write_text(tokenizer, encoding="utf-8")
        pieces = encoder.Pieces(path)
    made, shown = (
        samples.make(one, pieces, first=pieces.first, last=pieces.last)
        for one in (given.known, given.unknown)
    )
    start = recipe.start(config, beside) if config.start else None
    if start:
        go_on(network, start)
    thin(network, config.layers)
    return Learner(config, network.to(device()), made, shown, pieces, tokenizer, start)


def untrained(config: Config, beside: Path) -> tuple[Network, str]:
    """Return the encoder with new heads, and the content of its tokenizer file."""
    checkpoint = (
        load_checkpoint(config.encoder, beside, dropout=config.dropout)
        if config.encoder
        else shape_of(recipe.start(config, beside), dropout=config.dropout)
    )
    network = Network(checkpoint.network, width=config.head_width, dropout=config.head_dropout)
    return network, checkpoint.tokenizer


def learn(
    learner: Learner,
    kept: Halfway,
    *,
    observe: Observer = lambda share: None,
    tell: Callable[[str], None] = lambda told: None,
) -> list[dict[str, float]]:
    """Train the network of a learner in place, leg by leg, and return the learning curve.

    It goes on where `kept` ends, and leaves its state there after each epoch.
    """
    network, legs = learner.network, learner.config.legs
    begun = kept.read() or {"leg": 0, "curve": [], "weights": {}, "state": None}
    network.load_state_dict({**network.state_dict(), **begun["weights"]})
    curve: list[dict[str, float]] = begun["curve"]
    if curve:
        tell(f"{kept.path.name}: goes on after epoch {len(curve)}")
    for number in range(begun["leg"], len(legs)):
        leg, told = legs[number], part_of(observe, number, len(legs))
        state = begun["state"] if number == begun["leg"] else None
        with rounding(network.enc, typical(learner)) if leg.rounded else nullcontext():
            for losses, now in _fit(learner, leg, state, told):
                curve.append(losses)
                # how a leg is rounded depends on the weights at its beginning, and its end is kept below
                if not leg.rounded and now["epochs"] < leg.epochs:
                    kept.keep(leg=number, curve=curve, weights=network.state_dict(), state=now)
        kept.keep(leg=number + 1, curve=curve, weights=network.state_dict(), state=None)
    return curve


def part_of(observe: Observer, number: int, parts: int) -> Observer:
    """Return an observer for one of `parts` equal parts of the work."""
    return lambda share: observe((number + min(share, 1.0)) / parts)


def typical(learner: Learner) -> list[tuple[int, ...]]:
    """Return some windows of pieces, which show what channels of the encoder are large."""
    return [one.ids for one in samples.ordered(learner.made, budget=learner.config.budget)[::EVERY]]


def _fit(
    learner: Learner, leg: Leg, state: dict[str, Any] | None, observe: Observer
) -> Iterator[tuple[dict[str, float], dict[str, Any]]]:
    """Train the network in place; yield the losses of each epoch and the state after it.

    At the end set the averaged weights. Losses on sentences not trained on (`unseen`) are computed with the
    current weights, not the averaged. With the `state` after an epoch and its weights, it goes on from there.
    """
    config, network, made, pieces = learner.config, learner.network, learner.made, learner.pieces
    rng = random.Random(leg.seed)
    torch.manual_seed(leg.seed)
    freeze(network, leg.frozen)
    optimizer = optimizer_of(network, config, leg)
    averaged = {name: one.detach().clone() for name, one in trained(network)}
    draw = partial(samples.shuffled, made, share=partial(recipe.share, leg.shares, config.seen))
    steps = max(1, len(samples.batches(draw(random.Random(0)), pieces=config.batch)))  # of an epoch, about
    rates = scheduled(optimizer, steps=(leg.planned or leg.epochs) * steps, warmup=config.warmup)
    done = step = 0
    if state:
        done, step = state["epochs"], state["step"]
        averaged = {name: one.to(device()) for name, one in state["averaged"].items()}
        optimizer.load_state_dict(state["optimizer"])
        rates.load_state_dict(state["rates"])
        halfway.set_chances(rng, state["chances"])
    for number in range(done, leg.epochs):
        sums = Sums()
        epoch = samples.batches(draw(rng), pieces=config.batch, rng=rng)
        for windows in epoch:
            batch = hide(tensors(made, windows, pieces.pad, device()), leg.masked, pieces)
            told = losses_of(network, batch, smoothing=config.smoothing)
            descend(network, optimizer, told)
            rates.step()
            step += 1
            observe(step / (leg.epochs * steps))
            if step % AVERAGED_EVERY == 0:
                average(network, averaged, min(leg.average, step / (step + 20)) ** AVERAGED_EVERY)
            sums.add(told)
        losses = sums.means() | _unseen_losses(learner)
        yield (
            losses,
            {
                "epochs": number + 1,
                "step": step,
                "averaged": averaged,
                "optimizer": optimizer.state_dict(),
                "rates": rates.state_dict(),
                "chances": halfway.chances(rng),
            },
        )
    if left := step % AVERAGED_EVERY:
        average(network, averaged, min(leg.average, step / (step + 20)) ** left)
    network.load_state_dict({**network.state_dict(), **averaged})


def _unseen_losses(learner: Learner) -> dict[str, float]:
    """Return the losses on sentences not trained on, under names that begin with »held-out «."""
    config, network, unseen = learner.config, learner.network, learner.unseen
    sums = Sums()
    windows = samples.batches(samples.ordered(unseen, budget=config.budget), pieces=config.batch)
    network.eval()
    with torch.no_grad():
        for batch in windows:
            given = tensors(unseen, batch, learner.pieces.pad, device())
            sums.add(losses_of(network, given, smoothing=config.smoothing))
    network.train()
    return sums.means(prefix=samples.LOSS_HELD_OUT)
