"""Excel opens the workbook."""

import pytest
from openpyxl import load_workbook

from pipeline import outputs
from pipeline.errors import InputError
from pipeline.exports import export
from pipeline.exports.workbook import CUT, _value
from pipeline.schema import TABLES


@pytest.fixture
def out(formulas):
    return formulas


def test_excel_opens_the_workbook(out, tmp_path):
    (path,) = export(out, "xlsx", tmp_path)
    book = load_workbook(path)
    assert book.sheetnames == ["codebook", *TABLES]
    rows = list(book["documents"].values)
    assert list(rows[0]) == [column.name for column in TABLES["documents"].columns]
    assert len(rows) == 1 + outputs.count(out, "documents")
    published = rows[1][rows[0].index("published")]
    assert published.date() == next(outputs.rows(out, "documents"))["published"]
    cells = [one for sheet in book for line in sheet.iter_rows() for one in line]
    assert not [one for one in cells if one.data_type == "f"]


def test_large_tables_are_left_out_of_the_workbook_and_named(out, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.exports.workbook.MAX_ROWS", 50)
    (path,) = export(out, "xlsx", tmp_path)
    book = load_workbook(path)
    assert "mentions" not in book.sheetnames
    told = [row[3] for row in book["codebook"].values if row[0] == "mentions" and not row[1]]
    assert "too large" in told[0]


def test_a_table_asked_for_by_name_may_be_large(out, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.exports.workbook.MAX_ROWS", 50)
    (path,) = export(out, "xlsx", tmp_path, tables=["mentions"])
    assert len(list(load_workbook(path)["mentions"].values)) == 1 + outputs.count(out, "mentions") > 51


def test_a_table_too_large_for_excel_is_refused(out, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.exports.workbook.EXCEL_ROWS", 50)
    with pytest.raises(InputError, match="table mentions: has more than 50 rows"):
        export(out, "xlsx", tmp_path, tables=["mentions", "concepts"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "kept"),
    [("ä" * 32_767, 32_767), ("ä" * 32_768, None), ("😀" * 16_383, 16_383), ("😀" * 16_384, None), ("", 0)],
)
def test_a_text_too_long_for_a_cell_is_cut_and_says_so(text, kept):
    made = _value(text)
    assert len(made.encode("utf-16-le")) // 2 <= 32_767
    assert (
        made == text if kept is not None else made.endswith(CUT) and text.startswith(made.removesuffix(CUT))
    )


def test_a_list_too_long_for_a_cell_says_that_it_is_cut():
    made = _value([f"d0123456789ab-m{n:06d}" for n in range(2_000)])
    assert made.endswith(CUT) and len(made) == 32_767
