"""Draw invented words from the taxonomies and their compounds, as frequent as those of German text.

Frequency falls with rank (Zipf 1949), so that sentences and questions hold rare and common words.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from pipeline.knowledge.german import word_set
from pipeline.knowledge.toml import FOLDER

SEED = 20211026
VOCABULARY = 60_000  # distinct word forms in the mentions and sentences of about 7,000 pages
WORDS = 17  # per sentence, the mean of 12,597 annotated ones
_NOUN = re.compile(r"\b[A-ZÄÖÜ][a-zäöüß]{3,}\b")


def vocabulary() -> list[str]:
    """Return word forms, most frequent first: function words, then nouns and their compounds."""
    texts = (path.read_text("utf-8") for path in sorted(FOLDER.glob("*.toml")))
    nouns = sorted({word for text in texts for word in _NOUN.findall(text)})
    rng = np.random.default_rng(SEED)
    pairs = rng.integers(len(nouns), size=(VOCABULARY, 2)).tolist()
    compounds = [f"{nouns[a]}{nouns[b].lower()}" for a, b in pairs]
    mixed = [*nouns, *compounds]
    shuffled = [mixed[at] for at in rng.permutation(len(mixed))]
    return [*sorted(word_set("function", "words")), *shuffled][:VOCABULARY]


def drawn(words: int, rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    """Return n positions in a list of words, drawn by Zipf's law."""
    weights = np.cumsum(1 / np.arange(1, words + 1))
    found: NDArray[np.int64] = np.searchsorted(weights, rng.random(n) * weights[-1])
    return found
