"""Heads of parliamentary papers and minutes."""

from __future__ import annotations

import pytest

from pipeline.knowledge.calendars import SOME_LAND
from pipeline.reading.papers import PROTOCOL, day, fits, house, number, parliament, period, sitting

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
    ("Bremische Bürgerschaft | Landtag | 20. Wahlperiode | Drucksache 20/12", "20/12", "hb"),
    ("Landtag | 18. Wahlperiode | Drucksache 18/12 | Hochwasser in Bayern", "18/12", SOME_LAND),
    ("Abgeordnetenhaus Berlin | Drucksache 17 / 16 846 | Anfrage", "17 / 16 846", "be"),
    ("Bundesrat Drucksache 123/1/21 | 22.02.21", "123/1/21", "bt"),
    ("Drucksache 20/12 | Hessischer Landtag | 20. Wahlperiode", "20/12", "he"),
]


@pytest.mark.parametrize(("text", "told", "known"), HEADS)
def test_the_head_of_a_paper_tells_its_number_and_parliament(text: str, told: str, known: str) -> None:
    assert number(text) == told.replace(" ", "")
    assert (house(text, "drucksache"), house(text, "strategie")) == (known, "")


def test_minutes_tell_parliament_and_sitting() -> None:
    text = "Plenarprotokoll 7/31 | 31. Sitzung | Hessischer Landtag"
    assert (parliament(text), sitting(text)) == ("Hessischer Landtag", "Plenarprotokoll 7/31")
    assert (house(text, "plenarprotokoll"), house("Protokoll", "plenarprotokoll")) == ("he", "")


def test_a_running_head_tells_minutes() -> None:
    head = "Deutscher Bundestag – 20. Wahlperiode – 41. Sitzung. Berlin, Donnerstag, den 2. Juni 2022"
    assert PROTOCOL.search(head) and sitting(head) == "41. Sitzung"
    assert not PROTOCOL.search("Der Bundestag hat in seiner 41. Sitzung am 2. Juni 2022 beschlossen")


def test_minutes_in_capitals_tell_their_parliament() -> None:
    text = "BREMISCHE BÜRGERSCHAFT Plenarprotokoll 20/34 | Landtag 34. Sitzung"
    assert (parliament(text), house(text, "plenarprotokoll")) == ("Bremische Bürgerschaft", "hb")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Landtag Brandenburg 7. Wahlperiode | Plenarprotokoll 7/3", "Landtag Brandenburg"),
        ("Thüringer Landtag - 7. Wahlperiode", "Thüringer Landtag"),
        ("LANDTAG NORDRHEIN-WESTFALEN 4 Plenarprotokoll 18/4", "Landtag Nordrhein-Westfalen"),
        ("Musterländer Landtag - 3. Sitzung", "Musterländer Landtag"),
        ("Bundesrat | Stenografischer Bericht", "Bundesrat"),
    ],
)
def test_the_name_of_a_parliament_ends_before_what_follows_it(text: str, name: str) -> None:
    assert parliament(text) == name


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (f"{HEADS[1][0]} | vom 12. Januar 2020", "2021-02-05"),
        ("Deutscher Bundestag Drucksache 12/6156 | 12. Wahlperiode 12.11.93", "1993-11-12"),
        ("Deutscher Bundestag Drucksache 3/615 | 3. Wahlperiode 2. 3. 59", "1959-03-02"),
        (
            "BÜRGERSCHAFT DER FREIEN UND HANSESTADT HAMBURG Drucksache 21/5376 21. Wahlperiode 29.07.16",
            "2016-07-29",
        ),
        ("Bundesrat Drucksache 123/21 (Beschluss) 05.03.21", "2021-03-05"),
        ("Bundesrat Drucksache 123/1/21 22.02.21", "2021-02-22"),
        ("Deutscher Bundestag Drucksache 20/12 | 20. Wahlperiode 04.05.2022", "2022-05-04"),
        ("Drucksache 20/12 | Deutscher Bundestag | 20. Wahlperiode | 04.05.2022", "2022-05-04"),
        ("Deutscher Bundestag Drucksache 20/12 | 20. Wahlperiode | Beschluss vom 04.05.2021", ""),
        ("Deutscher Bundestag Drucksache 20/12 | 20. Wahlperiode | " + "Netz " * 16 + "04.05.2021", ""),
        ("Drucksache 123/21 05.02.21", ""),
        ("Schleswig-Holsteinischer Landtag Drucksache 18/45 | 18. Wahlperiode 17-08-15", "2017-08-15"),
        ("SCHLESWIG-HOLSTEINISCHER LANDTAG | 13. Wahlperiode | Drucksache 13/45 | 95-02-07", "1995-02-07"),
        ("Schleswig-Holsteinischer Landtag Drucksache 18/45 | Az. 17-08-15-1", ""),
        ("Bayerischer Landtag | 18. Wahlperiode | Drucksache 18/45 | 17-08-15", ""),  # 17 August 2015?
    ],
)
def test_the_day_of_a_paper_stands_behind_its_number(text: str, date: str) -> None:
    assert day(text) == date


@pytest.mark.parametrize(
    ("date", "of", "number", "expected"),
    [
        ("1990-11-14", "bt", "12", False),
        ("1991-11-14", "bt", "12", True),
        ("2026-08-01", "st", "8", True),  # the period runs on
        ("1985-08-01", "st", "8", False),
        ("2021", "bt", "20", True),
        ("1990-11-14", "bt", "", True),
        ("1990-11-14", "", "12", True),
    ],
)
def test_a_date_fits_the_wahlperiode_in_the_head(date: str, of: str, number: str, expected: bool) -> None:
    assert fits(date, of, number) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Koalitionsvertrag für die 20. Legislaturperiode | SPD", ("20", "")),
        ("Vertrag für die 8. Wahlperiode des Sächsischen Landtags | CDU | SPD", ("8", "sn")),
        ("Vertrag für die 8. Wahlperiode (2021–2026) des Landtages von Sachsen-Anhalt", ("8", "st")),
        ("Für die 20. Wahlperiode der Bremischen Bürgerschaft", ("20", "hb")),
        ("SCHLESWIG-HOLSTEIN | Vertrag für die 20. Wahlperiode des Landtags", ("20", "sh")),
        ("Vertrag für die 8. Wahlperiode des Landtages | CDU und SPD", ("", SOME_LAND)),
        ("Für die 20. Wahlperiode des Deutschen Bundestages", ("20", "")),
        ("Für die 20. Wahlperiode der bürgerschaftlichen Erneuerung", ("20", "")),
        ("Nach der 19. und vor der 20. Wahlperiode", ("20", "")),
        ("Die 19. Wahlperiode und die 20. Wahlperiode", ("", "")),
    ],
)
def test_a_programme_tells_its_wahlperiode_and_whose_it_is(text: str, expected: tuple[str, str]) -> None:
    assert period(text, "koalitionsvertrag") == expected
    assert period(text, "strategie") == ("", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mut | Unser Programm zur Bundestagswahl 2025", ("2025", "bt")),
        ("WAHLPROGRAMM | ZUR BUNDESTAGSWAHL AM 24. SEPTEMBER 2017", ("2017", "bt")),
        ("Das Regierungsprogramm 2013 – 2017 | Bürgerprojekte", ("2013", "")),
        ("Entwurf zum Regierungsprogramm 2025 | Mut", ("2025", "")),
        ("Wahlprogramm der Musterpartei 1994 | Mut", ("1994", "")),
        ("Mut zum Land. | 2002-2006. | Wir", ("2002", "")),
        ("Plattform für die Legislaturperiode 1998 bis 2002", ("1998", "")),
        ("Programm zur Bundestagswahl 2021 | Regierungsprogramm 2021–2025", ("2021", "bt")),
        ("Programm zur Europawahl 2024", ("2024", "ep")),
        ("Programm zur Landtagswahl 2026 in Sachsen-Anhalt", ("2026", "st")),
        ("SPD Hessen | Programm zur Landtagswahl", ("", "he")),
        ("Wir im Land | Programm zur Landtagswahl 2026", ("2026", SOME_LAND)),
        ("Seit der Bundestagswahl 2021 und der Bundestagswahl 2025", ("", "bt")),
        ("Forschung im Rahmenprogramm 2021 ff. | Ziele für 2030", ("", "")),
        ("Förderung 2021–2027", ("", "")),
    ],
)
def test_a_manifesto_tells_the_election_or_the_years_that_it_is_for(
    text: str, expected: tuple[str, str]
) -> None:
    assert period(text, "wahlprogramm") == expected


def test_an_agreement_tells_its_years_but_no_election() -> None:
    text = "Nach der Bundestagswahl 2017 | Koalitionsvertrag 2018 bis 2021"
    assert period(text, "koalitionsvertrag") == ("2018", "")
