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
        ("eine halbe", "0.5"), ("Dreißig", "30"), ("zweihundertfünfzig", "250"), ("hundertundeins", "101"),
        ("zweihundertfünfzigtausend", "250000"), ("eintausendzweihundert", "1200"),
    ],
)  # fmt: skip
def test_value(text, number):
    assert numerals.value(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "viel", "Euro", "1,2,3", "einer von", "undzwanzig", "zwanzigeins"])
def test_value_of_no_numeral(text):
    assert numerals.value(text) is None


def test_scaled_and_plain():
    assert numerals.plain(numerals.scaled("1,5", "Mrd.")) == "1500000000"
    assert numerals.plain(Decimal("0.0900")) == "0.09"
    assert numerals.scaled("viele", "Mio.") is None
