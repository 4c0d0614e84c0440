"""Where a form belongs, and what a person without public office is not: a concept."""

import pytest

from pipeline.homes import Surface, is_private, occurrence, own_id
from pipeline.homes import home as home_of
from pipeline.knowledge.registry import index_of, load_registry


def test_a_form_belongs_to_the_registry_s_concept_and_keeps_the_id_of_its_key():
    index = index_of(load_registry())
    known, new = (
        home_of(Surface("challenge", text), index) for text in ("Mangel an Fachkräften", "Orgelbauermangel")
    )
    assert known.concept != known.own == own_id("challenge", known.key)
    assert new.concept == new.own == own_id("challenge", new.key)


def test_a_provision_is_called_by_its_law_and_an_abbreviation_by_its_long_form():
    index = index_of(load_registry())
    given = (
        Surface("instrument", "§ 3 MiLoG"),
        Surface("instrument", "HAF", long="Hafenausbaufonds", theme="transportation", count=2, counted=False),
    )
    one, other = (occurrence(surface, home_of(surface, index)) for surface in given)
    assert (one.name, one.form) == ("Mindestlohngesetz", "§ 3 MiLoG")
    assert other[1:] == ("Hafenausbaufonds", "HAF", "transportation", 2, False)


@pytest.mark.parametrize(
    ("text", "kind", "private"),
    [
        ("Frau Müller-Berg", "group", True),
        ("Sabine Kramer", "science", True),
        ("Prof. Dr. Hans Weber", "science", True),
        ("Sabine Kramer", "federal", False),
        ("Sabine Kramer", "parliament", False),
        ("Frauen", "group", False),
        ("Frau", "group", False),
        ("Max-Planck-Gesellschaft", "science", False),
        ("Hans-Peter Wolf", "group", True),
        ("Bundesverband der Energiewirtschaft", "association", False),
    ],
)
def test_private_persons_are_no_concepts(text, kind, private):
    assert is_private(Surface(layer="actor", text=text, kind=kind)) is private
