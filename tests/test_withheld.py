"""A package without texts holds none."""

import pytest

from pipeline import outputs
from pipeline.homes import in_full
from pipeline.publishing.withheld import LEFT_OUT, RestoredTexts, _names, columns, rows
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
    assert set(TABLES[name].key) <= set(names)
    assert all(list(row) == names for row in rows(out, name))


def test_offsets_lead_to_the_words_of_an_attribute(out):
    texts = {row["sentence_id"]: row["text"] for row in outputs.rows(out, "sentences")}
    homes = {row["mention_id"]: texts[row["sentence_id"]] for row in outputs.rows(out, "mentions")}
    (row,) = rows(out, "attributes")
    assert homes[row["mention_id"]][row["char_start"] : row["char_end"]] == "5 Mio. Euro"


def test_the_long_title_of_an_article_is_withheld_where_it_names_a_concept(out, monkeypatch):
    title = "Vorläufige Hilfe für kleine Häfen an der Küste"
    found = {"mentions": [{"text": f"§ 74 {title}"}], "edges": [{"label": title}]}
    monkeypatch.setattr(outputs, "rows", lambda out, name, columns=(): iter(found[name]))
    change = _names(out)
    assert in_full(f"§ 74 {title}", "instrument") == title
    assert change({"label": title})["label"].startswith("sha256:")
    texts = RestoredTexts({})
    texts.known["s1"] = f"§ 74 {title}"
    cells = {"sentence_id": "s1", "mention_id": "m1", "char_start": "0", "char_end": str(5 + len(title))}
    texts._mentions(cells)
    assert texts.aliases[change({"label": title})["label"]] == title
