"""Learn vectors of roots from the neighbours they have in policy texts; a script, run by hand.

`python -m pipeline.learning.fit_roots build/real/tables models/concepts`

The vectors are the largest singular vectors, times the square roots of the singular values, of the positive
pointwise mutual information of roots and their neighbours; window, smoothing of contexts and weights of
values follow Levy, Goldberg & Dagan (2015, "Improving Distributional Similarity with Lessons Learned from
Word Embeddings", sections 3.1 to 3.3). Nothing else of the texts is kept, except how often a root occurs.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from sklearn.decomposition import TruncatedSVD

from pipeline.knowledge import keys
from pipeline.learning.distribution import ROOTS, Roots
from pipeline.store import write_bytes
from pipeline.versions import file_sha256

LEAST = 3  # occurrences that a root needs
WINDOW = 6  # roots to each side; one at distance d counts 1/√d
SMOOTHING = 0.75  # power of the contexts' frequencies
WIDTH = 300
SEED = 20211026


def learn(sentences: Sequence[Sequence[str]]) -> Roots:
    """Return vectors of the roots in sentences, each given as the roots of its content words in order."""
    counts = Counter(root for roots in sentences for root in roots)
    known = sorted(root for root, count in counts.items() if count >= LEAST)
    pairs = _near(sentences, {root: at for at, root in enumerate(known)})
    svd = TruncatedSVD(min(WIDTH, len(known) - 1), random_state=SEED)
    scaled = svd.fit_transform(_information(pairs)) / np.sqrt(svd.singular_values_)
    unit = scaled / np.maximum(np.linalg.norm(scaled, axis=1, keepdims=True), 1e-9)
    total = sum(counts.values())
    return Roots.of(known, np.log([total / counts[root] for root in known]), unit)


def _near(sentences: Sequence[Sequence[str]], numbers: dict[str, int]) -> csr_matrix:
    """Return how often roots occur near each other, (roots, roots), symmetric."""
    gap = [-1] * WINDOW  # keeps windows from reaching into the next sentence
    line = [
        number for roots in sentences for number in (*(numbers[one] for one in roots if one in numbers), *gap)
    ]
    places = np.array(line, dtype=np.int64)
    size = len(numbers)
    found = csr_matrix((size, size))
    for distance in range(1, WINDOW + 1):
        left, right = places[:-distance], places[distance:]
        both = (left >= 0) & (right >= 0)
        weights = np.full(int(both.sum()), 1 / np.sqrt(distance))
        found = found + coo_matrix((weights, (left[both], right[both])), shape=(size, size)).tocsr()
    found = (found + found.T).tocsr()
    found.setdiag(0)
    found.eliminate_zeros()
    return found


def _information(pairs: csr_matrix) -> csr_matrix:
    """Return the positive pointwise mutual information (nats) of roots and contexts."""
    cells = pairs.tocoo()
    often: NDArray[np.float64] = np.asarray(pairs.sum(axis=0)).ravel()
    smoothed = often**SMOOTHING / (often**SMOOTHING).sum()
    expected = often[cells.row] / often.sum() * smoothed[cells.col]
    information = np.log(cells.data / often.sum() / expected)
    kept = information > 0
    return csr_matrix((information[kept], (cells.row[kept], cells.col[kept])), shape=pairs.shape)


def main(tables: Path, folder: Path) -> str:
    """Learn from the sentences in a run's tables, write the vectors, and return the line with their hash."""
    columns = pq.read_table(tables / "sentences.parquet", columns=["text"]).column("text")
    kept = learn([[part.root for part in keys.roots(text)] for text in columns.to_pylist()])
    write_bytes(folder / ROOTS, msgspec.msgpack.encode(kept))
    return f'"{ROOTS}" = "{file_sha256(folder / ROOTS)}"'


if __name__ == "__main__":
    sys.stdout.write(f"{main(*map(Path, sys.argv[1:3]))}\n")
