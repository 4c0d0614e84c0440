"""How numbers are written before items and notes."""

from __future__ import annotations

import pytest

from pipeline.reading.numerals import numeral


@pytest.mark.parametrize(
    ("style", "number", "expected"),
    [
        ("decimal", 14, "14"), ("decimalZero", 4, "04"), ("lowerRoman", 49, "xlix"), ("upperRoman", 4, "IV"),
        ("lowerLetter", 27, "aa"), ("upperLetter", 26, "Z"), ("none", 3, ""), ("chicago", 3, "3"),
        ("lowerLetter", 0, "0"), ("upperRoman", 99999, "99999"),
    ],
)  # fmt: skip
def test_numbers_are_written_in_their_style(style: str, number: int, expected: str) -> None:
    assert numeral(number, style) == expected
