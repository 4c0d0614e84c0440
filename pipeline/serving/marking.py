"""Cut a text into pieces that are covered by the same mentions, to be shown as marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.records import Record
from pipeline.schema.labels import LAYERS


class Mark(Record):
    """The characters of a text that a mention covers."""

    start: int
    end: int
    layer: str
    mention_id: str


class MarkedPiece(Record):
    """A stretch of text covered by the same mentions; it links to the shortest of them."""

    text: str
    mention_id: str = ""  # "" if no mention covers it
    layers: tuple[str, ...] = ()
    first: bool = False  # whether the mention begins here
    last: bool = False


def pieces(text: str, marks: Sequence[Mark]) -> tuple[MarkedPiece, ...]:
    """Return the pieces of a text; joined, they give the whole text."""
    return tuple(_pieces(text, [mark for mark in marks if mark.start < mark.end <= len(text)]))


class QuotedPiece(Record):
    """A stretch of a sentence that is quoted as evidence for a mention."""

    text: str
    asked: bool  # whether the mention covers it
    given: bool  # whether one of its attributes does


def quoted(text: str, asked: tuple[int, int], given: Sequence[tuple[int, int]]) -> tuple[QuotedPiece, ...]:
    """Return the pieces of a sentence; joined, they give the whole sentence.

    Args:
        text: the sentence.
        asked: first character of the mention, and the one after its last.
        given: the same for each of its attributes.
    """
    cuts = sorted({0, len(text), *(cut for place in (asked, *given) for cut in place)})
    return tuple(
        QuotedPiece(
            text=text[start:end],
            asked=asked[0] <= start and end <= asked[1],
            given=any(first <= start and end <= last for first, last in given),
        )
        for start, end in pairwise(cuts)
    )


def wholes(text: str, marks: Sequence[Mark]) -> tuple[MarkedPiece, ...]:
    """Return the mentions of a text in the order in which they begin, each as one piece."""
    ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end, LAYERS.index(mark.layer)))
    return tuple(MarkedPiece(text[mark.start : mark.end], mark.mention_id, (mark.layer,)) for mark in ordered)


def _pieces(text: str, marks: Sequence[Mark]) -> Iterator[MarkedPiece]:
    cuts = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    begun: set[str] = set()
    for start, end in pairwise(cuts):
        over = [mark for mark in marks if mark.start <= start and end <= mark.end]
        if not over:
            yield MarkedPiece(text[start:end])
            continue
        own = min(over, key=lambda mark: (mark.end - mark.start, LAYERS.index(mark.layer)))
        yield MarkedPiece(
            text=text[start:end],
            mention_id=own.mention_id,
            layers=tuple(layer for layer in LAYERS if any(mark.layer == layer for mark in over)),
            first=own.mention_id not in begun,
            last=end == own.end,
        )
        begun.add(own.mention_id)
