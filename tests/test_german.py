import pytest

from pipeline.knowledge import german


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Bürger*innen", "Bürger"),
        ("BürgerInnen", "Bürger"),
        ("Bürger:innen", "Bürger"),
        ("Bürger_innen", "Bürger"),
        ("Lehrer/innen", "Lehrer"),
        ("Lehrer/-innen", "Lehrer"),
        ("Lehrer(innen)", "Lehrer"),
        ("Ärzt:innen", "Ärzte"),
        ("Ärztinnen und Ärzte", "Ärzte"),
        ("Bäuerinnen und Bauern", "Bauern"),
        ("Kolleginnen und Kollegen", "Kollegen"),
        ("Arbeitgeber und Arbeitgeberinnen", "Arbeitgeber"),
        ("Lehrer*innenmangel", "Lehrermangel"),
        ("Bürger*innenversicherung", "Bürgerversicherung"),
        ("BürgerInnenversicherung", "Bürgerversicherung"),
        ("Verbraucherinnen- und Verbraucherschutz", "Verbraucherschutz"),
        ("Zeugen- und Zeuginnenschutz", "Zeugenschutz"),
        ("Arbeiterinnen- und Gewerkschaftsbewegung", "Arbeiterinnen- und Gewerkschaftsbewegung"),
        ("See- und Binnenhäfen", "See- und Binnenhäfen"),
        ("Mütter und Väter", "Mütter und Väter"),
        ("Binnenmarkt und Innenpolitik", "Binnenmarkt und Innenpolitik"),
        ("Schülerinnen und Lehrer", "Schülerinnen und Lehrer"),
        ("Beginn", "Beginn"),
    ],
)
def test_ungender(text, plain):
    assert german.ungender(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("nicht besetzte Stellen", "unbesetzte Stellen"),
        ("nicht mehr Stellen", "nicht mehr Stellen"),
        ("nicht digitale Wege", "nicht digitale Wege"),
    ],
)
def test_unnegate(text, plain):
    assert german.unnegate(text) == plain


def test_normalise_removes_soft_hyphens_quotes_and_subscripts():
    assert german.normalise("»CO₂\u2011Preis«\u00ad  hoch") == "CO2-Preis hoch"


@pytest.mark.parametrize(
    ("word", "is_adjective"),
    [
        ("kalten", True),
        ("Kalter", True),
        ("Innere", True),
        ("Zivilgesellschaftliche", True),
        ("Wohnraumoffensive", False),
        ("Pariser", False),
        ("Hamburger", False),
        ("Schwäche", False),
        ("kalt", False),
    ],
)
def test_adjectives_are_told_from_nouns_in_either_case(word, is_adjective):
    assert german.is_adjective(word) is is_adjective


@pytest.mark.parametrize(
    ("word", "following", "expected"),
    [
        ("Kürzere", "Wege", True),
        ("Diskriminierende", "Regeln", True),
        ("Kalter", "Krieg", True),
        ("Kürzere", "für", False),
        ("Wege", "Europas", False),
        ("Straßen", "Schienen", False),
        ("Folgen", "Europas", False),
        ("Wochenende", "Bund", False),
    ],
)
def test_an_adjective_before_a_noun_may_have_a_capital(word, following, expected):
    assert german.describes(word, following) is expected
