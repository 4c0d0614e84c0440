"""What the history of concepts says of entries that people write, and whose word is whose."""

import numpy as np
import pytest
from msgspec.structs import replace

from pipeline.homes import Surface
from pipeline.knowledge.meaning import Judge
from pipeline.knowledge.registry import ConceptEntry, Registry, dump_registry, fingerprint, load_registry
from pipeline.link import link

SHIPPED = load_registry()


def edited(registry, *entries):
    """The registry after a person has added these entries to the file of a folder."""
    own = registry.own | {entry.id for entry in entries}
    kept = [one for one in registry.concept if one.id not in own]
    gone = tuple(one for one in registry.concept if one.id in own)
    return replace(registry, concept=(*kept, *entries), own=own, replaced=gone)


def said(*texts, layer):
    return [Surface(layer=layer, text=text) for text in texts]


@pytest.mark.parametrize(
    ("entry", "shipped"),
    [
        (
            ConceptEntry(id="actor-gewerbe", layer="actor", label="Gewerbe", aliases=("Unternehmen",)),
            "actor-unternehmen",
        ),
        (
            ConceptEntry(
                id="instrument-lohnregel", layer="instrument", label="Lohnregel", aliases=("Mindestlohn",)
            ),
            "instrument-mindestlohn",
        ),
    ],
)
def test_an_entry_in_place_of_a_shipped_concept_is_a_merge(entry, shipped):
    given = said(*entry.aliases, layer=entry.layer)
    first = link(given)
    assert (first.ids, first.events) == ((shipped,), ())
    second = link(given, registry=edited(first.registry, entry))
    assert (second.ids, second.events) == ((entry.id,), (f"merge {shipped} {entry.id}",))
    assert link(given, registry=second.registry).events == ()
    back = link(given, registry=replace(SHIPPED, history=second.registry.history))
    assert (back.ids, back.events) == ((shipped,), (f"split {shipped} {entry.id}",))
    assert link(given, registry=back.registry).events == ()


def test_a_shipped_concept_that_keeps_a_name_is_not_merged():
    entry = ConceptEntry(id="actor-gewerbe", layer="actor", label="Gewerbe", aliases=("Unternehmen",))
    given = said("Unternehmen", "Firmen", layer="actor")
    found = link(given, registry=edited(SHIPPED, entry))
    assert (found.ids, found.events) == (("actor-gewerbe", "actor-unternehmen"), ())
    fewer = link(given[:1], registry=found.registry)
    assert fewer.events == ("merge actor-unternehmen actor-gewerbe",)
    assert link(given, registry=fewer.registry).events == ("split actor-unternehmen actor-gewerbe",)


def test_an_entry_with_the_id_of_a_shipped_concept_takes_its_place_and_names_of_others():
    entry = ConceptEntry(id="instrument-mindestlohn", layer="instrument", label="Lohnuntergrenze")
    taking = replace(entry, aliases=("Mindestlohn", "Schuldenbremse"))
    given = said("Mindestlohn", "Schuldenbremse", layer="instrument")
    found = link(given, registry=edited(SHIPPED, taking))
    assert set(found.ids) == {entry.id}
    assert found.events == (f"merge instrument-schuldenbremse {entry.id}",)


def test_what_is_merged_by_meaning_is_not_said_by_people(tmp_path):
    path = tmp_path / "c.toml"
    judge = Judge(lambda texts: np.array([[float("Ruder" in text)] for text in texts]), 0.9)
    given = said("Ruderclubfibel", "Fibel der Rudervereine", layer="instrument")
    path.write_bytes(dump_registry(link(given, registry=Registry(), judge=judge).registry))
    assert load_registry(path).own and fingerprint(path, grows=True) == ""
