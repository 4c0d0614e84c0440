"""The list of documents: narrowed by words and facets, whose counts say what a choice would leave."""

import re

import pytest
from starlette.testclient import TestClient

from pipeline.serving.app import application
from pipeline.serving.passages import told
from pipeline.serving.reader import Reader
from pipeline.serving.shelf import A_PAGE, shelf
from tests.builders_output import document, passage, sentence, small

ROW = {
    "d1": {"title": "Plan für Übermorgen", "document_type": "strategie", "issuer": "Bund;Länder"},
    "d2": {"title": "Wahlprogramm 2021", "document_type": "wahlprogramm", "issuer": "Ämter"},
    "d3": {"title": None, "path": "scan/Gru\u0308n.pdf", "issuer": None, "period_published": None},
    "d4": {"title": "Strategie der Länder", "document_type": "strategie", "issuer": "Länder"},
    "d5": {"title": "Kaputt", "status": "failed", "reason": "not a PDF", "issuer": "Bund"},
}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return small(
        tmp_path_factory.mktemp("shelf"), documents=[document(name, **row) for name, row in ROW.items()]
    )


@pytest.mark.parametrize(
    ("words", "chosen", "expected"),
    [
        ("", {}, {"d1", "d2", "d3", "d4", "d5"}),
        ("übermorgen PLAN", {}, {"d1"}),
        ("scan", {}, {"d3"}),
        ("plan fuer", {}, {"d1"}),
        ("grün", {}, {"d3"}),
        ("", {"document_type": "strategie"}, {"d1", "d4"}),
        ("", {"issuer": "Länder"}, {"d1", "d4"}),
        ("", {"issuer": "Bund", "status": "ok"}, {"d1"}),
        ("", {"issuer": "none"}, {"d3"}),
        ("", {"period": "none"}, {"d3"}),
        ("", {"period": "bt07"}, set()),
    ],
)
def test_documents_are_narrowed(out, words, chosen, expected):
    found = shelf(Reader(out), words, chosen, 1)
    assert {row["document_id"] for row in found.rows} == expected
    assert (found.n, found.all) == (len(expected), len(ROW))


def test_a_facet_counts_what_each_of_its_values_would_show(out):
    reader, chosen = Reader(out), {"issuer": "Länder", "status": "ok"}
    for facet in shelf(reader, "", chosen, 1).facets:
        for value, n in facet.values:
            assert shelf(reader, "", {**chosen, facet.name: value}, 1).n == n
    facets = {facet.name: dict(facet.values) for facet in shelf(reader, "", {}, 1).facets}
    assert facets["issuer"] == {"Bund": 2, "Länder": 2, "Ämter": 1, "none": 1}
    assert list(facets["issuer"]) == ["Ämter", "Bund", "Länder", "none"]


def test_repetitions_are_not_listed_as_files_that_were_passed_over(tmp_path):
    other = document("d2", status="skipped", reason="repeats plan.pdf", duplicate_of="d1")
    passed = document("d3", status="skipped", reason="not a document")
    out = small(tmp_path, documents=[document("d1"), other, passed])
    facets = {facet.name: dict(facet.values) for facet in shelf(Reader(out), "", {}, 1).facets}
    assert facets["status"] == {"ok": 1, "repeated": 1, "skipped": 1}
    page = TestClient(application(out, hosts=("testserver",))).get("/documents?status=repeated&lang=de").text
    assert "Wiederholung (1)" in page and "1 von 3" in page


@pytest.mark.parametrize(("language", "words"), [("de", "2 von 5 Dokumenten"), ("en", "2 of 5 documents")])
def test_an_address_holds_the_choice_and_the_file_follows_it(out, language, words):
    client = TestClient(application(out, hosts=("testserver",)))
    page = client.get(f"/documents?document_type=strategie&q=l%C3%A4nder&lang={language}").text
    assert words in page and 'value="länder"' in page
    assert re.search(r'<option value="strategie" selected>[^<]+\(2\)', page)
    link = re.search(r'href="(/download/documents\.csv[^"]*)"', page)[1].replace("&amp;", "&")
    assert len(client.get(link).text.splitlines()) == 3


def test_large_collections_have_pages_and_no_document_is_lost(tmp_path):
    rows = [document(f"d{at:04d}", published=None) for at in range(2 * A_PAGE + 2)]
    last = rows[-1]["document_id"]
    said = sentence("s1", "Der Bund handelt.", "p1", last)
    reader = Reader(small(tmp_path, documents=rows, passages=[passage("p1", last)], sentences=[said]))
    found = shelf(reader, "", {}, 99)
    assert (found.n, found.page, found.last) == (2 * A_PAGE + 2, 3, 3)
    assert found.rows[-1]["document_id"] == last
    assert [one.document_id for one in told(reader, ["s1"])] == [last]
    assert len(reader.rows("select * from range(3000)")) == 3000  # for pages that count what they choose from


def test_the_coverage_of_a_period_leads_to_its_documents(out):
    client = TestClient(application(out, hosts=("testserver",)))
    page = client.get("/?lang=de").text
    assert re.search(r'<a href="/documents\?period=none[^"]*">ohne Wahlperiode</a>', page)
    assert "1 von 5" in client.get("/documents?period=none&lang=de").text
