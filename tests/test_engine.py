"""Documents are worked through whatever happens to workers."""

import os
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline.config import Limits, load_settings
from pipeline.errors import PipelineError
from pipeline.running.engine import work_through
from pipeline.store import read_json
from pipeline.tasks import Task
from pipeline.workers import Crew, Finished, Stopped
from tests.builders import make_source

LIMITS = Limits(page_cpu_seconds=5, document_cpu_seconds=5, memory_mb=500)


def dies_on_a_page(task, note):
    """Die on page 2 until that page is left out; run in the worker."""
    note("read", 2)
    if not any("2" in (read_json(path) or {}) for path in stops(task)):
        os._exit(9)
    return task.source.path


def takes_too_long_as_a_whole(task, note):
    """Read page after page, each of them fast, until the document is left out; run in the worker."""
    page = 0
    while not any((read_json(path) or {}).get("0") for path in stops(task)):
        note("read", page := page + 1)
        until = time.process_time() + 0.1
        while time.process_time() < until:
            pass
    return page


def stops(task):
    return (Path(task.out) / "cache" / "stops").glob("*.json")


def always_dies(task, note):
    """Die before anything can be said."""
    os._exit(9)


def tasks(tmp_path, *names):
    (tmp_path / "corpus").mkdir()
    sources = [replace(make_source(name), document_id=name, sha256=name) for name in names]
    where = {"folder": str(tmp_path / "corpus"), "out": str(tmp_path / "out"), "settings": load_settings()}
    return [Task(source=source, **where) for source in sources]


def test_what_stops_a_worker_is_left_out_and_the_document_tried_again(tmp_path):
    with Crew(dies_on_a_page, workers=1) as crew:
        events = list(work_through(crew, tasks(tmp_path, "a.pdf", "b.pdf"), LIMITS))
    stopped = [(event.task, event.at) for event in events if isinstance(event, Stopped)]
    finished = [(event.task, event.result) for event in events if isinstance(event, Finished)]
    assert stopped == [(0, 2), (1, 2), (0, 2)]  # a first death is not blamed on the page
    assert sorted(finished) == [(0, "a.pdf"), (1, "b.pdf")]


def test_no_page_is_blamed_for_what_the_whole_document_takes(tmp_path):
    with Crew(takes_too_long_as_a_whole, workers=1) as crew:
        events = list(work_through(crew, tasks(tmp_path, "a.pdf"), LIMITS))
    (stopped,) = [event for event in events if isinstance(event, Stopped)]
    assert stopped.at > 1 and stopped.reason == "the document needed more than 5 s of CPU time"
    assert [event.result for event in events if isinstance(event, Finished)] == [0]


def test_a_worker_that_never_lives_ends_the_run_with_a_reason(tmp_path):
    with (
        Crew(always_dies, workers=1) as crew,
        pytest.raises(PipelineError, match=r"a.pdf: no worker lives long enough to begin .*exit code 9"),
    ):
        list(work_through(crew, tasks(tmp_path, "a.pdf"), LIMITS))
