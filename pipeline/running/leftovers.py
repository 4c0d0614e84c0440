"""Remove stored results that no document uses any more, but none of a document that cannot be opened now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from pipeline import store

OWNERS = "cache/owners"  # whose the stored results are, as the last run noted it
Results = set[tuple[str, str]]  # stage and key of each


def clear(out: Path, used: Mapping[str, Mapping[str, str]], unseen: Sequence[str]) -> None:
    """Remove the stored results of documents that are gone, or that have other results now.

    While something cannot be opened, only what an earlier run noted is removed: what no run has noted may be
    of documents in there, read by a run that was interrupted.

    Args:
        out: The output folder.
        used: The key of each result by stage, by the path of the document.
        unseen: Paths of files and folders that are there and cannot be opened.
    """
    before = store.recalled(out / OWNERS, dict[str, Results]) or {}
    now: dict[str, Results] = {path: set(keys.items()) for path, keys in used.items()}
    places = frozenset(unseen)
    hidden = {path: keys for path, keys in before.items() if _is_in(path, places)}
    keep = _all([*now.values(), *hidden.values()])
    if unseen:
        store.discard(out, _all(before.values()) - keep)
    else:
        store.prune(out, keep)
    owners = now | {path: now.get(path, set()) | keys for path, keys in hidden.items()}
    if owners != before:
        noted = {path: sorted(owners[path]) for path in sorted(owners)}
        store.write_bytes(out / OWNERS, msgspec.msgpack.encode(noted))


def _all(results: Iterable[Results]) -> Results:
    return {one for some in results for one in some}


def _is_in(path: str, places: frozenset[str]) -> bool:
    return path in places or any(above.as_posix() in places for above in PurePosixPath(path).parents)
