"""What a training is made of: its configuration, and how much of each source an epoch draws."""

from __future__ import annotations

import random
from functools import partial

import numpy as np
import pytest

from pipeline.errors import SettingsError
from pipeline.learning import recipe, samples
from pipeline.learning.jsonl import Example

SOURCES = {"train": "s1", "seen": "reading3", "readings": "reading4"}


@pytest.mark.parametrize(("source", "sentence"), SOURCES.items())
def test_a_sentence_is_drawn_by_the_share_of_its_source(source, sentence):
    shares = recipe.Shares(**{source: 0.5})
    told = {one: recipe.share(shares, 4, Example(id=one, text="")) for one in SOURCES.values()}
    assert told == {one: 0.5 if one == sentence else 1.0 for one in SOURCES.values()}


def test_an_epoch_holds_the_share_of_runs_that_is_told():
    examples = [Example(id=f"reading{2 * at}", text="Der Bund hilft.", doc=f"d{at}") for at in range(1000)]
    words = [([5, 6, 7], [(0, 3), (4, 8), (9, 15)])]
    made = samples.make(examples, lambda texts: words * len(texts), first=0, last=2)
    told = partial(recipe.share, recipe.Shares(seen=0.0, readings=0.3), 1000)
    drawn = [at for one in samples.shuffled(made, random.Random(1), share=told) for at in one.sentences]
    assert min(drawn) >= 500
    assert len(drawn) == pytest.approx(150, abs=3 * np.sqrt(500 * 0.3 * 0.7))


def test_a_configuration_with_an_unknown_word_is_named(tmp_path):
    path = tmp_path / "train.toml"
    path.write_text('encoder = "e"\ntrain = "t"\nreplay = 0.3\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="replay"):
        recipe.read_config(path)
