"""Classify by spelling, as a second opinion: »Infrastrukturabgabe« is a levy because it ends in »abgabe«.

These are logistic regressions on hashed words and their parts of 3 to 5 letters, which the encoder's
pieces cut apart. They are weak alone; added to the encoder's logits they correct rare compounds.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.learning import decode

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
SIZE = 1 << 16
SIDES = (0, 0x5BD1E995, 0x9E3779B1)  # distinguish the words of a span from those before and after it
NEAR = 6  # words on each side of a span
LENGTHS = (3, 4, 5)
RATE = 0.1
# Sums of squares that AdaGrad begins with. A table that is learned on from has seen thousands of texts: with
# the sums of a new one, a hundred sentences would make it worse for all others.
BEGUN, GONE_ON = 1e-6, 1.0
_WORD = re.compile(r"\w+")


def features(text: str, side: int = 0) -> Ints:
    """Return the table rows of a text's words and their parts, sorted, each once."""
    found = [_parts(word) for word in _WORD.findall(text.lower())]
    if not found:
        return np.zeros(0, dtype=np.int64)
    return _once((np.concatenate(found) ^ SIDES[side]) % SIZE)


def around(text: str, start: int, end: int) -> Ints:
    """Return the table rows of a span, and of the words on either side as different features."""
    before = " ".join(_WORD.findall(text[:start])[-NEAR:])
    after = " ".join(_WORD.findall(text[end:])[:NEAR])
    return _once(np.concatenate([features(text[start:end]), features(before, 1), features(after, 2)]))


@lru_cache(maxsize=65536)
def _parts(word: str) -> Ints:
    framed = f"<{word}>"
    grams = {framed[at : at + n] for n in LENGTHS for at in range(len(framed) - n + 1)}
    return np.array([zlib.crc32(gram.encode()) for gram in sorted({*grams, f"={word}"})], dtype=np.int64)


def _once(rows: Ints) -> Ints:
    """Return the rows sorted, each once; twice as fast as `np.unique` for so few."""
    ordered: Ints = np.sort(rows)
    is_first = np.ones(len(ordered), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def scores(table: Floats, rows: Sequence[Ints]) -> Floats:
    """Return the logits of texts, (texts, classes); the table's last row is the bias."""
    found = np.zeros((len(rows), table.shape[1]), dtype=np.float32)
    for at, one in enumerate(rows):
        found[at] = table[one].sum(axis=0) / np.float32(max(1, len(one)) ** 0.5) + table[-1]
    return found


def fit(
    rows: Sequence[Ints],
    targets: NDArray[np.float32],
    *,
    single: bool,
    epochs: int,
    begun: Floats | None = None,
) -> Floats:
    """Return the table of a regression (AdaGrad, Duchi et al. 2011).

    Args:
        rows: The features of each text.
        targets: (texts, classes), 0 or 1.
        single: Whether the classes exclude each other (softmax) or not (sigmoids).
        epochs: How often each text is seen.
        begun: A table to learn on from; it is left as it is.
    """
    shape = (SIZE + 1, targets.shape[1])
    goes_on = begun is not None and begun.shape == shape
    table = np.array(begun) if goes_on else np.zeros(shape, dtype=np.float32)
    squares = np.full_like(table, GONE_ON if goes_on else BEGUN)
    order, rng = list(range(len(rows))), random.Random(0)
    for _ in range(epochs):
        rng.shuffle(order)
        for at in order:
            size = np.float32(max(1, len(rows[at])) ** 0.5)
            logits = table[rows[at]].sum(axis=0) / size + table[-1]
            slope = _likely(logits, single=single) - targets[at]
            _move(table, squares, rows[at], slope / size)
            _move(table, squares, np.array([SIZE]), slope)
    return table


def _likely(logits: Floats, *, single: bool) -> Floats:
    if not single:
        return decode.sigmoid(logits)
    raised = np.exp(logits - logits.max())
    return raised / raised.sum()  # type: ignore[no-any-return]


def _move(table: Floats, squares: Floats, rows: Ints, slope: Floats) -> None:
    squares[rows] += slope**2
    table[rows] -= RATE * slope / np.sqrt(squares[rows])
