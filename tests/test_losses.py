"""What a tagger is trained to lower: labels that nobody told are not learned."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from pipeline.learning import samples  # noqa: E402
from pipeline.learning.jsonl import Example, Mention  # noqa: E402
from pipeline.learning.nets import losses  # noqa: E402
from pipeline.learning.nets.network import Network, tensors  # noqa: E402
from pipeline.learning.words import words  # noqa: E402

TEXT = "Der Bund hilft den Kommunen."


class Encoder(torch.nn.Module):
    """Gives each piece a vector of its own."""

    def __init__(self):
        super().__init__()
        self.config = type("Config", (), {"hidden_size": 8})
        self.table = torch.nn.Embedding(10, 8)

    def forward(self, input_ids, attention_mask):
        return type("Output", (), {"last_hidden_state": self.table(input_ids)})


def lost(*labels):
    """Return the losses of a sentence with two instruments, whose kind and status are told or not."""
    places = [(9, 14), (15, 18)]
    mentions = tuple(
        Mention(layer="instrument", start=start, end=end, text=TEXT[start:end], kind=kind, status=status)
        for (start, end), (kind, status) in zip(places, labels, strict=True)
    )
    made = samples.make(
        [Example(id="1", text=TEXT, mentions=mentions)],
        lambda texts: [([5, 6, 7, 8, 9, 3][: len(words(one))], words(one)) for one in texts],
        first=0,
        last=2,
    )
    torch.manual_seed(0)
    network = Network(Encoder(), width=8, dropout=0.0).eval()
    batch = tensors(made, samples.ordered(made, budget=20), pad=1)
    found = losses.losses_of(network, batch, smoothing=0.05)
    return {name: float(one) for name, one in found.items()}


def test_labels_that_nobody_told_are_not_learned():
    both, first, none = (
        lost(("funding", "planned"), ("funding", "planned")),
        lost(("funding", "planned"), (None, "planned")),
        lost((None, "planned"), (None, "planned")),
    )
    assert "instrument kind" not in none
    assert first["instrument kind"] != pytest.approx(both["instrument kind"])
    assert first["instrument status"] == both["instrument status"] == none["instrument status"]


def test_losses_are_summed_with_their_weights_and_averaged_over_the_batches_that_have_them():
    sums = losses.Sums()
    for losses_of_batch in ({"spans": 1.0}, {"spans": 3.0, "actor kind": 5.0}):  # the first has no actor
        sums.add({name: torch.tensor(value) for name, value in losses_of_batch.items()})
    assert sums.means(prefix="held-out ") == {"held-out actor kind": 5.0, "held-out spans": 2.0}
    told = {"spans": torch.tensor(2.0), "themes": torch.tensor(1.0)}
    expected = 2 * losses.WEIGHTS["spans"] + losses.WEIGHTS["themes"]
    assert float(losses.weighted(told)) == pytest.approx(expected)
