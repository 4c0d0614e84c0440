"""Answers as text and files."""

import datetime as dt
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.asking.answers import formatted, save
from pipeline.errors import QueryError

TABLE = pa.table(
    {
        "label": ["Fach|kräfte\nmangel", "=1+1", None],
        "n": [3, -4, None],
        "sum": pa.array([Decimal("7"), Decimal("1.50"), None], pa.decimal128(20, 2)),
        "day": [dt.date(2021, 10, 26), None, None],
        "aliases": [["a", "b"], [], None],
    }
)


def test_json_keeps_types():
    first, second, last = json.loads(formatted(TABLE, "json"))
    assert first == {
        "label": "Fach|kräfte\nmangel",
        "n": 3,
        "sum": 7,
        "day": "2021-10-26",
        "aliases": ["a", "b"],
    }
    assert second["sum"] == 1.5
    assert set(last.values()) == {None}


def test_csv_neutralises_text_that_a_spreadsheet_would_calculate_but_no_number():
    lines = formatted(TABLE, "csv").splitlines()
    assert lines[0] == "label,n,sum,day,aliases"
    assert lines[-2:] == ["'=1+1,-4,1.5,,", ",,,,"]


def test_csv_for_excel_in_germany_has_semicolons_and_decimal_commas():
    text = formatted(TABLE, "excel-csv")
    assert text.startswith("\ufefflabel;n;sum;day;aliases\r\n")
    assert text.splitlines()[-2:] == ["'=1+1;-4;1,5;;", ";;;;"]
    assert '|kräfte\nmangel";3;7;2021-10-26;a | b\r\n' in text


def test_markdown_escapes_bars_and_line_ends():
    assert "| Fach\\|kräfte mangel | 3 | 7 |" in formatted(TABLE, "markdown")


def test_a_table_is_aligned_and_one_line_a_row():
    lines = formatted(TABLE, "table").splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("label") and lines[2].startswith("=1+1")


def test_an_empty_answer_has_its_heading():
    empty = TABLE.slice(0, 0)
    assert formatted(empty, "csv") == "label,n,sum,day,aliases\n"
    assert formatted(empty, "json") == "[]\n"
    assert formatted(empty, "table").split() == TABLE.column_names


def test_columns_may_have_one_name():
    twice = pa.table([pa.array([1]), pa.array([2])], names=["n", "n"])
    assert formatted(twice, "csv") == "n,n\n1,2\n"


@pytest.mark.parametrize("ending", [".csv", ".json", ".md", ".parquet", ".txt"])
def test_the_ending_of_a_file_decides(tmp_path, ending):
    save(TABLE, tmp_path / f"a{ending}")
    assert (tmp_path / f"a{ending}").stat().st_size
    assert not list(tmp_path.glob("*tmp*"))


def test_parquet_keeps_the_table(tmp_path):
    save(TABLE, tmp_path / "a.bin", "parquet")
    assert pq.read_table(tmp_path / "a.bin").equals(TABLE)


@pytest.mark.parametrize("form", ["xml", "parquet"])
def test_an_unknown_form_is_told(form):
    with pytest.raises(QueryError):
        formatted(TABLE, form)


def test_an_unknown_ending_is_told(tmp_path):
    with pytest.raises(QueryError, match=r"the ending '\.xyz' is unknown"):
        save(TABLE, tmp_path / "a.xyz")


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0.123456, "0.1235"), (500e9, "500000000000"), (0.0, "0"), (1e-7, "1e-07"), (2.5, "2.5")],
)
def test_numbers_on_the_screen_are_short(number, shown):
    assert formatted(pa.table({"n": [number]}), "table").split() == ["n", shown]


def test_amounts_are_no_dates_for_excel_in_germany():
    found = pa.table({"kind": ["share", "law"], "value": ["2.5", "§ 2.5"], "text": ["2.5", "2.5"]})
    assert formatted(found, "excel-csv").splitlines()[1:] == ["share;2,5;2.5", "law;§ 2.5;2.5"]
