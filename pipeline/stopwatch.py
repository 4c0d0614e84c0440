"""How long the stages take, and what a log says about it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pipeline.records import Record


class Entry(Record):
    """One line of a log: a stage has ended, for one document or for all of them."""

    stage: str
    seconds: float
    document: str = ""  # path in the corpus; "" for a stage of the whole corpus
    status: str = "ok"  # of a document: ok, partial, failed, skipped; of a run: ok, warning, failed
    reason: str = ""
    pages: int = 0


class Stopwatch:
    """Adds up the seconds (by the clock) of each stage."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside for a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - started)

    def entry(self, name: str) -> Entry:
        """Return what a log says of a stage of the whole corpus."""
        return Entry(stage=name, seconds=self.seconds[name])

    def add(self, name: str, seconds: float) -> None:
        """Count seconds measured elsewhere for a stage."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
