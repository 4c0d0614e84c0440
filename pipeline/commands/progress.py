"""What a run tells while it works: a bar for people, or a log for machines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import typer

from pipeline.errors import PipelineError, why
from pipeline.plain import counted
from pipeline.stopwatch import LogEntry

if TYPE_CHECKING:
    from pipeline.run import Moment, Observer


def prepared(stage: str, done: int, total: int) -> None:
    """Say how far the index or the vectors of a corpus are, on one line that the next call replaces.

    Where that cannot be done (a file, a service's log), only the beginning is told.
    """
    if sys.stderr.isatty():
        told = f"{stage} {done:,}/{total:,} sentences" if total else ""
        typer.echo(f"\r\x1b[K{told}", err=True, nl=False)
    elif total and not done:
        typer.echo(f"{stage}: {counted(total, 'sentence')} to prepare, once after a run", err=True)


@contextmanager
def bar(*, quiet: bool) -> Iterator[Observer]:
    """Give an observer that draws documents, pages per second and the time left."""
    started = time.monotonic()
    with _drawn(quiet=quiet) as draw:

        def observe(moment: Moment) -> None:
            speed = moment.pages / max(time.monotonic() - started, 0.1)
            told = f"{moment.done}/{moment.total} documents" if moment.total else ""
            told += f", {moment.pages:,} pages, {speed:.0f} pages/s" if moment.pages else ""
            draw(moment.stage, moment.share, told)

        yield observe


@contextmanager
def share_bar(what: str) -> Iterator[Callable[[float], None]]:
    """Give an observer that draws the share that is done and the time left."""
    with _drawn(quiet=False) as draw:
        yield lambda share: draw(what, share, f"{share:.0%}")


@contextmanager
def count_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give an observer that draws how many documents are done, of all, and the time left."""
    with _drawn(quiet=False) as draw:
        yield lambda done, total: draw(what, done / max(total, 1), f"{done:,}/{total:,} documents")


@contextmanager
def _drawn(*, quiet: bool) -> Iterator[Callable[[str, float, str], None]]:
    """Draw a bar on standard error: what is done, its share, and something beside it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<9}"),
        BarColumn(),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(
        *columns,
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
        speed_estimate_period=600,
    ) as drawn:
        task = drawn.add_task("start", total=1.0, told="")
        yield lambda what, share, told: drawn.update(task, description=what, completed=share, told=told)


@contextmanager
def log() -> Iterator[Observer]:
    """Give an observer that writes one JSON object a line on standard error, the run's own at its end."""
    started = time.monotonic()

    def ended(status: str, reason: str = "") -> LogEntry:
        return LogEntry(stage="run", seconds=time.monotonic() - started, status=status, reason=reason)

    try:
        yield lambda moment: _write(*moment.entries)
    except (PipelineError, OSError) as error:
        _write(ended("failed", of_disk(error) if isinstance(error, OSError) else str(error)))
        raise typer.Exit(1) from None
    _write(ended("ok"))


def of_disk(error: OSError) -> str:
    """Return one line on what could not be read or written, and what to do."""
    from pipeline.store import TEMPORARY

    path = str(error.filename or "disk").partition(TEMPORARY)[0]
    return f"{path}: {why(error)}; check the path, its rights and the disk"


def warn(what: str, *, as_json: bool = False) -> None:
    """Say what a person should know about something that went well."""
    if as_json:
        _write(LogEntry(stage="run", seconds=0.0, status="warning", reason=what))
    else:
        typer.echo(f"warning: {what}", err=True)


def _write(*entries: LogEntry) -> None:
    for entry in entries:
        facts = msgspec.to_builtins(entry) | {"seconds": round(entry.seconds, 3)}
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        typer.echo(msgspec.json.encode({"time": now, **facts}), err=True)
