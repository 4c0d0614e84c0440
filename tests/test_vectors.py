"""Vectors kept in a folder and searched by likeness."""

import numpy as np
import pytest

from pipeline.searching.vectors import EXACT, WIDTH, Vectors, keep, key


def vector(text):
    rng = np.random.default_rng(sum(text.encode()) + 1000 * len(text))
    found = rng.normal(size=WIDTH).astype(np.float32) + 0.5
    return found / np.linalg.norm(found)


class Encoder:
    def __init__(self, fail_after=10**9):
        self.seen, self.left = [], fail_after

    def __call__(self, texts):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        self.seen += texts
        return np.stack([vector(text) for text in texts])


def kept(folder, texts, encode=None):
    encode = encode or Encoder()
    keep(
        folder,
        [key(text) if text else b"" for text in texts],
        lambda positions: [texts[at] for at in positions],
        encode,
        lambda done, total: None,
    )
    return encode


def test_a_text_is_found_by_its_own_vector_and_equal_texts_share_one(tmp_path):
    texts = ["eins", "zwei", "", "eins", "drei"]
    assert sorted(kept(tmp_path, texts).seen) == ["drei", "eins", "zwei"]
    found = Vectors(tmp_path).nearest(vector("eins"), limit=2)
    assert [at for at, _ in found] == [0, 3]
    assert found[0][1] == pytest.approx(1, abs=1e-3)


def test_only_allowed_sentences_are_found(tmp_path):
    kept(tmp_path, ["eins", "zwei", "", "eins"])
    found = Vectors(tmp_path).nearest(vector("eins"), limit=9, allowed=np.array([1, 2, 3]))
    assert [at for at, _ in found] == [3, 1]
    assert Vectors(tmp_path).nearest(vector("eins"), limit=9, allowed=np.array([2])) == []


def test_new_texts_are_encoded_and_old_ones_kept(tmp_path):
    kept(tmp_path, ["eins", "zwei"])
    assert kept(tmp_path, ["null", "zwei", "drei"]).seen == ["null", "drei"]
    assert Vectors(tmp_path).nearest(vector("drei"), limit=1)[0][0] == 2


def test_a_killed_call_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.searching.vectors.BATCH", 2)
    texts = [f"Satz {at}" for at in range(7)]
    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path, texts, Encoder(fail_after=2))
    with (tmp_path / "vectors.f16").open("ab") as file:
        file.write(b"half of a vector")
    assert kept(tmp_path, texts).seen == texts[4:]
    for at, text in enumerate(texts):
        assert Vectors(tmp_path).nearest(vector(text), limit=1)[0][0] == at


def test_an_empty_corpus_has_no_likeness(tmp_path):
    kept(tmp_path, [])
    assert Vectors(tmp_path).nearest(vector("eins"), limit=3) == []


def test_comparing_signs_first_loses_little(tmp_path):
    rng = np.random.default_rng(1)
    n = EXACT + 10_000
    topics = rng.normal(size=(300, WIDTH))
    vectors = topics[rng.integers(300, size=n)] + rng.normal(size=(n, WIDTH)) + 2
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    names = [str(at) for at in range(n)]
    keep(tmp_path, [key(name) for name in names], lambda p: [names[at] for at in p],
         lambda texts: vectors[[int(text) for text in texts]], lambda done, total: None)  # fmt: skip
    there, hit = Vectors(tmp_path), 0
    for asked in vectors[:20]:
        best = set(np.argsort(-(vectors @ asked))[:10].tolist())
        hit += len(best & {at for at, _ in there.nearest(asked, limit=10)})
    assert hit / 200 >= 0.95
