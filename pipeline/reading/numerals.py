"""Write numbers as Word and browsers print them before items, headings and notes: »4«, »iv«, »D«."""

from __future__ import annotations

ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc",
         50: "l", 40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}  # fmt: skip
MOST = 4999  # larger numbers are written in digits, as Roman ones and letters would grow without end


def numeral(number: int, style: str) -> str:
    """Return a number in a style, by its name in Word files (ECMA-376, part 1, 17.18.59), else in digits."""
    if style == "none":
        return ""
    if 0 < number <= MOST and style.endswith(("Roman", "Letter")):
        written = _roman(number) if style.endswith("Roman") else _letter(number)
        return written.upper() if style.startswith("upper") else written
    return f"{number:02}" if style == "decimalZero" else str(number)


def _roman(number: int) -> str:
    digits = ""
    for value, digit in ROMAN.items():
        times, number = divmod(number, value)
        digits += digit * times
    return digits


def _letter(number: int) -> str:
    """Return a to z, then aa, bb and so on."""
    again, at = divmod(number - 1, 26)
    return chr(ord("a") + at) * (again + 1)
