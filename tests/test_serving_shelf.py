"""What lists and pages say of a document beside its text: its file, scanned pages, why it was not read."""

import re

import pytest
from starlette.testclient import TestClient

from pipeline.serving.app import application
from tests.builders_networks import row
from tests.builders_output import document, mention, passage, period, sentence, small, trend


def served(out):
    return TestClient(application(out), base_url="http://localhost")


@pytest.fixture
def client(tmp_path):
    scanned = [("d1", 1, "ocr"), ("d1", 2, "text"), ("d2", 1, "ocr"), ("d3", 1, "text")]
    pages = [row("pages", document_id=name, page=at, text_source=of, status="ok") for name, at, of in scanned]
    unread = {"status": "failed", "reason": "is damaged beyond repair; fetch it again or repair it"}
    return served(small(
        tmp_path, pages=pages, passages=[passage("p1")], sentences=[sentence("s1", "Es gilt.", "p1")],
        documents=[document("d1", n_pages=2), document("d2"), document("d3"),
                   document("d4", n_pages=0, n_sentences=0, **unread)],
    ))  # fmt: skip


def test_documents_say_which_pages_were_scanned_and_those_are_found(client):
    assert "mit Texterkennung (OCR) (2)" in client.get("/documents").text
    start = client.get("/?lang=en").text
    links = re.findall(r'href="(/documents\?status=(\w+)[^"]*)">[^<]+</a> <span class="soft">(\d)<', start)
    assert [(how, n) for _, how, n in links] == [("failed", "1"), ("ocr", "2")]
    page = client.get("/documents?status=ocr&lang=en").text
    assert set(re.findall(r'href="/documents/(d\d)\?', page)) == {"d1", "d2"}
    assert "OCR: 1 of 2 pages" in page and "OCR: all pages" in page
    assert "OCR: 1 of 2 pages" in client.get("/documents/d1?lang=en").text
    assert "OCR" not in client.get("/documents/d3?lang=en").text


def test_a_file_that_was_not_read_has_its_name_and_reason_and_nothing_to_search(client):
    page, other = client.get("/documents/d4").text, client.get("/documents/d1").text
    assert "Datei: d4.pdf" in page and "gescheitert" in page
    for what in ('name="document"', 'name="layer"', 'class="pager"'):
        assert what in other and what not in page


def test_headings_of_a_page_that_begins_below_its_highest_one_leave_no_gap(tmp_path):
    levels = {"h0": 3, "h1": 1, "h2": 2, "h3": 3}
    own = [
        passage(name, kind="heading", number=at, level=level, text=name)
        for at, (name, level) in enumerate(levels.items())
    ]
    page = served(small(tmp_path, documents=[document()], passages=own)).get("/documents/d1").text
    found = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert found == [1, 2, 3, 3, 4, 5]


@pytest.mark.parametrize(
    ("language", "says"), [("de", "2 Sätze in 1 Dokument"), ("en", "2 sentences in 1 document")]
)
def test_the_sentences_of_a_point_say_in_how_many_documents_they_are_and_what_its_interval_means(
    tmp_path, language, says
):
    point = {"unit": "layer", "item": "instrument", "share": 0.1, "n": 2, "n_documents": 2}
    out = small(
        tmp_path, documents=[document("d1"), document("d2")], periods=[period("bt", 20)],
        passages=[passage("p1")], sentences=[sentence(f"s{n}", "Fonds", "p1", number=n) for n in (1, 2)],
        mentions=[mention(f"m{n}", f"s{n}", "Fonds", sentence_number=n) for n in (1, 2)],
        trends=[trend("bt20", **point, low=0.05, high=0.2)],
    )  # fmt: skip
    at = f"unit=layer&item=instrument&period=bt20&lang={language}"
    for page in (f"/sentences?{at}", f"/trends?{at}"):
        text = served(out).get(page).text
        assert ("drawn again and again" in text) == (language == "en")
        assert (says in text) == page.startswith("/sentences")
