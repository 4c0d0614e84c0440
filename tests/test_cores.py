"""Words around a name fall away only where they do not change which thing is meant."""

from __future__ import annotations

import pytest

from pipeline.homes import Surface
from pipeline.knowledge import german
from pipeline.knowledge.cores import cores
from pipeline.knowledge.registry import ConceptEntry, Registry
from pipeline.link import link

SAME = [
    ("challenge", "Fachkräftemangel", "riesigen Fachkräftemangel"),
    ("challenge", "Fachkräftemangel", "besonders ausgeprägter Fachkräftemangel"),
    ("challenge", "Fachkräftemangel", "Fachkräftemangel bremst den Ausbau der Netze"),
    ("challenge", "Fachkräftemangel", "Mangel an Fachkräften, der ganze Betriebe lähmt"),
    ("challenge", "Klimawandel", "unaufhaltsamen Klimawandel"),
    ("instrument", "Mindestlohn", "einheitlichen gesetzlichen Mindestlohn"),
    ("instrument", "Mindestlohn", "gesetzlichen Mindestlohn von 12,82 Euro"),
    ("instrument", "Mindestlohn", "Mindestlohn in Höhe von mindestens 14 Euro je Stunde"),
    ("instrument", "Mindestlohn", "Mindestlohn von mindestens zwölf Euro"),
    ("instrument", "Mindestlohn", "Mindestlohn von fünfzehn Euro"),
    ("instrument", "Mindestlohn", "Mindestlohn von brutto 13,90 Euro"),
    ("instrument", "Mindestlohn", "Mindestlohn bis spätestens 2027"),
    ("instrument", "Mindestlohn", "Mindestlohn bleibt gesetzlich geregelt"),
    ("instrument", "Kindergeld", "Kindergeld wird um 25 Euro je Kind gekürzt"),
    ("instrument", "Kündigungsschutz", "Kündigungsschutz wollen wir erhalten"),
    ("instrument", "Lobbyregister", "Lobbyregister beim Deutschen Bundestag"),
    ("instrument", "Datenstrategie", "bewährte Datenstrategie der Bundesregierung"),
    ("instrument", "Quastenfonds", "Quastenfonds in Höhe von 3 Mrd. Euro"),
    ("instrument", "Quastenfonds", "Quastenfonds mit mindestens 60 Mio. Euro jährlich über fünf Jahre"),
    ("instrument", "Mindestlohn", "Mindestlohn, der ohne Ausnahme für alle gilt"),
    ("instrument", "Mindestlohngesetz", "§ 20 Absatz 1 des Mindestlohngesetzes"),
    ("instrument", "Mindestlohngesetz", "§§ 3 und 4 MiLoG"),
    ("instrument", "Grundgesetz", "Art. 20 Abs. 3 GG"),
    ("instrument", "Schuldenbremse", "strenge Vorgaben der Schuldenbremse"),
    ("instrument", "Onlinezugangsgesetz", "Umsetzung des Onlinezugangsgesetzes"),
    ("instrument", "Onlinezugangsgesetz", "Onlinezugangsgesetz umsetzen"),
    ("instrument", "Lkw-Maut", "Fortführung der Lkw-Maut"),
    ("instrument", "Lkw-Maut", "Lkw-Maut beibehalten"),
    ("challenge", "Klimawandel", "Herausforderungen des Klimawandels"),
    ("instrument", "Lkw-Maut", "Erhebung der Lkw-Maut"),
    ("instrument", "Cannabiskontrollgesetz", "Entwurf eines Cannabiskontrollgesetzes"),
    ("challenge", "Altersarmut", "steigende Gefahr von Altersarmut"),
    ("challenge", "Wohnungseinbrüche", "hohe Zahl von Wohnungseinbrüchen"),
    ("instrument", "Handwerksordnung", "Artikel 9 der Handwerksordnung"),
    ("challenge", "Fachkräftemangel", "Wachsender Fachkräftemangel"),
    ("instrument", "Lkw-Maut", "Lkw-Maut (Toll Collect)"),
    ("instrument", "Lkw-Maut", "Lkw-Maut (Toll Collect) beibehalten"),
    ("instrument", "Gemeinsame Agrarpolitik", "Gemeinsamen Agrarpolitik (GAP) der EU"),
    ("challenge", "Fachkräftemangel", "riesigen Fachkräftemangel (»Braindrain«)"),
]
OTHER = [
    ("challenge", "Arbeitslosigkeit", "Ursachen der Arbeitslosigkeit"),
    ("instrument", "Kinderbetreuung", "Anspruch auf Kinderbetreuung"),
    ("instrument", "Lkw-Maut", "Abschaffung der Lkw-Maut"),
    ("instrument", "Lkw-Maut", "Erhebung der Lkw-Maut auf Landstraßen"),
    ("challenge", "Arbeitslosigkeit", "Arbeitslosigkeit und Armut"),
    ("challenge", "Arbeitslosigkeit", "Angst vor Arbeitslosigkeit"),
    ("challenge", "Arbeitslosigkeit", "geringe Arbeitslosigkeit"),
    ("instrument", "Bürokratieabbau", "Bürokratieabbau bei den 325-Euro-Stellen"),
    ("instrument", "Mindestlohn", "europäischen Mindestlohn"),
    ("instrument", "Mindestlohn", "Mindestlohn abschaffen"),
    ("instrument", "Mindestlohn", "Ausnahmen vom Mindestlohn für Auszubildende"),
    ("instrument", "Kindergeld", "Kindergeld um 25 Euro je Kind kürzen"),
    ("instrument", "Kündigungsschutz", "Kündigungsschutz, an dem wir festhalten, und Mitbestimmung"),
    ("instrument", "Quastenfonds", "Quastenfonds 2030"),
    ("instrument", "Handwerksordnung", "Artikel 5 Änderung der Handwerksordnung"),
    ("instrument", "Datenstrategie", "Datenstrategie der Landesregierung"),
    ("instrument", "Quastenfonds", "Quastenfonds um 3 Mrd. Euro kürzen"),
    ("instrument", "Bußgelder", "Bußgelder, die zu Unrecht verhängt wurden, zurückzahlen"),
]


def concepts(layer, *texts):
    return link([Surface(layer=layer, text=text) for text in texts]).ids


@pytest.mark.parametrize(("layer", "name", "text"), SAME)
def test_judging_words_amounts_clauses_verbs_and_provisions_name_no_other_thing(layer, name, text):
    known, found = concepts(layer, name, text)
    assert known == found


@pytest.mark.parametrize(("layer", "name", "text"), OTHER)
def test_other_words_do(layer, name, text):
    known, found = concepts(layer, name, text)
    assert known != found


def test_what_the_registry_does_not_know_keeps_all_its_words():
    plain, judged = concepts("instrument", "Quastenfonds", "leistungsfähigen Quastenfonds")
    assert plain != judged


def test_what_a_person_rules_out_stays_apart():
    entry = ConceptEntry(
        id="instrument-a", layer="instrument", label="Quastenfonds", confused=("echter Quastenfonds",)
    )
    given = [Surface(layer="instrument", text=f"{word} Quastenfonds") for word in ("bewährter", "echter")]
    registry = Registry(concept=(entry,), own=frozenset({"instrument-a"}))
    judged, ruled_out = link(given, registry=registry).ids
    assert judged == "instrument-a" != ruled_out


def test_forms_come_from_the_most_careful_to_the_shortest():
    text = "echten Mindestlohn von 14 Euro"
    assert list(cores(text, "instrument")) == ["echten Mindestlohn", "Mindestlohn von 14 Euro", "Mindestlohn"]


@pytest.mark.parametrize(
    "text", ["", " ", "§", "§ 5", ", die", "von 8 Euro", "riesig", "neue Regeln", "12 %"]
)
def test_odd_and_generic_texts_give_nothing(text):
    assert list(cores(text, "challenge")) == []


def test_listed_words_are_lower_case_stems_and_listed_once():
    table = german.words()["judging"]
    every = table["all"].split()
    for layer in ("challenge", "instrument"):
        listed = [*every, *table[layer].split()]
        assert len(listed) == len(set(listed)), sorted(word for word in listed if listed.count(word) > 1)
        assert all(word.islower() for word in listed)
