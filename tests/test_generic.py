import pytest

from pipeline.knowledge.generic import Generic, is_generic
from pipeline.knowledge.registry import load_registry
from pipeline.knowledge.toml import load
from pipeline.schema.labels import LAYERS

VAGUE = {
    "challenge": [
        "Krise", "Krisenfällen", "großes Leid",
        "weitere Herausforderungen", "Risiken und Gefahren", "Globale Probleme",
    ],
    "instrument": [
        "weitere Ausschreibungen", "gute Beratung", "Darlehen",
        "Rechtsvorschriften", "neue Liste", "Recht der Europäischen Union", "neuer Formen der Zusammenarbeit",
        "Gesetzes", "neue Gesetze", "weitere Maßnahmen", "klare gesetzliche Regeln", "fördern",
        "Gesetze und Verordnungen", "finanzielle Förderung", "Anspruch nach § 19 Absatz 1", "Steuern",
        "Rechtsverordnung nach § 7 oder § 7a", "§ 3 Absatz 2", "europäischen Regelungen",
        "Entgelte der Arbeitnehmerinnen und Arbeitnehmer", "Langfristige Beurlaubung", "kw-Vermerke",
    ],
    "actor": [
        "Menschen", "9. Ausschusses", "800 Millionen Menschen", "Menschen in unserem Land",
    ],
}  # fmt: skip
PARTICULAR = {
    "challenge": [
        "Gewalt", "Bürokratie", "Klimakrise", "Folgen der Corona-Pandemie", "schwacher Staat",
    ],
    "instrument": [
        "Ausschreibungen für Solaranlagen", "Kinderfreibetrag",
        "Mindestlohn", "Steuerreform", "Resolution 1325", "Förderung der Kultur", "EEG 2014",
        "Öffentlich-Private Partnerschaften", "steuerliche Entlastung", "Recht auf Arbeit", "faire Bezahlung",
        "Artikel 3 des Grundgesetzes", "großes", "", "gleiche Entgelte", "Mieten", "globale Minderausgabe",
    ],
    "actor": ["ältere Menschen", "Kommunen", "Mitglieder des EZB-Rates", "Menschen mit Behinderungen"],
}  # fmt: skip


@pytest.mark.parametrize(("layer", "name"), [(layer, name) for layer in LAYERS for name in VAGUE[layer]])
def test_a_name_that_does_not_say_which_thing_is_generic_in_every_form(layer, name):
    assert is_generic(name, layer)


@pytest.mark.parametrize(("layer", "name"), [(layer, name) for layer in LAYERS for name in PARTICULAR[layer]])
def test_a_name_with_a_word_of_its_own_is_not(layer, name):
    assert not is_generic(name, layer)


def test_layers_have_their_own_words():
    assert is_generic("Verbote", "challenge") and is_generic("Betroffene", "actor")
    assert not is_generic("Betroffene", "instrument")


def test_no_concept_of_the_registry_is_generic_unless_it_says_so():
    seeds = load_registry().concept
    assert [
        entry.id for entry in seeds if entry.generic is None and is_generic(entry.label, entry.layer)
    ] == []


def test_every_word_of_the_list_stands_there_once():
    generic = load("generic", Generic)
    for layer in LAYERS:
        listed = getattr(generic, layer)
        words = listed.words.split()
        assert len(words) == len(set(words)) and len(listed.names) == len(set(listed.names))
