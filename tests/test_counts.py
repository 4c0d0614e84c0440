from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest

from pipeline.schema import TABLES
from pipeline.tables import conform, to_arrow, write_table
from pipeline.tracking import counts
from pipeline.tracking.counts import COLUMNS, MEASURES
from tests.builders_tables import build


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Every mention stands twice in its sentence, but the first section of a document has none."""
    folder = build(tmp_path_factory.mktemp("tables"), documents=3, sentences=40)
    mentions = pq.read_table(folder / "mentions.parquet").to_pylist()
    silent = [one for one in mentions if one["document_id"] != "d-bt19-001" or one["sentence_number"] >= 10]
    again = [one | {"mention_id": f"{one['mention_id']}-again"} for one in silent]
    write_table(folder, "mentions", conform(TABLES["mentions"], to_arrow(TABLES["mentions"], silent + again)))
    with counts.connect(folder) as base:
        corpus = counts.prepare(base)
        yield base, corpus


def test_documents_and_periods_are_numbered_in_order(base):
    _, corpus = base
    assert list(corpus.document_ids) == sorted(corpus.document_ids)
    assert corpus.periods == ("bt18", "bt19", "bt20", "bt21")
    assert (corpus.parliaments, corpus.numbers.tolist()) == (("bt",) * 4, [18, 19, 20, 21])
    assert corpus.failed.sum() == 1
    assert (corpus.weights == 1).all()  # as nothing is stated


def test_top_level_sections_divide_documents(base):
    _, corpus = base
    per_document = np.bincount(corpus.atom_document)
    assert set(per_document.tolist()) <= {4, 5}  # four chapters; one document has a contact block beside


def test_what_is_divided_by_adds_up(base):
    connection, _ = base
    sums = counts.count_base(connection, "published").amounts.sum(0)
    assert dict(zip(COLUMNS, sums.tolist(), strict=True)) == dict.fromkeys(COLUMNS, 940) | {"sentences": 480}


COUNTED = {  # layers of the items of each unit
    "theme": {"theme"}, "user_theme": set(), "layer": {"challenge", "instrument", "actor"},
    "concept": {"challenge", "instrument"}, "status": {"challenge", "instrument"},
    "kind": {"instrument"}, "actor": {"actor"}, "actor_kind": {"actor"},
}  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
def test_items_add_up_to_what_they_are_divided_by(base, measure):
    connection, _ = base
    facts = counts.count_items(connection, "published", measure, counts.number_items(connection)[measure[0]])
    unit, of = measure
    each = 480 if unit == "theme" else 470 if of == "sentences" else 940  # a sentence counts once
    assert set(facts.layers) == COUNTED[unit]
    assert facts.n.sum() == len(COUNTED[unit]) * each
    assert (np.diff(facts.item) >= 0).all()
    assert len(set(facts.item.tolist())) == len(facts.items)
    assert len(facts.layers) == len(facts.items) == len(facts.columns)


def test_rows_can_be_narrowed(base):
    connection, corpus = base
    facts = counts.count_items(
        connection, "published", ("theme", "sentences"), counts.number_items(connection)["theme"]
    )
    first = counts.within(facts, corpus.atom_document[facts.atom] == 1)
    assert first.n.sum() == 40
    assert first.items == facts.items


def test_rows_of_items_are_found_in_an_ordered_column():
    column = counts.small([0, 0, 2, 2, 3, 4])
    assert counts.rows_of(column, np.array([1, 2, 3])) == slice(2, 5)


DEPTHS = [
    ([["A"], ["B"], ["C"], ["D"], ["E"]], 5, "the first level divides often enough"),
    ([[part, n] for part in "ABCDE" for n in "12"], 5, "no deeper level than needed"),
    ([[part, n] for part in "ABCD" for n in "12"], 8, "a level below five"),
    ([["Titel", str(n)] for n in range(6)], 6, "a title over all does not count"),
    ([["A", "1", n] for n in "1234"], 4, "the level that divides most if none does so often enough"),
    ([[]] * 60, 3, "without headings every 25 passages are a section"),
    ([["A"]] * 30, 1, "one heading is one section"),
]


@pytest.mark.parametrize(("paths", "sections", "why"), DEPTHS, ids=[why for *_, why in DEPTHS])
def test_sections_follow_the_headings(tmp_path, paths, sections, why):
    build(tmp_path, documents=1, sentences=5, periods=("bt20",))
    passages = pq.read_table(tmp_path / "passages.parquet").to_pylist()
    rows = [
        {**passages[0], "passage_id": f"p{n}", "number": n, "heading_path": path}
        for n, path in enumerate(paths)
    ]
    write_table(tmp_path, "passages", conform(TABLES["passages"], to_arrow(TABLES["passages"], rows)))
    with counts.connect(tmp_path) as base:
        assert len(counts.prepare(base).atom_document) == sections


def test_an_issuer_is_the_same_however_it_is_written():
    written = (
        "SPD",
        "CDU; SPD",
        "Sozialdemokratische Partei Deutschlands (SPD)",
        "SPD; CDU",
        "SPD (AT)",
        "",
        "Kneipp",
        "Fraktion SPD",
    )
    issued = [*((issuer, "bt") for issuer in written), ("Fraktion SPD", "by")]
    one, joint, again, turned, abroad, none, unknown, group, elsewhere = counts._speakers(issued)
    assert one == again and joint == turned
    assert len({one, joint, abroad, none, unknown, group, elsewhere}) == 7
    assert none == ""
