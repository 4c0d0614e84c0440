"""Exports are opened by the programs they are made for."""

import csv
import json
import sqlite3

import pytest

from pipeline import outputs
from pipeline.errors import InputError
from pipeline.exports import FORMS, export
from pipeline.plain import cell, guard, unguard
from pipeline.schema import TABLES
from tests.builders_outputs import make_output

EVIL = " =1+1"
FORMULAS = ("=HYPERLINK(1)", "+49 30", "-2+3", "@SUM(A1)", "\t=1", "'=1", "''@x")
TEXTS = ("Fachkräftemangel", "", "'s ist Zeit", "a=b", "Aus- und Weiterbildung", " =1")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return make_output(tmp_path_factory.mktemp("exports") / "out", hostile=EVIL)


def read_csv(path, **form):
    encoding = "utf-8-sig" if form else "utf-8"
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, **form))


@pytest.mark.parametrize("text", [*FORMULAS, *TEXTS])
def test_no_cell_is_a_formula_and_none_is_lost(text):
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguard(guard(text)) == text
    assert (guard(text) == text) == (text in TEXTS)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (None, {}, ""),
        (True, {}, "true"),
        (-0.5, {}, "-0.5"),
        (-0.5, {"decimal": ","}, "-0,5"),
        (["=a", "b"], {}, '["=a","b"]'),
        (["=a", "b"], {"joiner": " | "}, "'=a | b"),
        ([{"page": 1}], {"joiner": " | "}, '[{"page":1}]'),
    ],
)
def test_values_as_text(value, form, text):
    assert cell(value, **form) == text


@pytest.mark.parametrize("form", FORMS)
def test_every_export_writes_files_and_says_which(out, tmp_path, form):
    files = export(out, form, tmp_path / "to")
    assert files and all(path.is_file() and path.stat().st_size for path in files)
    assert {path for path in (tmp_path / "to").rglob("*") if path.is_file()} == set(files)


@pytest.mark.parametrize("form", sorted({*FORMS} - {"xlsx"}))
def test_every_export_is_the_same_twice(out, tmp_path, form):
    one, two = export(out, form, tmp_path / "a"), export(out, form, tmp_path / "b")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_an_unknown_format_and_an_unfinished_run_are_refused(out, tmp_path):
    with pytest.raises(InputError, match="choose csv"):
        export(out, "pdf", tmp_path)
    with pytest.raises(InputError, match="no finished run"):
        export(tmp_path, "csv", tmp_path / "to")


def test_a_folder_that_cannot_be_written_is_named(out, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        export(out, "csv", tmp_path / "file")


def test_csv_holds_every_row_and_value(out, tmp_path):
    export(out, "csv", tmp_path)
    for name in TABLES:
        rows = list(outputs.rows(out, name))
        found = read_csv(tmp_path / f"{name}.csv")
        assert [{k: cell(v) for k, v in row.items()} for row in rows] == found


def test_the_data_package_validates(out, tmp_path):
    import frictionless

    export(out, "csv", tmp_path)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])[:5]
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    assert {r.name for r in package.resources} == set(TABLES)
    rows = package.get_resource("mentions").read_rows()
    assert rows[0]["periods_addressed"] == next(outputs.rows(out, "mentions"))["periods_addressed"]


@pytest.mark.parametrize(
    ("table", "column", "value", "error"),
    [
        ("mentions", "layer", "challange", "constraint-error"),
        ("mentions", "concept_id", "c-fehlt", "foreign-key"),
        ("mentions", "score", "1.5", "constraint-error"),
        ("mentions", "char_start", "drei", "type-error"),
        ("documents", "document_id", "", "constraint-error"),
    ],
)
def test_the_data_package_finds_what_is_wrong(out, tmp_path, table, column, value, error):
    import frictionless

    export(out, "csv", tmp_path)
    rows = read_csv(tmp_path / f"{table}.csv")
    rows[0][column] = value
    with (tmp_path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=rows[0])
        writer.writeheader()
        writer.writerows(rows)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert error in {kind for (kind,) in report.flatten(["type"])}


def test_excel_in_germany_reads_its_csv(out, tmp_path):
    export(out, "excel-csv-comma", tmp_path)
    assert (tmp_path / "concepts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    found = read_csv(tmp_path / "mentions.csv", delimiter=";")
    assert (found[0]["score"], found[0]["named"]) == ("0,8", "true")
    export(out, "excel-csv", tmp_path)
    assert read_csv(tmp_path / "mentions.csv", delimiter=";")[0]["score"] == "0.8"


def test_excel_opens_the_workbook(out, tmp_path):
    from openpyxl import load_workbook

    (path,) = export(out, "xlsx", tmp_path)
    book = load_workbook(path)
    assert book.sheetnames == ["codebook", *TABLES]
    rows = list(book["documents"].values)
    assert list(rows[0]) == [column.name for column in TABLES["documents"].columns]
    assert len(rows) == 1 + outputs.count(out, "documents")
    published = rows[1][rows[0].index("published")]
    assert published.date() == next(outputs.rows(out, "documents"))["published"]
    cells = [one for sheet in book for line in sheet.iter_rows() for one in line]
    assert not [one for one in cells if one.data_type == "f"]


def test_large_tables_are_left_out_of_the_workbook_and_named(out, tmp_path, monkeypatch):
    from openpyxl import load_workbook

    monkeypatch.setattr("pipeline.exports.workbook.MAX_ROWS", 50)
    (path,) = export(out, "xlsx", tmp_path)
    book = load_workbook(path)
    assert "mentions" not in book.sheetnames
    told = [row[3] for row in book["codebook"].values if row[0] == "mentions" and not row[1]]
    assert "too large" in told[0]


def test_sqlite_has_keys_links_and_search(out, tmp_path):
    path, metadata = export(out, "sqlite", tmp_path)
    base = sqlite3.connect(path)
    assert base.execute("pragma foreign_key_check").fetchall() == []
    assert base.execute("pragma integrity_check").fetchone() == ("ok",)
    for name in TABLES:
        assert base.execute(f"select count(*) from {name}").fetchone()[0] == outputs.count(out, name)
    found = base.execute("select count(*) from sentences_fts where sentences_fts match 'Wohnungsnot'")
    asked = base.execute("select count(*) from sentences where text like '%Wohnungsnot%'")
    assert found.fetchone() == asked.fetchone() != (0,)
    with pytest.raises(sqlite3.IntegrityError):
        base.execute("update mentions set layer = 'thema'")
    assert json.loads(metadata.read_text())["databases"]["politikspur"]["tables"]["mentions"]["columns"][
        "text"
    ]
    base.close()


def test_the_codebook_names_every_column_and_label(out, tmp_path):
    from pipeline.schema import INSTRUMENT_KINDS, THEMES

    (path,) = export(out, "codebook", tmp_path)
    page = path.read_text(encoding="utf-8")
    for table in TABLES.values():
        assert f'id="{table.name}"' in page
        assert all(f">{column.name}</th>" in page for column in table.columns)
    assert all(f">{label}</th>" in page for label in (*INSTRUMENT_KINDS, *THEMES))
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
