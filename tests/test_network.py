"""The network in torch: batches of windows, and what is exported of it."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pipeline.learning import encoder, samples  # noqa: E402
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


def test_an_exported_encoder_gives_what_it_gives_in_torch(tmp_path):
    """Also for a text longer than its local attention, which a short example would not export."""
    from transformers import ModernBertConfig, ModernBertModel

    shape = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 64}
    special = dict.fromkeys(
        ("pad_token_id", "bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id"), 0
    )
    torch.manual_seed(0)
    made = ModernBertModel(ModernBertConfig(vocab_size=40, local_attention=16, **shape, **special))
    with torch.no_grad():
        for one in made.parameters():
            one.mul_(10)  # so that attention is not the same everywhere
    network.write_floats(made.eval(), tmp_path / "encoder.onnx")
    session = encoder._session(tmp_path / "encoder.onnx", exact=True)
    for length in (3, 30):
        ids = torch.arange(1, length + 1)[None]
        there = made.eval()(input_ids=ids).last_hidden_state.detach().numpy()
        assert np.abs(session.run(None, {"input_ids": ids.numpy()})[0] - there).max() < 1e-2
