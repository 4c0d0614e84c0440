"""Tell in a sentence what has grown or shrunk over three periods and more, mostly in documents of one kind.

Two periods seldom have enough documents of one kind for a change to be clear; all together may show a trend.
"""

from __future__ import annotations

import duckdb

from pipeline.phrases import item_name, label
from pipeline.records import Record
from pipeline.tracking.counts import records
from pipeline.wording import FIRM, Language, number, period_range, points, probability, say, span

_LASTING = """
    select unit, item, label, if(slice = 'all', '', slice_value) as type, period_from, period_to, n_periods,
           n, slope, low, high, q, coalesce(drift_warning, '') as warning
    from slopes
    where basis = 'published' and slice in ('all', 'document_type') and unit in ('theme', 'concept', 'actor')
      and is_clear and list_contains(?, period_to)
    qualify row_number() over (partition by slope > 0 order by q, abs(slope) desc, unit, item, type) = 1
    order by slope desc
"""


class Lasting(Record):
    """A clear row of `slopes`."""

    unit: str
    item: str
    label: str
    type: str  # of the documents, "" if all count
    period_from: str
    period_to: str
    n_periods: int
    n: int
    slope: float
    low: float
    high: float
    q: float
    warning: str


def lasting(base: duckdb.DuckDBPyConnection, periods: tuple[str, ...]) -> tuple[Lasting, ...]:
    """Return the clearest rise and the clearest fall by publication, if there are any that are clear."""
    return tuple(Lasting(**row) for row in records(base, _LASTING, list(periods)))


def told(one: Lasting, language: Language) -> str:
    """Return the sentence about a trend."""
    kind = label("types", one.type, language)
    where = {
        "de": f"In Texten der Art »{kind}«" if one.type else "In allen Texten zusammen",
        "en": f"In texts of the kind “{kind}”" if one.type else "In all texts together",
    }
    rises = one.slope > 0
    return say(
        language,
        de="{where} aus {n_periods} Wahlperioden ({range}) nimmt »{name}« {way}: je Wahlperiode im Mittel "
        "{d} Prozentpunkte (95‑%‑Intervall {span}; q{f}={f}{q}, n{f}={f}{n}).",
        en="{where} from {n_periods} Wahlperioden ({range}), “{name}” {way}: {d} percentage points per "
        "Wahlperiode on average (95% interval {span}; q{f}={f}{q}, n{f}={f}{n}).",
        where=where[language],
        n_periods=one.n_periods,
        range=period_range(one.period_from, one.period_to, language),
        name=item_name(one.unit, one.item, one.label, language),
        way={"de": "zu" if rises else "ab", "en": "grows" if rises else "shrinks"}[language],
        d=points(one.slope, language),
        span=span(one.low, one.high, language, sign=True),
        q=probability(one.q, language),
        n=number(one.n, language),
        f=FIRM,
    ).replace(f"={FIRM}<", "<")
