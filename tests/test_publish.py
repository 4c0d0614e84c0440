"""A package describes itself, keeps texts back where asked, and gets them back from the originals."""

import csv
import hashlib
import json
import shutil

import frictionless
import msgspec
import pytest

from pipeline import outputs, store
from pipeline.errors import InputError
from pipeline.publish import Edition, publish
from pipeline.rehydrate import rehydrate
from pipeline.schema import TABLES
from tests.builders_outputs import WORDS, make_read_output

LAGE = """# Lage im Handwerk

Der Fachkräftemangel bremst das Handwerk. Die Bundesregierung legt ein Förderprogramm über 5 Mio. Euro auf.

## =Formel

- Wir fordern eine Ausbildungsgarantie gegen den Fachkräftemangel.
- Der Investitionsstau bleibt ein Problem der Kommunen und der Länder.

## Ansprechpartnerin

Erika Muster, Telefon 030 1234567, erika.muster@verband.example
"""
LONG = "Wir fordern eine Ausbildungsgarantie gegen den Fachkräftemangel"
ANTRAG = "Die Bundesregierung hat den Investitionsstau nicht beendet. Das Handwerk wartet auf Aufträge.\n" * 3
MANIFEST = (
    "file,title,doc_type,issuer,date,licence\n"
    "lage.md,Zur Lage,positionspapier,Verband,2022-05-04,CC-BY-4.0\n"
    "antrag.txt,Antrag,drucksache,Fraktion,2023-01-02,\n"
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papiere")
    (folder / "lage.md").write_text(LAGE, encoding="utf-8")
    (folder / "antrag.txt").write_text(ANTRAG, encoding="utf-8")
    (folder / "leer.txt").write_text("")
    (folder / "manifest.csv").write_text(MANIFEST, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def out(tmp_path_factory, corpus):
    words = WORDS | {LONG: ("challenge", "", "open", "")}
    return make_read_output(corpus, tmp_path_factory.mktemp("publish") / "out", words=words)


@pytest.fixture(scope="module")
def bare(tmp_path_factory, out):
    """A package without texts."""
    folder = tmp_path_factory.mktemp("bare") / "package"
    publish(out, folder, Edition(texts=False))
    return folder


@pytest.fixture
def whole(tmp_path, out):
    edition = Edition(title='Papiere "Handwerk": Teil 1', authors=("Ada Beispiel",), licence="CC-BY-4.0")
    publish(out, tmp_path / "package", edition)
    return tmp_path / "package"


def words(out):
    """Return all texts that must not stand in a package without texts."""
    texts = {row["text"] for name in ("passages", "sentences") for row in outputs.rows(out, name)}
    return {text for text in texts if text}


def test_a_package_holds_what_a_reader_needs(whole):
    names = {str(path.relative_to(whole)) for path in whole.rglob("*") if path.is_file()} - {
        "MODEL_CARD.toml"
    }
    tables = {f"data/{name}.{form}" for name in TABLES for form in ("csv", "parquet")}
    notes = {"README.md", "METHODS.md", "CITATION.cff", "LICENCES.csv", "codebook.html", "run.json"}
    assert names == tables | notes | {"datapackage.json"}
    assert "For 2 of 3 documents no licence is stated" in (whole / "README.md").read_text()
    assert json.loads((whole / "run.json").read_text())["hashes"] == {"model tagger": "abc"}
    rows = list(csv.DictReader((whole / "LICENCES.csv").open(encoding="utf-8")))
    assert {row["path"]: row["licence"] for row in rows}["lage.md"] == "CC-BY-4.0"


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


def test_a_package_without_texts_holds_none(bare, out):
    data = "\n".join(path.read_text(encoding="utf-8") for path in (bare / "data").iterdir())
    assert not [text for text in words(out) if text in data]
    assert "Muster" not in data and LONG not in data and "Fachkräftemangel" in data
    assert not list((bare / "data").glob("*.parquet"))
    assert not (bare / "data" / "corrections.csv").exists()


def test_the_texts_come_back_and_are_the_same(bare, out, corpus, tmp_path):
    originals = tmp_path / "originale"
    originals.mkdir()
    shutil.copy(corpus / "lage.md", originals / "umbenannt.md")
    shutil.copy(corpus / "antrag.txt", originals / "a.txt")
    rehydrate(bare, originals, tmp_path / "back")
    assert outputs.count(out, "attributes") > 0
    publish(out, tmp_path / "full", Edition())
    for name in {*TABLES} - {"corrections"}:
        assert (tmp_path / "back" / f"{name}.csv").read_bytes() == (
            tmp_path / "full" / "data" / f"{name}.csv"
        ).read_bytes()


def test_a_missing_original_is_named_and_nothing_written(bare, corpus, tmp_path):
    (tmp_path / "o").mkdir()
    shutil.copy(corpus / "lage.md", tmp_path / "o")
    with pytest.raises(InputError, match=r"no file with the content of antrag\.txt"):
        rehydrate(bare, tmp_path / "o", tmp_path / "back")
    assert not (tmp_path / "back").exists()


def spoil(bare, folder, table, change):
    shutil.copytree(bare, folder)
    path = folder / "data" / f"{table}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def test_a_reader_that_reads_otherwise_is_found(bare, corpus, tmp_path, monkeypatch):
    from pipeline import rehydrate as module

    def other(task, out, note):
        text = read(task, out, note)
        first = msgspec.structs.replace(text.passages[0], text="Ganz anders.")
        return msgspec.structs.replace(text, passages=(first, *text.passages[1:]))

    read = module.read_text
    monkeypatch.setattr(module, "read_text", other)
    with pytest.raises(InputError, match=r"passages read otherwise.*install politikspur=="):
        rehydrate(bare, corpus, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_changed_table_is_found(bare, corpus, tmp_path):
    package = spoil(bare, tmp_path / "p", "mentions", lambda text: text.replace(",planned,", ",demanded,", 1))
    with pytest.raises(InputError, match="table mentions: does not come out as it was"):
        rehydrate(package, corpus, tmp_path / "back")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"texts": True}, "holds its texts already"),
        ({"schema": 0}, "was made under schema 0"),
        (None, "is no package of politikspur"),
    ],
)
def test_what_is_no_package_without_texts_is_refused(bare, corpus, tmp_path, change, says):
    shutil.copytree(bare, tmp_path / "p")
    path = tmp_path / "p" / "datapackage.json"
    package = json.loads(path.read_text())
    package["politikspur"] = package["politikspur"] | change if change else {}
    store.write_json(path, package)
    with pytest.raises(InputError, match=says):
        rehydrate(tmp_path / "p", corpus, tmp_path / "back")


def test_a_folder_that_holds_something_is_left_alone(out, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="not an empty folder"):
        publish(out, tmp_path, Edition())
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
