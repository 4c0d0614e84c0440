"""What pages say of concepts: general words, where texts begin, whose periods are shown."""

import datetime as dt
import re

import pytest
from starlette.testclient import TestClient

from pipeline.serving import curves
from pipeline.serving.app import application
from pipeline.tracking.estimates import MIN_ITEM_IN_SLICE
from tests.builders_output import document, finish, passage, period, sentence, small
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


def test_a_chosen_concept_stays_chosen_when_it_is_rare_or_has_no_shares_by_party(client, monkeypatch):
    monkeypatch.setattr(curves, "_OFFERED", curves._OFFERED.replace(f"limit {curves.LISTED}", "limit 1"))
    few = TestClient(application(client.app.state.site.out, hosts=("testserver",)))
    item = re.findall(r'name="item" value="([^"]+)" checked', client.get("/trends?unit=concept").text)[-1]
    for part, told in (("all", False), ("issuer", True)):
        text = few.get("/trends", params={"unit": "concept", "item": item, "slice": part}).text
        assert re.findall(r'name="item" value="([^"]+)" checked', text) == [item]
        assert (f"mindestens {MIN_ITEM_IN_SLICE}\u2011mal" in text) == told


def test_a_concept_in_a_document_that_is_gone_is_missing(client):
    assert client.get("/concepts/c-wohnungsnot?document=gone").status_code == 404


def test_the_way_from_the_network_of_one_concept_to_that_of_all_keeps_the_least_documents(client):
    text = client.get("/network?about=c-wohnungsnot&least=2").text
    assert "least=2" in re.search(r'class="button" href="([^"]+)">Alle Konzepte<', text)[1]


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
        r"enger gefasst \(1 Konzept, [\d.]+ Nennungen\): <a [^>]*href=\"/concepts/c-artensterben\"", whole
    )
    assert "enger gefasst" not in kind


def said(document_id, status):
    """Return a sentence »Der Fonds.« of a document and its mention."""
    mention = {
        "mention_id": f"m{document_id}", "sentence_id": f"s{document_id}", "document_id": document_id,
        "sentence_number": 0, "layer": "instrument", "text": "Fonds", "char_start": 4, "char_end": 9,
        "kind": "funding", "status": status, "named": False, "score": 0.9, "concept_id": "i-fonds", "page": 1,
        "boxes": None, "period_published": "bt20", "periods_addressed": [], "counted": True,
        "source": "model", "by": "m",
    }  # fmt: skip
    return sentence(f"s{document_id}", "Der Fonds.", f"p{document_id}", document_id), mention


FONDS = {
    "concept_id": "i-fonds", "layer": "instrument", "label": "Fonds", "theme": None, "aliases": ["Fonds"],
    "is_generic": False, "n_mentions": 4, "first_period": None, "last_period": None, "wikidata": None,
    "verified": False, "wider": None,
}  # fmt: skip


@pytest.mark.parametrize(("status", "says"), [("existing", 1), ("demanded", 0)])
def test_a_story_with_another_status_than_most_of_its_mentions_says_so(tmp_path, status, says):
    """It counts narrower names, too, and what a sentence takes for granted."""
    sentences, mentions = zip(*(said(f"d{n}", "demanded") for n in range(2)), strict=True)
    step = {
        "concept_id": "i-fonds", "label": "Fonds", "period_id": "bt20", "state": "continued",
        "at_start": False, "status": status, "n_sentences": 5, "n_documents": 2, "is_attested": True,
        "n_status_sentences": 3, "is_status_attested": True, "actors": [], "evidence": [],
        "drift_warning": "",
    }  # fmt: skip
    out = small(
        tmp_path, documents=[document("d0"), document("d1")],
        passages=[passage("pd0", "d0"), passage("pd1", "d1")], sentences=list(sentences),
        mentions=list(mentions), concepts=[FONDS], lineage=[step],
    )  # fmt: skip
    page = TestClient(application(out, hosts=("testserver",))).get("/concepts/i-fonds?lang=de").text
    assert page.count("was Sätze voraussetzen: bestehend") == says


def test_a_concept_says_who_named_it_first_and_an_instrument_in_which_status(tmp_path):
    days = {"d1": "2020-05-01", "d2": "2017-03-01", "d3": "2013-04-01"}
    documents = [
        document(name, published=dt.date.fromisoformat(day), issuer=f"Partei {name}")
        for name, day in days.items()
    ]
    undated = document("d4", published=None, published_precision="none", issuer="Ohne")
    statuses = {"d1": "demanded", "d2": "rejected", "d3": "demanded", "d4": "planned"}
    sentences, mentions = zip(*(said(*one) for one in statuses.items()), strict=True)
    out = small(
        tmp_path, documents=[*documents, undated], passages=[passage(f"p{name}", name) for name in statuses],
        sentences=list(sentences), mentions=list(mentions), concepts=[FONDS],
    )  # fmt: skip
    page = TestClient(application(out, hosts=("testserver",))).get("/concepts/i-fonds?lang=de").text
    (first,) = re.findall(r"Zuerst in dieser Sammlung: (.*?)</p>", page)
    assert re.sub(r"<[^>]+>", "", first) == (
        "gefordert 2013-04-01 bei Partei d3, S. 1; abgelehnt 2017-03-01 bei Partei d2, S. 1"
    )
    assert 'href="/mentions/md3"' in first


def test_sentences_and_relations_of_a_concept_are_those_that_count(tmp_path):
    sentences, mentions = zip(*(said(f"d{n}", "demanded") for n in range(3)), strict=True)
    relation = {
        "relation_id": "r", "sentence_id": "sd2", "sentence_number": 0, "document_id": "d2",
        "from_mention": "md2", "to_mention": "md2", "kind": "targets", "score": 0.9, "rule": "model",
    }  # fmt: skip
    out = small(
        tmp_path, documents=[document(f"d{n}") for n in range(3)],
        passages=[passage(f"pd{n}", f"d{n}") for n in range(3)],
        sentences=[{**one, "counted": at == 0} for at, one in enumerate(sentences)],
        mentions=list(mentions), concepts=[FONDS], relations=[relation],
    )  # fmt: skip
    pages = TestClient(application(out, hosts=("testserver",)))
    page = pages.get("/concepts/i-fonds?lang=de").text
    assert "1 Satz in 1 Dokument, ohne 2 Wiederholungen" in page and "In denselben Sätzen" not in page
    assert "mentions/md1" not in page and "mentions/md1" in pages.get("/concepts/i-fonds?document=d1").text


def test_a_concept_lists_what_is_in_documents_without_a_period(tmp_path):
    sentences, mentions = zip(*(said(f"d{n}", "demanded") for n in range(3)), strict=True)
    placed = [{**one, "period_published": "bt20" if at == 0 else None} for at, one in enumerate(mentions)]
    out = small(
        tmp_path, documents=[document(f"d{n}") for n in range(3)], periods=[period("bt", 20)],
        passages=[passage(f"pd{n}", f"d{n}") for n in range(3)], sentences=list(sentences),
        mentions=placed, concepts=[FONDS],
    )  # fmt: skip
    pages = TestClient(application(out), base_url="http://localhost")
    table = re.search(r"<tbody>.*?</tbody>", pages.get("/concepts/i-fonds").text, re.S)[0]
    assert re.findall(r'<td class="num">(\d+)</td>', table) == ["1", "2"]
    link = re.search(r'href="([^"]+)">ohne Wahlperiode<', table)[1]
    page = pages.get(link.split("#")[0]).text
    assert "2 Sätze in 2 Dokumenten, ohne Wahlperiode" in page
    assert set(re.findall(r'href="/mentions/(md\d)"', page[page.index('id="quotes"') :])) == {"md1", "md2"}
    file = re.search(r'href="(/download/quotes.csv[^"]+)"', page)[1].replace("&amp;", "&")
    assert len(pages.get(file).text.splitlines()) == 3
