"""SQL on tables: reading only."""

import pytest

from pipeline.errors import InputError, QueryError
from pipeline.query import query
from pipeline.schema import TABLES
from pipeline.tables import write_duckdb, writing

CONCEPT = {
    "concept_id": "c1",
    "layer": "challenge",
    "label": "Fachkräftemangel",
    "theme": "labour",
    "aliases": ["Mangel an Fachkräften"],
    "n_mentions": 3,
    "first_period": "bt18",
    "last_period": "bt20",
    "wikidata": None,
    "verified": False,
}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    with writing(folder / "tables", TABLES) as writers:
        writers["concepts"].add([CONCEPT])
    write_duckdb(folder / "tables", folder / "politikspur.duckdb")
    return folder


def test_a_question_is_answered(out):
    assert query(out, "select label, aliases[1] as alias from concepts").to_pylist() == [
        {"label": "Fachkräftemangel", "alias": "Mangel an Fachkräften"}
    ]


def test_the_views_can_be_read(out):
    for view in ("v_mentions", "v_instruments_by_period", "v_evidence"):
        assert query(out, f"select * from {view}").num_rows == 0


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select * from mention", "did you mean mentions"),
        ("select lable from concepts", "did you mean label"),
        ("selekt 1", "syntax"),
        ("select * from xyzzyq", "tables are documents"),
        ("", "empty"),
    ],
)
def test_a_wrong_question_names_what_was_meant(out, sql, says):
    with pytest.raises(QueryError, match=f"(?i){says}"):
        query(out, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into concepts select * from concepts",
        "create table x as select 1",
        "drop table concepts",
        "copy concepts to '/tmp/politikspur-leak.csv'",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from read_text('/etc/passwd')",
        "attach '/tmp/politikspur-other.db'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "export database '/tmp/politikspur-leak'",
        "select * from glob('/etc/*')",
        "pragma database_list; copy (select 1) to '/tmp/politikspur-leak.csv'",
    ],
)
def test_sql_can_do_nothing_but_read_the_tables(out, sql):
    with pytest.raises(QueryError):
        query(out, sql)


def test_an_output_folder_without_tables_is_named(tmp_path):
    with pytest.raises(InputError, match="politikspur run"):
        query(tmp_path, "select 1")
