"""Pack neighbouring sentences into one input of the encoder, so that each is read in context; batch inputs.

The encoder reads `<s> document type </s> sentence </s> sentence </s> …`, so that context costs
nothing but the pieces of the sentences themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.learning.words import words

LONGEST = 480  # pieces of one input; the encoder has 512 positions


class Encoded(NamedTuple):
    """One sentence as input of the encoder."""

    ids: tuple[int, ...]
    words: tuple[tuple[int, int], ...]  # offsets in the sentence
    pieces: tuple[tuple[int, int], ...]  # by word: the range of its pieces in `ids`


class Window(NamedTuple):
    """One input of the encoder, and the places of its sentences."""

    ids: tuple[int, ...]
    sentences: tuple[int, ...]  # their positions in the document
    starts: tuple[int, ...]  # by sentence: the position of its first piece in `ids`


def align(text: str, ids: Sequence[int], offsets: Sequence[tuple[int, int]]) -> Encoded:
    """Map the words of a sentence to its pieces; a piece that spans two words belongs to both.

    Words without pieces (such as a lone soft hyphen) are left out.
    """
    kept, ranges, at = [], [], 0
    for start, end in words(text):
        while at < len(offsets) and offsets[at][1] <= start:
            at += 1
        last = at
        while last < len(offsets) and offsets[last][0] < end:
            last += 1
        if last > at:
            kept.append((start, end))
            ranges.append((at, last))
    return Encoded(tuple(ids), tuple(kept), tuple(ranges))


def places(encoded: Encoded) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of the pieces of all words, word by word, and the number of pieces of each word."""
    ranges = np.array(encoded.pieces, dtype=np.int64).reshape(-1, 2)
    sizes = ranges[:, 1] - ranges[:, 0]
    before = np.cumsum(sizes) - sizes
    return np.repeat(ranges[:, 0] - before, sizes) + np.arange(sizes.sum()), sizes


def cut(whole: Encoded, *, longest: int = LONGEST) -> Iterator[Encoded]:
    """Yield a sentence in parts of at most `longest` pieces, cut between words.

    A single word with more pieces (from a damaged text layer) keeps only the first ones.
    """
    first = 0
    while first < len(whole.words):
        origin = whole.pieces[first][0]
        end = first + 1
        while end < len(whole.words) and whole.pieces[end][1] - origin <= longest:
            end += 1
        stop = min(whole.pieces[end - 1][1], origin + longest)
        ranges = tuple((a - origin, min(b, stop) - origin) for a, b in whole.pieces[first:end])
        yield Encoded(whole.ids[origin:stop], whole.words[first:end], ranges)
        first = end


def pack(
    chains: Iterable[Sequence[int]],
    encoded: Sequence[Encoded],
    prefixes: Sequence[tuple[int, ...]],
    *,
    budget: int,
    first: int,
    last: int,
) -> Iterator[Window]:
    """Yield windows of at most `budget` pieces (more if a single sentence is longer).

    A chain holds the positions of consecutive sentences; no window crosses chains. `prefixes` are, for
    each sentence, the pieces with which its window begins; `first` and `last` are the pieces that open
    the input and close each part.
    """
    for chain in chains:
        held: list[int] = []
        size = 0
        for at in chain:
            length = len(encoded[at].ids) + 1
            if held and size + length > budget:
                yield _window(held, encoded, prefixes[held[0]], first, last)
                held, size = [], 0
            held.append(at)
            size += length
        if held:
            yield _window(held, encoded, prefixes[held[0]], first, last)


def batches(order: Iterable[int], lengths: Sequence[int], *, pieces: int) -> Iterator[list[int]]:
    """Yield positions of inputs in batches of at most `pieces` once all are as long as the longest of theirs.

    Args:
        order: The positions, best by length.
        lengths: The length of each input, by position.
        pieces: Pieces of a batch; a longer input is a batch of its own.
    """
    batch: list[int] = []
    longest = 0
    for at in order:
        longest = max(longest, lengths[at])
        if batch and (len(batch) + 1) * longest > pieces:
            yield batch
            batch, longest = [], lengths[at]
        batch.append(at)
    if batch:
        yield batch


def _window(
    held: Sequence[int], encoded: Sequence[Encoded], prefix: tuple[int, ...], first: int, last: int
) -> Window:
    ids = [first, *prefix, *((last,) if prefix else ())]
    starts = []
    for at in held:
        starts.append(len(ids))
        ids += [*encoded[at].ids, last]
    return Window(tuple(ids), tuple(held), tuple(starts))
