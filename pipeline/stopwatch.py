"""Measure how long stages take and what a process uses, and describe stages in log entries."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pipeline.records import Record

MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes, of `ru_maxrss`


def cpu_seconds() -> float:
    """Return the processor time of this process and of those that it started and that have ended."""
    import resource  # not on Windows

    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def peak_bytes() -> int:
    """Return the most memory that this process has used."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MEMORY_UNIT


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
