import pytest

from pipeline.knowledge import keys


@pytest.mark.parametrize(
    ("layer", "forms"),
    [
        (
            "challenge",
            ("Fachkräftemangel", "Mangel an Fachkräften", "fehlende Fachkräfte", "Fachkräftemangels"),
        ),
        ("challenge", ("steigende Strompreise", "Anstieg der Strompreise", "hohe Strompreise")),
        ("challenge", ("Luftverschmutzung", "Verschmutzung der Luft", "verschmutzte Luft")),
        ("challenge", ("Klimafolgen", "Folgen des Klimawandels", "Klimawandelfolgen")),
        ("instrument", ("Mindestlohn", "gesetzlichen Mindestlohns", "flächendeckender Mindestlohn")),
        ("instrument", ("Abbau von Bürokratie", "Bürokratie abbauen", "Bürokratieabbau")),
        ("instrument", ("Aus- und Weiterbildung", "Weiterbildung und Ausbildung")),
        ("instrument", ("CO₂-Preis", "CO2-Preises", "Preis für CO2")),
        ("actor", ("Bürger*innen", "BürgerInnen", "Bürgerinnen und Bürger", "Bürgern")),
        ("actor", ("Menschen mit Behinderungen", "behinderte Menschen")),
    ],
)
def test_forms_share_a_key(layer, forms):
    assert len({keys.key(form, layer) for form in forms}) == 1


@pytest.mark.parametrize(
    ("layer", "one", "other"),
    [
        ("instrument", "Mindestlohn", "Mindestrente"),
        ("instrument", "Mietpreisbremse", "Mietendeckel"),
        ("instrument", "Klimaschutz", "Klimaanpassung"),
        ("instrument", "Mindestlohn", "Erhöhung des Mindestlohns"),
        ("instrument", "EEG-Umlage", "Abschaffung der EEG-Umlage"),
        ("challenge", "Gewalt gegen Jugendliche", "Jugendgewalt"),
        ("challenge", "Klimawandel", "demografischer Wandel"),
        ("actor", "Krankenversicherung", "Krankenversicherte"),
        ("instrument", "Rente mit 67", "Rente mit 63"),
    ],
)
def test_hard_neighbours_have_different_keys(layer, one, other):
    assert keys.key(one, layer) != keys.key(other, layer)


@pytest.mark.parametrize("text", ["", "der", "–", "»«", "und"])
def test_key_of_nothing_is_empty(text):
    assert keys.key(text, "challenge") == ""


def test_neutral_modifier_alone_is_kept():
    assert keys.key("Deutschland", "actor")
