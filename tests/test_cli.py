"""The command line as a user meets it."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from typer import Context
from typer.main import get_command

from pipeline import __version__, cli
from pipeline.commands.progress import prepared
from pipeline.run import Moment, RunSummary
from pipeline.stopwatch import LogEntry
from tests.builders_tables import build, rewrite

SEED = "kurzimpuls-cluster-ohne-datum.pdf"


@pytest.fixture
def politikspur(monkeypatch, capsys):
    """The command line in this process: what `alone` does, without the seconds that starting takes."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["politikspur", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return subprocess.CompletedProcess(words, ended.value.code, *capsys.readouterr())

    return call


def alone(*words, **options):
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "no/such/folder"], "no/such/folder: is not a folder"),
        (["read", "fehlt.pdf"], "fehlt.pdf: no such file"),
        (["read", "corpora"], "corpora: is a folder"),
        (["read", "README.md", "--pages", "drei"], "--pages: 'drei' is not a list of pages"),
        (["query", "no/such/folder", "select 1"], "holds no politikspur.duckdb"),
        (["track", "no/such/folder"], "holds no finished run"),
        (["report", "no/such/folder"], "holds no finished run"),
        (["run", "corpora/sample", "--settings", "fehlt.toml"], "fehlt.toml: cannot be read"),
        (["tag", "--in", "fehlt.jsonl", "--out", "x.jsonl"], "fehlt.jsonl"),
        (["link", "--in", "fehlt.jsonl", "--out", "x.jsonl"], "fehlt.jsonl"),
        (["evaluate", "--gold", "fehlt.jsonl"], "fehlt.jsonl"),
        (["evaluate", "--relations", "fehlt.jsonl"], "fehlt.jsonl"),
        (["evaluate", "--relations", "a.jsonl", "--gold", "b.jsonl"], "--gold: cannot be used with"),
        (["evaluate", "--relations", "a.jsonl", "--report", "b"], "--report: cannot be used with"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(politikspur, monkeypatch, root, words, says):
    monkeypatch.chdir(root)
    done = politikspur(*words)
    lines = done.stderr.strip().splitlines()
    assert done.returncode != 0
    assert len(lines) == 1 and says in lines[0] and ";" in lines[0], done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "a", "--engine", "spark"], "run: invalid value for '--engine': 'spark' is not one of"),
        (["run", "a", "--workers", "0"], "run: invalid value for '--workers': "),
        (["run"], "run: missing argument 'CORPUS'; see `politikspur run --help`"),
        (["run", "a", "--fremd"], "run: no such option: --fremd"),
        (["bench", "alles"], "bench: no such command 'alles'"),
        (["laufe"], "politikspur: no such command 'laufe'; see `politikspur --help`"),
        (["--fremd"], "politikspur: no such option: --fremd"),
        (["correct", "a", "--queue"], ": option '--queue' requires an argument; see `politikspur"),
    ],
)
def test_a_command_that_is_not_understood_is_refused_in_one_line(politikspur, words, says):
    done = politikspur(*words)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert says in line and " --help`" in line and "Value error" not in line


def test_a_group_without_a_command_shows_its_help(politikspur):
    done = politikspur("bench")
    assert done.returncode == 2 and "Commands:" in done.stderr


def test_training_without_its_extra_says_what_to_install(politikspur, monkeypatch):
    monkeypatch.delitem(sys.modules, "pipeline.train", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    done = politikspur("train", "a.toml", "--out", "b")
    assert done.returncode != 0
    remedy = "in the checkout: .venv/bin/pip install -e '.[train]'"
    assert done.stderr == f"politikspur: torch: is not installed; {remedy}\n"


def test_what_cannot_be_written_is_named(politikspur, monkeypatch):
    def full():
        raise OSError(28, "No space left on device", "out/a.csv.tmp-7")

    monkeypatch.setattr(cli, "app", full)
    done = politikspur("run")
    assert done.returncode == 1
    assert done.stderr.startswith("politikspur: out/a.csv: No space left on device; ")


def test_pages_are_printed_as_json_lines(root):
    done = alone("read", root / "corpora/sample/pdf" / SEED, "--pages", "1", "--jsonl")
    (line,) = done.stdout.splitlines()
    page = json.loads(line)
    assert (page["file"], page["page"]) == (SEED, 1)
    assert "\n\n" in page["text"] and "Fiktives Dokument" not in page["text"]


def test_help_comes_at_once():
    done = alone("--help")
    assert done.returncode == 0 and "run" in done.stdout
    heavy = "import sys, pipeline.cli; print({'numpy', 'spacy', 'pandas', 'pyarrow'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"


def every_command():
    app = get_command(cli.app)
    return app.commands | {f"bench {name}": one for name, one in app.commands["bench"].commands.items()}


def test_the_list_of_commands_is_whole_grouped_and_readable():
    told = alone("--help", env=os.environ | {"COLUMNS": "80"}).stdout
    listed = re.findall(r"^  ([a-z]+) {2,}(\S.*)", told.partition("Options:")[2], flags=re.M)
    assert sorted(name for name, _ in listed) == sorted(get_command(cli.app).commands)
    assert "Begin with `politikspur run" in told and told.partition("Examples:")[2].count("politikspur ") == 3
    assert not [line for line in every_command().values() if line.get_short_help_str(60).endswith("...")]


def test_the_version_is_told(politikspur):
    assert politikspur("--version").stdout == f"politikspur {__version__}\n"


@pytest.mark.parametrize("name", every_command())
def test_help_names_what_is_taken_in_the_same_way_everywhere(name):
    context = Context(command := every_command()[name], info_name=name, terminal_width=100)
    told = command.get_help(context)
    assert "{" not in told.partition("\n")[0]
    assert not re.search(r"<(str|path|int|float|list|bool)\b", told)


@pytest.mark.parametrize("words", [("query",), ("bench", "tag")])
def test_examples_of_the_help_can_be_pasted(words):
    lines = alone(*words, "--help", env=os.environ | {"COLUMNS": "60"}).stdout.splitlines()
    assert any(line.startswith("  Example: politikspur") and len(line) > 60 for line in lines)


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_interrupted_ends_in_order_and_says_so(politikspur, monkeypatch, tmp_path, kind):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in background
    ended = []

    def run(*given, **named):
        try:
            signal.raise_signal(kind)
        finally:
            ended.append(True)

    monkeypatch.setattr("pipeline.run.run", run)
    try:
        done = politikspur("run", tmp_path, "--out", tmp_path / "out")
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended and done.returncode == 130
    assert done.stderr.endswith("politikspur: interrupted; run the same command again to resume\n")


def test_the_reader_of_our_output_may_go_away(root):
    file = root / "corpora/sample/pdf" / SEED
    done = subprocess.run(
        f"{sys.executable} -m pipeline read '{file}' | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_a_log_is_one_json_object_a_line(politikspur, monkeypatch, tmp_path):
    read = LogEntry(stage="read", document="notiz.md", seconds=0.5, status="ok")
    missing = "manifest.csv line 2: fehlt.pdf: no such file"
    done = RunSummary(run_key="k", changed=True, n_documents=1, n_processed=1, warnings=(missing,))

    def run(*_, observe, **__):
        observe(Moment(stage="read", entries=(read,)))
        return done

    monkeypatch.setattr("pipeline.run.run", run)
    build(tmp_path / "out" / "tables", documents=1, sentences=10, periods=("bt20",))
    (tmp_path / "papiere").mkdir()
    ended = politikspur("run", tmp_path / "papiere", "--out", tmp_path / "out", "--log", "json")
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert all(line.keys() == lines[0].keys() for line in lines)
    assert [(line["stage"], line["document"], line["status"], line["reason"]) for line in lines] == [
        ("read", "notiz.md", "ok", ""), ("run", "", "ok", ""), ("run", "", "warning", missing)
    ]  # fmt: skip


@pytest.mark.parametrize("others", [(), ("ok",)])
def test_a_run_that_could_read_nothing_says_so(politikspur, monkeypatch, tmp_path, others):
    done = RunSummary(run_key="k", changed=False, n_documents=1 + len(others), n_processed=0)
    monkeypatch.setattr("pipeline.run.run", lambda *_, **__: done)
    monkeypatch.setattr("pipeline.outputs.rows", lambda *_: [{"status": s} for s in ("failed", *others)])
    (tmp_path / "corpus").mkdir()
    ended = politikspur("run", tmp_path / "corpus", "--out", tmp_path / "out")
    told = f"{tmp_path / 'corpus'}: no document could be read; `politikspur runs {tmp_path / 'out'}` says why"
    assert (ended.returncode, ended.stderr) == ((0, "") if others else (1, f"warning: {told}\n"))


@pytest.mark.parametrize("changed", [True, False])
def test_a_run_ends_with_what_was_read_and_why_the_rest_was_not(politikspur, monkeypatch, tmp_path, changed):
    asked = []
    done = RunSummary(run_key="k", changed=changed, n_documents=3, n_processed=3)
    monkeypatch.setattr("pipeline.run.run", lambda *words, **_: asked.append(words[2].read.password) or done)
    build(tmp_path / "out" / "tables", documents=2, sentences=10, periods=("bt20",))
    (tmp_path / "corpus").mkdir()
    ended = politikspur("run", tmp_path / "corpus", "--out", tmp_path / "out", "--password", "geheim")
    assert (ended.returncode, asked) == (0, ["geheim"])
    lines = ended.stdout.splitlines()
    assert lines[0] == "bt20 (2 documents, 20 sentences)"
    assert lines[1].startswith("  challenges   ")
    at = lines.index("3 documents (1 failed, 2 ok), 2 pages (0 lost)")
    assert lines[at + 1 : at + 4] == [
        "      1 failed: the file is encrypted and the password does not fit",
        f"  Which ones: politikspur runs {tmp_path / 'out'}",
        lines[at + 3],
    ]
    assert lines[at + 3].startswith("3 of 3 documents processed in ")


@pytest.mark.parametrize("described", [False, True])
def test_a_run_says_which_documents_have_no_period_and_what_to_do(
    politikspur, monkeypatch, tmp_path, described
):
    done = RunSummary(run_key="k", changed=True, n_documents=5, n_processed=5)
    monkeypatch.setattr("pipeline.run.run", lambda *_, **__: done)
    tables, corpus = build(tmp_path / "out" / "tables", documents=5, sentences=10), tmp_path / "corpus"
    undated = {"published": None, "published_precision": "none", "period_published": None}
    for number in range(4):
        rewrite(tables, "documents", f"d-bt20-{number:03}", undated)
    rewrite(tables, "documents", "d-bt20-000", {"issuer": None})
    by_number = {"issuer": None, "published": None, "published_precision": "none"}
    rewrite(tables, "documents", "d-bt20-004", by_number)  # the Wahlperiode is known all the same
    corpus.mkdir()
    manifest = corpus / "manifest.csv"
    if described:
        manifest.write_text("file;date\n", "utf-8")
    told = politikspur("run", corpus, "--out", tmp_path / "out").stdout
    lists = f"politikspur query {tmp_path / 'out'} undated"
    assert "4 documents without an exact date, and so in no figure by Wahlperiode of publication: " in told
    assert " and 1 more\n2 documents without an issuer, and so in no figure by issuer: " in told
    assert (
        f"in {manifest}; a list: {lists} --format csv --to undated.csv\n"
        if described
        else f"{lists} --format excel-csv"
    ) in told


@pytest.mark.parametrize("described", [False, True])
def test_dates_are_to_be_written_where_the_next_run_does_not_destroy_them(
    politikspur, monkeypatch, tmp_path, described
):
    done = RunSummary(run_key="k", changed=True, n_documents=2, n_processed=2)
    monkeypatch.setattr("pipeline.run.run", lambda *_, **__: done)
    monkeypatch.setattr("pipeline.places.brought", lambda _, folder: (folder, ()))
    tables, copy = build(tmp_path / "out" / "tables", documents=2, sentences=10), tmp_path / "out-documents"
    rewrite(tables, "documents", "d-bt20-000", {"issuer": None})
    copy.mkdir()
    if described:
        (copy / "manifest.csv").write_text("file;date\n", "utf-8")
    told = politikspur("run", "s3://key:geheim@bucket/papiere/", "--out", tmp_path / "out").stdout
    there = "s3://bucket/papiere/manifest.csv"
    assert (f"Give them in {there};" if described else f"--to {copy}.csv\n") in told
    assert f"put it to {there} and run again" in told or described
    assert str(copy / "manifest.csv") not in told and "geheim" not in told


def test_a_run_that_fails_says_so_in_its_log(tmp_path):
    done = alone("run", tmp_path / "fehlt", "--out", tmp_path / "out", "--log", "json")
    (line,) = map(json.loads, done.stderr.splitlines())
    assert done.returncode == 1
    assert (line["stage"], line["status"]) == ("run", "failed") and "is not a folder" in line["reason"]


def test_the_errors_of_the_tagger_are_written_as_a_report(politikspur, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "1", "text": "Der Bund hilft den Ländern.", "themes": ["government"]}')
    done = politikspur("evaluate", "--gold", str(gold), "--report", str(tmp_path / "errors"))
    assert done.stdout.splitlines()[-1] == str(tmp_path / "errors" / "report.md")
    assert "# Judged on gold.jsonl" in (tmp_path / "errors" / "report.md").read_text("utf-8")


def test_without_references_those_of_the_sample_judge(politikspur, monkeypatch):
    judged = []
    monkeypatch.setattr("pipeline.evaluate.evaluate_file", lambda path, *_, **__: judged.append(path))
    monkeypatch.setattr("pipeline.evaluate.report_lines", lambda _: ["judged"])
    assert politikspur("evaluate").stdout == "judged\n"
    (path,) = judged
    assert path.as_posix() == "corpora/sample/truth/mentions.jsonl" and path.is_file()


def test_outside_the_repository_evaluate_asks_for_references(politikspur, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert "there is no corpora/sample/truth/mentions.jsonl here" in politikspur("evaluate").stderr


def test_what_is_prepared_is_told_once_where_no_terminal_shows_how_far_it_is(capsys):
    for done in (0, 500):
        prepared("index", done, 1000)
    prepared("", 0, 0)
    assert capsys.readouterr().err == "index: 1,000 sentences to prepare, once after a run\n"
