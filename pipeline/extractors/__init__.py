"""Extractors, which find spans in sentences: one module each; a new module here is used automatically.

An extractor has `LABELS` (the labels of its spans), `EXAMPLES` (sentences with the tags written
in, at least one without) and `extract(contexts)`, which yields spans. With `WHOLE_DOCUMENT = True`
it receives all sentences of a document in order, because it looks at neighbours; otherwise it
receives each distinct sentence once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from pipeline.records import Span


class Extractor(Protocol):
    """The interface of the modules in this package."""

    LABELS: tuple[str, ...]
    EXAMPLES: tuple[str, ...]

    extract: Callable[..., Iterator[Span]]


@cache
def found() -> dict[str, Extractor]:
    """Return the extractors by name, in alphabetical order."""
    names = sorted(info.name for info in iter_modules(__path__) if not info.name.startswith("_"))
    return {name: cast(Extractor, import_module(f"{__name__}.{name}")) for name in names}
