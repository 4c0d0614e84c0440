"""Measure how time, memory and disk of a run grow with its documents: with one worker, two, and Ray.

Every run is a process of its own with a fresh output folder. The documents are invented: two pages
each, all different, with sentences in which the tagger finds something.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from pipeline.errors import InputError, SettingsError
from pipeline.records import Record
from pipeline.serving.invented import ON_PAGE, pdf
from pipeline.stopwatch import MEMORY_UNIT
from pipeline.zipf import SEED, drawn, vocabulary

SIZES = (100, 1_000, 5_000)  # documents
PAGES = 2  # per document
SENTENCES = (
    "Die Bundesregierung wird ein Programm für {} auflegen.",
    "Der Mangel an {} bremst viele Betriebe in {}.",
    "Wir fordern von den Ländern ein Gesetz über {} bis 2030.",
    "Das Förderprogramm {} wurde in der letzten Legislaturperiode eingeführt.",
    "Die Verbände lehnen eine Abgabe auf {} ab.",
)
ENGINES = {"1 worker": ("--workers", "1"), "2 workers": ("--workers", "2"), "Ray": ("--engine", "ray")}


class RunCost(Record):
    """The cost of one run."""

    documents: int
    engine: str
    seconds: float
    memory_mb: float  # of its largest process
    disk_mb: float


def bench(
    sizes: Sequence[int], engines: Sequence[str] = tuple(ENGINES), out: Callable[[str], None] = print
) -> list[RunCost]:
    """Run corpora of the given sizes with the given engines, print a line per run, and return the costs.

    Raises:
        SettingsError: there is no engine of that name.
    """
    if unknown := set(engines) - set(ENGINES):
        raise SettingsError(", ".join(sorted(unknown)), "no such engine", f"choose from {', '.join(ENGINES)}")
    found = []
    out(f"{'documents':>9} {'engine':<10} {'s':>8} {'pages/s':>8} {'MB memory':>10} {'MB disk':>8}")
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            corpus = Path(name) / str(size)
            corpus.mkdir()
            for number, data in enumerate(invented(size)):
                (corpus / f"{number:06}.pdf").write_bytes(data)
            for engine in engines:
                cost = _measured(corpus, size, engine, Path(name) / f"{size} {engine}")
                rate = PAGES * size / cost.seconds
                out(
                    f"{size:>9} {engine:<10} {cost.seconds:>8.1f} {rate:>8.1f}"
                    f" {cost.memory_mb:>10.0f} {cost.disk_mb:>8.1f}"
                )
                found.append(cost)
    return found


def invented(n: int) -> Iterator[bytes]:
    """Yield n PDF files, all different."""
    words, rng = vocabulary(), np.random.default_rng(SEED)
    each = PAGES * ON_PAGE
    for _ in range(n):
        picked = iter(drawn(len(words), rng, 2 * each).tolist())
        kinds = rng.integers(len(SENTENCES), size=each).tolist()
        lines = [SENTENCES[kind].format(words[next(picked)], words[next(picked)]) for kind in kinds]
        yield pdf([lines[:ON_PAGE], lines[ON_PAGE:]])


def _measured(corpus: Path, size: int, engine: str, folder: Path) -> RunCost:
    command = [sys.executable, "-m", "pipeline", "run", str(corpus), "--out", str(folder), "--quiet"]
    began = time.perf_counter()
    process = subprocess.Popen([*command, *ENGINES[engine]], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise InputError(str(corpus), "could not be processed", "see the message above")
    seconds = time.perf_counter() - began
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return RunCost(
        documents=size,
        engine=engine,
        seconds=seconds,
        memory_mb=used.ru_maxrss * MEMORY_UNIT / 2**20,
        disk_mb=disk / 1e6,
    )
