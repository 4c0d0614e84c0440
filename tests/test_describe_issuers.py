"""Issuers of documents, on title pages written for the test."""

from __future__ import annotations

import pytest

from tests.test_describe import Line, text, values


@pytest.mark.parametrize(
    ("label", "then", "issuer"),
    [
        (
            "Herausgeber",
            "Bundesministerium für Seen und Wälder (BMSW) 11019 Berlin",
            "Bundesministerium für Seen und Wälder",
        ),
        (
            "Herausgeber",
            "Bundesministerium für Seen, Wälder und Moore Uferstraße 1",
            "Bundesministerium für Seen, Wälder und Moore",
        ),
        ("Herausgeberin:", "Musterstiftung Uferstraße 3 12345 Musterstadt", "Musterstiftung"),
        ("Organisation/Verband:", "Bündnis M5 https://example.org/", "Bündnis M5"),
        ("Verbände und Vereine", "Musterstiftung", ""),
    ],
)
def test_the_issuer_may_stand_below_its_label(label: str, then: str, issuer: str) -> None:
    imprint: tuple[Line, ...] = (("heading", "Impressum"), ("heading", label), ("paragraph", then))
    found = values(text(("heading", "Nationale Wasserstrategie"), end=imprint))
    assert found.get("issuer", "") == issuer


@pytest.mark.parametrize(
    ("end", "issuer"),
    [
        (("FREIE WÄHLER Bundesvereinigung Seeweg 1", "12345 Musterstadt"), "Freie Wähler"),
        (("Bestellung unter www.spd.de",), "SPD"),
        (("Mehr als die CDU will keiner.", "Danke!"), None),
    ],
)
def test_the_address_at_the_end_of_a_manifesto_tells_its_party(
    end: tuple[str, ...], issuer: str | None
) -> None:
    lines: tuple[Line, ...] = tuple(("paragraph", line) for line in end)
    assert values(text(("heading", "Wahlprogramm"), end=lines)).get("issuer") == issuer


@pytest.mark.parametrize(
    ("who", "issuer"),
    [
        ("des Senats", "Senat"),
        ("des Ministeriums für Verkehr", "Ministerium für Verkehr"),
        ("des Umweltministeriums", "Umweltministerium"),
        ("der Landesregierung", "Landesregierung"),
    ],
)
def test_the_issuer_of_an_answer_is_in_the_nominative(who: str, issuer: str) -> None:
    head = ("Abgeordnetenhaus Berlin | Drucksache 19/123",)
    paper = text(("heading", "Antwort"), ("paragraph", who), ("heading", "Netze ausbauen"), margins=head)
    assert values(paper)["issuer"] == issuer


@pytest.mark.parametrize(
    ("line", "issuer"),
    [
        ("Eckpunktepapier der FDP-Bundestagsfraktion", "FDP-Bundestagsfraktion"),
        ("Positionspapier des BDI zum Strompreis", "Bundesverband der Deutschen Industrie"),
        ("Klimaschutzprogramm 2030 der Bundesregierung", "Bundesregierung"),
        ("Stellungnahme zur Datenstrategie der Bundesregierung", None),
        ("Ergebnis der Namentlichen Abstimmung über den Gesetzentwurf der Bundesregierung", None),
    ],
)
def test_a_title_tells_whose_the_paper_is(line: str, issuer: str | None) -> None:
    assert values(text(("heading", line))).get("issuer") == issuer


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        (("Positionspapier", "Musterverband Wasser e. V."), "Musterverband Wasser e. V."),
        (("Musterverband Wasser e. V. · Musterstadt, 5. Oktober 2022",), "Musterverband Wasser e. V."),
        (
            ("Bundesministerium für Seen, Wälder und Moore (BMSW) · Bericht · 5. Oktober 2022",),
            "Bundesministerium für Seen, Wälder und Moore",
        ),
        (
            ("Bericht", "Bundesministerium für Seen", "Bundesministerium der Wälder"),
            "Bundesministerium für Seen; Bundesministerium der Wälder",
        ),
        (("Stellungnahme", "Bundesministerium für Seen", "12345 Musterstadt"), None),
        (("Bericht über das Bundesministerium für Seen",), None),
    ],
)
def test_a_ministry_or_association_alone_in_a_line_is_the_issuer(
    lines: tuple[str, ...], issuer: str | None
) -> None:
    page: tuple[Line, ...] = tuple(("paragraph", line) for line in lines)
    assert values(text(("heading", "Wasser für alle"), *page)).get("issuer") == issuer
