"""Answers of the search for the command line."""

import json

import msgspec
import pytest
from typer.testing import CliRunner

from pipeline.asking import answers
from pipeline.cli import app
from pipeline.commands import ask, hits
from pipeline.errors import InputError
from pipeline.search import Hit, SearchResult

HIT = Hit(
    sentence_id="s1", text="Fachkräfte fehlen im Handwerk.", marks=((0, 10), (21, 29)),
    heading_path=("Arbeit", "Lage"), page=3, document_id="d1", title="Papier", path="a.pdf",
    issuer="Verband", document_type="positionspapier", published="2022-03-01", period="bt20", score=7.5,
)  # fmt: skip


def test_marked_words_place_and_id_are_shown():
    assert list(hits.as_text(SearchResult(hits=(HIT,)), bold=False)) == [
        " 1  »Fachkräfte« fehlen im »Handwerk«.",
        "    Verband · Papier · 2022-03-01 · bt20, p. 3 › Arbeit › Lage",
        "    s1",
    ]


def test_what_is_left_out_is_told_with_the_way_to_it():
    *_, last = hits.as_text(SearchResult(hits=(HIT,), n=1_250), bold=False)
    assert last == "1 of 1,250 sentences; --limit N shows more, --to FILE writes all"


def test_a_terminal_gets_bold_words():
    assert next(hits.as_text(SearchResult(hits=(HIT,)), bold=True)).startswith(
        " 1  \x1b[1mFachkräfte\x1b[0m fehlen"
    )


def test_json_holds_everything():
    (line,) = hits.as_json(SearchResult(hits=(HIT,)))
    assert json.loads(line)["marks"] == [[0, 10], [21, 29]]


def test_an_empty_and_a_partial_answer_say_so():
    assert "nothing found" in next(hits.as_text(SearchResult(hits=()), bold=False))
    misspelt = SearchResult(hits=(), instead="Mindestlohn")
    assert list(hits.as_text(misspelt, bold=False))[-1] == "did you mean: Mindestlohn"
    assert "some of them" in next(hits.as_text(SearchResult(hits=(HIT,), every=False), bold=False))


def test_options_become_filters():
    found = hits.filters(["20"], "addressed", None, ["SPD"], None, None, duplicates=True)
    assert (found.period, found.basis, found.issuer, found.layer) == (("20",), "addressed", ("SPD",), ())


@pytest.mark.parametrize(
    ("semantic", "both", "way"), [(False, False, "words"), (True, False, "meaning"), (True, True, "both")]
)
def test_ways(semantic, both, way):
    assert hits.way(semantic=semantic, both=both) == way


@pytest.mark.parametrize(
    ("options", "limit", "says"),
    [
        ([], 10, "Fachkräfte"),
        (["--to", "a.csv"], ask.EVERY, "a.csv: 200 sentences\n"),
        (
            ["--to", "a.csv", "--semantic"],
            200,
            "200 sentences, the best; --limit N writes more",
        ),
        (["--to", "a.csv", "--both"], 200, "200 sentences, the best; --limit N writes more"),
        (["--to", "a.csv", "--semantic", "--limit", "900"], 900, "a.csv: 200 sentences\n"),
    ],
)
def test_a_file_gets_all_sentences_with_the_words_but_not_all_that_are_a_little_alike(
    tmp_path, monkeypatch, options, limit, says
):
    limits = []
    found = SearchResult(hits=(HIT,) * 200)
    monkeypatch.setattr(hits, "search", lambda *_, **given: limits.append(given["limit"]) or found)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    done = CliRunner().invoke(app, ["search", "out", "Fachkräfte", *options], catch_exceptions=False)
    assert (done.exit_code, limits) == (0, [limit])
    assert says in done.output


def test_an_answer_never_replaces_a_manifest(tmp_path, monkeypatch):
    monkeypatch.setattr(hits, "search", lambda *_, **given: SearchResult(hits=(HIT,)))
    (tmp_path / "out").mkdir()
    manifest = tmp_path / "manifest.csv"
    words = ["search", str(tmp_path / "out"), "Fachkräfte", "--to", str(manifest)]
    assert CliRunner().invoke(app, words, catch_exceptions=False).exit_code == 0
    manifest.write_text("file;date\na.pdf;2021\n", encoding="utf-8")
    with pytest.raises(InputError, match="is there already"):
        CliRunner().invoke(app, words, catch_exceptions=False)
    assert manifest.read_text(encoding="utf-8") == "file;date\na.pdf;2021\n"


def test_hits_become_the_columns_of_a_file():
    columns = hits.as_columns(SearchResult(hits=(HIT,)))
    assert (columns["text"], columns["page"], columns["issuer"]) == ([HIT.text], [3], ["Verband"])
    told = answers.formatted(answers.tabled(columns), "excel-csv").splitlines()
    assert told[0].startswith("\ufefftext;page;issuer;title") and "Arbeit | Lage" in told[1]
    empty = answers.tabled(hits.as_columns(SearchResult(hits=())))
    assert answers.formatted(empty, "csv") == ",".join(hits.WRITTEN) + "\n"
    assert SearchResult(hits=(HIT,)).to_dicts()[0]["page"] == 3


@pytest.mark.parametrize("options", [["--json"], ["--to", "a.csv"], ["--format", "csv"]])
def test_files_and_json_are_warned_of_too(tmp_path, monkeypatch, options):
    found = SearchResult(hits=(HIT,), every=False, instead="Fachkraft")
    monkeypatch.setattr(hits, "search", lambda *_, **given: found)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    done = CliRunner().invoke(app, ["search", "out", "Fachkräfte", *options], catch_exceptions=False)
    assert "warning: no sentence holds all the words" in done.stderr
    assert "did you mean: Fachkraft" in done.stderr and "did you mean" not in done.stdout


def test_a_text_without_pages_has_no_page_in_a_file():
    found = SearchResult(hits=(msgspec.structs.replace(HIT, page=0),))
    assert hits.as_columns(found)["page"] == [None]
