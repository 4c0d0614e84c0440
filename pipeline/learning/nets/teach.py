"""Let taggers tell what they think of sentences, so that another learns from it (knowledge distillation).

A mean of several taggers is better than each, and one that learns from it keeps most of that (Hinton et al.
2015, "Distilling the knowledge in a neural network"); a label that a tagger finds unlikely is softened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.learning import samples
from pipeline.learning.decode import BEGIN, INSIDE, OUT
from pipeline.learning.jsonl import Example
from pipeline.learning.nets.checkpoints import device
from pipeline.learning.nets.network import Batch, Network, Spans, spans_in, tensors
from pipeline.learning.samples import Samples, SpanTarget, Target
from pipeline.learning.windows import Window

PIECES = 8000  # of a batch


class Teacher(NamedTuple):
    """A tagger, and the documents whose labels it has not seen."""

    network: Network
    unseen: frozenset[str]


class _Read(NamedTuple):
    """What one tagger makes of a batch before its spans are known."""

    network: Network
    words: Tensor
    means: Tensor
    pairs: Tensor
    themes: Tensor


def taught(
    made: Samples,
    teachers: Sequence[Teacher],
    *,
    share: float,
    budget: int,
    pad: int,
    plain: Callable[[Example], bool],
) -> Samples:
    """Return the samples with targets that follow opinions, too.

    Args:
        made: The sentences.
        teachers: The taggers; each teaches the sentences whose labels it has not seen.
        share: Weight of an opinion in the target of a labelled sentence.
        budget: Number of pieces in a window.
        pad: The piece that fills windows.
        plain: Whether a sentence is without labels, so that its target is the opinion alone.
    """
    targets = list(made.targets)
    for group, chains in _by_teachers(made, teachers, plain).items():
        networks = [teachers[at].network for at in group]
        windows = samples.ordered(made._replace(chains=tuple(chains)), budget=budget)
        for batch in samples.batches(windows, pieces=PIECES):
            for at, opinion in opinions(networks, made, batch, pad=pad, plain=plain):
                targets[at] = opinion if plain(made.examples[at]) else _mixed(targets[at], opinion, share)
    return made._replace(targets=tuple(targets))


def _by_teachers(
    made: Samples, teachers: Sequence[Teacher], plain: Callable[[Example], bool]
) -> dict[tuple[int, ...], list[tuple[int, ...]]]:
    """Return the runs of sentences by the positions of those who teach them.

    A run without labels is taught by all, another by those that have not seen its document.
    """
    found: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
    for chain in made.chains:
        first = made.examples[chain[0]]
        able = tuple(at for at, one in enumerate(teachers) if plain(first) or first.doc in one.unseen)
        if able:
            found[able].append(chain)
    return found


def opinions(
    networks: Sequence[Network],
    made: Samples,
    windows: Sequence[Window],
    *,
    pad: int,
    plain: Callable[[Example], bool],
) -> Iterator[tuple[int, Target]]:
    """Yield for each sentence of some windows its position and the mean opinion of taggers.

    The spans of a labelled sentence are those of its labels; of others, those that the opinion makes likely.
    """
    batch = tensors(made, windows, pad, device())
    held = [at for window in windows for at in window.sentences]
    ends = np.cumsum([len(made.targets[at].pairs) for at in held])
    with torch.no_grad():
        read = [_read(one, batch) for one in networks]
        themes = _mean([one.themes for one in read])
        parts = np.split(_mean([one.pairs for one in read]), ends[:-1])
        drawn = [
            Target(
                part.astype(np.float16),
                tuple(likely_spans(part) if plain(made.examples[at]) else _bare(made.targets[at])),
                row,
            )
            for at, part, row in zip(held, parts, themes, strict=True)
        ]
        spans_of = spans_in(drawn, device())
        labels = [iter(_labels(read, layer, spans)) for layer, spans in enumerate(spans_of)]
    for at, target in zip(held, drawn, strict=True):
        spans = tuple(one._replace(labels=next(labels[one.layer])) for one in target.spans)
        yield at, target._replace(spans=spans)


def likely_spans(pairs: NDArray[np.floating[Any]]) -> Iterator[SpanTarget]:
    """Yield the spans of a sentence in which each word has its likeliest tag."""
    tags = pairs.sum(axis=2).argmax(axis=2)
    for layer in range(tags.shape[1]):
        first = None
        for at, tag in enumerate([*tags[:, layer], OUT]):
            if first is not None and tag != INSIDE:
                yield SpanTarget(layer, first, at, {})
                first = None
            if tag == BEGIN:
                first = at


def _read(network: Network, batch: Batch) -> _Read:
    network.eval()
    words, means, ends = network.vectors(batch)
    scores, mask = network.tag_scores(batch, words)
    pairs = network.crf.pairs(scores, mask).flatten(0, 1)[batch.place]
    return _Read(network, words, means, pairs, network.theme_logits(means, ends).sigmoid())


def _bare(target: Target) -> Iterator[SpanTarget]:
    return (one._replace(labels={}) for one in target.spans)


def _labels(read: Sequence[_Read], layer: int, spans: Spans | None) -> list[dict[str, NDArray[np.float32]]]:
    """Return the mean probabilities of the labels of each span of a layer."""
    if spans is None:
        return []
    told = [
        one.network.label_logits(layer, one.network.span_vectors(layer, one.words, one.means, spans))
        for one in read
    ]
    found = {what: _mean([one[what].softmax(1) for one in told]) for what in told[0]}
    return [{what: rows[at] for what, rows in found.items()} for at in range(len(spans.first))]


def _mean(opinions: Sequence[Tensor]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = torch.stack(list(opinions)).mean(0).cpu().numpy()
    return found


def _mixed(target: Target, opinion: Target, share: float) -> Target:
    """Return a target between labels and an opinion, which has the same spans."""

    def mix(label: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        return ((1 - share) * label + share * other).astype(label.dtype)

    def label(told: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        return mix(told, other) if told.any() else other

    spans = tuple(
        mine._replace(labels={what: label(row, other.labels[what]) for what, row in mine.labels.items()})
        for mine, other in zip(target.spans, opinion.spans, strict=True)
    )
    return Target(mix(target.pairs, opinion.pairs), spans, mix(target.themes, opinion.themes))
