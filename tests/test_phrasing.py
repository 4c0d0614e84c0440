"""What the words around mentions settle."""

import pytest

from pipeline.knowledge.phrasing import abstains, denies, listed, wants
from tests.builders_relations import span


@pytest.mark.parametrize(
    ("text", "words", "layer", "expected"),
    [
        ("Bund, Länder und die Kommunen handeln.", ("Bund", "Länder", "Kommunen"), "actor", [(0, 1), (1, 2)]),
        ("Kitas sowie Schulen", ("Kitas", "Schulen"), "actor", [(0, 1)]),
        ("Die Schulen helfen den Kitas.", ("Schulen", "Kitas"), "actor", []),
        ("Schulen bauen und Hilfen ausweiten", ("Schulen bauen", "Hilfen ausweiten"), "instrument", []),
        ("Beratung und Hilfen", ("Beratung", "Hilfen"), "instrument", [(0, 1)]),
        ("Armut und Hunger", ("Armut", "Hunger"), "challenge", [(0, 1)]),
    ],
)
def test_lists(text, words, layer, expected):
    found = listed(text, [span(text, word, layer) for word in words])
    assert sorted({tuple(sorted((a, b))) for a, ones in found.items() for b in ones}) == expected


def test_only_mentions_of_one_layer_make_a_list():
    text = "Armut und Schulen"
    assert listed(text, [span(text, "Armut", "challenge"), span(text, "Schulen", "actor")]) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Angenommen bei Stimmenthaltung der Fraktion MUSTER.", True),
        ("Angenommen bei Abwesenheit der MUSTER.", True),
        ("Angenommen gegen die Stimmen der Fraktion MUSTER.", False),
        ("Nach der Enthaltung der anderen stimmt die MUSTER zu.", False),
    ],
)
def test_who_abstains(text, expected):
    assert abstains(text, text.index("MUSTER")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("das von der MUSTER geforderte Gesetz", True),
        ("das vom MUSTER bereits angekündigte Gesetz", True),
        ("das von der MUSTER beschlossene Gesetz", False),
        ("die MUSTER forderte das Gesetz", False),
    ],
)
def test_who_wants_something(text, expected):
    start = text.index("MUSTER")
    assert wants(text, start, start + len("MUSTER")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Pflicht erzeugt keinen AUFWAND.", True),
        ("Die Pflicht führt zu keinerlei AUFWAND.", True),
        ("Die Pflicht erzeugt AUFWAND.", False),
        ("Das hat keine Folgen für den AUFWAND.", False),
    ],
)
def test_what_there_is_none_of(text, expected):
    assert denies(text, text.index("AUFWAND")) is expected
