"""Mentions come back as concepts, whatever of them lies on disk."""

import random
from collections import Counter

import pytest

from pipeline import tally
from pipeline.homes import Home, Occurrence
from pipeline.tally import Tally


def mention(key, *, concept="", form="", **fields):
    own = f"challenge-{key}"
    given = {
        "name": form or key,
        "form": form or key,
        "theme": "labour",
        "n": 1,
        "counted": True,
    }
    home = Home(concept or own, "challenge", key, own)
    return Occurrence(home=home, **given | fields)


@pytest.fixture
def filled():
    made = Tally()
    made.add([])
    made.add([mention("b", form="Beben"), mention("a"), mention("b", form="Bebens", n=3)], period="bt20")
    made.add([])
    made.add([mention("b", form="Beben", counted=False), mention("x", concept="challenge-k")], period="bt21")
    made.add([])
    yield made
    made.close()


def test_each_document_gets_its_concepts_in_their_order(filled):
    first, second = ("challenge-b", "challenge-a", "challenge-b"), ("challenge-b", "challenge-k")
    assert list(filled.by_document()) == [(), first, (), second, ()]


def test_concepts_of_documents_are_told_while_other_questions_are_answered(filled):
    told = filled.by_document()
    assert [len(one) for one, _ in zip(told, filled.counted(), strict=False)] == [0, 3, 0]


def test_concepts_are_counted_with_forms_themes_and_periods(filled):
    found = {one.concept: one for one in filled.counted()}
    assert list(found) == sorted(found)
    assert found["challenge-b"].forms == Counter({"Bebens": 3, "Beben": 2})
    assert found["challenge-b"].themes == Counter({"labour": 5})
    assert (found["challenge-b"].n, found["challenge-b"].periods) == (4, {"bt20"})


def test_only_what_no_registry_knows_has_names_of_its_own(filled):
    assert [concept for concept, _ in filled.names()] == ["challenge-a", "challenge-b"]


def test_joined_concepts_are_one_and_their_keys_keep_their_owner(filled):
    filled.join({"challenge-a": "challenge-b"})
    assert list(filled.by_document())[1] == ("challenge-b",) * 3
    assert [one.concept for one in filled.counted()] == ["challenge-b", "challenge-k"]
    assert dict(filled.owners()) == {
        "challenge-a": "challenge-b", "challenge-b": "challenge-b", "challenge-x": "challenge-k"
    }  # fmt: skip


def test_an_id_that_some_mentions_have_stays_its_own():
    made = Tally()
    made.add([mention("x"), mention("x", concept="challenge-z")])
    assert dict(made.owners()) == {"challenge-x": "challenge-x"}


def test_more_mentions_than_memory_holds_are_counted_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(tally, "MEMORY", "40MB")
    random_ = random.Random(5)
    keys = [f"{random_.getrandbits(400):x}" for _ in range(40_000)]  # 100 letters that do not compress
    made = Tally(tmp_path)
    for document in range(8):
        made.add(mention(key, n=document + 1) for key in keys[document::2])
    assert (tmp_path / "tally").is_dir()
    assert list(made.by_document())[3] == tuple(f"challenge-{key}" for key in keys[3::2])
    expected: Counter[str] = Counter()
    for document in range(8):
        expected.update({f"challenge-{key}": document + 1 for key in keys[document::2]})
    assert {one.concept: one.n for one in made.counted()} == expected
    made.close()
