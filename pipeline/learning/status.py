"""Correct the status of an instrument by its section, if its sentence does not tell, or by its verb.

Under »Was wurde erreicht?«, the bullet »Der Ausbau der Ganztagsschulen« exists; under »Mögliche
Ansätze«, the same words are a demand.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec.structs import replace

from pipeline.knowledge.words import load
from pipeline.records import Context, Record, Span

# Statuses allowed in sections by role; an instrument with another one gets the first.
ALLOWED = {
    "achieved": ("existing",),
    "measure": ("demanded", "planned", "rejected"),
    "demand": ("demanded", "planned", "rejected"),
}


class Cues(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Patterns by the status that they indicate."""

    existing: tuple[str, ...]
    planned: tuple[str, ...]
    demanded: tuple[str, ...]
    rejected: tuple[str, ...]
    passed: tuple[str, ...]


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    found = load("status_cues", Cues)
    return {
        status: re.compile("|".join(getattr(found, status)), re.IGNORECASE)
        for status in ("existing", "planned", "demanded", "rejected", "passed")
    }


def by_section(span: Span, context: Context) -> Span:
    """Return an instrument with the status of its section, unless its sentence states one.

    `by` records that the section decided; other spans are returned unchanged.
    """
    allowed = ALLOWED.get(context.role, ())
    if span.label != "instrument" or not allowed or span.status in allowed:
        return span
    if _cues()[span.status].search(context.text):
        return span
    return replace(span, status=allowed[0], by=f"{span.by} rule:section")


def by_verb(span: Span, context: Context) -> Span:
    """Return a law to be passed (»verabschieden«) as planned if the tagger misread the verb as a farewell."""
    cues = _cues()
    if span.status != "rejected" or not cues["passed"].search(context.text):
        return span
    if cues["rejected"].search(context.text):
        return span
    return replace(span, status="planned", by=f"{span.by} rule:verb")
