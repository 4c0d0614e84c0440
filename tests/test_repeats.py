"""Sentences that a document repeats are told from those that say something else."""

import pytest

from pipeline.repeats import repeats


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ((), set()),
        (("Wir wollen Wärme.", "Wir wollen Licht.", "Wir wollen Wärme."), {2}),
        (("Tit. 422 01 Bezüge der Boten", "Tit. 422 11 Bezüge der Boten"), {1}),
        (("Zusammen 31,0 Stellen", "Zusammen 6,5 Stellen", "6,5"), {1}),
        (("Bis 2030 bauen wir.", "Bis 2035 bauen wir.", "Bis 2035 bauen wir."), {2}),
        (("Titel 20301", "Titel 20302"), {1}),
        (("Wärme für alle.", "wärme für alle."), set()),
    ],
)
def test_a_sentence_repeats_an_earlier_one_apart_from_numbers(texts, found):
    assert repeats(texts) == found
