"""Heads of parliamentary papers and minutes."""

from __future__ import annotations

import pytest

from pipeline.reading.papers import DRUCKSACHE, day_of_bundesrat, house, parliament, sitting

HEADS = [
    ("Deutscher Bundestag Drucksache 20/1234 | 20. Wahlperiode 04.05.2022", "20/1234", "bt"),
    ("Bundesrat | Drucksache 123/21 | 05.02.21 | Entschließung des Freistaates Bayern", "123/21", "bt"),
    ("LANDTAG NORDRHEIN-WESTFALEN 18. Wahlperiode | Drucksache 18/1234", "18/1234", "nw"),
    ("Bayerischer Landtag | 18. Wahlperiode | Drucksache 18/1234", "18/1234", "by"),
    ("Landtag von Baden-Württemberg | 17. Wahlperiode | Drucksache 17 / 1234", "17 / 1234", "bw"),
    ("Niedersächsischer Landtag − 18. Wahlperiode | Drucksache 18/1234", "18/1234", "ni"),
    ("Sächsischer Landtag DRUCKSACHE 7/1234", "7/1234", "sn"),
    ("Abgeordnetenhaus Berlin | Drucksache 19/0123", "19/0123", "be"),
    (
        "BÜRGERSCHAFT DER FREIEN UND HANSESTADT HAMBURG | 22. Wahlperiode | Drucksache 22/1234",
        "22/1234",
        "hh",
    ),
]


@pytest.mark.parametrize(("text", "number", "known"), HEADS)
def test_the_head_of_a_paper_tells_its_number_and_parliament(text: str, number: str, known: str) -> None:
    match = DRUCKSACHE.search(text)
    assert match and match["a"] == number
    assert (house(text, "drucksache"), house(text, "strategie")) == (known, "")


def test_minutes_tell_parliament_and_sitting() -> None:
    text = "Plenarprotokoll 7/31 | 31. Sitzung | Hessischer Landtag"
    assert (parliament(text), sitting(text)) == ("Hessischer Landtag", "Plenarprotokoll 7/31")
    assert (house(text, "plenarprotokoll"), house("Protokoll", "plenarprotokoll")) == ("he", "")


def test_papers_of_the_bundesrat_have_years_of_two_digits() -> None:
    assert day_of_bundesrat(f"{HEADS[1][0]} | vom 12. Januar 2020") == "2021-02-05"
    assert day_of_bundesrat("Drucksache 123/21 05.02.21") == ""
