"""The decoder against every path written out."""

from __future__ import annotations

import itertools
from math import erf

import numpy as np
import pytest

from pipeline.learning import decode
from pipeline.learning.decode import BEGIN, INSIDE, OUT, Chain
from pipeline.schema.labels import LAYERS


def chain(lengths, seed=0):
    rng = np.random.default_rng(seed)
    n = len(LAYERS)
    scores = rng.normal(0, 2, (len(lengths), max(lengths), n, 3)).astype(np.float32)
    start, moves = rng.normal(0, 1, (n, 3)), rng.normal(0, 1, (n, 3, 3))
    start[:, INSIDE] = -1e4
    moves[:, OUT, INSIDE] = -1e4
    return Chain(scores, np.array(lengths), start.astype(np.float32), moves.astype(np.float32))


def paths(made, sentence, layer):
    """Return every legal path with its score."""
    length = int(made.lengths[sentence])
    for path in itertools.product((OUT, BEGIN, INSIDE), repeat=length):
        score = made.start[layer, path[0]] + made.scores[sentence, 0, layer, path[0]]
        for at in range(1, length):
            score += made.moves[layer, path[at - 1], path[at]] + made.scores[sentence, at, layer, path[at]]
        yield path, float(score)


@pytest.mark.parametrize("seed", range(4))
def test_the_best_path_is_the_best_of_all(seed):
    made = chain([5, 1, 3], seed)
    tags = decode.best_path(made)
    for sentence, layer in itertools.product(range(3), range(len(LAYERS))):
        best = max(paths(made, sentence, layer), key=lambda one: one[1])[0]
        length = made.lengths[sentence]
        assert tuple(tags[sentence, :length, layer]) == best
        assert not tags[sentence, length:].any()


@pytest.mark.parametrize("seed", range(4))
def test_a_spans_probability_is_the_share_of_the_paths_that_hold_it(seed):
    made = chain([5, 2, 4], seed)
    found = decode.spans(made)
    assert found
    for one in found:
        every = list(paths(made, one.sentence, one.layer))
        wanted = (BEGIN, *(INSIDE,) * (one.end - one.first - 1))
        length = int(made.lengths[one.sentence])
        weights = np.exp(np.array([score for _, score in every]))
        holds = [
            path[one.first : one.end] == wanted and (one.end == length or path[one.end] != INSIDE)
            for path, _ in every
        ]
        assert one.score == pytest.approx(weights[holds].sum() / weights.sum(), abs=1e-4)


def test_word_vectors_become_the_scores_of_their_sentences():
    n, rng = len(LAYERS), np.random.default_rng(1)
    start, moves = rng.normal(size=(n, 3)), rng.normal(size=(n, 3, 3))
    heads = decode.Heads({
        "bio.weight": np.eye(3 * n), "bio.bias": np.zeros(3 * n), "crf.start": start, "crf.trans": moves,
    })  # fmt: skip
    words, offsets = rng.normal(size=(3, n, 3)), np.array([0.5, 1.0, 2.0])
    made = decode.chain(heads, words.reshape(3, -1), [1, 2], offsets=offsets)
    wanted = words.copy()
    wanted[:, :, OUT] += offsets
    assert np.allclose(made.scores[0, 0], wanted[0]) and np.allclose(made.scores[1], wanted[1:])
    for found, given in ((made.start, start), (made.moves[:, OUT], moves[:, OUT])):
        assert np.allclose(found[:, [OUT, BEGIN]], given[:, [OUT, BEGIN]])
        assert (found[:, INSIDE] < -9000).all()  # no span begins inside
    assert np.allclose(made.moves[:, [BEGIN, INSIDE]], moves[:, [BEGIN, INSIDE]])


def test_a_span_is_its_mean_its_ends_and_its_sentence():
    heads = decode.Heads({"span.1.weight": np.eye(8), "span.1.bias": np.zeros(8)})
    words, means = np.array([[1.0, 0], [2, 0], [4, 0], [0, 5]]), np.array([[0.0, 9], [0, 7]])
    found = [decode.Found(1, 1, 0, 2, 0.5), decode.Found(0, 1, 1, 2, 0.5)]
    made = decode.span_vectors(heads, 1, words, means, found, np.array([0, 2]))
    wanted = np.array([[2, 2.5, 4, 0, 0, 5, 0, 7], [2, 0, 2, 0, 2, 0, 0, 9]])
    exact = [[x * (1 + erf(x / 2**0.5)) / 2 for x in row] for row in wanted]
    assert np.allclose(made, exact, atol=5e-4)


def test_no_words_no_spans():
    made = Chain(
        np.zeros((2, 0, len(LAYERS), 3), np.float32), np.array([0, 0]), np.zeros((3, 3), np.float32),
        np.zeros((3, 3, 3), np.float32),
    )  # fmt: skip
    assert decode.spans(made) == []
