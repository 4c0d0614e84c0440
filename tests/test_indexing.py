"""After a run, the search index is built once, and nobody waits for it who asks for something else."""

import os
import time

import pytest
from starlette.testclient import TestClient

from pipeline.errors import InputError
from pipeline.searching import searchable
from pipeline.serving import indexing
from pipeline.serving.app import application

from .builders_output import small
from .builders_search import tables


def held(out, note):
    """Build an index, but only after a file is there; runs in a process of its own."""
    (out / f"began-{os.getpid()}").touch()
    while not (out / "go").exists():
        time.sleep(0.02)
    indexing.searchable.opened(out, tell=lambda *moment: None)


def refused(out, note):
    raise InputError("search", "cannot be written (full)", "make room")


def killed(out, note):
    os._exit(3)


@pytest.fixture
def out(tmp_path):
    return small(tmp_path, **tables())


def asking(out):
    return TestClient(application(out, hosts=("testserver",)))


def test_others_are_told_that_the_index_is_built_and_it_is_built_once(out, monkeypatch):
    monkeypatch.setattr(indexing, "work", held)
    monkeypatch.setattr(indexing, "WAIT", 0.0)
    client = asking(out)
    pages = [
        client.get(path) for path in ("/search?q=Handwerk", "/search", "/download/search.csv?q=Handwerk")
    ]
    build = indexing._BUILDS[out]
    assert {page.status_code for page in pages} == {503}
    assert "Die Suche wird vorbereitet" in pages[0].text and pages[0].headers["retry-after"]
    assert "Search is being prepared" in client.get("/search?q=Handwerk&lang=en").text
    assert client.get("/documents").status_code == 200
    (out / "go").touch()
    build.result()
    assert "<mark>Handwerk</mark>" in client.get("/search?q=Handwerk").text
    assert len(list(out.glob("began-*"))) == 1 and not indexing._BUILDS


def test_whoever_asks_first_waits_a_moment_and_finds(out):
    assert set(indexing.state(out).documents) == {"d1", "d2"}
    assert searchable.current(out)


@pytest.mark.parametrize(
    ("work", "says"),
    [(refused, r"cannot be written \(full\); make room"), (killed, r"cannot be indexed \(the worker died")],
)
def test_an_index_that_cannot_be_built_is_said_and_tried_again(out, monkeypatch, work, says):
    with monkeypatch.context() as broken:
        broken.setattr(indexing, "work", work)
        with pytest.raises(InputError, match=says):
            indexing.state(out)
    assert indexing.state(out).documents
