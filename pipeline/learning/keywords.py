"""Tag sentences by lists of stems, the baseline without learning: »Die Bundesregierung erhöht die Steuer«."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from pipeline.knowledge.toml import load
from pipeline.learning.jsonl import Example, Mention
from pipeline.learning.words import words
from pipeline.records import Record
from pipeline.schema.labels import LAYERS

MOST_THEMES = 2


class Entry(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A label and the stems that stand for it."""

    label: str
    stems: tuple[str, ...]


class Lists(Record, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The stems of each layer; the first entry that matches decides."""

    challenge: tuple[Entry, ...]
    instrument: tuple[Entry, ...]
    actor: tuple[Entry, ...]
    theme: tuple[Entry, ...]
    status: tuple[Entry, ...]


@cache
def _lists() -> Lists:
    return load("keyword_baseline", Lists)


def tagged(examples: Iterable[Example]) -> Iterator[Example]:
    """Yield the sentences with the labels suggested by their words alone."""
    for one in examples:
        yield replace(one, themes=tuple(_themes(one.text)), mentions=tuple(_mentions(one.text)))


def _mentions(text: str) -> Iterator[Mention]:
    status = _first(_lists().status, text)
    for layer in LAYERS:
        for start, end in words(text):
            label = _first(getattr(_lists(), layer), text[start:end])
            if label:
                yield _mention(layer, text, start, end, label, status)


def _mention(layer: str, text: str, start: int, end: int, label: str, status: str) -> Mention:
    return Mention(
        layer=layer,
        start=start,
        end=end,
        text=text[start:end],
        kind=None if layer == "challenge" else label,
        status={"challenge": "open", "instrument": status}.get(layer),
        named="no" if layer == "actor" else None,
    )


def _themes(text: str) -> list[str]:
    counts = [(sum(text.lower().count(stem) for stem in one.stems), one.label) for one in _lists().theme]
    likely = sorted((one for one in counts if one[0]), key=lambda one: -one[0])
    return [label for _, label in likely[:MOST_THEMES]]


def _first(entries: Sequence[Entry], text: str) -> str:
    lowered = text.lower()
    return next((one.label for one in entries if any(stem in lowered for stem in one.stems)), "")
