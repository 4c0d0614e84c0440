from __future__ import annotations

import pytest

from pipeline.learning.words import words


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
