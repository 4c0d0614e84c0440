"""The explorer keeps to its limits: nothing of a document is run, nothing of a request reaches a file."""

import re
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from threading import Event
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from pipeline.errors import InputError
from pipeline.query import rows
from pipeline.serving import app, desk, listen, questions
from pipeline.serving.app import application
from pipeline.serving.guard import Guard
from pipeline.serving.invented import pdf
from pipeline.serving.listen import bound
from tests.builders_outputs import make_read_output

SCRIPT = "Die Bundesregierung plant <script>alert(1)</script> ein Programm."
FORMULA = '=HYPERLINK("http://boese.example";"Bundesregierung") und mehr Text.'
WORDS = {
    "Bundesregierung": ("actor", "federal", "", "yes"),
    "<script>alert": ("instrument", "regulation", "planned", ""),
}
READS = [
    "select * from read_csv('{file}')",
    "select * from read_text('{file}')",
    "select * from read_blob('{file}')",
    "select * from read_json('{file}')",
    "select * from read_parquet('{file}')",
    "select * from '{file}'",
    "select * from glob('{folder}/*')",
    "select * from sniff_csv('{file}')",
    "copy (select 1) to '{folder}/x.csv'",
    "attach '{folder}/x.duckdb' as x",
    "attach ':memory:' as x",
    "install httpfs",
    "load httpfs",
    "export database '{folder}/x'",
    "create table x as select 1",
    "insert into documents select * from documents",
    "update mentions set text = ''",
    "drop table mentions",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "pragma enable_profiling",
    "create or replace macro x() as 1",
    "create secret s (type s3)",
    "select * from json_execute_serialized_sql(json_serialize_sql('select path from duckdb_databases()'))",
    "select JSON_EXECUTE_SERIALIZED_SQL(json_serialize_sql('select 1'))",
    "select * from which_secret('s3://x', 's3')",
    "select * from duckdb_databases()",
    "select * from system.main.duckdb_settings()",
    "pivot (from duckdb_databases()) on path",
    "select * from query('from duckdb_databases()')",
    "select * from query_table('{file}')",
    "select getenv('HOME')",
    "select current_setting('temp_directory')",
    "from 'file://{file}'",
    "from 'https://127.0.0.1:1/x.parquet'",
    "select * from read_duckdb('{file}')",
    "select * from parquet_metadata('{file}')",
    "attach 'https://127.0.0.1:1/x.duckdb' as x",
    "copy (select 1) to program 'id'",
    "import database '{folder}'",
    "call enable_logging()",
    "select json_serialize_plan('select current_setting(''temp_directory'')', optimize := true)",
    "select * from duckdb_extension_repositories()",
    "select * from duckdb_live_query_metrics()",
    "select * from pg_catalog.pg_prepared_statements",
    "select * from checkpoint()",
    "select * from enable_profiling(save_location := '{folder}/x.json')",
    "select * from create_external_resource('x')",
    "select * from pandas_scan(140000000000)",
    "select * from pragma_database_size()",
    "select write_log('x')",
    "select sleep_ms(60000)",
    "select pg_sleep(60)",
    "select finalize(to_aggregate_state('x'::blob))",
    "select list_transform(['temp_directory'], lambda x: current_setting(x))",
    "select 'temp_directory'.current_setting()",
    "select/**/*/**/from/**/read_text/*x*/('{file}')",
    "select * from \"read_text\"('{file}')",
    "select (select content from read_text('{file}'))",
    "with a as (from glob('{folder}/*')) select * from range(1), lateral (from a)",
    "summarize (from read_csv('{file}'))",
    "pivot (from duckdb_live_query_metrics()) on metric_name",
    "unpivot (from glob('{folder}/*')) on columns(*)",
    "from '{file}.xlsx'",
    "from sqlite_scan('{file}', 'x')",
    "prepare x as select 1",
    "execute x",
    "explain analyze select 1",
    "with x as (delete from mentions returning *) from x",
    "select 1; delete from mentions",
    "call pragma_version(); drop view v_mentions",
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("safety") / "papiere"
    folder.mkdir()
    (folder / "boese.pdf").write_bytes(pdf([[SCRIPT, FORMULA]]))
    (folder / "halb.pdf").write_bytes(pdf([[SCRIPT], [SCRIPT]]).replace(b" 6 0 R]", b" 9 0 R]"))
    return folder


@pytest.fixture(scope="module")
def out(corpus):
    return make_read_output(corpus, corpus.parent / "out", words=WORDS)


@pytest.fixture(scope="module")
def client(out, corpus):
    return TestClient(application(out, corpus=corpus, hosts=("testserver",)))


def test_a_pdf_with_a_script_and_a_formula_is_text_on_every_page(client, out):
    found = rows(out, "select mention_id, document_id from mentions where layer = 'instrument'")
    assert found, "the reader found the script as words"
    document = found[0]["document_id"]
    proofs = [f"/mentions/{row['mention_id']}" for row in found]
    views = ["/search?q=Bundesregierung", "/documents", "/concepts", "/", "/sql?q=select+text+from+sentences"]
    paths = [f"/documents/{document}", *views, *proofs]
    for path in paths:
        text = client.get(path).text
        assert "<script>alert" not in text, path
        assert re.findall(r"<script(?! src=\"/static/)", text) == [], path
    assert "&lt;script&gt;" in client.get(paths[0]).text
    assert client.get(f"/images/{document}/1.png").content[:4] == b"\x89PNG"


def test_a_page_that_could_not_be_read_is_not_drawn_either(client, out, monkeypatch):
    monkeypatch.setattr(client.app.state.site.images, "_draw", lambda sheet: 1 / 0)
    document = rows(out, "select document_id from documents where path = 'halb.pdf'")[0]["document_id"]
    image, page = client.get(f"/images/{document}/2.png"), client.get(f"/documents/{document}/2").text
    assert (image.status_code, image.text) == (404, "the page is damaged")
    assert "<img" not in page and "die Seite ist beschädigt" in page


def test_formulas_are_disarmed_in_files(client):
    asked = {"q": "select text from sentences where starts_with(text, '=')"}
    data = client.get("/answer.csv", params=asked).text
    assert "HYPERLINK" in data and not re.search(r'(^|,)"?=', data, re.M)


def test_formulas_behind_a_semicolon_are_disarmed_for_spreadsheets_that_divide_there(client):
    sql = """select 'mehr;=HYPERLINK("http://boese.example")' as a, ['x;@SUM(1)', 'a; -5 %'] as b, -5 as c"""
    data = client.get("/answer.csv", params={"q": sql}).text
    assert data.splitlines()[1] == '"mehr;\'=HYPERLINK(""http://boese.example"")",x;\'@SUM(1); a; -5 %,-5'


def test_only_addresses_and_names_of_this_computer_are_answered(out):
    client = TestClient(application(out, hosts=("Rechner",)))
    for host in ("localhost", "127.0.0.1:8440", "[::1]:8440", "192.168.1.5:8440", "rechner:80"):
        assert client.get("/sql", headers={"host": host}).status_code == 200, host
    for host in ("testserver", "fremd.example", "127.0.0.1.fremd.example", "[::1", "[rechner]", "a b", ""):
        assert client.get("/sql", headers={"host": host}).status_code == 400, host


def test_policy_allows_own_files_and_nothing_else(client):
    policy = client.get("/").headers["content-security-policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == parts["base-uri"] == parts["frame-ancestors"] == "'none'"
    assert {parts[f"{name}-src"] for name in ("script", "style", "img")} == {"'self'"}


@pytest.mark.parametrize("sql", READS)
def test_sql_neither_writes_nor_reads_files(client, tmp_path, sql):
    secret = tmp_path / "geheim.csv"
    secret.write_text("geheim\n42\n")
    asked = {"q": sql.format(file=secret, folder=tmp_path)}
    answer = client.get("/sql", params=asked)
    assert 'class="refused"' in answer.text and 'class="answer"' not in answer.text
    assert client.get("/answer.csv", params=asked).status_code == 400
    assert [path.name for path in tmp_path.iterdir()] == ["geheim.csv"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e%2fapp.py", "/static/..%5capp.py", "/static//etc/passwd",
        "/images/..%2f..%2fetc/1.png", "/images/%2fetc%2fpasswd/1.png", "/documents/..%2f..%2fetc%2fpasswd/1",
        "/download/..%2fdocuments.csv", "/download/documents.csv%00", "/download/secrets.csv",
        "/download/documents.exe", "/answer.csv/../../etc/passwd",
    ],
)  # fmt: skip
def test_no_address_reaches_a_file(client, path):
    assert client.get(path).status_code == 404


def test_questions_are_stopped_and_answers_bounded(client, monkeypatch):
    monkeypatch.setattr(questions, "SECONDS", 0.2)
    slow = "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3"
    assert "wurde angehalten; nach weniger fragen" in client.get("/sql", params={"q": slow}).text
    monkeypatch.setattr(questions, "SECONDS", 10.0)
    monkeypatch.setattr(questions, "MOST", 10)
    assert client.get("/answer.csv", params={"q": "from range(10)"}).text.count("\n") == 11
    cut = client.get("/answer.csv", params={"q": "from range(11)"})
    assert cut.status_code == 400 and "die Antwort hat mehr als 10 Zeilen; nach weniger fragen" in cut.text
    assert "mehr als 8000 Zeichen" in client.get("/sql", params={"q": "select " + "1 " * 4_500}).text
    assert client.get("/sql", params={"q": "select " + "1," * 9_000}).status_code == 414


@pytest.mark.parametrize(
    "sql",
    [
        "select length(repeat('a', 2000000000))",
        "select len(range(1000000000))",
        "with recursive t as (select 'a' s union all select s||s from t) select max(length(s)) from t",
        "select length(format('{:>2000000000}', 'a'))",
    ],
    ids=["text", "list", "recursion", "width"],
)
def test_a_question_for_all_memory_is_refused_and_the_next_is_answered(client, sql):
    said = client.get("/sql", params={"q": sql}).text
    assert "brauchte mehr Speicher, als eine Frage haben darf; nach weniger fragen" in said
    assert 'class="answer"' in client.get("/sql", params={"q": "select 1"}).text


def test_what_duckdb_cannot_interrupt_is_stopped_all_the_same(client, monkeypatch):
    monkeypatch.setattr(questions, "SECONDS", 0.2)
    monkeypatch.setattr(desk, "GRACE", 0.3)
    sql = "select jaro_similarity(repeat('ab', 300000), repeat('ba', 300000))"
    assert "dauerte länger als 0.5 s und wurde angehalten" in client.get("/sql", params={"q": sql}).text


def test_slow_questions_leave_other_pages_alone_and_only_so_many_wait(out, corpus, monkeypatch):
    monkeypatch.setattr(app, "QUEUE", 3)
    monkeypatch.setattr(questions, "SECONDS", 2.0)
    slow = {"q": "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3"}
    with TestClient(application(out, corpus=corpus, hosts=("testserver",))) as client:
        client.get("/sql", params={"q": "select 1"})
        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(client.get, "/sql", params=slow) for _ in range(8)]
            for _ in islice(as_completed(asked), 3):  # those that are refused
                pass
            assert client.get("/documents").status_code == client.get("/sql").status_code == 200
            assert not all(one.done() for one in asked)
            found = sorted(one.result().status_code for one in asked)
    assert found == [200] * 5 + [503] * 3
    assert "zu viele Fragen warten schon" in next(
        one.result().text for one in asked if one.result().status_code == 503
    )


def test_pictures_that_hang_leave_pages_alone(out, corpus, monkeypatch):
    document = rows(out, "select document_id from documents where path = 'boese.pdf'")[0]["document_id"]
    ended = Event()
    with TestClient(application(out, corpus=corpus, hosts=("testserver",))) as client:
        monkeypatch.setattr(client.app.state.site.images, "_draw", lambda sheet: ended.wait() and b"x")
        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(client.get, f"/images/{document}/1.png") for _ in range(6)]
            assert client.get("/documents").status_code == 200
            assert not any(one.done() for one in asked)
            ended.set()
            assert {one.result().content for one in asked} == {b"x"}


def test_values_of_an_answer_stay_text(client):
    bad, image = "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'
    sql = f"""select '{bad}' as "{bad}", ['{bad}', null] as l, {{'k': '{bad}'}} as s,
        map(['{bad}'], [1]) as m, '{bad}'::blob as b,
        '{image}' as mention_id, 'javascript:alert(1)' as concept_id"""
    text = client.get("/sql", params={"q": sql}).text
    assert 'class="answer"' in text and "<script>alert" not in text and "<img src=x" not in text
    assert 'href="javascript' not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select * from test_all_types()", "enthält einen Wert, der sich nicht zeigen lässt"),
        ("select repeat('a', 11000000)", "die Antwort hat mehr als 10 MB"),
        ("select repeat('a', 120000) from range(100)", "die Antwort hat mehr als 10 MB"),
        ("select list_transform(range(2000000), lambda x: true)", "die Antwort hat mehr als 10 MB"),
        ("pivot (select range from range(4000)) on range using count(*)", ""),
        ("pivot (select range, range % 99 as r from range(4000)) on range group by r", "mehr als 10 MB"),
    ],
)
def test_an_answer_that_no_page_can_show_is_refused(client, sql, says):
    answer = client.get("/sql", params={"q": sql})
    assert answer.status_code == 200 and says in answer.text
    assert not says or len(answer.content) < 100_000


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\r\nX-Injected: 1",
    "{{7*7}}",
    "${7*7}",
    "(" * 200,
    '"',
    "a:b^9999 AND (title:*)",
    "*" * 300,
    "***",
    "NOT",
    "[* TO *]",
    "a~9999",
    "/.*/",
    "field:x",
    "-" * 50,
    "+" * 99,
    "\u202e\x00",
    "\U0001f600" * 100,
    "^",
    "!",
    "\\",
    "'*'",
    '"*" -*',
    "../../../etc/passwd",
    "%2e%2e%2f",
    "a*b*c*",
]
PLACES = [
    "/search?q={}",
    "/search?q=x&issuer={}",
    "/search?by={}&q=a",
    "/concepts?q={}",
    "/concepts/{}",
    "/documents/{}/1",
    "/mentions/{}",
    "/static/{}",
    "/trends?unit={}&item={}",
    "/network?about={}",
    "/patterns/{}",
    "/download/{}.csv",
    "/download/search.csv?q={}",
    "/answer.{}",
    "/sql?q={}",
    "/?lang={}",
    "/nowhere?language={0}&anchor={0}&other_language={0}&request={0}",
]


@pytest.mark.parametrize("place", PLACES)
def test_hostile_words_stay_words(client, place):
    for words in HOSTILE:
        answer = client.get(re.sub(r"{0?}", quote(words, safe=""), place))
        assert answer.status_code in (200, 400, 404), words
        assert "x-injected" not in answer.headers
        if answer.headers["content-type"].startswith("text/html"):
            assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
        assert "content-security-policy" in answer.headers


def test_values_of_addresses_stay_values(client):
    for bad in ("' or 1=1 --", "x'); drop table mentions; --", "%00", "../../etc/passwd"):
        for path, name in (
            ("/concepts", "q"),
            ("/network", "period"),
            ("/search", "issuer"),
            ("/trends", "item"),
        ):
            assert client.get(path, params={name: bad}).status_code in (200, 404), (path, bad)
    assert client.get("/documents").status_code == 200


@pytest.mark.parametrize(("host", "by_full_name"), [("0.0.0.0", True), ("::", True), ("127.0.0.1", False)])
def test_other_computers_may_call_this_one_by_its_full_name_and_by_no_other(monkeypatch, host, by_full_name):
    monkeypatch.setattr("socket.gethostname", lambda: "rechner")
    monkeypatch.setattr("socket.getfqdn", lambda: "rechner.institut.example")
    guard = Guard(None, listen.names(host))
    assert guard._is_known("rechner:8440") and not guard._is_known("rechner.boese.example")
    assert guard._is_known("Rechner.institut.example:8440") is by_full_name


def test_a_port_that_is_taken_is_said_in_one_line():
    with bound("127.0.0.1", 0) as place:
        port = place.getsockname()[1]
        assert port
        with pytest.raises(InputError, match=rf"127.0.0.1:{port}: cannot be opened.*give another --port"):
            bound("127.0.0.1", port)
