"""What screen readers are told: names of tables, the language of words; and keys that dictating may press."""

import re

import pytest
from starlette.testclient import TestClient

from pipeline.learning.pairs import PLACES
from pipeline.query import rows
from pipeline.schema import TABLES
from pipeline.serving.app import application
from pipeline.serving.rendering import own_words
from tests.builders_output import finished
from tests.builders_outputs import make_read_output
from tests.test_serving import paths


@pytest.fixture(scope="module")
def client():
    return TestClient(application(finished(), hosts=("testserver",)))


@pytest.fixture(scope="module")
def mention():
    return rows(finished(), "select * from mentions order by mention_id limit 1")[0]


def test_every_table_has_a_name(client, mention):
    for path in paths(mention):
        assert not re.findall(r"<table(?! aria-label=)[^>]*>(?!<caption)", client.get(path).text), path


def test_every_mark_says_its_layer_in_words(client, mention):
    for path in paths(mention):
        marks = re.findall(r'<a class="(?:m|key) (\w+)[^"]*"([^>]*/mentions/[^>]*)>', client.get(path).text)
        told = {"challenge": "Herausforderung", "instrument": "Instrument", "actor": "Akteur"}
        assert not [one for layer, one in marks if f'title="{told[layer]}' not in one], path


def test_every_table_of_the_schema_is_told_in_german():
    assert set(own_words()["tables"]) == set(TABLES)


def test_every_rule_of_a_relation_is_told_in_words():
    within = {f"pair:{place}" for place in PLACES} | {"list"}
    assert set(own_words()["relation_rules"]) == within | {"lead-in", "heading"}


def test_english_pages_say_that_what_documents_say_is_german(client, mention):
    for path in ("/concepts", "/concepts/c-wohnungsnot", f"/mentions/{mention['mention_id']}", "/documents"):
        assert re.search(r'<(?:h1|a) lang="de"', client.get(f"{path}?lang=en").text), path


def test_english_pages_say_that_every_name_of_a_concept_is_german(client, mention):
    labels = {row["label"] for row in rows(finished(), "select label from concepts")}
    for path in paths(mention):
        text = client.get(f"{path}{'&' if '?' in path else '?'}lang=en").text
        links = re.findall(r"<a ([^>]*/concepts/[^>]*)>([^<]+)</a>", text)
        assert not [words for told, words in links if words in labels and 'lang="de"' not in told], path
    for unit, n in (("concept", 1), ("actor", 1), ("theme", 0)):
        page = client.get(f"/trends?unit={unit}&lang=en").text
        boxes = re.findall(r'name="item"[^>]*> <span( lang="de")?>', page)
        assert boxes and all(boxes) == bool(n) and page.count("Listed are the most frequent") == n


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [("de", "Akteur", "[^<]+"), ("en", "actor", '<span lang="de">[^<]+</span>')],
)
def test_titles_of_marks_are_in_the_language_of_the_page_and_their_words_in_that_of_the_document(
    tmp_path, language, title, words
):
    (tmp_path / "papiere").mkdir()
    (tmp_path / "papiere" / "a.md").write_text("# Lage\n\nDie Bundesregierung plant ein Programm.", "utf-8")
    out = make_read_output(tmp_path / "papiere", tmp_path / "out")
    client = TestClient(application(out, hosts=("testserver",)))
    document = rows(out, "select document_id from documents")[0]["document_id"]
    text = client.get(f"/documents/{document}?lang={language}").text
    own = "" if language == "de" else ' lang="en"'
    assert re.search(rf'<a class="m actor" href="[^"]+" title="{title}"{own} data-m=[^>]+>{words}</a>', text)
    named = client.get(f"/search?q=Bundesregierung&lang={language}").text
    assert re.search(rf'title="{title}" href="[^"]+"><span lang="de">[^<]+</span></a>', named)


@pytest.mark.parametrize(
    ("language", "switch", "told"),
    [
        ("de", "Einzelne Tasten: n, p", "abschaltbar am Ende der Seite"),
        ("en", "Single keys: n, p", "switch off at the end of the page"),
    ],
)
def test_keys_can_be_switched_off_and_the_page_says_where(client, mention, language, switch, told):
    text = client.get(f"/documents/{mention['document_id']}?lang={language}").text
    assert re.search(rf'<label id="keys" hidden><input type="checkbox"[^>]*> {switch}', text)
    assert f'<a href="#keys">{told}</a>' in text
    assert 'id="keys"' in client.get(f"/mentions/{mention['mention_id']}").text
