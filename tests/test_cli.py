"""The command line as a user meets it."""

import json
import subprocess
import sys
import time

import pytest

SEED = "kurzimpuls-cluster-ohne-datum.pdf"


def politikspur(*words, **options):
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
        (["run", "no/such/folder"], "no/such/folder: is no folder"),
        (["read", "fehlt.pdf"], "fehlt.pdf: no such file"),
        (["read", "README.md", "--pages", "drei"], "--pages: 'drei' is no list of pages"),
        (["query", "no/such/folder", "select 1"], "holds no politikspur.duckdb"),
        (["track", "no/such/folder"], "holds no finished run"),
        (["report", "no/such/folder"], "holds no finished run"),
        (["run", "corpora/sample", "--settings", "fehlt.toml"], "fehlt.toml: cannot be read"),
        (["tag", "--in", "fehlt.jsonl", "--out", "x.jsonl"], "fehlt.jsonl"),
        (["link", "--in", "fehlt.jsonl", "--out", "x.jsonl"], "fehlt.jsonl"),
        (["evaluate", "--gold", "fehlt.jsonl"], "fehlt.jsonl"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(root, words, says):
    done = politikspur(*words, cwd=root)
    lines = done.stderr.strip().splitlines()
    assert done.returncode != 0
    assert len(lines) == 1 and says in lines[0] and ";" in lines[0], done.stderr


def test_pages_are_printed_as_json_lines(root):
    done = politikspur("read", root / "corpora/sample/pdf" / SEED, "--pages", "1", "--jsonl")
    (line,) = done.stdout.splitlines()
    page = json.loads(line)
    assert (page["file"], page["page"]) == (SEED, 1)
    assert "\n\n" in page["text"] and "Fiktives Dokument" not in page["text"]


def test_help_comes_at_once():
    started = time.monotonic()
    done = politikspur("--help")
    assert done.returncode == 0 and "run" in done.stdout
    heavy = "import sys, pipeline.cli; print({'numpy', 'spacy', 'pandas', 'pyarrow'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"
    assert time.monotonic() - started < 60


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
