import pytest

from pipeline.extractors import amounts
from tests.attributes import HOSTILE, cases_of, check_examples, check_offsets, found_in


@pytest.mark.parametrize("case", cases_of("amount"), ids=lambda case: case["text"])
def test_cases(case):
    assert found_in(amounts, case["text"]) == case["found"]


def test_examples_say_what_is_found():
    check_examples(amounts, "amount")


def test_offsets_hold_and_sentences_are_counted():
    check_offsets(amounts, "amount")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_survived(text):
    assert isinstance(found_in(amounts, text), list)
