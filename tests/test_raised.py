"""Raised characters: marks of notes leave their word, exponents and letters stay."""

from __future__ import annotations

import pytest

from pipeline.reading.raised import Raised, signs_in
from pipeline.reading.unpaged import MARKED


@pytest.mark.parametrize(
    ("before", "raised", "after", "text"),
    [
        ("Klimaschutz", "3", " hilft", "Klimaschutz"),
        ("Klimaschutz ", "3", " hilft", "Klimaschutz"),
        ("Wälder.", "3, 4", " Das", "Wälder."),
        ("im Jahr 2021", "[12]", ".", "im Jahr 2021"),
        ("Wohnungen", "a)", "", "Wohnungen"),
        ("Wohnungen", "a", "", "Wohnungen"),
        ("Wohnungen", "*", "", "Wohnungen"),
        ("CO2", "1", "", "CO2"),
        ("nach 10", "3", "", "nach 10"),
        ("", "2", "Der Bund zahlt", ""),  # the number of a sentence
        ("5 m", "2", " Wald", "5 m²"),
        ("5 m²", "1", " Wald", "5 m²"),
        ("10m", "3", "", "10m³"),
        ("m/s", "2", "", "m/s²"),
        ("kWh/m", "2", "a", "kWh/m²"),
        ("IRIS", "2", "", "IRIS²"),
        ("R", "2", "", "R²"),
        ("3 × 10", "4", " Becquerel", "3 × 10⁴"),
        ("10", "9", " Euro", "10⁹"),
        ("W m", "-2", "", "W m⁻²"),
        ("CO", "2", "-Preis", "CO2"),
        ("der 2", "nd", " Brief", "der 2nd"),
        ("Europas XIX", "e", "", "Europas XIXe"),
        ("Marke", "®", "", "Marke®"),
        ("", "137", "Cs", "137"),
        ("2", "1", "/2 Liter", "2 1"),
        ("", "1", "/2 Liter", "1"),
    ],
)
def test_only_marks_of_notes_leave_the_text(before: str, raised: str, after: str, text: str) -> None:
    assert MARKED.sub("", before + Raised().written(before, raised, after)) == text


def test_a_note_opens_once_for_the_marks_before_it() -> None:
    told = Raised()
    assert told.opened("1") is None
    first = told.written("Wälder", "1", " und")
    assert told.opened("2") is None
    assert told.opened("1)") == (MARKED.findall(first)[0], "1")
    assert told.opened("1") is None
    second = told.written("Netze", "1", " und")
    assert second != first
    assert told.opened("1") == (MARKED.findall(second)[0], "1")


def test_numbers_of_sentences_call_no_note() -> None:
    told = Raised()
    told.written("Der Bund zahlt. ", "2", "Das Land hilft.")
    assert told.opened("2") is None


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("3", ["3"]),
        ("(3)", ["3"]),
        ("3,4 5", ["3", "4", "5"]),
        ("**", ["**"]),
        ("2021", []),
        ("b", []),
        ("3.", []),
        ("", []),
    ],
)
def test_signs_of_notes(text: str, signs: list[str]) -> None:
    assert signs_in(text) == signs
