"""Roles that headings announce."""

from __future__ import annotations

import re

import pytest

from pipeline.knowledge.toml import load
from pipeline.reading.roles import RoleCues, announced, roles
from pipeline.records import Passage

HEADINGS = [
    ("Inhaltsverzeichnis", "contents"),
    ("Inhalt", "contents"),
    ("Inhalte statt Personalfragen", ""),
    ("Impressum", "imprint"),
    ("Quellenverzeichnis", "references"),
    ("Quellen erneuerbarer Energie", ""),
    ("Ansprechpersonen für das Politikfeld Innovation", "contact"),
    ("Ihre Kontakte in der Region", "contact"),
    ("Kontaktbeschränkungen in der Pandemie", ""),
    ("Kontakt mit der jungen Generation", ""),
    ("Kontakte zu den Nachbarländern", ""),
    ("Kontakt", "contact"),
    ("Anmerkungen", "references"),
    ("Was wurde in der letzten Legislaturperiode erreicht?", "achieved"),
    ("Bilanz der Wahlperiode", "achieved"),
    ("Herausforderungen der nächsten Legislaturperiode", "challenge"),
    ("Zwei große Herausforderungen: Alterung und Klima", "challenge"),
    ("Meistern wir die Herausforderungen der Zukunft!", ""),
    ("Defizite begrenzen und Rücklagen bilden", ""),
    ("Handel: Chancen nutzen, Risiken kontrollieren", ""),
    ("Nutzen und Risiken neuer Verfahren", "challenge"),
    ("A. Problem und Ziel", "challenge"),
    ("B. Lösung", "measure"),
    ("Mögliche Ansätze für Maßnahmen und Politikinstrumente", "measure"),
    ("Unsere Forderungen", "demand"),
    ("Wir fordern", "demand"),
    ("Handlungsempfehlungen an den Bund", "demand"),
    ("Förderung der Forschung", ""),
    ("Wirtschaft und Arbeit", ""),
]


@pytest.mark.parametrize(("heading", "role"), HEADINGS)
def test_headings_announce_roles(heading, role):
    assert announced(heading) == role


@pytest.mark.parametrize("cue", load("roles", RoleCues).cue, ids=lambda cue: cue.pattern)
def test_every_pattern_has_a_case(cue):
    found = [role for heading, role in HEADINGS if re.search(cue.pattern, heading, re.IGNORECASE)]
    assert cue.role in found


def passage(text, kind="paragraph", path=(), number=0, level=0, role=""):
    return Passage(number=number, kind=kind, text=text, heading_path=path, level=level, role=role)


def test_the_innermost_heading_with_a_role_decides():
    found = roles([passage("Text.", path=("Unsere Forderungen", "Herausforderungen", "Pflege"))])
    assert found[0].role == "challenge"


@pytest.mark.parametrize(
    ("heading", "below", "role"),
    [
        ("Kontakte in die Wirtschaft stärken", "Wir laden Betriebe ein.", ""),
        ("Ansprechstellen für Betroffene", "Wir schaffen sie in jedem Kreis.", ""),
        ("Ansprechpartnerin für Netze", "Tel.: 030 / 123 45 67", "contact"),
        ("Ansprechpartner*innen", "Erika Beispiel, Referentin", "contact"),
        ("Kontakt", "Erika Beispiel, Referentin", "contact"),
        ("Anmerkungen", "Der Entwurf geht zu weit.", ""),
        ("Anmerkungen", "Vgl. Beispiel 2020, S. 7", "references"),
    ],
)
def test_what_stands_below_a_heading_shows_what_it_announces(heading, below, role):
    parts = [passage("Netze", "heading", level=1), passage(heading, "heading", level=2, path=("Netze",))]
    found = roles(
        [*parts, passage("Text.", path=("Netze", heading)), passage(below, path=("Netze", heading))]
    )
    assert [p.role for p in found] == ["", role, role, role]


def test_the_title_announces_nothing():
    title = passage("Forderungen an die Politik", "heading", level=1)
    found = roles([title, passage("Bilanz", "heading", level=2, number=1)])
    assert [p.role for p in found] == ["", "achieved"]


@pytest.mark.parametrize(
    ("head", "above", "given"),
    [
        ("Drucksache 30/17", "Umsetzung des Netzplans", ["", "", "", "", "challenge"]),
        ("Bündnis Netze", "Umsetzung des Netzplans", ["", "measure", "measure", "measure", "challenge"]),
        ("Drucksache 30/17", "B. Lösung", ["", "measure", "measure", "", "challenge"]),
    ],
)
def test_the_subject_of_a_printed_paper_announces_nothing(head, above, given):
    below = () if above == "B. Lösung" else (above,)
    parts = [
        passage(head, "heading", level=1),
        passage(above, "heading", level=2),
        passage("Text.", path=(above,)),
        passage("Text.", path=below),
        passage("Text.", path=(*below, "Herausforderungen")),
    ]
    assert [p.role for p in roles(parts)] == given


@pytest.mark.parametrize(
    "text",
    [
        "erika@beispiel.example",
        "Tel.: 030 / 123 45 67",
        "Erika Beispiel, +49 30 1234567",
        "info(at)beispiel.example",
        "0171 1234567",
        "0 30/1 23 45 67",
        "(0351) 564-0123",
        "0351 564 65-123",
        "0049 30 123456",
        "030 123 000",
    ],
)
def test_addresses_are_contacts(text):
    assert roles([passage("Ein Satz davor."), passage(text)])[1].role == "contact"


@pytest.mark.parametrize(
    "text",
    [
        "Bis 2030 fördern wir 0,5 Prozent.",
        "Nach § 13 Absatz 2 gilt das.",
        "Von 2020 bis 2025",
        "Laufzeit: 01/2020 – 12/2022",
        "Zuschüsse 0 1 200 000",
        "0901 683 01-165 Zuschüsse 1 200 000",
        "Bund: 1 000 000 000",
        "196 750 17 000 29 994 29 994 30 000",
    ],
)
def test_other_numbers_are_not(text):
    assert roles([passage(text)])[0].role == ""


def test_a_long_text_with_an_address_in_it_is_text():
    text = (
        "Wir laden alle ein, sich an der Debatte zu beteiligen. " * 5
        + "Schreiben Sie an info@beispiel.example."
    )
    assert roles([passage(text)])[0].role == ""


def test_the_name_before_an_address_belongs_to_it():
    found = roles([passage("Ein Satz."), passage("Dr. Erika Beispiel"), passage("erika@beispiel.example")])
    assert [p.role for p in found] == ["", "contact", "contact"]


def test_a_name_set_as_a_heading_before_an_address_belongs_to_it():
    name, path = "Erika Beispiel-Muster", ("Netze", "Erika Beispiel-Muster")
    after = [passage("erika@beispiel.example", path=path), passage("Wir bauen Netze.", path=path)]
    found = roles([passage(name, "heading", level=2), *after])
    assert [p.role for p in found] == ["contact", "contact", ""]
    assert [p.heading_path for p in found[1:]] == [("Netze",), ("Netze",)]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Satz und Druck: Beispiel GmbH, Musterstadt", "imprint"),
        ("V. i. S. d. P.: Erika Beispiel, Musterstadt", "imprint"),
        ("Lektorat: Erika Beispiel, Max Muster", "imprint"),
        ("Fotos: Max Muster", "imprint"),
        ("Redaktionen im Land: Wir stärken sie.", "measure"),
        ("Der Satz der Steuer sinkt: Das hilft allen.", "measure"),
        ("Vertriebene: Wir erinnern an ihr Schicksal.", "measure"),
    ],
)
def test_the_imprint_is_known_under_any_heading(text, role):
    (found,) = roles([passage(text, path=("Maßnahmen",))])
    assert found.role == role


def test_text_after_a_table_of_contents_is_no_part_of_it():
    path = ("Inhalt",)
    listed = [passage("Inhalt", "heading", level=2), passage("Arbeit und Rente", path=path)]
    text = [passage("Wir bauen die Netze im Land aus. " * 10, path=path), passage("Bald.", path=path)]
    assert [p.role for p in roles([*listed, *text])] == ["contents", "contents", "", ""]


@pytest.mark.parametrize(("again", "role"), [(10, "contents"), (6, "")])  # a title that stands again
def test_a_table_of_contents_without_title_and_page_numbers_is_known_by_its_headings(again, role):
    names = ["Leitbild", *(f"1.{n} Maßnahme {'ABCDEFGHI'[n]}" for n in range(9))]
    listed = [passage(name, "heading", level=2) for name in names]
    text = [passage(name.replace(" ", ". ", 1), "heading", level=2) for name in names[:again]]
    long = passage("Wir bauen die Netze im Land aus. " * 10)
    found = roles([*listed, text[0], long, *text[1:]])
    assert found[0].role == role
    assert {p.role for p in found[10:12]} == {""}


def test_a_table_of_contents_is_above_its_entries_only():
    inside = [
        passage("Inhalt", "heading", level=2, number=0),
        passage("Arbeit 7", path=("Inhalt",), role="contents", number=1),
        passage("Zweiter Teil", "heading", level=3, path=("Inhalt",), number=2),
        passage("Wohnen 12", path=("Inhalt", "Zweiter Teil"), role="contents", number=3),
    ]
    after = [
        passage("Arbeit", "heading", level=3, path=("Inhalt",), number=4),
        passage("Wir bauen die Netze im Land aus. " * 10, path=("Inhalt", "Arbeit"), number=5),
    ]
    found = roles([*inside, *after])
    assert [p.heading_path for p in found] == [*(p.heading_path for p in inside), (), ("Arbeit",)]
    assert [p.role for p in found] == ["contents"] * 4 + ["", ""]


def test_an_overview_in_whole_sentences_is_text():
    text = passage("Wir bauen die Netze im Land aus. " * 10, path=("Übersicht",), number=1)
    assert roles([passage("Übersicht", "heading", level=2), text])[1].role == ""


def test_entries_without_page_numbers_end_before_the_heading_of_the_text():
    found = roles([
        passage("Inhalt", "heading", level=2, number=0),
        passage("Arbeit", path=("Inhalt",), number=1),
        passage("Vorwort", "heading", level=3, path=("Inhalt",), number=2),
        passage("Wir bauen die Netze im Land aus. " * 10, path=("Inhalt", "Vorwort"), number=3),
    ])  # fmt: skip
    assert [p.heading_path for p in found] == [(), ("Inhalt",), (), ("Vorwort",)]
    assert [p.role for p in found] == ["contents", "contents", "", ""]
