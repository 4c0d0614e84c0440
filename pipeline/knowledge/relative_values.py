"""Settle values of attributes that depend on the document: »bis Ende des Jahrzehnts«, »Drs. 17/1234«.

Extractors see sentences alone, so that a corrected date or issuer needs no new tagging. A decade begins with
a year that ends in 0: in a document of 2026, »bis Ende des Jahrzehnts« is 2029.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from pipeline.knowledge import taxonomy
from pipeline.records import Span

_STEP = re.compile(r"(?P<head>decade|year):(?P<step>[+-]?\d)(?:/(?P<rest>[\d-]+))?")
_BUNDESTAG = re.compile(r"\bBundestag|\bBT\b")  # »der Bundestag hat zugestimmt (Drs. 20/1234)«
_HOUSELESS = re.compile(r"[Dd]r(?:ucks|s)")


def settled(span: Span, sentence: str, *, published: str, parliament: str, home: str) -> Span:
    """Return an attribute as its document means it; other attributes are returned unchanged.

    A deadline whose date is not known has no value and no unit, only words.

    Args:
        span: what an extractor found.
        sentence: the text that it stands in.
        published: date of the document, as exact as it is known, or "".
        parliament: id of the parliament whose calendar and papers are the document's own.
        home: id of the period that the document speaks for, or "".
    """
    if span.label == "law":
        is_plain = span.kind == "paper" and _HOUSELESS.match(span.text) and not _BUNDESTAG.search(sentence)
        return replace(span, value=_paper(span.value, parliament, home)) if is_plain else span
    if span.label != "deadline":
        return span
    if counted := _STEP.fullmatch(span.value):
        if span.value == "year:0":  # has a unit of its own
            return span
        value = _day(counted, published)
        return replace(span, value=value, unit=span.unit if value else "")
    if re.fullmatch(r"wp:[1-9]\d?", span.value):
        step = int(span.value[3:]) - _number(home) if home else 2
        return replace(span, value=f"wp:{step:+d}" if step else "wp:0") if step < 2 else _open(span)
    return span


def _open(span: Span) -> Span:
    return replace(span, value="", unit="")


def _day(counted: re.Match[str], published: str) -> str:
    """Return the date that counts from that of a document, "" if the latter is not known."""
    if not published:
        return ""
    year, step = int(published[:4]), int(counted["step"])
    if counted["head"] == "decade":
        return str(year - year % 10 + 10 * step + int(counted["rest"]))
    return "-".join(filter(None, (str(year + step), counted["rest"])))


def _paper(value: str, parliament: str, home: str) -> str:
    """Return a paper of no stated house as one of the document's Land, if this has had so many periods."""
    house, _, numbers = value.partition(" ")
    lands = {entry.id for entry in taxonomy.parliaments() if entry.land}
    periods = [int(number) for number in re.findall(r"(\d+)/", numbers)]
    is_own = house == "BT-Drs." and parliament in lands and (not home or max(periods) <= _number(home))
    return f"LT-Drs. {numbers}" if is_own else value


def _number(period: str) -> int:
    return int(period.lstrip("abcdefghijklmnopqrstuvwxyz"))
