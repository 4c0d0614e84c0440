"""Tell a law that a bill creates from those that it cites: the one is planned, the others are in force.

The codebook says so, and of 172 mentions of such laws in the references 167 are planned and one exists.
Taggers see a few sentences at a time, in which »nach § 5 des Mindestlohngesetzes« reads like any law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from pipeline.knowledge.toml import load
from pipeline.records import Context, Record, Span


class Forms(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Patterns of the lines of a bill; LAW stands for the name of a law in the last one."""

    title: str
    names: str  # whole sentences; groups `name` and `short`
    introduces: str  # group `name`
    in_force: str


@cache
def _forms() -> Forms:
    return load("bill_forms", Forms)


def created(contexts: Sequence[Context]) -> re.Pattern[str] | None:
    """Return what the laws and levies are called that a document, if it is about a bill, is to create.

    A name is left out if the document also cites a law of this name that is in force.
    """
    texts = [context.text for context in contexts]
    titles = [text for text in texts if re.match(_forms().title, text)]
    named = set(_names(titles, texts)) if titles else set()
    new = [name for name in sorted(named) if not _is_in_force(name, texts)]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, new))})") if new else None


def _names(titles: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        if match := re.fullmatch(_forms().names, text):
            yield from filter(None, (match["name"], match["short"]))
    for title in titles:
        if match := re.search(_forms().introduces, title):
            yield match["name"]


def _is_in_force(name: str, texts: Sequence[str]) -> bool:
    old = re.compile(_forms().in_force.replace("LAW", re.escape(name)))
    return any(name in text and old.search(text) for text in texts)


def by_bill(span: Span, new: re.Pattern[str] | None) -> Span:
    """Return a mention of what a bill is to create (`new`) as planned, if it was taken to be in force."""
    if new is None or span.status != "existing" or not new.search(span.text):
        return span
    return replace(span, status="planned", by=f"{span.by} rule:bill")
