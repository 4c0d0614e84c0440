import random

import pytest

torch = pytest.importorskip("torch")

from pipeline.learning.nets import halfway  # noqa: E402
from pipeline.learning.nets.halfway import Halfway  # noqa: E402


def test_only_the_very_same_training_goes_on(tmp_path):
    kept = Halfway(tmp_path / "tagger", "abc")
    assert kept.read() is None
    kept.keep(leg=1, weights={"one": torch.ones(2)})
    found = kept.read()
    assert found["leg"] == 1 and found["weights"]["one"].tolist() == [1.0, 1.0]
    assert Halfway(tmp_path / "tagger", "abd").read() is None
    kept.path.write_bytes(kept.path.read_bytes()[:-100])
    assert kept.read() is None
    kept.forget()
    assert not list(tmp_path.iterdir())


def test_random_numbers_go_on(tmp_path):
    rng, kept = random.Random(3), Halfway(tmp_path / "tagger", "abc")
    kept.keep(chances=halfway.chances(rng))
    drawn = rng.random(), torch.rand(1).item()
    halfway.set_chances(rng, kept.read()["chances"])
    assert (rng.random(), torch.rand(1).item()) == drawn
