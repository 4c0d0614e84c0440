"""Count the numbers that Word puts before headings, items and clauses: »2.1«, »§ 4«, »(3)«, »b)«."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, NamedTuple

from pipeline.reading.numerals import numeral

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
PART = re.compile("%([1-9])")  # of the text of a level: the number of another one


class Level(NamedTuple):
    """How the paragraphs of one level of a list are numbered."""

    start: int
    style: str
    text: str  # »%1.%2«; of a bullet ""
    restart: int  # a paragraph on one of so many levels from the top starts it anew
    plain: bool  # all numbers in digits


class Place(NamedTuple):
    """The list of a paragraph, and its level there from 0."""

    list: str
    level: int


class Numbers:
    """The lists of a document, and how far their numbers are."""

    def __init__(self, styles: Any, numbering: Any) -> None:  # noqa: ANN401 - lxml has no types
        self._styles = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
        kinds = {kind.get(f"{W}abstractNumId"): kind for kind in numbering.iter(f"{W}abstractNum")}
        lists = {own.get(f"{W}numId"): own for own in numbering.iter(f"{W}num")}
        self._kinds: dict[str, str] = {}  # lists of one kind go on counting
        self._levels: dict[str, dict[int, Level]] = {}
        self._named: dict[Place, str] = {}
        self._styled: dict[str, Place | None] = {}
        self._starts: dict[Place, int] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        for name, own in lists.items():
            kind = kinds.get(_value(own, "abstractNumId"))
            link = _value(kind, "numStyleLink")
            if link in self._styles:  # the style says which list it is
                properties = self._styles[link].find(f"{W}pPr/{W}numPr")
                kind = kinds.get(_value(lists.get(_value(properties, "numId")), "abstractNumId"), kind)
            if kind is not None:
                self._add(name, own, kind)

    def _add(self, name: str, own: Any, kind: Any) -> None:  # noqa: ANN401
        """Add a list by its levels, which may differ from those of its kind."""
        self._kinds[name] = str(kind.get(f"{W}abstractNumId"))
        changes = own.findall(f"{W}lvlOverride")
        levels = [*kind.findall(f"{W}lvl"), *(part for one in changes for part in one.findall(f"{W}lvl"))]
        self._levels[name] = {at: _level(level, at) for level in levels if (at := _at(level)) >= 0}
        for change in changes:
            if change.find(f"{W}startOverride") is not None:
                self._starts[Place(name, _at(change))] = _number(change, "startOverride", 1)
        for level in levels:
            if style := _value(level, "pStyle"):
                self._named[Place(name, _at(level))] = style

    def place(self, paragraph: Any) -> Place | None:  # noqa: ANN401
        """Return the list of a paragraph by itself or by its style; its name is "0" if it was taken away."""
        own, style = paragraph.find(f"{W}pPr/{W}numPr"), _value(paragraph.find(f"{W}pPr"), "pStyle")
        name, level = _value(own, "numId"), _number(own, "ilvl", 0)
        if name:
            return Place(name, level)
        if style not in self._styled:
            self._styled[style] = self._by_style(style)
        return self._styled[style]

    def _by_style(self, style: str) -> Place | None:
        """Return the place that a style, or the nearest one that it is based on, gives to paragraphs."""
        met: set[str] = set()
        while style in self._styles and style not in met:
            met.add(style)
            properties = self._styles[style].find(f"{W}pPr/{W}numPr")
            if name := _value(properties, "numId"):
                named = (at.level for at, own in self._named.items() if at.list == name and own == style)
                return Place(name, next(named, _number(properties, "ilvl", 0)))
            style = _value(self._styles[style], "basedOn")
        return None

    def number(self, place: Place) -> str:
        """Count a paragraph at a place and return its number as printed, "" for bullets."""
        levels = self._levels.get(place.list, {})
        if place.level not in levels:
            return ""
        counts, level = self._counts[self._kinds[place.list]], levels[place.level]
        following = counts.get(place.level, level.start - 1) + 1
        counts[place.level] = self._starts.pop(place, following)
        for deeper in [at for at in counts if at > place.level]:
            if deeper not in levels or place.level < levels[deeper].restart:
                del counts[deeper]

        def written(part: re.Match[str]) -> str:
            at = int(part[1]) - 1
            other = levels.get(at, level)
            return numeral(counts.get(at, other.start), "decimal" if level.plain else other.style)

        return PART.sub(written, level.text).strip()


def _level(level: Any, at: int) -> Level:  # noqa: ANN401
    style = _value(level, "numFmt") or "decimal"
    return Level(
        start=_number(level, "start", 0),
        style=style,
        text="" if style == "bullet" else _value(level, "lvlText"),
        restart=_number(level, "lvlRestart", at),
        plain=level.find(f"{W}isLgl") is not None,
    )


def _at(level: Any) -> int:  # noqa: ANN401
    return _integer(level.get(f"{W}ilvl"), -1)


def _value(element: Any, name: str) -> str:  # noqa: ANN401
    """Return the value of a property, "" if there is none."""
    found = element.find(f"{W}{name}") if element is not None else None
    return str(found.get(VAL) or "") if found is not None else ""


def _number(element: Any, name: str, default: int) -> int:  # noqa: ANN401
    return _integer(_value(element, name), default)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else default
