"""Entropy and effective number: published values, what is not seen, and whether intervals cover."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from pipeline import track
from pipeline.tracking.attention import chao_shen, diversity
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
    assert all(row["low"] <= row["entropy"] <= row["high"] for row in whole)
    assert max(row["effective_high"] or 0 for row in made if row["over"] == "theme") == pytest.approx(21)
    by_period = {row["period_id"]: row["effective"] for row in whole if row["over"] == "challenge"}
    assert by_period["bt21"] < by_period["bt18"]  # »Wohnungsnot« takes more and more of it


def test_too_little_text_has_no_diversity(tmp_path):
    folder = build(tmp_path, documents=1, sentences=10, periods=("bt20", "bt21"))
    made = dict(track.track(folder, quick()))["attention"].to_pylist()
    assert made
    assert all(row["entropy"] is None and "too little text" in row["coverage_warning"] for row in made)
