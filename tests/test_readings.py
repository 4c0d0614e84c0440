"""Labels without their sentences come back with a run's tables."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.learning import readings
from pipeline.learning.jsonl import Example, Mention

FIRST = Example(
    id="a1",
    text="Der Bund hilft den Kommunen.",
    themes=("government",),
    mentions=(Mention(layer="actor", start=4, end=8, text="Bund", kind="federal", named="yes"),),
)
SECOND = Example(id="a2", text="Das dauert zu lange.")


@pytest.fixture
def tables(tmp_path):
    """Tables of a run over two documents, one of which has been read."""
    documents = {
        "document_id": ["d1", "d2"],
        "sha256": ["ab" * 32, "cd" * 32],
        "path": ["x/2031-strategie-muster.pdf", "x/other.pdf"],
    }
    sentences = {"document_id": ["d1", "d1", "d2"], "text": [FIRST.text, SECOND.text, FIRST.text]}
    pq.write_table(pa.table(documents), tmp_path / "documents.parquet")
    pq.write_table(pa.table(sentences), tmp_path / "sentences.parquet")
    return tmp_path


def test_labels_come_back_to_their_sentences(tables):
    path = tables / "readings.jsonl"
    readings.write(path, [("ab" * 32, [FIRST, SECOND])])
    assert FIRST.text not in path.read_text(encoding="utf-8")
    first, second = readings.read(path, tables)
    assert (first.text, first.themes, first.mentions) == (FIRST.text, FIRST.themes, FIRST.mentions)
    assert first.doc == second.doc == "2031-strategie-muster"
    assert (first.id, second.id, first.page) == ("reading0", "reading1", second.page)


def test_what_the_tables_do_not_hold_is_left_out(tables):
    path = tables / "readings.jsonl"
    readings.write(path, [("ef" * 32, [FIRST]), ("cd" * 32, [SECOND]), ("ab" * 32, [FIRST])])
    assert [one.id for one in readings.read(path, tables)] == ["reading2"]
    readings.write(path, [("ef" * 32, [FIRST]), ("cd" * 32, [SECOND])])
    with pytest.raises(InputError, match="has no sentence in common with"):
        list(readings.read(path, tables))


@pytest.mark.parametrize("content", ["{}", "nonsense"])
def test_broken_readings_are_named(tables, content):
    path = tables / "readings.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="readings"):
        list(readings.read(path, tables))
