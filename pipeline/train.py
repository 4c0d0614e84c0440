"""Train a tagger on sentences in the codebook's format.

One encoder reads windows of neighbouring sentences; the heads on top of it (a CRF per layer, kinds
and statuses of spans, themes of sentences) are trained jointly. The result is a model folder.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import torch

from pipeline import store
from pipeline.cards import model_hash
from pipeline.errors import InputError
from pipeline.learning import encoder, readings, recipe, samples
from pipeline.learning.jsonl import Example
from pipeline.learning.nets import halfway, teach
from pipeline.learning.nets.checkpoints import (
    device,
    go_on,
    load_checkpoint,
    shape_of,
    spelling_of,
    thin,
    write_shape,
)
from pipeline.learning.nets.descent import average, descend, freeze, hide, optimizer_of, trained
from pipeline.learning.nets.halfway import Halfway
from pipeline.learning.nets.losses import Sums, losses_of
from pipeline.learning.nets.network import Network, export, tensors
from pipeline.learning.nets.rounding import rounding
from pipeline.learning.nets.schedule import scheduled
from pipeline.learning.nets.teach import Teacher
from pipeline.learning.recipe import Config, Leg, Material
from pipeline.learning.samples import Samples
from pipeline.versions import digest, stage_version

AVERAGED_EVERY = 4  # steps
EVERY = 50  # windows: one in so many is used to find the large channels of the encoder
FOLDS = ".folds"  # added to the name of the model folder
KEY = "learned.txt"  # in the folder of a fold's tagger: what it was trained from

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


def train(
    config_path: Path,
    out_dir: Path,
    *,
    folds: int | None = None,
    keep: bool = False,
    observe: Observer = lambda share: None,
    tell: Callable[[str], None] = lambda told: None,
) -> list[dict[str, float]]:
    """Train a tagger and write its folder; return the learning curve, one entry per epoch.

    Thresholds and calibration are fitted on documents that were not trained on: those held out and, in
    cross-validation, all the others in turn. This trains one more tagger per fold, then the last on them all.
    The folds' taggers stay in a folder beside `out_dir`, and one that is there already is not trained again.
    A training that was killed goes on after its last epoch.
    With `teaching`, the last one learns from the opinions of others, too. A tagger that goes on from another
    keeps its thresholds if nothing is held out, and learns on from its tables of spelling.

    Args:
        config_path: The configuration.
        out_dir: The model folder.
        folds: Number of folds in cross-validation, instead of the configuration's.
        keep: Keep the tagger that is in `out_dir` and was trained so before: only judge it anew.
        observe: Called after each step with the share of all steps that is done.
        tell: Called with what there is to train on, what to doubt, and where a training goes on.

    Raises:
        SettingsError: the configuration has unknown or unfit values.
        InputError: the training file is missing, broken or has nothing to train on.
        ModelError: the encoder cannot be loaded.
    """
    from pipeline.learning import packing

    config, beside = recipe.read_config(config_path), config_path.parent
    folds = config.folds if folds is None else folds
    torch.set_num_threads(config.threads)
    if not out_dir.name:
        raise InputError(str(out_dir), "is the folder you are in", "name a new one")
    given, judge = recipe.examples(config, beside, folds=folds)
    for line in (recipe.summary(config, given), *recipe.doubts(config, beside, given, judge, folds=folds)):
        tell(line)
    curve = packing.curve_of(out_dir) if keep else []
    crossed = list(_crossed(config, beside, given, out_dir, parts=folds, observe=observe, tell=tell))
    more = recipe.plain(config, beside, given.known)
    if not keep:
        learner = prepare(config, beside, given._replace(known=[*given.known, *more]))
        if config.teaching:
            everywhere = [beside / one for one in config.teaching.by]
            learner = _taught(learner, beside, [*crossed, *((one, given.known) for one in everywhere)])
        kept = Halfway(out_dir, _key_of(learner))
        curve = learn(learner, kept, observe=_part(observe, folds, folds + 1), tell=tell)
        pack(learner, out_dir)
    about = config.described | {"trained_on": recipe.trained_on(config, beside, given, unlabelled=len(more))}
    packing.finish(out_dir, about=about, unseen=given.unknown, crossed=crossed, judge=judge, curve=curve)
    if not keep:
        kept.forget()
    return curve


def _crossed(
    config: Config,
    beside: Path,
    given: Material,
    out_dir: Path,
    *,
    parts: int,
    observe: Observer,
    tell: Callable[[str], None],
) -> Iterator[tuple[Path, Sequence[Example]]]:
    """Train a tagger without each part of the documents; yield its folder, and the sentences of that part."""
    config = msgspec.structs.replace(config, legs=config.fold_legs or config.legs)
    for number, part in enumerate(samples.parts(given.known, parts) if parts else ()):
        folder, inside = out_dir.with_name(out_dir.name + FOLDS) / str(number + 1), {one.doc for one in part}
        rest = [one for one in given.known if one.doc not in inside]
        learner = prepare(config, beside, Material(rest, part))
        _learn_once(learner, folder, _part(observe, number, parts + 1), tell)
        yield folder, part


def _learn_once(learner: Learner, folder: Path, observe: Observer, tell: Callable[[str], None]) -> None:
    """Train a learner and write its folder, unless this has been done from the very same things."""
    key = _key_of(learner)
    if (folder / KEY).is_file() and (folder / KEY).read_text(encoding="utf-8") == key:
        observe(1.0)
        return
    (folder / KEY).unlink(missing_ok=True)
    kept = Halfway(folder, key)
    learn(learner, kept, observe=observe, tell=tell)
    pack(learner, folder)
    store.write_bytes(folder / KEY, key.encode())
    kept.forget()


def _key_of(learner: Learner) -> str:
    """Return a digest of all that the training of a learner depends on."""
    settings = msgspec.structs.replace(
        learner.config, about={}, judge="", held_out=(), folds=0, fold_legs=(), teaching=None
    )
    versions = (str(torch.__version__), stage_version("train"))
    found = hashlib.sha256(msgspec.json.encode((*versions, settings, learner.made.examples)))
    for name, one in learner.network.state_dict().items():
        found.update(name.encode() + one.cpu().numpy().tobytes())
    if learner.start:
        found.update(model_hash(str(learner.start)).encode())
    # not the targets that follow from them: a GPU adds numbers in no fixed order
    found.update(learner.opinions.encode())
    return found.hexdigest()


def _part(observe: Observer, number: int, parts: int) -> Observer:
    """Return an observer for one of `parts` equal parts of the work."""
    return lambda share: observe((number + min(share, 1.0)) / parts)


def prepare(config: Config, beside: Path, given: Material) -> Learner:
    """Return a network as it is before training, with its sentences and their pieces."""
    torch.manual_seed(config.legs[0].seed if config.legs else 0)
    network, tokenizer = _untrained(config, beside)
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


def _untrained(config: Config, beside: Path) -> tuple[Network, str]:
    """Return the encoder with new heads, and the content of its tokenizer file."""
    checkpoint = (
        load_checkpoint(config.encoder, beside, dropout=config.dropout)
        if config.encoder
        else shape_of(recipe.start(config, beside), dropout=config.dropout)
    )
    network = Network(checkpoint.network, width=config.head_width, dropout=config.head_dropout)
    return network, checkpoint.tokenizer


def _taught(learner: Learner, beside: Path, taggers: Sequence[tuple[Path, Sequence[Example]]]) -> Learner:
    """Return a learner whose sentences are to be read as taggers read them, too.

    `taggers` are folders, each with the labelled sentences that it teaches.
    """
    config = learner.config
    teachers = []
    for folder, examples in taggers:
        network, _ = _untrained(config, beside)
        go_on(network, folder)
        teachers.append(Teacher(network.to(device()), frozenset(one.doc for one in examples)))
    share = config.teaching.share if config.teaching else 0.0
    told = [
        part
        for (folder, _), teacher in zip(taggers, teachers, strict=True)
        for part in (model_hash(str(folder)), *sorted(teacher.unseen))
    ]
    made = teach.taught(
        learner.made,
        teachers,
        share=share,
        budget=config.budget,
        pad=learner.pieces.pad,
        plain=readings.is_plain,
    )
    return learner._replace(made=made, opinions=digest(str(share), *told))


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
        leg, told = legs[number], _part(observe, number, len(legs))
        state = begun["state"] if number == begun["leg"] else None
        with rounding(network.enc, _typical(learner)) if leg.rounded else nullcontext():
            for losses, now in _fit(learner, leg, state, told):
                curve.append(losses)
                # how a leg is rounded depends on the weights at its beginning, and its end is kept below
                if not leg.rounded and now["epochs"] < leg.epochs:
                    kept.keep(leg=number, curve=curve, weights=network.state_dict(), state=now)
        kept.keep(leg=number + 1, curve=curve, weights=network.state_dict(), state=None)
    return curve


def pack(learner: Learner, folder: Path) -> None:
    """Write a learner's network as a model folder, with the thresholds of what it went on from."""
    from pipeline.learning import calibrate, packing

    config = learner.config
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "tokenizer.json").write_text(learner.tokenizer, encoding="utf-8")
        write_shape(learner.network.enc, scratch)
        labelled = [one for one in learner.made.examples if not readings.is_plain(one)]
        more = samples.spelling(labelled, spelling_of(learner.start) if learner.start else {})
        export(learner.network, scratch, inputs=_typical(learner), more=more)
        packing.pack(
            scratch,
            folder,
            about=config.described,
            decisions=calibrate.start(config.budget, learner.start),
            bits=config.bits,
        )


def _typical(learner: Learner) -> list[tuple[int, ...]]:
    """Return some windows, which show what channels of the encoder are large."""
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
    return sums.means(prefix=samples.HELD_OUT)
