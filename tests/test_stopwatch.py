"""Seconds per stage."""

import time

import pytest

from pipeline.stopwatch import LogEntry, Stopwatch, cpu_seconds, peak_bytes


def test_seconds_of_a_stage_add_up_also_when_it_fails(monkeypatch):
    clock = iter([10.0, 11.5, 20.0, 20.25, 30.0, 34.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    watch = Stopwatch()
    with watch.stage("read"):
        pass
    with pytest.raises(ValueError), watch.stage("tag"):
        raise ValueError
    with watch.stage("read"):
        pass
    watch.add("tag", 1.0)
    assert watch.seconds == {"read": 5.5, "tag": 1.25}
    assert watch.entry("tag") == LogEntry(stage="tag", seconds=1.25)


def test_work_costs_processor_time_and_memory():
    began, before = cpu_seconds(), peak_bytes()
    held = bytearray(before)
    assert cpu_seconds() > began and peak_bytes() >= before + len(held) // 2 > 2**20
