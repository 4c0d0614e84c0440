"""Bring the search index up to date after a run, in a process that keeps no reader waiting."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from pathlib import Path

from pipeline.config import Limits
from pipeline.errors import InputError
from pipeline.searching import searchable
from pipeline.searching.searchable import IndexState
from pipeline.workers import Crew, Event, Finished, Note, Raised, Stopped

WAIT = 5.0  # seconds that whoever asks first waits for the new index; most are ready by then
DAY = 86_400  # an index has no limit on time, for it would never be ready
LIMITS = Limits(page_cpu_seconds=DAY, document_cpu_seconds=DAY, memory_mb=8_192)
_LOCK = threading.Lock()
_BUILDS: dict[Path, Future[None]] = {}


class Preparing(Exception):
    """The tables are being indexed."""


def state(out: Path) -> IndexState:
    """Return the state of the index, after it was brought up to date with the tables.

    Raises:
        Preparing: that takes a while.
        InputError: the folder holds no finished run, or cannot be written.
    """
    found = searchable.current(out)
    if found is None:
        _build(out)
        found = searchable.current(out)
    if found is None:  # a run has replaced the tables meanwhile
        raise Preparing
    return found[1]


def _build(out: Path) -> None:
    """Begin to build the index and wait for it a moment, unless it is being built already."""
    with _LOCK:
        if out in _BUILDS:
            raise Preparing
        made = _BUILDS[out] = Future[None]()
    threading.Thread(target=_built, args=(out, made), daemon=True).start()
    wait([made], WAIT)
    if not made.done():
        raise Preparing
    made.result()


def _built(out: Path, made: Future[None]) -> None:
    try:
        with Crew(work, workers=1) as crew:
            *_, last = crew.run([out], LIMITS)
        error = _error(out, last)
    except Exception as trouble:  # whoever waits is told
        error = trouble
    with _LOCK:
        del _BUILDS[out]
    made.set_exception(error) if error else made.set_result(None)


def _error(out: Path, event: Event) -> Exception | None:
    if isinstance(event, Finished):
        return None
    if isinstance(event, Raised):
        return InputError(event.where, event.what, event.remedy)
    reason = event.reason if isinstance(event, Stopped) else ""
    return InputError(str(out), f"cannot be indexed ({reason})", "run `politikspur search` on it")


def work(out: Path, note: Note) -> None:
    """Bring the index of an output folder up to date; runs in a process of its own.

    DuckDB gives a process one file for each path: beside pages of the tables before, this one would index
    those as the new ones.
    """
    searchable.opened(out, tell=lambda stage, done, total: note(stage, done))
