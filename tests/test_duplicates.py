"""Repeated documents: found however they are set, and nothing else."""

from __future__ import annotations

import random

import numpy as np

from pipeline.reading.duplicates import _candidates, near_duplicates, signature

SUBJECTS = [
    "Der Bund",
    "Die Gemeinde",
    "Das Land",
    "Ein Verein",
    "Die Schule",
    "Der Betrieb",
    "Die Klinik",
    "Ein Amt",
]
VERBS = ["fördert", "plant", "baut", "beendet", "prüft", "verlangt", "senkt", "ordnet", "sichert", "stärkt"]
OBJECTS = [
    "Wege",
    "Netze",
    "Stellen",
    "Kurse",
    "Häuser",
    "Fristen",
    "Preise",
    "Register",
    "Messungen",
    "Wälder",
]


def document(seed: int, n: int = 200) -> list[str]:
    pick = random.Random(seed)
    texts = []
    for _ in range(n):
        words = [
            pick.choice(SUBJECTS),
            pick.choice(VERBS),
            *pick.sample(OBJECTS, 4),
            "und",
            *pick.sample(OBJECTS, 3),
        ]
        texts.append(" ".join(words) + ".")
    return texts


def repeated(signatures: dict[str, bytes], **periods: str) -> dict[str, str]:
    return near_duplicates(signatures, dict.fromkeys(signatures, "") | periods)


def test_another_setting_of_the_same_text_is_found() -> None:
    first = document(1)
    reset = [" ".join(first[at : at + 3]).upper() for at in range(0, len(first), 3)]
    found = repeated({"a": signature(first), "b": signature(document(2)), "c": signature(reset)})
    assert found == {"c": "a"}


def test_an_edition_with_changes_is_found() -> None:
    edition = document(1)[:180] + document(9, 15)
    assert repeated({"a": signature(document(1)), "b": signature(edition)}) == {"b": "a"}


def test_a_document_that_quotes_another_is_none() -> None:
    quoting = document(1)[:40] + document(3, 160)
    assert repeated({"a": signature(document(1)), "b": signature(quoting)}) == {}


def test_all_repetitions_point_to_the_first() -> None:
    one, two, three = document(1), document(1)[:190], document(1)[10:]
    found = repeated({"x": signature(one), "m": signature(two), "a": signature(three)})
    assert found == {"m": "x", "a": "x"}


def test_what_is_tabled_again_in_another_period_is_no_repetition() -> None:
    bill = dict.fromkeys(("a", "b", "c", "d", "x"), signature(document(1)))
    found = repeated(bill, a="bt19", b="bt20", c="bt20", d="bt19")
    assert found == {"c": "b", "d": "a", "x": "a"}
    many = dict.fromkeys([f"{at:02}" for at in range(40)], signature(document(1)))
    assert set(repeated(many, **{"00": "bt19"} | dict.fromkeys([*many][1:], "bt20")).values()) == {"01"}


def test_short_documents_are_never_repetitions() -> None:
    assert signature(["Drucksache 20/1", "Inhalt", "Seite 3"]) == b""
    assert signature([]) == b""
    assert repeated({"a": b"", "b": b""}) == {}


def test_a_signature_depends_on_the_words_only() -> None:
    text = document(4)
    assert signature(text) == signature([part.replace(" ", "\n") + " 123" for part in text])
    assert len(signature(text)) == 512


def test_the_work_grows_with_the_documents_not_the_pairs() -> None:
    different = {f"d{number}": random.Random(number).randbytes(512) for number in range(1000)}
    equal = dict.fromkeys(different, random.Random(0).randbytes(512))
    assert repeated(different) == {} and len(repeated(equal)) == 999
    for signatures, most in ((different, 0), (equal, 2000)):
        arrays = {name: np.frombuffer(raw, "<u4") for name, raw in signatures.items()}
        order = {name: at for at, name in enumerate(arrays)}
        assert len(list(_candidates(arrays, order, dict.fromkeys(order, "")))) <= most
