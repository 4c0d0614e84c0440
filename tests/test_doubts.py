"""The review queue: the lowest scores of each layer, and its way back as corrections."""

import datetime as dt
import re
from collections import Counter

import pytest

from pipeline import outputs
from pipeline.correcting import doubts
from pipeline.correcting.correct import correct
from pipeline.correcting.corrections import load
from pipeline.correcting.requests import read_csv, requests
from pipeline.errors import InputError
from tests.builders_outputs import make_output

NOW = dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC)


@pytest.fixture
def out(tmp_path):
    return make_output(tmp_path / "out")


def mention(number, layer="actor", score=0.5, text="", source="model"):
    return {
        "mention_id": f"m{number}",
        "layer": layer,
        "score": score,
        "text": text or f"w{number}",
        "source": source,
    }


def test_the_lowest_scores_of_each_layer_come_first(out, monkeypatch):
    rows = [
        mention(0, score=0.9),
        mention(1, score=0.6),
        mention(2, score=0.7),
        mention(3, layer="challenge", score=0.8),
        mention(4, score=0.1, source="person"),
        mention(5, score=0.65, text="W1"),
    ]
    monkeypatch.setattr(outputs, "rows", lambda *_: iter(rows))
    assert [row["mention_id"] for row in doubts.doubts(out, size=2)] == ["m3", "m1", "m2"]


def test_a_queue_that_was_filled_in_is_taken_back(out, tmp_path):
    path = tmp_path / "review.csv"
    n = doubts.write_queue(out, path, size=2)
    words = {(row["layer"], row["text"].casefold()) for row in outputs.rows(out, "mentions")}
    assert n == sum(min(2, of) for of in Counter(layer for layer, _ in words).values())
    assert correct(out, path, who="Muster", now=NOW) == (0, 0)
    head, *lines = path.read_text("utf-8-sig").splitlines()
    names = head.split(";")
    first = lines[0].split(";")
    assert first[names.index("quote")] in first[names.index("sentence")]
    titles = {row["document_id"]: row["title"] or row["path"] for row in outputs.rows(out, "documents")}
    assert first[names.index("title")] == titles[first[names.index("document")]]
    assert re.fullmatch(r"0,\d+", first[names.index("score")])
    first[names.index("action")] = "delete"
    path.write_text("\n".join([head, ";".join(first), *lines[1:]]), "utf-8-sig")
    assert correct(out, path, who="Muster", now=NOW) == (1, 0)
    (event,) = load(out)
    assert (event.action, event.quote.exact) == ("delete", first[names.index("quote")])


ROW = mention(1, layer="instrument") | {"kind": "tax", "status": "planned", "named": None}
QUEUE = "score;sentence;mention_id;layer;action;new_layer;kind;status;concept;text"


def test_a_line_of_a_queue_finds_its_words_after_its_mention_has_gone(out, tmp_path):
    path = tmp_path / "review.csv"
    doubts.write_queue(out, path, size=1)
    found = read_csv(path)
    sentences = {row["sentence_id"]: row["text"] for row in outputs.rows(out, "sentences")}
    rows = {row["mention_id"]: row for row in outputs.rows(out, "mentions")}
    assert found
    for one in found:
        row = rows[one.get("mention_id")]
        text = sentences[row["sentence_id"]]
        assert text[: row["char_start"]].strip().endswith(one.get("prefix"))
        assert text[row["char_end"] :].strip().startswith(one.get("suffix"))
        assert one.get("prefix") or one.get("suffix")


def test_a_label_that_a_new_model_changed_is_no_change_of_a_line(tmp_path, monkeypatch):
    path = filled(tmp_path, "m1;instrument;;;tax;existing;;")
    text = path.read_text("utf-8").replace("text\n", "text;seen\n")
    path.write_text(text + ";instrument | tax | existing |", "utf-8")
    monkeypatch.setattr(outputs, "rows", lambda *_: iter([ROW]))
    assert requests(tmp_path, path) == []
    path.write_text(text + ";instrument | tax | demanded |", "utf-8")
    with pytest.raises(InputError, match="changes `status`"):
        requests(tmp_path, path)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["m1;instrument;;;tax;planned;;"], ""),
        (["m1;;;;;;;", "m9;;;;;existing;;"], ""),  # cleared; gone since the queue was written
        (["m1;instrument;;;tax;existing;;"], "line 2: changes `status`, but its `action` is empty;"),
        (["m1;actor;;;tax;planned;;"], "changes `layer`, but"),
        (["m1;;;;;;Steuern;", "m1;;;;;;;Wort"], r"`concept`.* \(and so in 1 other line\)"),
        (["m1;;status;;funding;existing;;"], "changes `kind`, which 'status' does not do"),
        (["m1;;status;;funding;existing;;", "m1;;kind;;funding;existing;;"], ""),
        (["m1;;delete;;funding;existing;;"], ""),
    ],
)
def test_a_change_that_no_action_makes_is_refused(tmp_path, monkeypatch, lines, says):
    monkeypatch.setattr(outputs, "rows", lambda *_: iter([ROW]))
    path = filled(tmp_path, *lines)
    if says:
        with pytest.raises(InputError, match=says):
            requests(tmp_path, path)
    else:
        assert len(requests(tmp_path, path)) == sum(bool(line.split(";")[2]) for line in lines)


def test_what_a_person_has_changed_since_is_no_change_of_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(outputs, "rows", lambda *_: iter([ROW | {"source": "person"}]))
    assert requests(tmp_path, filled(tmp_path, "m1;instrument;;;tax;existing;;")) == []


def filled(folder, *lines):
    path = folder / "q.csv"
    path.write_text("\n".join([QUEUE, *(f"0,5;Satz.;{line}" for line in lines)]), "utf-8")
    return path


def test_only_a_queue_may_have_lines_without_action(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("mention_id;action;kind\nm1;;funding", "utf-8")
    assert [one.values for one in read_csv(path)] == [{"mention_id": "m1", "kind": "funding"}]


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(InputError):
        doubts.doubts(tmp_path, size=3)
