"""References: BibTeX read by bibtexparser, CSL as its schema has it."""

import datetime as dt
import json

import bibtexparser
import pytest

from pipeline import outputs
from pipeline.exports import export


def test_bibtex(probe, tmp_path):
    (path,) = export(probe, "bibtex", tmp_path)
    library = bibtexparser.parse_string(path.read_text(encoding="utf-8"))
    assert not library.failed_blocks
    assert [e.key for e in library.entries] == [r["document_id"] for r in outputs.rows(probe, "documents")]
    titles = [entry.fields_dict["title"].value for entry in library.entries]
    assert all(title[:1] + title[-1:] == "{}" for title in titles), "styles would write »bundesregierung«"


def test_csl(probe, tmp_path):
    (path,) = export(probe, "csl", tmp_path)
    items = {item["id"]: item for item in json.loads(path.read_text(encoding="utf-8"))}
    for row in outputs.rows(probe, "documents"):
        item = items[row["document_id"]]
        assert item["title"] == (row["title"] or row["path"])
        day = row["published"]
        expected = [[day.year, day.month, day.day]] if day else None
        assert item.get("issued", {}).get("date-parts") == expected


@pytest.mark.parametrize(
    ("precision", "parts"), [("day", [2021, 11, 24]), ("month", [2021, 11]), ("year", [2021]), ("none", [])]
)
def test_a_date_is_told_as_exactly_as_it_is_known(precision, parts):
    from pipeline.exports.bibliography import _known

    assert _known({"published": dt.date(2021, 11, 24), "published_precision": precision}) == parts
