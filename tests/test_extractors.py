"""The contract that every extractor keeps; a new file in `pipeline/extractors` is tested at once."""

import re
from typing import get_args

import pytest
from msgspec.structs import replace

from pipeline import extractors
from pipeline.records import Context, Label
from pipeline.schema.labels import LAYERS
from pipeline.schema.values import ATTRIBUTE_KINDS

FOUND = extractors.found()
RULES = [name for name in FOUND if name != "mentions"]  # a model promises no single sentence
MARK = re.compile(r"<(\w+)>(.*?)</\1>")


def unmarked(example):
    """Return a sentence without its marks, and what was marked: label, start, end."""
    text, spans, at = "", [], 0
    for match in MARK.finditer(example):
        text += example[at : match.start()]
        spans.append((match[1], len(text), len(text) + len(match[2])))
        text, at = text + match[2], match.end()
    return text + example[at:], spans


def extract(name, *texts):
    return list(FOUND[name].extract([Context(text=text) for text in texts]))


@pytest.mark.parametrize("name", FOUND)
def test_examples_show_what_is_found_and_what_is_not(name):
    marks = [unmarked(example)[1] for example in FOUND[name].EXAMPLES]
    assert any(marks) and not all(marks)
    assert {label for spans in marks for label, _, _ in spans} <= set(FOUND[name].LABELS)


@pytest.mark.parametrize("name", FOUND)
def test_labels_are_known_to_the_stored_results_and_the_tables(name):
    known = {*LAYERS, "theme", "time", *ATTRIBUTE_KINDS}
    assert set(get_args(Label)) == known
    assert set(FOUND[name].LABELS) <= known


@pytest.mark.parametrize(("name", "example"), [(name, e) for name in RULES for e in FOUND[name].EXAMPLES])
def test_every_example_gives_the_tags_written_in_it(name, example):
    text, expected = unmarked(example)
    found = sorted((span.label, span.start, span.end) for span in extract(name, text))
    assert found == sorted(expected)


@pytest.mark.parametrize("name", FOUND)
def test_spans_are_words_of_their_sentence_and_say_who_found_them(name):
    texts = [unmarked(example)[0] for example in FOUND[name].EXAMPLES]
    for span in extract(name, *texts):
        assert span.label in FOUND[name].LABELS
        assert texts[span.sentence][span.start : span.end] == span.text
        assert 0 <= span.score <= 1
        assert span.by.startswith(("rule:", "model:"))


@pytest.mark.parametrize("name", RULES)
def test_a_sentence_in_front_changes_nothing(name):
    texts = [unmarked(example)[0] for example in FOUND[name].EXAMPLES]
    alone = [replace(span, sentence=span.sentence + 1) for span in extract(name, *texts)]
    assert extract(name, "Vorweg.", *texts) == alone


@pytest.mark.parametrize("name", FOUND)
def test_nothing_comes_from_nothing_and_twice_the_same_from_the_same(name):
    assert extract(name) == []
    assert [span for span in extract(name, "", " ", "\x00", "." * 2000) if span.label != "theme"] == []
    texts = [unmarked(example)[0] for example in FOUND[name].EXAMPLES]
    assert extract(name, *texts) == extract(name, *texts)
