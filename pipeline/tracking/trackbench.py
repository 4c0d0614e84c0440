"""Measure the cost of tracking a folder: seconds of each part, processor time and memory."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from pipeline.config import Settings
from pipeline.records import Record
from pipeline.stopwatch import Stopwatch, cpu_seconds, peak_bytes
from pipeline.track import track
from pipeline.tracking.trust import trust


class Cost(Record):
    """The cost of tracking a folder."""

    mentions: int
    rows: int  # of all tables made
    seconds: dict[str, float]  # of each part, by the clock
    cpu: float  # seconds of processor time: comparable even on a busy machine
    memory_mb: float  # peak of this process


def measure(tables: Path, settings: Settings) -> Cost:
    """Track a folder once, without open themes of an earlier run, and write nothing.

    Raises:
        InputError: a table is missing.
    """
    began, watch = cpu_seconds(), Stopwatch()
    tracked = track(
        tables,
        settings.track,
        trust=trust(settings.tag.model),
        wanted=settings.open_themes,
        watch=watch,
    )
    rows = sum(table.num_rows for _, table in tracked)
    return Cost(
        mentions=pq.read_metadata(tables / "mentions.parquet").num_rows,
        rows=rows,
        seconds=watch.seconds,
        cpu=cpu_seconds() - began,
        memory_mb=peak_bytes() / 2**20,
    )


def told(cost: Cost) -> list[str]:
    """Return a line for each part and one for the total."""
    parts = [f"{name:<14} {seconds:>8.1f} s" for name, seconds in cost.seconds.items()]
    whole = f"{cost.mentions:,} mentions to {cost.rows:,} rows: {cost.cpu:.0f} s of processor time"
    return [*parts, f"{whole}, {cost.memory_mb:.0f} MB at most"]
