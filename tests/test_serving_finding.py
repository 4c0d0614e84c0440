"""Finding things: concepts and other spellings, one document alone, a page, a field, a period."""

import re

import duckdb
import pytest
from starlette.testclient import TestClient

from pipeline import lookups
from pipeline.query import DATABASE, rows
from pipeline.serving import finding
from pipeline.serving.app import application
from tests.builders_networks import row
from tests.builders_output import document, finish, passage, period, sentence, small
from tests.builders_search import tables
from tests.builders_tables import build


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finding")
    build(folder / "tables", documents=2, sentences=12, periods=("bt18", "bt19", "by18"))
    finish(folder)
    with duckdb.connect(folder / DATABASE) as base:
        base.execute("update concepts set theme = 'housing' where label in ('Wohnungsnot', 'Bauturbo')")
        base.execute(
            "update documents set title = null where document_id = (select max(document_id) from sentences)"
        )
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


@pytest.mark.parametrize(("written", "says"), [(10_000, "page all"), (1, "the best 1")])
def test_a_long_answer_says_what_it_leaves_out_and_where_that_is(client, monkeypatch, written, says):
    whole = client.get("/search?q=die&lang=en").text
    n = int(re.search(r'"soft">(\d+) sentences', whole)[1])
    assert n > 2 and "here the best" not in whole
    monkeypatch.setattr(finding, "MOST", 2)
    monkeypatch.setattr(finding, "WRITTEN", written)
    cut = client.get(f"/search?q=die&lang=en&page={written}").text  # addresses are kept
    assert re.search(rf">{n} sentences; here the best 2, ([^<]*)", cut)[1].strip().endswith(says)
    assert len(client.get(f"/download/search.csv?q=die&page={written}").text.splitlines()) == 1 + min(
        n, written
    )


@pytest.mark.parametrize(
    ("chosen", "where"),
    [
        ("layer=challenge&theme=housing", "layer = 'challenge' and theme = 'housing'"),
        ("period=bt19&by=both", "d.period_published = 'bt19'"),
        ("issuer={issuer}", "d.issuer = '{issuer}'"),
        ("document_type={document_type}&document={document_id}", "d.document_id = '{document_id}'"),
    ],
)
def test_without_words_all_sentences_of_a_choice_are_shown_the_newest_first(client, out, chosen, where):
    one = rows(out, "select * from documents order by published limit 1")[0]
    sql = """select distinct s.sentence_id, d.published from sentences s join documents d using (document_id)
        left join mentions m using (sentence_id) left join sentence_themes t using (sentence_id)
        where s.counted and """
    n = len(rows(out, sql + where.format(**one)))
    text = client.get(f"/search?lang=en&{chosen.format(**one)}").text
    if not n:
        assert "No sentence." in text
        return
    assert f"{n} sentence{'s' * (n > 1)}, the newest first" in text
    days = re.findall(r'<span class="nowrap">(\d{4}-\d\d-\d\d)</span>', text)
    assert days == sorted(days, reverse=True) and len(days) == min(n, 25)
    assert len(client.get(f"/download/search.csv?{chosen.format(**one)}").text.splitlines()) == n + 1
    assert ("page=2" in text) is (n > 25)


@pytest.mark.parametrize("name", ["layer", "theme", "period", "document_type", "issuer", "document"])
@pytest.mark.parametrize("words", ["", "die"])
def test_what_the_collection_lacks_finds_nothing_and_is_said(client, name, words):
    text = client.get(f"/search?lang=en&q={words}&theme=housing&{name}=Nirgends").text
    assert "»Nirgends« is not in this collection." in text and "No sentence." in text
    assert re.findall(r'href="([^"]+)">Search without filters<', text) == [
        "/search?q=die&amp;lang=en"
    ] * bool(words)
    file = client.get(f"/download/search.csv?q={words}&{name}=Nirgends").text
    assert len(file.splitlines()) == 1


@pytest.mark.parametrize("words", ["", "Handwerk"])
def test_joint_issuers_are_searched_together(tmp_path, words):
    found = tables()
    found["documents"] += [document("d3", issuer="SPD", n_sentences=1)]
    found["passages"] += [passage("p3", "d3")]
    found["sentences"] += [sentence("u1", "Das Handwerk wächst.", "p3", "d3")]
    client = TestClient(application(small(tmp_path, **found), hosts=("testserver",)))
    for issuer, homes in (("SPD;Die Grünen", {"d1"}), ("SPD; Die Grünen", {"d1"}), ("SPD", {"d1", "d3"})):
        text = client.get("/search", params={"q": words, "issuer": issuer}).text
        assert set(re.findall(r'href="/documents/(d\d)', text)) == homes
        assert f"selected>{issuer.replace(';D', '; D')}<" in text


def test_in_one_document_repetitions_are_found_too(tmp_path):
    client = TestClient(application(small(tmp_path, **tables()), hosts=("testserver",)))
    for narrowed, n in (("", 0), ("&document=d2", 1)):
        assert client.get(f"/search?q=goldenen{narrowed}").text.count("<mark>goldenen</mark>") == n
    assert "2 Sätze" in client.get("/search?document=d2").text


def test_a_chosen_facet_still_offers_the_others(client):
    for chosen in ("", "&period=bt19"):
        text = client.get(f"/search?q=die{chosen}").text
        part = re.search(r'<select name="period">(.*?)</select>', text, re.DOTALL)[1]
        assert set(re.findall(r'value="(\w+)"', part)) == {"bt18", "bt19", "by18"}, chosen


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


def test_sentences_stand_with_the_title_of_their_document_or_else_with_its_file(client, out):
    sql = "select distinct document_id, title, path from documents join sentences using (document_id)"
    found = rows(out, sql)
    assert {one["title"] is None for one in found} == {True, False}
    for one in found:
        shown = client.get(f"/search?document={one['document_id']}").text
        assert f'<span lang="de">{one["title"] or one["path"]}</span>, S. ' in shown


def test_concepts_are_narrowed_to_a_policy_field(client):
    wanted = {"c-wohnungsnot", "c-bauturbo"}
    for address in ("/concepts?theme=housing", "/concepts?theme=housing&lang=en"):
        assert set(re.findall(r'href="/concepts/(c-[^"?]+)', client.get(address).text)) == wanted
    data = client.get("/download/concepts.csv?theme=housing&layer=instrument").text
    assert len(data.splitlines()) == 2 and "Bauturbo" in data


def test_concepts_are_listed_by_words_typed_without_umlauts(client):
    found = [client.get(f"/concepts?q={words}").text for words in ("Bürokratie", "buerokratie")]
    assert all("/concepts/c-b%C3%BCrokratie" in text and "Ähnlich" not in text for text in found)


def test_ranges_of_periods_are_those_of_one_parliament(client):
    cells = re.findall(r'<td class="nowrap">([^<]+)</td>', client.get("/concepts").text)
    assert "18–19, BY 18" in cells and not [cell for cell in cells if "–BY" in cell or "BY 18–" in cell]


def test_what_an_actor_stands_for_is_narrowed_to_a_period(client, out):
    sql = """select speaker, period_published as period, list(distinct concept_id) as stated
        from statements join documents using (document_id)
        where speaker in (select concept_id from concepts) group by all
        order by len(stated), speaker, period limit 1"""
    row = rows(out, sql)[0]
    page = client.get(f"/concepts/{row['speaker']}?period={row['period']}").text
    part = page[page.index('id="stances"') : page.index('id="quotes"')].split("<h2")[0]
    assert set(re.findall(r'href="/concepts/(c-[^"?#]+)"', part)) - {row["speaker"]} == set(row["stated"])
    assert f"?period={row['period']}#stances" in client.get(f"/concepts/{row['speaker']}").text
    none = client.get(f"/concepts/{row['speaker']}?period=bt01&lang=en").text
    assert "Nothing in this selection" in none


def test_all_that_an_actor_stands_for_is_had_as_a_file(client, out, monkeypatch):
    monkeypatch.setattr(lookups, "MOST", 1)
    sql = """select speaker, period_published as period, count(distinct (stance, concept_id)) as n
        from statements join documents using (document_id)
        where speaker in (select concept_id from concepts) group by all order by n desc limit 1"""
    most = rows(out, sql)[0]
    page = client.get(f"/concepts/{most['speaker']}?period={most['period']}&lang=en").text
    shown = page[page.index('id="stances"') : page.index("/download/stances")].count(">evidence")
    link = re.search(r'href="(/download/stances.csv[^"]+)"', page)[1].replace("&amp;", "&")
    assert len(client.get(link).text.splitlines()) == most["n"] + 1 > shown + 1


@pytest.mark.parametrize("language", ["de", "en"])
def test_key_findings_lead_to_their_sentences(client, language):
    text = client.get(f"/?lang={language}").text
    found = text[text.index('class="findings"') : text.index("</ul>")]
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="(/[^"]+)"', found)]
    assert sum(link.startswith("/sentences?") for link in links) > 3
    for link in links:
        assert client.get(link).status_code == 200, link


@pytest.mark.parametrize(("slice_", "value"), [("document_type", "positionspapier"), ("all", "all")])
def test_a_trend_in_documents_of_one_kind_leads_to_the_curve_of_that_kind(tmp_path, slice_, value):
    told = {"basis": "published", "unit": "concept", "item": "c1", "label": "Fonds", "slope": 0.1, "q": 0.02}
    at = {"slice": slice_, "slice_value": value, "period_from": "bt18", "period_to": "bt20", "n_periods": 3}
    figures = {"n": 30, "low": 0.05, "high": 0.2, "p": 0.01, "is_clear": True}
    out = small(
        tmp_path, documents=[document()], passages=[passage("p1")], sentences=[sentence("s1", "…", "p1")],
        periods=[period("bt", 18), period("bt", 20)], slopes=[row("slopes", **told, **at, **figures)],
    )  # fmt: skip
    text = TestClient(application(out), base_url="http://localhost").get("/").text
    sliced = "/trends?unit=concept&amp;item=c1&amp;slice=document_type"
    assert (sliced in text) == (slice_ != "all") and ('"/concepts/c1"' in text) == (slice_ == "all")
    assert ("Art »Positionspapier«" in text) == (slice_ != "all")
