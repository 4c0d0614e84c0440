from __future__ import annotations

import numpy as np

from pipeline.knowledge.german import word_set
from pipeline.zipf import SEED, VOCABULARY, drawn, vocabulary


def test_function_words_are_the_most_frequent():
    words, function = vocabulary(), word_set("function", "words")
    assert len(words) == VOCABULARY and set(words[: len(function)]) == function
    assert words == vocabulary()


def test_frequency_falls_with_rank():
    counts = np.bincount(drawn(1_000, np.random.default_rng(SEED), 100_000), minlength=1_000)
    assert 1.8 < counts[0] / counts[1] < 2.2 and counts[:10].sum() > counts[500:].sum()
