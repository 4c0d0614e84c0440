import random

import numpy as np
import pytest

from pipeline.knowledge.meaning import Group, Judge, merges


def group(name: str, *more: str, fixed: bool = False, layer: str = "instrument") -> Group:
    return Group(name, layer, (name, *more), fixed)


def judge(least: float = 0.9, **angles: float) -> Judge:
    """Vectors in a plane whose angles are those given; all others lie at right angles to them."""

    def embed(texts):
        width = 2 + len(texts)
        rows = np.zeros((len(texts), width))
        for at, text in enumerate(texts):
            if text in angles:
                rows[at, :2] = np.cos(angles[text]), np.sin(angles[text])
            else:
                rows[at, 2 + at] = 1
        return rows

    return Judge(embed, least)


def nothing(*_: str) -> bool:
    return False


def test_what_is_near_joins_what_comes_first():
    given = [group("Ruderfibel"), group("Segelschein"), group("Bootsheft")]
    assert merges(given, judge(Ruderfibel=0, Bootsheft=0.1), nothing) == {"Bootsheft": "Ruderfibel"}


def test_nothing_chains():
    chain = {name: 0.4 * at for at, name in enumerate(("Rudern", "Segeln", "Paddeln", "Tauchen"))}
    found = merges([group(name) for name in chain], judge(0.9, **chain), nothing)
    assert found == {"Segeln": "Rudern", "Tauchen": "Paddeln"}


def test_a_pair_that_comes_near_by_what_others_add_joins():
    given = [group("Rudern"), group("Segeln"), group("Paddeln")]
    angles = {"Rudern": 0.0, "Paddeln": 0.5, "Segeln": 0.25}
    assert merges(given, judge(0.85, **angles), nothing) == {"Segeln": "Rudern", "Paddeln": "Rudern"}


def test_the_order_of_pairs_does_not_matter():
    angles = {f"Wort{chr(97 + at)}": 0.13 * at for at in range(12)}
    given = [group(name) for name in angles]
    expected = merges(given, judge(0.95, **angles), nothing)
    shuffled = {name: angles[name] for name in random.Random(3).sample(sorted(angles), len(angles))}
    assert merges(given, judge(0.95, **shuffled), nothing) == expected != {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (group("Rente mit 63"), group("Rente mit 67")),
        (group("Verordnung nach § 88b"), group("Verordnung nach § 88d")),
        (group("Rudergesetz"), group("Rudern")),
        (group("Rudern", fixed=True), group("Segeln", fixed=True)),
        (group("Rudern"), group("Segeln", layer="challenge")),
        (group("Rudern"), group("Abschaffung des Ruderns")),
        (group("Ruderverbot", "Rudern"), group("mehr Rudern")),
        (group("sinkende Ruderzahlen", layer="challenge"), group("steigende Ruderzahlen", layer="challenge")),
    ],
)
def test_these_never_join(one, other):
    assert merges([one, other], judge(**{one.concept: 0, other.concept: 0}), nothing) == {}


def test_a_barred_pair_stays_apart_even_when_others_stand_between():
    given = [group("Rudern", fixed=True), group("Segeln"), group("Paddeln")]
    same = judge(**{one.concept: 0 for one in given})
    assert merges(given, same, lambda concept, key: (concept, key) == ("Rudern", "segel")) == {
        "Paddeln": "Rudern"
    }


def test_all_names_of_a_concept_count():
    given = [group("Rudern", "Bootfahren", fixed=True), group("Segeln")]
    assert merges(given, judge(Rudern=0, Segeln=0), nothing) == {}
    assert merges(given, judge(0.5, Rudern=0, Segeln=0), nothing) == {"Segeln": "Rudern"}


def test_names_may_join_only_what_is_known():
    given = [group("Rudern", fixed=True), group("Segeln"), group("Paddeln"), group("Tauchen")]
    angles = {"Rudern": 0.0, "Segeln": 0.1, "Paddeln": 2.0, "Tauchen": 2.0}
    found = merges(given, judge(**angles)._replace(only_known=True), nothing)
    assert found == {"Segeln": "Rudern"}


def test_nothing_to_compare_asks_no_vectors():
    assert merges([], Judge(lambda texts: pytest.fail("no vectors are needed"), 0.5), nothing) == {}


def test_one_name_that_means_the_same_outweighs_others_that_are_far():
    known = group("Rudern", "Rudersport", "Wasserwandern", fixed=True)
    angles = {"Rudern": 0.0, "Rudersport": 1.2, "Wasserwandern": 1.2, "Paddeln": 0.0}
    mean = (1 + 2 * np.cos(1.2)) / 3
    given = [known, group("Paddeln")]
    assert merges(given, judge((1 + mean) / 2 - 0.01, **angles), nothing) == {"Paddeln": "Rudern"}
    assert merges(given, judge((1 + mean) / 2 + 0.01, **angles), nothing) == {}


def test_names_with_a_root_in_common_and_one_of_their_own_each_must_be_nearer():
    others = {"Paddelprämie": False, "Segelprämie": True, "Prämie": True, "Tauchen": True}
    angles = {"Ruderprämie": 0.0, "Segelsteuer": 0.0} | dict.fromkeys(others, 0.6)
    known = group("Ruderprämie", "Segelsteuer", fixed=True)
    for name, joins in others.items():
        assert bool(merges([known, group(name)], judge(np.cos(0.6) - 0.03, **angles), nothing)) == joins
