"""Every extractor reads every sentence; files go in and out in the codebook's format."""

from __future__ import annotations

import re

import pytest

from pipeline import extractors, tag
from pipeline.errors import InputError, ModelError
from pipeline.learning import jsonl
from pipeline.learning.jsonl import Example
from pipeline.records import Context

SENTENCES = (
    "Die Bundesregierung fördert die Wärmewende bis 2030 mit 500 Millionen Euro.",
    "Der Fachkräftemangel im Handwerk bleibt ein Problem.",
    "Die Bundesregierung fördert die Wärmewende bis 2030 mit 500 Millionen Euro.",
)
CONTEXTS = [Context(text=text) for text in SENTENCES]
TAG = re.compile(r"<(\w+)>(.*?)</\1>")


def test_extractors_are_found_by_listing_the_package():
    assert "mentions" in extractors.found()
    for name, extractor in extractors.found().items():
        assert extractor.LABELS, name
        assert callable(extractor.extract), name


@pytest.mark.parametrize(
    ("name", "example"), [(name, text) for name, one in extractors.found().items() for text in one.EXAMPLES]
)
def test_examples_come_out_as_they_are_written(name, example):
    extractor = extractors.found()[name]
    plain = TAG.sub(r"\2", example)
    expected = [(label, words) for label, words in TAG.findall(example)]
    spans = sorted(extractor.extract([Context(text=plain)]), key=lambda one: one.start)
    found = [(span.label, span.text) for span in spans if span.label != "theme"]
    assert found == expected


def test_spans_come_in_order_and_hold_their_words():
    spans = tag.tag(CONTEXTS).spans
    assert {span.label for span in spans} >= {"actor", "challenge", "theme", "time"}
    assert list(spans) == sorted(
        spans, key=lambda one: (one.sentence, one.start, one.end, one.label, one.kind)
    )
    assert all(SENTENCES[span.sentence][span.start : span.end] == span.text for span in spans)


def test_a_repeated_sentence_gets_the_rules_spans_again():
    times = [span.sentence for span in tag.tag(CONTEXTS).spans if span.label == "time"]
    assert times == [0, 2]


def test_no_sentences_no_spans():
    assert tag.tag([]).spans == ()


def test_a_file_is_tagged_line_by_line(tmp_path):
    examples = [Example(id=str(at), doc="x", page=1, text=text) for at, text in enumerate(SENTENCES)]
    jsonl.write(tmp_path / "in.jsonl", examples)
    assert tag.tag_file(tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 3
    tagged = list(jsonl.read(tmp_path / "out.jsonl"))
    assert [(one.id, one.text) for one in tagged] == [(one.id, one.text) for one in examples]
    assert "Bundesregierung" in {mention.text for mention in tagged[0].mentions}
    assert "Fachkräftemangel im Handwerk" in {mention.text for mention in tagged[1].mentions}
    assert tagged[0].themes


def test_labels_of_the_input_do_not_survive(tmp_path):
    jsonl.write(tmp_path / "in.jsonl", [Example(id="1", text="Guten Morgen zusammen.", themes=("trade",))])
    tag.tag_file(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert "trade" not in next(jsonl.read(tmp_path / "out.jsonl")).themes


def test_a_foreign_sentence_comes_out_bare(tmp_path):
    text = "The federal government must introduce a carbon tax and support the workers."
    jsonl.write(tmp_path / "in.jsonl", [Example(id="1", text=text)])
    tag.tag_file(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert next(jsonl.read(tmp_path / "out.jsonl")) == Example(id="1", text=text)


def test_missing_files_and_models_are_named(tmp_path):
    with pytest.raises(InputError):
        tag.tag_file(tmp_path / "none.jsonl", tmp_path / "out.jsonl")
    with pytest.raises(ModelError):
        tag.tag(CONTEXTS, model=str(tmp_path))
