"""What taggers think of sentences becomes what another is to learn."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

import numpy as np  # noqa: E402

from pipeline.learning import samples  # noqa: E402
from pipeline.learning.decode import BEGIN, INSIDE, OUT  # noqa: E402
from pipeline.learning.jsonl import Example, Mention  # noqa: E402
from pipeline.learning.nets import teach  # noqa: E402
from pipeline.learning.nets.network import Network  # noqa: E402
from pipeline.learning.words import words  # noqa: E402
from pipeline.schema.labels import LAYERS  # noqa: E402

TEXT = "Der Bund fördert Kommunen."
ACTOR = Mention(layer="actor", start=4, end=8, text="Bund", kind="federal", named="yes")


class Encoder(torch.nn.Module):
    """Stand in for a transformer: a vector a piece."""

    def __init__(self):
        super().__init__()
        self.config = type("Config", (), {"hidden_size": 8})
        self.table = torch.nn.Embedding(10, 8)

    def forward(self, input_ids, attention_mask=None):
        return type("Output", (), {"last_hidden_state": self.table(input_ids)})


def teacher(seed, *docs):
    torch.manual_seed(seed)
    return teach.Teacher(Network(Encoder(), width=4, dropout=0.5), frozenset(docs))


def made():
    rows = [
        Example(id="s1", doc="a", page=1, text=TEXT, mentions=(ACTOR,), themes=("social",)),
        Example(id="s1", doc="b", page=1, text=TEXT, mentions=(ACTOR,), themes=("social",)),
        Example(id="plain1", doc="c", page=1, text=TEXT),
    ]
    pieces = [(list(range(3, 8)), words(TEXT))]
    return samples.make(rows, lambda texts: pieces * len(texts), first=0, last=2)


def is_plain(example):
    return example.doc == "c"


def taught(*teachers, share=0.25):
    return teach.taught(made(), teachers, share=share, budget=40, pad=1, plain=is_plain).targets


def test_labels_are_softened_only_by_those_who_have_not_seen_them():
    before, after = made().targets, taught(teacher(0, "a"))
    assert np.array_equal(after[1].pairs, before[1].pairs)
    assert not np.array_equal(after[0].pairs, before[0].pairs)
    assert np.allclose(after[0].pairs.sum((2, 3)), 1, atol=2e-3)
    assert (after[0].pairs.max((2, 3)) >= 0.75 - 1e-3)[before[0].pairs.max((2, 3)) == 1].all()
    kind, softened = (one[0].spans[0].labels["kind"] for one in (before, after))
    assert softened.argmax() == kind.argmax() and 0.75 < softened.max() < 1
    assert softened.sum() == pytest.approx(1, abs=1e-3)
    assert 0 < after[0].themes[before[0].themes == 0].max() < 0.25


def test_sentences_without_labels_get_the_mean_opinion_of_all():
    one, other = teacher(0, "a"), teacher(1, "b")
    apart = [taught(each)[2] for each in (one, other)]
    both = taught(one, other)[2]
    assert np.allclose(both.pairs, (apart[0].pairs + apart[1].pairs) / 2, atol=1e-3)
    assert np.allclose(both.themes, (apart[0].themes + apart[1].themes) / 2, atol=1e-5)
    for span in both.spans:
        assert all(row.sum() == pytest.approx(1, abs=1e-4) for row in span.labels.values())


def test_likely_spans_are_those_of_the_likeliest_tags():
    tags = np.full((5, len(LAYERS)), OUT)
    tags[:, 0] = [BEGIN, INSIDE, BEGIN, OUT, BEGIN]
    found = [one[:3] for one in teach.likely_spans(samples.pairs(tags))]
    assert found == [(0, 0, 2), (0, 2, 3), (0, 4, 5)]
