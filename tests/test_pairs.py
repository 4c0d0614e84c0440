import sys

import pytest

from pipeline.learning.pairs import pairs, placed
from pipeline.records import Span
from tests.builders_relations import span


@pytest.mark.parametrize(
    ("a", "b", "place"),
    [((0, 9), (2, 5), "inside"), ((2, 5), (0, 9), "around"), ((0, 5), (3, 9), "overlapping"),
     ((0, 3), (4, 9), "after"), ((4, 9), (0, 3), "before")],
)  # fmt: skip
def test_placed(a, b, place):
    one, other = (Span(sentence=0, start=s, end=e, text="", label="actor") for s, e in (a, b))
    assert placed(one, other) == place


def test_the_words_around_a_list_count_for_each_of_its_members():
    text = "Wir planen Zuschüsse für Schulen, Kitas und Horte auf dem Land."
    mentions = [span(text, "Zuschüsse", "instrument")]
    mentions += [span(text, word, "actor") for word in ("Schulen", "Kitas", "Horte")]
    for pair in pairs(text, mentions):
        assert {"before b=für", "after b=auf", "governor=für,after"} <= set(pair.features)


def test_words_between_count_only_where_they_are_few():
    for filling, told in (("gegen", True), (" ".join(["und"] * 20), False)):
        text = f"Programm {filling} Armut"
        (pair,) = pairs(text, [span(text, "Programm", "instrument"), span(text, "Armut", "challenge")])
        assert any(name.startswith("between") for name in pair.features) == told


def test_a_sentence_with_170_mentions_costs_no_more_per_pair_than_one_with_20():
    def lines_per_pair(n: int) -> float:
        text = " ".join(f"Wort{i}" for i in range(n))
        layers = ("instrument", "challenge", "actor")
        mentions = [span(text, f"Wort{i}", layers[i % 3]) for i in range(n)]
        list(pairs(text, mentions))  # word roots are cached
        run = 0

        def count(*_):
            nonlocal run
            run += 1
            return count

        before = sys.gettrace()
        sys.settrace(count)
        try:
            found = len(list(pairs(text, mentions)))
        finally:
            sys.settrace(before)
        return run / found

    assert lines_per_pair(170) < 1.1 * lines_per_pair(20)


def test_only_wanted_pairs_are_made():
    text = "Programm gegen Armut für Familien"
    mentions = [span(text, "Programm", "instrument"), span(text, "Armut", "challenge")]
    mentions.append(span(text, "Familien", "actor"))
    every = list(pairs(text, mentions))
    assert list(pairs(text, mentions, lambda first, second: (first, second) == (0, 2))) == [
        pair for pair in every if (pair.first, pair.second) == (0, 2)
    ]
