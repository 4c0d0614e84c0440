"""What pages say of concepts: general words, where texts begin, whose periods are shown."""

import re

import pytest
from starlette.testclient import TestClient

from pipeline.serving.app import application
from tests.builders_output import finish
from tests.builders_tables import build


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("concepts")
    build(folder / "tables", documents=1, sentences=20, periods=("bt18", "bt19"), generic=("Artensterben",))
    finish(folder)
    return TestClient(application(folder, hosts=("testserver",)))


def test_general_words_stand_last_and_say_why_they_have_no_story(client):
    listed = re.findall(r'href="/concepts/(c-[^"]+)"', client.get("/concepts?layer=challenge").text)
    assert listed[-1] == "c-artensterben" not in listed[:-1]
    assert "c-artensterben" not in client.get("/trends?unit=concept").text
    for language, says in (("de", "Ein allgemeines Wort"), ("en", "A general word")):
        assert says in client.get(f"/concepts/c-artensterben?lang={language}").text
        assert says not in client.get(f"/concepts/c-wohnungsnot?lang={language}").text


def test_trends_say_which_parliament_they_show(client):
    for language, says in (("de", "ein Parlament"), ("en", "one parliament")):
        for page in ("trends", "patterns/attention"):
            text = " ".join(client.get(f"/{page}?lang={language}").text.split())
            assert says in text and "Deutscher Bundestag, Wahlperioden 18" in text


def test_a_story_says_where_the_texts_begin(client):
    for language, says in (("de", "Vorgeschichte unbekannt"), ("en", "history unknown")):
        assert client.get(f"/concepts/c-wohnungsnot?lang={language}").text.count(says) == 1


def test_a_concept_links_to_the_wider_one_and_to_its_kinds(client):
    kind, whole = client.get("/concepts/c-artensterben").text, client.get("/concepts/c-wohnungsnot").text
    assert re.search(r"Teil von</dt><dd><a [^>]*href=\"/concepts/c-wohnungsnot\"", kind)
    assert re.search(
        r"enger gefasst \(1, [\d.]+ Nennungen\): <a [^>]*href=\"/concepts/c-artensterben\"", whole
    )
    assert "enger gefasst" not in kind
