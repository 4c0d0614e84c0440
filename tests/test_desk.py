"""The desk answers whatever happens to its processes, and one question costs the others nothing."""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from msgspec.structs import replace

from pipeline.errors import QueryError
from pipeline.serving import desk
from pipeline.serving.desk import Desk
from pipeline.workers import limit_growth

KEPT = []


def work(task, note):
    """Do what the task says; run in a process of the desk."""
    note("ask", 0)
    kind, value = task
    if kind == "limit":
        limit_growth(value)
    if kind == "eat":
        held = b"x" * (value * 2**20)
        time.sleep(5)
        return len(held)
    if kind == "keep":
        KEPT.append(bytes(value * 2**20))
    while kind == "wait" and not value.exists():
        time.sleep(0.02)
    if kind == "spin":
        list(range(10**9))
    if kind == "wrong":
        raise QueryError("query", "is wrong", "ask otherwise")
    if kind == "die":
        os._exit(3)
    return os.getpid()


@pytest.fixture
def asked():
    made = []

    def ask(kind, value=0, seconds=30.0, most=1):
        if not made:
            made.append(Desk(work, most))
        return made[0].ask((kind, value), seconds)

    yield ask
    for crew in made[0]._free.queue:
        crew.close()


def test_a_process_is_kept_and_answers_errors_and_all(asked):
    first = asked("say")
    with pytest.raises(QueryError, match="query: is wrong; ask otherwise"):
        asked("wrong")
    assert asked("say") == first


def test_a_process_that_was_killed_while_it_waited_is_replaced_unnoticed(asked):
    first = asked("say")
    psutil.Process(first).kill()
    assert asked("say") != first


def test_a_process_that_dies_with_a_question_is_told_and_replaced(asked):
    with pytest.raises(QueryError, match="the process that answers questions has ended"):
        asked("die")
    assert asked("say")


@pytest.mark.parametrize("kind", ["wait", "spin"])
def test_a_question_that_never_ends_is_stopped_from_outside(asked, monkeypatch, tmp_path, kind):
    monkeypatch.setattr(desk, "GRACE", 0.2)
    asked("say")
    with pytest.raises(QueryError, match=r"took longer than 0\.5 s and was stopped"):
        asked(kind, tmp_path / "never", seconds=0.3)
    assert asked("say")


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="POSIX")
def test_a_process_that_hangs_is_replaced(asked, monkeypatch):
    first = asked("say")
    os.kill(first, signal.SIGSTOP)
    monkeypatch.setattr("pipeline.workers.START_SECONDS", 0.5)
    with pytest.raises(QueryError, match="took longer than"):
        asked("say", seconds=-2.0)
    assert asked("say", seconds=120.0) != first


def test_memory_is_watched_where_the_system_sets_no_limit(asked, monkeypatch):
    asked("say")
    monkeypatch.setattr(desk, "LIMITS", replace(desk.LIMITS, memory_mb=300))
    with pytest.raises(QueryError, match="needed more than 300 MB of memory"):
        asked("eat", 500)
    assert asked("say")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit addresses")
def test_memory_is_limited_and_a_process_that_is_worn_out_is_replaced_unnoticed(asked):
    first = asked("limit", 200)
    with pytest.raises(QueryError, match="needed more memory than there is; ask for less"):
        asked("eat", 300)
    assert asked("keep", 150) == first
    assert asked("say") != first


def test_a_slow_question_keeps_no_other_waiting_and_nobody_starves(asked, tmp_path):
    asked("say", most=2)
    with ThreadPoolExecutor(9) as pool:
        slow = pool.submit(asked, "wait", tmp_path / "end")
        quick = [pool.submit(asked, "say") for _ in range(8)]
        found = {one.result() for one in quick}
        assert not slow.done()
        (tmp_path / "end").touch()
        assert len(found) == 1 and slow.result() not in found
