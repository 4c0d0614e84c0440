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
        ("Mütter und Väter", "Mütter und Väter"),
        ("Binnenmarkt und Innenpolitik", "Binnenmarkt und Innenpolitik"),
        ("Schülerinnen und Lehrer", "Schülerinnen und Lehrer"),
        ("Beginn", "Beginn"),
    ],
)
def test_ungender(text, plain):
    assert german.ungender(text) == plain


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("Aus- und Weiterbildung", "Ausbildung und Weiterbildung"),
        ("Planungs- und Genehmigungsverfahren", "Planungsverfahren und Genehmigungsverfahren"),
        ("Klima- und Transformationsfonds", "Klimafonds und Transformationsfonds"),
        ("Ein- oder Ausreise", "Einreise oder Ausreise"),
        ("Forschungseinrichtungen und -institute", "Forschungseinrichtungen und Forschungsinstitute"),
        ("Bund-Länder-Vereinbarung", "Bund-Länder-Vereinbarung"),
        ("Kita und Schule", "Kita und Schule"),
    ],
)
def test_complete(text, full):
    assert german.complete(text) == full


@pytest.mark.parametrize(
    ("word", "split"),
    [
        ("fachkräftemangel", ("fach", "kraft", "mangel")),
        ("mietpreisbremse", ("miet", "preis", "bremse")),
        ("bundestag", ("bundes", "tag")),
        ("arbeitslosengeld", ("arbeitslose", "geld")),
        ("klimaanpassungsgesetz", ("klima", "anpassung", "gesetz")),
        ("glasfaserausbau", ("glas", "faser", "ausbau")),
        ("wirtschaft", ("wirtschaft",)),
        ("generation", ("generation",)),
        ("digitalisierung", ("digitalisierung",)),
        ("gesundheit", ("gesundheit",)),
        ("", ("",)),
    ],
)
def test_parts(word, split):
    assert german.parts(word) == split


def test_parts_that_are_kept():
    assert german.parts("mietpreisbremse", frozenset({"mietpreis"})) == ("mietpreis", "bremse")


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
    assert len({german.root(word) for word in family}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Förderung", "Forderung"), ("Mieter", "Miete"), ("Lehrer", "Lehre"), ("Bund", "Bündnis")],
)
def test_root_tells_apart(one, other):
    assert german.root(one) != german.root(other)


def test_roots_of_what_only_looks_like_a_verb_stay():
    assert german.root("Station") == "station"
    assert german.root("gesamte") == "gesam"
    assert german.root("gefallen") == german.root("gefallen", derive=False)


@pytest.mark.parametrize(
    ("adjective", "noun"),
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
def test_noun(adjective, noun):
    assert german.noun(adjective) == noun


def test_root_keeps_people_apart_from_what_they_have():
    assert german.root("Versicherte", derive=False) != german.root("Versicherung", derive=False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Das Erneuerbare-Energien-Gesetz (EEG) gilt.", {"EEG": "Erneuerbare-Energien-Gesetz"}),
        ("Für kleine und mittlere Unternehmen (KMU) gilt das.", {"KMU": "kleine und mittlere Unternehmen"}),
        ("Die Deutsche Forschungsgemeinschaft (DFG)", {"DFG": "Deutsche Forschungsgemeinschaft"}),
        ("Das Ziel (siehe oben) bleibt.", {}),
        ("Im Jahr (2021) und danach", {}),
        ("Die Reform (AfD dagegen)", {}),
    ],
)
def test_abbreviations(text, found):
    assert german.abbreviations(text) == found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mindestlohngesetz (MiLoG)", "Mindestlohngesetz"),
        (
            "Nationale Strategie zur biologischen Vielfalt (NBS)",
            "Nationale Strategie zur biologischen Vielfalt",
        ),
        ("Förderung (KMU)", "Förderung (KMU)"),
        ("Kommunen (Städte und Gemeinden)", "Kommunen (Städte und Gemeinden)"),
    ],
)
def test_without_abbreviation(text, name):
    assert german.without_abbreviation(text) == name


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
