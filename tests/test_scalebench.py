"""The benchmark of scale runs what users run, on documents that are all different."""

import pytest

from pipeline.errors import SettingsError
from pipeline.reading.pdfium import Document
from pipeline.running.scalebench import PAGES, bench, invented


def test_documents_are_different_and_readable(tmp_path):
    files = list(invented(3))
    assert len(set(files)) == 3
    (tmp_path / "a.pdf").write_bytes(files[0])
    with Document(tmp_path / "a.pdf") as document:
        assert document.n_pages == PAGES


def test_an_unknown_engine_is_named():
    with pytest.raises(SettingsError, match="abacus: no such engine"):
        bench([1], ["abacus"])


@pytest.mark.slow
def test_a_run_is_measured():
    told = []
    (cost,) = bench([2], ["1 worker"], told.append)
    assert (cost.documents, cost.engine) == (2, "1 worker")
    assert cost.seconds > 0 and cost.memory_mb > 50 and cost.disk_mb > 0
    assert len(told) == 2
