"""Connect the search to the command line: options to filters, answers to lines of text or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from pipeline.plain import counted
from pipeline.schema.values import Basis
from pipeline.search import LIKE, By, Filters, Hit, SearchResult, search

__all__ = ["LIKE", "as_columns", "as_json", "as_text", "filters", "notes", "search"]

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
WRITTEN = (
    "text", "page", "issuer", "title", "published", "period", "document_type", "heading_path", "path",
    "sentence_id", "document_id", "score",
)  # fmt: skip
Values = Sequence[str] | None


def filters(
    period: Values,
    basis: Basis,
    layer: Values,
    issuer: Values,
    document_type: Values,
    theme: Values,
    *,
    duplicates: bool,
) -> Filters:
    """Return the filters from the options of the command line."""
    return Filters(
        period=tuple(period or ()),
        basis=basis,
        layer=tuple(layer or ()),
        issuer=tuple(issuer or ()),
        document_type=tuple(document_type or ()),
        theme=tuple(theme or ()),
        duplicates=duplicates,
    )


def way(*, semantic: bool, both: bool) -> By:
    """Return the way to search from the options of the command line."""
    return "both" if both else "meaning" if semantic else "words"


def as_json(found: SearchResult) -> Iterator[str]:
    """Yield one JSON object per hit."""
    for hit in found.hits:
        yield msgspec.json.encode(hit).decode()


def as_columns(found: SearchResult) -> dict[str, list[Any]]:
    """Return the columns of a table with one row per hit."""
    columns = {name: [getattr(hit, name) for hit in found.hits] for name in WRITTEN}
    columns["page"] = [page or None for page in columns["page"]]  # a text without pages has no page 0
    return columns


def notes(found: SearchResult) -> Iterator[str]:
    """Yield what must be known about an answer besides its sentences."""
    if not found.hits:
        yield "nothing found; fewer words or fewer filters may help"
    elif not found.every:
        yield "no sentence holds all the words; these hold some of them"
    if found.instead:
        yield f"did you mean: {found.instead}"


def as_text(found: SearchResult, *, bold: bool) -> Iterator[str]:
    """Yield the lines that show an answer; matching words are bold or in » «."""
    yield from notes(found)
    for number, hit in enumerate(found.hits, 1):
        yield f"{number:>2}  {_marked(hit, *((BOLD, PLAIN) if bold else ('»', '«')))}"
        yield f"    {_place(hit)}"
        yield f"    {hit.sentence_id}"
    if found.n > len(found.hits):
        shown = f"{len(found.hits):,} of {counted(found.n, 'sentence')}"
        yield f"{shown}; --limit N shows more, --to FILE writes all"


def _marked(hit: Hit, before: str, after: str) -> str:
    parts, end = [], 0
    for start, stop in hit.marks:
        parts += [hit.text[end:start], before, hit.text[start:stop], after]
        end = stop
    return "".join([*parts, hit.text[end:]])


def _place(hit: Hit) -> str:
    """Return issuer, title, date and page, and the headings above the sentence."""
    named = " · ".join(filter(None, (hit.issuer, hit.title or hit.path, hit.published, hit.period)))
    page = f", p. {hit.page}" if hit.page else ""
    return " › ".join([named + page, *hit.heading_path])
