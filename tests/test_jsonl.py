"""The codebook's file format: what is written is read back; what is broken is named."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import InputError
from pipeline.learning import jsonl
from pipeline.learning.jsonl import Example, Mention

BUND = Mention(layer="actor", start=4, end=8, text="Bund", kind="federal", named="yes")


def test_what_is_written_is_read_back(tmp_path):
    examples = [
        Example(id="a1", text="Der Bund zahlt.", themes=("social",), mentions=(BUND,)),
        Example(id="a2", text="🦆"),
    ]
    jsonl.write(tmp_path / "x.jsonl", examples)
    assert list(jsonl.read(tmp_path / "x.jsonl")) == examples


def test_unknown_fields_and_blank_lines_are_no_matter(tmp_path):
    (tmp_path / "x.jsonl").write_text('\n{"id": "1", "text": "Ja.", "note": 3}\n\n', encoding="utf-8")
    assert [one.text for one in jsonl.read(tmp_path / "x.jsonl")] == ["Ja."]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "not a sentence of that format"),
        ('{"id": "1"}', "text"),
        ('["a"]', "not a sentence of that format"),
        (
            '{"id": "1", "text": "Ja", "mentions": [{"layer": "actor", "start": 0, "end": 2, "text": "EU"}]}',
            "offsets of .EU. do not fit",
        ),
        (
            '{"id": "1", "text": "Ja", "mentions": [{"layer": "actor", "start": -2, "end": 1, "text": "J"}]}',
            "offsets of .J. do not fit",
        ),
    ],
)
def test_a_broken_line_is_named(tmp_path, line, what):
    (tmp_path / "x.jsonl").write_text('{"id": "0", "text": "Gut."}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=what) as caught:
        list(jsonl.read(tmp_path / "x.jsonl"))
    assert "x.jsonl:2" in str(caught.value)


@pytest.mark.parametrize(
    ("labels", "what"),
    [
        ({"themes": ["foo"]}, "does not know 'foo' as a theme; write one of macroeconomy, .*, culture"),
        ({"layer": "goal"}, "'goal' as a layer; write one of challenge, instrument, actor"),
        ({"kind": "xx"}, "'xx' as `kind` of actors; write one of federal, .*, group"),
        ({"status": "planned"}, "'planned' as `status` of actors; leave it out"),
        ({"named": "maybe"}, "'maybe' as `named` of actors; write one of no, yes"),
    ],
)
def test_labels_that_count_are_those_of_the_codebook(tmp_path, labels, what):
    mention = {"layer": "actor", "start": 4, "end": 8, "text": "Bund", "kind": "federal"} | labels
    line = {"id": "1", "text": "Der Bund zahlt.", "themes": labels.get("themes", []), "mentions": [mention]}
    good = {"id": "0", "text": "Der Bund zahlt.", "themes": ["social"], "mentions": []}
    (tmp_path / "x.jsonl").write_text(f"{json.dumps(good)}\n{json.dumps(line)}\n", encoding="utf-8")
    assert len(list(jsonl.read(tmp_path / "x.jsonl"))) == 2
    with pytest.raises(InputError, match=rf"x\.jsonl:2: the codebook .*{what}"):
        list(jsonl.labelled(tmp_path / "x.jsonl"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        list(jsonl.read(tmp_path / "none.jsonl"))


def test_bytes_that_are_no_text_are_named(tmp_path):
    (tmp_path / "x.jsonl").write_bytes(b'{"id": "1", "text": "\xff"}\n')
    with pytest.raises(InputError):
        list(jsonl.read(tmp_path / "x.jsonl"))


def sentence(id: str, doc: str, text: str = "Ja.") -> Example:
    return Example(id=id, doc=doc, text=text)


def test_sentences_are_paired_by_id_or_within_documents():
    alone = [sentence("a", "x"), sentence("b", "y")]
    found = jsonl.paired(("gold", alone), ("found", [sentence("b", ""), sentence("a", "")]))
    assert [(one.id, other.id) for one, other in found] == [("a", "a"), ("b", "b")]
    restarted = [sentence("a", "x"), sentence("a", "z", "Nein."), sentence("b", "y")]
    found = jsonl.paired(("gold", alone), ("found", restarted))
    assert [(one.doc, other.doc) for one, other in found] == [("x", "x"), ("y", "y")]


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ([sentence("a", "x")], "gold: 1 sentences have no prediction, first 'b'"),
        ([sentence("a", "x"), sentence("b", "y", "Nein.")], "gold: 1 sentences have another text"),
        ([sentence("a", "x"), sentence("b", "y"), sentence("b", "y")], "found: 'y' has two sentences 'b'"),
    ],
)
def test_sentences_that_cannot_be_paired_are_named(found, what):
    with pytest.raises(InputError, match=what):
        jsonl.paired(("gold", [sentence("a", "x"), sentence("b", "y")]), ("found", found))
