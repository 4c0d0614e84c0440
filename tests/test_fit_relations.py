import json
import shutil

import pytest

pytest.importorskip("torch")

from pipeline.cards import find
from pipeline.errors import InputError
from pipeline.learning import fit_relations, jsonl, quantize, related
from pipeline.learning.fit_relations import Given
from pipeline.learning.nets import relations
from pipeline.learning.pairs import KINDS
from pipeline.relate import probabilities
from pipeline.versions import file_sha256
from tests.builders_relations import line


def sentence(number: int, word: str) -> dict:
    text = f"Hilfe {word} Leute{number}"
    one = line(text, ("Hilfe", "instrument"), (f"Leute{number}", "actor"), doc=f"d{number % 7}")
    one["relations"] = [{"from": 0, "to": 1, "kind": "targets"}] if word == "für" else []
    return one


@pytest.fixture
def sentences(tmp_path):
    path = tmp_path / "train.jsonl"
    lines = [json.dumps(sentence(i, "für" if i % 2 else "trotz")) for i in range(40)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def given(sentences):
    return Given(list(related.read(sentences)), [])


def test_the_regression_learns_what_is_plain_and_gives_the_same_weights_twice(given):
    weights, judged = fit_relations.fit(given), related.judged(given.data)
    chances = [probabilities(one.pair.features, weights[one.pair.kind]) for one in judged]
    assert fit_relations.scores(judged, chances, {"instrument-actor": 0.5})["all"].f1 == 1
    assert fit_relations.fit(given) == weights


def test_folds_leave_out_documents_and_cover_all_sentences_once(given):
    more = given._replace(more=given.data[:6])
    places = []
    for rest, held in fit_relations.folds(more):
        unseen = {given.data[at].doc for at in held}
        assert not unseen & {one.doc for part in rest for one in part}
        places += held
    assert sorted(places) == list(range(len(given.data)))


def test_thresholds_and_scores_come_from_documents_not_seen(given):
    judged, chances = related.judged(given.data), fit_relations.crossed(given)
    assert len(chances) == len(judged) == len(given.data)
    decisions = fit_relations.decided(judged, chances, chances)
    assert decisions.share == fit_relations.SHARE
    assert decisions.thresholds.both == decisions.thresholds.regression
    assert fit_relations.scores(judged, chances, decisions.thresholds.both)["all"].f1 == 1
    told = list(fit_relations.report(judged, chances, chances))
    assert any("both" in one for one in told) and any("targets" in one and "1.000" in one for one in told)


def test_sentences_are_read_in_the_taggers_pieces(given):
    one, *_ = fit_relations.sentences(given.data, find("tagger_fast"))
    assert one.rows.shape == (1, 7) and one.gold.tolist() == [0]
    other = fit_relations.sentences(given.data[1:2], find("tagger_fast"))[0]
    assert KINDS["instrument-actor"][other.gold[0]] == "targets"


def test_what_is_written_can_be_read(given, tmp_path):
    from pipeline.relate import DECISIONS, WEIGHTS

    judged, chances = related.judged(given.data), fit_relations.crossed(given)
    fit_relations.write(tmp_path, fit_relations.fit(given), fit_relations.decided(judged, chances, chances))
    assert b"instrument-actor" in (tmp_path / WEIGHTS).read_bytes()
    assert "share = 0.4" in (tmp_path / DECISIONS).read_text()


def toy(*_):
    from transformers import BertConfig, BertModel

    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    return relations.RelationNetwork(BertModel(BertConfig(vocab_size=37198, **shape)))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A model's folder beside the taggers, where training takes no time."""
    place = tmp_path / "relations"
    place.mkdir()
    (place / "readings.jsonl").write_text("")
    shutil.copy(find("relations") / "card.toml", place)
    for name in ("tagger", "tagger_fast"):
        (tmp_path / name).symlink_to(find(name))
    monkeypatch.setattr(fit_relations.readings, "read", lambda *_: iter(()))
    monkeypatch.setattr(fit_relations, "network_crossed", lambda given, *_: fit_relations.crossed(given))
    monkeypatch.setattr(fit_relations, "trained", toy)
    return place


def test_all_files_of_the_model_are_made_and_told(sentences, folder):
    *_, last = fit_relations.main(sentences, sentences, folder, folder, folder)
    assert last == f'"weights.json" = "{file_sha256(folder / "weights.json")}"'
    assert {"decisions.toml", "encoder.onnx", "heads.npz"} < {path.name for path in folder.iterdir()}


def test_nothing_is_written_unless_all_is_trained(sentences, folder, monkeypatch):
    monkeypatch.setattr(fit_relations, "trained", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(fit_relations.main(sentences, sentences, folder, folder, folder))
    assert {path.name for path in folder.iterdir()} == {"card.toml", "readings.jsonl"}


def test_the_weights_of_a_packed_network_can_be_read(given, tmp_path):
    network = toy()
    fit_relations.pack(network, fit_relations.sentences(given.data, find("tagger_fast")), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".jsonl") == [
        "encoder.onnx", "heads.npz",
    ]  # fmt: skip
    assert quantize.weights(tmp_path / "encoder.onnx")


def test_readings_take_text_and_mentions_from_the_sentences(sentences, tmp_path):
    path = tmp_path / "readings.jsonl"
    line = '{"id": "Hilfe für Leute3", "relations": [[0, "targets", 1]]}'
    path.write_text(f'{line}\n{{"id": "reading7", "relations": []}}\n', encoding="utf-8")
    (found,) = fit_relations.related_readings(path, jsonl.read(sentences))
    assert found == next(one for one in related.read(sentences) if one.id == "Hilfe für Leute3")


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "?", "relations": []}',
        '{"id": "Hilfe für Leute3", "relations": [[0, "targets", 2]]}',
        '{"id": "Hilfe für Leute3", "relations": [[1, "targets", 0]]}',
    ],
)
def test_a_reading_of_an_unknown_sentence_or_of_other_mentions_is_named(sentences, tmp_path, line):
    path = tmp_path / "readings.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=r"readings\.jsonl:1"):
        list(fit_relations.related_readings(path, jsonl.read(sentences)))
