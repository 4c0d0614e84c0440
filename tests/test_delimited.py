"""CSV as programs and as Excel in Germany read it."""

import csv

import pytest

from pipeline import outputs
from pipeline.exports import export
from pipeline.plain import cell
from pipeline.schema import TABLES


@pytest.fixture
def out(formulas):
    return formulas


def read_csv(path, **form):
    encoding = "utf-8-sig" if form else "utf-8"
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, **form))


def test_csv_holds_every_row_and_value(out, tmp_path):
    export(out, "csv", tmp_path)
    for name in TABLES:
        rows = list(outputs.rows(out, name))
        found = read_csv(tmp_path / f"{name}.csv")
        assert [{k: cell(v) for k, v in row.items()} for row in rows] == found


@pytest.mark.parametrize("form", ["csv", "excel-csv", "excel-csv-point", "codebook"])
def test_every_csv_comes_with_the_meaning_of_its_columns(out, tmp_path, form):
    assert tmp_path / "codebook.html" in export(out, form, tmp_path)
    assert "coverage_warning" in (tmp_path / "codebook.html").read_text("utf-8")


def test_excel_in_germany_reads_its_csv(out, tmp_path):
    export(out, "excel-csv", tmp_path)
    assert (tmp_path / "concepts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    found = read_csv(tmp_path / "mentions.csv", delimiter=";")
    assert (found[0]["score"], found[0]["named"]) == ("0,8", "true")
    export(out, "excel-csv-point", tmp_path)
    assert read_csv(tmp_path / "mentions.csv", delimiter=";")[0]["score"] == "0.8"


def test_amounts_are_no_dates_for_excel_in_germany(out, tmp_path, monkeypatch):
    row = {column.name: None for column in TABLES["attributes"].columns}
    monkeypatch.setattr(outputs, "rows", lambda *_: iter([row | {"kind": "share", "value": "2.5"}]))
    for form, value in (("excel-csv", "2,5"), ("excel-csv-point", "2.5")):
        export(out, form, tmp_path, tables=["attributes"])
        assert read_csv(tmp_path / "attributes.csv", delimiter=";")[0]["value"] == value
