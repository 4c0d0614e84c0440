from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from msgspec.structs import replace

from pipeline.tracking import cells, counts
from tests.builders_tables import build


def opened(folder, basis="published", **options):
    with counts.connect(build(folder, **options)) as base:
        corpus = counts.prepare(base)
        divided = counts.count_base(base, basis)
        facts = counts.count_items(base, basis, ("theme", "sentences"), counts.number_items(base)["theme"])
    return corpus, divided, facts


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("tables"), documents=4, sentences=40)


def of_all(corpus, divided, basis="published"):
    part = next(iter(cells.parts(corpus, divided)))
    return cells.cells(corpus, divided, basis, part, resamples=99, seed=1)


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


def test_counts_by_cluster_add_up(tmp_path):
    basis = "addressed"  # a section may address several periods
    corpus, divided, facts = opened(tmp_path, basis, documents=4, sentences=40)
    items = np.arange(len(facts.items))
    total = 0.0
    for cell in of_all(corpus, divided, basis):
        total += cells.count_matrix(facts, slice(None), cell, items).sum()
        documents = np.diff([*cell.first_clusters, cell.clusters])
        assert len(documents) == len(cell.documents) and documents.min() > 0
    assert total == facts.n.sum()


LACKS = [  # documents, pages of 25 each that are lost and read by OCR; basis; what is told beside that
    (4, 1, 19, "published", ["documents not read: 1"]),
    (
        4,
        2,
        20,
        "published",
        ["documents not read: 1", "pages lost: 2 of 100", "pages read by OCR: 20 of 100"],
    ),
    (3, 0, 0, "addressed", []),
    (2, 0, 0, "addressed", ["only 2 documents"]),
    (1, 0, 0, "addressed", ["a single document"]),
]


@pytest.mark.parametrize(("documents", "lost", "ocr", "basis", "told"), LACKS)
def test_cells_tell_what_they_lack(small, documents, lost, ocr, basis, told):
    corpus, divided, _ = small
    of_pages = np.zeros((3, len(corpus.document_ids)), dtype=int)
    of_pages[0], of_pages[1:, 0] = 25, (lost, ocr)
    names = ("pages", "pages_lost", "pages_ocr")
    corpus = replace(corpus, **dict(zip(names, of_pages, strict=True)))
    inside = (np.arange(len(corpus.document_ids)) < documents) | corpus.failed
    part = cells.Part(slice="all", value="all", documents=inside)
    found = cells.cells(corpus, divided, basis, part, resamples=9, seed=1)
    assert list(found[0].coverage) == told


def test_documents_of_weight_0_are_as_if_they_were_not_there(tmp_path):
    corpus, divided, facts = opened(tmp_path, documents=10, sentences=20, periods=("bt20",))
    stated = (np.arange(len(corpus.document_ids)) < 7).astype(float)
    weighted = replace(corpus, weights=stated)
    whole = next(iter(cells.parts(corpus, divided)))
    fewer = replace(whole, documents=stated > 0)
    (found,), (wanted,) = (
        cells.cells(weighted, divided, "published", part, resamples=99, seed=1, weights="manifest")
        for part in (whole, fewer)
    )
    assert (found.level, found.clusters) == ("sections", 14)
    for name in ("documents", "importance", "weights", "totals", "even", "replicate_totals"):
        assert np.array_equal(getattr(found, name), getattr(wanted, name)), name
    items = np.arange(len(facts.items))
    counts_ = [cells.count_matrix(facts, slice(None), cell, items) for cell in (found, wanted)]
    assert np.array_equal(*counts_)


IMPORTANCE = [  # of three documents of 10, 30 and 60 sentences, so that the mean over sentences is 1
    ("none", (3, 1, 0), (1, 1, 1)),
    ("document", (3, 1, 0), (100 / 30, 100 / 90, 100 / 180)),
    ("document_type", (3, 1, 0), (50 / 40, 50 / 40, 50 / 60)),
    ("issuer", (3, 1, 0), (50 / 10, 50 / 90, 50 / 90)),
    ("manifest", (3, 1, 0), (75 / 10, 25 / 30, 0)),
    ("manifest", (0, 0, 0), (1, 1, 1)),
]


@pytest.mark.parametrize(("weighted", "stated", "expected"), IMPORTANCE)
def test_what_a_sentence_counts_depends_on_how_long_its_text_is(weighted, stated, expected):
    corpus = SimpleNamespace(
        weights=np.array(stated),
        document_ids=("a", "b", "c"),
        types=("v", "v", "w"),
        speakers=("x", "y", "y"),
    )
    found = cells._importance(corpus, np.arange(3), np.array([10.0, 30.0, 60.0]), weighted)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(("labelled", "layers"), [(11, {"actor"}), (9, set()), (0, set())])
def test_layers_in_which_people_have_labelled_many_mentions_are_told(small, labelled, layers):
    corpus, divided, _ = small
    cell = of_all(corpus, divided)[0]
    (inside, *_) = np.flatnonzero(cell.cluster_of >= 0)
    every, by_person = np.zeros((2, *corpus.mentions.shape), dtype=np.int64)
    every[inside], by_person[inside, counts.COLUMNS.index("actor")] = 100, labelled
    counted = replace(corpus, mentions=every, by_person=by_person)
    assert cells.by_hand(counted, cell) == layers
