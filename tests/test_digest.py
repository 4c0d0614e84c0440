from __future__ import annotations

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.errors import InputError
from pipeline.reporting.digest import CHANGES, digest
from pipeline.schema.labels import LAYERS
from pipeline.tables import write_table
from pipeline.track import track
from pipeline.tracking import counts
from tests.builders_tables import build, finished, quick, rewrite


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return digest(finished(tmp_path_factory.mktemp("out"), documents=4, sentences=40) / "tables")


def test_coverage_counts_every_document_once(found):
    assert [(row.period_id, row.documents, row.failed) for row in found.cover] == [
        ("bt18", 5, 1), ("bt19", 4, 0), ("bt20", 4, 0), ("bt21", 4, 0),
    ]  # fmt: skip
    assert sum(row.sentences for row in found.cover) == 640
    assert sum(n for *_, n in found.kinds) == 16  # without the one that was not read


def test_concepts_say_how_many_documents_name_them(found):
    known = {(share.label, share.period_id): share for share in found.shares}
    assert known["Wohnungsnot", "bt21"].n_naming == 4
    assert all(1 <= share.n_naming <= 4 for share in found.shares if share.unit in ("concept", "actor"))
    assert {share.n_naming for share in found.shares if share.unit == "theme"} == {None}


def weighed(folder, *weights):
    """Return the digest of tables whose first documents of the 21st Wahlperiode have these weights."""
    tables = build(folder / "tables", documents=4, sentences=40, periods=("bt20", "bt21"))
    for number, weight in enumerate(weights):
        rewrite(tables, "documents", f"d-bt21-{number:03d}", {"weight": weight})
    for name, made in track(tables, quick(weights="manifest")):
        write_table(tables, name, made)
    return digest(tables)


@pytest.mark.parametrize(("weights", "documents"), [((0.0,), 3), ((0.0,) * 4, 4)])
def test_documents_without_weight_are_not_among_those_that_name_a_concept(tmp_path, weights, documents):
    shares = [one for one in weighed(tmp_path, *weights).shares if one.n_naming and one.period_id == "bt21"]
    assert {one.n_documents for one in shares} == {documents}
    assert max(one.n_naming for one in shares) == documents


def test_concepts_are_chosen_by_their_weighted_shares(tmp_path):
    shares = [one for one in weighed(tmp_path, 1000.0).shares if one.period_id == "bt21" and one.layer]
    with counts.connect(tmp_path / "tables", names=("trends", "concepts")) as base:
        rows = counts.records(base, """
            select item, c.layer, share from trends join concepts c on c.concept_id = item
            where period_id = 'bt21' and basis = 'published' and slice = 'all' and n > 1
              and denominator_unit = 'sentences' and not c.is_generic""")  # fmt: skip
    assert all(one.weighted for one in shares)
    for layer in LAYERS:
        kept = {one.item: one.share for one in shares if one.layer == layer and one.n > 1}
        left = [row["share"] for row in rows if row["layer"] == layer and row["item"] not in kept]
        assert min(kept.values()) >= max(left, default=0.0)
        assert len({round(share, 3) for share in kept.values()}) > 1


def test_failures_carry_their_reasons(found):
    assert [(row.path, row.status) for row in found.failures] == [("verschluesselt.pdf", "failed")]


def test_shares_are_those_of_the_whole_corpus_by_publication(found):
    keys = [(share.unit, share.item, share.period_id) for share in found.shares]
    assert len(keys) == len(set(keys))
    rent = next(share for share in found.shares if share.label == "Mietpreisbremse")
    assert (rent.unit, rent.layer, rent.denominator) == ("concept", "instrument", 160)


def test_themes_by_period_addressed_are_shown_where_many_sentences_have_no_period_of_publication(
    found, tmp_path
):
    assert not found.addressed
    path = finished(tmp_path, documents=4, sentences=40) / "tables" / "documents.parquet"
    known = parquet.read_table(path)
    undated = [row | {"period_published": None} for row in known.to_pylist()]
    parquet.write_table(pa.Table.from_pylist(undated, schema=known.schema), path)
    shares = digest(path.parent).addressed
    assert {share.unit for share in shares} == {"theme"}
    assert list(dict.fromkeys(share.period_id for share in shares)) == ["bt18", "bt19", "bt20", "bt21"]


def test_quotes_are_the_words_of_the_sentence(found):
    for story in found.stories:
        for chapter in story.chapters:
            assert len(chapter.quotes) == 2
            for quote in chapter.quotes:
                assert quote.words == story.label
                assert quote.page in (1, 2)


def life(concept, *statuses):
    """Return rows of `lineage`: the status of each period from the 18th on, and the sentences behind it."""
    return [
        {
            "concept_id": concept, "label": concept, "period_id": f"bt{18 + at}", "state": "continued",
            "at_start": False,
            "status": status, "n_sentences": 2, "n_documents": 1, "is_attested": True,
            "n_status_sentences": n, "is_status_attested": n > 1, "actors": [], "evidence": [],
        }
        for at, (status, n) in enumerate(statuses)
    ]  # fmt: skip


def write_lives(tables, rows):
    schema = parquet.read_schema(tables / "lineage.parquet")
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), tables / "lineage.parquet")


def test_steps_that_too_few_sentences_show_are_left_out(tmp_path):
    tables = finished(tmp_path, documents=2, sentences=30) / "tables"
    known = parquet.read_table(tables / "concepts.parquet").to_pylist()
    instrument = next(row["concept_id"] for row in known if row["layer"] == "instrument")
    first, second = life(instrument, ("planned", 2), ("planned", 1))
    write_lives(tables, [first | {"is_attested": False}, second])
    found = digest(tables)
    assert [chapter.period_id for story in found.stories for chapter in story.chapters] == ["bt19"]
    assert [strip.period_id for strip in found.strips] == ["bt19"]
    write_lives(tables, [first | {"is_attested": False}])
    assert not digest(tables).stories


def test_lives_with_statuses_that_several_sentences_show_come_first(tmp_path):
    tables = finished(tmp_path, documents=2, sentences=30) / "tables"
    known = parquet.read_table(tables / "concepts.parquet").to_pylist()
    told, single = [row["concept_id"] for row in known if row["layer"] == "instrument"][:2]
    rows = [
        *life(single, ("demanded", 1), ("planned", 1), ("existing", 1), ("rejected", 1)),
        *life(told, ("demanded", 1), ("planned", 2), ("existing", 3)),
    ]
    write_lives(tables, rows)
    first, second = digest(tables).stories
    assert (first.concept_id, second.concept_id) == (told, single)
    assert [chapter.is_status_attested for chapter in first.chapters] == [False, True, True]


def test_the_latest_run_is_read(found):
    assert found.run["hashes"] == {"tagger": "abc123"}


def test_quotes_never_come_from_contact_blocks(tmp_path):
    import pyarrow.parquet as pq

    tables = finished(tmp_path, documents=2, sentences=30, periods=("bt20", "bt21")) / "tables"
    passages = pq.read_table(tables / "passages.parquet")
    contact = passages.set_column(
        passages.column_names.index("role"), "role", [["contact"] * passages.num_rows]
    )
    pq.write_table(contact, tables / "passages.parquet")
    assert not [q for story in digest(tables).stories for chapter in story.chapters for q in chapter.quotes]


def test_a_missing_table_is_an_input_error(tmp_path):
    with pytest.raises(InputError):
        digest(tmp_path)


@pytest.mark.parametrize("survives", [True, False])
def test_a_change_between_unlike_periods_comes_last_unless_it_survives_the_tests(tmp_path, survives):
    tables = finished(tmp_path, documents=4, sentences=40) / "tables"
    path = tables / "changes.parquet"
    rows = parquet.read_table(path)
    (flagged, *others) = [
        at
        for at, row in enumerate(rows.to_pylist())
        if (row["basis"], row["slice"], row["unit"]) == ("published", "all", "theme")
        and row["low"] is not None
    ]
    alike, q, clear = ([value] * rows.num_rows for value in (True, None, False))
    for at in others:
        q[at] = 0.5
    alike[flagged], q[flagged], clear[flagged] = False, 0.01 if survives else 0.4, survives
    for name, values in (("alike", alike), ("q", q), ("is_clear", clear)):
        at = rows.schema.get_field_index(name)
        rows = rows.set_column(at, rows.schema.field(name), pa.array(values, rows.schema.field(name).type))
    parquet.write_table(rows, path)
    found = digest(tables)
    assert len(others) >= CHANGES and found.least_q == q[flagged]
    assert found.changes[0].q == (0.01 if survives else 0.5)
