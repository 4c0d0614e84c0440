import random

import numpy as np
import pytest
from msgspec.structs import replace

from pipeline.homes import Surface, own_id
from pipeline.knowledge import keys
from pipeline.knowledge.meaning import Judge
from pipeline.knowledge.registry import ConceptEntry, Registry, dump_registry, load_registry
from pipeline.link import link
from tests.clusters import cases, surfaces


def ids(*texts: str, layer: str = "challenge", **fields) -> tuple[str, ...]:
    return link([Surface(layer=layer, text=text, **fields) for text in texts]).ids


def test_a_cluster_of_the_registry_has_its_id_and_label():
    found = link(
        [Surface(layer="challenge", text=t) for t in ("Mangel an Fachkräften", "fehlende Fachkräfte")]
    )
    assert set(found.ids) == {"challenge-fachkraeftemangel"}
    assert found.concepts[0].label == "Fachkräftemangel"
    assert found.concepts[0].theme == "labour"


def test_what_the_registry_does_not_know_is_linked_by_its_key():
    one, other = ids("Mangel an Orgelbauern", "Orgelbauermangel")
    assert one == other == own_id("challenge", keys.key("Orgelbauermangel", "challenge"))


@pytest.mark.parametrize(
    ("layer", "one", "other"),
    [
        ("instrument", "Mindestlohn", "Mindestrente"),
        ("instrument", "Mietpreisbremse", "Mietendeckel"),
        ("instrument", "Klimaschutz", "Klimaanpassung"),
        ("instrument", "Kindergeld", "Elterngeld"),
        ("challenge", "Fachkräftemangel", "Arbeitskräftemangel"),
        ("actor", "Unternehmen", "Unternehmerinnen und Unternehmer"),
        ("challenge", "Massenüberwachung", "ausufernde Überwachung"),
        ("challenge", "knappe Ressourcen", "fehlende Ressourcen"),
        ("instrument", "offene Grenzen", "Einwanderungsrecht"),
        ("instrument", "Abwasserabgabe", "Abwägungen"),
    ],
)
def test_hard_neighbours_stay_apart(layer, one, other):
    assert len(set(ids(one, other, layer=layer))) == 2


def test_layers_never_mix():
    found = link(
        [Surface(layer="challenge", text="Bürokratie"), Surface(layer="instrument", text="Bürokratie")]
    )
    assert len(set(found.ids)) == 2


def test_repetitions_are_linked_and_not_counted():
    found = link(Surface("instrument", "Lastenradbonus", counted=counted) for counted in (True, False))
    assert found.ids[0] == found.ids[1] and [one.n_mentions for one in found.concepts] == [1]


def test_an_abbreviation_means_what_its_document_says():
    known, own = (
        ids("AGG", "AGG", layer="instrument")[0],
        ids("AGG", layer="instrument", long="Agrargesetz")[0],
    )
    assert known == "instrument-allgemeines-gleichbehandlungsgesetz"
    assert ids("ÜLM", long="Übungsleitermangel") == ids("Übungsleitermangel")
    assert own != known
    english = "United Nations Interim Force in Lebanon"
    assert ids("UNIFIL", layer="instrument", long=english)[0] == "instrument-unifil"


def test_an_abbreviation_of_two_actors_means_what_its_document_says():
    def gba(long: str) -> str:
        return ids("GBA", layer="actor", kind="association", long=long)[0]

    assert gba("Gemeinsamer Bundesausschuss") == gba("") == "actor-gba-gesundheit"
    assert gba("Generalbundesanwalt") == "actor-gba"


def test_the_abbreviation_of_a_statute_is_its_name():
    assert (
        len(set(ids("TierSchG", "Tierschutzgesetz", "Tierschutzgesetz (TierSchG)", layer="instrument"))) == 1
    )


@pytest.mark.parametrize(
    ("forms", "label"),
    [
        (("Ruderclubs", "Ruderclubs", "Ruderclub"), "Ruderclub"),
        (("kalten Wasser", "kalten Wasser", "kalte Wasser"), "kaltes Wasser"),
        (("RUDERCLUB", "RUDERCLUB", "Ruderclub"), "Ruderclub"),
        (("Ruderclub A", "Ruderclub A", "Ruderclub B"), "Ruderclub A"),
    ],
)
def test_the_label_is_a_frequent_form_without_endings(forms, label):
    found = link([Surface(layer="actor", text=form) for form in forms])
    assert label in [concept.label for concept in found.concepts]


def test_provisions_are_one_concept_with_the_name_of_their_law():
    forms = ("§ 15 BEEG", "§§ 1 und 2 BEEG", "§ 18 des Bundeselterngeld- und Elternzeitgesetzes")
    found = link([Surface(layer="instrument", text=form, count=9) for form in forms])
    assert [concept.label for concept in found.concepts] == ["Bundeselterngeld- und Elternzeitgesetz"]
    (energy,) = set(link([Surface(layer="instrument", text="§ 19 des Erneuerbare-Energien-Gesetzes")]).ids)
    assert energy == "instrument-erneuerbare-energien-gesetz"


@pytest.mark.parametrize(
    ("layer", "one", "other"),
    [
        ("challenge", "Fluglärm", "Verkehrslärm"),
        ("challenge", "Überförderung", "Überforderung"),
        ("instrument", "qualifizierte Mehrheit", "Qualifizierung"),
    ],
)
def test_what_real_documents_confused_stays_apart(layer, one, other):
    assert len(set(link([Surface(layer=layer, text=text) for text in (one, other)]).ids)) == 2


def test_order_and_repetition_do_not_matter():
    given = surfaces(cases("seen"))
    shuffled = [*given, *given[:50]]
    random.Random(7).shuffle(shuffled)
    expected = dict(zip(given, link(given).ids, strict=True))
    found = link(shuffled)
    assert dict(zip(shuffled, found.ids, strict=True)) == expected


def test_ids_stay_when_documents_are_added():
    rows = cases("seen")
    few, many = surfaces(rows[::2]), surfaces(rows)
    first = link(few)
    second = link(many, registry=first.registry)
    assert second.ids[: len(surfaces(rows[:1]))] == first.ids[: len(surfaces(rows[:1]))]
    before = dict(zip(few, first.ids, strict=True))
    after = dict(zip(many, second.ids, strict=True))
    assert all(after[surface] == concept for surface, concept in before.items())


def test_births_are_recorded_once():
    given = [Surface(layer="challenge", text="Orgelbauermangel")]
    first = link(given)
    assert first.events == (f"birth {first.ids[0]}",)
    assert link(given, registry=first.registry).events == ()


def test_a_person_merges_and_splits_and_it_is_recorded(tmp_path):
    given = [Surface(layer="challenge", text=text) for text in ("Orgelbauermangel", "Imkermangel")]
    first = link(given)
    entry = ConceptEntry(
        id="challenge-berufe", layer="challenge", label="Orgelbauermangel", aliases=("Imkermangel",)
    )
    merged_registry = replace(
        first.registry, concept=(*first.registry.concept, entry), own=frozenset({entry.id})
    )
    (tmp_path / "c.toml").write_bytes(dump_registry(merged_registry))
    second = link(given, registry=load_registry(tmp_path / "c.toml"))
    assert set(second.ids) == {"challenge-berufe"}
    assert sorted(second.events) == sorted(f"merge {own} challenge-berufe" for own in first.ids)
    back = replace(second.registry, concept=first.registry.concept, own=frozenset())
    third = link(given, registry=back)
    assert third.ids == first.ids
    assert sorted(third.events) == sorted(f"split {own} challenge-berufe" for own in first.ids)


@pytest.fixture
def alike():
    """Says of unknown names that every two mean the same, and of a known one that nothing else does."""
    strange = ("Ruderclubfibel", "Fibel der Rudervereine")

    def vectors(texts):
        return np.array([[float(text in strange)] for text in texts])

    return Judge(vectors, 0.9)


def test_a_merge_by_meaning_is_remembered_and_changes_nothing_twice(tmp_path, alike):
    given = [
        Surface(layer="instrument", text="Ruderclubfibel", count=3),
        Surface(layer="instrument", text="Fibel der Rudervereine"),
    ]
    first = link(given, judge=alike)
    assert first.ids[0] == first.ids[1] == own_id("instrument", keys.key("Ruderclubfibel", "instrument"))
    (tmp_path / "c.toml").write_bytes(dump_registry(first.registry))
    again = link(given, registry=load_registry(tmp_path / "c.toml"), judge=alike)
    assert again.ids == first.ids
    assert again.concepts == first.concepts
    assert again.events == ()
    without_encoder = link(given, registry=load_registry(tmp_path / "c.toml"))
    assert without_encoder.ids == first.ids


def test_other_words_for_a_concept_lead_to_it():
    entry = ConceptEntry(
        id="challenge-zeitnot", layer="challenge", label="Zeitnot", said=("keiner kommt hinterher",)
    )
    near = Judge(lambda texts: np.array([np.eye(2)[int("hinterher" in text)] for text in texts]), 0.7)
    told = Surface(layer="challenge", text="niemand kommt mehr hinterher")
    assert link([told], registry=Registry(concept=(entry,)), judge=near).ids == (entry.id,)
    alone = Registry(concept=(replace(entry, said=()),))
    assert link([told], registry=alone, judge=near).ids != (entry.id,)


def test_a_merged_concept_keeps_its_label_in_the_nominative():
    all_alike = Judge(lambda texts: np.ones((len(texts), 1)), 1.0)
    given = [
        Surface(layer="challenge", text="demografischen Wandels", count=3),
        Surface(layer="challenge", text="Umbruch der Altersstruktur"),
    ]
    first = link(given, registry=Registry(), judge=all_alike)
    assert [one.label for one in first.concepts] == ["demografischer Wandel"]
    assert link(given, registry=first.registry, judge=all_alike).concepts == first.concepts


def test_a_merged_concept_keeps_its_id_when_the_other_form_becomes_more_frequent(alike):
    forms = ("Ruderclubfibel", "Fibel der Rudervereine")
    first = link(
        [Surface(layer="instrument", text=t, count=n) for t, n in zip(forms, (3, 1), strict=True)],
        judge=alike,
    )
    later = link(
        [Surface(layer="instrument", text=t, count=n) for t, n in zip(forms, (3, 9), strict=True)],
        registry=first.registry,
        judge=alike,
    )
    assert later.ids == first.ids


def test_a_concept_of_an_earlier_run_keeps_its_id_when_a_more_frequent_one_joins_it(alike):
    old = Surface(layer="instrument", text="Fibel der Rudervereine")
    first = link([old], judge=alike)
    later = Surface(layer="instrument", text="Ruderclubfibel", count=5)
    assert set(link([old, later], registry=first.registry, judge=alike).ids) == set(first.ids)


def test_what_is_said_too_seldom_joins_nothing(alike):
    given = [Surface(layer="instrument", text=text) for text in ("Ruderclubfibel", "Fibel der Rudervereine")]
    assert len(set(link(given, judge=alike._replace(often=2)).ids)) == 2
    assert len(set(link([*given, *given], judge=alike._replace(often=2)).ids)) == 1


@pytest.mark.parametrize(
    ("layer", "text", "known"),
    [
        ("challenge", "Kalten Krieges", "challenge-kalter-krieg"),
        ("instrument", "Besonderen Ausgleichsregelung", "instrument-besondere-ausgleichsregelung"),
        ("instrument", "Arbeitnehmer-Entsendegesetzes", "instrument-arbeitnehmer-entsendegesetz"),
        ("actor", "Deutschen Archäologischen Instituts", "actor-dai"),
        ("actor", "Geheimdiensten", "actor-nachrichtendienste"),
        ("challenge", "bürokratischer Hürden", "challenge-buerokratische-hemmnisse"),
    ],
)
def test_a_name_is_known_in_every_case(layer, text, known):
    assert ids(text, layer=layer) == (known,)


def test_a_year_tells_whom_a_name_means_if_its_first_and_last_day_agree():
    def ministry(day: str) -> str:
        return ids("Bundesbauministerium", layer="actor", day=day)[0]

    assert (ministry("2016"), ministry("2019-05"), ministry("2022")) == (
        "actor-bmukn", "actor-bmi", "actor-bmwsb"
    )  # fmt: skip
    assert ministry("2018") not in ("actor-bmukn", "actor-bmi", "actor-bmwsb")


def test_what_strengthens_a_thing_is_another_thing():
    thing, stronger, better = ids(
        "Tarifbindung", "Stärkung der Tarifbindung", "Tarifbindung verbessern", layer="instrument"
    )
    assert stronger == better != thing


def test_forms_without_content_are_no_concept():
    assert ids("", "–", "der") == ("", "", "")


def test_a_person_decides_whether_a_concept_is_generic():
    said = [Surface(layer="instrument", text=text) for text in ("Neue Regelungen", "Maut")]
    found = link(said).concepts
    assert {one.label: one.is_generic for one in found} == {"Neue Regelungen": True, "Maut": False}
    entries = tuple(
        ConceptEntry(id=one.concept_id, layer="instrument", label=one.label, generic=not one.is_generic)
        for one in found
    )
    decided = link(said, registry=Registry(concept=entries, own=frozenset(one.id for one in entries)))
    assert {one.label: one.is_generic for one in decided.concepts} == {"Neue Regelungen": False, "Maut": True}


def test_a_label_that_a_person_wrote_is_shown_as_written():
    said = [Surface(layer="challenge", text="demografischen Wandels")]
    (found,) = link(said, registry=Registry()).concepts
    assert found.label == "demografischer Wandel"
    entry = ConceptEntry(id=found.concept_id, layer="challenge", label="demografischen Wandels")
    (decided,) = link(said, registry=Registry(concept=(entry,), own=frozenset({entry.id}))).concepts
    assert decided.label == "demografischen Wandels"
