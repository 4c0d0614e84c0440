from __future__ import annotations

import duckdb
import pytest
from msgspec.structs import replace

from pipeline.reporting.lasting import Lasting, lasting, told
from pipeline.schema import TABLES
from pipeline.tables import to_arrow
from tests.builders_networks import row

RISE = Lasting(
    unit="theme", item="housing", label="housing", type="wahlprogramm", period_from="bt18", period_to="bt21",
    n_periods=4, n=1200, slope=0.02, low=0.01, high=0.03, q=0.0004, warning="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "language", "says"),
    [
        (RISE, "de", "In Texten der Art »Wahlprogramm« aus 4 Wahlperioden (18. bis 21."),
        (RISE, "de", "+2,0 Prozentpunkte (95‑%‑Intervall +1,0 bis +3,0; q\u00a0< 0,001"),
        (replace(RISE, slope=-0.02, low=-0.03, high=-0.01, type=""), "en", "In all texts together from 4 "),
        (replace(RISE, slope=-0.02, q=0.04), "en", "shrinks: −2.0 percentage points per"),
    ],
)  # fmt: skip
def test_a_trend_is_told_with_its_documents_interval_and_q(one, language, says):
    assert says in told(one, language)


def test_the_clearest_rise_and_fall_are_told_not_what_is_unclear_or_addressed():
    usual = {"basis": "published", "unit": "theme", "slice": "document_type", "slice_value": "strategie",
             "period_from": "bt18", "period_to": "bt21", "n_periods": 4, "is_clear": True,
             "q": 0.02}  # fmt: skip
    changes = [{"slope": 0.1}, {"slope": 0.2, "q": 0.03}, {"slope": -0.1}, {"slope": 0.9, "is_clear": False},
               {"slope": 0.9, "basis": "addressed"}, {"slope": -0.9, "period_to": "by18"}]  # fmt: skip
    rows = [row("slopes", **{**usual, "item": str(at), **one}) for at, one in enumerate(changes)]
    with duckdb.connect() as base:
        base.register("slopes", to_arrow(TABLES["slopes"], rows))
        found = lasting(base, ("bt20", "bt21"))
    assert [(one.slope, one.type) for one in found] == [(0.1, "strategie"), (-0.1, "strategie")]


def test_a_trend_of_all_texts_names_no_kind_of_documents():
    told_of = {"basis": "published", "unit": "theme", "item": "housing", "slice": "all", "slice_value": "all"}
    figures = {"period_from": "bt18", "period_to": "bt21", "n_periods": 3, "slope": 0.1, "is_clear": True}
    with duckdb.connect() as base:
        base.register("slopes", to_arrow(TABLES["slopes"], [row("slopes", **told_of, **figures, q=0.02)]))
        (found,) = lasting(base, ("bt21",))
    assert found.type == ""
