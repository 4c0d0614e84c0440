"""Run tasks in worker processes with limits on time and memory, so that a hostile one stops nothing else.

The parent never parses a document and never runs a reader's SQL. It hands out tasks, listens to what each
worker is doing, and stops and replaces a worker whose task exceeds a limit. For documents CPU time counts,
not the clock, so that the result does not depend on how busy the machine is.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import multiprocessing as mp
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from signal import SIGKILL, SIGTERM
from typing import Any, NamedTuple, Self

import psutil

from pipeline.config import Limits
from pipeline.errors import NO_MEMORY, PipelineError
from pipeline.records import Record

Note = Callable[[str, int], None]  # (stage, page or count)
Work = Callable[[Any, Note], Any]
POLL_SECONDS = 0.5
ARENA_MAX, ARENAS = -8, 2  # M_ARENA_MAX of glibc's malloc.h, and the largest number of arenas
KILLED = "its process was killed from outside, as systems do when memory runs out"
START_SECONDS = 60.0  # that a worker may take to begin, where the clock counts: it imports what it needs


class Progress(Record):
    """A worker reports its progress: the task's position, the stage, and a page or count."""

    task: int
    stage: str
    at: int


class Finished(Record):
    """A task has ended with a result."""

    task: int
    result: Any


class Raised(Record):
    """A task has ended with an error that concerns the whole run: a full disk, a damaged model."""

    task: int
    where: str
    what: str
    remedy: str


class Stopped(Record):
    """A worker has died, was stopped, or had too little memory: at which stage and page, and why."""

    task: int
    stage: str
    at: int
    reason: str
    died: bool = False  # it crashed or was killed from outside, not stopped for a limit
    whole: bool = False  # it exceeded a limit of the whole task, for which no page is to blame


Event = Progress | Finished | Raised | Stopped


def share_memory() -> None:
    """Let threads share glibc's memory arenas: one for each thread would keep some 200 MB mostly unused."""
    with contextlib.suppress(OSError, AttributeError, TypeError):  # other systems have no such switch
        ctypes.CDLL(None).mallopt(ARENA_MAX, ARENAS)


def limit_growth(megabytes: int) -> None:
    """Let this process take only so much more memory, where the system can limit its address space (Linux).

    Elsewhere only the parent's watch remains, which notices half a second later at most.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        now, allowed = _addresses(), megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (now + allowed, now + allowed))
        _Growth.enough = now + allowed // 2


class _Growth:
    enough = math.inf  # bytes of addresses: freed memory keeps them, so a process that has many is worn out


def _addresses() -> int:
    return int(psutil.Process().memory_info().vms)


class Abandoned(BaseException):
    """The parent process has gone; a BaseException, so that handlers of a task's errors let it through."""


def _serve(connection: Connection, work: Work) -> None:
    """Take tasks until the parent closes the connection, or this process is worn out; runs in the worker."""
    try:
        while _addresses() < _Growth.enough:
            _answer(connection, work, *connection.recv())
    except (EOFError, OSError, KeyboardInterrupt, Abandoned):
        return


def _answer(connection: Connection, work: Work, task: int, value: object) -> None:
    noted = Progress(task=task, stage="start", at=0)

    def note(stage: str, at: int) -> None:
        nonlocal noted
        noted = Progress(task=task, stage=stage, at=at)
        try:
            connection.send(noted)
        except OSError:
            raise Abandoned from None

    try:
        answer: Event = Finished(task=task, result=work(value, note))
    except PipelineError as error:
        answer = Raised(task=task, where=error.where, what=error.what, remedy=error.remedy)
    except MemoryError:
        answer = Stopped(task=task, stage=noted.stage, at=noted.at, reason=NO_MEMORY)
    except Exception as error:  # the parent prints it as one line and ends the run
        what = f"{type(error).__name__}: {error}"
        answer = Raised(
            task=task, where="worker", what=what, remedy="correct it and run the same command again"
        )
    connection.send(answer)


class _Trouble(NamedTuple):
    """Why a worker must be replaced, and whether its whole task is to blame and not a page."""

    reason: str
    whole: bool = False


class _Worker:
    """One process, its current task, and what it had used when task and page began."""

    def __init__(self, work: Work) -> None:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # with more, sums differ in the last digit
        context = mp.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        self.process.start()
        theirs.close()
        self.watched = psutil.Process(self.process.pid)
        self.task: int | None = None
        self.stage, self.at = "", 0
        self.task_cpu = self.page_cpu = self.page_clock = 0.0

    def give(self, task: int, value: object) -> None:
        self.task, self.stage, self.at = task, "start", 0
        self.task_cpu = self.page_cpu = self._cpu()
        self.page_clock = time.monotonic()
        with contextlib.suppress(OSError):  # it has died just now, which is noticed like any other death
            self.connection.send((task, value))

    def moved(self, event: Progress) -> None:
        self.stage, self.at = event.stage, event.at
        self.page_cpu, self.page_clock = self._cpu(), time.monotonic()

    def _cpu(self) -> float:
        try:
            times = self.watched.cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def excess(self, limits: Limits, seconds: float) -> _Trouble | None:
        """Return the limit that the worker has exceeded."""
        try:
            memory = self.watched.memory_info().rss / 2**20
        except psutil.Error:
            return None
        cpu = self._cpu()
        if memory > limits.memory_mb:
            return _Trouble(f"needed more than {limits.memory_mb} MB of memory")
        if self.stage == "read" and cpu - self.page_cpu > limits.page_cpu_seconds:
            return _Trouble(f"needed more than {limits.page_cpu_seconds} s of CPU time")
        if cpu - self.task_cpu > limits.document_cpu_seconds:
            most = limits.document_cpu_seconds
            return _Trouble(f"the document needed more than {most} s of CPU time", whole=True)
        allowed = max(seconds, START_SECONDS) if self.stage == "start" else seconds
        if time.monotonic() - self.page_clock > allowed:
            return _Trouble(f"took longer than {allowed:g} s and was stopped")
        return None

    def stopped(self, trouble: _Trouble) -> Stopped:
        """End the process and return what it was doing."""
        died = not self.process.is_alive()
        self.process.kill()
        self.process.join()
        self.connection.close()
        return Stopped(
            task=self.task or 0,
            stage=self.stage,
            at=self.at,
            reason=trouble.reason,
            died=died,
            whole=trouble.whole,
        )


class Crew:
    """Worker processes that keep the models they have loaded and live until the block ends."""

    def __init__(self, work: Work, *, workers: int, poll: float = POLL_SECONDS) -> None:
        """Take a function defined in a module, because workers import it, and the number of processes.

        `poll` is how often limits are checked, in seconds.
        """
        self._work, self._most, self._poll = work, workers, poll
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(timeout=5)
        self._workers.clear()

    def run(self, tasks: Sequence[Any], limits: Limits, *, seconds: float = math.inf) -> Iterator[Event]:
        """Run `work(task, note)` for every task and yield an event for everything that happens.

        Args:
            tasks: Values that can be pickled; they are started in their order.
            limits: What one page and one task may cost.
            seconds: The longest time by the clock from one note of a worker to the next.
        """
        waiting = deque(enumerate(tasks))
        while len(self._workers) < min(self._most, len(tasks)):
            self._workers.append(_Worker(self._work))
        while waiting or any(worker.task is not None for worker in self._workers):
            self._hand_out(waiting)
            busy = [worker.connection for worker in self._workers if worker.task is not None]
            wait(busy, timeout=self._poll)  # an idle one that has died would end every wait at once
            for place, worker in enumerate(self._workers):
                yield from _heard(worker)
                trouble = _trouble(worker, limits, seconds)
                yield from _heard(worker)  # what it sent before it died
                if trouble and worker.task is not None:
                    yield worker.stopped(trouble)
                    self._workers[place] = _Worker(self._work)

    def _hand_out(self, waiting: deque[tuple[int, Any]]) -> None:
        for place, worker in enumerate(self._workers):
            if worker.task is None and waiting:
                if not worker.process.is_alive():  # killed while it was idle
                    self._workers[place] = _Worker(self._work)
                self._workers[place].give(*waiting.popleft())


def _trouble(worker: _Worker, limits: Limits, seconds: float) -> _Trouble | None:
    """Return the reason why a worker must be replaced."""
    if worker.task is None:
        return None
    if not worker.process.is_alive():
        code = worker.process.exitcode
        return _Trouble(KILLED if code in (-SIGKILL, -SIGTERM) else f"the worker died (exit code {code})")
    return worker.excess(limits, seconds)


def _heard(worker: _Worker) -> Iterator[Event]:
    """Yield the events that a worker has sent since the last call."""
    try:
        while worker.task is not None and worker.connection.poll():
            event: Event = worker.connection.recv()
            if isinstance(event, Progress):
                worker.moved(event)
            else:
                worker.task = None
            yield event
    except (EOFError, OSError):
        return
