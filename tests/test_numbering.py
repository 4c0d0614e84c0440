"""How headings are numbered."""

from __future__ import annotations

import pytest

from pipeline.reading.numbering import follows, is_cost, is_label, is_reason, scheme, value

ORDERED = [
    "Anlage 2", "A. Allgemeiner Teil", "II. Ziele", "3. Kosten", "3.1 Kosten der Länder", "3.1.2 Kosten",
    "b) Verwaltung", "aa) Personal", "Artikel 3 Änderung der Ordnung", "Teil 1", "Kapitel IV",
    "Abschnitt 2", "Unterabschnitt 1", "§ 4 Kuratorium", "Zu Absatz 1", "Zu Nummer 5", "Zu Buchstabe a",
    "Zu Doppelbuchstabe aa",
]  # fmt: skip


def test_schemes_are_ordered_from_the_widest_to_the_narrowest():
    places = [scheme(text) for text in ORDERED]
    assert places == sorted(set(places)) and places[0] == 1


@pytest.mark.parametrize(
    "text",
    [
        "Präambel",
        "2025 wird gut",
        "Teilhabe",
        "Abschnittsweise",
        "Artikel der Zeitung",
        "400.000 Wohnungen",
        "Anlagen",
        "Teile",
        "Zur Lage der Netze",
    ],
)
def test_other_headings_have_no_number(text):
    assert scheme(text) == 0


@pytest.mark.parametrize(
    "text",
    ["Vorbemerkung zu den §§ 4 bis 6", "Vorbemerkungen zu § 4", "Zur Überschrift des Gesetzes",
     "Zu der Inhaltsübersicht", "Zur Eingangsformel", "Zu den Anlagen", "Zum Anhang", "Zu Anlage 3"],
)  # fmt: skip
def test_reasons_for_parts_of_a_law_without_a_number_are_as_high_as_those_for_its_sections(text):
    assert scheme(text) == scheme("Zu § 4 (Kuratorium)")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("2.1 Rente, 2.2 Pflege", True), ("2.9 Rente, 3.1 Pflege", True), ("IX. Rente, X. Pflege", True),
        ("b) Rente, c) Pflege", True), ("II.3 Rente, III.1 Pflege", True),
        ("§ 4a Rente, § 5 Pflege", True), ("8.Rente, 9. Pflege", True),
        ("2.1 Rente, 2.3 Pflege", False), ("2. Rente, 2. Pflege", False), ("2. Rente, 2.1 Pflege", False),
        ("Rente, 1. Pflege", False),
    ],
)  # fmt: skip
def test_which_number_follows_another(texts, expected):
    assert follows(*map(value, texts.split(", "))) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("§ 4", True), ("Artikel 12", True), ("KAPITEL 13", True), ("Abschnitt 2:", True), ("Teil A", True),
        ("Zu Nummer 5", True), ("Zu den Nummern 5", True), ("§ 4a", True), ("Anlage 1", True),
        ("„§ 4a", True), ("»Teil 3", True),
        ("§ 4 Kuratorium", False), ("Artikel 1 wird wie folgt geändert:", False), ("Nummer", False),
        ("4", False), ("Die Nummer 5", False),
    ],
)  # fmt: skip
def test_labels_are_numbers_and_nothing_else(text, expected):
    assert is_label(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zu § 4 (Kuratorium)", True), ("Zu Artikel 9: Inkrafttreten,", True), ("Zu Buchstabe a", True),
        ("Zu Nummer 3 gab es keine Änderung.", False), ("Zu spät", False), ("§ 4 (Kuratorium)", False),
        ("3. Zu Artikel 1 (§ 4 Absatz 2)", True), ("3. Zu spät", False),
    ],
)  # fmt: skip
def test_reasons_say_what_they_are_for(text, expected):
    assert is_reason(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("E.2 Aufwand der Wirtschaft", True), ("E.1/E.2 Aufwand für alle", True), ("E.2", False),
        ("E.2 Der Aufwand sinkt.", False), ("D.h. Aufwand", False), ("2.1 Aufwand der Wirtschaft", False),
        ("II.4 Evaluierung", True), ("II.4 Dies wird geprüft.", False),
    ],
)  # fmt: skip
def test_costs_are_numbered_by_the_front_sheet(text, expected):
    assert is_cost(text) is expected
