"""Read German numerals in digits and words: »1,5«, »20 000«, »1.234,56«, »zweieinhalb«.

The functions are pure. `NUMBER` is the pattern of what `value` reads, `QUALIFIER` that of words
before a number that say how exactly it is meant (»rund«, »mindestens«).
"""

from __future__ import annotations

import re
from decimal import Decimal

ONES = {
    "null": 0, "ein": 1, "eins": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "eines": 1, "zwei": 2,
    "beide": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
    "elf": 11, "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17,
    "achtzehn": 18, "neunzehn": 19,
}  # fmt: skip
TENS = {
    "zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70,
    "achtzig": 80, "neunzig": 90,
}  # fmt: skip
SCALES = {
    "t": 3, "tausend": 3, "tsd": 3, "mio": 6, "mill": 6, "million": 6, "millionen": 6,
    "mrd": 9, "milliarde": 9, "milliarden": 9, "bio": 12, "billion": 12, "billionen": 12,
}  # fmt: skip

EXACTNESS = {
    "at_most": (
        "bis zu", "bis", "maximal", "max.", "höchstens", "allenfalls", "weniger als", "unter",
        "nicht mehr als", "nicht über", "nicht einmal", "unterhalb von", "unterhalb",
    ),
    "at_least": (
        "mindestens", "mind.", "wenigstens", "zumindest", "mehr als", "über", "ab", "gut",
        "nicht weniger als", "nicht unter", "oberhalb von", "oberhalb",
    ),
    "about": (
        "rund", "rd.", "etwa", "ca.", "circa", "zirka", "knapp", "ungefähr", "fast", "nahezu", "annähernd",
        "schätzungsweise",
    ),
}  # fmt: skip

MOST = 10**15  # no text means more; above it digits are numbers side by side
LONGEST_WORD = 60  # characters
FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_DIGITS = r"\d{1,3}(?:[.\u00a0\u202f ]\d{3})+(?:,\d+)?(?!\d)|\d+[\u00a0\u202f ]?[½¼¾]|\d+(?:[,.]\d+)?|[½¼¾]"
_HALVES = ("halbe", "halben", "anderthalb")
_PARTS = "|".join(sorted((*ONES, *TENS, *_HALVES, "hundert"), key=len, reverse=True))
_WORD = rf"(?i:(?:{_PARTS})(?:{_PARTS}|und|einhalb|tausend)*)"
# A number may stand right behind a word, whose space is then lost in a PDF: »auf100 Milliarden«.
_ROW = re.compile(r"\d{1,3}(?:[\u00a0\u202f ]\d{3}){4,}(?<!000)(?:,\d+)?")  # the cells of a row of a table
_SCALED_ROW = re.compile(r"\d{3}(?:[\u00a0\u202f ]\d{3}){2,}(?<!000)(?:,\d+)?")  # »T€ 120 130 140«
NUMBER = (
    rf"(?:(?:(?<![\w.,/-])|(?<=\d-)|(?<=[a-zäöüß]{{2}}))(?:{_DIGITS})"
    rf"|\b(?:(?i:ein(?:e[mnrs]?)?)\s+(?:(?:halbe|weitere)[mnrs]?\b|(?:[Dd]rei)?[Vv]iertel(?=\s?[Mm]illi))"
    rf"|{_WORD}(?:\b|(?=prozentige))))"
)
SCALE = (
    r"(?:T(?=€|Euro\b|EUR\b|DM\b)|Tausend|tausend|Tsd\.?|Mio\.?|Mill\.|Millionen|Million|Mrd\.?|Milliarden|Milliarde"
    r"|(?<=iertel)(?:million|milliarde)|Bio\.|Billionen|Billion)"
)
_BARE_UNTIL = r"(?<=\w )bis(?=\s+\d)"  # »Einkommen bis 500 Euro«, not »wir warten, bis die Hälfte da ist«
_WORDS = (word for words in EXACTNESS.values() for word in words)
_OF = r"eine[mrs]\s+(?:[a-zäöüß]+\s+){0,2}[A-ZÄÖÜ]\w+\s+von\s+"  # »ab einem Einkommen von 90.000 Euro«
QUALIFIER = (
    rf"\b(?P<how>(?i:{'|'.join(_BARE_UNTIL if word == 'bis' else re.escape(word) for word in _WORDS)}))\s+"
    rf"(?:{_OF})?"
)


def value(text: str) -> Decimal | None:
    """Return the number that a numeral stands for, or None if the text is not a numeral.

    A full stop or a space groups thousands (»20.000«, »20 000«); a comma begins the decimals; a full stop
    that is not followed by three digits is read as a decimal point, as in tables from other programs.
    Five groups or more between spaces are a row of a table unless they end in zeros.
    """
    text = text.strip().lower()
    if re.fullmatch(_DIGITS, text):
        return None if _ROW.fullmatch(text) else _possible(_digits(text))
    return _word(re.sub(r"\s+", " ", text)) if len(text) <= LONGEST_WORD else None


def _possible(number: Decimal) -> Decimal | None:
    return number if number <= MOST else None


def _digits(text: str) -> Decimal:
    part = Decimal(FRACTIONS.get(text[-1], 0))
    text = re.sub(r"[.\u00a0\u202f ](?=\d{3}(?:\D|$))", "", text.rstrip("½¼¾\u00a0\u202f "))
    return Decimal(text.replace(",", ".") or 0) + part


def _word(text: str) -> Decimal | None:
    if text in ("halbe", "halben") or re.fullmatch(r"ein(?:e[mnrs]?)? halbe[mnrs]?", text):
        return Decimal("0.5")
    if quarter := re.fullmatch(r"ein(?:e[mnrs]?)? (drei)?viertel", text):
        return Decimal("0.75" if quarter[1] else "0.25")
    if text == "anderthalb":
        return Decimal("1.5")
    if re.fullmatch(r"ein(?:e[mnrs]?)? weitere[mnrs]?", text):
        return Decimal(1)
    if text.endswith("einhalb") and (whole := _word(text.removesuffix("einhalb"))) is not None:
        return whole + Decimal("0.5")
    for name, size in (("tausend", 1000), ("hundert", 100)):
        if name in text:
            before, _, after = text.partition(name)
            times = _word(before) if before else Decimal(1)
            rest = _word(after.removeprefix("und")) if after else Decimal(0)
            return None if times is None or rest is None else times * size + rest
    return _below_100(text)


def _below_100(text: str) -> Decimal | None:
    if text in ONES:
        return Decimal(ONES[text])
    for name, tens in TENS.items():
        if text.endswith(name):
            one = text.removesuffix(name)
            if not one:
                return Decimal(tens)
            return Decimal(tens + ONES[one[:-3]]) if one.endswith("und") and one[:-3] in ONES else None
    return None


def scaled(number: str, scale: str) -> Decimal | None:
    """Return the value of a numeral with its scale (»1,5«, »Mrd.«), or None if it is not a numeral.

    With a scale, three whole groups or more are such a row, too (»T€ 120 130 140«).
    """
    found = value(number)
    power = SCALES.get(scale.strip().rstrip(".").lower(), 0)
    if found is None or (power and _SCALED_ROW.fullmatch(number.strip())):
        return None
    return _possible(found * 10**power)


def exactness(qualifier: str | None) -> str:
    """Return how exactly a number is meant: exact, about, at_least or at_most."""
    lower = (qualifier or "").lower()
    return next((kind for kind, words in EXACTNESS.items() if lower in words), "exact")


def plain(number: Decimal) -> str:
    """Return a number as digits with a decimal point, at most six decimals and no trailing zeros."""
    text = f"{number.quantize(Decimal('0.000001')):f}"
    return text.rstrip("0").rstrip(".")
