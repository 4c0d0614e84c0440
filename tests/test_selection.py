"""Rows that are asked for when somebody looks at them."""

import pyarrow as pa
import pytest

from pipeline.asking.selection import Rows

from .builders_output import finished


@pytest.fixture
def actors():
    return Rows(finished(), "select * from mentions where layer = ? order by mention_id", ["actor"])


def test_rows_are_asked_only_when_looked_at(actors, monkeypatch):
    asked = []
    monkeypatch.setattr("pipeline.asking.selection.query", lambda *a, **k: asked.append(a))
    actors.where("score > 0.5").order_by("score desc").limit(3)
    assert asked == []


def test_rows_can_be_narrowed_and_read_in_every_form(actors):
    found = actors.where("text = ?", "Länder").select("text", "document_id as d").limit(2)
    assert found.columns == ["text", "d"]
    assert isinstance(found.to_arrow(), pa.Table)
    assert list(found) == found.to_dicts() == found.to_pandas().to_dict("records")
    assert len(found) == 2


def test_the_order_stays(actors):
    assert [row["mention_id"] for row in actors] == sorted(row["mention_id"] for row in actors)
    last = actors.order_by("mention_id desc").limit(1).to_dicts()[0]["mention_id"]
    assert last == max(row["mention_id"] for row in actors)


def test_a_query_may_end_with_a_comment():
    found = Rows(finished(), "select 1 as n -- eins")
    assert (len(found), found.limit(1).to_dicts()) == (1, [{"n": 1}])


def test_iterating_reads_more_than_one_batch():
    many = Rows(finished(), "select range as n from range(4500)")
    assert [row["n"] for row in many] == list(range(4500))


def test_notebooks_see_tables_without_markup_of_the_data(actors):
    hostile = Rows(finished(), "select '<script>alert(1)</script>' as \"<b>\"")
    assert "<script>" not in hostile._repr_html_()
    assert "1 row, 1 shown" in hostile._repr_html_()
    assert repr(actors).startswith("<96 rows: mention_id, sentence_id")
