"""The index follows the tables, document by document, and holds no contact data."""

import os
import shutil

import pytest

from pipeline.errors import InputError
from pipeline.search import Filters, search
from pipeline.searching import searchable

from .builders_output import sentence, small
from .builders_search import tables


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return small(tmp_path_factory.mktemp("searchable"), **tables())


def ids(out, question, **filters):
    return {hit.sentence_id for hit in search(out, question, filters=Filters(**filters)).hits}


def test_contact_text_is_in_no_file_of_the_index(out):
    search(out, "Handwerk")
    files = [path for path in (out / "search").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert b"mustermann" not in path.read_bytes().lower(), path


def test_only_what_changed_is_indexed_again(tmp_path, monkeypatch):
    small(tmp_path, **tables())
    assert ids(tmp_path, "Handwerk") == {"s1", "s2", "t1"}
    written = []
    real = searchable.Index.replace

    def spy(self, document_ids, entries):
        entries = list(entries)
        written.append((list(document_ids), [entry.sentence_id for entry in entries]))
        real(self, document_ids, entries)

    monkeypatch.setattr(searchable.Index, "replace", spy)
    search(tmp_path, "Handwerk")
    assert written == []
    changed = tables()
    changed["sentences"][-2] = sentence("t1", "Kammern beraten das Handwerk.", "p2", "d2")
    small(tmp_path, **changed)
    assert ids(tmp_path, "Kammern") == {"t1"}
    assert written == [(["d2"], ["t1", "t2"])]
    gone = tables()
    for name, rows in gone.items():
        gone[name] = [row for row in rows if row["document_id"] == "d1"]
    small(tmp_path, **gone)
    assert ids(tmp_path, "Handwerk") == {"s1", "s2"}
    assert written[1:] == [(["d2"], [])]


def test_a_lost_state_is_made_again_and_nothing_is_found_twice(tmp_path):
    small(tmp_path, **tables())
    assert len(search(tmp_path, "Handwerk").hits) == 3
    (tmp_path / "search" / "state.json").unlink()
    assert len(search(tmp_path, "Handwerk").hits) == 3
    shutil.rmtree(tmp_path / "search" / "words")
    assert len(search(tmp_path, "Handwerk").hits) == 3


def test_a_changed_layer_or_theme_is_followed(tmp_path):
    small(tmp_path, **tables())
    assert ids(tmp_path, "Miete", layer=("challenge",)) == set()
    changed = tables()
    changed["mentions"][0]["sentence_id"] = "s6"
    small(tmp_path, **changed)
    assert ids(tmp_path, "Miete", layer=("challenge",)) == {"s6"}


def test_a_killed_update_is_made_good(tmp_path, monkeypatch):
    small(tmp_path, **tables())
    real = searchable._write_state
    monkeypatch.setattr(searchable, "_write_state", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        search(tmp_path, "Handwerk")
    monkeypatch.setattr(searchable, "_write_state", real)
    assert len(search(tmp_path, "Handwerk").hits) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    small(tmp_path, **tables())
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        search(tmp_path, "Handwerk")
    tmp_path.chmod(0o700)


def test_what_is_being_prepared_is_told(tmp_path):
    small(tmp_path, **tables())
    told = []
    search(tmp_path, "Handwerk", tell=lambda *moment: told.append(moment))
    assert told[0][:2] == ("index", 0)
