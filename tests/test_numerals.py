from decimal import Decimal

import pytest

from pipeline.knowledge import numerals


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100", "100"), ("1,5", "1.5"), ("20 000", "20000"), ("20.000", "20000"), ("1.234,56", "1234.56"),
        ("1.234.567", "1234567"), ("0.5", "0.5"), ("20\u00a0000", "20000"), ("eine", "1"), ("zwei", "2"),
        ("zwölf", "12"), ("einundzwanzig", "21"), ("fünfzig", "50"), ("hundert", "100"), 
        ("zweihundert", "200"),
        ("hunderttausend", "100000"), ("fünftausend", "5000"), ("zweieinhalb", "2.5"), ("anderthalb", "1.5"),
        ("eine halbe", "0.5"), ("halbe", "0.5"), ("einer weiteren", "1"),
        ("Dreißig", "30"), ("zweihundertfünfzig", "250"), ("hundertundeins", "101"),
        ("zweihundertfünfzigtausend", "250000"), ("eintausendzweihundert", "1200"),
    ],
)  # fmt: skip
def test_value(text, number):
    assert numerals.value(text) == Decimal(number)


TO_TWENTY = """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn
    sechzehn siebzehn achtzehn neunzehn zwanzig"""
BY_TEN = "null zehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert"


@pytest.mark.parametrize(("words", "step"), [(TO_TWENTY, 1), (BY_TEN, 10)])
def test_counting(words, step):
    counted = [numerals.value(word) for word in words.split()]
    assert counted == [step * at for at in range(len(counted))]


@pytest.mark.parametrize(
    "text",
    [
        "9" * 23,
        "120 130 140 150 160",
        "tausend" * 1100,
        "ſechs",
        "",
        "viel",
        "Euro",
        "1,2,3",
        "einer von",
        "undzwanzig",
        "zwanzigeins",
        "hundertviel",
    ],
)
def test_value_of_no_numeral(text):
    assert numerals.value(text) is None


def test_scaled_and_plain():
    assert numerals.plain(numerals.scaled("1,5", "Mrd.")) == "1500000000"
    assert numerals.plain(Decimal("0.0900")) == "0.09"
    assert numerals.scaled("viele", "Mio.") is None


@pytest.mark.parametrize(
    ("number", "scale", "read"),
    [
        ("999", "Bio.", "999000000000000"), ("1 000 000 000 000", "", "1000000000000"),
        ("1 234 567", "T", "1234567000"), ("120 000 000", "T", "120000000000"), ("120 130", "T", "120130000"),
        ("1001", "Bio.", None), ("9999999999999999", "", None), ("120 130 140", "T", None),
        ("100 200 300 400 500 600", "Mio.", None), ("1 120 130 140 150", "", None),
    ],
)  # fmt: skip
def test_rows_of_a_table_and_more_than_anyone_has_are_no_number(number, scale, read):
    found = numerals.scaled(number, scale)
    assert found == (None if read is None else Decimal(read)) and (
        read is None or numerals.plain(found) == read
    )


@pytest.mark.parametrize(
    ("power", "scales"),
    [
        (3, "Tsd. Tausend T"), (6, "Mio. Mill. Million Millionen"), (9, "Mrd. Milliarde Milliarden"),
        (12, "Bio. Billion Billionen"),
    ],
)  # fmt: skip
def test_scales(power, scales):
    assert {numerals.scaled("2", scale) for scale in scales.split()} == {2 * 10**power}


@pytest.mark.parametrize(
    ("qualifier", "how"),
    [
        ("bis zu", "at_most"), ("bis", "at_most"), ("max.", "at_most"), ("Mehr als", "at_least"),
        ("mind.", "at_least"), ("ca.", "about"), ("rd.", "about"), ("genau", "exact"), (None, "exact"),
    ],
)  # fmt: skip
def test_how_exactly_a_number_is_meant(qualifier, how):
    assert numerals.exactness(qualifier) == how
