"""The CRF in torch: sums over paths, probabilities of pairs, and what is lost by an opinion."""

from __future__ import annotations

from itertools import product

import pytest

torch = pytest.importorskip("torch")

import numpy as np  # noqa: E402

from pipeline.learning import decode, samples  # noqa: E402
from pipeline.learning.nets.crf import Crf  # noqa: E402
from pipeline.schema.labels import LAYERS  # noqa: E402

LENGTHS = (4, 2)


@pytest.fixture
def crf():
    torch.manual_seed(0)
    found = Crf()
    torch.nn.init.normal_(found.start)
    torch.nn.init.normal_(found.trans)
    return found


@pytest.fixture
def scores():
    torch.manual_seed(1)
    return torch.randn(2, 4, len(LAYERS), 3)


MASK = torch.arange(4) < torch.tensor(LENGTHS)[:, None]


def pairs_of(tags):
    """Pairs of two sentences' tags, (2, 4, layers)."""
    found = torch.zeros(2, 4, len(LAYERS), 3, 3)
    for at, length in enumerate(LENGTHS):
        found[at, :length] = torch.tensor(samples.pairs(tags[at, :length]).astype(np.float32))
    return found


def test_the_probabilities_of_all_paths_sum_to_one(crf, scores):
    total = torch.zeros(2, len(LAYERS))
    for path in product(range(3), repeat=4):
        tags = np.repeat(np.array(path)[:, None], len(LAYERS), 1)
        likely = torch.exp(-crf(scores, MASK, pairs_of(np.stack((tags, tags)))))
        total[0] += likely[0]
        if path[2:] == (0, 0):  # the second sentence has only two words
            total[1] += likely[1]
    assert torch.allclose(total, torch.ones_like(total), atol=1e-4)


def test_the_likelihood_of_the_best_path_is_that_of_the_decoder(crf, scores):
    weights = {"crf.start": crf.start, "crf.trans": crf.trans}
    weights |= {"bio.weight": torch.eye(9), "bio.bias": torch.zeros(9)}
    heads = decode.Heads({name: one.detach().numpy() for name, one in weights.items()})
    flat = torch.cat((scores[0], scores[1, :2])).reshape(-1, 9).numpy()
    tags = np.array(decode.best_path(decode.chain(heads, flat, list(LENGTHS), offsets=[0, 0, 0])))
    best = crf(scores, MASK, pairs_of(tags))
    for other in range(20):
        changed = np.where(np.random.default_rng(other).random(tags.shape) < 0.3, decode.OUT, tags)
        assert (crf(scores, MASK, pairs_of(changed)) >= best - 1e-4).all()
    assert (best >= -1e-4).all()


def test_pairs_are_probabilities_and_no_opinion_is_cheaper_than_ones_own(crf, scores):
    mine = crf.pairs(scores, MASK)
    assert torch.allclose(mine.sum((3, 4))[MASK], torch.ones(sum(LENGTHS), len(LAYERS)), atol=1e-4)
    assert not mine[~MASK].any()
    assert not mine[:, :, :, decode.OUT, decode.INSIDE].any()  # BIO forbids it
    other = Crf()
    entropy = crf(scores, MASK, mine)
    assert (other(scores, MASK, mine) > entropy).all()
    assert (entropy > 0).all()
