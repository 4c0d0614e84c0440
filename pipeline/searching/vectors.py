"""Keep vectors of sentences in a folder, computed once per text, and search them by similarity.

A search first compares one bit per dimension (above or below the mean) and then the best candidates in
full, as in "Binary and scalar embedding quantization" (Shakir, Aarsen and Lee 2024): a million
vectors take 48 MB of memory. Texts are identified by a hash; the folder holds no text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.store import replacing

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]
Fetch = Callable[[Sequence[int]], list[str]]
Tell = Callable[[int, int], None]

WIDTH = 384
KEY = 16  # bytes of the hash of a text
BATCH = 512  # texts encoded before their vectors are saved
BLOCK = 65_536  # vectors held in memory at once
# Least number compared in full. For 30 questions, the signs kept 0.86 of the ten best sentences among the
# best 2 % of 4,000 and 0.99 among 10 %; at the same share, recall grows with the number (0.46 at 500).
CANDIDATES = 10_000
EXACT = 20_000  # up to so many vectors, all are compared in full


def key(text: str) -> bytes:
    """Return the hash that identifies a text."""
    return hashlib.blake2b(text.encode(), digest_size=KEY).digest()


class Vectors:
    """The vectors in a folder; `rows[i]` is the row of the vector of the table's sentence i, -1 for none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: NDArray[np.int32] = np.load(folder / "rows.npy")
        self._signs: NDArray[np.uint64] = np.load(folder / "signs.npy")
        self._mean: Floats = np.load(folder / "mean.npy")
        self._all = _stored(folder, self._signs.shape[1])

    def nearest(
        self, vector: Floats, *, limit: int, allowed: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return the sentences most similar to a vector of unit length, with their cosines.

        Args:
            vector: vector of shape (384,).
            limit: the largest number of sentences.
            allowed: positions of the sentences to search, by default all.
        """
        sentences = np.flatnonzero(self.rows >= 0) if allowed is None else allowed[self.rows[allowed] >= 0]
        if not len(sentences):
            return []
        used = np.zeros(self._signs.shape[1], dtype=np.bool_)
        used[self.rows[sentences]] = True
        found = np.flatnonzero(used)
        if len(found) > EXACT:
            found = found[self._closest(vector, found, max(CANDIDATES, 20 * limit))]
        scores = np.asarray(self._all[found], dtype=np.float32) @ vector
        best = np.lexsort((found, -scores))[:limit]
        return self._spread(sentences, found[best], scores[best])[:limit]

    def _closest(self, vector: Floats, found: NDArray[Any], n: int) -> NDArray[np.int64]:
        """Return the positions in `found` whose signs differ least: n, or more if some are equal."""
        signs = _signs((vector - self._mean)[None])[:, 0]
        whole = len(found) == self._signs.shape[1]
        distance = np.zeros(len(found), dtype=np.uint16)
        for of_vectors, of_question in zip(self._signs, signs, strict=True):
            distance += np.bitwise_count((of_vectors if whole else of_vectors[found]) ^ of_question)
        least = np.searchsorted(np.cumsum(np.bincount(distance)), n)
        return np.flatnonzero(distance <= least)

    def _spread(
        self, sentences: NDArray[np.int64], best: NDArray[Any], scores: Floats
    ) -> list[tuple[int, float]]:
        """Return the sentences that have the best vectors; equal texts share a vector."""
        cosine = dict(zip(best.tolist(), scores.tolist(), strict=True))
        same = sentences[np.isin(self.rows[sentences], best)].tolist()
        found = [(at, cosine[int(self.rows[at])]) for at in same]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def keep(folder: Path, keys: Sequence[bytes], fetch: Fetch, encode: Encode, tell: Tell) -> None:
    """Bring a folder up to date with the sentences of the table; after an interruption, call it again.

    Args:
        folder: the folder, created if it is missing.
        keys: key of each sentence of the table in order, empty for one that must not be found.
        fetch: returns the texts of sentences by their positions.
        encode: returns one vector of unit length per text.
        tell: called with the number of texts encoded and their total.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = _known(folder)
    missing = {one: at for at, one in enumerate(keys) if one and one not in known}
    for done, batch in _batches(list(missing.values())):
        tell(done, len(missing))
        _append(folder, [keys[at] for at in batch], encode(fetch(batch)))
    known = _known(folder)
    rows = np.array([known[one] if one else -1 for one in keys], dtype=np.int32)
    _save(folder / "rows.npy", rows)
    _summarise(folder, len(known))


def _batches(positions: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    for start in range(0, len(positions), BATCH):
        yield start, positions[start : start + BATCH]


def _known(folder: Path) -> dict[bytes, int]:
    """Return the row of each text by key; half-written data of a killed call are cut off."""
    keys, vectors = folder / "keys.bin", folder / "vectors.f16"
    for path in (keys, vectors):
        path.touch()
    n = min(keys.stat().st_size // KEY, vectors.stat().st_size // (2 * WIDTH))
    for path, size in ((keys, KEY), (vectors, 2 * WIDTH)):
        if path.stat().st_size != n * size:
            with path.open("rb+") as file:
                file.truncate(n * size)
    data = keys.read_bytes()
    return {data[KEY * at : KEY * (at + 1)]: at for at in range(n)}


def _append(folder: Path, keys: Sequence[bytes], vectors: Floats) -> None:
    with (folder / "vectors.f16").open("ab") as file:
        file.write(vectors.astype(np.float16).tobytes())
    with (folder / "keys.bin").open("ab") as file:  # last, since vectors without a key are cut off
        file.write(b"".join(keys))


def _stored(folder: Path, n: int) -> NDArray[np.float16]:
    if not n:
        return np.zeros((0, WIDTH), dtype=np.float16)
    return np.memmap(folder / "vectors.f16", dtype=np.float16, mode="r", shape=(n, WIDTH))


def _summarise(folder: Path, n: int) -> None:
    """Write the mean of all vectors and the signs of their differences from it."""
    vectors = _stored(folder, n)
    blocks = [slice(start, start + BLOCK) for start in range(0, n, BLOCK)]
    total = sum((vectors[block].sum(axis=0, dtype=np.float64) for block in blocks), np.zeros(WIDTH))
    mean = (total / max(n, 1)).astype(np.float32)
    signs = np.empty((WIDTH // 64, n), dtype=np.uint64)
    for block in blocks:
        signs[:, block] = _signs(vectors[block] - mean)
    _save(folder / "mean.npy", mean)
    _save(folder / "signs.npy", signs)


def _signs(vectors: Floats) -> NDArray[np.uint64]:
    """Return the signs of vectors (n, 384) as 64-bit words (6, n)."""
    bits = np.packbits(vectors > 0, axis=1)
    return np.ascontiguousarray(bits.view(np.uint64).T)


def _save(path: Path, array: NDArray[Any]) -> None:
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.save(file, array)
