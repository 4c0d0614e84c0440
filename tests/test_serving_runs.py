"""A run replaces the tables while the explorer shows them."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import duckdb
import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from pipeline import store
from pipeline.errors import InputError
from pipeline.query import DATABASE, rows
from pipeline.schema.values import WITHHELD_ROLES
from pipeline.searching import searchable
from pipeline.serving import finding, reader
from pipeline.serving.app import application
from pipeline.serving.images import Images

from .builders_evidence import NAME, made
from .builders_output import document, finished, passage, sentence, small
from .builders_search import tables

NEW = "Die Werften bauen Fähren."


def more():
    """Return tables with one document more."""
    found = tables()
    found["documents"].append(document("d3", period_published="bt20", n_sentences=1))
    found["passages"].append(passage("p3", "d3"))
    found["sentences"].append(sentence("u1", NEW, "p3", "d3"))
    return found


def opened(out):
    return searchable.opened(out, tell=lambda *moment: None)[1]


def asking(out, **how):
    return TestClient(application(out, hosts=("testserver",), **how))


def test_a_search_waits_for_pages_of_the_tables_before_and_finds_what_is_new(tmp_path):
    out = small(tmp_path, **tables())
    client, waits = asking(out), Event()
    own = client.app.state.site.reader
    wait = own._turn.wait
    own._turn.wait = lambda *given: waits.set() or wait(*given)
    with ThreadPoolExecutor(1) as pool:
        with own.turn():
            small(out, **more())
            found = pool.submit(client.get, "/search?q=Werften")
            found.add_done_callback(lambda done: waits.set())
            waits.wait()
        assert "<mark>Werften</mark>" in found.result().text
    assert set(opened(out).documents) == {"d1", "d2", "d3"}


def test_a_page_made_from_replaced_tables_does_not_index_them_as_new(tmp_path):
    out = small(tmp_path, **tables())
    own = reader.Reader(out)
    asked = finding.SearchQuestion("Werften", "words", {})
    with own.turn():
        small(out, **more())
        with pytest.raises(InputError, match="a run has just replaced the tables; load the page again"):
            finding.answer(own, asked, 1, most=10)
    with own.turn():
        assert finding.answer(own, asked, 1, most=10).n == 1


def test_pages_of_new_tables_do_not_wait_for_ever(tmp_path, monkeypatch):
    out = small(tmp_path, **tables())
    client = asking(out)
    monkeypatch.setattr(reader, "PATIENCE", 0.0)
    with client.app.state.site.reader.turn():
        small(out, **more())
        with ThreadPoolExecutor(1) as pool:
            found = pool.submit(client.get, "/documents").result()
    assert found.status_code == 400 and "die Seite neu laden" in found.text
    assert client.get("/documents").status_code == 200


def test_what_a_later_run_withholds_is_blacked_out_at_once(tmp_path):
    out, corpus, text = made()
    out = shutil.copytree(out, tmp_path / "out")
    at = next(n for n, p in enumerate(text.passages) if p.role not in WITHHELD_ROLES and len(p.pages) == 1)
    (page,) = text.passages[at].pages
    client = asking(out, corpus=corpus)
    before = client.get(f"/images/d1/{page}.png")
    assert before.status_code == 200
    passages = [replace(p, role="contact") if n == at else p for n, p in enumerate(text.passages)]
    store.save(out, "text", "ab" * 16, replace(text, passages=tuple(passages)))
    shutil.copy(out / DATABASE, tmp_path / "new")
    with duckdb.connect(tmp_path / "new") as base:
        base.execute("update passages set role = 'contact', text = null where number = ?", [at])
    (tmp_path / "new").replace(out / DATABASE)
    after = client.get(f"/images/d1/{page}.png")
    assert after.status_code == 200 and after.content != before.content


def test_a_file_that_was_replaced_is_not_drawn_as_the_one_that_was_read(tmp_path):
    out, corpus, _ = made()
    shutil.copy(corpus / NAME, tmp_path)
    sha256 = rows(out, "select sha256 from documents")[0]["sha256"]
    images = Images(out, tmp_path)
    assert images.png("d1", sha256, 1)
    (tmp_path / NAME).write_bytes((corpus / NAME).read_bytes() + b"\n")
    with pytest.raises(InputError, match="has changed since"):
        images.png("d1", sha256, 2)


def test_meaning_is_offered_as_long_as_all_sentences_of_the_run_are_encoded(tmp_path):
    out = small(tmp_path, **tables())
    state = opened(out)
    searchable._write_state(out / "search", state, meaning="x", encoded=state.tables)
    client = asking(out)
    assert 'value="meaning"' in client.get("/search").text
    small(out, **more())
    later = client.get("/search?q=Werften&by=meaning").text
    assert 'value="meaning"' not in later and "Gesucht wird hier nach den Wörtern" in later
    assert "<mark>Werften</mark>" in later


def test_a_citation_made_while_a_run_ends_is_not_kept(tmp_path):
    out = shutil.copytree(finished(), tmp_path / "out")
    client, marker = asking(out), out / "run.json"
    path = f"/mentions/{rows(out, 'select mention_id from mentions limit 1')[0]['mention_id']}"
    told = json.loads(marker.read_text("utf-8")) | {"run_key": "lauf-acht"}
    marker.unlink()
    assert "lauf-acht" not in client.get(path).text
    marker.write_text(json.dumps(told), "utf-8")
    assert "lauf-acht" in client.get(path).text
