"""How a sentence introduces a name, and whom the name then means."""

from datetime import date

import pytest

from pipeline.homes import Surface
from pipeline.knowledge.actors import Occasion, lookup
from pipeline.knowledge.reference import reference
from pipeline.link import link


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("Die Koalition plant das.", "Koalition", "definite"),
        ("Beifall bei der Koalition", "Koalition", "definite"),
        ("Das will unsere Partei.", "Partei", "definite"),
        ("Wer in einer Partei ist, darf mitreden.", "Partei", "indefinite"),
        ("Niemand ist Mitglied einer anderen Partei.", "Partei", "indefinite"),
        ("Das will auch die andere Partei.", "Partei", "indefinite"),
        ("Eine starke, lebendige Partei", "Partei", "indefinite"),
        ("die schwarz-gelbe Koalition", "Koalition", ""),
        ("Als Partei handeln wir.", "Partei", ""),
        ("Beide Koalitionspartner stimmen zu.", "Koalitionspartner", ""),
        ("Partei", "Partei", ""),
    ],
)
def test_introductions(sentence, name, expected):
    assert reference(sentence, sentence.index(name)) == expected


def test_what_is_not_in_the_sentence_is_not_introduced():
    assert reference("Die Koalition plant das.", -1) == ""


MAY_2015 = date(2015, 5, 4)


def meant(sentence: str, name: str, **occasion: object) -> str:
    found = lookup(name, Occasion(**occasion, reference=reference(sentence, sentence.index(name))))
    return found.id if found else ""


@pytest.mark.parametrize(
    ("sentence", "name", "issuer", "actor"),
    [
        ("Unsere Partei lebt vom Mitmachen.", "Partei", "SPD", "spd"),
        ("Eine Partei lebt vom Mitmachen.", "Partei", "SPD", ""),
        ("Keine andere Partei lebt so vom Mitmachen.", "Partei", "SPD", ""),
        ("Die Linken im Parlament stimmen zu.", "Linken", "SPD", "linke"),
        ("Wie viele Linke denken wir anders.", "Linke", "Die Linke", ""),
        ("Keine LINKE wird das vergessen.", "LINKE", "Die Linke", "linke"),
        ("Der Ausschuss rät zu.", "Ausschuss", "Ausschuss für Kultur und Medien", "ausschuss-kultur"),
        ("Ein Ausschuss soll das klären.", "Ausschuss", "Haushaltsausschuss", ""),
        ("Der Ausschuss tagt heute.", "Ausschuss", "Bundesregierung", ""),
        ("Das Ministerium legt Zahlen vor.", "Ministerium", "Bundesministerium der Finanzen", "bmf"),
        ("Jedes Ministerium legt Zahlen vor.", "Ministerium", "Bundesministerium der Finanzen", ""),
        ("Das Ministerium legt Zahlen vor.", "Ministerium", "Musterverband", ""),
        ("Jedes Parlament hat eigene Regeln.", "Parlament", "Musterverband", ""),
        ("Das Parlament hat eigene Regeln.", "Parlament", "Musterverband", "bundestag"),
        ("Annahme mit den Stimmen der Koalition", "Koalition", "Haushaltsausschuss", "koalition-2013"),
        ("Die Koalition plant das.", "Koalition", "Deutscher Bundestag", "koalition-2013"),
        ("Die Koalition plant das.", "Koalition", "Fraktion BÜNDNIS 90/DIE GRÜNEN", "koalition-2013"),
        ("Die Koalition plant das.", "Koalition", "Bündnis 90/Die Grünen", ""),
        ("Eine Koalition plant das.", "Koalition", "Deutscher Bundestag", ""),
    ],
)  # fmt: skip
def test_whom_a_name_means(sentence, name, issuer, actor):
    assert meant(sentence, name, day=MAY_2015, issuer=issuer) == actor


@pytest.mark.parametrize(
    ("day", "parliament"), [(None, "bt"), (MAY_2015, "bw"), (MAY_2015, ""), (date(2025, 4, 1), "bt")]
)
def test_a_coalition_governs_only_within_its_time_and_parliament(day, parliament):
    sentence = "Die Koalition plant das."
    assert meant(sentence, "Koalition", day=day, parliament=parliament, issuer="Musterverband") == ""


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("Bundesregierung", ""),
        ("Bund", ""),
        ("Länder", ""),
        ("Finanzministerium", ""),
        ("Die Grünen", ""),
        ("deutsche Bundesregierung", "bundesregierung"),
        ("Bundestag", "bundestag"),
        ("Bayern", "land-by"),
        ("EU", "eu"),
        ("SPD", "spd"),
    ],
)
def test_in_documents_of_other_states_bodies_are_those_of_that_state(name, actor):
    found = lookup(name, Occasion(date(2020, 5, 4), parliament=""))
    assert (found.id if found else "") == actor
    assert lookup(name, Occasion(date(2020, 5, 4))) is not None


def test_linking_follows_the_introduction_and_the_state():
    given = [
        Surface("actor", "Partei", issuer="SPD", reference="definite"),
        Surface("actor", "Partei", issuer="SPD", reference="indefinite"),
        Surface("actor", "Bundesregierung"),
        Surface("actor", "Bundesregierung", parliament=""),
    ]
    ids = link(given).ids
    assert ids[0] == "actor-spd" and ids[2] == "actor-bundesregierung"
    assert not {ids[1], ids[3]} & {ids[0], ids[2], ""}
