"""Sentences that a document repeats are told from those that say something else."""

import pytest

from pipeline.repeats import repeats


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ((), []),
        (("Wir wollen Wärme.", "Wir wollen Licht.", "Wir wollen Wärme."), [False, False, True]),
        (("Tit. 422 01 Bezüge der Boten", "Tit. 422 11 Bezüge der Boten"), [False, True]),
        (("Zusammen 31,0 Stellen", "Zusammen 6,5 Stellen", "6,5"), [False, True, False]),
        (("Bis 2030 bauen wir.", "Bis 2035 bauen wir.", "Bis 2035 bauen wir."), [False, False, True]),
        (("Titel 20301", "Titel 20302"), [False, True]),
        (("Wärme für alle.", "wärme für alle."), [False, False]),
    ],
)
def test_a_sentence_repeats_an_earlier_one_apart_from_numbers(texts, found):
    assert repeats(texts) == found
