"""Measure how long the stages take, and describe it in log entries."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pipeline.records import Record


class LogEntry(Record):
    """One log entry: a stage has ended, for one document or for the whole corpus."""

    stage: str
    seconds: float
    document: str = ""  # path in the corpus; "" for a stage of the whole corpus
    status: str = "ok"  # of a document: ok, partial, failed, skipped; of a run: ok, warning, failed
    reason: str = ""
    pages: int = 0


class Stopwatch:
    """Adds up the seconds of wall-clock time spent in each stage."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside the block to a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, time.perf_counter() - started)

    def entry(self, name: str) -> LogEntry:
        """Return the log entry for a stage of the whole corpus."""
        return LogEntry(stage=name, seconds=self.seconds[name])

    def add(self, name: str, seconds: float) -> None:
        """Add seconds measured elsewhere to a stage."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
