"""The words of expressions of time fit each other."""

from pipeline.knowledge.months import MONTHS, SPELLINGS
from pipeline.knowledge.time_words import time_words, usual


def test_a_year_has_twelve_months_and_each_spelling_one_of_them():
    assert len(set(MONTHS)) == 12
    assert set(SPELLINGS.values()) == set(range(1, 13))
    assert SPELLINGS["Mrz"] == SPELLINGS["März"] == 3


def test_lists_have_no_word_twice():
    no_times = time_words().no_times
    for words in (no_times.foreign, no_times.offices, no_times.bodies):
        assert len(words.split()) == len(set(words.split()))


def test_letters_that_no_table_holds_become_usual_ones_in_their_place():
    assert usual("in den ſechs letzten Jahren, mıt İhr, \u212a") == "in den sechs letzten Jahren, mit Ihr, K"
