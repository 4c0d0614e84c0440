"""Dates as people in offices write them."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.reading.dates import find_dates, parse_cell, parse_date

WHOLE = [
    ("2021-11-24", "2021-11-24", "day"),
    ("24.11.2021", "2021-11-24", "day"),
    ("24.11.2021 00:00:00", "2021-11-24", "day"),
    ("2021-11-24T00:00:00", "2021-11-24", "day"),
    (" 3. März 2019 ", "2019-03-03", "day"),
    ("1. Okt. 2005", "2005-10-01", "day"),
    ("Juni 2023", "2023-06", "month"),
    ("2023-06", "2023-06", "month"),
    ("06/2023", "2023-06", "month"),
    ("1949", "1949", "year"),
]
NONE = [
    "",
    "24.11.21",
    "Sep 16",
    "31.02.2021",
    "2021-13-01",
    "0000",
    "1234",
    "20. Wahlperiode",
    "ca. 2021",
    "2021-2025",
    "99999",
]


@pytest.mark.parametrize(("text", "iso", "precision"), WHOLE)
def test_parse_date_reads_what_people_write(text: str, iso: str, precision: str) -> None:
    day = parse_date(text)
    assert day and (day.iso, day.precision) == (iso, precision)


@pytest.mark.parametrize("text", NONE)
def test_parse_date_gives_none_for_anything_else(text: str) -> None:
    assert parse_date(text) is None


def test_find_dates_in_running_text() -> None:
    text = "Berlin, den 24. November 2021 (Fassung vom 3.12.2021, gültig ab Januar 2022)"
    assert [day.iso for _, _, day in find_dates(text)] == ["2021-11-24", "2021-12-03", "2022-01"]
    assert all(text[start:end].strip() for start, end, _ in find_dates(text))


@pytest.mark.parametrize(
    "text", ["Drucksache 18/2021", "im Jahr 2021", "§ 3.12.2021.4", "1.2.3", "Version 1.11.2021-a"]
)
def test_find_dates_leaves_numbers_alone(text: str) -> None:
    assert list(find_dates(text)) == []


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Sep 16", "2016-09"),
        ("Mrz 98", "1998-03"),
        ("Okt-05", "2005-10"),
        ("24.11.2021", "2021-11-24"),
        ("24.11.21", "2021-11-24"),
        ("3. 4. 98 00:00", "1998-04-03"),
        ("24. Nov. 21", "2021-11-24"),
    ],
)
def test_parse_cell_reads_years_of_two_digits(text: str, iso: str) -> None:
    day = parse_cell(text)
    assert day and day.iso == iso


def test_a_year_of_two_digits_is_next_years_at_most() -> None:
    now = date.today().year
    for year, century in ((now, now), (now + 1, now + 1), (now + 2, now + 2 - 100)):
        day = parse_cell(f"1.2.{year % 100:02}")
        assert day and day.iso == f"{century}-02-01"


@pytest.mark.parametrize("text", ["Bericht 16", "Sep 2", "16 Sep", "", "31.02.21", "11/12/21", "21-11-24"])
def test_parse_cell_refuses_the_rest(text: str) -> None:
    assert parse_cell(text) is None
