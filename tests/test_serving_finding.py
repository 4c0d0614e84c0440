"""Finding things: concepts and other spellings beside an answer, one document alone, a page by its number."""

import re

import pytest
from starlette.testclient import TestClient

from pipeline.query import rows
from pipeline.serving.app import application
from tests.builders_output import finish
from tests.builders_tables import build


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finding")
    build(folder / "tables", documents=2, sentences=12)
    finish(folder)
    return folder


@pytest.fixture(scope="module")
def client(out):
    return TestClient(application(out, hosts=("testserver",)))


def test_search_offers_concepts_and_another_spelling(client):
    for asked, offers in (("Wohnungsnöte", 0), ("Wohnungsnto", 1)):
        text = client.get(f"/search?q={asked}&layer=challenge&lang=en").text
        assert "/concepts/c-wohnungsnot?lang=en" in text[text.index("Concepts on this") :]
        assert text.count("Did you mean") == offers
    again = re.search(r'Did you mean <a href="(/search\?q=Wohnungsnot[^"]+)">Wohnungsnot<', text)[1]
    assert "<mark>Wohnungsnot</mark>" in client.get(again.replace("&amp;", "&")).text
    assert "/concepts/c-wohnungsnot" in client.get("/concepts?q=Wohnungsnto").text
    assert "<mark>" not in client.get("/search?q=xq").text


def test_a_document_is_searched_alone_and_opened_at_a_page(client, out):
    most = rows(out, "select document_id, concept_id, count(*) n from mentions group by all order by n")[-1]
    document = client.get(f"/documents/{most['document_id']}").text
    box = re.search(r'<form[^>]*action="/search".*?name="document" value="([^"]+)"', document, re.DOTALL)
    hits = client.get(f"/search?q=die&document={box[1]}").text
    found = {one.split("/")[0] for one in re.findall(r'href="/documents/([^"]+)#p', hits)}
    assert found == {most["document_id"]} and "Nur in" in hits
    assert f'href="/concepts/{most["concept_id"]}?document={box[1]}#quotes"' in document
    quotes = client.get(f"/concepts/{most['concept_id']}?document={box[1]}").text
    assert set(re.findall(r'href="/documents/([^"/]+)/\d+#p', quotes)) == {most["document_id"]}
    assert client.get(f"/documents/{box[1]}?page=1").status_code == 200
    assert client.get(f"/documents/{box[1]}?page=999").status_code == 404
