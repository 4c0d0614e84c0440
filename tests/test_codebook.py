"""The codebook names everything that stands in the tables."""

from pipeline.publishing.codebook import codebook
from pipeline.schema import TABLES
from pipeline.schema.labels import INSTRUMENT_KINDS, THEMES
from pipeline.schema.values import READ_STATUSES


def test_the_codebook_names_every_column_and_label():
    page = codebook()
    for table in TABLES.values():
        assert f'id="{table.name}"' in page
        assert all(f">{column.name}</th>" in page for column in table.columns)
    assert all(f">{label}</th>" in page for label in (*INSTRUMENT_KINDS, *THEMES, *READ_STATUSES))
    assert "(CAP 7)</td>" in page  # environment, as other data sets number it
    assert page.count("(CAP ") == len(THEMES) - 1  # regional policy has no number


def test_the_codebook_needs_nothing_from_elsewhere():
    page = codebook()
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
