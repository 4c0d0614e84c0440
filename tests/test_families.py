"""Wider concepts are counted with their kinds."""

import pytest

from pipeline.reporting.families import families
from pipeline.tracking import counts
from tests.builders_tables import WIDER, build, concept_id, write_wider

KIND, WIDE = (concept_id(label) for label in next(iter(WIDER.items())))


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return build(tmp_path_factory.mktemp("tables"), documents=2, sentences=40)


def test_a_sentence_that_names_several_of_them_counts_once(tables):
    with counts.connect(tables, names=("mentions", "documents")) as base:
        (n,) = base.execute(
            "select count(distinct sentence_id) from mentions join documents using (document_id) "
            "where documents.period_published = 'bt20' and list_contains(?, concept_id)",
            [[WIDE, KIND]],
        ).fetchall()[0]
    found = families(tables)[WIDE, "bt20"]
    assert (found.n, found.narrower, found.n_narrower) == (n, tuple(WIDER), 1)


def test_a_concept_without_kinds_is_no_family(tables):
    assert {wide for wide, _ in families(tables)} == {WIDE}


def test_kinds_of_kinds_belong_to_it_and_a_circle_ends(tmp_path):
    tables = build(tmp_path, documents=1, sentences=40)
    a, b, c = (concept_id(label) for label in ("Landflucht", "Klimawandel", "Kinderarmut"))
    write_wider(tables, {a: b, b: c})
    found = {wide: family for (wide, period), family in families(tables).items() if period == "bt20"}
    assert found[c].n_narrower == 2 and found[b].narrower == ("Landflucht",)
    write_wider(tables, {a: b, b: a})
    assert {wide for wide, _ in families(tables)} == {a, b}
