"""Words, document types and dates of file names; the labels agree with the taxonomies."""

from __future__ import annotations

import pytest

from pipeline.knowledge import taxonomy
from pipeline.learning.labels import DOCUMENT_TYPES, KINDS, THEMES, document_type, published, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bürger:innen fordern.", ["Bürger:innen", "fordern", "."]),
        ("Ärzt*innen", ["Ärzt*innen"]),
        ("Aus- und Weiterbildung", ["Aus-", "und", "Weiterbildung"]),
        ("CDU/CSU", ["CDU", "/", "CSU"]),
        ("Ziel:Klimaschutz", ["Ziel", ":", "Klimaschutz"]),
        ("§ 5 Abs. 2", ["§", "5", "Abs", ".", "2"]),
        ("", []),
        (" \n\t", []),
    ],
)
def test_words(text, expected):
    assert [text[a:b] for a, b in words(text)] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2021-wahlprogramm-muster", "wahlprogramm"),
        ("drs-19-1-gesetzentwurf", "gesetzentwurf"),
        ("2019-drs-19-12-antrag", "drucksache"),
        ("Koalitionsvertrag 2030", "koalitionsvertrag"),
        ("brief", ""),
        ("", ""),
    ],
)
def test_a_name_tells_the_type(name, expected):
    assert document_type(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2017-06-02-plenarprotokoll", "2017-06-02"),
        ("2024-05-forderungen", "2024-05"),
        ("2021-wahlprogramm", "2021"),
        ("20211-zahl", ""),
        ("wahlprogramm-2021", ""),
    ],
)
def test_a_name_tells_the_date(name, expected):
    assert published(name) == expected


def test_labels_are_those_of_the_taxonomies():
    assert {one.id for one in taxonomy.themes()} == set(THEMES)
    assert {one.id for one in taxonomy.instrument_kinds()} == set(KINDS["instrument"])
    assert {one.id for one in taxonomy.actor_kinds()} == set(KINDS["actor"])
    assert all(document_type(name) == name for name in DOCUMENT_TYPES)
