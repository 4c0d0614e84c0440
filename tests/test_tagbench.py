"""The bench of the tagger, on a page and two sentences written here."""

import pytest

from pipeline.errors import InputError, ModelError
from pipeline.learning import encoder, jsonl, tagbench
from pipeline.learning.jsonl import Example, Mention
from tests.pdf_writer import paragraph, write

TEXT = "Die Bundesregierung fördert den Ausbau der Windenergie an Land und auf See."


@pytest.fixture
def gold(tmp_path):
    actor = Mention(layer="actor", start=4, end=19, text="Bundesregierung", kind="federal", named="yes")
    jsonl.write(tmp_path / "gold.jsonl", [Example(id="1", text=TEXT, themes=("energy",), mentions=(actor,))])
    return tmp_path / "gold.jsonl"


def test_prints_speed_memory_and_quality_of_each_model(gold, tmp_path):
    write(tmp_path / "2021-koalitionsvertrag.pdf", [paragraph(70, 100, [TEXT] * 12)] * 2)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    printed: list[str] = []
    model, words = tagbench.bench(gold, tmp_path, tell=printed.append)
    assert "of 2 pages" in printed[0]
    assert [line.split()[0] for line in printed[2:]] == ["tagger", "keywords"]
    assert words.sentences > model.sentences > 0
    assert model.sentences > model.pages > 0
    assert model.memory > model.size
    assert 45 < model.size < 55  # of the files that the card names: readings to train on are not needed
    assert model.f1["actor"] == 1.0
    assert model.alike == 1.0 > words.alike


def test_the_model_in_floats_says_nearly_the_same(gold, tmp_path):
    pytest.importorskip("onnx")
    write(tmp_path / "2021-koalitionsvertrag.pdf", [paragraph(70, 100, [TEXT] * 12)])
    model, floats, _ = tagbench.bench(gold, tmp_path, floats=True, tell=lambda _: None)
    assert floats.name == "tagger in floats"
    assert floats.size > 2 * model.size
    assert floats.alike > 0.5


def test_a_model_that_shares_its_tokenizer_is_restored_with_a_copy(tmp_path):
    pytest.importorskip("onnx")
    restored = tagbench._restored("tagger_fast", tmp_path / "floats")
    assert encoder.verify(restored).tokenizer == "tokenizer.json"


def test_what_cannot_be_measured_is_named(gold, tmp_path):
    with pytest.raises(InputError, match="holds no PDF"):
        tagbench.bench(gold, tmp_path)
    write(tmp_path / "x.pdf", [paragraph(70, 100, [TEXT] * 12)])
    with pytest.raises(ModelError, match="no such model"):
        tagbench.bench(gold, tmp_path, models=["none"])
