"""The explorer: every view answers, escapes what documents say, and keeps to its limits."""

import re
import shutil
import time

import pytest
from starlette.testclient import TestClient

from pipeline.query import rows
from pipeline.serving import start
from pipeline.serving.app import application
from pipeline.serving.listen import warm
from pipeline.serving.reader import Reader
from tests.builders_output import finish
from tests.builders_outputs import make_read_output
from tests.builders_tables import build, rewrite

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
    return TestClient(application(out, hosts=("testserver",)), raise_server_exceptions=True)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return an output folder and its corpus, one document read."""
    corpus = tmp_path_factory.mktemp("edit") / "probe"
    corpus.mkdir()
    text = "# Lage\n\nDer Fachkräftemangel im Handwerk bremst. Die Bundesregierung plant ein Förderprogramm."
    (corpus / "papier.md").write_text(text, "utf-8")
    return make_read_output(corpus, corpus.parent / "out"), corpus


@pytest.fixture(scope="module")
def mention(out):
    return rows(out, "select * from mentions order by mention_id limit 1")[0]


def paths(mention):
    return (
        "/documents",
        f"/documents/{mention['document_id']}",
        f"/mentions/{mention['mention_id']}",
        "/search?q=Wohnungsnot",
        "/search?q=Wohnungsnot&period=bt20&layer=actor&document_type=strategie",
        "/search?q=-nichts",
        "/concepts?q=e&layer=actor",
        "/concepts/c-wohnungsnot",
        "/concepts/c-bundesregierung?period=bt20",
        "/trends",
        "/trends?unit=concept&basis=addressed&item=c-wohnungsnot",
        "/trends?unit=status&slice=document_type",
        "/sentences?unit=concept&item=c-wohnungsnot&period=bt20",
        "/",
        "/sql",
        "/sql?q=from+concepts",
        "/network?basis=addressed",
        "/patterns",
        "/patterns/attention?basis=addressed",
        "/patterns/novelty?over=concept",
        "/patterns/distinctive?part=issuer",
        "/patterns/open_themes",
        "/network",
        "/network?about=c-wohnungsnot&least=2",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_answers_in_both_languages(client, mention, language):
    for path in paths(mention):
        answer = client.get(path + ("&" if "?" in path else "?") + f"lang={language}&language=x&anchor=y")
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
        "/concepts/x",
        "/concepts?page=x",
        "/network?about=x",
        "/sentences?unit=theme&item=nothing&period=bt20",
        "/sentences?unit=theme",
    ],
)
def test_addresses_of_nothing_are_told_so(client, path):
    assert client.get(path).status_code == 404


def test_a_document_names_what_it_repeats_and_what_is_left_out_of_a_page(tmp_path):
    tables = build(tmp_path / "tables", documents=2, sentences=12, periods=("bt20",))
    repeats = {"status": "skipped", "reason": "repeats d-bt20-001", "duplicate_of": "d-bt20-001"}
    rewrite(tables, "documents", "d-bt20-000", repeats)
    finish(tmp_path)
    asking = TestClient(application(tmp_path, hosts=("testserver",)))
    for path in ("/documents", "/documents/d-bt20-000"):
        page = asking.get(path).text
        told = re.search(r'wiederholt <a href="/documents/d-bt20-001">(.*?)</a>; zählt nicht', page)
        assert told and told[1].replace("\u00ad", "") == "Koalitionsvertrag 2 (bt20)"
        assert "übergangen:" not in page
    assert "(Zeichen): Kopf- und Fußzeilen 56, Seitenzahlen 4." in asking.get("/documents/d-bt20-000").text


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
    refused = client.get("/documents", headers={"host": "evil.example"})
    assert refused.status_code == 400 and "open the explorer by the address of its computer" in refused.text


def test_only_reading_is_answered(client):
    assert client.post("/documents").status_code == 405


def test_long_addresses_are_refused(client):
    assert client.get("/documents?x=" + "a" * 20_000).status_code == 414


def test_evidence_shows_words_source_counts_and_reference(client, mention):
    text = client.get(f"/mentions/{mention['mention_id']}").text
    assert "<mark>" in text and "@misc{" in text
    assert text.count(f"http://testserver/mentions/{mention['mention_id']}") == 4  # link, citation, BibTeX


@pytest.mark.parametrize("basis", ["published", "addressed"])
@pytest.mark.parametrize("unit", ["theme", "concept", "actor", "layer", "kind", "actor_kind", "status"])
def test_a_point_leads_to_the_sentences_it_counts(client, out, unit, basis):
    sql = """select * from trends where unit = ? and basis = ? and slice = 'all' and n > 0
        and denominator_unit = case when unit in ('kind', 'actor_kind', 'status') then 'mentions'
        else 'sentences' end order by n desc, item limit 3"""
    for row in rows(out, sql, unit, basis):
        asked = {"unit": unit, "basis": basis, "item": row["item"], "period": row["period_id"]}
        text = client.get("/sentences", params=asked).text
        n = int(re.search(r'class="soft">(\d+) S(?:ätze|atz)', text)[1])
        assert n == row["n"] if row["denominator_unit"] == "sentences" else 0 < n <= row["n"]
        assert text.count("<li>") == min(n, 25)


def test_two_clicks_lead_from_a_point_to_the_words(client, mention):
    trend = client.get("/trends?unit=concept").text
    point = re.search(r'<a href="(/sentences[^"]+)"', trend)[1].replace("&amp;", "&")
    proof = re.search(r'<a class="m [^>]*href="(/mentions/[^"]+)"', client.get(point).text)[1]
    assert "<mark>" in client.get(proof).text


def test_one_quote_is_told_beside_the_state_or_the_status_it_stands_for(client, out):
    for n in (1, 2):
        row = rows(out, "from lineage where n_sentences = ? and n_status_sentences = 1 order by all", n)[0]
        line = rf"<th scope=.row.><a [^>]*period={row['period_id']}.*?<td>(.*?)</td><td>(.*?)</td>"
        found = re.search(line, client.get(f"/concepts/{row['concept_id']}?lang=en").text)
        assert ("only one quote" in found[1], "status: only one quote" in found[2]) == (n == 1, n == 2)


def test_actors_show_what_they_stand_for(client, out):
    sql = """select speaker, concept_id, count(distinct sentence_id) as n from statements
        where speaker in (select concept_id from concepts) group by all order by n desc, concept_id limit 1"""
    row = rows(out, sql)[0]
    text = client.get(f"/concepts/{row['speaker']}?lang=en").text
    part = text[text.index("What is demanded") : text.index("Related within")]
    assert f"/concepts/{row['concept_id']}?" in part
    assert (
        client.get(re.search(r'href="(/mentions/[^"]+)"', part)[1].replace("&amp;", "&")).status_code == 200
    )


def test_search_marks_words_and_narrows_by_facets(client):
    text = client.get("/search?q=Wohnungsnot").text
    assert "<mark>Wohnungsnot</mark>" in text
    n = int(re.search(r"(\d+)\s+S", text[text.index('class="soft"') :])[1])
    fewer = client.get("/search?q=Wohnungsnot&period=bt20").text
    assert 0 < int(re.search(r"(\d+)\s+S", fewer[fewer.index('class="soft"') :])[1]) < n


@pytest.mark.parametrize(
    "sql",
    [
        "create table x as select 1",
        "delete from mentions",
        "copy mentions to 'x.csv'",
        "attach 'x.duckdb' as x",
        "install httpfs",
        "load httpfs",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "set enable_external_access = true",
        "pragma database_list; drop table mentions",
        "export database 'x'",
    ],
)
def test_sql_only_reads(client, sql):
    text = client.get("/sql", params={"q": sql}).text
    assert 'class="refused"' in text and 'class="answer"' not in text
    assert client.get("/answer.csv", params={"q": sql}).status_code == 400


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            '/search?q="',
            "die Frage enthält kein Wort, nach dem sich suchen lässt; eines angeben, etwa Handwerk",
        ),
        ("/sql?q=drop table x", "das fragt nicht nach den Tabellen; erlaubt ist nur, sie zu lesen"),
        ("/sql?q=select 1; select 2", "das sind 2 Fragen; eine nach der anderen stellen"),
    ],
)
def test_what_is_no_question_is_said_in_the_language_of_the_reader(client, path, told):
    assert f">{told}</p>" in client.get(path).text
    assert 'lang="en">' in client.get(path + "&lang=en").text


def test_sql_shows_a_bounded_answer_and_gives_files(client):
    sql = "select i, '=1+1' as formula from range(1000) r(i)"
    text = client.get("/sql", params={"q": sql}).text
    assert text.count("<tr>") == 201 and "Die ersten 200 Zeilen; alle als Datei" in text
    assert "1 Zeile ·" in client.get("/sql?q=select 1").text and '"nowrap">=1+1<' in text
    data = client.get("/answer.csv", params={"q": sql}).text
    assert data.count("\n") == 1001 and "'=1+1" in data
    assert len(client.get("/answer.json", params={"q": sql}).json()) == 1000
    assert client.get("/answer.parquet", params={"q": sql}).content[:4] == b"PAR1"
    assert client.get("/answer.exe", params={"q": sql}).status_code == 404


def test_layers_are_filtered(read):
    made, corpus = read
    client = TestClient(application(made, corpus=corpus, hosts=("testserver",)))
    path = "/documents/" + rows(made, "select document_id from documents")[0]["document_id"]
    assert 'class="m actor' in client.get(path).text
    only = client.get(path, params={"layer": "challenge"}).text
    assert 'class="m actor' not in only and 'class="m challenge' in only


SAME = {"origin": "http://testserver"}


def editor(read):
    made, corpus = read
    client = TestClient(application(made, corpus=corpus, token="geheim", hosts=("testserver",)))
    row = rows(made, "select * from mentions where layer = 'instrument'")[0]
    return client, f"/mentions/{row['mention_id']}", made / "corrections.jsonl"


@pytest.mark.parametrize(
    ("token", "field", "headers"),
    [
        ("", "geheim", SAME),
        ("geheim", "", SAME),
        ("geheim", "falsch", SAME),
        ("geheim", "geheim", {}),
        ("geheim", "geheim", {"origin": "http://evil.example"}),
        ("geheim", "geheim", {"origin": "null"}),
    ],
)
def test_corrections_need_token_and_origin(read, token, field, headers):
    client, path, stored = editor(read)
    if token:
        client.get(path, params={"token": token})
    before = stored.read_bytes() if stored.exists() else b""
    answer = client.post(path, data={"token": field, "said": "reject", "who": "Ada"}, headers=headers)
    assert answer.status_code == 403
    assert (stored.read_bytes() if stored.exists() else b"") == before


def test_nobody_corrects_without_edit_mode(client, mention):
    path = f"/mentions/{mention['mention_id']}"
    assert client.post(path, data={"said": "reject"}, headers=SAME).status_code == 405
    assert "<form method" not in client.get(path + "?token=").text


def test_token_becomes_a_cookie_and_leaves_the_address(read):
    client, path, _ = editor(read)
    answer = client.get(path, params={"token": "geheim"}, follow_redirects=False)
    assert answer.headers["location"] == path
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=strict" in answer.headers["set-cookie"]


@pytest.mark.parametrize("said", ["accept", "status:existing", "kind:research", "reject", "restore"])
def test_corrections_are_stored_and_shown(read, said):
    client, path, stored = editor(read)
    client.get(path, params={"token": "geheim"})
    before = stored.read_text("utf-8").count("\n") if stored.exists() else 0
    form = {"token": "geheim", "said": said, "who": "<b>Ada</b>", "note": "weil"}
    answer = client.post(path, data=form, headers=SAME)
    assert answer.status_code == 200, answer.text
    assert stored.read_text("utf-8").count("\n") == before + 1
    assert "&lt;b&gt;Ada" in answer.text and "<b>Ada" not in answer.text


@pytest.mark.parametrize("form", [{"said": "status:erfunden"}, {"said": "x"}, {"said": "a" * 9000}, {}])
def test_corrections_that_are_none_are_refused(read, form):
    client, path, _ = editor(read)
    client.get(path, params={"token": "geheim"})
    answer = client.post(path, data={"token": "geheim", "who": "Ada", **form}, headers=SAME)
    assert answer.status_code == 403


def test_page_images_that_cannot_be_had_are_told_so(client, out):
    row = rows(out, "select document_id from documents where n_pages > 0 limit 1")[0]
    answer = client.get(f"/images/{row['document_id']}/1.png")
    assert answer.status_code == 404 and "is not there" in answer.text


def test_ties_have_weight_interval_and_evidence(client, out):
    edge = rows(out, "from edges where basis = 'published' order by period_id desc, weight desc limit 1")[0]
    page = client.get(f"/network?period={edge['period_id']}&network={edge['network']}").text
    assert f"/mentions/{edge['evidence'][0]}" in page and f"{edge['weight']:.2f}".replace(".", ",") in page
    assert 'class="empty"' in client.get("/network?least=999").text


def test_new_tables_are_seen(tmp_path, out):
    copy = shutil.copytree(out, tmp_path / "out")
    client = TestClient(application(copy, hosts=("testserver",)))
    before = client.get("/documents").text
    shutil.rmtree(copy / "tables")
    time.sleep(0.01)
    build(copy / "tables", documents=3, sentences=4)
    finish(copy)
    assert client.get("/documents").text != before
    (copy / "politikspur.duckdb").unlink()
    gone = client.get("/documents")
    assert gone.status_code == 400 and "holds no politikspur.duckdb" in gone.text


def test_warming_makes_what_the_first_reader_would_wait_for(out):
    reader = Reader(out)
    warm(reader, lambda stage, done, total: None)
    made = reader.kept.cache_info().misses
    start.start(reader, "en")
    assert made and reader.kept.cache_info().misses == made
    assert (out / "search" / "state.json").is_file()
