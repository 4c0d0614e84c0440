"""The explorer keeps to its limits: nothing of a document is run, nothing of a request reaches a file."""

import re

import pytest
from starlette.testclient import TestClient

from pipeline.errors import InputError
from pipeline.query import rows
from pipeline.serving import questions
from pipeline.serving.app import application
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
    "select 1; delete from mentions",
    "call pragma_version(); drop view v_mentions",
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("safety") / "papiere"
    folder.mkdir()
    (folder / "boese.pdf").write_bytes(pdf([[SCRIPT, FORMULA]]))
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


def test_formulas_are_disarmed_in_files(client):
    asked = {"q": "select text from sentences where starts_with(text, '=')"}
    data = client.get("/answer.csv", params=asked).text
    assert "HYPERLINK" in data and not re.search(r'(^|,)"?=', data, re.M)


def test_only_names_of_this_computer_are_answered(out):
    for host, status in {"localhost": 200, "testserver": 400, "fremd.example": 400}.items():
        assert TestClient(application(out), base_url=f"http://{host}").get("/").status_code == status


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
    monkeypatch.setattr(questions, "MOST", 10)
    assert client.get("/answer.csv", params={"q": "from range(99)"}).text.count("\n") == 11
    assert client.get("/sql", params={"q": "select " + "1," * 9_000}).status_code == 414


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


def test_a_port_that_is_taken_is_said_in_one_line():
    with bound("127.0.0.1", 0) as place:
        port = place.getsockname()[1]
        assert port
        with pytest.raises(InputError, match=rf"127.0.0.1:{port}: cannot be opened.*give another --port"):
            bound("127.0.0.1", port)
