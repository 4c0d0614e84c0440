"""The wider name inside a name is its head noun with as much of what belongs to it as a registry knows."""

from __future__ import annotations

import pytest

from pipeline.homes import Surface
from pipeline.knowledge.registry import ConceptEntry, Registry
from pipeline.knowledge.wider import wider
from pipeline.link import link


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Fachkräftemangel in der Pflege", ["Fachkräftemangel"]),
        ("religiös motivierter Extremismus", ["motivierter Extremismus", "Extremismus"]),
        ("im Grundgesetz verankerte Schuldenbremse", ["verankerte Schuldenbremse", "Schuldenbremse"]),
        ("Schuldenbremse (Artikel 115)", ["Schuldenbremse"]),
        ("Schuldenbremse als Fessel der Länder", ["Schuldenbremse als Fessel", "Schuldenbremse"]),
        ("Arbeitslosigkeit und Armut", []),
        ("Arbeits- und Fachkräftemangel", []),
        ("keine Schuldenbremse der Länder", []),
        ("Fachkräftemangel", []),
        ("in der Pflege", []),
        ("", []),
        ("§ 5", []),
    ],
)
def test_names_within_a_name(name, found):
    assert list(wider(name)) == found


def wider_of(*texts, layer="challenge"):
    linked = link([Surface(layer=layer, text=text) for text in texts])
    named = {concept.concept_id: concept for concept in linked.concepts}
    return named[linked.ids[0]].wider, linked.ids[1:]


def test_a_concept_knows_the_wider_one_of_the_registry():
    wide, (known,) = wider_of("Fachkräftemangel in pädagogischen Berufen", "Fachkräftemangel")
    assert wide == known


def test_a_wider_concept_that_no_text_names_is_none():
    assert wider_of("Fachkräftemangel in pädagogischen Berufen", "Rezession")[0] == ""


def test_a_wider_concept_that_no_text_names_does_not_break_the_chain():
    names = {
        "Fahrverbot": "",
        "Fahrverbot für Lastwagen": "Fahrverbot",
        "Nachtruhe": "Fahrverbot für Lastwagen",
    }
    ids = {name: f"instrument-{at}" for at, name in enumerate(names)} | {"": ""}
    known = [ConceptEntry(id=ids[name], layer="instrument", label=name, parent=ids[over])
             for name, over in names.items()]  # fmt: skip
    said = [Surface(layer="instrument", text=text) for text in ("Nachtruhe", "Fahrverbot")]
    linked = link(said, registry=Registry(concept=tuple(known)))
    assert {one.label: one.wider for one in linked.concepts} == {
        "Nachtruhe": ids["Fahrverbot"],
        "Fahrverbot": "",
    }


def test_the_head_decides():
    assert wider_of("Ausnahmen vom Mindestlohn", "Mindestlohn", layer="instrument")[0] == ""


def test_actors_have_none():
    assert wider_of("Bundesregierung in Berlin", "Bundesregierung", layer="actor")[0] == ""
