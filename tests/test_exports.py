"""Every export has one shape."""

import json

import pytest
from openpyxl import load_workbook

from pipeline.errors import InputError
from pipeline.exports import BY_TABLE, FORMS, export


@pytest.fixture
def out(formulas):
    return formulas


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


@pytest.mark.parametrize("form", BY_TABLE)
def test_only_the_tables_asked_for_are_written(out, tmp_path, form):
    names = {path.name for path in export(out, form, tmp_path / "to", tables=["trends", "mentions"])}
    if form == "xlsx":
        sheets = load_workbook(tmp_path / "to" / "politikspur.xlsx", read_only=True).sheetnames
        assert sheets == ["codebook", "mentions", "trends"]
    else:
        assert names - {"datapackage.json"} == {"codebook.html", "mentions.csv", "trends.csv"}


def test_a_package_of_some_tables_links_to_no_other(out, tmp_path):
    export(out, "csv", tmp_path, tables=["mentions", "sentences"])
    found = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))["resources"]
    keys = {key["reference"]["resource"] for one in found for key in one["schema"]["foreignKeys"]}
    assert [one["name"] for one in found] == ["sentences", "mentions"] and keys == {"sentences"}


@pytest.mark.parametrize(
    ("form", "says"), [("csv", "'trend' is unknown; choose documents, .*trends"), ("xmi", "choose csv, ")]
)
def test_a_table_that_cannot_be_chosen_is_refused(out, tmp_path, form, says):
    with pytest.raises(InputError, match=says):
        export(out, form, tmp_path / "to", tables=["trend"])
    assert not (tmp_path / "to").exists()


def test_a_folder_that_cannot_be_written_is_named(out, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        export(out, "csv", tmp_path / "file")
