"""Workers survive whatever a document does to them."""

import os
import signal
import time
from multiprocessing.connection import wait

import pytest

from pipeline import workers
from pipeline.config import Limits
from pipeline.errors import ModelError
from pipeline.workers import Crew, Finished, Progress, Raised, Stopped

LIMITS = Limits(page_cpu_seconds=1, document_cpu_seconds=2, memory_mb=300)
ERRORS = {
    "model": ModelError("tagger", "is damaged", "install it again"),
    "disk": OSError("disk full"),
    "memory": MemoryError(),
}


def work(task, note):
    """Do what the task says; run in the worker."""
    note("read", 1)
    kind, value = task
    note("read", 2)
    if kind == "raise":
        raise ERRORS[value]
    if kind == "die":
        os._exit(7) if value else os.kill(os.getpid(), signal.SIGKILL)
    if kind == "spin":
        note("read" if value == "page" else "tag", 3)
        while True:
            pass
    if kind == "eat":
        held = b"x" * (500 * 2**20)
        time.sleep(5)
        return len(held)
    if kind == "sleep":
        time.sleep(value)
    return value


def events(tasks, workers=2):
    with Crew(work, workers=workers) as crew:
        return list(crew.run(tasks, LIMITS))


def test_every_task_is_answered_once():
    done = [event for event in events([("say", n) for n in range(7)]) if isinstance(event, Finished)]
    assert sorted((event.task, event.result) for event in done) == [(n, n) for n in range(7)]


def test_no_tasks_need_no_workers():
    assert events([]) == []


def test_progress_is_heard():
    heard = [event for event in events([("say", 1)]) if isinstance(event, Progress)]
    assert [(event.stage, event.at) for event in heard] == [("read", 1), ("read", 2)]


@pytest.mark.parametrize(
    ("task", "stage", "at", "says"),
    [
        (("die", 7), "read", 2, "died (exit code 7)"),
        (("die", 0), "read", 2, "killed from outside"),
        (("raise", "memory"), "read", 2, "more memory than there is"),
        (("spin", "page"), "read", 3, "1 s of CPU time"),
        (("spin", "document"), "tag", 3, "2 s of CPU time"),
        (("eat", 0), "read", 2, "300 MB"),
    ],
    ids=["dies", "is killed", "starves", "page hangs", "document hangs", "eats memory"],
)
def test_a_worker_that_fails_is_replaced_and_the_rest_goes_on(task, stage, at, says):
    found = events([task, ("say", 1), ("say", 2)], workers=1)
    stopped = [event for event in found if isinstance(event, Stopped)]
    assert [(event.task, event.stage, event.at) for event in stopped] == [(0, stage, at)]
    assert says in stopped[0].reason
    assert [event.result for event in found if isinstance(event, Finished)] == [1, 2]


def test_waiting_costs_no_cpu_time_and_stops_nobody():
    found = events([("sleep", 3)])
    assert not [event for event in found if isinstance(event, Stopped)]


def test_only_workers_with_a_task_are_waited_for(monkeypatch):
    """The connection of an idle one that has died is always ready, so that waiting would take no time."""
    waited = []
    monkeypatch.setattr(
        workers, "wait", lambda some, timeout: waited.append(len(some)) or wait(some, timeout)
    )
    events([("say", 1), ("sleep", 0.3)])
    assert (waited[0], waited[-1]) == (2, 1)


def test_an_error_of_the_whole_run_is_told_with_its_remedy():
    tasks = [("raise", "model"), ("raise", "disk")]
    found = [event for event in events(tasks, workers=1) if isinstance(event, Raised)]
    assert [(event.where, event.what) for event in found] == [
        ("tagger", "is damaged"),
        ("worker", "OSError: disk full"),
    ]
