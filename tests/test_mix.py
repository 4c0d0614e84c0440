from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from pipeline.tracking import cells, counts, mix
from pipeline.tracking.mix import Comparison, compare, drift, least_alike, mixture, overlap
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


def sides(kinds, issuers, pages_ocr=(0, 0)):
    """Return a corpus of two cells of four documents, each of ten pages, and the cells."""
    before, after = pages_ocr
    ocr = np.array([before, 0, 0, 0, after, 0, 0, 0])
    corpus = SimpleNamespace(types=kinds, speakers=issuers, pages=np.full(8, 10), pages_ocr=ocr)
    return corpus, *(
        SimpleNamespace(documents=np.arange(at, at + 4), document_totals=np.full((4, 1), 25.0))
        for at in (0, 4)
    )


SAME = "xxxxxxxx"
KINDS, FROM = "different kinds of documents", "of the text from the same)"
UNLIKE = [  # kinds, issuers, pages read by OCR of two cells; slice; warnings; 75 and 50 % in common suffice
    ("aaaa" "aaab", SAME, (0, 0), "all", True, ()),
    ("aaaabbba", SAME, (0, 0), "all", False, (f"{KINDS} (a 100 % before, b 75 %, a 25 % after)",)),
    ("dcba" "aadd", SAME, (0, 0), "issuer", False,
     (f"{KINDS} (a 25 %, b 25 %, c 25 % before, a 50 %, d 50 % after)",)),
    (SAME, "aaaa" "aabb", (0, 0), "document_type", True, ()),
    (SAME, "aaaa" "abbb", (0, 0), "document_type", True, (f"different issuers (25 % {FROM}",)),
    (SAME, "aaaa" "abbb", (0, 0), "all", True, ()),
    (SAME, SAME, (0, 7), "all", True, ()),
    (SAME, SAME, (0, 8), "all", True, ("share of OCR changes from 0 % to 20 %",)),
    (SAME, SAME, (10, 2), "all", True, ("share of OCR changes from 25 % to 5 %",)),
]  # fmt: skip


@pytest.mark.parametrize(("kinds", "issuers", "ocr", "slice_", "alike", "told"), UNLIKE)
def test_what_a_difference_may_come_from_is_told(kinds, issuers, ocr, slice_, alike, told):
    found = compare(*sides(kinds, issuers, ocr), slice_)
    assert found == Comparison(alike=alike, warnings=told)


@pytest.mark.parametrize(
    ("kinds", "issuers", "least"),
    [("aaababbb", SAME, (0, 1)), ("aabbaabb", "xxxxyyyy", (0, 1)), ("aaabaaab", SAME, (0, 0))],
)
def test_the_pair_least_alike_in_kinds_and_then_issuers_is_chosen(kinds, issuers, least):
    corpus, *cell = sides(kinds, issuers)
    pairs = [(cell[0], cell[0]), (cell[0], cell[1])]
    assert least_alike(corpus, pairs) == tuple(cell[at] for at in least)


@pytest.mark.parametrize(("share", "told"), [(0.0, "0 %"), (0.004, "< 1 %"), (0.006, "1 %"), (1.0, "100 %")])
def test_what_is_there_is_not_told_as_nothing(share, told):
    assert mix._percent(share) == told


DRIFTS = [
    ((0.8, 0.75, 0.85), (0.6, 0.55, 0.65), True),
    ((0.6, 0.55, 0.65), (0.8, 0.75, 0.85), True),
    ((0.8, 0.7, 0.9), (0.65, 0.55, 0.75), False),
    ((0.65, 0.55, 0.75), (0.8, 0.7, 0.9), False),
    ((0.8, 0.7, 0.9), (0.6, 0.5, 0.7), False),
]


@pytest.mark.parametrize(("before", "after", "told"), DRIFTS)
def test_drift_is_told_where_intervals_do_not_overlap(before, after, told):
    f1 = {("strategie", "bt19", "theme"): before, ("strategie", "bt20", "theme"): after}
    corpus = SimpleNamespace(types=("strategie", "bericht"), periods=("bt19", "bt20"))
    cells_of = [SimpleNamespace(period=at, documents=np.array([0, 1])) for at in (0, 1)]
    warnings = drift(corpus, f1, *cells_of, "theme")
    assert bool(warnings) == told and all("F1 on strategie differs" in one for one in warnings)
    assert drift(corpus, f1, *cells_of, "actor") == ()
    of_bills = SimpleNamespace(types=("gesetzentwurf", "bericht"), periods=corpus.periods)
    assert drift(of_bills, f1, *cells_of, "theme") == (), "of what is not there nothing is told"
