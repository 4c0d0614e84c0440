"""Write warnings and labels in German and English, from `display.toml`.

The tables hold the English phrase; `translate` finds its template and fills in the German one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.knowledge import taxonomy
from pipeline.knowledge.toml import read
from pipeline.wording import FIRM, PERIOD, period_name

_FILE = Path(__file__).with_name("display.toml")
SEPARATOR = "; "


@cache
def display() -> dict[str, Any]:
    """Return the whole file of labels."""
    return read(_FILE, dict[str, Any])


def phrase(name: str, **values: object) -> str:
    """Return a phrase in English, as tables hold it, with its values filled in."""
    template: str = display()["phrases"][name]["en"]
    return template.format(**values)


def label(group: str, name: str, language: str) -> str:
    """Return the readable name of a value in the schema, or the value itself if there is none."""
    entry = display().get(group, {}).get(name)
    return str(entry[language]) if entry else name


def translate(text: str, language: str) -> str:
    """Return a warning, reason or refusal in another language; unknown parts stay unchanged."""
    return SEPARATOR.join(_translate(part, language) for part in text.split(SEPARATOR))


def is_phrase(part: str, name: str) -> bool:
    """Return whether a part of a warning is a certain phrase."""
    return any(pattern.fullmatch(part) for entry, _, pattern in _patterns() if entry == name)


def _translate(part: str, language: str) -> str:
    for _, templates, pattern in _patterns():
        match = pattern.fullmatch(part)
        if match:
            values = {key: _value(key, value, language) for key, value in match.groupdict().items()}
            return str(templates[language]).format(**values)
    return part


def _value(key: str, value: str, language: str) -> str:
    """Return a value in a phrase translated: a phrase, a language, a period, or kinds of documents."""
    if key == "path":
        return value
    if key == "language":
        return label("languages", value, language)
    if value in display()["amounts"]:
        return label("amounts", value, language)
    if PERIOD.fullmatch(value):
        return period_name(value, "en" if language == "en" else "de")
    types = display()["types"]
    named = re.sub(rf"\b({'|'.join(types)})\b", lambda match: str(types[match[0]][language]), value)
    return _translate(named.replace(" %", f"{FIRM}%" if language == "de" else "%"), language)


@cache
def _patterns() -> tuple[tuple[str, dict[str, str], re.Pattern[str]], ...]:
    found = []
    groups = display()
    entries = chain.from_iterable(groups[group].items() for group in ("phrases", "reasons", "refusals"))
    for name, entry in entries:  # a name may stand in several groups
        pieces = re.split(r"\{(\w+)\}", entry["en"])
        body = "".join(f"(?P<{piece}>.+?)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))
        found.append((name, entry, re.compile(body)))
    return tuple(found)


_Entries = tuple[taxonomy.Theme, ...] | tuple[taxonomy.Kind, ...] | tuple[taxonomy.StatusLabel, ...]
_ENTRIES: dict[str, Callable[[], _Entries]] = {
    "theme": taxonomy.themes,
    "kind": taxonomy.instrument_kinds,
    "actor_kind": taxonomy.actor_kinds,
    "status": taxonomy.statuses,
}


def item_name(unit: str, item: str, known: str, language: str) -> str:
    """Return the readable name of an item of `trends`: for concepts, actors and user themes the known one."""
    if unit == "layer":
        return label("layers", item, language)
    entries = _ENTRIES.get(unit)
    return taxonomy.label(entries(), item, language=language) if entries else known
