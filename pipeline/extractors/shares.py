"""Find shares in per cent, percentage points and fractions: »um mindestens 65 Prozent«, »zwei Drittel«.

`value` is in per cent with a decimal point, a range is "5..10"; `unit` is "percent", "percentage
points" or "permille"; `kind` says how exactly it is meant: exact, about, at_least, at_most, range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.knowledge.numerals import NUMBER, QUALIFIER, exactness, plain, value
from pipeline.records import Context, Span

LABELS = ("share",)
EXAMPLES = (
    "Die Emissionen sinken um <share>65 Prozent</share>.",
    "Mindestens <share>ein Drittel</share> der Flächen wird geschützt.",
    "Der Beitrag steigt um <share>0,5 Prozentpunkte</share>.",
    "Der Anteil liegt <share>zwischen 5 und 10 %</share>.",
    "Das Zwei-Prozent-Ziel bleibt.",
    "In der ersten Hälfte des Jahres 2025 wird entschieden.",
)

_UNITS = {"prozentpunkt": "percentage points", "promille": "permille", "‰": "permille"}
_UNIT = (
    r"(?:Prozentpunkte?n?|Prozent\b|v\. ?H\.|vom Hundert\b|%-?Punkten?|%|Promille\b|‰|-?prozentige[nrsm]?\b)"
)
_FRACTIONS = {
    "hälfte": 2,
    "drittel": 3,
    "dritteln": 3,
    "viertel": 4,
    "vierteln": 4,
    "fünftel": 5,
    "sechstel": 6,
    "zehntel": 10,
}
_WORDS = "|".join(name.capitalize() for name in _FRACTIONS)
_PERCENT = re.compile(
    rf"(?:{QUALIFIER})?"
    rf"(?:(?P<low>zwischen\s+{NUMBER}(?:\s*{_UNIT})?(?=\s*und\b)|{NUMBER}(?:\s*{_UNIT})?(?=\s*(?:bis|–|-)))"
    r"\s*(?:und|bis(?: zu)?|–|-)\s*)?"
    rf"(?P<number>{NUMBER})[\s-]?\s*(?P<unit>{_UNIT})(?!-\w)"
)
_FRACTION = re.compile(
    rf"(?:{QUALIFIER})?(?P<all>(?P<count>[Ee]in(?:em)?|[Dd]ie|[Dd]er|[Zz]ur|[Zz]wei|[Dd]rei|[Vv]ier)\s+"
    rf"(?:(?P<adjective>knapp|gut)e[ns]\s+)?(?P<part>{_WORDS})\b)"
)
_WORTH_READING = re.compile(r"%|‰|v\. ?H\.|vom Hundert|rozent|romille|Hälfte|[a-zß]tel")
_HALF_OF_TIME = re.compile(
    r"\s+(?:des\s+(?:Jahres|Jahrhunderts|Jahrzehnts)|der\s+(?:Legislatur|Wahl|Amts)\w*|20\d\d|19\d\d)"
)


def extract(contexts: Sequence[Context]) -> Iterator[Span]:
    """Yield the shares in each sentence in order."""
    for at, context in enumerate(contexts):
        if not _WORTH_READING.search(context.text):
            continue
        found = [*_percents(at, context.text), *_fractions(at, context.text)]
        yield from sorted(found, key=lambda span: span.start)


def _percents(at: int, text: str) -> Iterator[Span]:
    for match in _PERCENT.finditer(text):
        high = value(match["number"])
        if high is None:
            continue
        low = _low(match, high)
        start = match.start("low") if low is not None else match.start("number")
        values = [plain(v) for v in (low, high) if v is not None]
        kind = "range" if low is not None else exactness(match["how"])
        yield _span(at, text, start, match.end(), kind, "..".join(values), _unit(match["unit"]))


def _low(match: re.Match[str], high: Decimal) -> Decimal | None:
    number = re.match(rf"(?:zwischen\s+)?({NUMBER})", match["low"] or "")
    low = value(number[1]) if number else None
    return low if low is not None and low < high else None


def _unit(unit: str) -> str:
    lower = unit.lower()
    if lower.startswith("%") and "punkt" in lower:
        return "percentage points"
    return next((name for start, name in _UNITS.items() if lower.startswith(start)), "percent")


def _fractions(at: int, text: str) -> Iterator[Span]:
    for match in _FRACTION.finditer(text):
        part, count = match["part"].lower(), match["count"].lower()
        half = part == "hälfte"
        if half != (count in ("die", "der", "zur")) or _HALF_OF_TIME.match(text, match.end()):
            continue
        times = Decimal(1) if half else value("ein" if count == "einem" else count)
        share = (times or Decimal(1)) * 100 / _FRACTIONS[part]
        kind = exactness(match["adjective"] or match["how"])
        yield _span(
            at,
            text,
            match.start("all"),
            match.end("all"),
            kind,
            plain(share.quantize(Decimal("0.01"))),
            "percent",
        )


def _span(at: int, text: str, start: int, end: int, kind: str, number: str, unit: str) -> Span:
    return Span(
        sentence=at, start=start, end=end, text=text[start:end], label="share",
        kind=kind, value=number, unit=unit, by="rule:shares",
    )  # fmt: skip
