import pytest

from pipeline.knowledge.compounds import complete, parts


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
    assert complete(text) == full


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
    assert parts(word) == split


def test_parts_that_are_kept():
    assert parts("mietpreisbremse", frozenset({"mietpreis"})) == ("mietpreis", "bremse")
