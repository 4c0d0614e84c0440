import pytest

from pipeline.knowledge.roots import noun, person, root


@pytest.mark.parametrize(
    "family",
    [
        ("Erhöhung", "erhöhen", "erhöht"),
        ("Versiegelung", "versiegeln", "versiegelte"),
        ("Verschmutzung", "verschmutzte", "verschmutzt"),
        ("Ausbau", "ausbauen"),
        ("Abschaffung", "abschaffen"),
        ("Beschleunigung", "beschleunigen", "beschleunigte"),
        ("Anstieg", "steigende", "gestiegenen", "steigen"),
        ("Schutz", "schützen"),
        ("Schließung", "geschlossene", "schließen"),
        ("Kürzung", "gekürzten", "kürzen"),
        ("Investition", "investieren"),
        ("Förderung", "fördern", "gefördert"),
        ("erneuerbare", "Erneuerbare", "erneuerbarer"),
        ("Arbeitslosigkeit", "arbeitslose", "Arbeitslosen"),
    ],
)
def test_root_is_shared(family):
    assert len({root(word) for word in family}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Förderung", "Forderung"), ("Mieter", "Miete"), ("Lehrer", "Lehre"), ("Bund", "Bündnis")],
)
def test_root_tells_apart(one, other):
    assert root(one) != root(other)


def test_roots_of_what_only_looks_like_a_verb_stay():
    assert root("Station") == "station"
    assert root("gesamte") == "gesam"
    assert root("gefallen") == root("gefallen", derive=False)


@pytest.mark.parametrize(
    ("adjective", "compound"),
    [
        ("zivilgesellschaftliche", "Zivilgesellschaft"),
        ("rechtsextremistische", "Rechtsextremismus"),
        ("rechtsextreme", "Rechtsextremismus"),
        ("datenschutzrechtlichen", "Datenschutz"),
        ("zulassungsrechtliche", "Zulassungsrecht"),
        ("klimapolitisches", "Klimapolitik"),
        ("forschungsbezogene", "Forschung"),
        ("politische", "politische"),
        ("ehrenamtlich", "ehrenamtlich"),
    ],
)
def test_noun(adjective, compound):
    assert noun(adjective) == compound


def test_root_keeps_people_apart_from_what_they_have():
    assert root("Versicherte", derive=False) != root("Versicherung", derive=False)


@pytest.mark.parametrize(
    ("form", "listed"),
    [
        ("Berufstätiger", "berufstätige"),
        ("Berufstätigen", "berufstätige"),
        ("Schutzbedürftigen", "schutzbedürftige"),
        ("Beteiligter", "Beteiligte"),
        ("Linken", "linke"),
        ("Linke", "linke"),
        ("Beamter", "Beamte"),
        ("Versicherte", "Versicherte"),
        ("Lehrern", "Lehrer"),
        ("Gläubigern", "Gläubiger"),
        ("Spender", "Spender"),
        ("Mieter", "Mieter"),
        ("Gewerkschaften", "Gewerkschaft"),
        ("Kinder", "Kind"),
    ],
)
def test_adjectives_used_as_nouns_have_one_form(form, listed):
    assert person(form) == listed
