"""What a training is made of: its configuration, and how much of each source an epoch draws."""

from __future__ import annotations

import random
from functools import partial

import numpy as np
import pytest

from pipeline.errors import SettingsError
from pipeline.knowledge.toml import as_toml
from pipeline.learning import jsonl, recipe, samples
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


@pytest.mark.parametrize(
    "line",
    [
        "folds = -1", "threads = 0", "batch = 0", "layers = -2", "dropout = 1.5", "[[legs]]\nepochs = 0",
        "[[legs]]\nrate = -1e-4", "[[legs]]\nshares = { train = 2.0 }", "[teaching]\nshare = -0.1",
    ],
)  # fmt: skip
def test_a_number_out_of_range_is_named(tmp_path, line):
    path = tmp_path / "train.toml"
    path.write_text(f'encoder = "e"\ntrain = "t"\n{line}\n', encoding="utf-8")
    name = line.split("\n")[-1].split(" ")[0]
    with pytest.raises(SettingsError, match=rf"(?s)Expected `(int|float)` [<>]= .*\$.*{name}"):
        recipe.read_config(path)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"by": ("none",)}, "teaching.by: 'none' is no tagger"),
        ({"tables": "none"}, "teaching.tables: 'none' holds no tables"),
    ],
)
def test_teachers_that_are_not_there_are_named_before_anything_is_trained(tmp_path, given, what):
    jsonl.write(tmp_path / "t.jsonl", [Example(id=str(n), doc=f"d{n}", text="Ja.") for n in range(4)])
    config = recipe.Config(train="t.jsonl", encoder="e", teaching=recipe.Teaching(**given))
    with pytest.raises(SettingsError, match=what):
        recipe.examples(config, tmp_path, folds=2)


@pytest.fixture
def learned(tmp_path):
    """A tagger's folder with the card of one that has learned two documents."""
    config = recipe.Config(train="t", encoder="e")
    told = recipe.trained_on(config, tmp_path, material("a", "b"), unlabelled=3)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "card.toml").write_bytes(as_toml({"trained_on": told}).encode())
    return tmp_path


def material(*known, unknown=()):
    known, unknown = ([Example(id="1", doc=doc, text="Ja.") for doc in docs] for docs in (known, unknown))
    return recipe.Material(known, unknown, 1)


def test_a_card_tells_what_was_learned_and_hides_names(learned):
    config = recipe.Config(train="t", start="old")
    told = recipe.trained_on(config, learned, material("b", "c", ""), unlabelled=3)
    assert (told["sentences"], told["documents"], told["unlabelled"], told["lost"]) == (3, 3, 3, 1)
    assert len(told["names"]) == 3 and not {"a", "b", "c"} & set(told["names"])


@pytest.mark.parametrize(
    ("given", "judge", "folds", "what"),
    [
        (
            material("c", unknown=("a", "d")),
            (),
            0,
            "learned 1 document of those that judge this tagger (first 'a')",
        ),
        (material("a", "b", "c"), (), 2, "learned 2 documents of those"),
        (material("c", unknown=("d",)), ("b",), 0, "(first 'b')"),
        (material("a"), (), 0, "nothing held out: the thresholds of `start` stay"),
    ],
)
def test_doubts_are_told(learned, given, judge, folds, what):
    config = recipe.Config(train="t", start="old")
    judged = [Example(id="1", doc=doc, text="Ja.") for doc in judge]
    (line,) = recipe.doubts(config, learned, given, judged, folds=folds)
    assert what in line


def test_without_doubts_nothing_is_told(learned):
    config = recipe.Config(train="t", start="old")
    assert list(recipe.doubts(config, learned, material("a", unknown=("d",)), [], folds=0)) == []
    (line,) = recipe.doubts(recipe.Config(train="t", encoder="e"), learned, material("a"), [], folds=0)
    assert "no thresholds are chosen" in line
