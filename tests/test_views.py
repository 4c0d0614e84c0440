"""Items in a cell: raw and weighted."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from msgspec.structs import replace

from pipeline import track
from pipeline.phrases import phrase
from pipeline.tracking import cells, counts, views
from pipeline.tracking.views import Filling, estimate_items
from tests.builders_tables import build, quick


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Three types of documents in one period: two manifestos of two, one agreement, one strategy."""
    folder = build(tmp_path_factory.mktemp("tables"), documents=4, sentences=40, periods=("bt20",))
    with counts.connect(folder) as base:
        corpus = counts.prepare(base)
        divided = counts.count_base(base, "published")
        facts = counts.count_items(
            base, "published", ("theme", "sentences"), counts.number_items(base)["theme"]
        )
    return corpus, divided, facts


def estimated(opened, weights):
    corpus, divided, facts = opened
    part = next(iter(cells.parts(corpus, divided)))
    (cell,) = cells.cells(corpus, divided, "published", part, resamples=199, seed=1, weights=weights)
    return estimate_items(cell, facts, slice(None), np.arange(len(facts.items))), corpus


def test_without_weights_a_share_is_a_ratio_of_sums(opened):
    found, _ = estimated(opened, "none")
    assert found.share == pytest.approx(found.n / found.denominator)
    assert found.independent == pytest.approx(found.denominator)


@pytest.mark.parametrize(("weights", "groups"), [("document_type", "types"), ("issuer", "issuers")])
def test_groups_of_documents_count_alike(opened, weights, groups):
    found, corpus = estimated(opened, weights)
    labels = np.array(getattr(corpus, groups))[found.cell.documents]
    plain, _ = estimated(opened, "none")
    of_group = [plain.by_document[labels == group].sum(0) / (40 * (labels == group).sum())
                for group in np.unique(labels)]  # fmt: skip
    assert found.share == pytest.approx(np.mean(of_group, axis=0))
    assert not np.allclose(found.share, plain.share)


def test_documents_count_what_the_manifest_says(opened):
    corpus, divided, facts = opened
    stated = np.arange(len(corpus.document_ids), dtype=float)  # the first counts nothing
    found, _ = estimated((replace(corpus, weights=stated), divided, facts), "manifest")
    plain, _ = estimated(opened, "none")
    weights = stated[plain.cell.documents]
    assert len(found.cell.documents) == len(plain.cell.documents) - 1
    assert found.share == pytest.approx(weights @ (plain.by_document / 40) / weights.sum())
    unsaid, _ = estimated(opened, "manifest")
    assert unsaid.share == pytest.approx(plain.share)  # each counts 1, and all are equally long
    nothing, _ = estimated((replace(corpus, weights=0 * stated), divided, facts), "manifest")
    assert nothing.share == pytest.approx(plain.share)
    assert [phrase("unweighted") in of.cell.coverage for of in (nothing, found)] == [True, False]


def test_weights_leave_the_counts_alone_and_make_them_worth_less(opened):
    plain, weighted = (estimated(opened, weights)[0] for weights in ("none", "document_type"))
    assert np.array_equal(plain.n, weighted.n)
    assert np.array_equal(plain.denominator, weighted.denominator)
    assert (weighted.independent < plain.independent).all()


def test_weighted_resamples_lie_around_the_weighted_share(opened):
    found, _ = estimated(opened, "document_type")
    often = found.n >= 10
    assert found.replicates.mean(0)[often] == pytest.approx(found.share[often], rel=0.1)


def test_the_tables_say_what_counted_alike(tmp_path):
    folder = build(tmp_path, documents=4, sentences=30, periods=("bt20", "bt21"))
    plain, weighted = (
        dict(track.track(folder, quick(weights=weights)))["trends"].to_pylist()
        for weights in ("none", "document_type")
    )
    assert {row["weights"] for row in weighted} == {"document_type"}
    assert [row["n"] for row in plain] == [row["n"] for row in weighted]
    assert [row["share"] for row in plain] != [row["share"] for row in weighted]


def test_a_table_that_fills_keeps_few_rows_in_lists_and_puts_all_in_order(monkeypatch):
    monkeypatch.setattr("pipeline.tracking.views.LISTED", 3)
    filling, kept = Filling(duckdb.connect(), "periods"), []
    for number in reversed(range(10)):
        filling.add({"period_id": f"bt{number}", "parliament": "bt", "number": number, "verified": True})
        kept.append(len(filling.lists["number"]))
    assert max(kept) == 3
    found = filling.table().to_pydict()
    assert found["number"] == list(range(10))
    assert found["period_id"] == [f"bt{number}" for number in range(10)]
    assert found["first_day"] == [None] * 10


FAMILIES = [
    (["published"] * 4, [0.02, 0.5, 0.04, 0.03], [0.16 / 3, 0.5, 0.16 / 3, 0.16 / 3]),
    (["published"] * 2 + ["addressed"] * 2, [0.02, None, 0.04, 0.01], [0.02, None, 0.04, 0.02]),
]


@pytest.mark.parametrize(("basis", "p", "q"), FAMILIES)
def test_tests_are_corrected_for_those_of_their_own_basis_unit_and_slice(basis, p, q):
    found = views.tested(differences(p, basis=basis))
    assert found.column("q").to_pylist() == [x and pytest.approx(x) for x in q]


def test_clear_is_what_test_and_interval_agree_on():
    p, low, high = [0.01, 0.01, None, 0.3], [0.1, -0.1, 0.1, 0.1], [0.2] * 4
    found = views.tested(differences(p, low=low, high=high))
    assert found.column("is_clear").to_pylist() == [True, False, None, False]
    less = views.tested(differences([0.05] * 4, low=[-0.3, -0.3, 0.0, 0.1], high=[-0.1, 0.0, 0.3, 0.3]))
    assert less.column("is_clear").to_pylist() == [True, False, False, True]


def differences(p, basis=("published",) * 4, low=(0.1,) * 4, high=(0.2,) * 4):
    """Return four rows of `changes`, as far as tests need them."""
    names = {"basis": basis, "unit": ["theme"] * 4, "slice": ["all"] * 4}
    empty = {"q": pa.nulls(4, pa.float64()), "is_clear": pa.nulls(4, pa.bool_())}
    return pa.table(names | {"low": low, "high": high, "p": p} | empty)


def test_a_table_that_nothing_is_added_to_is_empty():
    filling = Filling(duckdb.connect(), "periods")
    assert not filling.rows
    assert filling.table().num_rows == 0
