from __future__ import annotations

import pytest

from pipeline.tracking import counts
from pipeline.tracking.promises import promises
from tests.builders_tables import build


@pytest.fixture
def kept(tmp_path):
    with counts.connect(build(tmp_path, documents=6, sentences=40)) as base:
        yield promises(base)


def test_promises_are_followed_into_later_documents(kept):
    rent = next(promise for promise in kept if promise.label == "Mietpreisbremse")
    assert rent.title.startswith("Koalitionsvertrag")
    assert rent.period_id in ("bt18", "bt19")
    assert rent.existing > rent.demanded == 0
    assert "(bt20)" in rent.source


def test_the_promises_spoken_of_most_come_first(kept):
    spoken = [p.existing + p.planned + p.demanded + p.rejected for p in kept]
    assert spoken == sorted(spoken, reverse=True)
    assert min(spoken) > 0


def test_without_later_documents_nothing_is_told(tmp_path):
    with counts.connect(build(tmp_path, documents=2, sentences=40, periods=("bt20",))) as base:
        assert all(promise.title.startswith("Koalitionsvertrag 2") for promise in promises(base))


def test_generic_names_promise_nothing_in_particular(tmp_path, kept):
    assert "Mietpreisbremse" in {promise.label for promise in kept}
    with counts.connect(
        build(tmp_path / "generic", documents=6, sentences=40, generic=("Mietpreisbremse",))
    ) as base:
        assert "Mietpreisbremse" not in {promise.label for promise in promises(base)}
