"""To pack neighbouring sentences into one input of the encoder, so that each sees the others.

The encoder reads `<s> document type </s> sentence </s> sentence </s> …`: context costs nothing
but the pieces of the sentences themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.learning.labels import words

LONGEST = 480  # pieces of one input; the encoder has 512 positions


class Encoded(NamedTuple):
    """One sentence as the encoder reads it."""

    ids: tuple[int, ...]
    words: tuple[tuple[int, int], ...]  # offsets in the sentence
    pieces: tuple[tuple[int, int], ...]  # of each word: the range of its pieces in `ids`


class Window(NamedTuple):
    """One input of the encoder and where its sentences are in it."""

    ids: tuple[int, ...]
    sentences: tuple[int, ...]  # their positions in the document
    starts: tuple[int, ...]  # of each sentence: the place of its first piece in `ids`


def align(text: str, ids: Sequence[int], offsets: Sequence[tuple[int, int]]) -> Encoded:
    """Map the words of a sentence to its pieces; a piece that spans two words belongs to both.

    Words without any piece (a lone soft hyphen) are left out.
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


def cut(whole: Encoded, *, longest: int = LONGEST) -> Iterator[Encoded]:
    """Yield a sentence as parts of at most `longest` pieces, cut between words.

    A single word of more pieces (a damaged text layer) keeps its first ones only.
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
    """Yield windows of at most `budget` pieces (more where one sentence alone is longer).

    A chain holds positions of sentences that follow each other; no window crosses chains.
    `prefixes` are the pieces that stand before the window of each sentence, `first` and `last`
    the pieces that open the input and close each part.
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


def _window(
    held: Sequence[int], encoded: Sequence[Encoded], prefix: tuple[int, ...], first: int, last: int
) -> Window:
    ids = [first, *prefix, *((last,) if prefix else ())]
    starts = []
    for at in held:
        starts.append(len(ids))
        ids += [*encoded[at].ids, last]
    return Window(tuple(ids), tuple(held), tuple(starts))
