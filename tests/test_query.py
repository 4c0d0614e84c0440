"""SQL on tables: reading only."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.errors import InputError, QueryError
from pipeline.query import PUBLISHED, connect, query, rows
from pipeline.schema import TABLES
from pipeline.tables import write_duckdb, writing

CONCEPT = {
    "concept_id": "c1",
    "layer": "challenge",
    "label": "Fachkräftemangel",
    "theme": "labour",
    "aliases": ["Mangel an Fachkräften"],
    "is_generic": False,
    "n_mentions": 3,
    "first_period": "bt18",
    "last_period": "bt20",
    "wikidata": None,
    "verified": False,
    "wider": None,
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


def test_the_views_can_be_read_and_say_what_they_hold(out):
    sql = "select view_name, comment from duckdb_views() where not internal order by view_name"
    found = query(out, sql).to_pylist()
    assert [row["view_name"] for row in found if row["comment"]] == [
        "v_evidence", "v_instruments_by_period", "v_made_by", "v_mentions"
    ]  # fmt: skip
    for row in found:
        assert query(out, f"select * from {row['view_name']}").num_rows == 0


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select * from mention", "did you mean mentions"),
        ("select mention.text from mentions", "did you mean mentions"),
        ("select lable from concepts", "did you mean label"),
        ("select lable from concepts GROUP BY lable", "did you mean label"),
        ("select * from mentions where period = 'bt18'", "did you mean period_published"),
        (
            "select * from (select label from concepts) where n_mentions > 5",
            "is a column of concepts: select it there",
        ),
        ("select x.n_mentions from (select label from concepts) x", "n_mentions is a column of concepts"),
        ("select label, n_mentions from concepts group by label", "any_value.n_mentions"),
        ("select label from concepts a, concepts b", "write the name of its table before it"),
        ("select * from concepts where concept_id = 20", "write text in quotes"),
        ("select date '01.06.2021' as day", "dates as '2021-06-30'"),
        ("selekt 1", "syntax"),
        ("select text, by from mentions order by text", 'write "by" in double quotes'),
        ("select text form mentions group by text", "tables are documents"),
        ("select * from xyzzyq", "tables are documents"),
        ("", "empty"),
        ("select 1; select 2", "2 questions"),
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
        "load json",
        "pragma database_list",
        "select path from duckdb_databases()",
        "select file from pragma_database_list",
        "select * from query /* */ ('select * from duckdb_' || 'databases()')",
        "from query_table('duckdb_' || 'databases')",
        "select value from DuckDB_Settings()",
        "select current_setting('temp_directory')",
        "select * from 'duckdb_databases'",
        r"select * from E'pg\x5fsettings'",
        "select (select count(*) from concepts, $$pg_settings$$)",
        "pivot duckdb_settings() on name using count(*)",
        "pivot (from duckdb_live_query_metrics()) on metric_name",
        "select json_serialize_plan('select current_setting(''temp_directory'')', optimize := true)",
        "from duckdb_extension_repositories()",
        "select * from " + "(select * from " * 400 + "range(1)" + ")" * 400,
    ],
)
def test_sql_can_do_nothing_but_read_the_tables(out, sql):
    with pytest.raises(QueryError):
        query(out, sql)


def test_questions_of_any_form_are_answered(out):
    for sql in (
        "describe concepts",
        "with a as (select 1) from a",
        "pivot concepts on layer using sum(n_mentions)",
    ):
        assert query(out, f"{sql};").num_rows


@pytest.mark.parametrize("words", ["query (Abfrage)", "duckdb_settings()", "pg_settings", "current_setting"])
def test_words_in_quotation_marks_are_no_names(out, words):
    sql = (
        f"with query as (select '{words}' as label from concepts) select label from query limit 1 -- {words}"
    )
    assert query(out, sql).to_pylist() == [{"label": words}]


def test_a_question_fills_no_disk(out):
    with connect(out) as base:
        ((limit,),) = base.execute("select current_setting('max_temp_directory_size')").fetchall()
    assert limit == "1.8 GiB"


def test_an_output_folder_without_tables_is_named(tmp_path):
    with pytest.raises(InputError, match="politikspur run"):
        query(tmp_path, "select 1")


def test_a_question_is_stopped_when_it_takes_too_long(out):
    endless = (
        "select count(*) from range(1000000000) a, range(1000000000) b where (a.range * b.range) % 7 = 3"
    )
    with pytest.raises(QueryError, match="longer than"):
        query(out, endless, seconds=0.2)


def test_rows_can_be_limited_and_values_given(out):
    assert query(out, "select * from range(100)", rows=7).num_rows == 7
    assert query(out, "select label from concepts where concept_id = ?", values=["c1"]).num_rows == 1


@pytest.mark.parametrize("marker", ['{"schema": 0}', '{"run_key": "of a run before versions were written"}'])
def test_tables_of_another_schema_are_refused_with_the_command_that_mends_it(tmp_path, out, marker):
    (tmp_path / "politikspur.duckdb").write_bytes((out / "politikspur.duckdb").read_bytes())
    (tmp_path / "run.json").write_text(marker)
    with pytest.raises(InputError, match="run `politikspur run CORPUS --out"):
        query(tmp_path, "select 1")


def test_tables_can_be_asked_while_a_run_writes_new_ones(tmp_path, out):
    (tmp_path / "politikspur.duckdb").write_bytes((out / "politikspur.duckdb").read_bytes())
    assert not (tmp_path / "run.json").exists()
    assert query(tmp_path, "select 1").num_rows == 1


def test_a_half_written_database_is_one_line(tmp_path):
    (tmp_path / "politikspur.duckdb").write_bytes(b"half")
    with pytest.raises(InputError, match="run `politikspur run` again"):
        query(tmp_path, "select 1")


def test_questions_of_several_threads_do_not_disturb_each_other(out):
    def ask(n):
        return rows(out, "select count(*) + ? as n from concepts", n)[0]["n"]

    with connect(out), ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [1 + n for n in range(8)]


@pytest.mark.parametrize(
    ("day", "precision", "shown"),
    [
        ("2021-01-01", "year", "2021"),
        ("2021-03-01", "month", "2021-03"),
        ("2021-03-01", "day", "2021-03-01"),
        (None, "none", ""),
    ],
)
def test_a_date_is_told_no_more_exactly_than_it_is_known(out, day, precision, shown):
    dated = "(select ?::date as published, ? as published_precision) d"
    assert rows(out, f"select {PUBLISHED} as shown from {dated}", day, precision) == [{"shown": shown}]


@pytest.mark.parametrize("end", [";", "; -- ;", ";;\n/* ö; */ -- c\n", " -- ;"])
def test_a_question_may_end_in_a_semicolon_and_comments(out, end):
    assert query(out, f"select ';ö' as a{end}", rows=5).to_pylist() == [{"a": ";ö"}]
