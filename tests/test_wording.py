from __future__ import annotations

import pytest

from pipeline.wording import (
    decimal,
    ends,
    interval,
    joined,
    number,
    numbered,
    out_of,
    percent,
    period_id,
    period_name,
    period_range,
    period_step,
    points,
    probability,
    soft,
    span,
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (number(12345, "de"), "12.345"),
        (number(12345, "en"), "12,345"),
        (numbered(1, "de", de="Satz|Sätze", en="sentence|sentences"), "1 Satz"),
        (numbered(1200, "en", de="Satz|Sätze", en="sentence|sentences"), "1,200 sentences"),
        (percent(0.0425, "de"), "4,2\u00a0%"),
        (percent(0.0425, "en"), "4.2%"),
        (percent(0.0004, "de"), "0,04\u00a0%"),
        (percent(0.0, "de"), "0,0\u00a0%"),
        (percent(None, "de"), "–"),
        (points(-0.0004, "en"), "−0.04"),
        (points(0.012, "de"), "+1,2"),
        (ends(0.0004, 0.0031, "de"), "0,04–0,31"),
        (ends(0.0, 0.02, "de"), "0,0–2,0"),
        (span(0.01, 0.123, "de"), "1,0 bis 12,3"),
        (interval(0.01, 0.123, "de"), "95‑%‑Intervall 1,0 bis 12,3\u00a0%"),
        (interval(0.01, 0.123, "en"), "95% interval 1.0 to 12.3%"),
        (interval(None, None, "de"), "ohne Intervall"),
        (interval(None, None, "en"), "no interval"),
        (span(-0.01, 0.02, "en", sign=True), "−1.0 to +2.0"),
        (decimal(-0.04, "de", sign=True), "0,0"),
        (probability(0.0004, "de"), "< 0,001"),
        (probability(0.0123, "en"), "0.012"),
        (period_name("bt20", "de"), "20.\u00a0Wahlperiode"),
        (period_name("by18", "de"), "18.\u00a0Wahlperiode (Bayern)"),
        (period_name("bt21", "en"), "21st Wahlperiode"),
        (period_name("", "de"), "ohne Wahlperiode"),
        (period_id("9"), "bt09"),
        (period_id("BY8"), "by08"),
        (period_range("bt18", "bt21", "de"), "18. bis 21.\u00a0Wahlperiode"),
        (period_range("bt20", "bt20", "de"), "20.\u00a0Wahlperiode"),
        (period_step("bt20", "bt21", "de"), "von der 20. zur 21.\u00a0Wahlperiode"),
        (period_step("bt20", "bt21", "en"), "from the 20th to the 21st Wahlperiode"),
        (out_of(["bt18", "bt19", "bt20"], "de"), "aus der 18. bis 20.\u00a0Wahlperiode"),
        (out_of(["bt18", "bt20"], "de"), "aus 2 Wahlperioden (18. bis 20.\u00a0Wahlperiode)"),
        (out_of(["bt20"], "en"), "from the 20th Wahlperiode"),
        (joined(["a", "b", "c"], "de"), "a, b und c"),
        (joined(["a"], "en"), "a"),
    ],
)
def test_numbers_and_names_are_written_as_readers_expect(said, expected):
    assert said == expected


def test_long_compounds_may_be_divided_at_their_seams():
    assert soft("Fachkräfteeinwanderungsgesetz") == "Fachkräfte\u00adeinwanderungs\u00adgesetz"
    assert soft("Breitbandförderprogramm") == "Breitband\u00adförder\u00adprogramm"
    assert soft("Mindestlohnkommission") == "Mindestlohn\u00adkommission"
    assert soft("Steuern") == "Steuern"
