"""Documents of other states: whose body stands on the title page, and what merely speaks of a state."""

import re

import pytest

from pipeline.knowledge.states import is_abroad, is_german, state_of, state_on, states


def test_every_pattern_is_one():
    for state in states().state:
        assert state.titles or state.sign
        for pattern in (*state.bodies, *state.titles, *state.imprint, *state.issuers):
            assert re.compile(pattern)


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        (["Aus Liebe zum Wald", "Republik Österreich"], "Österreich"),
        (["Waldstrategie", "Bundeskanzleramt Österreich, Wien"], "Österreich"),
        (["Waldstrategie", "Bundesministerium für Wald und Wiese der Republik Österreich"], "Österreich"),
        (["Impressum", "Medieninhaber und Hersteller: Amt für Musterwälder, Musterstadt"], "Österreich"),
        (["12 der Beilagen zu den Stenographischen Protokollen des Nationalrates"], "Österreich"),
        (["Botschaft zur Waldpflege", "Schweizerische Eidgenossenschaft"], "Schweiz"),
        (["Schweizerischer Bundesrat", "Bericht über die Bergwälder"], "Schweiz"),
        (["Kanton Zürich", "Waldplan 2030"], "Schweiz"),
        (["Fürstentum Liechtenstein", "Waldplan 2030"], "Liechtenstein"),
        (["Regierung des Großherzogtums Luxemburg"], "Luxemburg"),
        (["Volkskammer", "Gesetz über die Wälder"], "DDR"),
        (["Hellenische Republik", "Waldplan 2030"], "Ausland"),
        (["Abkommen mit der Republik Österreich über die Pflege der Wälder"], ""),
        (["Wie der Nationalrat in Österreich den Wald schützt", "Musterstiftung"], ""),
        (["Deutscher Bundestag Drucksache 20/1", "Republik Österreich"], ""),
        (["Bundesrepublik Deutschland", "Republik Österreich", "Abkommen über Wälder"], ""),
        (["Bundesministerium für Wald und Wiese"], ""),
        (["Republik Österreich und ihre Nachbarn: eine Betrachtung der Wälder, " + "lang " * 20], ""),
    ],
)
def test_a_body_alone_in_a_line(lines, state):
    assert state_on(lines) == state


@pytest.mark.parametrize(
    ("issuer", "title", "state"),
    [
        ("ÖVP; Die Grünen (AT)", "", "Österreich"),
        ("Umweltamt Österreich", "Waldplan", "Österreich"),
        ("", "Aus Liebe zum Wald. Regierungsprogramm 2020 bis 2024 (Österreich)", "Österreich"),
        ("", "2031 regierungsprogramm oesterreich wald", "Österreich"),
        ("SP Schweiz", "", "Schweiz"),
        ("", "Salze von Lithium (Li) aus dem Abwasser", ""),
        ("", "Waldplan (LI)", "Liechtenstein"),
        ("Rosa Luxemburg Stiftung", "Waldplan", ""),
        ("Umweltamt Luxemburg", "Waldplan", "Luxemburg"),
        ("Deutsche Musterkammer in Österreich", "Waldplan", ""),
        ("Musterverband", "Stellungnahme zur Maut in Österreich und der Schweiz", ""),
        ("Stiftung zur Aufarbeitung der DDR", "Wälder der DDR", ""),
        ("Öko-Institut", "Kraftwerk Musterfluss (Frankreich)", ""),
        ("Musterinstitut, Berlin", "Kraftwerk Musterfluss (Frankreich)", ""),
        ("Landesregierung Bayern", "Hochwasser am Inn (Österreich)", ""),
        ("Waldfreunde; Öko-Institut e. V.", "Waldplan (Polen)", ""),
        ("Musterinstitut für Wälder e.V.", "Waldplan (Österreich)", ""),
        ("Musterinstitut", "Waldplan (Polen)", "Ausland"),
        ("Öko-Institut; ÖVP", "Waldplan", "Österreich"),
        ("Die Grünen", "Waldplan (Österreich)", "Österreich"),  # a name that parties of two states bear
        ("", "", ""),
    ],
)
def test_issuer_and_title(issuer, title, state):
    assert state_of(issuer, title) == state


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Waldfreunde (AT)", True),
        ("Waldfreunde (LI)", True),
        ("Waldfreunde (AT) e. V.", False),
        ("SAT (WAT)", False),
    ],
)
def test_the_sign_of_a_state_ends_the_name_of_a_body(name, found):
    assert is_abroad(name) is found


@pytest.mark.parametrize(
    ("issuer", "german"),
    [("Öko-Institut", True), ("Deutsche Musterkammer", True), ("Musterkammer", False), ("", False)],
)
def test_a_known_institute_is_german(issuer, german):
    assert is_german(issuer) is german
