"""Wider concepts are counted with those below them."""

import pytest

from pipeline.knowledge.registry import ConceptEntry
from pipeline.reporting.families import below, families
from pipeline.tracking import counts
from tests.builders_tables import build, concept_id

WIDE, NARROW, DEEP = (concept_id(label) for label in ("Klimawandel", "Artensterben", "Landflucht"))


def entry(concept, parent=""):
    return ConceptEntry(id=concept, layer="challenge", label=concept, parent=parent)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return build(tmp_path_factory.mktemp("tables"), documents=2, sentences=40)


def test_concepts_below_are_found_at_any_depth():
    found = below([entry("c"), entry("b", "c"), entry("a", "b"), entry("d")])
    assert found == {"b": ("a",), "c": ("a", "b")}
    assert below([entry("a", "b"), entry("b", "a")]) == {"a": ("b",), "b": ("a",)}


def test_a_sentence_that_names_several_of_them_counts_once(tables):
    found = families(tables, {WIDE: (NARROW, DEEP)})
    with counts.connect(tables, names=("mentions", "documents")) as base:
        (n,) = base.execute(
            "select count(distinct sentence_id) from mentions join documents using (document_id) "
            "where documents.period_published = 'bt20' and list_contains(?, concept_id)",
            [[WIDE, NARROW, DEEP]],
        ).fetchall()[0]
    assert found[WIDE, "bt20"].n == n
    assert found[WIDE, "bt20"].narrower == ("Artensterben", "Landflucht")


def test_a_wider_concept_alone_is_no_family(tables):
    assert families(tables, {WIDE: ("challenge-unnamed",)}) == families(tables, {}) == {}
