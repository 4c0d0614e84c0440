"""The network for pairs: probabilities that depend on the sentence alone, and damage that is noticed."""

from __future__ import annotations

import shutil
from functools import cache

import pytest

from pipeline.cards import RELATIONS, find
from pipeline.errors import ModelError
from pipeline.learning import pair_network
from pipeline.learning.pairs import KINDS, NONE, pairs
from tests.builders_relations import span

TEXT = "Die FDP fordert Beratungsstellen für Familien."


def chances(text=TEXT):
    mentions = [
        span(text, "FDP", "actor", "party", "", "yes"),
        span(text, "Beratungsstellen für Familien", "instrument", "information", "demanded"),
        span(text, "Familien", "actor", "group"),
    ]
    return _network().chances(text, mentions, list(pairs(text, mentions)))


@cache
def _network():
    return pair_network.PairNetwork(find(RELATIONS))


@pytest.fixture
def copied(tmp_path):
    """A copy of the shipped model, beside the tokenizer that it shares."""
    folder = tmp_path / "relations"
    shutil.copytree(find(RELATIONS), folder)
    (tmp_path / "tagger").mkdir()
    shutil.copy(find("tagger") / "tokenizer.json", tmp_path / "tagger")
    return folder


def test_probabilities_add_up_and_tell_who_demands():
    by_party, by_families = chances()
    for one in (by_party, by_families):
        assert tuple(one) == KINDS["instrument-actor"]
        assert sum(one.values()) == pytest.approx(1, abs=1e-5)
    assert max(by_party, key=by_party.get) == "demands"
    assert max(by_families, key=by_families.get) == "targets"


def test_a_sentence_is_judged_alike_in_any_company():
    alone = chances()
    chances("Weil Wohnraum fehlt, wollen FDP und andere Beratungsstellen für Familien in jeder Stadt.")
    assert chances() == alone


def test_a_sentence_longer_than_the_encoder_is_not_judged():
    assert chances(TEXT + " Und so weiter" * 300) is None


def test_mentions_of_unknown_kinds_are_judged():
    text = "Hilfe für Leute"
    mentions = [span(text, "Hilfe", "instrument", "magic", "odd"), span(text, "Leute", "actor", "elves")]
    (found,) = _network().chances(text, mentions, list(pairs(text, mentions)))
    assert 0 < found[NONE] < 1


@pytest.mark.parametrize("name", ["encoder.onnx", "heads.npz"])
def test_a_damaged_file_is_noticed_and_named(copied, name):
    with (copied / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match=rf"{name}.*not the file its card names"):
        pair_network.PairNetwork(copied)


def test_a_damaged_tokenizer_of_another_model_is_noticed(copied):
    (copied.parent / "tagger" / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json.*not the file its card names"):
        pair_network.PairNetwork(copied)


def test_heads_of_another_kind_are_named(copied, monkeypatch):
    (copied / "heads.npz").write_bytes((find("tagger_fast") / "heads.npz").read_bytes())
    monkeypatch.setattr("pipeline.learning.encoder.verify", _unchecked)
    with pytest.raises(ModelError, match="holds no network for pairs"):
        pair_network.PairNetwork(copied)


def _unchecked(folder):
    import msgspec

    from pipeline.learning.encoder import Card

    return msgspec.toml.decode((folder / "card.toml").read_bytes(), type=Card)
