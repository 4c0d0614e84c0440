"""An output folder is whole and of this schema, or refused with the command that mends it."""

import json
import os

import pyarrow.parquet as pq
import pytest

from pipeline import outputs
from pipeline.errors import InputError
from pipeline.schema import VERSION
from tests.builders_output import document, small
from tests.builders_outputs import DOCUMENT, make_output


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return make_output(tmp_path_factory.mktemp("outputs") / "out")


def test_a_finished_folder_says_what_it_is(whole):
    assert outputs.finished(whole)["corpus"] == "probe"


@pytest.mark.parametrize(
    ("marker", "says"),
    [
        (
            {"schema": VERSION - 1},
            f"version {VERSION - 1} of the tables.*; run `politikspur run CORPUS --out",
        ),
        ({"run_key": "k"}, "version 0"),
        ({"schema": VERSION + 1}, "update politikspur"),
        ({}, "holds no finished run"),
    ],
)
def test_another_schema_is_refused(tmp_path, marker, says):
    out = make_output(tmp_path / "out", documents=1, sentences=2)
    (out / "run.json").write_text(json.dumps(marker))
    with pytest.raises(InputError, match=says):
        outputs.finished(out)


def test_the_state_of_a_file_is_another_when_it_is_written_replaced_or_gone(tmp_path):
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_text("eins")
    seen = [outputs.file_state(path)]
    os.utime(path, ns=(0, seen[0][0] + 1))
    seen.append(outputs.file_state(path))
    path.write_text("länger")
    os.utime(path, ns=(0, seen[0][0]))
    seen.append(outputs.file_state(path))
    other.write_text("kürzer")
    os.utime(other, ns=(0, seen[0][0]))
    other.replace(path)
    seen += [outputs.file_state(path), outputs.file_state(other)]
    assert len(set(seen)) == 5 and seen[-1] == ()


def test_a_missing_table_is_named(tmp_path):
    out = make_output(tmp_path / "out", documents=1, sentences=2)
    outputs.path_of(out, "names").unlink()
    with pytest.raises(InputError, match="lacks the table names"):
        outputs.finished(out)


def test_a_table_without_a_column_is_named_with_it(tmp_path):
    out = make_output(tmp_path / "out", documents=1, sentences=2)
    path = outputs.path_of(out, "documents")
    pq.write_table(pq.read_table(path).drop_columns("weight"), path)
    with pytest.raises(InputError, match="the table documents lacks the column weight; run `politikspur run"):
        outputs.finished(out)


def test_a_table_that_was_cut_short_is_named(tmp_path):
    out = make_output(tmp_path / "out", documents=1, sentences=2)
    sizes = {path.name: path.stat().st_size for path in (out / "tables").glob("*.parquet")}
    marker = json.loads((out / "run.json").read_text()) | {"sizes": sizes}
    (out / "run.json").write_text(json.dumps(marker))
    assert outputs.finished(out)
    path = outputs.path_of(out, "mentions")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="the table mentions is not as the run wrote it"):
        outputs.finished(out)


def test_rows_come_in_order_whole_or_by_document(whole, monkeypatch):
    monkeypatch.setattr("pipeline.outputs.ROWS_AT_ONCE", 7)
    found = list(outputs.rows(whole, "sentences", ["document_id", "number"]))
    assert len(found) == outputs.count(whole, "sentences")
    assert found == sorted(found, key=lambda row: (row["document_id"], row["number"]))
    some = outputs.of_documents(whole, "sentences", [DOCUMENT, "d-none"])
    assert [row["number"] for row in some[DOCUMENT]] == list(range(10))
    assert some["d-none"] == []


def test_what_is_replaced_while_it_is_read_is_refused(tmp_path):
    out = make_output(tmp_path / "out", documents=1, sentences=2)
    with outputs.unchanged(out):
        (out / "tables" / "mine.txt").write_text("a note of the user")
    for name in ("politikspur.duckdb", "tables"):
        told = pytest.raises(InputError, match="replaced by a run while it was read; repeat")
        with told, outputs.unchanged(out):
            (out / name).rename(tmp_path / name)
            if name != "tables":
                (out / name).write_bytes(b"another")
            raise FileNotFoundError(name)
    with pytest.raises(FileNotFoundError), outputs.unchanged(out):
        raise FileNotFoundError("of another program")


def test_what_a_manifest_calls_german_and_the_text_does_not_is_told(tmp_path):
    paths = [f"{name}.pdf" for name in "abcde"]
    languages = ["und", "de", "en", "und", "und"]
    found = [
        document(f"d{at}", path=path, language=language, status="skipped")
        for at, (path, language) in enumerate(zip(paths, languages, strict=True))
    ]
    out = small(tmp_path, documents=found)
    assert outputs.set_aside(out, set()) == []
    assert outputs.set_aside(out, {"b.pdf"}) == []
    (told,) = outputs.set_aside(out, set(paths))
    assert told.endswith("left out: a.pdf, c.pdf, d.pdf and 1 more")
