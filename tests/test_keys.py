import pytest

from pipeline.knowledge import german, keys
from pipeline.schema.labels import LAYERS


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
        ("instrument", ("Mindestlohn erhöhen", "Erhöhung des Mindestlohns", "höherer Mindestlohn")),
        ("instrument", ("Senkung der Stromsteuer", "niedrigere Stromsteuer", "Verringerung der Stromsteuer")),
        ("instrument", ("Abschaffung der Umlage", "Streichung der Umlage", "Wegfall der Umlage")),
        ("instrument", ("Ausbau der Netze", "Erweiterung der Netze", "Ausdehnung der Netze")),
        ("instrument", ("längere Elternzeit", "Verlängerung der Elternzeit", "Elternzeit verlängern")),
        ("instrument", ("digitale Infrastruktur", "Digitalinfrastruktur")),
        ("instrument", ("datenschutzrechtliche Vorgaben", "Datenschutzvorgaben")),
        ("instrument", ("völkerrechtliche Verträge", "Verträge des Völkerrechts")),
        ("instrument", ("strafrechtliche Verfolgung", "Strafverfolgung")),
        ("instrument", ("entwicklungspolitische Zusammenarbeit", "Entwicklungszusammenarbeit")),
        ("instrument", ("LEHRKRÄFTE", "Lehrkräfte")),
        ("instrument", ("klimapolitische Ziele", "Ziele der Klimapolitik")),
        (
            "instrument",
            ("Ausbau der Kindertagesstätten", "Kita-Ausbau", "Ausbau von Kindertageseinrichtungen"),
        ),
        ("instrument", ("Mindestlohngesetz", "Mindestlohngesetz (MiLoG)")),
        ("instrument", ("Paragraf 777", "des Paragraphen 777", "§ 777")),
        ("challenge", ("Baulandmangel", "knappes Bauland", "Knappheit an Bauland", "zu wenig Bauland")),
        ("challenge", ("sinkende Einnahmen", "Rückgang der Einnahmen", "rückläufige Einnahmen")),
        ("instrument", ("Rentenkürzung", "Kürzung der Renten")),
        ("instrument", ("Rechte der Fahrgäste", "Fahrgastrechte")),
        ("instrument", ("VN-Charta", "Charta der Vereinten Nationen", "UN-Charta (UN-C)")),
        ("instrument", ("zügige Umsetzung der Hafenstrategie", "Hafenstrategie", "Hafenstrategie umsetzen")),
        ("instrument", ("Bau neuer Schleusen", "Neubau von Schleusen")),
        ("instrument", ("Praxischecks", "Praxis-Check", "Praxischeck")),
        ("instrument", ("Stilllegung von AKWs", "Kernkraftwerke stilllegen")),
        ("instrument", ("Förderung von KMU", "kleine und mittlere Unternehmen fördern")),
        ("instrument", ("Kürzere Meldewege", "kürzere Meldewege")),
        ("actor", ("junger Mensch", "junge Menschen", "junge Leute")),
        ("actor", ("Berufstätige", "Berufstätigen", "Berufstätiger", "berufstätige Menschen")),
        ("actor", ("Beteiligte", "Beteiligten", "Beteiligter")),
        ("actor", ("europäische Linke", "Europäische LINKE")),
        ("actor", ("kleine und mittlere Firmen (KMU)", "kleine und mittlere Firmen")),
        ("instrument", ("Antimobbinggesetz", "Anti-Mobbing-Gesetz")),
        ("instrument", ("Ausbau des ÖPNV", "Ausbau des öffentlichen Personennahverkehrs")),
        ("instrument", ("Unterbringung von Geflüchteten", "Flüchtlingsunterbringung")),
        ("actor", ("sächsische Kommunen", "Kommunen in Sachsen")),
        ("actor", ("CDU-Landtagsfraktion NRW", "CDU-Fraktion im Landtag Nordrhein-Westfalen")),
        ("actor", ("rheinland-pfälzische Schulen", "Schulen in Rheinland-Pfalz")),
        ("instrument", ("CO₂-Preis", "CO2-Preises", "Preis für CO2")),
        ("instrument", ("Gemeinsamen Agrarpolitik", "Gemeinsame Agrarpolitik", "gemeinsame Agrarpolitik")),
        ("challenge", ("Kalter Krieg", "Kalten Krieges", "kalter Krieg")),
        ("instrument", ("Sichere Herkunftsstaaten", "sicheren Herkunftsstaaten", "sicherer Herkunftsstaat")),
        ("actor", ("Bürger*innen", "BürgerInnen", "Bürgerinnen und Bürger", "Bürgern")),
        ("actor", ("Menschen mit Behinderungen", "behinderte Menschen")),
        ("actor", ("ältere Menschen", "Ältere Menschen", "älteren Menschen")),
        ("actor", ("junge Menschen", "Junge Menschen")),
        ("actor", ("kommende Generationen", "kommender Generationen", "Kommende Generationen")),
        ("actor", ("Zivilgesellschaftliche Initiativen", "zivilgesellschaftliche Initiativen")),
    ],
)
def test_forms_share_a_key(layer, forms):
    assert len({keys.key(form, layer) for form in forms}) == 1


@pytest.mark.parametrize(
    ("layer", "one", "other"),
    [
        ("instrument", "Mindestlohn", "Mindestrente"),
        ("instrument", "Wahlrecht", "Rechtswahl"),
        ("instrument", "Garantierente", "Rentengarantie"),
        ("instrument", "Mietpreisbremse", "Mietendeckel"),
        ("instrument", "Klimaschutz", "Klimaanpassung"),
        ("instrument", "Mindestlohn", "Erhöhung des Mindestlohns"),
        ("instrument", "EEG-Umlage", "Abschaffung der EEG-Umlage"),
        ("instrument", "Erhöhung der Umlage", "Senkung der Umlage"),
        ("instrument", "Einführung der Umlage", "Abschaffung der Umlage"),
        ("instrument", "Ausbau der Förderung", "Abbau der Förderung"),
        ("instrument", "Verlängerung der Laufzeit", "Verkürzung der Laufzeit"),
        ("instrument", "Klimaziele", "Klima"),
        ("instrument", "Schulungen", "bessere Schulen"),
        ("instrument", "Umverteilung von oben nach unten", "Umverteilung von unten nach oben"),
        ("challenge", "Konfliktregionen", "regionale Konflikte"),
        ("challenge", "Sucht", "Abhängigkeit"),
        ("challenge", "Fehlanreize", "mangelnde Anreize"),
        ("challenge", "Wohnraummangel", "weniger Wohnraum"),
        ("challenge", "Mangel an Wohnungen", "Leerstand von Wohnungen"),
        ("challenge", "Gewalt gegen Jugendliche", "Jugendgewalt"),
        ("challenge", "Klimawandel", "demografischer Wandel"),
        ("actor", "Krankenversicherung", "Krankenversicherte"),
        ("instrument", "Rente mit 67", "Rente mit 63"),
        ("instrument", "verfassungsrechtlicher Schutz", "Verfassungsschutz"),
        ("instrument", "arbeitsrechtlicher Schutz", "Arbeitsschutz"),
        ("instrument", "menschenrechtlicher Schutz", "Schutz der Menschen"),
        ("instrument", "völkerrechtliche Verträge", "Verträge der Völker"),
        ("instrument", "aufenthaltsrechtliche Beratung", "Aufenthaltsberatung"),
        ("instrument", "wirtschaftspolitische Beratung", "Wirtschaftsberatung"),
    ],
)
def test_hard_neighbours_have_different_keys(layer, one, other):
    assert keys.key(one, layer) != keys.key(other, layer)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_neutral_word_vanishes_as_it_is_and_inflected(layer):
    table = german.words()["neutral"]
    listed = f"{table['all']} {table[layer]} {table['heads']}".split()
    forms = {*listed, *(f"{word}e" for word in listed if german.known(f"{word}e"))}
    assert {form for form in forms if keys.key(f"{form} Wald", layer) != keys.key("Wald", layer)} == set()


def test_all_words_of_a_group_have_one_key():
    table = german.words()["same"]
    assert set(table) <= {"all", *LAYERS}
    groups = [
        (layer, line.split()) for layer in LAYERS for line in (table["all"] + table[layer]).splitlines()
    ]
    found = {(layer, *group): {keys.key(word, layer) for word in group} for layer, group in groups if group}
    assert {group: different for group, different in found.items() if len(different) > 1} == {}


@pytest.mark.parametrize(("table", "expected"), [("less", -1), ("more", 1)])
def test_every_word_of_a_direction_tells_it(table, expected):
    listed = [(layer, word) for layer, words in german.words()[table].items() for word in words.split()]
    assert [word for layer, word in listed if keys.direction(word, layer) != expected] == []


@pytest.mark.parametrize("text", ["", "der", "–", "»«", "und"])
def test_key_of_nothing_is_empty(text):
    assert keys.key(text, "challenge") == ""


def test_neutral_modifier_alone_is_kept():
    assert keys.key("Deutschland", "actor")
