from __future__ import annotations

import numpy as np
import pytest

from pipeline.tracking import counts
from pipeline.tracking.counts import COLUMNS, MEASURES
from tests.builders_tables import build


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    with counts.connect(build(tmp_path_factory.mktemp("tables"), documents=3, sentences=40)) as base:
        corpus = counts.prepare(base)
        yield base, corpus


def test_documents_and_periods_are_numbered_in_order(base):
    _, corpus = base
    assert list(corpus.document_ids) == sorted(corpus.document_ids)
    assert corpus.periods == ("bt18", "bt19", "bt20", "bt21")
    assert corpus.failed.sum() == 1


def test_top_level_sections_divide_documents(base):
    _, corpus = base
    per_document = np.bincount(corpus.atom_document)
    assert set(per_document.tolist()) <= {4, 5}  # four chapters; one document has a contact block beside


def test_what_is_divided_by_adds_up(base):
    connection, _ = base
    sums = counts.count_base(connection, "published").amounts.sum(0)
    assert dict(zip(COLUMNS, sums.tolist(), strict=True)) == dict.fromkeys(COLUMNS, 480.0)


@pytest.mark.parametrize("measure", MEASURES)
def test_items_add_up_to_what_they_are_divided_by(base, measure):
    connection, _ = base
    facts = counts.count_items(connection, "published", measure, counts.number_items(connection)[measure[0]])
    expected = {"concept": 960, "status": 960, "layer": 1440, "user_theme": 0}
    assert facts.n.sum() == expected.get(measure[0], 480)
    assert (np.diff(facts.item) >= 0).all()
    assert len(facts.layers) == len(facts.items) == len(facts.columns)


def test_rows_can_be_narrowed(base):
    connection, corpus = base
    facts = counts.count_items(
        connection, "published", ("theme", "sentences"), counts.number_items(connection)["theme"]
    )
    first = counts.within(facts, corpus.atom_document[facts.atom] == 1)
    assert first.n.sum() == 40
    assert first.items == facts.items


DEPTHS = [
    ([["A"], ["B"], ["C"], ["D"], ["E"]], 5, "the first level divides often enough"),
    ([["Titel", str(n)] for n in range(6)], 6, "a title over all does not count"),
    ([[]] * 60, 3, "without headings every 25 passages are a section"),
    ([["A"]] * 30, 1, "one heading is one section"),
]


@pytest.mark.parametrize(("paths", "sections", "why"), DEPTHS, ids=[why for *_, why in DEPTHS])
def test_sections_follow_the_headings(tmp_path, paths, sections, why):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipeline.schema import TABLES
    from pipeline.tables import arrow_schema

    build(tmp_path, documents=1, sentences=5, periods=("bt20",))
    passages = pq.read_table(tmp_path / "passages.parquet").to_pylist()
    rows = [
        {**passages[0], "passage_id": f"p{n}", "number": n, "heading_path": path}
        for n, path in enumerate(paths)
    ]
    pq.write_table(
        pa.Table.from_pylist(rows, schema=arrow_schema(TABLES["passages"])), tmp_path / "passages.parquet"
    )
    with counts.connect(tmp_path) as base:
        assert len(counts.prepare(base).atom_document) == sections
