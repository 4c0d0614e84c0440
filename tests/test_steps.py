"""How far the words for next and last lead."""

import re

import pytest

from pipeline.knowledge import steps


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("nächste kommenden bevorstehender", "+1"),
        ("letzte vorigen Vergangenes abgelaufener", "-1"),
        ("diese laufenden amtierende begonnenen", "0"),
        ("übernächste", "+2"),
        ("vorletzten vorvergangene", "-2"),
        ("neue neugewählten", "new"),
    ],
)
def test_words_lead_on_or_back(words, expected):
    assert {steps.stepped(match) for match in re.finditer(steps.STEP, words)} == {expected}
    assert len(re.findall(steps.STEP, words)) == len(words.split())
