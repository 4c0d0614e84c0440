"""Numbers and names as readers of German or English expect them: »4,2 %«, »20. Wahlperiode«."""

from __future__ import annotations

import re
from typing import Literal

from pipeline.knowledge import taxonomy

Language = Literal["de", "en"]
FIRM, MINUS = "\u00a0", "−"  # a space at which no line breaks
# Behind these endings a compound goes on with a word of its own, so that a break is never wrong.
_SEAM = re.compile(r"(?<=\w{4})(?:ungs|heits|keits|schafts|tions|täts)(?=\w{4})")
# Frequent second parts of the compounds of this field.
_HEAD = re.compile(
    r"(?<=\w{4})(?=(?:gesetz|programm|förder|einwander|sicherung|planung|politik|verordnung|strategie"
    r"|beschleunig|verfahren|entlastung|abbau|fonds|bremse|steuer|prämie|zuschuss))"
)
SOFT = "\u00ad"
PERIOD = re.compile(r"([a-z]+)(\d+)")


def number(value: int, language: Language) -> str:
    """Return an integer with its thousands set apart: 12.345 or 12,345."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == "de" else grouped


def decimal(value: float, language: Language, *, places: int = 1, sign: bool = False) -> str:
    """Return a decimal number with a true minus, and a plus where the sign matters."""
    rounded = round(value, places) + 0.0
    text = f"{rounded:+.{places}f}" if sign and rounded else f"{rounded:.{places}f}"
    return _local(text.replace("-", MINUS), language)


def percent(share: float | None, language: Language, *, places: int = 1) -> str:
    """Return a share (0..1) as a percentage, or a dash."""
    space = FIRM if language == "de" else ""
    return "–" if share is None else f"{decimal(100 * share, language, places=places)}{space}%"


def span(low: float | None, high: float | None, language: Language, *, sign: bool = False) -> str:
    """Return the ends of an interval of shares (0..1) in percent without unit, or a dash."""
    if low is None or high is None:
        return "–"
    ends = (decimal(100 * end, language, sign=sign) for end in (low, high))
    return (" bis " if language == "de" else " to ").join(ends)


def interval(low: float | None, high: float | None, language: Language) -> str:
    """Return an interval of shares (0..1) with its name, or that there is none."""
    if low is None or high is None:
        return "ohne Intervall" if language == "de" else "no interval"
    told = span(low, high, language)
    return f"95‑%‑Intervall {told} %" if language == "de" else f"95% interval {told}%"


def ends(low: float | None, high: float | None, language: Language, *, places: int = 1) -> str:
    """Return the ends of an interval of shares (0..1) in percent, as short as tables need it: 8,1–9,4."""
    if low is None or high is None:
        return "–"
    return "–".join(decimal(100 * end, language, places=places) for end in (low, high))


def probability(value: float | None, language: Language) -> str:
    """Return a p- or q-value, or a dash where there is none."""
    if value is None:
        return "–"
    return "< " + _local("0.001", language) if value < 0.001 else _local(f"{value:.3f}", language)


def _local(text: str, language: Language) -> str:
    return text.replace(".", ",") if language == "de" else text


def period_name(period_id: str, language: Language) -> str:
    """Return »20. Wahlperiode«, with the Land's or parliament's name where it is not the Bundestag's."""
    match = PERIOD.fullmatch(period_id)
    if not match:
        return "ohne Wahlperiode" if language == "de" else "no Wahlperiode"
    parliament, count = match[1], int(match[2])
    name = f"{count}.{FIRM}Wahlperiode" if language == "de" else f"{count}{_ordinal(count)} Wahlperiode"
    return name if parliament == "bt" else f"{name} ({_parliament(parliament)})"


def period_short(period_id: str) -> str:
    """Return the number of a period of the Bundestag, and parliament and number of others."""
    match = PERIOD.fullmatch(period_id)
    if not match:
        return "–"
    count = str(int(match[2]))
    return count if match[1] == "bt" else f"{match[1].upper()} {count}"


def _ordinal(count: int) -> str:
    return "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")


def parliament(period_id: str) -> str:
    """Return the name of the parliament of a period, that of a Land by its name."""
    match = PERIOD.fullmatch(period_id)
    return _parliament(match[1]) if match else ""


def _parliament(name: str) -> str:
    for entry in taxonomy.parliaments():
        if entry.id == name:
            return entry.land or entry.name
    return name


def period_range(first: str, last: str, language: Language) -> str:
    """Return »18. bis 21. Wahlperiode« for two periods of one parliament."""
    if first == last:
        return period_name(first, language)
    start = period_name(first, language)
    space = FIRM if language == "de" else " "
    count, rest = start.split(space, 1)
    end = period_name(last, language)
    if end.endswith(rest):
        start = count
    return f"{start} {'bis' if language == 'de' else 'to'} {end}"


def soft(name: str) -> str:
    """Return a name whose long compounds may be divided at a seam: »Wirtschafts|förder|programm«."""
    divided = _SEAM.sub(lambda match: f"{match[0]}{SOFT}", name)
    return _HEAD.sub(SOFT, divided).replace(SOFT * 2, SOFT)


def joined(parts: list[str], language: Language) -> str:
    """Return parts as a list in prose: »a, b und c«."""
    last = " und " if language == "de" else " and "
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
