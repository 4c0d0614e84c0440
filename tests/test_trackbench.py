from __future__ import annotations

import pytest
from msgspec.structs import replace

from pipeline.config import load_settings
from pipeline.errors import InputError
from pipeline.tracking.trackbench import measure, told
from tests.builders_tables import build


@pytest.fixture(scope="module")
def cost(tmp_path_factory):
    folder = build(tmp_path_factory.mktemp("tables"), documents=4, sentences=40)
    settings = load_settings(None)
    return measure(folder, replace(settings, track=replace(settings.track, resamples=49)))


def test_every_part_and_the_whole_are_told(cost):
    *parts, whole = told(cost)
    assert [line.split("  ")[0].strip() for line in parts] == list(cost.seconds)
    assert {"shares", "networks", "open themes"} <= set(cost.seconds)
    assert f"{cost.mentions:,} mentions" in whole


def test_cost_is_counted(cost):
    assert cost.rows > cost.mentions > 0
    assert cost.cpu > 0
    assert cost.memory_mb > 1


def test_a_folder_without_tables_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match=r"documents\.parquet"):
        measure(tmp_path, load_settings(None))
