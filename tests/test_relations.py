"""The network for pairs in torch: it learns a toy rule, and judges alike after its export."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pipeline.learning import encoder  # noqa: E402
from pipeline.learning.marks import MARKS, Marked  # noqa: E402
from pipeline.learning.nets import relations  # noqa: E402
from pipeline.learning.nets.relations import Recipe, Sentence  # noqa: E402
from pipeline.learning.pairs import KINDS  # noqa: E402

N = 12  # pieces of the toy vocabulary
ACTOR, INSTRUMENT = (N + at for at in (MARKS.index(("actor", "group", "", "no")),
                                       MARKS.index(("instrument", "funding", "planned", "no"))))  # fmt: skip
CLOSE = {"challenge": N + len(MARKS), "instrument": N + len(MARKS) + 1, "actor": N + len(MARKS) + 2}
KIND = list(KINDS).index("instrument-actor")
TARGETS = KINDS["instrument-actor"].index("targets")
QUICK = Recipe(epochs=120, rate=3e-3, head_rate=1e-2, batch=200)


def toy():
    from transformers import BertConfig, BertModel

    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    torch.manual_seed(0)
    return relations.RelationNetwork(BertModel(BertConfig(vocab_size=N, **shape)))


def sentence(word, more=0):
    """»Hilfe (für | trotz) Leute …«: the instrument targets the actor if the word between them is 5."""
    ids = [1, INSTRUMENT, 8, CLOSE["instrument"], word, ACTOR, 9, CLOSE["actor"], *[10] * more, 2]
    row = [[1, 5, 3, 7, 3, 2, KIND]]
    return Sentence(Marked(ids, [1, 5], [3, 7]), np.array(row), np.array([TARGETS if word == 5 else 0]))


SENTENCES = [sentence(word, more) for word in (5, 6) for more in range(6)]


@pytest.fixture(scope="module")
def trained():
    network = toy()
    relations.train(network, SENTENCES, QUICK)
    return network


def weights(network):
    return {name: one.numpy().copy() for name, one in network.state_dict().items()}


def test_it_learns_what_stands_between(trained):
    for one, (row,) in zip(SENTENCES, relations.chances(trained, SENTENCES), strict=True):
        assert np.argmax(row) == one.gold[0]
        assert sum(row) == pytest.approx(1, abs=1e-5)


def test_the_same_seed_gives_the_same_weights(trained):
    again = toy()
    relations.train(again, SENTENCES, QUICK)
    first, second = weights(trained), weights(again)
    assert all((first[name] == second[name]).all() for name in first)


def test_pieces_stay_as_they_were_and_unseen_parts_count_as_zero(trained):
    before, after = toy().enc.get_input_embeddings().weight, trained.enc.get_input_embeddings().weight
    assert torch.equal(before, after)
    seen = [relations.PARTS.index(part) for part in ((0, "actor"), (1, "funding"), (3, "no"))]
    unseen = [relations.PARTS.index(part) for part in ((0, "challenge"), (1, "tax_price"), (3, "yes"))]
    assert trained.mark[seen].abs().sum(1).min() > 0
    assert not trained.mark[unseen].any()


def test_a_mark_is_the_sum_of_its_parts():
    network = toy()
    parts = [(0, "actor"), (1, "group"), (2, ""), (3, "no")]
    expected = sum(network.mark[relations.PARTS.index(part)] for part in parts)
    assert torch.allclose(network.table()[ACTOR], expected, atol=1e-6)
    assert len(network.table()) == N + len(MARKS) + 3


def test_sentences_without_pairs_have_no_probabilities(trained):
    bare = Sentence(Marked([1, 8, 2], [], []), np.zeros((0, 7), dtype=np.int64), np.zeros(0, dtype=np.int64))
    alone, none, other = relations.chances(trained, [SENTENCES[0], bare, SENTENCES[-1]])
    assert (len(alone), none, len(other)) == (1, [], 1)


def test_padding_changes_nothing(trained):
    (alone,), (among, *_) = relations.chances(trained, SENTENCES[:1]), relations.chances(trained, SENTENCES)
    assert np.allclose(alone, among, atol=1e-5)


def test_the_exported_encoder_gives_the_same_vectors(tmp_path):
    network = toy()
    relations.train(network, SENTENCES, Recipe(epochs=1, batch=200))
    network.eval()
    one = SENTENCES[0].marked.ids
    with torch.no_grad():
        given = torch.nn.functional.embedding(torch.tensor([one]), network.table())
        expected = network.enc(inputs_embeds=given).last_hidden_state.numpy()
    relations.export(network, tmp_path, [one])
    session = encoder._session(tmp_path / "encoder.onnx", exact=True)
    (found,) = session.run(None, {"input_ids": np.array([one])})
    assert np.allclose(found, expected, atol=1e-4)
    with np.load(tmp_path / "heads.npz") as heads:
        assert {"h1.weight", "h2.0.bias", "place.weight", "gap.weight", "kind.weight"} <= set(heads.files)
        assert not [name for name in heads.files if name.startswith(("enc.", "mark", "close", "says"))]
