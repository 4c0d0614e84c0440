"""Text that is language, and text that only looks like it."""

from __future__ import annotations

import pytest

from pipeline.reading.quality import quality

GERMAN = (
    "Die Bundesregierung wird den Ausbau der erneuerbaren Energien beschleunigen und die Verfahren für "
    "Genehmigungen verkürzen. Dafür stellen Bund und Länder im nächsten Jahr zusätzliche Mittel bereit, "
    "damit Kommunen und Betriebe verlässlich planen können."
)
ENGLISH = (
    "The government will speed up the expansion of renewable energy and shorten the procedures for "
    "permits. To this end additional funds will be provided next year so that municipalities can plan."
)


def shifted(text: str, by: int) -> str:
    """Return text as a font without a character map gives it."""
    return "".join(chr(ord(c) + by) if c != " " else c for c in text)


def test_german_and_english_are_language():
    assert quality([GERMAN]) > 0.95
    assert quality([ENGLISH]) > 0.9


@pytest.mark.parametrize("by", [-29, -3, 1, 7, 29])
def test_glyph_numbers_are_not(by):
    assert quality([shifted(GERMAN, by)]) < 0.5


def test_numbers_count_neither_way():
    assert quality([GERMAN, "1.234 5.678 9.012 345 678 901 234 567"]) == quality([GERMAN])


def test_of_few_words_nothing_is_said():
    assert quality(["Xqzv Qwrt"]) == 1.0
    assert quality([]) == 1.0


def test_inner_capitals_of_other_words_are_not():
    assert quality(["hAus bAum tIer gEld rEcht wAld " * 5]) < 0.1


def test_inner_capitals_of_gendered_words_are_fine():
    words = "Ministerinnen MinisterInnen BürgerInnen LehrerInnen SchülerInnen " * 6
    assert quality([words]) > 0.9
