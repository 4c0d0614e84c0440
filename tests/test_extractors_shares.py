import pytest

from pipeline.extractors import shares
from tests.attributes import HOSTILE, cases_of, check_examples, check_offsets, found_in


@pytest.mark.parametrize("case", cases_of("share"), ids=lambda case: case["text"])
def test_cases(case):
    assert found_in(shares, case["text"]) == case["found"]


def test_examples_say_what_is_found():
    check_examples(shares, "share")


def test_offsets_hold_and_sentences_are_counted():
    check_offsets(shares, "share")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_survived(text):
    assert isinstance(found_in(shares, text), list)
