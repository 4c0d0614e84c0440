"""A package describes itself: tables, licences, methods, citation."""

import csv
import hashlib
import json

import frictionless
import msgspec
import pytest

from pipeline import cards, outputs
from pipeline.config import load_settings
from pipeline.errors import InputError
from pipeline.publishing.publish import Edition, _page, people, publish, settings_toml
from pipeline.schema import TABLES


@pytest.fixture
def whole(tmp_path, out):
    edition = Edition(title='Papiere "Handwerk": Teil 1', authors=("Ada Beispiel",), licence="CC-BY-4.0")
    publish(out, tmp_path / "package", edition)
    return tmp_path / "package"


def test_a_package_holds_what_a_reader_needs(whole):
    names = {str(path.relative_to(whole)) for path in whole.rglob("*") if path.is_file()} - {
        "MODEL_CARD.toml"
    }
    tables = {f"data/{name}.{form}" for name in TABLES for form in ("csv", "parquet")}
    notes = {
        "README.md",
        "METHODS.md",
        "CITATION.cff",
        "LICENCES.csv",
        "codebook.html",
        "run.json",
        "settings.toml",
    }
    assert names == tables | notes | {"datapackage.json"}
    assert "For 2 of 3 documents no licence is stated" in (whole / "README.md").read_text()
    assert json.loads((whole / "run.json").read_text())["hashes"] == {"model tagger": "abc"}
    rows = list(csv.DictReader((whole / "LICENCES.csv").open(encoding="utf-8")))
    assert {row["path"]: row["licence"] for row in rows}["lage.md"] == "CC-BY-4.0"


def test_the_settings_of_a_package_are_those_that_a_run_takes(tmp_path):
    used = load_settings(title='Meine "Papiere"')
    path = tmp_path / "settings.toml"
    path.write_text(settings_toml(msgspec.to_builtins(used)), "utf-8")
    assert load_settings(path) == used
    told = settings_toml({"read": {"ocr": False, "password": True}})
    assert told == "[read]\nocr = false\n"


@pytest.mark.parametrize(
    ("settings", "says", "not_said"),
    [
        ({}, "never means of documents", "likeness of meaning"),
        ({"link": {"model": "concepts"}}, "likeness of meaning\n(model `concepts`)", "weighted"),
        ({"track": {"weights": "document_type"}}, "each document type, with much", "never means"),
        ({"track": {"weights": "manifest"}}, "weight that its manifest states", "never means"),
    ],
)
def test_methods_say_what_the_settings_made(settings, says, not_said):
    n = dict.fromkeys(("pages", "sentences", "mentions"), 1)
    manifest = {"settings": settings, "failures": []}
    facts = dict.fromkeys(("run_key", "day", "version", "ocr", "lost", "corrections", "anchored"), 0)
    text = _page("METHODS.md", {**facts, "n": n, "manifest": manifest, "documents": []})
    assert says in text and not_said not in text


@pytest.mark.parametrize("name", ["whole", "bare"])
def test_a_package_validates(name, request):
    folder = request.getfixturevalue(name)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])[:5]


def test_the_citation_is_well_formed(whole):
    import yaml

    cited = yaml.safe_load((whole / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["title"] == 'Papiere "Handwerk": Teil 1'
    assert (cited["authors"], cited["license"]) == ([{"name": "Ada Beispiel"}], "CC-BY-4.0")
    assert {"cff-version", "message", "type", "version", "date-released"} <= set(cited)


def test_hashes_of_files_are_those_of_the_files(whole):
    package = json.loads((whole / "datapackage.json").read_text())
    for one in package["resources"]:
        content = (whole / one["path"]).read_bytes()
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert one["bytes"] == len(content)


def test_the_card_of_a_model_of_ones_own_travels_along(out, tmp_path, monkeypatch):
    (tmp_path / "tagger").mkdir()
    (tmp_path / "tagger" / cards.CARD).write_text('name = "mine"')
    monkeypatch.setattr(cards, "models_folder", lambda: tmp_path / "shipped")
    monkeypatch.chdir(tmp_path)
    publish(out, tmp_path / "package", Edition())
    assert (tmp_path / "package" / "MODEL_CARD.toml").read_text() == 'name = "mine"'


def test_a_folder_that_holds_something_is_left_alone(out, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="not an empty folder"):
        publish(out, tmp_path, Edition())
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_people_are_counted_once(out, monkeypatch):
    monkeypatch.setattr(outputs, "rows", lambda *_: iter([{"who": "Ada"}, {"who": "Bo"}, {"who": "Ada"}]))
    assert people(out) == 2
