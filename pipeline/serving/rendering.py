"""Render the explorer's pages as HTML: its templates, and the words and addresses they use."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from pipeline.knowledge import taxonomy
from pipeline.knowledge.toml import read
from pipeline.phrases import item_name
from pipeline.reporting import templating
from pipeline.schema.labels import ACTOR_KINDS
from pipeline.wording import Language, decimal, soft

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
WORDS = Path(__file__).parent / "words.toml"


def page(name: str, language: Language, **values: Any) -> str:  # noqa: ANN401 - what the template shows
    """Return a page of the explorer as HTML."""
    return _templates(language).get_template(name).render(**values)


def address(language: Language, /, *parts: object, anchor: str = "", **asked: object) -> str:
    """Return the address of a view in a language: `/documents/d1/3?lang=en#m1`."""
    path = "/" + "/".join(quote(str(part), safe="") for part in parts)
    given: dict[str, Any] = {name: value for name, value in asked.items() if value not in ("", None, (), [])}
    if language != "de":
        given["lang"] = language
    query = urlencode(given, doseq=True)
    return path + (f"?{query}" if query else "") + (f"#{quote(anchor, safe='')}" if anchor else "")


@cache
def _templates(language: Language) -> templating.Templates:
    return templating.templates(TEMPLATES, words(language))


def words(language: Language) -> dict[str, Any]:
    """Return the functions with which templates write addresses, numbers and names."""
    return templating.words(language) | {
        "language": language,
        "url": lambda *parts, **asked: address(language, *parts, **asked),
        "decimal": lambda value, places=1: decimal(value, language, places=places),
        "item_name": lambda unit, item, known: soft(item_name(unit, item, known, language)),
        "kind": lambda layer, name: kind(layer, name, language),
        "actor_kinds": ACTOR_KINDS,
        "measure": lambda row: measure(
            row["kind"], row["value"] or "", row["unit"] or "", row["qualifier"] or "", language
        ),
        "theme": lambda name: taxonomy.label(taxonomy.themes(), name, language=language),
        "pairs": lambda values, word, *group: [(value, word(*group, value)) for value in values],
        "w": lambda group, name: own(group, name, language),
        "version": version(),
        "views": tuple(own_words()["views"]),
    }


@cache
def own_words() -> dict[str, dict[str, dict[str, str]]]:
    """Return the explorer's own words by group, name and language."""
    return read(WORDS, dict[str, dict[str, dict[str, str]]])


@cache
def version() -> str:
    """Return a digest of the static files, so that browsers request changed ones."""
    data = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
    return hashlib.sha256(data).hexdigest()[:12]


def own(group: str, name: str, language: Language) -> str:
    """Return one of the explorer's own words, or the name itself if there is none."""
    entry = own_words()[group].get(name)
    return entry[language] if entry else name


def kind(layer: str, name: str, language: Language) -> str:
    """Return the readable name of a kind of instrument or actor."""
    entries = taxonomy.actor_kinds() if layer == "actor" else taxonomy.instrument_kinds()
    return taxonomy.label(entries, name, language=language)


def measure(kind: str, value: str, unit: str, qualifier: str, language: Language) -> str:
    """Return the value of an attribute as readers write it, "" for a deadline that is no date (`wp:0`).

    Example: 5000..7000 and EUR/year give »5.000 bis 7.000 EUR/Jahr«; 5000 and at_most give »bis zu 5.000«.
    """
    if kind == "law" or unit in ("day", "month", "year"):
        return value
    if kind == "deadline":
        return ""
    said = (" bis " if language == "de" else " to ").join(f"{Decimal(end):,f}" for end in value.split(".."))
    if language == "de":
        said = said.translate(str.maketrans(",.", ".,"))
    if qualifier in own_words()["qualifiers"]:
        said = f"{own('qualifiers', qualifier, language)} {said}"
    names = own_words()["measures"]
    return f"{said} {re.sub('|'.join(names), lambda match: names[match[0]][language], unit)}"
