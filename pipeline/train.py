"""Train a tagger on sentences in the codebook's format; the only door to torch.

One encoder reads windows of neighbouring sentences; the heads on top of it (a CRF per layer, kinds
and statuses of spans, themes of sentences) are trained jointly. The result is a model folder.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.learning import encoder, recipe, samples
from pipeline.learning.jsonl import Example
from pipeline.learning.labels import KINDS, LAYERS, NAMED, STATUSES, THEMES
from pipeline.learning.network import LAYER, Batch, Network, device, export, go_on, load_checkpoint, thin
from pipeline.learning.recipe import Config, Given, Leg
from pipeline.learning.samples import Labelled, Samples
from pipeline.learning.windows import Window

# Weights of the losses in their sum, chosen so that each falls to about the same size; doubling the
# weight of themes cost the layers more than it gained.
WEIGHTS = {
    "spans": 0.5, "themes": 0.7, "instrument kind": 0.6, "instrument status": 0.6,
    "actor kind": 0.4, "actor named": 0.2, "challenge status": 0.1,
}  # fmt: skip
AVERAGED_EVERY = 4  # steps
EVERY = 50  # windows: one in so many is used to find the large channels of the encoder

Observer = Callable[[float], None]  # called with the share of the work that is done


class Course(NamedTuple):
    """What all parts of a training have in common."""

    made: Samples
    unseen: Samples
    pieces: encoder.Pieces
    observe: Observer


def train(
    config_path: Path, out_dir: Path, *, folds: int | None = None, observe: Observer = lambda share: None
) -> list[dict[str, float]]:
    """Train a tagger and write its folder; return the learning curve, one entry per epoch.

    Thresholds and calibration are fitted on documents that were not trained on: those held out, or, in
    cross-validation, all of them in turn. This trains one more tagger per fold, then the last on everything.

    Args:
        config_path: The configuration.
        out_dir: The model folder.
        folds: Number of folds in cross-validation, instead of the configuration's.
        observe: Called after each step with the share of all steps that is done.

    Raises:
        SettingsError: the configuration has unknown or unfit values.
        InputError: the training file is missing, broken or has nothing to train on.
        ModelError: the encoder cannot be loaded.
    """
    from pipeline.learning import packing

    config, beside = recipe.read_config(config_path), config_path.parent
    folds = config.folds if folds is None else folds
    torch.set_num_threads(config.threads)
    given, judge = recipe.examples(config, beside, folds=folds)
    with tempfile.TemporaryDirectory() as name:
        unseen: list[tuple[Path, Sequence[Example]]] = [(out_dir, given.unknown)]
        for number, part in enumerate(samples.parts(given.known, folds) if folds else ()):
            folder, inside = Path(name) / str(number), {one.doc for one in part}
            rest = [one for one in given.known if one.doc not in inside]
            _make(config, beside, Given(rest, part), folder, _part(observe, number, folds + 1))
            unseen.append((folder, part))
        curve = _make(config, beside, given, out_dir, _part(observe, folds, folds + 1))
        packing.finish(out_dir, about=config.about, unseen=unseen, judge=judge, curve=curve)
    return curve


def _part(observe: Observer, number: int, parts: int) -> Observer:
    """Return an observer for one of `parts` equal parts of the work."""
    return lambda share: observe((number + min(share, 1.0)) / parts)


def _make(
    config: Config, beside: Path, given: Given, folder: Path, observe: Observer
) -> list[dict[str, float]]:
    """Train on sentences, write a model folder without thresholds, and return the learning curve."""
    from pipeline.learning import packing

    torch.manual_seed(config.legs[0].seed if config.legs else 0)
    checkpoint = load_checkpoint(config.encoder, beside, dropout=config.dropout)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "tokenizer.json").write_text(checkpoint.tokenizer, encoding="utf-8")
        pieces = encoder.Pieces(scratch / "tokenizer.json")
        made, shown = (
            samples.make(one, pieces, first=pieces.first, last=pieces.last)
            for one in (given.known, given.unknown)
        )
        network = Network(checkpoint.network, width=config.head_width, dropout=config.head_dropout)
        if config.start:
            go_on(network, beside / config.start)
        thin(network, config.layers)
        network = network.to(device())
        curve: list[dict[str, float]] = []
        for number, leg in enumerate(config.legs):
            told = _part(observe, number, len(config.legs))
            curve += _fit(network, Course(made, shown, pieces, told), config, leg)
        windows = samples.ordered(made, budget=config.budget)[::EVERY]
        more = samples.spelling(given.known)
        export(network, scratch, inputs=[one.ids for one in windows], more=more)
        packing.pack(scratch, folder, about=config.about, budget=config.budget, bits=config.bits)
    return curve


def _fit(network: Network, course: Course, config: Config, leg: Leg) -> Iterator[dict[str, float]]:
    """Train the network in place and yield the losses of each epoch; at the end set the averaged weights.

    Losses on sentences not trained on (`unseen`) are computed with the current weights, not the averaged.
    """
    made, pieces = course.made, course.pieces
    rng = random.Random(leg.seed)
    torch.manual_seed(leg.seed)
    freeze(network, leg.frozen)
    optimizer = _optimizer(network, config, leg)
    averaged = {name: one.detach().clone() for name, one in _trained(network)}
    draw = partial(samples.shuffled, made, share=partial(recipe.share, leg.shares, config.seen))
    rough = samples.batches(draw(random.Random(0)), pieces=config.batch)
    total = (leg.planned or leg.epochs) * len(rough)
    step = 0
    for _ in range(leg.epochs):
        sums: Counter[str] = Counter()
        epoch = samples.batches(draw(rng), pieces=config.batch, rng=rng)
        for windows in epoch:
            _set_rate(optimizer, step / total, config.warmup)
            batch = hide(tensors(made, windows, pieces.pad, device()), leg.masked, pieces)
            losses = _losses(network, batch, config)
            _step(network, optimizer, losses)
            step += 1
            course.observe(step / (leg.epochs * len(rough)))
            if step % AVERAGED_EVERY == 0:
                _average(network, averaged, min(leg.average, step / (step + 20)) ** AVERAGED_EVERY)
            sums.update({name: float(one.detach()) for name, one in losses.items()})
        held_out = _unseen_losses(network, course.unseen, config, pieces.pad)
        yield {name: round(value / len(epoch), 4) for name, value in sorted(sums.items())} | held_out
    network.load_state_dict({**network.state_dict(), **averaged})


def _unseen_losses(network: Network, unseen: Samples, config: Config, pad: int) -> dict[str, float]:
    """Return the losses on sentences not trained on, under names that begin with »held-out «."""
    sums: Counter[str] = Counter()
    windows = samples.batches(samples.ordered(unseen, budget=config.budget), pieces=config.batch)
    network.eval()
    with torch.no_grad():
        for batch in windows:
            losses = _losses(network, tensors(unseen, batch, pad, device()), config)
            sums.update({name: float(one) for name, one in losses.items()})
    network.train()
    return {
        f"{samples.HELD_OUT}{name}": round(value / len(windows), 4) for name, value in sorted(sums.items())
    }


def freeze(network: Network, layers: int) -> None:
    """Exclude the piece embeddings and the lowest `layers` layers from training."""
    for name, one in network.enc.named_parameters():
        found = LAYER.search(name)
        low = (int(found.group(1)) < layers) if found else layers > 0
        one.requires_grad_(not low)
    network.enc.get_input_embeddings().weight.requires_grad_(False)


def hide(batch: Batch, share: float, pieces: encoder.Pieces) -> Batch:
    """Return the batch with a share of its pieces masked, but never the framing pieces."""
    if not share or pieces.mask is None:
        return batch
    framing = torch.isin(batch.ids, torch.tensor([pieces.first, pieces.last, pieces.pad]).to(batch.ids))
    hidden = (torch.rand(batch.ids.shape) < share).to(batch.ids.device) & ~framing
    return batch._replace(ids=batch.ids.masked_fill(hidden, pieces.mask))


def _step(network: Network, optimizer: torch.optim.Optimizer, losses: dict[str, Tensor]) -> None:
    sum((WEIGHTS[name] * one for name, one in losses.items()), torch.zeros(())).backward()
    nn.utils.clip_grad_norm_(network.parameters(), 2.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def tensors(made: Samples, windows: Sequence[Window], pad: int, device: str = "cpu") -> Batch:
    """Return windows as tensors."""
    width = max(len(one.ids) for one in windows)
    ids = [[*one.ids, *[pad] * (width - len(one.ids))] for one in windows]
    mask = [[1] * len(one.ids) + [0] * (width - len(one.ids)) for one in windows]
    pieces: list[int] = []
    owner_of_piece: list[int] = []
    ends: list[int] = []
    owner: list[int] = []
    held: list[int] = []
    spans: list[list[tuple[int, int, int, Labelled]]] = [[] for _ in LAYERS]
    for row, window in enumerate(windows):
        for at, start in zip(window.sentences, window.starts, strict=True):
            first, origin = len(owner), row * width + start
            for low, high in made.encoded[at].pieces:
                pieces += range(origin + low, origin + high)
                owner_of_piece += [len(owner)] * (high - low)
                owner.append(len(ends))
            for one in made.spans[at]:
                spans[one.layer].append((first + one.first, first + one.end, len(ends), one))
            ends.append(origin + len(made.encoded[at].ids))
            held.append(at)
    return Batch(
        ids=torch.tensor(ids, device=device),
        mask=torch.tensor(mask, device=device),
        pieces=torch.tensor(pieces, dtype=torch.long, device=device),
        words=torch.tensor(owner_of_piece, dtype=torch.long, device=device),
        ends=torch.tensor(ends, device=device),
        owner=torch.tensor(owner, dtype=torch.long, device=device),
        tags=torch.tensor(np.concatenate([made.tags[at] for at in held]), device=device),
        spans=tuple(map(tuple, spans)),
        themes=torch.tensor(made.themes[held], device=device),
    )


def _losses(network: Network, batch: Batch, config: Config) -> dict[str, Tensor]:
    words, means, ends = network.vectors(batch)
    logits = network.theme_logits(means, ends)
    losses = {
        "spans": _span_loss(network, batch, words),
        "themes": functional.binary_cross_entropy_with_logits(logits, batch.themes) * len(THEMES),
    }
    for number, layer in enumerate(LAYERS):
        spans = batch.spans[number]
        if not spans:
            continue
        rows = network.span_vectors(number, words, means, spans)
        for what, head, labels in _label_heads(network, number, layer):
            wanted = [labels.index(getattr(one[3].mention, what) or labels[0]) for one in spans]
            losses[f"{layer} {what}"] = functional.cross_entropy(
                head(rows), torch.tensor(wanted, device=rows.device), label_smoothing=config.smoothing
            )
    return losses


def _label_heads(network: Network, number: int, layer: str) -> Iterator[tuple[str, nn.Module, Sequence[str]]]:
    if KINDS[layer]:
        yield "kind", network.kind[number], KINDS[layer]
    if STATUSES[layer]:
        yield "status", network.status[number], STATUSES[layer]
    if layer == "actor":
        yield "named", network.named, NAMED


def _span_loss(network: Network, batch: Batch, words: Tensor) -> Tensor:
    """Return the loss of the CRFs, summed over layers and averaged over sentences."""
    sentences = len(batch.ends)
    lengths = torch.bincount(batch.owner, minlength=sentences)
    longest = max(1, int(lengths.max()))
    before = torch.cumsum(lengths, 0) - lengths
    at = batch.owner * longest + torch.arange(len(batch.owner), device=words.device) - before[batch.owner]
    emitted = network.bio(network.drop(words)).view(-1, len(LAYERS), 3)
    blank = torch.zeros(sentences * longest, len(LAYERS), 3, device=words.device)
    scores = blank.index_copy(0, at, emitted).view(sentences, longest, len(LAYERS), 3)
    mask = torch.arange(longest, device=words.device) < lengths[:, None]
    tags = torch.zeros(sentences * longest, len(LAYERS), dtype=torch.long, device=words.device)
    tags[at] = batch.tags
    found: Tensor = network.crf(scores, mask, tags.view(sentences, longest, -1)).sum() / sentences
    return found


def _trained(network: Network) -> list[tuple[str, nn.Parameter]]:
    return [(name, one) for name, one in network.named_parameters() if one.requires_grad]


def _average(network: Network, averaged: dict[str, Tensor], decay: float) -> None:
    with torch.no_grad():
        for name, one in _trained(network):
            averaged[name].lerp_(one, 1 - decay)


def _optimizer(network: Network, config: Config, leg: Leg) -> torch.optim.Optimizer:
    """Return AdamW with a lower rate for lower layers; the piece embeddings are not trained."""
    depth = int(network.enc.config.num_hidden_layers)
    groups = []
    for name, one in _trained(network):
        layer = LAYER.search(name)
        below = depth - (int(layer.group(1)) + 1 if layer else 0)
        rate = leg.rate * config.layer_decay**below if name.startswith("enc.") else leg.head_rate
        rate *= 10 if name.startswith("crf.") else 1
        decay = 0.0 if one.ndim < 2 or name.startswith("crf.") else config.weight_decay
        groups.append({"params": [one], "lr": rate, "highest": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups, betas=(0.9, 0.98))


def _set_rate(optimizer: torch.optim.Optimizer, done: float, warmup: float) -> None:
    share = min(1.0, done / warmup) * max(0.02, 1 - done)
    for group in optimizer.param_groups:
        group["lr"] = group["highest"] * share
