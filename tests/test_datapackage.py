"""The Data Package validates, and finds what is wrong."""

import csv

import frictionless
import pytest

from pipeline import outputs
from pipeline.exports import export
from pipeline.schema import TABLES


@pytest.fixture
def out(formulas):
    return formulas


def test_the_data_package_validates(out, tmp_path):
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
    export(out, "csv", tmp_path)
    with (tmp_path / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = value
    with (tmp_path / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=rows[0])
        writer.writeheader()
        writer.writerows(rows)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert error in {kind for (kind,) in report.flatten(["type"])}
