"""The measurement of the search, in small."""

import pytest

from pipeline.errors import InputError
from pipeline.searching.searchbench import measure_meaning, measure_words


def test_words_are_found_fast(tmp_path):
    found = measure_words(tmp_path / "b", sentences=2_000, questions=30)
    assert found.median < 100
    assert found.megabytes > 0


def test_meaning_is_found_fast_and_well(tmp_path):
    found = measure_meaning(tmp_path / "b", sentences=25_000, questions=20)
    assert found.median < 100
    assert found.recall > 0.9


@pytest.mark.slow
def test_a_million_sentences_answer_in_less_than_100_milliseconds(tmp_path):
    assert measure_words(tmp_path / "words").median < 100
    assert measure_meaning(tmp_path / "meaning").median < 100


def test_a_folder_in_use_is_refused(tmp_path):
    (tmp_path / "x").touch()
    with pytest.raises(InputError, match="not empty"):
        measure_words(tmp_path, sentences=10)
