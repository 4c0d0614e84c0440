"""Load templates with the functions by which they write numbers and names; the only door to Jinja2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.knowledge import taxonomy
from pipeline.phrases import label, translate
from pipeline.wording import (
    Language,
    ends,
    number,
    numbered,
    parliament,
    percent,
    period_name,
    period_short,
    period_step,
    points,
    probability,
    soft,
    span,
    tick,
)

Templates = Environment


def templates(folder: Path, known: Mapping[str, Any] | None = None, *, escape: bool = True) -> Templates:
    """Return the templates in a folder; using an undefined name in one is an error.

    Args:
        folder: The folder of the templates.
        known: Names that every template may use.
        escape: Whether values are escaped for HTML.
    """
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= known or {}
    return made


def as_it_is(text: str) -> Markup:
    """Return HTML made by this program, which a template does not escape."""
    return Markup(text)


def words(language: Language) -> dict[str, Callable[..., str]]:
    """Return the functions with which templates in a language write numbers and names."""
    return {
        "t": lambda de, en: de if language == "de" else en,
        "number": lambda value: number(value, language),
        "numbered": lambda n, de, en: numbered(n, language, de=de, en=en),
        "points": lambda value: points(value, language),
        "percent": lambda value, places=None: percent(value, language, places=places),
        "span": lambda low, high, sign=False: span(low, high, language, sign=sign),
        "ends": lambda low, high: ends(low, high, language),
        "tick": lambda share: tick(share, language),
        "p_value": lambda value: probability(value, language),
        "period_name": lambda value: period_name(value or "", language),
        "period_step": lambda first, last: period_step(first, last, language),
        "period_short": lambda value: period_short(value or ""),
        "parliament": parliament,
        "warning": lambda text: translate(text, language),
        "named": lambda group, name: label(group, name, language),
        "status": lambda name: taxonomy.label(taxonomy.statuses(), name, language=language),
        "soft": soft,
    }
