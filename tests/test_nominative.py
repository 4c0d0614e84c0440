import pytest

from pipeline.knowledge import taxonomy
from pipeline.knowledge.nominative import nominative
from pipeline.knowledge.registry import load_registry

MENDED = {
    "globalen Wettbewerb": "globaler Wettbewerb",
    "anzulegende Wert": "anzulegender Wert",
    "sexuellem Missbrauch": "sexueller Missbrauch",
    "grüne Neue Gesellschaftsvertrag": "grüner Neuer Gesellschaftsvertrag",
    "federführenden Ausschuss": "federführender Ausschuss",
    "Besonderen Ausgleichsregelung": "Besondere Ausgleichsregelung",
    "hoher Staatsverschuldung": "hohe Staatsverschuldung",
    "Nationalen Naturerbes": "Nationales Naturerbe",
    "Liberale Bürgergeld": "Liberales Bürgergeld",
    "Arbeitnehmer-Entsendegesetzes": "Arbeitnehmer-Entsendegesetz",
    "transatlantischen Bündnisses": "transatlantisches Bündnis",
    "9. Ausschusses": "9. Ausschuss",
    "Angriffen": "Angriffe",
    "Krisenfällen": "Krisenfälle",
    "Eingriffen in die Natur": "Eingriffe in die Natur",
    "wirtschaftlich schwierigen Zeiten": "wirtschaftlich schwierige Zeiten",
    "völkerrechtlichen Verträgen": "völkerrechtliche Verträge",
    "europäischen Partnern": "europäische Partner",
    "betroffenen Unternehmen": "betroffene Unternehmen",
    "höchsten Sicherheitsstandards": "höchste Sicherheitsstandards",
    "europäischen Staaten": "europäische Staaten",
    "langjährig Versicherten": "langjährig Versicherte",
    "Lernenden": "Lernende",
    "kleinen und mittleren Unternehmen": "kleine und mittlere Unternehmen",
    "demografische und soziale Wandel": "demografischer und sozialer Wandel",
    "sicherer, bezahlbarer und sauberer Energie": "sichere, bezahlbare und saubere Energie",
    "erfahrenen Meisterinnen und Meistern": "erfahrene Meisterinnen und Meister",
    "privaten Vermieter*innen": "private Vermieter*innen",
    "flexiblen Dienstplänen": "flexible Dienstpläne",
    "ärmsten Ländern": "ärmste Länder",
    "neuen Ordnungsrahmens": "neuer Ordnungsrahmen",
}
KEPT = [
    "Menschen mit Behinderungen", "Krisen", "strengere Regeln", "Kosten", "Minijobs", "Interessen",
    "private Unternehmen", "einheitliches Verfahren", "Pariser Klimaabkommen", "Völker Europas",
    "weniger Bürokratie", "keine weiteren Privatisierungen", "knapper werdende Ressourcen", "große Schwäche",
    "unter Druck", "öffentlichen Verkehr stärken", "Aus- und Weiterbildung", "Schäden und Verlusten",
    "europäischen Green Deal", "unbekanntem Xyzzy", "ohne sozialen Schutz", "§ 7 Absatz 1", "",
    "Abbaggern von Dörfern", "Alternativen", "jährlich kommen Tausende hinzu", "täglich schließen Tausende",
    "soziale und privaten Stellen", "Nachbarinnen und Nachbarn",
]  # fmt: skip


@pytest.mark.parametrize(("name", "listed"), MENDED.items())
def test_an_inflected_name_is_led_to_the_nominative(name, listed):
    assert nominative(name) == listed
    assert nominative(listed) == listed


@pytest.mark.parametrize("name", KEPT)
def test_what_is_in_the_nominative_or_not_sure_stays(name):
    assert nominative(name) == name


def test_names_that_people_wrote_stay():
    """Aliases may be clauses (»breiter aufgestellte Netze«), of which one in a thousand is mistaken."""
    known = load_registry().concept
    labels = [entry.label for entry in known] + [actor.label for actor in taxonomy.actors()]
    assert [label for label in labels if nominative(label) != label] == []
    aliases = [alias for entry in known for alias in entry.aliases]
    assert sum(nominative(alias) != alias for alias in aliases) <= len(aliases) / 1000
