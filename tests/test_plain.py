"""Values as text: no cell is a formula, and none is lost."""

import csv

import pytest

from pipeline.plain import cell, comma, counted, guard, legal, lines, tex, unguard

FORMULAS = ("=HYPERLINK(1)", "+49 30", "-2+3", "@SUM(A1)", "\t=1", "'=1", "''@x")
TEXTS = ("Fachkräftemangel", "", "'s ist Zeit", "a=b", "Aus- und Weiterbildung", " =1")


@pytest.mark.parametrize("text", [*FORMULAS, *TEXTS])
def test_no_cell_is_a_formula_and_none_is_lost(text):
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguard(guard(text)) == text
    assert (guard(text) == text) == (text in TEXTS)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (None, {}, ""),
        (True, {}, "true"),
        (-0.5, {}, "-0.5"),
        (-0.5, {"decimal": ","}, "-0,5"),
        (["=a", "b"], {}, '["=a","b"]'),
        (["=a", "b"], {"joiner": " | "}, "'=a | b"),
        ([{"page": 1}], {"joiner": " | "}, '[{"page":1}]'),
        ({"quote": "=a"}, {"joiner": " | "}, '{"quote":"=a"}'),
    ],
)
def test_values_as_text(value, form, text):
    assert cell(value, **form) == text


@pytest.mark.parametrize("sign", ["\0", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_what_xml_cannot_hold_is_left_out(sign):
    assert legal(f"Fach{sign}kraft\t\n\r😀") == "Fachkraft\t\n\r😀"
    assert legal(f"Fach{sign}kraft", instead=" ") == "Fach kraft"


def test_lines_are_csv_however_many_there_are(monkeypatch):
    rows = [["a,b", 'say "x"', "zwei\nZeilen"], ["ä", "", "3"]] * 50
    whole = b"".join(lines(["one", "two", "three"], rows))
    assert list(csv.reader(whole.decode().splitlines(keepends=True)))[1:] == rows
    monkeypatch.setattr("pipeline.plain.WRITTEN_AT_ONCE", 20)
    parts = list(lines(["one", "two", "three"], rows))
    assert len(parts) > 10 and b"".join(parts) == whole


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0 sentences"), (1, "1 sentence"), (2, "2 sentences"), (1200, "1,200 sentences")]
)
def test_numbers_of_things(n, text):
    assert counted(n, "sentence") == text


def test_signs_of_tex_stay_readable():
    assert tex("50 % & mehr_{x}\n#1") == r"50 \% \& mehr\_\{x\} \#1"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2.5", "2,5"),
        ("-0.5", "-0,5"),
        ("5000000..10000000", "5000000..10000000"),
        ("2.5..10.25", "2,5..10,25"),
        ("1.2.2024", "1.2.2024"),
        ("Art. 2.5 GG", "Art. 2.5 GG"),
        (2.5, 2.5),
        (None, None),
    ],
)
def test_numbers_stored_as_text_get_a_decimal_comma(value, told):
    assert comma(value) == told
