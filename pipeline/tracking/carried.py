"""Carry what a person wrote about open themes over to those of another encoder, by the sentences they share.

Directions of two encoders cannot be compared, but both encode much the same sentences: a theme is the one
from before if either has more than half of the other's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from pipeline.tracking import vectors
from pipeline.tracking.spherical import Ints, nearest, unit
from pipeline.tracking.themebook import Book, Entry, is_of
from pipeline.versions import digest

Members = Mapping[str, str]  # hash of a sentence's text -> id of its theme


def members(book: Book, path: Path, *, encoder: str, weights: str) -> Members:
    """Return the themes of the last run's sentences if another encoder has found them, else nothing.

    Args:
        book: the open themes so far.
        path: file with the vectors of the last run, not yet those of this one.
        encoder: the encoder of this run.
        weights: hash of its files.
    """
    themes = [entry for entry in book.theme if entry.centroid and entry.n]
    if is_of(book, encoder=encoder, weights=weights) or not themes:
        return {}
    stored = vectors.load(path)
    if stored.encoder != book.weights:
        return {}
    found = np.array([np.frombuffer(one, dtype=np.float32) for one in stored.vectors.values()])
    centroids = np.array([entry.direction() for entry in themes])
    if found.ndim != 2 or found.shape[1] != centroids.shape[1]:
        return {}
    directions = unit(found.astype(np.float64) - found.mean(axis=0, dtype=np.float64))
    at = nearest(directions, centroids).tolist()
    return {text: themes[one].id for text, one in zip(stored.vectors, at, strict=True)}


def carried(
    book: Book, before: Members, texts: Sequence[str], member: Ints, ids: Sequence[str]
) -> tuple[Book, list[str]]:
    """Return a book with what a person wrote in one of another encoder, and the ids of the present themes.

    A present theme that is clearly one from before gets its id and all that was written about it; what was
    written about others goes to `earlier`.

    Args:
        book: the open themes of another encoder.
        before: their sentences, from `members`.
        texts: the sampled sentences.
        member: their present themes, by position in `ids`.
        ids: ids of the present themes.
    """
    at = _same(before, texts, member)
    targets = {entry.into for entry in book.theme}
    wanted = {entry.id: entry for entry in book.theme if _is_written(entry) or entry.id in targets}
    while lost := {one.id for one in wanted.values() if one.id in at and one.into and one.into not in at}:
        at = {theme: place for theme, place in at.items() if theme not in lost}
    bare = [replace(entry, centroid="") for entry in wanted.values()]
    there = tuple(entry for entry in bare if entry.id in at)
    missed = tuple(entry for entry in bare if entry.id not in at)
    names = {at[entry.id]: entry.id for entry in there}
    kept = Book(theme=there, earlier=(*book.earlier, *missed))
    return kept, [names.get(place, theme) for place, theme in enumerate(ids)]


def _is_written(entry: Entry) -> bool:
    return bool(entry.name or entry.pin or entry.into)


def _same(before: Members, texts: Sequence[str], member: Ints) -> dict[str, int]:
    """Return the position of the present theme that each theme from before clearly is."""
    both = [(before.get(digest(text)), now) for text, now in zip(texts, member.tolist(), strict=True)]
    shared = [(then, now) for then, now in both if then is not None]
    common = Counter(shared)
    of_then, of_now = Counter(then for then, _ in shared), Counter(now for _, now in shared)
    return {then: now for (then, now), n in common.items() if 2 * n > max(of_then[then], of_now[now])}
