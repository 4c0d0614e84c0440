"""Texts come back from the originals, proved by hash, or nothing is written."""

import json
import shutil

import msgspec
import pytest

from pipeline import outputs, process, store
from pipeline.config import load_settings
from pipeline.errors import InputError
from pipeline.publishing.publish import Edition, publish
from pipeline.publishing.rehydrate import _cells, _lost_pages, _read, rehydrate
from pipeline.records import Text
from pipeline.schema import TABLES
from pipeline.versions import file_sha256


@pytest.fixture
def corpus(papers):
    return papers / "papiere"


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


def test_a_file_that_cannot_be_read_stands_for_no_original(bare, corpus, tmp_path, monkeypatch):
    hash_of = file_sha256(corpus / "antrag.txt")
    spoil(bare, tmp_path / "package", "documents", lambda text: text.replace(hash_of, ""))
    monkeypatch.setattr(
        "pipeline.publishing.rehydrate.file_sha256",
        lambda path: "" if path.name == "antrag.txt" else file_sha256(path),
    )
    with pytest.raises(InputError, match=r"no file with the content of antrag\.txt"):
        rehydrate(tmp_path / "package", corpus, tmp_path / "back")


def spoil(bare, folder, table, change):
    shutil.copytree(bare, folder)
    path = folder / "data" / f"{table}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def test_a_reader_that_reads_otherwise_is_found(bare, corpus, tmp_path, monkeypatch):
    from pipeline.publishing import rehydrate as module

    def other(task, out, note):
        text = read(task, out, note)
        first = msgspec.structs.replace(text.passages[0], text="Ganz anders.")
        return msgspec.structs.replace(text, passages=(first, *text.passages[1:]))

    read = module.read_text
    monkeypatch.setattr(module, "read_text", other)
    with pytest.raises(InputError, match=r"passages read otherwise.*use politikspur "):
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
        (None, "is not a package of politikspur"),
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


def test_originals_may_have_any_names(bare, corpus, tmp_path):
    originals = tmp_path / "originale"
    originals.mkdir()
    shutil.copy(corpus / "lage.md", originals / "lage.txt")
    shutil.copy(corpus / "antrag.txt", originals / "antrag.bin")
    assert rehydrate(bare, originals, tmp_path / "back")


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("failed", r"when the package was made: needs a password"),
        ("partial", r"\(partial; in the package: ok\): needs a password"),
    ],
)
def test_why_an_original_cannot_be_read_is_told(bare, corpus, tmp_path, monkeypatch, status, says):
    text = Text(status=status, reason="needs a password")
    monkeypatch.setattr("pipeline.publishing.rehydrate.read_text", lambda *_: text)
    with pytest.raises(InputError, match=says):
        rehydrate(bare, corpus, tmp_path / "back")


def test_pages_that_were_lost_are_left_out_again(bare, corpus, tmp_path, monkeypatch):
    row = next(_cells(bare, "documents"))
    head = ",".join(column.name for column in TABLES["pages"].columns)
    values = {"document_id": row["document_id"], "page": "2", "status": "failed", "reason": "took too long"}
    line = ",".join(values.get(name, "0") for name in head.split(","))
    package = spoil(bare, tmp_path / "p", "pages", lambda text: f"{head}\n{line}\n")
    monkeypatch.setattr("pipeline.publishing.rehydrate.read_text", lambda task, *_: process._stops(task))
    lost = _lost_pages(package)[row["document_id"]]
    assert _read(corpus / "lage.md", row, load_settings(), lost) == {"2": "took too long"}
