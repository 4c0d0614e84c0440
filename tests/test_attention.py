"""Entropy and effective number: published values, what is not seen, and whether intervals cover."""

from __future__ import annotations

from collections import defaultdict
from math import log2
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import track
from pipeline.tracking import attention
from pipeline.tracking.attention import Diversity, chao_shen, diversity
from tests.builders_tables import build, quick


def spread(table):
    """Return the diversity of counts given as (clusters, items)."""
    cluster, item = np.nonzero(table)
    return diversity(item, cluster, table[cluster, item].astype(float), len(table))


def test_equal_items_have_their_number_as_effective_number():
    found = spread(np.full((10, 8), 50))
    assert 2**found.entropy == pytest.approx(8, rel=0.01)
    assert found.coverage == 1
    assert found.concentration == pytest.approx(1 / 8, rel=0.01)


def test_one_item_is_no_diversity():
    found = spread(np.full((6, 1), 9))
    assert (found.raw, found.entropy, found.concentration) == (0, 0, 1)


def test_nothing_has_no_diversity_and_what_is_seen_once_covers_little():
    nothing = spread(np.zeros((3, 2), dtype=int))
    assert (nothing.n, nothing.observed, nothing.entropy, nothing.error) == (0, 0, 0, 0)
    assert spread(np.eye(5)).coverage == pytest.approx(1 / 5)


def test_the_error_is_at_least_that_of_independent_units():
    found = spread(np.tile([20, 10, 10], (6, 1)))  # shares of 1, 2 and 2 bits; all clusters say the same
    assert found.raw == pytest.approx(1.5)
    assert found.error == pytest.approx(((0.5 * 1 + 0.5 * 4 - 1.5**2) / 240) ** 0.5)


def test_chao_shen_agrees_with_the_formula_written_out():
    counts = [4, 2, 1, 1]
    coverage, total = 1 - 2 / 8, 0.0
    for n in counts:
        share = coverage * n / 8
        total -= share * log2(share) / (1 - (1 - share) ** 8)
    values, often = np.unique(np.array(counts, dtype=float), return_counts=True)
    assert chao_shen(values, often[None].astype(float))[0] == pytest.approx(total)


def test_what_is_not_seen_is_made_up_for():
    rng = np.random.default_rng(1)
    truth = log2(500)
    found = [spread(rng.multinomial(30, np.full(500, 1 / 500), size=10)) for _ in range(20)]
    raw, corrected = (np.mean([getattr(one, name) for one in found]) for name in ("raw", "entropy"))
    assert abs(corrected - truth) < 0.15 < truth - raw


def test_a_cluster_of_its_own_kind_makes_the_error_larger():
    sizes = np.array([30, 50, 80, 110, 90, 120])
    apart, alike = np.diag(sizes), np.tile(sizes // 6, (6, 1))
    assert spread(apart).error > spread(alike).error > 0


def test_leaving_out_agrees_with_counting_again():
    rng = np.random.default_rng(2)
    table = rng.poisson(0.7, (7, 40))
    without = np.array([spread(np.delete(table, i, axis=0)).entropy for i in range(7)])
    expected = np.sqrt(6 / 7 * ((without - without.mean()) ** 2).sum())
    assert spread(table).error == pytest.approx(expected)


def test_intervals_cover_what_they_promise():
    """Documents that differ in what they talk about (Dirichlet), 20 items, 12 documents of 100 units."""
    rng = np.random.default_rng(3)
    base = rng.dirichlet(np.full(20, 2.0))
    truth = -(base * np.log2(base)).sum()
    hits = 0
    for _ in range(300):
        own = rng.dirichlet(base * 40, size=12)
        found = spread(np.array([rng.multinomial(100, shares) for shares in own]))
        hits += abs(found.entropy - truth) <= 2.2 * found.error  # t of 11 degrees of freedom
    assert 0.90 <= hits / 300 <= 0.99


def test_the_table_has_every_kind_of_attention(tmp_path):
    made = dict(track.track(build(tmp_path, documents=4, sentences=40), quick()))["attention"].to_pylist()
    whole = [row for row in made if (row["slice"], row["basis"]) == ("all", "published")]
    assert {row["over"] for row in whole} == {
        "theme", "kind", "actor_kind", "challenge", "instrument", "actor",
    }  # fmt: skip
    assert {row["n"] for row in whole} == {160}
    assert all(row["low"] <= row["entropy"] <= row["high"] for row in whole)
    assert max(row["effective_high"] or 0 for row in made if row["over"] == "theme") == pytest.approx(21)
    by_period = {row["period_id"]: row["effective"] for row in whole if row["over"] == "challenge"}
    assert by_period["bt21"] < by_period["bt18"]  # »Wohnungsnot« takes more and more of it


LITTLE = "too little text for a share (sentences: 19)"
MEASURES = [  # units, level, entropy and its error; entropy with its ends in the table; what is told
    (19, "sections", 2.0, 0.1, (None, None, None), LITTLE),
    (19, "none", 2.0, 0.1, (None, None, None), LITTLE),
    (20, "none", 2.0, 0.1, (2.0, None, None), "no interval"),
    (20, "sections", 2.0, 0.1, (2.0, 2 - 0.22622, 2 + 0.22622), None),  # Student's t of 9 degrees: 2.2622
    (20, "sections", 0.2, 1.0, (0.2, 0, 0.2 + 2.2622), None),
    (20, "sections", 4.5, 0.1, (log2(21), 4.5 - 0.22622, log2(21)), None),  # of 21 themes
]


@pytest.mark.parametrize(("n", "level", "entropy", "error", "ends", "told"), MEASURES)
def test_measures_stand_in_the_table_where_there_is_enough_text(n, level, entropy, error, ends, told):
    rows = defaultdict(list)
    part, corpus = SimpleNamespace(slice="all", value="all"), SimpleNamespace(periods=("bt20",))
    view = SimpleNamespace(corpus=corpus, basis="published", part=part)
    cell = SimpleNamespace(clusters=10, level=level, coverage=(), period=0, documents=[0])
    found = Diversity(n=n, observed=5, coverage=0.9, concentration=0.3, raw=1.9, entropy=entropy, error=error)
    attention._add(rows, view, cell, "theme", found)
    (row,) = (dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True))
    for name, end in zip(("", "_low", "_high"), ends, strict=True):
        assert row[name[1:] or "entropy"] == (None if end is None else pytest.approx(end, abs=1e-4))
        assert row[f"effective{name}"] == (None if end is None else pytest.approx(2**end, rel=1e-4))
    measured = (row["coverage"], row["concentration"], row["entropy_raw"])
    assert measured == ((0.9, 0.3, 1.9) if n == 20 else (None, None, None))
    assert (row["coverage_warning"] or "").startswith(told or "")
    assert (row["coverage_warning"] is None) == (told is None)
