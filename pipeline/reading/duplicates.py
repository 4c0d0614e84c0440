"""Find documents that repeat another: another edition, the same text in a new layout, pages for spreads.

This uses MinHash (Broder 1997) over runs of five words, in bands (Leskovec et al., Mining of Massive
Datasets, ch. 3), so that the work grows with the number of documents, not of pairs.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt

WORDS = 5  # per run: shorter runs are phrases that all bills share
PERMUTATIONS, BANDS = (
    128,
    32,
)  # bands of four: pairs that share half their runs are found with probability .87, .7 with .9999
SAME = (
    0.6  # share of runs; on the reference corpus the two known pairs have .9 and more, all others below .35
)
FEW = 20  # runs: shorter documents are never taken for repetitions
PIECE = 512  # runs at a time: of each, a value is held for every permutation
TOKEN = re.compile(r"[^\W\d_]{2,}")


def signature(texts: Iterable[str]) -> bytes:
    """Return the signature of a document from the texts of its passages; empty for a very short one."""
    found = np.full(PERMUTATIONS, np.iinfo(np.uint32).max, np.uint32)
    first: set[int] = set()
    runs = _runs(texts)
    while part := list(islice(runs, PIECE)):
        if len(first) < FEW:
            first.update(part)
        found = np.minimum(found, _permuted(np.array(part, np.uint64)).min(axis=0))
    return found.astype("<u4").tobytes() if len(first) >= FEW else b""


def _runs(texts: Iterable[str]) -> Iterator[int]:
    """Yield a number for each run of consecutive words."""
    last: deque[str] = deque(maxlen=WORDS)
    for text in texts:
        for token in TOKEN.findall(text.casefold()):
            last.append(token)
            if len(last) == WORDS:
                yield zlib.crc32(" ".join(last).encode())


def _permuted(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
    """Return the values under each permutation by multiply-add-shift hashing (Dietzfelbinger 1996)."""
    random = np.random.default_rng(1997)
    factors = random.integers(1, 1 << 63, PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
    shifts = random.integers(0, 1 << 63, PERMUTATIONS, dtype=np.uint64)
    return ((values[:, None] * factors + shifts) >> np.uint64(32)).astype(np.uint32)


def near_duplicates(signatures: Mapping[str, bytes], periods: Mapping[str, str]) -> dict[str, str]:
    """Return the original, by id, of each document that repeats another one.

    Args:
        signatures: by document; of several equal documents, the first in order is the original.
        periods: by document, "" if unknown, and then last in order. What is tabled again in another
            period is no repetition, as nothing carries over from one Bundestag to the next.
    """
    arrays = {name: np.frombuffer(raw, "<u4") for name, raw in signatures.items() if raw}
    order = {name: at for at, name in enumerate(arrays)}
    found: dict[str, str] = {}
    pairs = _candidates(arrays, order, periods)
    for first, second in sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]])):
        if second not in found and float((arrays[first] == arrays[second]).mean()) >= SAME:
            found[second] = found.get(first, first)
    return found


def _candidates(
    arrays: Mapping[str, npt.NDArray[np.uint32]], order: Mapping[str, int], periods: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    """Return pairs of no two periods that share a band; if many share it, only pairs with the first."""
    pairs: set[tuple[str, str]] = set()
    buckets: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    for name, values in arrays.items():
        for band, part in enumerate(values.reshape(BANDS, -1)):
            buckets[band, part.tobytes()].append(name)
    for names in buckets.values():
        names.sort(key=lambda name: order[name])
        for period in {periods[name] for name in names}:
            near = [name for name in names if periods[name] in (period, "")]
            pairs.update((near[0], other) for other in near[1:])
            pairs.update(pairwise(near[1:9]))
    return pairs
