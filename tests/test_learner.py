"""Training a network leg by leg, and what a finished training is known by."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

torch = pytest.importorskip("torch")

from pipeline.learning import recipe  # noqa: E402
from pipeline.learning.nets.halfway import Halfway  # noqa: E402
from pipeline.learning.nets.learner import learn, prepare  # noqa: E402
from pipeline.train import MAKING  # noqa: E402
from pipeline.versions import _closure, _module  # noqa: E402
from tests.builders_toy import toy  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("toy"))


def test_a_leg_of_few_steps_is_learned(folder, tmp_path):
    """Weights are averaged every four steps, and once more at the end of a leg."""
    config = recipe.read_config(folder / "train.toml")
    config = replace(config, batch=10_000, legs=(recipe.Leg(epochs=3, rate=5e-3, head_rate=1e-2),))
    given, _ = recipe.examples(config, folder, folds=0)
    learner = prepare(config, folder, given)
    before = {name: one.detach().clone() for name, one in learner.network.named_parameters()}
    curve = learn(learner, Halfway(tmp_path / "few", "key"))
    assert len(curve) == 3
    after = dict(learner.network.named_parameters())
    assert float((after["bio.weight"] - before["bio.weight"]).abs().max()) > 1e-3


def test_how_a_tagger_is_judged_does_not_decide_its_weights():
    """Folds of a cross-validation take hours, and stay when only their evaluation changes."""
    decide = {_module(file) for module in MAKING for file in _closure(module)}
    assert {"learning.samples", "learning.recipe", "learning.nets.descent", "learning.nets.losses"} <= decide
    judging = {
        "evaluate",
        "learning.calibrate",
        "learning.packing",
        "learning.analysis",
        "learning.status",
        "tag",
    }
    assert not decide & judging
