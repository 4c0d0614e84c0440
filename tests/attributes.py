"""What the tests of the four extractors of attributes share; cases are in `cases/attributes.jsonl`."""

import json
import re
from pathlib import Path

from pipeline.records import Context

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "attributes.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
HOSTILE = (
    "",
    " ",
    "§",
    "bis",
    "Euro",
    "%",
    "1" * 400,
    "1.000" * 200,
    "§ " * 300,
    "zwischen " * 200,
    "Ab" * 300,
    "in T€ 120 130 140 150 160 170 180",
    "EUR 120 130 140 150 160 170 180 190",
    "100 200 300 400 500 600 Mio. Euro",
    "tausend" * 1100 + " Euro",
    "9" * 30 + " %",
)


def cases_of(label):
    """The cases of an extractor; enough with and without a finding."""
    mine = [case for case in CASES if case["label"] == label]
    assert sum(bool(case["found"]) for case in mine) >= 12
    assert sum(not case["found"] for case in mine) >= 5
    return mine


def found_in(extractor, text):
    """What an extractor finds in one sentence, as the cases write it."""
    found = extractor.extract([Context(text=text)])
    return [[span.text, span.kind, span.value, span.unit] for span in found]


def check_examples(extractor, label):
    """The examples of an extractor say what it finds, and one of them that it finds nothing."""
    assert label in extractor.LABELS
    for example in extractor.EXAMPLES:
        plain = re.sub(r"</?\w+>", "", example)
        expected = re.findall(rf"<{label}>(.*?)</{label}>", example)
        assert [text for text, *_ in found_in(extractor, plain)] == expected
    assert any(f"<{label}>" not in example for example in extractor.EXAMPLES)


def check_offsets(extractor, label):
    """Offsets hold and sentences are counted, over the cases of all extractors."""
    texts = [case["text"] for case in CASES]
    for span in extractor.extract([Context(text=text) for text in texts]):
        assert texts[span.sentence][span.start : span.end] == span.text
        assert span.label == label
        assert span.by.startswith("rule:")
