"""The explorer: every view answers, escapes what documents say, and keeps to its limits."""

import re
import shutil
import time

import pytest
from starlette.testclient import TestClient

from pipeline.query import rows
from pipeline.serving.app import application
from pipeline.serving.images import Images
from pipeline.serving.marking import Mark, pieces
from pipeline.serving.reader import Reader
from pipeline.serving.rendering import address
from tests.builders_output import finish
from tests.builders_outputs import make_read_output
from tests.builders_tables import build

HOSTILE = '<script>alert("x")</script>=1+1'
LANGUAGES = ("de", "en")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explorer")
    build(folder / "tables", documents=2, sentences=12, hostile=HOSTILE)
    finish(folder)
    return folder


@pytest.fixture(scope="module")
def client(out):
    return TestClient(application(out), raise_server_exceptions=True)


@pytest.fixture(scope="module")
def mention(out):
    return rows(out, "select * from mentions order by mention_id limit 1")[0]


def paths(mention):
    return (
        "/documents",
        f"/documents/{mention['document_id']}",
        f"/mentions/{mention['mention_id']}",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_answers_in_both_languages(client, mention, language):
    for path in paths(mention):
        answer = client.get(path, params={"lang": language})
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in answer.text


def test_what_documents_say_is_escaped(client, mention):
    for path in paths(mention):
        text = client.get(path).text
        assert "<script>alert" not in text, path
    assert "&lt;script&gt;" in text


def test_pages_have_no_inline_script_and_no_inline_style(client, mention):
    for path in paths(mention):
        text = client.get(path).text
        assert re.findall(r"<script(?! src=\"/static/)", text) == []
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=", text) == []


def test_links_inside_lead_somewhere(client, mention):
    seen = set()
    for path in paths(mention):
        found = re.findall(r'(?:href|src)="(/[^"#]*)', client.get(path).text)
        seen |= {link.replace("&amp;", "&") for link in found}
    pictures = {link for link in seen if link.startswith("/images/")}
    for link in sorted(seen - pictures)[:120]:
        assert client.get(link).status_code == 200, link


def test_language_stays_in_links(client, mention):
    text = client.get(f"/mentions/{mention['mention_id']}?lang=en").text
    assert f"/documents/{mention['document_id']}?lang=en" in text


@pytest.mark.parametrize(
    "path",
    [
        "/documents/..%2f..%2fetc%2fpasswd",
        "/documents/x",
        "/documents/x/0",
        "/mentions/x%00",
        "/mentions/m'--",
        "/static/..%2fapp.py",
        "/static/nothing.css",
        "/images/x/1.png",
        "/nowhere",
    ],
)
def test_addresses_of_nothing_are_told_so(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("page", ["0", "99", "1e3", "²", "-1", "99999999"])
def test_pages_that_are_not_there_are_told_so(client, mention, page):
    assert client.get(f"/documents/{mention['document_id']}/{page}").status_code == 404


def test_every_answer_carries_the_headers_of_safety(client):
    for path in ("/documents", "/nowhere", "/static/explorer.css"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_other_hosts_are_refused(client):
    assert client.get("/documents", headers={"host": "evil.example"}).status_code == 400


def test_only_reading_is_answered(client):
    assert client.post("/documents").status_code == 405


def test_long_addresses_are_refused(client):
    assert client.get("/documents?x=" + "a" * 20_000).status_code == 414


def test_evidence_shows_words_source_counts_and_reference(client, mention):
    text = client.get(f"/mentions/{mention['mention_id']}").text
    assert "<mark>" in text and "@misc{" in text
    assert f"http://testserver/mentions/{mention['mention_id']}" in text


def test_layers_are_filtered(tmp_path):
    corpus = tmp_path / "probe"
    corpus.mkdir()
    text = "# Lage\n\nDer Fachkräftemangel im Handwerk bremst. Die Bundesregierung plant ein Förderprogramm."
    (corpus / "papier.md").write_text(text, "utf-8")
    made = make_read_output(corpus, tmp_path / "out")
    client = TestClient(application(made, corpus=corpus))
    path = "/documents/" + rows(made, "select document_id from documents")[0]["document_id"]
    assert 'class="m actor' in client.get(path).text
    only = client.get(path, params={"layer": "challenge"}).text
    assert 'class="m actor' not in only and 'class="m challenge' in only


def test_page_images_that_cannot_be_had_are_told_so(client, out):
    row = rows(out, "select document_id from documents where n_pages > 0 limit 1")[0]
    answer = client.get(f"/images/{row['document_id']}/1.png")
    assert answer.status_code == 404 and "is not there" in answer.text


def test_new_tables_are_seen(tmp_path, out):
    copy = shutil.copytree(out, tmp_path / "out")
    client = TestClient(application(copy))
    before = client.get("/documents").text
    shutil.rmtree(copy / "tables")
    time.sleep(0.01)
    build(copy / "tables", documents=3, sentences=4)
    finish(copy)
    assert client.get("/documents").text != before


def test_reader_stops_at_its_most_rows(out):
    assert len(Reader(out).rows("select * from range(100)", most=7)) == 7


def test_pieces_join_to_the_text_and_lead_to_the_shortest_mention():
    text = "Fachkräftemangel im Handwerk"
    found = pieces(text, [Mark(0, 28, "challenge", "m1"), Mark(20, 28, "actor", "m2")])
    assert "".join(piece.text for piece in found) == text
    assert [piece.mention_id for piece in found] == ["m1", "m2"]
    assert found[1].layers == ("challenge", "actor")


@pytest.mark.parametrize("marks", [[], [Mark(3, 3, "actor", "m")], [Mark(0, 99, "actor", "m")]])
def test_pieces_leave_text_alone_where_no_mention_fits(marks):
    assert [piece.text for piece in pieces("kurz", marks)] == ["kurz"]


def test_pictures_in_memory_are_bounded(monkeypatch, tmp_path):
    images = Images(tmp_path, None, bound=250)
    monkeypatch.setattr(images, "_drawn", lambda document_id, sha256, page: bytes(100))
    for page in range(9):
        assert len(images.png("d", "s", page)) == 100
    assert images._size <= 250


@pytest.mark.parametrize(
    ("language", "expected"), [("de", "/a%2F..%2Fb/1?x=y+z#m1"), ("en", "/a%2F..%2Fb/1?x=y+z&lang=en#m1")]
)
def test_addresses_are_escaped(language, expected):
    assert address(language, "a/../b", 1, anchor="m1", x="y z", empty="") == expected
