"""Format numbers and names for readers of German or English: »4,2 %«, »20. Wahlperiode«."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from typing import Literal

from pipeline.knowledge import taxonomy

Language = Literal["de", "en"]
FIRM, MINUS = "\u00a0", "−"  # a non-breaking space, a true minus sign
FINE = 0.01  # a share below which percentages have two decimals
# After these endings, a compound continues with a new word, so that a break is never wrong.
_SEAM = re.compile(r"(?<=\w{4})(?:ungs|heits|keits|schafts|tions|täts)(?=\w{4})")
# Frequent second parts of compounds in this field.
_HEAD = re.compile(
    r"(?<=\w{4})(?=(?:gesetz|programm|förder|einwander|sicherung|planung|politik|verordnung|strategie"
    r"|beschleunig|verfahren|entlastung|abbau|fonds|bremse|steuer|prämie|zuschuss|kommission|ministerium))"
)
SOFT = "\u00ad"
PERIOD = re.compile(r"([a-z]+)(\d+)")


def say(language: Language, *, de: str, en: str, **values: object) -> str:
    """Return a sentence in the reader's language with its values filled in."""
    return (de if language == "de" else en).format(**values)


def number(value: int, language: Language) -> str:
    """Return an integer with thousands separators: 12.345 or 12,345."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == "de" else grouped


def numbered(n: int, language: Language, *, de: str, en: str) -> str:
    """Return a number with its words, singular or plural: »1 Satz«, »2 Sätze« with de="Satz|Sätze"."""
    one, _, many = (de if language == "de" else en).partition("|")
    return f"{number(n, language)} {one if n == 1 else many}"


def decimal(value: float, language: Language, *, places: int = 1, sign: bool = False) -> str:
    """Return a decimal number with a true minus sign and, if the sign matters, with a plus."""
    rounded = round(value, places) + 0.0
    text = f"{rounded:+.{places}f}" if sign and rounded else f"{rounded:.{places}f}"
    return _local(text.replace("-", MINUS), language)


def _places(*shares: float) -> int:
    """Return how many decimals shares (0..1) need in percent; with one, most concepts would have 0.1 %."""
    return 2 if 0 < max(abs(share) for share in shares) < FINE else 1


def percent(share: float | None, language: Language, *, places: int | None = None) -> str:
    """Return a share (0..1) as a percentage, or a dash; below one percent with two decimals."""
    if share is None:
        return "–"
    told = decimal(100 * share, language, places=_places(share) if places is None else places)
    return f"{told}{FIRM if language == 'de' else ''}%"


def points(difference: float, language: Language) -> str:
    """Return a difference of shares in percentage points, with its sign."""
    return decimal(100 * difference, language, places=_places(difference), sign=True)


def span(low: float | None, high: float | None, language: Language, *, sign: bool = False) -> str:
    """Return the ends of an interval of shares (0..1) in percent without unit, or a dash."""
    if low is None or high is None:
        return "–"
    ends = (decimal(100 * end, language, places=_places(low, high), sign=sign) for end in (low, high))
    return (" bis " if language == "de" else " to ").join(ends)


def interval(low: float | None, high: float | None, language: Language) -> str:
    """Return an interval of shares (0..1) with its name, or the statement that there is none."""
    if low is None or high is None:
        return "ohne Intervall" if language == "de" else "no interval"
    told = span(low, high, language)
    return f"95‑%‑Intervall {told}{FIRM}%" if language == "de" else f"95% interval {told}%"


def ends(low: float | None, high: float | None, language: Language, *, places: int | None = None) -> str:
    """Return the ends of an interval of shares (0..1) in percent in the short form for tables: 8,1–9,4."""
    if low is None or high is None:
        return "–"
    fine = _places(low, high) if places is None else places
    return "–".join(decimal(100 * end, language, places=fine) for end in (low, high))


def tick(share: float, language: Language) -> str:
    """Return a share (0..1) on an axis in percent, with as few decimals as possible."""
    return _local(f"{100 * share:.3g}", language)


def probability(value: float | None, language: Language) -> str:
    """Return a p- or q-value, or a dash if there is none."""
    if value is None:
        return "–"
    return "< " + _local("0.001", language) if value < 0.001 else _local(f"{value:.3f}", language)


def _local(text: str, language: Language) -> str:
    return text.replace(".", ",") if language == "de" else text


def period_name(period_id: str, language: Language) -> str:
    """Return »20. Wahlperiode«, with the name of the Land or parliament if it is not the Bundestag."""
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


def period_id(written: str) -> str:
    """Return the id of a period as people write it, a bare number for the Bundestag's: »9« is `bt09`."""
    match = re.fullmatch(r"([a-z]*)(\d+)", written.lower())
    return f"{match[1] or 'bt'}{int(match[2]):02}" if match else written


def period_number(period_id: str) -> int:
    """Return the number of a period in its parliament."""
    return int(period_id.lstrip(string.ascii_lowercase))


def _ordinal(count: int) -> str:
    return "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")


def parliament(period_id: str) -> str:
    """Return the name of the parliament of a period; a Land stands for its own."""
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
    return (
        f"{_start(first, last, language)} {'bis' if language == 'de' else 'to'} {period_name(last, language)}"
    )


def period_step(first: str, last: str, language: Language) -> str:
    """Return »von der 20. zur 21. Wahlperiode« for two periods of one parliament."""
    start, end = _start(first, last, language), period_name(last, language)
    return f"von der {start} zur {end}" if language == "de" else f"from the {start} to the {end}"


def out_of(periods: Sequence[str], language: Language) -> str:
    """Return »aus der 18. bis 21. Wahlperiode«, with the number of periods if some in between are missing."""
    told = period_range(periods[0], periods[-1], language)
    if period_number(periods[-1]) - period_number(periods[0]) >= len(periods):
        told = f"{len(periods)} Wahlperioden ({told})"
    elif language == "de":
        told = f"der {told}"
    else:
        told = f"the {told}"
    return f"aus {told}" if language == "de" else f"from {told}"


def _start(first: str, last: str, language: Language) -> str:
    """Return the name of the first period without what the name of the last one repeats."""
    name = period_name(first, language)
    count, rest = name.split(FIRM if language == "de" else " ", 1)
    return count if period_name(last, language).endswith(rest) else name


def soft(name: str) -> str:
    """Return a name with soft hyphens at the seams of long compounds: »Wirtschafts|förder|programm«."""
    divided = _SEAM.sub(lambda match: f"{match[0]}{SOFT}", name)
    return _HEAD.sub(SOFT, divided).replace(SOFT * 2, SOFT)


def joined(parts: list[str], language: Language) -> str:
    """Return parts as a list in prose: »a, b und c«."""
    last = " und " if language == "de" else " and "
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
