"""The four extractors of attributes: their cases are data in `cases/attributes.jsonl`."""

import json
import re
from pathlib import Path

import pytest

from pipeline.extractors import amounts, deadlines, laws, shares
from pipeline.records import Context

EXTRACTORS = {"amount": amounts, "share": shares, "deadline": deadlines, "law": laws}
CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "attributes.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:50] for case in CASES])
def test_cases(case):
    found = EXTRACTORS[case["label"]].extract([Context(text=case["text"])])
    assert [[span.text, span.kind, span.value, span.unit] for span in found] == case["found"]


@pytest.mark.parametrize("label", EXTRACTORS)
def test_every_kind_has_cases_with_and_without_a_finding(label):
    mine = [case for case in CASES if case["label"] == label]
    assert sum(bool(case["found"]) for case in mine) >= 12
    assert sum(not case["found"] for case in mine) >= 5


@pytest.mark.parametrize("label", EXTRACTORS)
def test_examples_say_what_is_found(label):
    extractor = EXTRACTORS[label]
    assert label in extractor.LABELS
    for example in extractor.EXAMPLES:
        plain = re.sub(r"</?\w+>", "", example)
        expected = re.findall(rf"<{label}>(.*?)</{label}>", example)
        assert [span.text for span in extractor.extract([Context(text=plain)])] == expected
    assert any(f"<{label}>" not in example for example in extractor.EXAMPLES)


@pytest.mark.parametrize("label", EXTRACTORS)
def test_offsets_hold_and_sentences_are_counted(label):
    texts = [case["text"] for case in CASES]
    for span in EXTRACTORS[label].extract([Context(text=text) for text in texts]):
        assert texts[span.sentence][span.start : span.end] == span.text
        assert span.label == label
        assert span.by.startswith("rule:")


@pytest.mark.parametrize("label", EXTRACTORS)
@pytest.mark.parametrize(
    "text", ["", " ", "§", "bis", "Euro", "%", "1" * 400, "1.000" * 200, "§ " * 300, "zwischen " * 200]
)
def test_hostile_text_is_survived(label, text):
    assert isinstance(list(EXTRACTORS[label].extract([Context(text=text)])), list)
