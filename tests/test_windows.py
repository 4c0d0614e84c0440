"""Sentences packed side by side: borders, sizes, words and pieces."""

from __future__ import annotations

import pytest

from pipeline.learning.windows import Encoded, align, batches, cut, pack, places


def encoded(n: int) -> Encoded:
    return Encoded(tuple(range(100, 100 + n)), ((0, 1),), ((0, n),))


def packed(chains, sizes, budget):
    made = pack(chains, [encoded(n) for n in sizes], [()] * len(sizes), budget=budget, first=0, last=2)
    return [one.sentences for one in made]


def test_words_get_their_pieces_and_a_shared_piece_belongs_to_both():
    text = "EU-Recht, Bund"
    got = align(text, [7, 8, 9], [(0, 5), (5, 9), (9, 14)])
    assert [text[a:b] for a, b in got.words] == ["EU-Recht", ",", "Bund"]
    assert got.pieces == ((0, 2), (1, 2), (2, 3))


def test_a_word_without_pieces_is_left_out():
    assert align("a b", [5], [(2, 3)]).words == ((2, 3),)


def test_nothing_gives_nothing():
    assert align("", [], []) == Encoded((), (), ())
    assert list(cut(Encoded((), (), ()))) == []
    assert packed([], [], 100) == []


@pytest.mark.parametrize(
    ("chains", "sizes", "budget", "expected"),
    [
        ([(0, 1, 2)], [10, 10, 10], 100, [(0, 1, 2)]),
        ([(0, 1, 2)], [10, 10, 10], 22, [(0, 1), (2,)]),
        ([(0,), (1, 2)], [10, 10, 10], 100, [(0,), (1, 2)]),
        ([(0, 1, 2, 3)], [10, 10, 10, 10], 22, [(0, 1), (2, 3)]),
        ([(0, 1)], [300, 10], 100, [(0,), (1,)]),
        ([(0, 1)], [10, 10], 1, [(0,), (1,)]),
    ],
)
def test_windows_respect_chains_and_budget(chains, sizes, budget, expected):
    assert packed(chains, sizes, budget) == expected


def test_a_window_is_framed_and_says_where_its_sentences_start():
    sentences = [Encoded((5, 6), ((0, 1),), ((0, 2),)), Encoded((7,), ((0, 1),), ((0, 1),))]
    (window,) = pack([(0, 1)], sentences, [(9,), (9,)], budget=50, first=0, last=2)
    assert window.ids == (0, 9, 2, 5, 6, 2, 7, 2)
    assert window.starts == (3, 6)
    apart = pack([(0, 1)], sentences, [(9,), (8,)], budget=1, first=0, last=2)
    assert [one.ids for one in apart] == [(0, 9, 2, 5, 6, 2), (0, 8, 2, 7, 2)]


def test_a_long_sentence_is_cut_between_words_and_keeps_its_offsets():
    whole = Encoded(tuple(range(9)), ((0, 2), (3, 5), (6, 8)), ((0, 3), (3, 6), (6, 9)))
    parts = list(cut(whole, longest=6))
    assert [part.ids for part in parts] == [(0, 1, 2, 3, 4, 5), (6, 7, 8)]
    assert parts[1].words == ((6, 8),)
    assert parts[1].pieces == ((0, 3),)


def test_a_word_of_too_many_pieces_keeps_its_first():
    (part,) = cut(Encoded(tuple(range(9)), ((0, 20),), ((0, 9),)), longest=4)
    assert part == Encoded((0, 1, 2, 3), ((0, 20),), ((0, 4),))


def test_places_of_pieces_stand_word_by_word():
    """Two words may share a piece."""
    found, sizes = places(Encoded((7, 8, 9), ((0, 3), (4, 9)), ((0, 2), (1, 3))))
    assert (found.tolist(), sizes.tolist()) == ([0, 1, 1, 2], [2, 2])
    assert [len(one) for one in places(Encoded((), (), ()))] == [0, 0]


def test_batches_are_as_large_as_their_longest_input_allows():
    lengths = [2, 9, 3, 3, 50]
    assert list(batches([0, 2, 3, 1, 4], lengths, pieces=10)) == [[0, 2, 3], [1], [4]]
    assert list(batches([1, 0, 2], lengths, pieces=20)) == [[1, 0], [2]]
    assert list(batches([], lengths, pieces=10)) == []
