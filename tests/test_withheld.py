"""A package without texts holds none."""

import pytest

from pipeline import outputs
from pipeline.publishing.withheld import LEFT_OUT, columns, key, rows
from pipeline.schema import TABLES
from tests.builders_packages import LONG


def words(out):
    """Return all texts that must not stand in a package without texts."""
    texts = {row["text"] for name in ("passages", "sentences") for row in outputs.rows(out, name)}
    return {text for text in texts if text}


def test_a_package_without_texts_holds_none(bare, out):
    data = "\n".join(path.read_text(encoding="utf-8") for path in (bare / "data").iterdir())
    assert not [text for text in words(out) if text in data]
    assert "Muster" not in data and LONG not in data and "Fachkräftemangel" in data
    assert not list((bare / "data").glob("*.parquet"))
    assert not (bare / "data" / "corrections.csv").exists()


@pytest.mark.parametrize("name", sorted({*TABLES} - {*LEFT_OUT}))
def test_rows_have_the_columns_that_are_described(out, name):
    names = [column.name for column in columns(name)]
    assert set(key(name)) <= set(names)
    assert all(list(row) == names for row in rows(out, name))


def test_offsets_lead_to_the_words_of_an_attribute(out):
    texts = {row["sentence_id"]: row["text"] for row in outputs.rows(out, "sentences")}
    homes = {row["mention_id"]: texts[row["sentence_id"]] for row in outputs.rows(out, "mentions")}
    (row,) = rows(out, "attributes")
    assert homes[row["mention_id"]][row["char_start"] : row["char_end"]] == "5 Mio. Euro"
