"""Correct the status of an instrument by its verb, or by its section if its sentence does not tell.

Under »Was wurde erreicht?«, the bullet »Der Ausbau der Ganztagsschulen« exists. Sections of measures and
demands do not decide: what taggers take for existing there nearly always exists (`models/README.md`).
"""

from __future__ import annotations

import re
from functools import cache

from msgspec.structs import replace

from pipeline.knowledge.words import load
from pipeline.records import Context, Record, Span


class Cues(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Patterns by the status that they indicate.

    In `in_force` and `ended`, X stands for the mention and EFFECT for a word of `effects`.
    """

    planned: tuple[str, ...]
    demanded: tuple[str, ...]
    rejected: tuple[str, ...]
    passed: tuple[str, ...]
    in_force: tuple[str, ...]
    ended: tuple[str, ...]
    effects: tuple[str, ...]


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    found = load("status_cues", Cues)
    return {
        status: re.compile("|".join(getattr(found, status)), re.IGNORECASE)
        for status in ("planned", "demanded", "rejected", "passed")
    }


@cache
def _verbs() -> dict[str, re.Pattern[str]]:
    found = load("status_cues", Cues)
    effects = f"(?:{'|'.join(found.effects)})"
    return {
        status: re.compile("|".join(patterns).replace("EFFECT", effects))
        for status, patterns in (("rejected", found.ended), ("existing", found.in_force))
    }


def by_section(span: Span, context: Context) -> Span:
    """Return an instrument of a section on what was achieved as existing, unless its sentence says otherwise.

    `by` records that the section decided; other spans are returned unchanged.
    """
    if context.role != "achieved" or span.label != "instrument" or span.status == "existing":
        return span
    if _cues()[span.status].search(context.text) or _stated(span, context.text):
        return span
    return replace(span, status="existing", by=f"{span.by} rule:section")


def by_verb(span: Span, context: Context) -> Span:
    """Return an instrument with the status that its verb states, where taggers misread verbs.

    What has »sich bewährt« exists, what »läuft aus« is rejected, and a law to be passed (»verabschieden«) is
    planned. `by` records that the verb decided.
    """
    if span.label != "instrument":
        return span
    stated = _stated(span, context.text) or ("planned" if _is_passed(span, context.text) else span.status)
    return span if stated == span.status else replace(span, status=stated, by=f"{span.by} rule:verb")


def _stated(span: Span, text: str) -> str:
    """Return the status that the verb of a mention states by itself, or ""."""
    marked = f"{text[: span.start]}X{text[span.end :]}"
    return next((status for status, verbs in _verbs().items() if verbs.search(marked)), "")


def _is_passed(span: Span, text: str) -> bool:
    """Return whether the tagger took a law's passing for a farewell."""
    cues = _cues()
    misread = span.status == "rejected" and cues["passed"].search(text)
    return bool(misread) and not cues["rejected"].search(text)
