from __future__ import annotations

from pipeline.knowledge import taxonomy
from pipeline.schema.labels import KINDS, THEMES


def test_labels_are_those_of_the_taxonomies():
    assert {one.id for one in taxonomy.themes()} == set(THEMES)
    assert {one.id for one in taxonomy.instrument_kinds()} == set(KINDS["instrument"])
    assert {one.id for one in taxonomy.actor_kinds()} == set(KINDS["actor"])
