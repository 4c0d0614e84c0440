"""The whole line on a few documents: incremental, safe, the same bytes whatever happens."""

import json
import re
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stderr

import duckdb
import pyarrow.parquet as pq
import pytest
import typer
from msgspec.structs import replace
from typer.testing import CliRunner

from pipeline.asking.originals import file_of
from pipeline.cli import app
from pipeline.commands import progress
from pipeline.config import load_settings
from pipeline.corpus import HASHES
from pipeline.diff import diff
from pipeline.errors import NO_MEMORY, InputError, ModelError
from pipeline.outputs import finished
from pipeline.process import stop_at
from pipeline.run import Moment, _keys, _tasks, _write, run
from pipeline.running.finish import Keys
from pipeline.schema import TABLES
from pipeline.stopwatch import Stopwatch
from pipeline.tasks import Job

PAPERS = ("2012-kurzimpuls-fachkraefte-regionen.pdf", "2015-positionspapier-mittelstand.pdf")
MANIFEST = (
    "Datei;Titel;Typ;Herausgeber;Datum\n"
    f"{PAPERS[0]};Fachkräfte für die Regionen;positionspapier;Institut;14.03.2012\n"
    f"{PAPERS[1]};Mittelstand;positionspapier;Verband;2015\n"
)
SETTINGS = load_settings()


def silent(moment: Moment) -> None:
    """See nothing."""


def go(corpus, out, *, workers=1, settings=SETTINGS):
    return run(corpus, out, settings, workers=workers, observe=silent)


def tables(out):
    """Return the bytes of every table but `runs`."""
    found = {path.stem: path.read_bytes() for path in (out / "tables").glob("*.parquet")}
    assert set(found) == set(TABLES)
    return {name: content for name, content in found.items() if name != "runs"}


def rows(out, sql):
    with duckdb.connect(str(out / "politikspur.duckdb"), read_only=True) as base:
        return base.execute(sql).fetchall()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, root):
    folder = tmp_path_factory.mktemp("ein Ordner mit Leerzeichen")
    for name in PAPERS:
        shutil.copy(root / "corpora" / "sample" / "pdf" / name, folder)
    (folder / "leer.pdf").write_bytes(b"")
    (folder / "kein.pdf").write_bytes(b"das ist kein PDF")
    (folder / "notiz.md").write_text(
        "# Lage\n\nDer Fachkräftemangel bremst das Handwerk. Die Bundesregierung wird bis 2030 ein "
        "Förderprogramm für Ausbildungsbetriebe auflegen.\n",
        encoding="utf-8",
    )
    (folder / "english.txt").write_text(
        "The federal government will introduce a new grant scheme for small firms. "
        "It should help regions that suffer from structural change and from a lack of skilled workers.\n" * 5
    )
    (folder / "manifest.csv").write_bytes(MANIFEST.encode("cp1252"))
    return folder


@pytest.fixture(scope="module")
def logged(once, corpus):
    """A finished output, and the log of its run."""

    def make(folder):
        with (
            (folder / "log").open("w", encoding="utf-8") as told,
            redirect_stderr(told),
            progress.log() as observe,
        ):
            run(corpus, folder / "erste Ausgabe", SETTINGS, workers=1, observe=observe)

    folder = once("run", make)
    return folder / "erste Ausgabe", (folder / "log").read_text("utf-8")


@pytest.fixture(scope="module")
def out(logged):
    return logged[0]


@pytest.fixture
def copy(tmp_path, corpus, out):
    """A corpus and its finished output that a test may change."""
    mine = tmp_path / corpus.name
    shutil.copytree(corpus, mine)
    shutil.copytree(out, tmp_path / "out")
    return mine, tmp_path / "out"


def test_a_log_is_one_json_object_a_line(logged):
    lines = [json.loads(line) for line in logged[1].splitlines()]
    for line in lines:
        assert set(line) == {"time", "stage", "document", "seconds", "status", "reason", "pages"}
    found = {(line["stage"], line["document"]): line["status"] for line in lines}
    assert found["read", "notiz.md"] == found["tag", PAPERS[0]] == found["tables", ""] == "ok"
    assert found["read", "leer.pdf"] == "failed"
    assert (lines[-1]["stage"], lines[-1]["status"]) == ("run", "ok")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (InputError("docs", "is not a folder", "give one"), "docs: is not a folder; give one"),
        (OSError(28, "No space left", "out/a.tmp-7"), "out/a: No space left; check the path, its rights"),
    ],
)
def test_a_log_ends_with_what_ended_the_run(error, reason, capsys):
    with pytest.raises(typer.Exit), progress.log():
        raise error
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (line["stage"], line["status"]) == ("run", "failed") and line["reason"].startswith(reason)


def test_a_run_is_listed_with_its_counts_and_times(out):
    listed = CliRunner().invoke(app, ["runs", str(out)]).stdout
    assert re.search(r"6 documents, \d+ sentences, .*tables \d+\.\d s", listed)
    (told,) = map(json.loads, CliRunner().invoke(app, ["runs", str(out), "--json"]).stdout.splitlines())
    assert told["hashes"]["inputs"] and told["counts"]["documents ok"] == 3
    assert {one["path"] for one in told["failures"]} == {"leer.pdf", "kein.pdf", "english.txt"}


def test_every_file_ends_with_a_status_and_a_reason(out):
    found = dict(rows(out, "select path, (status, reason != '') from documents"))
    assert set(found) == {*PAPERS, "leer.pdf", "kein.pdf", "notiz.md", "english.txt"}
    assert found["leer.pdf"] == found["kein.pdf"] == ("failed", True)
    assert found["english.txt"] == ("skipped", True)
    assert found["notiz.md"] == found[PAPERS[0]] == ("ok", False)


def test_mentions_have_their_words_and_their_place(out):
    wrong = "select count(*) from v_mentions where text != sentence[char_start + 1 : char_end]"
    assert rows(out, wrong) == [(0,)]
    bare = (
        "select count(*) from mentions join documents using (document_id) where n_pages > 0 and boxes is null"
    )
    assert rows(out, bare) == [(0,)]
    assert rows(out, "select count(*) > 20 from mentions where layer = 'instrument'") == [(True,)]


def test_the_manifest_is_understood_as_excel_writes_it(out):
    sql = f"select title, published::text, published_precision from documents where path = '{PAPERS[0]}'"
    assert rows(out, sql) == [("Fachkräfte für die Regionen", "2012-03-14", "day")]


def test_a_year_is_resolved_against_the_calendar(out):
    sql = "select periods_addressed from sentences where text like '%bis 2030%Ausbildungsbetriebe%'"
    assert rows(out, sql) == [([],)]  # the note has no date, so "bis 2030" stays open


def test_the_report_is_there(out):
    assert "<html" in (out / "report.html").read_text(encoding="utf-8")


def test_a_second_run_does_nothing(copy):
    corpus, out = copy
    go(corpus, out)  # makes the copied output that of the copied documents
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    shutil.copystat(corpus / PAPERS[0], corpus / PAPERS[0])
    go(corpus, out)
    assert not go(corpus, out).changed
    after = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    moved = {path.name for path in after if after[path] != before.get(path)}
    assert moved <= {".lock", "files.json"}


def test_what_was_left_out_as_memory_was_short_is_tried_again(copy):
    corpus, out = copy
    stop_at(_tasks(Job(corpus, out, SETTINGS), None)[0][0], "tag", 0, NO_MEMORY)
    assert go(corpus, out).n_processed == 0, "the whole reading is still stored"


def test_after_an_error_the_next_run_does_not_trust_size_and_time_of_files(tmp_path, corpus, monkeypatch):
    def fail(*_):
        assert (tmp_path / "out" / HASHES).exists()
        raise InputError("notiz.md", "was taken away or changed", "run again")
        yield

    monkeypatch.setattr("pipeline.run.work_through", fail)
    with pytest.raises(InputError, match="taken away"):
        go(corpus, tmp_path / "out")
    assert not (tmp_path / "out" / HASHES).exists()


def test_documents_that_were_moved_are_found_where_they_are_now(copy):
    corpus, out = copy
    before = tables(out)
    moved = corpus.rename(corpus.with_name("neuer Ort"))
    assert not go(moved, out).changed
    assert (finished(out)["folder"], finished(out)["corpus"]) == (str(moved), "neuer Ort")
    assert "neuer Ort" in (out / "report.html").read_text(encoding="utf-8")
    assert tables(out) == before


def test_results_that_come_out_as_before_leave_the_tables_alone(copy):
    corpus, out = copy
    go(corpus, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    shutil.rmtree(out / "cache" / "text")
    done = go(corpus, out)
    assert (done.changed, done.n_processed) == (False, 6)
    after = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert after.keys() == before.keys()
    moved = {path.relative_to(out).parts[:2] for path in after if after[path] != before[path]}
    assert moved <= {(".lock",), ("cache", "files.json"), ("cache", "text")}


def test_only_a_changed_document_is_processed(copy):
    corpus, out = copy
    (corpus / "notiz.md").write_text("# Lage\n\nDie Bürokratie belastet den Mittelstand.\n", encoding="utf-8")
    done = go(corpus, out)
    assert (done.changed, done.n_processed) == (True, 1)
    texts = "select text from sentences join documents using (document_id) where path = 'notiz.md'"
    assert ("Die Bürokratie belastet den Mittelstand.",) in rows(out, texts)


def test_a_file_that_was_saved_anew_with_the_same_text_gets_its_new_hash(copy):
    corpus, out = copy
    with (corpus / "notiz.md").open("a", encoding="utf-8") as note:
        note.write("\n")
    assert go(corpus, out).changed
    (id_,) = rows(out, "select document_id from documents where path = 'notiz.md'")[0]
    assert file_of(out, id_, corpus=corpus) == corpus / "notiz.md"


def test_a_changed_manifest_needs_no_reading(copy):
    corpus, out = copy
    (corpus / "manifest.csv").write_bytes(MANIFEST.replace("14.03.2012", "14.03.2014").encode("cp1252"))
    done = go(corpus, out)
    assert (done.changed, done.n_processed) == (True, 1)  # whom mentions mean follows the date
    assert rows(out, f"select period_published from documents where path = '{PAPERS[0]}'") == [("bt18",)]


def test_a_removed_document_takes_its_rows_with_it(copy):
    corpus, out = copy
    (gone,) = rows(out, f"select document_id from documents where path = '{PAPERS[0]}'")
    (corpus / PAPERS[0]).unlink()
    go(corpus, out)
    for name in ("documents", "pages", "passages", "sentences", "mentions", "sentence_themes", "relations"):
        assert rows(out, f"select count(*) from {name} where document_id = '{gone[0]}'") == [(0,)]


def test_a_run_is_out_of_date_when_the_model_of_relations_is_another(tmp_path, monkeypatch):
    job = Job(tmp_path, tmp_path, SETTINGS)
    before = _keys(job, [], [])
    assert _keys(job, [], []) == before
    monkeypatch.setattr("pipeline.run.model_hash", lambda name: f"another {name}")
    assert _keys(job, [], []).documents != before.documents


@pytest.mark.parametrize(
    "wrong",
    [
        {"link": replace(SETTINGS.link, model="fehlt")},
        {"open_themes": replace(SETTINGS.open_themes, encoder="fehlt")},
    ],
)
def test_a_model_that_is_missing_is_told_before_documents_are_read(tmp_path, corpus, monkeypatch, wrong):
    monkeypatch.setattr("pipeline.run._events", lambda *_: pytest.fail("documents are read"))
    with pytest.raises(ModelError, match="fehlt: no such model"):
        go(corpus, tmp_path / "out", settings=replace(SETTINGS, **wrong))


def test_a_removed_table_is_made_again(copy):
    corpus, out = copy
    before = tables(out)
    (out / "tables" / "trends.parquet").unlink()
    assert go(corpus, out).changed
    assert tables(out) == before


def test_two_workers_and_a_fresh_folder_give_the_same_bytes(tmp_path, corpus, out):
    go(corpus, tmp_path / "out", workers=2)
    assert tables(tmp_path / "out") == tables(out)


def test_every_run_that_changed_something_is_recorded(copy):
    corpus, out = copy
    (corpus / "leer.pdf").unlink()
    go(corpus, out)
    found = pq.read_table(out / "tables" / "runs.parquet").to_pylist()
    assert len(found) == 2
    assert "kein.pdf" in found[1]["failures"] and "leer.pdf" not in found[1]["failures"]


def test_an_edit_of_the_concepts_is_a_run_of_its_own(copy, tmp_path):
    corpus, out = copy
    shutil.copytree(out, tmp_path / "before")
    untouched, path = (out / "concepts.toml").read_text("utf-8"), out / "concepts.toml"
    entry = (
        '  # so im Beirat besprochen\n  { id = "challenge-kraefte", layer = "challenge", '
        'label = "Kräftemangel", aliases = ["Fachkräftemangel"] },\n'
    )
    path.write_text(untouched.replace("concept = [\n", f"concept = [\n{entry}"), encoding="utf-8")
    first, edited = json.loads((tmp_path / "before" / "run.json").read_text()), go(corpus, out)
    assert edited.changed and edited.run_key != first["run_key"]
    assert entry in path.read_text("utf-8")
    again = go(corpus, out)
    assert (again.changed, again.run_key) == (False, edited.run_key)
    assert rows(out, "select run_key from runs order by started") == [(first["run_key"],), (edited.run_key,)]
    assert rows(out, "select distinct run_key from v_made_by") == [(edited.run_key,)]
    whys = {one.why for one in diff(tmp_path / "before", out) if "concept_id" in one.values}
    assert len(whys) == 1 and whys.pop().startswith("own concepts: own concepts.toml none → ")
    path.write_text(path.read_text("utf-8").replace(entry, ""), encoding="utf-8")
    assert go(corpus, out).run_key == first["run_key"]
    assert tables(out) == tables(tmp_path / "before")


def test_what_people_write_into_the_concepts_during_a_run_stays(tmp_path, monkeypatch):
    def edited(*_):
        (tmp_path / "concepts.toml").write_text("concept = []  # von Hand", "utf-8")

    monkeypatch.setattr("pipeline.running.collect.collect", lambda *_, **__: b"")
    monkeypatch.setattr("pipeline.running.journal.write_run", lambda *_: None)
    monkeypatch.setattr("pipeline.run.write_trends", edited)
    with pytest.raises(InputError, match="was edited during the run"):
        _write(Job(tmp_path, tmp_path, SETTINGS), [], [], Keys("a", "b"), silent, Stopwatch())
    assert "von Hand" in (tmp_path / "concepts.toml").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["read", "tables"])
def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_been(tmp_path, corpus, out, stage):
    mine = tmp_path / "out"
    command = [sys.executable, "-m", "pipeline", "run", str(corpus), "--out", str(mine), "--workers", "1"]
    with subprocess.Popen([*command, "--log", "json"], stderr=subprocess.PIPE, text=True) as process:
        assert any(f'"stage":"{stage}"' in line for line in process.stderr)  # libraries may say more
        process.kill()
    assert process.returncode == -signal.SIGKILL
    go(corpus, mine)
    assert tables(mine) == tables(out)
    assert not list(mine.rglob("*.tmp-*"))


@pytest.mark.parametrize("kind", ["missing", "empty", "file", "output", "mark"])
def test_what_is_no_corpus_is_refused(tmp_path, kind):
    says = {"output": "is the folder of", "mark": "»\\?« in its path"}.get(kind, "no")
    place, out = tmp_path / ("out" if kind == "output" else "corpus"), "Was tun?" if kind == "mark" else "out"
    if kind in ("empty", "output"):
        place.mkdir()
    if kind == "file":
        place.write_text("")
    with pytest.raises(InputError, match=says):
        go(place, tmp_path / out)


def test_a_run_tells_and_records_how_long_each_stage_took(tmp_path):
    (tmp_path / "papiere").mkdir()
    (tmp_path / "papiere" / "notiz.md").write_text("Der Bund fördert Gründungen in der Region.\n", "utf-8")
    (tmp_path / "papiere" / "leer.pdf").touch()
    told = []

    def observe(moment):
        told.extend(moment.entries)

    run(tmp_path / "papiere", tmp_path / "out", SETTINGS, workers=1, observe=observe)
    assert [entry.stage for entry in told if not entry.document] == ["tables", "trends", "report"]
    assert {(entry.document, entry.stage, entry.status) for entry in told if entry.document} >= {
        ("notiz.md", "read", "ok"),
        ("notiz.md", "tag", "ok"),
        ("leer.pdf", "read", "failed"),
    }
    assert all(entry.reason for entry in told if entry.status == "failed")
    ((seconds,),) = rows(tmp_path / "out", "select seconds from runs")
    recorded, measured = json.loads(seconds), [entry for entry in told if entry.stage == "read"]
    assert set(recorded) == {"read", "tag", "relate", "link", "tables", "trends"}
    assert recorded["read"] == pytest.approx(sum(entry.seconds for entry in measured), abs=0.001)
    run_keys = {
        pq.read_metadata(path).metadata[b"run_key"]
        for path in (tmp_path / "out" / "tables").glob("*.parquet")
    }
    ((key,),) = rows(tmp_path / "out", "select run_key from runs")
    assert run_keys == {key.encode()}
    joined = rows(tmp_path / "out", "select path from documents join runs using (run_key) order by path")
    assert joined == [("leer.pdf",), ("notiz.md",)]
