"""Tables as files, and pages that are kept."""

import csv
import io
import re

import pytest
from starlette.testclient import TestClient

from pipeline.query import rows
from pipeline.serving.app import application
from pipeline.serving.kept import KeptBytes
from tests.builders_output import finish
from tests.builders_tables import build

OFFERED = {"documents", "concepts", "periods", "quotes", "trends", "sentences", "network", "search", "counts"}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    build(folder / "tables", documents=2, sentences=12)
    finish(folder)
    return folder


@pytest.fixture(scope="module")
def client(out):
    return TestClient(application(out, hosts=("testserver",)))


@pytest.fixture(scope="module")
def mention(out):
    return rows(out, "select * from mentions order by mention_id limit 1")[0]


@pytest.mark.parametrize("host", ["127.0.0.1:8440", "0.0.0.0:8440"])
def test_a_citation_has_no_address_that_only_this_computer_can_open(client, mention, host):
    here = TestClient(client.app, base_url=f"http://{host}")
    text = here.get(f"/mentions/{mention['mention_id']}").text
    assert text.count(f"http://{host}/") == 2 and "Adresse nur auf diesem Rechner" in text


def test_the_address_of_a_mention_is_not_said_to_last_for_ever(client, mention):
    text = client.get(f"/mentions/{mention['mention_id']}").text
    assert "Adresse, solange Datei und Wörter dieselben bleiben: <a" in text


@pytest.mark.parametrize(
    ("path", "sql"),
    [
        ("documents.csv", "select count(*) from documents"),
        ("concepts.csv?layer=actor", "select count(*) from concepts where layer = 'actor'"),
        (
            "quotes.csv?concept=c-wohnungsnot&period=bt20",
            "select count(distinct sentence_id) from mentions where concept_id = 'c-wohnungsnot'"
            " and period_published = 'bt20'",
        ),
        (
            "search.csv?q=Wohnungsnot",
            "select count(*) from sentences where contains(text, 'Wohnungsnot')",
        ),
        (
            "trends.csv?unit=theme&basis=published&item=housing",
            "select count(*) from trends where unit = 'theme' and item = 'housing' and slice = 'all'"
            " and basis = 'published'",
        ),
    ],
)
def test_tables_that_are_shown_are_had_as_files(client, out, path, sql):
    n = next(iter(rows(out, sql)[0].values()))
    data = client.get("/download/" + path).text
    assert n and len(list(csv.reader(io.StringIO(data)))) == n + 1
    for form, start in (("json", b"["), ("parquet", b"PAR1")):
        assert client.get("/download/" + path.replace(".csv", f".{form}")).content.startswith(start)


def test_every_file_that_a_page_offers_can_be_had(client, mention):
    pages = (
        "/documents", "/concepts?layer=actor", "/concepts/c-wohnungsnot", "/trends?unit=concept", "/network",
        "/sentences?unit=concept&item=c-wohnungsnot&period=bt20", "/",
        "/search?q=Wohnungsnot", f"/mentions/{mention['mention_id']}",
    )  # fmt: skip
    texts = [client.get(page).text for page in pages]
    offered = {link for text in texts for link in re.findall(r'href="(/download/[^"]+)"', text)}
    assert {link.split("/")[2].split(".")[0] for link in offered} - {"changes"} == OFFERED
    for link in offered:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


@pytest.mark.parametrize("link", ["/download/documents.excel-csv", "/answer.excel-csv?q=from+documents"])
def test_files_for_excel_are_csv_that_it_opens(client, link):
    found = client.get(link)
    assert found.content.startswith(b"\xef\xbb\xbfdocument_id;")
    assert found.headers["content-disposition"].endswith('.csv"')


def test_pages_are_kept_compressed_and_say_the_same(client, mention):
    path = f"/mentions/{mention['mention_id']}"
    plain = client.get(path, headers={"accept-encoding": "identity"})
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "gzip"
    assert plain.text == packed.text


def test_what_is_kept_stays_below_its_bound():
    kept = KeptBytes(100)
    for at in range(30):
        kept.keep(at, bytes(9))
    assert kept.size <= 100 and kept.get(0) is None and kept.get(29) == bytes(9)
