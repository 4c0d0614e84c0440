"""The commands that hand data out and take corrections in."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from pipeline import outputs
from pipeline.cli import app
from pipeline.errors import InputError
from pipeline.learning.jsonl import read
from tests.builders_outputs import DOCUMENT, make_output


@pytest.fixture
def out(tmp_path):
    return make_output(tmp_path / "out", sentences=5)


def told(*words):
    done = CliRunner().invoke(app, list(map(str, words)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_export_lists_its_formats_and_writes(out, tmp_path):
    assert "conllu" in told("export", out, "--format", "list")
    assert str(tmp_path / "x" / "mentions.csv") in told("export", out, "--to", tmp_path / "x")
    assert "trends.csv" in (said := told("export", out, "--table", "trends", "--to", tmp_path / "t"))
    assert "mentions" not in said
    for words in (["--table", "trends"], ["--to", tmp_path / "x"], ["--format", "xlsx"]):
        with pytest.raises(InputError, match=f"{words[0]}: cannot be used with --publish"):
            told("export", out, *words, "--publish", tmp_path / "q")
    options = ("--without-texts", "--author", "Ada", "--licence", "CC0-1.0")
    assert "files" in told("export", out, "--publish", tmp_path / "p", *options)
    assert (tmp_path / "p" / "datapackage.json").is_file()


@pytest.mark.parametrize(
    "option", [["--without-texts"], ["--title", "T"], ["--author", "Ada"], ["--licence", "CC0-1.0"]]
)
def test_what_belongs_to_a_package_is_refused_without_one(out, tmp_path, option):
    with pytest.raises(InputError, match=f"{option[0]}: belongs to --publish"):
        told("export", out, "--to", tmp_path / "x", *option)
    assert not (tmp_path / "x").exists()


def test_corrections_go_in_and_come_out_as_training_data(out, tmp_path):
    mention = next(row for row in outputs.rows(out, "mentions") if row["layer"] == "challenge")
    lines = f"mention_id,action,status\n{mention['mention_id']},status,resolved\n"
    (tmp_path / "c.csv").write_text(lines)
    training = tmp_path / "training.jsonl"
    said = told("correct", out, "--from", tmp_path / "c.csv", "--who", "Ada", "--training", training)
    assert "1 correction stored" in said and "politikspur run CORPUS" in said
    (example,) = read(training)
    assert example.doc == DOCUMENT and len(example.mentions) == 3
    assert all(example.text[m.start : m.end] == m.text for m in example.mentions)


def test_a_queue_that_nobody_filled_in_says_so(out, tmp_path):
    told("correct", out, "--queue", tmp_path / "q.csv")
    said = told("correct", out, "--from", tmp_path / "q.csv", "--who", "Ada")
    assert "0 corrections stored" in said
    assert "No line of q.csv asks for one: fill in its column `action`" in said


def test_diff_tells_causes_and_rows(out, tmp_path):
    assert "The tables are the same." in told("diff", out, out)
    other = make_output(tmp_path / "other", sentences=4)
    said = told("diff", out, other, "--rows", "3")
    assert "mentions" in said and "removed" in said
    rows = [json.loads(line) for line in told("diff", out, other, "--json").splitlines()]
    assert {"table", "key", "change", "name", "document", "why", "values"} == set(rows[0])


@pytest.mark.parametrize("words", [["export"], ["correct"]])
def test_a_command_without_a_task_says_so(out, words):
    with pytest.raises(InputError, match="has no"):
        told(*words, out)


def test_rehydrate_refuses_a_whole_package(out, tmp_path):
    told("export", out, "--publish", tmp_path / "p")
    shutil.rmtree(out)
    with pytest.raises(InputError, match="holds its texts already"):
        told("rehydrate", tmp_path / "p", tmp_path, "--to", tmp_path / "t")


def test_tables_too_large_for_the_workbook_are_named(out, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.exports.workbook.MAX_ROWS", 20)
    words = ["export", str(out), "--format", "xlsx", "--to", str(tmp_path / "x")]
    said = CliRunner().invoke(app, words, catch_exceptions=False).stderr
    assert said.startswith("warning: too large for one file, left out: ") and "mentions" in said
    assert "warning" not in told(*words, "--table", "mentions")


def test_who_corrected_something_is_told_before_a_package_is_passed_on(out, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.publishing.publish.people", lambda out: 2)
    said = told("export", out, "--publish", tmp_path / "p")
    assert "warning: people whom corrections.csv names, with their notes: 2;" in said
    assert "names who corrected something (2 people)" in " ".join(
        (tmp_path / "p" / "README.md").read_text().split()
    )
    assert "people whom" not in told("export", out, "--publish", tmp_path / "q", "--without-texts")
    assert "corrected something" not in (tmp_path / "q" / "README.md").read_text()
