from __future__ import annotations

import pytest

from pipeline.learning.doc_names import document_type, published
from pipeline.schema.labels import DOCUMENT_TYPES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2021-wahlprogramm-muster", "wahlprogramm"),
        ("drs-19-1-gesetzentwurf", "gesetzentwurf"),
        ("2019-drs-19-12-antrag", "drucksache"),
        ("Koalitionsvertrag 2030", "koalitionsvertrag"),
        ("2024-stellungnahme-verband-gesetzentwurf-wasser", "positionspapier"),
        ("Stellungnahme zum Koalitionsvertrag", "positionspapier"),
        ("drs-18-9-stellungnahme-bundesrat", "drucksache"),
        ("gesetzentwurf-drs-20-7", "gesetzentwurf"),
        ("2024-rede-der-opposition", ""),
        ("2024-verband-anforderungen-netze", ""),
        ("2024-verband_Forderungen", "positionspapier"),
        ("2023-wasserstrategie", "strategie"),
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


def test_a_name_may_be_the_type():
    assert all(document_type(name) == name for name in DOCUMENT_TYPES)
