"""The data files keep their rules, and a broken line is refused with file, entry and remedy."""

from __future__ import annotations

import pytest

from pipeline.errors import TaxonomyError
from pipeline.knowledge import taxonomy
from pipeline.schema.labels import ACTOR_KINDS, INSTRUMENT_KINDS, THEMES
from pipeline.schema.values import LINEAGE_STATES, READ_STATUSES

PERIODS = """
parliament = [{id = "bt", name = "Deutscher Bundestag", term_years = 4}]
period = [
  FIRST,
  LINE
]
"""
FIRST = (
    '{id = "bt01", parliament = "bt", number = 1, first_day = 1949-09-07, last_day = 1953-09-07,'
    ' source = "s", verified = "yes"}'
)
SECOND = 'id = "bt02", parliament = "bt", number = 2, first_day = 1953-10-06, source = "s", verified = "no"'


@pytest.mark.parametrize(
    "read", [taxonomy.parliaments, taxonomy.periods, taxonomy.statuses, taxonomy.actors, taxonomy.actor_words]
)
def test_shipped_files_are_sound(read):
    assert read()


def test_labels_are_those_of_the_codebook():
    assert tuple(entry.id for entry in taxonomy.themes()) == THEMES
    assert tuple(entry.id for entry in taxonomy.instrument_kinds()) == INSTRUMENT_KINDS
    assert tuple(entry.id for entry in taxonomy.actor_kinds()) == ACTOR_KINDS


def test_cap_codes_are_those_of_the_codebook():
    codes = {entry.id: entry.cap for entry in taxonomy.themes()}
    assert codes["macroeconomy"] == 1
    assert codes["law_order"] == 12
    assert codes["culture"] == 23
    assert codes["regional"] == 0
    assert 11 not in codes.values()


def test_lineage_and_document_statuses_are_labelled():
    found = {entry.id for entry in taxonomy.statuses()}
    assert found >= {*READ_STATUSES, *LINEAGE_STATES}


def test_label_in_both_languages():
    assert taxonomy.label(taxonomy.themes(), "energy") == "Energie"
    assert taxonomy.label(taxonomy.themes(), "energy", language="en") == "Energy"
    assert taxonomy.label(taxonomy.themes(), "nonsense") == "nonsense"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{" + SECOND + "},", ()),
        (
            "{" + SECOND.replace("1953-10-06", "1953-09-07") + "},",
            ("bt02", "begins before bt01", "day before"),
        ),
        ("{" + SECOND.replace("bt02", "bt2") + "},", ("bt2", "write bt02")),
        ("{" + SECOND.replace("number = 2", "number = 3").replace("bt02", "bt03") + "},", ("bt03", "follow")),
        ("{" + SECOND.replace('source = "s"', 'source = " "') + "},", ("bt02", "no source")),
        ("{" + SECOND + ", last_day = 1953-10-05},", ("bt02", "ends before it begins")),
        ("{" + SECOND.replace('"no"', '"maybe"') + "},", ("period 2 (bt02)", "verified")),
        ("{" + SECOND.replace("first_day", "firstday") + "},", ("period 2 (bt02)", "firstday")),
        ("{" + SECOND.replace("1953-10-06", '"1953-13-06"') + "},", ("period 2 (bt02)", "first_day")),
        ("{" + SECOND.replace('"bt",', '"xx",') + "},", ("bt02", "unknown parliament 'xx'", "use one of bt")),
        ("{" + SECOND.replace("bt02", "bt01") + "},", ("bt01", "used twice")),
        ("{" + SECOND + "", ("periods.toml", "not TOML")),
    ],
)
def test_periods_are_checked(tmp_path, line, words):
    (tmp_path / "periods.toml").write_text(
        PERIODS.replace("FIRST", FIRST).replace("LINE", line), encoding="utf-8"
    )
    if not words:
        assert len(taxonomy.periods(folder=tmp_path)) == 2
        return
    with pytest.raises(TaxonomyError) as caught:
        taxonomy.periods(folder=tmp_path)
    assert "periods.toml" in str(caught.value)
    for word in words:
        assert word in str(caught.value)
    assert caught.value.remedy


def test_a_missing_theme_is_named(tmp_path):
    text = (taxonomy.FOLDER / "themes.toml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if '"energy"' not in line]
    (tmp_path / "themes.toml").write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(TaxonomyError, match="energy"):
        taxonomy.themes(folder=tmp_path)
