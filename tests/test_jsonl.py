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
