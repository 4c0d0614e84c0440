"""Novelty, transience and resonance of texts with planted turns."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import track
from pipeline.tracking import novelty, resample
from tests.builders_tables import build, quick, rewrite, shares


def drawn(shares, n, seed):
    """Return shares as seen in n units, and resamples of them, as the estimator makes them."""
    rng = np.random.default_rng(seed)
    seen = rng.multinomial(n, shares)
    draws = rng.multinomial(n, seen / n, size=200).astype(float)
    smooth = np.vstack((seen, draws)) + 0.5
    smooth /= smooth.sum(1, keepdims=True)
    return smooth[0], smooth[1:]


def test_surprise_is_the_divergence_in_bits():
    one, other = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    value, _ = novelty.surprise((one, one[None]), [(other, other[None])])
    assert value == pytest.approx(0.5 * np.log2(2) + 0.5 * np.log2(2 / 3))


def test_nothing_to_compare_with_is_no_novelty():
    one = np.array([0.5, 0.5])
    assert novelty.surprise((one, one[None]), []) is None


def test_two_samples_of_one_kind_are_no_news():
    """Chance alone makes shares of two texts differ: raw surprise is above 0, the corrected one not."""
    shares = np.random.default_rng(1).dirichlet(np.ones(21))
    raw, middle, covered = [], [], 0
    for seed in range(100):
        found = novelty.surprise(drawn(shares, 150, seed), [drawn(shares, 150, 1000 + seed)])
        corrected = novelty.unbiased(found, novelty.MANY, 0.0)
        raw.append(found[0])
        middle.append(corrected.value)
        covered += corrected.low <= 0.02
    assert np.mean(raw) > 0.1
    assert np.mean(middle) < np.mean(raw) / 3
    assert covered >= 90


def test_a_turn_is_news_and_its_interval_holds_the_truth():
    rng = np.random.default_rng(2)
    before, after = rng.dirichlet(np.ones(21)), rng.dirichlet(np.ones(21))
    smooth = [(400 * shares + 0.5) / (400 + 10.5) for shares in (before, after)]
    truth = float((smooth[1] * np.log2(smooth[1] / smooth[0])).sum())
    held = 0
    for seed in range(100):
        found = novelty.surprise(drawn(after, 400, seed), [drawn(before, 400, 1000 + seed)])
        corrected = novelty.unbiased(found, novelty.MANY, 0.0)
        held += corrected.low <= truth <= corrected.high
    assert held >= 88


DAYS = [
    (dt.date(2024, 2, 15), "month", "2024-02-01", "2024-02-29"),
    (dt.date(2021, 12, 31), "month", "2021-12-01", "2021-12-31"),
    (dt.date(2021, 5, 1), "year", "2021-01-01", "2021-12-31"),
    (dt.date(2021, 5, 1), "day", "2021-05-01", "2021-05-01"),
]


@pytest.mark.parametrize(("day", "precision", "first", "last"), DAYS)
def test_a_month_and_a_year_are_all_their_days(day, precision, first, last):
    assert novelty._days(day, precision) == tuple(
        dt.date.fromisoformat(one).toordinal() for one in (first, last)
    )


AROUND = [  # days of documents, »a-b« if unsure, 0 if unknown; which of them; those before and after it
    ("1 2 3 4 5 6", 5, [0, 1, 2, 3, 4], []),
    ("1 2 3 4 5 6", 4, [], []),  # four are too few
    ("1 2 3 4 5 6 7", 6, [1, 2, 3, 4, 5], []),
    ("1 1 2 3 4 5 6", 6, [0, 1, 2, 3, 4, 5], []),  # both of the last place
    ("1 2 3 4 5 6 6 7", 0, [], [1, 2, 3, 4, 5, 6]),
    ("0 1 2 3 4 5", 5, [], []),
    ("1 2 3 4 5 0", 5, [], []),
    ("1 2 3 4 4-6 6", 5, [], []),  # one may be of the same day
    ("1 2 3 4 4-5 6", 5, [0, 1, 2, 3, 4], []),
    ("1 2 3 4 4-5 6", 0, [], [1, 2, 3, 4, 5]),
    ("1 2 3 4 5 6-9 7", 0, [], [1, 2, 3, 4, 5]),  # by the first possible day
    ("2 1-3 4 5 6 7 8", 6, [1, 2, 3, 4, 5], []),  # by the last
    ("1 2 3 4 by:5 6", 5, [], []),  # another parliament
]


@pytest.mark.parametrize(("days", "at", "before", "after"), AROUND)
def test_the_nearest_five_certainly_before_and_after(days, at, before, after):
    told = [("by" if day.startswith("by:") else "bt", day.removeprefix("by:")) for day in days.split()]
    when = novelty.Dated(
        first=np.array([int(day.split("-")[0]) for _, day in told]),
        last=np.array([int(day.split("-")[-1]) for _, day in told]),
        parliament=tuple(parliament for parliament, _ in told),
    )
    assert novelty._around(when, np.arange(len(told)))(at) == (before, after)


def test_of_many_that_tie_an_even_selection_is_taken():
    days = np.array([*[5] * 500, 7, 6, 8, 9])
    when = novelty.Dated(first=days, last=days, parliament=("bt",) * len(days))
    before, after = novelty._around(when, np.arange(len(days)))(503)
    assert (before[0], before[-4:], after) == (0, [499, 500, 501, 502], [])
    assert len(before) == novelty.TIED + 3
    assert max(np.diff(before)) <= 11


@pytest.mark.parametrize(("most", "columns", "size"), [(2, [2, 0, 2, 1, 2], 3), (4, [2, 0, 4, 1, 3], 4)])
def test_the_most_frequent_items_have_columns_of_their_own(monkeypatch, most, columns, size):
    monkeypatch.setattr(novelty, "MOST_ITEMS", most)
    facts = SimpleNamespace(items=(*"abcde",), item=np.array([0, 0, 1, 3, 4]), n=np.array([2, 3, 9, 7, 1]))
    found, width = novelty._columns(facts)  # c never occurs
    assert (found.tolist(), width) == (columns, size)


def test_what_chance_adds_is_taken_off_once_from_the_value_and_twice_from_the_ends():
    draws = np.random.default_rng(1).permutation(np.linspace(0.5, 0.9, 999))  # 0.2 above the value
    low, high = (float(end[0]) for end in resample.expanded_interval(draws[:, None], 9))
    for value, floor in ((0.5, None), (0.5, 0.0), (0.1, 0.0)):
        found = novelty.unbiased((value, draws - 0.5 + value), 9, floor)
        ends = (value - 0.2, low - 0.5 + value - 0.4, high - 0.5 + value - 0.4)
        wanted = [end if floor is None else max(floor, end) for end in ends]
        assert (found.value, found.low, found.high) == pytest.approx(tuple(wanted))


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return build(tmp_path_factory.mktemp("tables"), documents=4, sentences=40)


@pytest.fixture(scope="module")
def rows(tables):
    return dict(track.track(tables, quick()))["novelty"].to_pylist()


def of(rows, **wanted):
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def test_first_and_last_have_nothing_to_be_compared_with(rows):
    found = {row["period_id"]: row for row in of(rows, kind="period", basis="published", over="theme")}
    assert {(row["n"], row["level"]) for row in found.values()} == {(160, "units")}
    assert found["bt18"]["novelty"] is None
    assert found["bt18"]["transience"] is not None
    assert found["bt21"]["transience"] is None
    assert found["bt20"]["n_before"] == found["bt20"]["n_after"] == 1


def test_documents_have_five_before_and_after_or_no_value(rows):
    documents = of(rows, kind="document", over="theme")
    assert len(documents) == 16
    for row in documents:
        assert (row["novelty"] is None) == (row["n_before"] == 0)
        assert row["n_before"] in (0, novelty.WINDOW)
    assert sum(row["novelty"] is None for row in documents) == 5
    assert sum(row["transience"] is None for row in documents) == 5


def test_resonance_is_novelty_without_transience_but_for_what_chance_adds(rows):
    for row in rows:
        if row["resonance"] is not None:
            assert row["resonance_low"] <= row["resonance"] <= row["resonance_high"]
            if row["novelty_low"] > 0 and row["transience_low"] > 0:
                assert row["resonance"] == pytest.approx(row["novelty"] - row["transience"])
            assert row["persistence"] == pytest.approx(2 ** -row["transience"])


def test_a_document_of_a_year_is_neither_before_nor_after_those_of_the_year(tables, tmp_path):
    for path in tables.glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    of_the_year = {"published": dt.date(2021, 1, 1), "published_precision": "year"}
    rewrite(tmp_path, "documents", "d-bt20-003", of_the_year)
    made = dict(track.track(tmp_path, quick()))["novelty"].to_pylist()
    (row,) = of(made, item="d-bt20-003", over="theme")
    assert row["n_before"] == 5  # of the years before 2021
    (other,) = of(made, item="d-bt20-000", over="theme")  # of 26 October 2021
    assert other["n_before"] == 5


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_what_only_texts_without_a_period_speak_of_leaves_the_others_their_novelty(tmp_path):
    tables = build(tmp_path, documents=1, sentences=40, periods=("bt19", "bt20", "bt21"))
    undated = {"published": None, "published_precision": "none", "period_published": None}
    rewrite(tables, "documents", "d-bt19-000", undated)
    rewrite(tables, "sentence_themes", "d-bt19-000", {"theme": "defense"})
    made = shares(tables, compare_unlike=False)["novelty"].to_pylist()
    (found,) = of(made, kind="period", basis="published", over="theme", item="bt21")
    assert found["novelty"] >= 0
