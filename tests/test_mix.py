from __future__ import annotations

import pytest

from pipeline.tracking import cells, counts, mix
from pipeline.tracking.mix import Comparison, compare, drift, mixture, overlap
from tests.builders_tables import build

OVERLAPS = [
    ({"a": 1.0}, {"a": 1.0}, 1.0),
    ({"a": 1.0}, {"b": 1.0}, 0.0),
    ({"a": 0.5, "b": 0.5}, {"b": 0.2, "c": 0.8}, 0.2),
]


@pytest.mark.parametrize(("first", "second", "common"), OVERLAPS)
def test_overlap_is_what_two_mixtures_share(first, second, common):
    assert overlap(first, second) == pytest.approx(common)
    assert overlap(second, first) == pytest.approx(common)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    with counts.connect(build(tmp_path_factory.mktemp("tables"), documents=6, sentences=20)) as base:
        corpus = counts.prepare(base)
        divided = counts.count_base(base, "published")
    part = next(iter(cells.parts(corpus, divided)))
    return corpus, cells.cells(corpus, divided, "published", part, resamples=9, seed=1)


def test_mixtures_are_shares_of_text(compared):
    corpus, found = compared
    assert mixture(corpus.types, found[0]) == pytest.approx(
        {"koalitionsvertrag": 1 / 3, "strategie": 1 / 3, "wahlprogramm": 1 / 3}
    )


def test_like_is_compared_with_like_without_a_word(compared):
    corpus, found = compared
    assert compare(corpus, found[0], found[1], "all") == Comparison(alike=True, warnings=())


@pytest.mark.parametrize(("share", "told"), [(0.0, "0 %"), (0.004, "< 1 %"), (0.006, "1 %"), (1.0, "100 %")])
def test_what_is_there_is_not_told_as_nothing(share, told):
    assert mix._percent(share) == told


DRIFTS = [
    ((0.8, 0.75, 0.85), (0.6, 0.55, 0.65), True),
    ((0.6, 0.55, 0.65), (0.8, 0.75, 0.85), True),
    ((0.8, 0.7, 0.9), (0.7, 0.6, 0.8), False),
]


@pytest.mark.parametrize(("before", "after", "told"), DRIFTS)
def test_drift_is_told_where_intervals_do_not_overlap(before, after, told):
    f1 = {("bt19", "theme"): before, ("bt20", "theme"): after}
    assert bool(drift(f1, "bt19", "bt20", "theme")) == told
    assert drift(f1, "bt19", "bt20", "actor") == ()
