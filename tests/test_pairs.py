from time import process_time

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


def test_pairs_of_a_long_list_stay_cheap():
    text = " ".join(f"Programm{i} für Familien{i}," for i in range(30))
    mentions = [span(text, f"Programm{i}", "instrument") for i in range(10)]
    mentions += [span(text, f"Familien{i}", "actor") for i in range(10)]
    assert len(list(pairs(text, mentions))) == 100


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


def test_a_sentence_with_170_mentions_costs_little_more_per_pair_than_one_with_20():
    def seconds_per_pair(n: int) -> float:
        text = " ".join(f"Wort{i}" for i in range(n))
        layers = ("instrument", "challenge", "actor")
        mentions = [span(text, f"Wort{i}", layers[i % 3]) for i in range(n)]
        start = process_time()
        found = len(list(pairs(text, mentions)))
        return (process_time() - start) / found

    seconds_per_pair(20)  # word roots are cached
    assert seconds_per_pair(170) < 3.5 * min(seconds_per_pair(20) for _ in range(3))


def test_only_wanted_pairs_are_made():
    text = "Programm gegen Armut für Familien"
    mentions = [span(text, "Programm", "instrument"), span(text, "Armut", "challenge")]
    mentions.append(span(text, "Familien", "actor"))
    every = list(pairs(text, mentions))
    assert list(pairs(text, mentions, lambda first, second: (first, second) == (0, 2))) == [
        pair for pair in every if (pair.first, pair.second) == (0, 2)
    ]
