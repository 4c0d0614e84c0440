"""Sentences of warnings and labels in German and English, from `display.toml`.

The tables hold the English phrase; `translate` finds the template it came from and fills the German one.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

_FILE = Path(__file__).parent / "display.toml"
SEPARATOR = "; "


@cache
def display() -> dict[str, Any]:
    """Return the whole file of labels."""
    read: dict[str, Any] = msgspec.toml.decode(_FILE.read_bytes())
    return read


def phrase(name: str, *, language: str = "en", **values: object) -> str:
    """Return a phrase with its values filled in."""
    template: str = display()["phrases"][name][language]
    return template.format(**values)


def label(group: str, name: str, language: str) -> str:
    """Return the readable name of a value of the schema; the value itself where there is none."""
    entry = display().get(group, {}).get(name)
    return str(entry[language]) if entry else name


def translate(text: str, language: str) -> str:
    """Return a warning of the tables in another language; unknown parts stay as they are."""
    return SEPARATOR.join(_translate(part, language) for part in text.split(SEPARATOR))


def _translate(part: str, language: str) -> str:
    for name, pattern in _patterns():
        match = pattern.fullmatch(part)
        if match:
            return phrase(name, language=language, **match.groupdict())
    return part


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for name, entry in display()["phrases"].items():
        pieces = re.split(r"\{(\w+)\}", entry["en"])
        body = "".join(f"(?P<{piece}>.+?)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))
        found.append((name, re.compile(body)))
    return tuple(found)
