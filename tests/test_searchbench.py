"""The measurement of the search, in small: what it builds can be asked, and its figures fit each other."""

import pytest

from pipeline.errors import InputError
from pipeline.searching.searchbench import measure_meaning, measure_words


def test_invented_sentences_are_indexed_and_asked(tmp_path):
    found = measure_words(tmp_path / "b", sentences=2_000, questions=30)
    assert found.sentences == 2_000 and found.megabytes > 0 and found.seconds > 0
    assert 0 < found.median <= found.p95 <= found.worst


def test_the_nearest_of_invented_vectors_are_found(tmp_path):
    found = measure_meaning(tmp_path / "b", sentences=25_000, questions=20)
    assert 0 < found.median <= found.p95 <= found.worst
    assert found.recall > 0.9


def test_a_folder_in_use_is_refused(tmp_path):
    (tmp_path / "x").touch()
    with pytest.raises(InputError, match="not empty"):
        measure_words(tmp_path, sentences=10)
