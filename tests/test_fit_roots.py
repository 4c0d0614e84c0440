import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.learning import distribution, fit_roots
from pipeline.learning.distribution import Distribution

WATER, LAND = ["ruder", "boot", "segel", "steg"], ["rad", "pedal", "sattel", "kette"]


@pytest.fixture
def sentences():
    rng = np.random.default_rng(3)
    return [list(rng.permutation(side)[:3]) for side in (WATER, LAND) for _ in range(60)]


def cosines(kept):
    rows = np.frombuffer(kept.vectors, dtype=np.int8).reshape(len(kept.roots), -1).astype(float)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return {
        (one, other): float(unit[i] @ unit[j])
        for i, one in enumerate(kept.roots)
        for j, other in enumerate(kept.roots)
    }


def test_roots_in_the_same_company_lie_near_each_other(sentences):
    near = cosines(fit_roots.learn(sentences))
    assert min(near["ruder", other] for other in WATER) > max(near["ruder", other] for other in LAND) + 0.2


def test_no_window_reaches_into_the_next_sentence(sentences):
    turned = [side for pair in zip(sentences[:60], sentences[60:], strict=True) for side in pair]
    assert fit_roots.learn(turned).roots == fit_roots.learn(sentences).roots
    assert (fit_roots._near(turned, numbers()) != fit_roots._near(sentences, numbers())).nnz == 0


def numbers():
    return {root: at for at, root in enumerate(sorted(WATER + LAND))}


def test_the_nearer_the_more_a_neighbour_counts_and_both_ways():
    found = fit_roots._near([["boot", "steg", "ruder"]], {"boot": 0, "ruder": 1, "steg": 2}).toarray()
    assert np.allclose(found, [[0, 1 / 2**0.5, 1], [1 / 2**0.5, 0, 1], [1, 1, 0]])


def test_information_is_none_where_roots_meet_no_more_often_than_by_chance():
    chance = fit_roots.csr_matrix(np.ones((4, 4)))
    assert fit_roots._information(chance).nnz == 0


def test_rare_roots_are_left_out_and_say_more(sentences):
    kept = fit_roots.learn([*sentences, ["seltener", "boot"], 30 * ["boot"]])
    assert "seltener" not in kept.roots
    weights = dict(zip(kept.roots, kept.weights, strict=True))
    assert weights["boot"] < weights["rad"]


def test_the_same_tables_give_the_same_file(tmp_path):
    texts = [f"Der Ruderclub {word} das Boot am Steg." for word in ("putzt", "sucht", "findet", "baut")]
    pq.write_table(pa.table({"text": texts}), tmp_path / "sentences.parquet")
    line = fit_roots.main(tmp_path, tmp_path)
    first = (tmp_path / distribution.ROOTS).read_bytes()
    assert fit_roots.main(tmp_path, tmp_path) == line
    assert (tmp_path / distribution.ROOTS).read_bytes() == first
    assert Distribution(tmp_path / distribution.ROOTS).vectors(["Ruderclub"]).any()
