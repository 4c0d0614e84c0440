"""Tables follow their declaration, or are not written."""

import datetime

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.errors import TableError
from pipeline.schema import TABLES
from pipeline.schema.declare import Column, Table
from pipeline.tables import arrow_schema, check, stamp, to_arrow, verify, write_duckdb, write_table, writing

CITIES = Table(
    name="cities",
    about="For tests",
    key=("city",),
    order=("city",),
    columns=(
        Column(name="city"),
        Column(name="size", type="int", low=0),
        Column(name="share", type="float", low=0, high=1, null=True),
        Column(name="kind", allowed=("gross", "klein"), null=True),
        Column(name="founded", type="date", null=True),
    ),
)
DAY = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
RUN = {column.name: "{}" for column in TABLES["runs"].columns} | {"started": DAY, "finished": DAY}
ROW = {"city": "Köln", "size": 3, "share": 0.5, "kind": "gross", "founded": datetime.date(50, 1, 1)}


def test_rows_that_fit_become_a_table():
    assert to_arrow(CITIES, [ROW, {**ROW, "share": None, "kind": None}]).num_rows == 2
    assert to_arrow(CITIES, []).num_rows == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"city": None}, "empty values"),
        ({"size": -1}, "the least is 0"),
        ({"size": "drei"}, "int"),
        ({"share": 1.5}, "the most is 1"),
        ({"share": float("nan")}, "NaN"),
        ({"kind": "mittel"}, "mittel"),
        ({"founded": "früh"}, "."),
        ({"mayor": "x"}, "mayor"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change, says):
    with pytest.raises(TableError, match=says):
        to_arrow(CITIES, [{**ROW, **change}])


def test_a_missing_column_is_refused():
    with pytest.raises(TableError, match="size"):
        to_arrow(CITIES, [{k: v for k, v in ROW.items() if k != "size"}])


def test_checks_apply_to_tables_made_elsewhere():
    table = to_arrow(CITIES, [ROW])
    check(CITIES, table)


PERIOD = {
    "period_id": "bt20",
    "parliament": "bt",
    "number": 20,
    "first_day": datetime.date(2021, 10, 26),
    "last_day": None,
    "verified": True,
}


def test_many_rows_are_written_in_groups(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.tables.ROWS_PER_GROUP", 10)
    rows = [{**PERIOD, "period_id": f"bt{n:02}", "number": n} for n in range(1, 26)]
    with writing(tmp_path, ["periods"]) as writers:
        writers["periods"].add(rows[:7])
        writers["periods"].add(rows[7:])
    file = pq.ParquetFile(tmp_path / "periods.parquet")
    assert [file.metadata.row_group(i).num_rows for i in range(3)] == [10, 10, 5]
    assert file.read().column("period_id").to_pylist() == [row["period_id"] for row in rows]


def test_a_key_that_occurs_twice_is_found(tmp_path):
    with writing(tmp_path, ["periods"]) as writers:
        writers["periods"].add([PERIOD, PERIOD])
    with pytest.raises(TableError, match="more than once"):
        verify(tmp_path)


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    with writing(tmp_path, ["concepts", "names"]) as writers:
        name = dict.fromkeys(("concept_id", "name", "valid_from", "valid_to"), "x") | {
            "short": None,
            "successor": None,
        }
        writers["names"].add([name])
    with pytest.raises(TableError, match="does not exist"):
        verify(tmp_path)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_declaration_is_consistent(table):
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert {*table.key, *table.order, *table.links} <= set(names)
    assert all(column.about for column in table.columns)
    for target in table.links.values():
        other, column = target.split(".")
        assert column in {c.name for c in TABLES[other].columns}
        assert TABLES[other].key == (column,)
    assert arrow_schema(table).names == names


def test_every_table_can_be_created_in_duckdb():
    with duckdb.connect() as base:
        for table in TABLES.values():
            empty = to_arrow(table, [])  # noqa: F841 - DuckDB finds it by its name
            base.execute(f"create table {table.name} as select * from empty")


def test_tables_say_which_run_they_are_of(tmp_path):
    stamp(tmp_path, "a1b2")
    with writing(tmp_path, ["periods"]) as writers:
        writers["periods"].add([PERIOD])
    write_table(tmp_path, "names", to_arrow(TABLES["names"], []))
    for name in ("periods", "names"):
        assert pq.read_metadata(tmp_path / f"{name}.parquet").metadata[b"run_key"] == b"a1b2"


def test_a_view_says_which_run_made_which_table(tmp_path):
    stamp(tmp_path, "first")
    with writing(tmp_path, [name for name in TABLES if name not in ("trends", "runs")]):
        pass
    stamp(tmp_path, "again")
    with writing(tmp_path, ["trends", "runs"]) as writers:
        writers["runs"].add(RUN | {"run_key": key} for key in ("first", "again"))
    write_duckdb(tmp_path, tmp_path / "all.duckdb")
    with duckdb.connect(str(tmp_path / "all.duckdb")) as base:
        made = dict(base.execute("select table_name, run_key from v_made_by").fetchall())
    assert made.keys() == TABLES.keys()
    assert {name for name, key in made.items() if key == "again"} == {"trends", "runs"}
