import numpy as np
import pytest

from pipeline.knowledge.meaning import Name, merges

NEAR = {"Lobbyregister": 0, "Register für Lobbyvertreter": 0.1, "lobby": 2.0, "lobbyvertret": 2.1}


def embed(texts):
    """Vectors whose angle is the number a text has in `NEAR`; all others lie far apart."""
    angles = [NEAR.get(text, 0.7 + 0.9 * (sum(text.encode()) % 7)) for text in texts]
    return np.array([[np.cos(a), np.sin(a)] for a in angles], dtype=np.float32)


def name(concept: str, key: str, text: str, *, target: bool = True, fixed: bool = False) -> Name:
    return Name(concept, "instrument", key, text, target, fixed)


def test_names_that_differ_in_a_likeness_join():
    names = [
        name("a", "lobby regist", "Lobbyregister"),
        name("b", "lobbyvertret regist", "Register für Lobbyvertreter"),
    ]
    assert merges(names, embed, lambda *_: False) == {"b": "a"}


def test_a_shared_stem_stands_in_for_likeness():
    names = [name("a", "brau", "Lobbyregister"), name("b", "lobby regist", "Lobbyregister")]
    names += [name("c", "lobbyist regist", "Register für Lobbyvertreter")]
    assert merges(names, embed, lambda *_: False) == {"c": "b"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rent 63", "rent 67"),  # numbers are the difference
        ("lobby regist", "lobby"),  # one is the wider concept
        ("lobby", "lobbyvertret"),  # no root in common
        ("a b c d e f", "a b c d e g"),  # phrases
        ("gesetz lobby regist", "lobbyvertret regist"),  # only one is a law
    ],
)
def test_these_never_join(one, other):
    names = [name("a", one, "Lobbyregister"), name("b", other, "Register für Lobbyvertreter")]
    assert merges(names, embed, lambda *_: False) == {}


def test_a_barred_pair_and_a_fixed_name_stay_apart():
    pair = ("lobby regist", "Lobbyregister"), ("lobbyvertret regist", "Register für Lobbyvertreter")
    names = [name(str(i), key, text) for i, (key, text) in enumerate(pair)]
    assert merges(names, embed, lambda concept, key: (concept, key) == ("0", "lobbyvertret regist")) == {}
    fixed = [names[0], names[1]._replace(is_fixed=True)]
    assert merges(fixed, embed, lambda *_: False) == {}


def test_what_is_said_once_is_no_target():
    names = [
        name("a", "lobby regist", "Lobbyregister", target=False),
        name("b", "lobbyvertret regist", "Register für Lobbyvertreter"),
    ]
    assert merges(names, embed, lambda *_: False) == {}


def test_nothing_to_compare_asks_no_vectors():
    assert merges([], lambda texts: pytest.fail("no vectors are needed"), lambda *_: False) == {}
