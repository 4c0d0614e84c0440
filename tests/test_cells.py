from __future__ import annotations

import numpy as np
import pytest

from pipeline.tracking import cells, counts
from tests.builders_tables import build


def opened(folder, **options):
    with counts.connect(build(folder, **options)) as base:
        corpus = counts.prepare(base)
        divided = counts.count_base(base, "published")
        facts = counts.count_items(
            base, "published", ("theme", "sentences"), counts.number_items(base)["theme"]
        )
    return corpus, divided, facts


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("tables"), documents=4, sentences=40)


def of_all(corpus, divided, resamples=99):
    part = next(iter(cells.parts(corpus, divided)))
    return cells.cells(corpus, divided, "published", part, resamples=resamples, seed=1)


def test_the_whole_comes_first_then_types_and_issuers(small):
    corpus, divided, _ = small
    found = [(part.slice, part.value) for part in cells.parts(corpus, divided)]
    assert found[0] == ("all", "all")
    assert [value for name, value in found if name == "document_type"] == [
        "koalitionsvertrag", "strategie", "wahlprogramm",
    ]  # fmt: skip


def test_short_parts_are_no_slices(tmp_path):
    corpus, divided, _ = opened(tmp_path, documents=3, sentences=20, periods=("bt20",))
    assert [part.slice for part in cells.parts(corpus, divided)] == ["all"]


@pytest.mark.parametrize(
    ("documents", "sentences", "level", "clusters"),
    [(8, 20, "documents", 8), (7, 20, "sections", 14), (1, 40, "none", 4)],
)
def test_clusters_are_documents_where_there_are_enough(tmp_path, documents, sentences, level, clusters):
    corpus, divided, _ = opened(tmp_path, documents=documents, sentences=sentences, periods=("bt20",))
    (cell,) = of_all(corpus, divided)
    assert (cell.level, cell.clusters) == (level, clusters)
    assert cell.totals[:, 0].sum() == documents * sentences
    assert len(cell.weights) == (0 if level == "none" else 99)


def test_every_resample_draws_as_many_clusters_as_there_are(small):
    for cell in of_all(*small[:2]):
        assert (cell.weights.sum(1) == cell.clusters).all()


def test_weights_depend_on_the_cell_and_the_seed_alone(small):
    first, again = (of_all(*small[:2]) for _ in range(2))
    assert all(np.array_equal(a.weights, b.weights) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0].weights, first[1].weights)


def test_counts_by_cluster_add_up(small):
    corpus, divided, facts = small
    items = np.arange(len(facts.items))
    total = 0.0
    for cell in of_all(corpus, divided):
        total += cells.count_matrix(facts, slice(None), cell, items).sum()
        documents = np.diff([*cell.first_clusters, cell.clusters])
        assert len(documents) == len(cell.documents) and documents.min() > 0
    assert total == facts.n.sum()


def test_cells_tell_what_they_lack(small, tmp_path):
    assert of_all(*small[:2])[0].coverage == ("documents not read: 1", "pages read by OCR: 2 of 8")
    corpus, divided, _ = opened(tmp_path, documents=1, sentences=40, periods=("bt20",))
    assert "a single document" in of_all(corpus, divided)[0].coverage
