"""Find sums of money and their value in euros: »zwischen 5 und 10 Mio. Euro jährlich«.

`value` is in euros, a range is "5000000..10000000". `unit` is "EUR", where stated with what it is paid
per ("EUR/year", "EUR/child/month") or the year it is meant for ("EUR 2027"). Other currencies keep their
code and value, but the D-Mark is converted at the fixed rate. `kind` says how exactly the sum is meant:
exact, about, at_least, at_most, range; ":dem" is appended for a sum in D-Mark.

Behind »T€« and »TEUR«, which head rows of tables, groups of three digits with plain spaces between them are
cells, each a sum (»T€ 120 130«), unless the last is 000; elsewhere, and with no-break spaces, they are one
number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.knowledge.numerals import NUMBER, QUALIFIER, SCALE, exactness, plain, scaled
from pipeline.records import Context, Span

LABELS = ("amount",)
EXAMPLES = (
    "Das Programm kostet <amount>100 Mio. Euro</amount>.",
    "Bis 2027 stehen <amount>1,5 Milliarden Euro</amount> bereit.",
    "Dafür sind <amount>zwischen 5 und 10 Mio. Euro</amount> vorgesehen.",
    "Der Zuschuss beträgt <amount>20 000 Euro jährlich</amount>.",
    "Das 49-Euro-Ticket bleibt, das <amount>2-Milliarden-Euro</amount>-Programm auch.",
    "Bis 2030 sollen 400 000 Wohnungen entstehen.",
)

DEM_PER_EUR = Decimal("1.95583")  # Council Regulation (EC) No 2866/98

_CURRENCIES = {
    "euro": "EUR", "€": "EUR", "eur": "EUR", "cent": "CENT", "ct": "CENT", "d-mark": "DEM", "dm": "DEM",
    "deutsche mark": "DEM", "mark": "DEM", "us-dollar": "USD", "dollar": "USD", "us-$": "USD", "us$": "USD",
    "$": "USD", "usd": "USD", "pfund sterling": "GBP", "gbp": "GBP", "£": "GBP", "chf": "CHF",
    "franken": "CHF", "schweizer franken": "CHF",
}  # fmt: skip
_CURRENCY = (
    r"(?:Euro\b|€|EUR\b|Cent\b|ct\b|D-Mark\b|DM\b|Deutsche Mark\b|Mark\b|US-Dollar\b|US-?\$|USD\b|Dollar\b|\$"
    r"|(?:Schweizer )?Franken\b|CHF\b|Pfund Sterling\b|GBP\b|£)"
)
_PER_WORDS = {
    "jahr": "year", "kalenderjahr": "year", "monat": "month", "woche": "week", "tag": "day",
    "stunde": "hour", "zeitstunde": "hour", "tonne": "t", "quadratmeter": "m2", "liter": "l",
    "kilowattstunde": "kWh", "kwh": "kWh", "megawattstunde": "MWh", "mwh": "MWh",
    "kilowatt": "kW", "kw": "kW", "mw": "MW", "m²": "m2", "qm": "m2", "l": "l", "h": "hour",
    "kopf": "person", "person": "person", "kind": "child", "unternehmen": "company",
    "betrieb": "company", "hektar": "ha", "ha": "ha", "t": "t",
    "einwohner": "inhabitant", "einwohnerin": "inhabitant",
}  # fmt: skip
_OFTEN = {"monatlich": "month", "wöchentlich": "week", "täglich": "day"}  # beside »jährlich« and »p. a.«
_TIMES = ("year", "month", "week", "day", "hour")
_PER = (
    r"(?:\s+(?P<ly>jährlich|monatlich|wöchentlich|täglich|p\.\s?a\.)"
    rf"|\s*(?:pro|je|im|/|in der)\s*"
    rf"(?P<per>{'|'.join(w.capitalize() for w in _PER_WORDS)}|kWh|MWh|[kM]W|ha|t|m²|qm|l|h)\b"
    r"(?!\s*(?:19|20)\d\d)(?:\s+und\s+(?:pro\s+|je\s+)?(?P<and>Kind|Kopf|Person|Monat|Jahr)\b)?)?"
)
_LOW_UNIT = rf"(?:\s*{SCALE})?(?:\s*{_CURRENCY})?"
_LOW = re.compile(rf"(?:zwischen\s+)?(?P<number>{NUMBER})(?:\s*(?P<scale>{SCALE}))?")
_AMOUNT = re.compile(
    rf"(?:{QUALIFIER})?(?:"
    rf"(?:(?P<low>zwischen\s+{NUMBER}{_LOW_UNIT}(?=\s*und\b)|{NUMBER}{_LOW_UNIT}(?=\s*(?:bis|–|-)))"
    r"\s*(?:und|bis(?: zu)?|–|-)\s*)?"
    rf"(?P<number>{NUMBER})(?:,[-–]+)?(?:[\s-]*(?P<scale>{SCALE}))?[\s-]*(?P<currency>{_CURRENCY})(?(scale)|(?!-\w)){_PER}"
    rf"|(?:(?P<thousand>\bT)|(?<![A-ZÄÖÜ]))(?P<front>€|EUR|CHF|USD|GBP|US-?\$|\$|£)\s*(?P<number2>{NUMBER})(?:\s*(?P<scale2>{SCALE}))?)"
)
_ROW = re.compile(r"\d{3}(?: \d{3})+(?<!000)")  # »12 500« are thousands: the first group is shorter
_WORTH_READING = re.compile(r"Euro|€|EUR|DM|Mark\b|Dollar|USD|\$|Cent\b|ct\b|Franken|CHF|Sterling|GBP|£")
_BEFORE = re.compile(
    r"\b(?:(?P<ly>(?i:jährlich|monatlich))(?:e[nrms]?)?|[Pp]ro (?P<per>Jahr|Monat|Tag|Kopf|Person|Kind)"
    r"|(?P<each>Jahr) für Jahr|[Jj]edes (?P<every>Jahr))\s+"
    r"(?:\w+:?\s+){0,4}(?:(?:\w+\s+){0,4}(?:in\s+Höhe|im\s+Umfang|mit\s+einem\s+Volumen)\s+von\s+(?:\w+\s+)?|\()?"
    r"(?<!und )(?<!oder )$"
)
_AFTER = re.compile(  # »1 Mrd. Euro an Bundesmitteln pro Jahr«, »650 Euro mehr Rente im Jahr«
    r"\s+(?:(?:mehr|weniger|zusätzlich|brutto|netto)\s+)?(?:(?:an\s+)?[A-ZÄÖÜ]\w+\s+)?(?:werden\s+)?"
    r"\(?(?:(?:pro|im|jedes|jeden)\s+(?P<per>Jahr|Monat|Stunde)|(?P<ly>jährlich|monatlich))\b(?!\s+\d)"
)
_SEVERAL = re.compile(r"\b(?:[Mm]ehrere|[Ee]inige|[Vv]iele)[nr]?\s+$")  # »mehrere hundert Millionen Euro«
_YEAR = re.compile(  # not the first of several: »für 2025 und 2026«
    r"\b(?:[Ii]m|[Ff]ür das|[Ff]ür)\s+(?:(?:Bundes|Landes)?[Hh]aushalt(?:sjahr)?\s+|Jahre?\s+)?"
    r"(20\d\d|19\d\d)\b"
    r"(?!/\d|,?\s*(?:und|bis|oder|sowie|[-–—]|,)\s*(?:20|19)\d\d\b)"
)

_OTHER = re.compile(rf"{_CURRENCY}{_PER}\s+$")  # what follows a sum is not said of the next one
_BRACKET = re.compile(r"\s+\((20\d\d)\)")  # »5 Mio. Euro (2025)«


def extract(contexts: Sequence[Context]) -> Iterator[Span]:
    """Yield the sums of money of each sentence."""
    for at, context in enumerate(contexts):
        for match in _AMOUNT.finditer(context.text) if _WORTH_READING.search(context.text) else ():
            if match["thousand"] and _ROW.fullmatch(match["number2"]):
                yield from _cells(at, context.text, match)
            elif span := _span(at, context.text, match):
                yield span


def _cells(at: int, text: str, match: re.Match[str]) -> Iterator[Span]:
    start = match.start("thousand")
    for cell in re.finditer(r"\d+", match["number2"]):
        end = match.start("number2") + cell.end()
        yield Span(
            sentence=at, start=start, end=end, text=text[start:end], label="amount", kind="exact",
            value=f"{int(cell[0])}000", unit="EUR", by="rule:amounts",
        )  # fmt: skip
        start = end + 1


def _span(at: int, text: str, match: re.Match[str]) -> Span | None:
    number = match["number"] or match["number2"]
    high = scaled(number, match["scale"] or match["scale2"] or match["thousand"] or "")
    currency = _CURRENCIES[(match["currency"] or match["front"]).lower()]
    if high is None or _SEVERAL.search(text, 0, match.start()):
        return None
    low = _low(match, high)
    start = match.start("number") if match["low"] and low is None else _start(match)
    kind = "range" if low is not None else exactness(match["how"])
    values = [plain(_in_euros(v, currency)) for v in (low, high) if v is not None]
    unit = currency if currency in ("USD", "GBP", "CHF") else "EUR"
    return Span(
        sentence=at,
        start=start,
        end=match.end(),
        text=text[start : match.end()],
        label="amount",
        kind=kind + (":dem" if currency == "DEM" else ""),
        value="..".join(values),
        unit=unit + _per(text, match) + _year(text, start, match.end()),
        by="rule:amounts",
    )


def _start(match: re.Match[str]) -> int:
    for name in ("low", "number", "thousand", "front"):
        if match[name]:
            return match.start(name)
    return match.start()


def _low(match: re.Match[str], high: Decimal) -> Decimal | None:
    """Return the lower end of a range, scaled like the upper end if it then stays lower."""
    lower = _LOW.match(match["low"] or "")
    if lower is None:
        return None
    for scale in (lower["scale"] or match["scale"] or "", lower["scale"] or ""):
        low = scaled(lower["number"], scale)
        if low is not None and low < high:
            return low
    return None


def _in_euros(value: Decimal, currency: str) -> Decimal:
    if currency == "CENT":
        return value / 100
    return (value / DEM_PER_EUR).quantize(Decimal("0.01")) if currency == "DEM" else value


def _per(text: str, match: re.Match[str]) -> str:
    """Return what a sum is paid per, the thing before the time: "/kWh", "/child/month"."""
    before = _BEFORE.search(text[: match.start()])
    before = None if before and _OTHER.search(text[: before.start()]) else before
    around = before or _AFTER.match(text, match.end())
    words = [match["ly"], match["per"], match["and"], *(around.groups() if around else ())]
    units = [(_OFTEN | _PER_WORDS).get(word.lower(), "year") for word in words if word]
    things, times = ([unit for unit in units if (unit in _TIMES) is is_time] for is_time in (False, True))
    return "".join(f"/{unit}" for unit in (*things[:1], *times[:1]))


def _year(text: str, start: int, end: int) -> str:
    """Return the year that a sum is meant for, if it stands close by (»im Jahr 2027 … 10 Mio. Euro«)."""
    after = _YEAR.match(text[end:].lstrip()) or _BRACKET.match(text, end)
    before = _YEAR.finditer(text, max(0, start - 40), start)
    years = [after] if after else [m for m in before if not _OTHER.search(text, 0, m.start())]
    return f" {years[-1][1]}" if years else ""
