"""Lines of a correction file, as spreadsheets write them."""

import pytest

from pipeline.correcting.requests import read_csv
from pipeline.errors import InputError


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ("mention_id;status", "no column `action`"),
        ("action;status", "no column `mention_id` or `quote`"),
        ("mention_id;action;stauts", "unknown column `stauts`"),
    ],
)
def test_a_missing_or_unknown_column_is_named(tmp_path, columns, says):
    (tmp_path / "c.csv").write_text(f"{columns}\nm1;status;planned\n", encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_csv(tmp_path / "c.csv")


def test_lines_are_counted_as_a_spreadsheet_does(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("mention_id,action\n\nm1,delete\n", encoding="utf-8")
    assert [request.where for request in read_csv(path)] == ["c.csv line 3"]


def test_quotes_out_of_our_own_csv_are_those_of_the_text(tmp_path):
    path = tmp_path / "corrections.csv"
    path.write_text("action;document;quote\ndelete;a.pdf;'-zuschlag\n", encoding="utf-8")
    assert [request.get("quote") for request in read_csv(path)] == ["-zuschlag"]
