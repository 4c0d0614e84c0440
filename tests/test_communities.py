import subprocess
import sys

from pipeline.tracking.communities import communities

CAMPS = [("a", "b", 2.0), ("b", "c", 2.0), ("a", "c", 2.0), ("x", "y", 2.0), ("c", "x", 0.1)]


def test_two_camps_with_a_weak_bridge_are_two_communities():
    known, modularity = communities(CAMPS)
    assert known == {"a": 1, "b": 1, "c": 1, "x": 2, "y": 2}
    assert 0.3 < modularity < 0.5


def test_nothing_tied_is_no_community():
    assert communities([]) == ({}, None)


def test_neither_order_nor_the_seed_of_hashes_changes_anything():
    code = f"from pipeline.tracking.communities import communities; print(communities({CAMPS[::-1]!r}))"
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert told.stdout.strip() == repr(communities(CAMPS))
