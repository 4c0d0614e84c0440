"""Titles of documents, on title pages written for the test."""

from __future__ import annotations

import pytest

from pipeline.records import Text
from tests.test_describe import PROTOCOL, text, values


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (PROTOCOL, "Deutscher Bundestag, Plenarprotokoll 20/12"),
        (
            text(
                ("heading", "Plenarprotokoll 7/31"),
                ("heading", "31. Sitzung"),
                ("paragraph", "Hessischer Landtag"),
                ("heading", "Bestätigung der Tagesordnung"),
            ),
            "Hessischer Landtag, Plenarprotokoll 7/31",
        ),
        (
            text(
                ("heading", "Deutscher Bundestag – 7. Sitzung. Bonn, Mittwoch, den 9. November 1949"),
                ("heading", "Tagesordnungspunkt 1: Wohnungsbau"),
            ),
            "Deutscher Bundestag, 7. Sitzung",
        ),
    ],
)
def test_minutes_are_called_by_parliament_and_number_not_by_an_item(lines: Text, title: str) -> None:
    assert values(lines)["title"] == title


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Der Ukraine beistehen", "Der Ukraine beistehen"),
        ("Durch Forschung wachsen", "Durch Forschung wachsen"),
        ("der Fraktion der Mitte", "Netze ausbauen"),
        ("Bericht der Kommission", "Netze ausbauen"),
        ("zu dem Entwurf eines Netzgesetzes – Drucksachen 20/70, 20/72 –", "Entwurf eines Netzgesetzes"),
        ("Netze für alle – Drucksache 20/70 –", "Netze für alle"),
    ],
)
def test_a_paper_may_be_called_what_begins_like_its_originator(line: str, title: str) -> None:
    head = ("Deutscher Bundestag Drucksache 20/77", "20. Wahlperiode 09.11.2021")
    paper = text(("heading", "Antrag"), ("heading", line), ("heading", "Netze ausbauen"), margins=head)
    assert values(paper)["title"].split(". ")[0] == title


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Bericht der Kommission Gleiche Netze", "Bericht der Kommission Gleiche Netze"),
        ("Stand der Wärmewende", "Stand der Wärmewende"),
        ("Beschluss zur Wärmewende", "Beschluss zur Wärmewende"),
        ("Entwurf einer Wasserstrategie", "Entwurf einer Wasserstrategie"),
        ("Bericht", "Netze ausbauen"),
        ("Stand: Juni 2023", "Netze ausbauen"),
        ("Stand 12. Juni 2023", "Netze ausbauen"),
        ("Stand Juni 2023", "Netze ausbauen"),
        ("Beschluss des 12. Parteitages", "Netze ausbauen"),
        ("Kabinettsbeschluss vom 15. März 2023", "Netze ausbauen"),
        ("Entwurf", "Netze ausbauen"),
    ],
)
def test_other_documents_may_be_called_report_or_decision(line: str, title: str) -> None:
    assert values(text(("heading", line), ("heading", "Netze ausbauen")))["title"].split(". ")[0] == title


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("Netze ausbauen", "Ein Plan für alle"), "Netze ausbauen. Ein Plan für alle"),
        (("Netze ausbauen!", "Ein Plan für alle"), "Netze ausbauen! Ein Plan für alle"),
        (("Forderungen des Musterbundes", "zur Wärmewende"), "Forderungen des Musterbundes zur Wärmewende"),
        (("NETZE AUSBAUEN", "Netze ausbauen"), "NETZE AUSBAUEN"),
    ],
)
def test_a_title_of_two_lines_is_joined_as_they_read(lines: tuple[str, str], title: str) -> None:
    assert values(text(*(("heading", line) for line in lines)))["title"] == title
