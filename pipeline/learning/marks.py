"""Put marks around the mentions of a sentence, so that an encoder sees what is to be related.

An opening mark says what the tagger says of a mention, a closing mark its layer: »Der [actor federal
yes] Bund [/actor] fördert [instrument funding planned] Kitas [/instrument].« These are the typed markers
of Zhou and Chen (2022), "An Improved Baseline for Sentence-level Relation Extraction".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.learning.encoder import Pieces
from pipeline.learning.pairs import KINDS as RELATIONS
from pipeline.learning.pairs import PLACES, Pair, placed
from pipeline.records import Span
from pipeline.schema.labels import KINDS, LAYERS, NAMED, STATUSES

GAPS = 8  # classes of distance in pieces: 0, 1, 2 to 3, 4 to 7 … 64 and more


class Mark(NamedTuple):
    """What an opening mark says of a mention; "" stands for what is not known or does not exist."""

    layer: str
    kind: str
    status: str
    named: str


class Marked(NamedTuple):
    """A sentence in pieces with marks, and the places of each mention's opening and closing mark."""

    ids: list[int]
    starts: list[int]
    ends: list[int]


# In the encoder's table, these follow the pieces of the vocabulary; closing marks, one a layer, come last.
MARKS = tuple(
    Mark(layer, kind, status, named)
    for layer in LAYERS
    for kind in ("", *KINDS[layer])
    for status in ("", *STATUSES[layer])
    for named in ("", *NAMED)
)
_NUMBERS = {mark: number for number, mark in enumerate(MARKS)}


def mark(mention: Span) -> Mark:
    """Return the opening mark of a mention; a kind or status unknown to the codebook counts as not given."""
    layer = mention.label
    return Mark(
        layer,
        mention.kind if mention.kind in KINDS[layer] else "",
        mention.status if mention.status in STATUSES[layer] else "",
        mention.named if mention.named in NAMED else "",
    )


def marked(text: str, mentions: Sequence[Span], pieces: Pieces) -> Marked:
    """Return a sentence in pieces with marks; of nested mentions, the outer opens first and closes last."""
    ids, offsets = pieces([text])[0]
    places = [_place(one, offsets) for one in mentions]
    outer_first = sorted(range(len(mentions)), key=lambda k: (-places[k][1], k))
    inner_first = sorted(range(len(mentions)), key=lambda k: (-places[k][0], -k))
    found, starts, ends = [pieces.first], [0] * len(mentions), [0] * len(mentions)
    for at in range(len(ids) + 1):
        for k in outer_first:
            if places[k][0] == at:
                starts[k] = len(found)
                found.append(pieces.n + _NUMBERS[mark(mentions[k])])
        found += ids[at : at + 1]
        for k in inner_first:
            if places[k][1] == at:
                ends[k] = len(found)
                found.append(pieces.n + len(MARKS) + LAYERS.index(mentions[k].label))
    return Marked([*found, pieces.last], starts, ends)


def _place(mention: Span, offsets: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the first and the last piece of a mention; if it has none, where it would stand."""
    first = next((at for at, (_, end) in enumerate(offsets) if end > mention.start), len(offsets))
    last = max((at for at, (start, _) in enumerate(offsets) if start < mention.end), default=-1)
    return first, max(first, last)


def rows(sentence: Marked, mentions: Sequence[Span], pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """Return the network's input for pairs, (pairs, 7).

    The columns are the opening marks of both mentions, their closing marks, and the numbers of place, gap and
    kind of pair.
    """
    starts, ends = sentence.starts, sentence.ends
    found = []
    for i, j, kind, _ in pairs:
        gap = max(0, max(starts[i], starts[j]) - min(ends[i], ends[j]))
        place = PLACES.index(placed(mentions[i], mentions[j]))
        number = list(RELATIONS).index(kind)
        found.append((starts[i], starts[j], ends[i], ends[j], place, min(gap.bit_length(), GAPS - 1), number))
    return np.array(found, dtype=np.int64).reshape(-1, 7)
