"""Decode word vectors into spans, kinds, statuses and themes: the tagger's heads in plain arrays.

The layers are linear-chain CRFs over B, I, O (Lafferty et al. 2001; Viterbi for the best path,
forward-backward for the probability of a span); kinds and statuses are predicted from the span's
words and the sentence's mean, themes from the sentence's mean and its closing piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.schema.labels import LAYERS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
F = TypeVar("F", NDArray[np.float32], NDArray[np.float64])
OUT, BEGIN, INSIDE = 0, 1, 2
TAGS = 3
NEVER = np.float32(-1e4)


class Heads(NamedTuple):
    """The weights of the heads by name, as in `heads.npz`."""

    weights: dict[str, Floats]

    def linear(self, name: str, rows: Floats) -> Floats:
        """Apply the linear layer `name` to rows of vectors."""
        found: Floats = rows @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return found


class Chain(NamedTuple):
    """A batch of sentences for the CRFs: scores (sentences, words, layers, 3), lengths."""

    scores: Floats
    lengths: Ints
    start: Floats  # (layers, 3)
    moves: Floats  # (layers, 3, 3), from, to


class Found(NamedTuple):
    """A span of words of one layer: sentence, first word, word after the last, probability."""

    sentence: int
    layer: int
    first: int
    end: int
    score: float


def chain(heads: Heads, vectors: Floats, lengths: Sequence[int], *, offsets: Sequence[float]) -> Chain:
    """Return the CRF scores of sentences whose word vectors are concatenated in `vectors`.

    `offsets` are added to O of each layer; they set how certain a span must be to be found.
    """
    flat = heads.linear("bio", vectors).reshape(-1, len(LAYERS), TAGS)
    flat[:, :, OUT] += np.asarray(offsets, dtype=np.float32)
    scores = np.zeros((len(lengths), max(lengths, default=0), len(LAYERS), TAGS), dtype=np.float32)
    at = 0
    for row, length in enumerate(lengths):
        scores[row, :length] = flat[at : at + length]
        at += length
    start, moves = heads.weights["crf.start"].copy(), heads.weights["crf.trans"].copy()
    start[:, INSIDE] += NEVER
    moves[:, OUT, INSIDE] += NEVER
    return Chain(scores, np.asarray(lengths, dtype=np.int64), start, moves)


def spans(made: Chain) -> list[Found]:
    """Return the spans of the best path of each layer with their probabilities."""
    tags = best_path(made)
    ahead, behind = _forward(made), _backward(made)
    found = []
    for sentence, length in enumerate(made.lengths):
        for layer in range(len(LAYERS)):
            path = tags[sentence, :length, layer]
            for first in np.flatnonzero(path == BEGIN):
                end = int(first) + 1
                while end < length and path[end] == INSIDE:
                    end += 1
                score = _probability(made, ahead, behind, (sentence, layer, int(first), end))
                found.append(Found(sentence, layer, int(first), end, score))
    return found


def best_path(made: Chain) -> Ints:
    """Return the best tags, (sentences, words, layers); words past a sentence's end are O."""
    scores, lengths = made.scores, made.lengths
    tags = np.zeros(scores.shape[:3], dtype=np.int64)
    if not scores.shape[1]:
        return tags
    best, back = made.start + scores[:, 0], []
    for at in range(1, scores.shape[1]):
        options = best[..., None] + made.moves
        inside = (at < lengths)[:, None, None]
        origin = np.where(inside, options.argmax(axis=2), np.arange(TAGS))
        best = np.where(inside, options.max(axis=2) + scores[:, at], best)
        back.append(origin)
    last = best.argmax(axis=2)
    for at in range(scores.shape[1] - 1, -1, -1):
        tags[:, at] = np.where((at < lengths)[:, None], last, OUT)
        if at:
            last = np.take_along_axis(back[at - 1], last[..., None], axis=2)[..., 0]
    return tags


def _forward(made: Chain) -> Floats:
    """Return the log sum over all paths up to and including each word's tag."""
    scores = made.scores
    ahead = np.empty_like(scores)
    if scores.shape[1]:
        ahead[:, 0] = made.start + scores[:, 0]
    for at in range(1, scores.shape[1]):
        ahead[:, at] = _log_sum(ahead[:, at - 1, :, :, None] + made.moves, 2) + scores[:, at]
    return ahead


def _backward(made: Chain) -> Floats:
    """Return the log sum over all paths after each word's tag, to the end of its sentence."""
    scores = made.scores
    behind = np.zeros_like(scores)
    for at in range(scores.shape[1] - 2, -1, -1):
        after = (scores[:, at + 1] + behind[:, at + 1])[:, :, None, :]
        inside = (at + 1 < made.lengths)[:, None, None]
        behind[:, at] = np.where(inside, _log_sum(made.moves + after, 3), 0)
    return behind


def _probability(made: Chain, ahead: Floats, behind: Floats, span: tuple[int, int, int, int]) -> float:
    """Return the probability over all paths that exactly this span is there."""
    sentence, layer, first, end = span
    length = int(made.lengths[sentence])
    total = _log_sum(ahead[sentence, length - 1, layer], 0)
    inner = made.scores[sentence, first + 1 : end, layer, INSIDE].sum()
    if end - first > 1:
        inner += made.moves[layer, BEGIN, INSIDE] + (end - first - 2) * made.moves[layer, INSIDE, INSIDE]
    after: Floats | np.float32 = np.float32(0)
    if end < length:
        last = BEGIN if end - first == 1 else INSIDE
        rest = made.moves[layer, last] + made.scores[sentence, end, layer] + behind[sentence, end, layer]
        after = _log_sum(rest[[OUT, BEGIN]], 0)
    return float(np.exp(min(0.0, ahead[sentence, first, layer, BEGIN] + inner + after - total)))


def _log_sum(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    found: Floats = np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
    return found


def span_vectors(
    heads: Heads, layer: int, vectors: Floats, means: Floats, found: Sequence[Found], firsts: Ints
) -> Floats:
    """Return the inputs of the kind and status heads of a layer, (spans, width).

    `firsts` is the position of each sentence's first word in `vectors`.
    """
    rows = np.empty((len(found), 4 * vectors.shape[1]), dtype=np.float32)
    for row, span in enumerate(found):
        at = int(firsts[span.sentence])
        inside = vectors[at + span.first : at + span.end]
        rows[row] = np.concatenate((inside.mean(axis=0), inside[0], inside[-1], means[span.sentence]))
    return gelu(heads.linear(f"span.{layer}", rows))


def themes(heads: Heads, means: Floats, ends: Floats) -> Floats:
    """Return the logits of the themes, (sentences, themes)."""
    return heads.linear("theme2", gelu(heads.linear("theme1", np.concatenate((means, ends), axis=1))))


def log_softmax(logits: Floats) -> Floats:
    """Return log probabilities along the last axis."""
    return logits - _log_sum(logits, -1)[..., None]


def sigmoid(logits: F) -> F:
    """Return the probabilities of logits, without overflow for huge ones."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), dtype=logits.dtype)


def gelu(values: Floats) -> Floats:
    """Return GELU in the tanh form (Hendrycks and Gimpel 2016), as in training."""
    inner = np.float32(0.7978845608) * (values + np.float32(0.044715) * values**3)
    found: Floats = np.float32(0.5) * values * (1 + np.tanh(inner))
    return found
