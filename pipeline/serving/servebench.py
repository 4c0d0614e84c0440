"""Measure how fast the explorer answers: each kind of view request by request, then many readers at once.

The explorer runs as a process of its own on one core, as `politikspur serve` starts it, and is queried
over a socket. Every address is requested once, so that cached pages do not improve the figures.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from pipeline.asking.gallery import questions
from pipeline.errors import InputError
from pipeline.query import rows
from pipeline.records import Record
from pipeline.searching import searchable
from pipeline.serving.rendering import address

EACH = 40  # addresses of each view, requested once
READERS = 50
ROUNDS = 8  # of all readers; memory is measured after each
OF_READER = 12  # requests of one reader in a round
WAIT = 120.0  # seconds until the explorer must answer
TIMEOUT = 30.0
OK = 200


class ViewSpeed(Record):
    """How long one kind of view took, in milliseconds."""

    view: str
    n: int
    median: float
    p95: float
    worst: float
    errors: int
    cpu: float = 0.0  # mean of the explorer's processes: comparable even on a busy machine


class ServeMeasures(Record):
    """The measurements of `bench serve`."""

    ready: float  # seconds from the start of the process to the first answer
    first: float  # milliseconds for the first page, its style and its script
    views: tuple[ViewSpeed, ...]
    readers: tuple[ViewSpeed, ...]  # one per round
    memory: tuple[float, ...]  # MB of its processes: when ready, after the views, after each round


def measure(
    out: Path, *, corpus: Path | None = None, readers: int = READERS, each: int = EACH
) -> ServeMeasures:
    """Start the explorer of an output folder on one core, and measure its answers.

    Raises:
        InputError: it does not start.
    """
    asked = addresses(out, each)
    searchable.opened(out, tell=lambda stage, done, total: None)  # created once after a run, not measured
    with _served(out, corpus) as (port, process):
        started = time.perf_counter()
        first = _ready(port, process)
        ready = time.perf_counter() - started
        first += sum(spent for _, spent in _asked(port, ASSETS))
        memory = [_megabytes(process)]
        views = []
        for view, paths in asked.items():
            before = _seconds(process)
            found = _asked(port, paths)
            views.append(_speed(view, found, cpu=1000 * (_seconds(process) - before) / len(found)))
        memory.append(_megabytes(process))
        process.cpu_affinity([])  # for many readers it may use every core
        rounds = []
        for at in range(ROUNDS):
            rounds.append(
                _speed(f"{readers} readers", _crowd(port, addresses(out, each, salt=at + 1), readers))
            )
            memory.append(_megabytes(process))
    return ServeMeasures(ready, first, tuple(views), tuple(rounds), tuple(memory))


def told(measured: ServeMeasures) -> Iterator[str]:
    """Yield the measurements, line by line."""
    yield f"ready after {measured.ready:.1f} s; first page, style and script {measured.first:.0f} ms"
    yield f"{'view':<12}{'n':>6}{'median':>9}{'p95':>9}{'max':>9}{'CPU':>9}  ms"
    for one in (*measured.views, *measured.readers):
        figures = "".join(f"{value:9.0f}" for value in (one.median, one.p95, one.worst, one.cpu))
        yield f"{one.view:<12}{one.n:>6}{figures}{f'  {one.errors} errors' if one.errors else ''}"
    yield "memory, MB: " + ", ".join(f"{one:.0f}" for one in measured.memory)


ASSETS = ("/static/explorer.css", "/static/explorer.js")
FIRST = "/"
_DRAWN = {  # kinds of views, and the SQL from which their addresses are drawn
    "document": "select distinct document_id, page from mentions where page is not null",
    "image": "select distinct document_id, page from mentions where page is not null",
    "evidence": "select mention_id from mentions",
    "concept": "select distinct concept_id from mentions where concept_id is not null and layer <> 'actor'",
    "frequent": "select concept_id from concepts where layer <> 'actor' order by n_mentions desc limit 20",
    "actor": "select distinct concept_id from mentions where layer = 'actor' and concept_id is not null",
    "point": """select unit, item, period_id as period, basis from trends where slice = 'all' and n > 0""",
    "trends": "select distinct unit, item, basis from trends where slice = 'all' and n > 0",
    "search": "select label as q from concepts where n_mentions > 0",
    "network": "select period_id as period, least from periods, (from range(1, 11) r(least))",
    "list": "select page, layer from (from range(1, 9) r(page)), (select distinct layer from concepts)",
}
_PATHS = {
    "document": "documents", "image": "images", "evidence": "mentions", "concept": "concepts",
    "frequent": "concepts", "actor": "concepts", "point": "sentences", "trends": "trends",
    "search": "search", "network": "network", "list": "concepts",
}  # fmt: skip
_IN_PATH = ("document_id", "mention_id", "concept_id")  # columns that are part of the path, with a page


def addresses(out: Path, each: int = EACH, *, salt: int = 0) -> dict[str, list[str]]:
    """Return distinct addresses of every kind of view, drawn from the tables, in both languages.

    Another salt draws other addresses, if there are enough.
    """
    found = {"start": [FIRST, address("en")], "documents": [address("de", "documents")]}
    for view, sql in _DRAWN.items():
        drawn = rows(out, f"select * from ({sql}) as t order by hash(t::varchar, {salt}) limit {each}")
        found[view] = [_address(view, row, at) for at, row in enumerate(drawn)]
    found["sql"] = [address("de", "sql", q=one.sql) for one in questions()]
    return found


def _address(view: str, row: dict[str, Any], at: int) -> str:
    parts = [row.pop(name) for name in _IN_PATH if name in row]
    if parts and "page" in row:
        parts.append(f"{row.pop('page')}{'.png' if view == 'image' else ''}")
    return address("en" if at % 2 else "de", _PATHS[view], *parts, **row)


@contextlib.contextmanager
def _served(out: Path, corpus: Path | None) -> Iterator[tuple[int, psutil.Process]]:
    """Run the explorer as a process on one core."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    named = ["--corpus", str(corpus)] if corpus else []
    command = [sys.executable, "-m", "pipeline", "serve", str(out), "--port", str(port), *named]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=_one_core
    ) as child:
        try:
            yield port, psutil.Process(child.pid)
        finally:
            child.terminate()


def _one_core() -> None:
    if hasattr(os, "sched_setaffinity"):  # on other systems it may use all
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])


def _ready(port: int, process: psutil.Process) -> float:
    """Wait for the first answer, and return how many milliseconds it took."""
    until = time.perf_counter() + WAIT
    while time.perf_counter() < until and process.is_running():
        ((status, spent),) = _asked(port, [FIRST])
        if status == OK:
            return spent
        time.sleep(0.02)
    raise InputError(
        "bench serve", f"the explorer did not answer within {WAIT:g} s", "try `politikspur serve`"
    )


def _asked(port: int, paths: Sequence[str]) -> list[tuple[int, float]]:
    """Request one address after another as one reader; return status (0: none) and milliseconds of each."""
    found, reader = [], http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    for path in paths:
        started, status = time.perf_counter(), 0
        with contextlib.suppress(OSError, http.client.HTTPException):
            reader.request("GET", path, headers={"accept-encoding": "gzip"})
            answer = reader.getresponse()
            answer.read()
            status = answer.status
        found.append((status, 1000 * (time.perf_counter() - started)))
        if not status:
            reader.close()
    reader.close()
    return found


def _crowd(port: int, asked: dict[str, list[str]], readers: int) -> list[tuple[int, float]]:
    """Let many readers send requests at once, without pause, each for all kinds of views in its own order."""
    every, rng = [path for paths in asked.values() for path in paths], np.random.default_rng(readers)
    orders = [[every[i] for i in rng.choice(len(every), OF_READER)] for _ in range(readers)]
    with ThreadPoolExecutor(readers) as pool:
        return [one for found in pool.map(lambda paths: _asked(port, paths), orders) for one in found]


def _speed(view: str, found: Sequence[tuple[int, float]], *, cpu: float = 0.0) -> ViewSpeed:
    spent = [milliseconds for _, milliseconds in found]
    median, p95, worst = (float(np.percentile(spent, share)) for share in (50, 95, 100))
    return ViewSpeed(view, len(found), median, p95, worst, sum(status != OK for status, _ in found), cpu)


def _seconds(process: psutil.Process) -> float:
    spent = [one.cpu_times() for one in _family(process)]
    return float(sum(one.user + one.system for one in spent))


def _megabytes(process: psutil.Process) -> float:
    return float(sum(one.memory_info().rss for one in _family(process)) / 1e6)


def _family(process: psutil.Process) -> list[psutil.Process]:
    """Return the explorer's process and those that answer SQL."""
    return [process, *process.children(recursive=True)]
