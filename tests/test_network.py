"""The network in torch: batches of windows, and encoders that are not there."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from pipeline.learning import samples  # noqa: E402
from pipeline.learning.jsonl import Example, Mention  # noqa: E402
from pipeline.learning.nets import network  # noqa: E402
from pipeline.learning.words import words  # noqa: E402
from pipeline.schema.labels import KINDS, LAYERS  # noqa: E402


def test_tensors_place_words_and_spans_of_several_sentences():
    text = "Der Bund fördert Kommunen und Länder."
    start = text.index("Kommunen")
    actor = Mention(layer="actor", start=start, end=len(text) - 1, text=text[start:-1], kind="municipal")
    rows = [Example(id=f"s{n}", text=text, doc="a", page=1, mentions=(actor,)) for n in range(3)]
    made = samples.make(
        rows, lambda texts: [([7] * len(words(one)), words(one)) for one in texts], first=0, last=2
    )
    batch = network.tensors(made, samples.ordered(made, budget=20), pad=1)
    assert batch.ids.shape[0] == 2  # two sentences of seven pieces in the first window, one in the second
    assert (batch.ids.flatten()[batch.pieces] == 7).all() and (batch.ids.flatten()[batch.ends] == 2).all()
    assert batch.owner.tolist() == [0] * 7 + [1] * 7 + [2] * 7
    assert batch.place.tolist() == list(range(21)) and batch.longest == 7
    spans = batch.spans[LAYERS.index("actor")]
    assert spans.first.tolist() == [3, 10, 17] and spans.last.tolist() == [5, 12, 19]
    assert spans.inside.tolist() == [3, 4, 5, 10, 11, 12, 17, 18, 19]
    assert spans.labels["kind"].argmax(1).tolist() == [KINDS["actor"].index("municipal")] * 3
    assert batch.spans[LAYERS.index("challenge")] is None


def test_a_checkpoint_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # its variable was read at import
    with pytest.raises(network.ModelError, match="none"):
        network.load_checkpoint("none", tmp_path, dropout=0.1)
