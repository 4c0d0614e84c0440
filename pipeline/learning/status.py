"""Correct the status of a mention by its verb, or by its section if its sentence does not tell.

Under »Was wurde erreicht?«, the bullet »Der Ausbau der Ganztagsschulen« exists; under »Mögliche
Ansätze«, the same words are a demand. Other sections of measures and demands do not decide: what
taggers take for existing there nearly always exists (`models/README.md`).
"""

from __future__ import annotations

import re
from functools import cache

from msgspec.structs import replace

from pipeline.knowledge.phrasing import MENTION, marked, pattern
from pipeline.knowledge.toml import load
from pipeline.records import Context, Record, Span

DENIED = {"rejected": "existing", "resolved": "open"}  # what holds if the sentence denies what its verb says

_DEED = re.compile(r" [a-zäöüß]{3,}n$")  # ends with its verb


class Cues(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Patterns by the status that they indicate.

    In `in_force` and those below it, X stands for the mention, OBJECT for `object` (with its X), and
    EFFECT, END and ABOLISH for a word of `effects`, `ends` and `abolitions`.
    """

    existing: tuple[str, ...]
    planned: tuple[str, ...]
    demanded: tuple[str, ...]
    rejected: tuple[str, ...]
    passed: tuple[str, ...]
    in_force: tuple[str, ...]
    kept: tuple[str, ...]
    ended: tuple[str, ...]
    resolved: tuple[str, ...]
    denied: tuple[str, ...]
    conditional: tuple[str, ...]
    neither: tuple[str, ...]
    not_given_up: tuple[str, ...]
    effects: tuple[str, ...]
    ends: tuple[str, ...]
    object: str
    abolitions: tuple[str, ...]
    proposing: tuple[str, ...]  # in headings of measures


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    found = load("status_cues", Cues)
    return {
        status: re.compile("|".join(getattr(found, status)), re.IGNORECASE)
        for status in ("existing", "planned", "demanded", "rejected", "passed", "proposing")
    }


@cache
def _verbs(layer: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of the statuses of a layer; the first that is found decides."""
    of_layer = {
        "challenge": (("resolved", "resolved"),),
        "instrument": (("existing", "kept"), ("rejected", "ended"), ("existing", "in_force")),
    }
    return tuple((status, _verb(name)) for status, name in of_layer.get(layer, ()))


@cache
def _verb(name: str) -> re.Pattern[str]:
    """Return one pattern of those of `Cues` in which signs stand for the mention and for classes of words."""
    found = load("status_cues", Cues)
    return pattern(
        getattr(found, name),
        EFFECT=f"(?:{'|'.join(found.effects)})",
        END=f"(?:{'|'.join(found.ends)})",
        OBJECT=found.object.replace("X", MENTION),
        ABOLISH=f"(?:{'|'.join(found.abolitions)})",
    )


def by_section(span: Span, context: Context) -> Span:
    """Return an instrument with the status of its section, unless its sentence states one.

    `by` records that the section decided; other spans are returned unchanged.
    """
    allowed = _allowed(context)
    if span.label != "instrument" or not allowed or span.status in allowed:
        return span
    if _cues()[span.status].search(context.text) or _stated(span, context.text):
        return span
    return replace(span, status=allowed[0], by=f"{span.by} rule:section")


def _allowed(context: Context) -> tuple[str, ...]:
    """Return the statuses that a section allows, the usual one first; none if it does not tell."""
    if context.role == "achieved":
        return ("existing",)
    above = context.heading_path[-1] if context.heading_path else ""
    proposes = context.role == "measure" and _cues()["proposing"].search(above)
    return ("demanded", "planned", "rejected") if proposes else ()


def by_verb(span: Span, context: Context) -> Span:
    """Return a mention with the status that its verb states, where taggers misread verbs.

    What has »sich bewährt« exists, what »läuft aus« or is abolished is rejected, a law to be passed
    (»verabschieden«) is planned, and a challenge that »ist überwunden« is resolved. If the sentence denies
    that, an instrument exists and a challenge is open; a condition (»wenn wir den Fonds abschaffen, …«)
    decides nothing. `by` records that the verb decided.
    """
    if span.label == "instrument" and _is_refused(span, context.text):
        return replace(span, status="rejected", by=f"{span.by} rule:verb")
    passed = span.label == "instrument" and _is_passed(span, context.text)
    kept = span.status == "rejected" and _verb("not_given_up").search(_with_sign(span, context.text))
    stated = _stated(span, context.text) or ("planned" if passed else "existing" if kept else span.status)
    return span if stated == span.status else replace(span, status=stated, by=f"{span.by} rule:verb")


def _stated(span: Span, text: str) -> str:
    """Return the status that the verb of a mention states by itself, or ""."""
    return _told(span.label, _with_sign(span, text))


def _with_sign(span: Span, text: str) -> str:
    return marked(text, span.start, span.end)


def is_spared(span: Span, text: str, since: int) -> bool:
    """Return whether a sentence says from `since` on that an instrument stays in force or is not given up."""
    said = _with_sign(span, text)[since:]
    is_kept = _told(span.label, said) == "existing" or _verb("not_given_up").search(said)
    return since <= span.start and bool(is_kept)


def _told(layer: str, said: str) -> str:
    for status, verb in _verbs(layer):
        if verb.search(said):
            denied, conditional = (bool(_verb(name).search(said)) for name in ("denied", "conditional"))
            return "" if conditional else DENIED.get(status, "") if denied else status
    return ""


def _is_refused(span: Span, text: str) -> bool:
    """Return whether the tagger took a deed of »weder … noch« for a plan: »weder [Mieten senken] noch …«."""
    is_deed = span.status == "planned" and _DEED.search(span.text)
    return bool(is_deed) and bool(_verb("neither").search(_with_sign(span, text)))


def _is_passed(span: Span, text: str) -> bool:
    """Return whether the tagger took a law's passing for a farewell."""
    cues = _cues()
    misread = span.status == "rejected" and cues["passed"].search(text)
    return bool(misread) and not cues["rejected"].search(text)
