"""Spelling as evidence: features, and a regression that learns from them."""

from __future__ import annotations

import numpy as np

from pipeline.learning import ngrams

WORDS = ["Energiesteuer", "Stromsteuer", "Wohngeld", "Kindergeld", "Kfz-Steuer", "Elterngeld"]
TARGETS = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 0], [0, 1]], dtype=np.float32)


def test_a_new_compound_is_told_by_its_end():
    table = ngrams.fit([ngrams.features(word) for word in WORDS], TARGETS, single=True, epochs=10)
    likely = ngrams.scores(table, [ngrams.features("Vermögensteuer"), ngrams.features("Pflegegeld")])
    assert likely.argmax(axis=1).tolist() == [0, 1]


def test_labels_that_do_not_exclude_each_other_are_learned():
    both = np.array([[1, 1], [1, 0], [0, 0], [0, 0], [1, 0], [0, 1]], dtype=np.float32)
    table = ngrams.fit([ngrams.features(word) for word in WORDS], both, single=False, epochs=60)
    assert ((ngrams.scores(table, [ngrams.features(word) for word in WORDS]) > 0) == (both > 0)).all()


def test_the_sides_of_a_span_are_told_apart():
    text = "Wir fordern das Gesetz nicht"
    start = text.index("Gesetz")
    rows = set(ngrams.around(text, start, start + 6).tolist())
    assert set(ngrams.features("Gesetz").tolist()) <= rows
    assert not set(ngrams.features("fordern").tolist()) <= rows
    assert set(ngrams.features("fordern", 1).tolist()) <= rows


def test_nothing_has_no_features_and_only_the_bias():
    assert ngrams.features("").tolist() == []
    assert ngrams.features("–— …").tolist() == []
    table = np.zeros((ngrams.SIZE + 1, 2), dtype=np.float32)
    table[-1] = (1, 2)
    assert ngrams.scores(table, [ngrams.features("")]).tolist() == [[1, 2]]


def test_a_word_is_its_parts_of_three_to_five_letters_and_itself_each_once():
    found = ngrams.features("abc")
    assert len(found) == 3 + 2 + 1 + 1  # of »<abc>«
    assert (np.diff(ngrams.features("abcabc")) > 0).all()
    assert ngrams.features("abc ABC").tolist() == found.tolist()


def test_long_texts_are_not_louder_than_their_length_explains():
    table = np.vstack([np.ones((ngrams.SIZE, 1)), [[0.5]]]).astype(np.float32)
    found = ngrams.scores(table, [np.arange(4), np.arange(25)])
    assert found.ravel().tolist() == [4 / 2 + 0.5, 25 / 5 + 0.5]


def test_fitting_repeats():
    rows = [ngrams.features(word) for word in WORDS]
    assert (
        ngrams.fit(rows, TARGETS, single=True, epochs=2) == ngrams.fit(rows, TARGETS, single=True, epochs=2)
    ).all()


def test_a_table_that_is_learned_on_from_keeps_what_it_knew():
    """Few new texts of one class do not undo what many others taught."""
    rows = [ngrams.features(word) for word in WORDS]
    begun = ngrams.fit(rows, TARGETS, single=True, epochs=10)
    before = begun.copy()
    new, targets = [ngrams.features("Maut")] * 3, TARGETS[:3]
    alone, on = (ngrams.fit(new, targets, single=True, epochs=4, begun=one) for one in (None, begun))
    told = [ngrams.scores(one, [*rows, new[0]]).argmax(axis=1).tolist() for one in (alone, on)]
    assert told[0][:6] != TARGETS.argmax(axis=1).tolist() == told[1][:6]
    assert ngrams.scores(on, new)[0, 0] > ngrams.scores(begun, new)[0, 0]
    assert (begun == before).all()
    unlike = ngrams.fit(new, targets, single=True, epochs=4, begun=begun[:, :1])
    assert (unlike == alone).all()
