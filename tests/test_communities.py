import subprocess
import sys

import pytest

from pipeline.tracking.communities import communities

CAMPS = [("b", "y", 0.1), ("a", "b", 2.0), ("x", "y", 2.0), ("y", "z", 2.0), ("x", "z", 2.0)]
RING = [(f"r{at}", f"r{(at + 1) % 9}", 1.0) for at in range(9)]  # may be divided at any place


def test_two_camps_with_a_weak_bridge_are_two_communities():
    known, modularity = communities(CAMPS)
    assert known == {"x": 1, "y": 1, "z": 1, "a": 2, "b": 2}  # the largest first
    assert modularity == pytest.approx((6 + 2) / 8.1 - (12.1**2 + 4.1**2) / 16.2**2)  # Newman 2004


def test_nothing_tied_is_no_community():
    assert communities([]) == ({}, None)


def test_neither_order_nor_the_seed_of_hashes_changes_anything():
    turned = [CAMPS[::-1], RING[::-1]]
    code = f"from pipeline.tracking.communities import communities; print([*map(communities, {turned!r})])"
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert told.stdout.strip() == repr([communities(CAMPS), communities(RING)])
